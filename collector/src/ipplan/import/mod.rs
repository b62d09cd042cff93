//! A plan out of a spreadsheet: what each row would do, before anything is written.
//!
//! Files are read by [`crate::register::import::read`], with all its bounds. A row means the plot whose number it
//! names, or else the one in force with its subnet. Columns that are not there leave things as they are; in our own list
//! (which has the numbers) an empty cell takes a value away, in others it says nothing.

use std::collections::BTreeMap;

use patuh_protocol::id::Code;

use super::{Field, Plot, PlotId, Purpose, differences};
use crate::register::identifier::bare;
use crate::register::import::{
    Cell, Entry, Outcome, Planned, Problem, Row, RowPlan, Sheet, Unreadable, named,
};

/// Headings stand among the first rows of a sheet that are not empty.
const SEARCHED: usize = 30;

/// Headings of other lists.
const NAMES: &[(Field, &[&str])] = &[
    (Field::Number, &["nomorsubnet", "nosubnet"]),
    (
        Field::Subnet,
        &["network", "jaringan", "subnetcidr", "cidr", "prefix", "blokip", "ip", "alamatjaringan"],
    ),
    (Field::Name, &["nama", "namasubnet", "namavlan", "uraian"]),
    (Field::Office, &["pd", "opd", "skpd", "kodeopd", "kodeskpd", "perangkatdaerah", "namapd", "pemilik"]),
    (Field::Site, &["lokasi", "site", "tempat"]),
    (Field::Vlan, &["vlanid", "novlan", "nomorvlan", "idvlan"]),
    (Field::Purpose, &["jenis", "penggunaan"]),
    (Field::Gateways, &["gw", "defaultgateway", "ipgateway", "alamatgateway"]),
    (Field::Pools, &["dhcp", "rangedhcp", "dhcprange", "dhcppool", "pooldhcp", "kisaran"]),
    (Field::DhcpServers, &["dhcpserver"]),
    (Field::Document, &["dokumen", "nodokumen", "nosurat", "nomorsurat"]),
    (Field::Life, &["status"]),
    (Field::Note, &["ket", "catatan"]),
];

/// What is said of a file without a column of subnets.
const NO_SUBNETS: Unreadable = Unreadable::NoColumn {
    lacks: "subnet",
    read: "Subnet, Kode PD, VLAN, Gateway, Kisaran DHCP, Peruntukan, Keterangan",
};

/// What a file would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// Its rows, in order.
    pub rows: Vec<RowPlan<Plot>>,
    /// The headings that were not read.
    pub unread: Vec<String>,
}

/// What a file is held against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The plots, withdrawn ones too.
    pub plots: &'a [Plot],
    /// The offices: codes and names.
    pub offices: &'a [(Code, String)],
    /// The sites: codes and names.
    pub sites: &'a [(Code, String)],
}

impl Entry for Plot {
    type Id = PlotId;
    type Field = Field;

    fn id(&self) -> PlotId {
        self.id
    }
}

impl Planned for Import {
    type Entry = Plot;

    fn rows(&self) -> &[RowPlan<Plot>] {
        &self.rows
    }
}

impl Import {
    /// What `sheets` would do.
    ///
    /// # Errors
    /// [`Unreadable::NoColumn`] when no sheet has a column of subnets.
    pub fn new(sheets: &[Sheet], context: &Context<'_>) -> Result<Self, Unreadable> {
        let mut import = Self::default();
        let mut is_headed = false;
        for sheet in sheets.iter().filter(|sheet| !is_aside(sheet)) {
            let Some((below, columns)) = columns(sheet) else { continue };
            is_headed = true;
            let heads = sheet.rows.get(below - 1);
            let unread = columns.iter().zip(heads.map(|row| row.cells.as_slice()).unwrap_or_default());
            let unread = unread.filter(|(field, cell)| field.is_none() && !cell.is_empty());
            import.unread.extend(unread.map(|(_, cell)| cell.shown()));
            for row in sheet.rows.iter().skip(below).filter(|row| !row.cells.iter().all(Cell::is_empty)) {
                let read = import.row(sheet, row, &columns, context);
                import.rows.push(read);
            }
        }
        if is_headed { Ok(import) } else { Err(NO_SUBNETS) }
    }

    fn row(
        &self,
        sheet: &Sheet,
        row: &Row,
        columns: &[Option<Field>],
        context: &Context<'_>,
    ) -> RowPlan<Plot> {
        let cells: BTreeMap<Field, &Cell> = columns
            .iter()
            .enumerate()
            .filter_map(|(column, field)| Some(((*field)?, row.cell(column))))
            .collect();
        let name = text(&cells, Field::Subnet);
        let outcome = match context.plot(&cells) {
            Ok(outcome) => self.once(outcome),
            Err(wrong) => Outcome::Wrong(wrong),
        };
        RowPlan { sheet: sheet.name.clone(), row: row.number, name, outcome, notices: Vec::new() }
    }

    /// A row that would give away what a row above it gives away is wrong.
    fn once(&self, outcome: Outcome<Plot>) -> Outcome<Plot> {
        let Some(plot) = outcome.written() else { return outcome };
        let same = |row: &&RowPlan<Plot>| {
            row.outcome
                .written()
                .is_some_and(|other| other.is_rival_of(plot) || (!plot.is_new() && other.id == plot.id))
        };
        match self.rows.iter().find(same) {
            Some(row) => {
                let what = format!("subnet ini sudah disebut pada baris {}", row.row);
                Outcome::Wrong(vec![Problem { column: String::new(), what }])
            }
            None => outcome,
        }
    }
}

