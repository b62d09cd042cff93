//! A plan out of a spreadsheet: what each row would do, before anything is written.
//!
//! Files are read by [`crate::register::import::read`], with all its bounds. A row means the plot whose number it
//! names, or else the one in force with its subnet. Columns that are not there leave things as they are; in our own list
//! (which has the numbers) an empty cell takes a value away, in others it says nothing.

use std::collections::BTreeMap;

use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use super::{Field, Plot, PlotId, Purpose, differences};
use crate::difference::Difference;
use crate::register::identifier::bare;
use crate::register::import::{Cell, Row, Sheet, Unreadable};

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

/// What a file would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// Its rows, in order.
    pub rows: Vec<RowPlan>,
    /// The headings that were not read.
    pub unread: Vec<String>,
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlan {
    /// The sheet it stands on; empty in a CSV.
    pub sheet: String,
    /// Its number on the sheet.
    pub row: u32,
    /// The subnet, as it stands there.
    pub subnet: String,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A new plot.
    New(Box<Plot>),
    /// A plot that changes, and how.
    Changed(Box<Plot>, Vec<Difference<Field>>),
    /// A plot that stays as it is.
    Same(PlotId),
    /// Wrong: in which column, and what; an empty column is the row as a whole.
    Wrong(Vec<(&'static str, String)>),
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

impl Outcome {
    /// Its place in [`Import::counts`].
    #[must_use]
    pub const fn place(&self) -> usize {
        match self {
            Self::New(_) => 0,
            Self::Changed(..) => 1,
            Self::Same(_) => 2,
            Self::Wrong(_) => 3,
        }
    }

    fn written(&self) -> Option<&Plot> {
        match self {
            Self::New(plot) | Self::Changed(plot, _) => Some(plot),
            Self::Same(_) | Self::Wrong(_) => None,
        }
    }
}

impl Import {
    /// What `sheets` would do.
    ///
    /// # Errors
    /// [`Unreadable::NoHeadings`] when no sheet has a column of subnets.
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
        if is_headed { Ok(import) } else { Err(Unreadable::NoHeadings) }
    }

    fn row(&self, sheet: &Sheet, row: &Row, columns: &[Option<Field>], context: &Context<'_>) -> RowPlan {
        let cells: BTreeMap<Field, &Cell> = columns
            .iter()
            .enumerate()
            .filter_map(|(column, field)| Some(((*field)?, row.cell(column))))
            .collect();
        let subnet = cells.get(&Field::Subnet).map(|cell| cell.shown()).unwrap_or_default();
        let outcome = match context.plot(&cells) {
            Ok(outcome) => self.once(outcome),
            Err(wrong) => Outcome::Wrong(wrong),
        };
        RowPlan { sheet: sheet.name.clone(), row: row.number, subnet, outcome }
    }

    /// A row that would give away what a row above it gives away is wrong.
    fn once(&self, outcome: Outcome) -> Outcome {
        let Some(plot) = outcome.written() else { return outcome };
        let same = |row: &&RowPlan| {
            row.outcome
                .written()
                .is_some_and(|other| other.is_rival_of(plot) || (!plot.is_new() && other.id == plot.id))
        };
        match self.rows.iter().find(same) {
            Some(row) => {
                Outcome::Wrong(vec![("", format!("subnet ini sudah disebut pada baris {}", row.row))])
            }
            None => outcome,
        }
    }

    /// The plots that would be written.
    #[must_use]
    pub fn writes(&self) -> Vec<Plot> {
        self.rows.iter().filter_map(|row| row.outcome.written()).cloned().collect()
    }

    /// How many rows are new, changed, the same, and wrong.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for row in &self.rows {
            if let Some(count) = counts.get_mut(row.outcome.place()) {
                *count += 1;
            }
        }
        counts
    }

    /// Of all that would be written: whoever accepts an import accepts this one and no other.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let text = serde_json::to_string(&self.writes()).unwrap_or_default();
        Digest::of(text.as_bytes())
    }
}

/// What a row is refused for.
type Wrong = Vec<(&'static str, String)>;

impl Context<'_> {
    /// What the cells of a row make of the plot that they mean.
    fn plot(&self, cells: &BTreeMap<Field, &Cell>) -> Result<Outcome, Wrong> {
        let mut wrong = Wrong::new();
        let mut scratch = Plot::new(ipnet::Ipv4Net::default().into());
        if let Err(what) = Field::Subnet.set(&mut scratch, &text(cells, Field::Subnet)) {
            return Err(vec![(Field::Subnet.heading(), what)]);
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
            wrong.extend(set.err().map(|what| (field.heading(), what)));
        }
        // Whoever names an owner in a list of subnets means the office's network; without one it is everybody's.
        if old.is_none() && plot.office.is_none() && !cells.contains_key(&Field::Purpose) {
            plot.purpose = Purpose::Shared;
        }
        if wrong.is_empty() {
            wrong.extend(plot.faults().into_iter().map(|(field, what)| (field.heading(), what)));
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
        let unknown =
            || vec![(Field::Number.heading(), format!("subnet {number:?} tidak ada dalam rencana"))];
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
        let same = |(code, name): &&(Code, String)| {
            code.as_str().eq_ignore_ascii_case(&written) || bare(name) == bare(&written)
        };
        let found = known.iter().find(same).map(|(code, _)| code.clone());
        if found.is_none() && !wrong.iter().any(|(heading, _)| *heading == field.heading()) {
            wrong.push((field.heading(), format!("{what} {written:?} tidak ada dalam konfigurasi")));
        }
        found
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