/// What a row is refused for.
type Wrong = Vec<Problem>;

fn problem(field: Field, what: String) -> Problem {
    Problem { column: field.heading().to_owned(), what }
}

impl Context<'_> {
    /// What the cells of a row make of the plot that they mean.
    fn plot(&self, cells: &BTreeMap<Field, &Cell>) -> Result<Outcome<Plot>, Wrong> {
        let mut wrong = Wrong::new();
        let mut scratch = Plot::new(ipnet::Ipv4Net::default().into());
        if let Err(what) = Field::Subnet.set(&mut scratch, &text(cells, Field::Subnet)) {
            return Err(vec![problem(Field::Subnet, what)]);
        }
        let office = self.code(cells, Field::Office, self.offices, "perangkat daerah", &mut wrong);
        let purpose = text(cells, Field::Purpose).parse().unwrap_or_default();
        let old = self.meant(cells, &Plot { office: office.clone(), purpose, ..scratch.clone() })?;
        let mut plot = old.cloned().unwrap_or_else(|| Plot::new(scratch.subnet));
        let is_own = text(cells, Field::Number).parse::<PlotId>().is_ok();
        for (field, cell) in cells {
            let said = is_own || !cell.is_empty();
            let set = match field {
                Field::Number => Ok(()),
                _ if !said => Ok(()),
                Field::Office => {
                    plot.office.clone_from(&office);
                    Ok(())
                }
                Field::Site => {
                    plot.site = self.code(cells, Field::Site, self.sites, "lokasi", &mut wrong);
                    Ok(())
                }
                field => field.set(&mut plot, &cell.shown()),
            };
            wrong.extend(set.err().map(|what| problem(*field, what)));
        }
        // Whoever names an owner in a list of subnets means the office's network; without one it is everybody's.
        if old.is_none() && plot.office.is_none() && !cells.contains_key(&Field::Purpose) {
            plot.purpose = Purpose::Shared;
        }
        if wrong.is_empty() {
            wrong.extend(plot.faults().into_iter().map(|(field, what)| problem(field, what)));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(match old {
            None => Outcome::New(Box::new(plot)),
            Some(old) if *old == plot => Outcome::Same(old.id),
            Some(old) => {
                let told = differences(old, &plot);
                Outcome::Changed(Box::new(plot), told)
            }
        })
    }

    /// The plot that a row means: by its number, or by its subnet. A bare number only counts the rows.
    fn meant(&self, cells: &BTreeMap<Field, &Cell>, like: &Plot) -> Result<Option<&Plot>, Wrong> {
        let number = text(cells, Field::Number);
        if number.chars().all(|c| c.is_ascii_digit()) {
            return Ok(self.plots.iter().find(|plot| plot.is_rival_of(like)));
        }
        let found = number.parse::<PlotId>().ok().and_then(|id| self.plots.iter().find(|plot| plot.id == id));
        let unknown = || vec![problem(Field::Number, format!("subnet “{number}” tidak ada dalam rencana"))];
        found.map(Some).ok_or_else(unknown)
    }

    /// The code in a cell, or of the name in it.
    fn code(
        &self,
        cells: &BTreeMap<Field, &Cell>,
        field: Field,
        known: &[(Code, String)],
        what: &str,
        wrong: &mut Wrong,
    ) -> Option<Code> {
        let written = text(cells, field);
        if matches!(written.as_str(), "" | "-") {
            return None;
        }
        let found = named(known, &written);
        if found.is_none() && !wrong.iter().any(|it| it.column == field.heading()) {
            wrong.push(problem(field, format!("{what} “{written}” tidak ada dalam konfigurasi")));
        }
        found.cloned()
    }
}

fn text(cells: &BTreeMap<Field, &Cell>, field: Field) -> String {
    cells.get(&field).map(|cell| cell.shown()).unwrap_or_default()
}

/// Whether a sheet of our own workbook explains the plan and is none.
fn is_aside(sheet: &Sheet) -> bool {
    ["temuan", "petunjuk", "keterangan"].contains(&bare(&sheet.name).as_str())
}

/// The row below the headings, and which field each column is. A row with a column of subnets is one of headings; of
/// several the one that says most.
fn columns(sheet: &Sheet) -> Option<(usize, Vec<Option<Field>>)> {
    let rows = sheet.rows.iter().take(SEARCHED).enumerate();
    let read = rows.map(|(place, row)| {
        let mut taken = Vec::new();
        let fields = row.cells.iter().map(|cell| {
            let field = of_heading(&cell.shown()).filter(|field| !taken.contains(field))?;
            taken.push(field);
            Some(field)
        });
        (place + 1, fields.collect::<Vec<_>>())
    });
    let headed = read.filter(|(_, fields)| fields.contains(&Some(Field::Subnet)));
    let score = |fields: &[Option<Field>]| fields.iter().flatten().count();
    headed.fold(None, |best: Option<(usize, Vec<Option<Field>>)>, one| match best {
        Some(best) if score(&best.1) >= score(&one.1) => Some(best),
        _ => Some(one),
    })
}

fn of_heading(heading: &str) -> Option<Field> {
    let heading = bare(heading);
    let own = Field::ALL.into_iter().find(|field| bare(field.heading()) == heading);
    own.or_else(|| NAMES.iter().find(|(_, names)| names.contains(&heading.as_str())).map(|(field, _)| *field))
}

#[cfg(test)]
mod tests;
