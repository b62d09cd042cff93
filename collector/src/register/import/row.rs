//! One row against the register: which asset it means, and what it says of it.

use std::collections::BTreeMap;

use super::super::{Asset, AssetKind, Field, FieldKind};
use super::index::{self, Index};
use super::plan::{Context, Outcome, Problem};
use super::{Cell, Columns, Row, Target, letters};

/// The digits that a spreadsheet's number holds without loss.
const EXACT: usize = 15;

/// A row on its way to an [`Outcome`].
pub(super) struct Reading<'a> {
    context: &'a Context<'a>,
    index: &'a Index<'a>,
    columns: &'a Columns,
    row: &'a Row,
    /// What is to be asked about, and what is wrong.
    pub(super) notices: Vec<String>,
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(
        context: &'a Context<'a>,
        index: &'a Index<'a>,
        columns: &'a Columns,
        row: &'a Row,
    ) -> Self {
        Self { context, index, columns, row, notices: Vec::new(), problems: Vec::new() }
    }

    /// What people call the row.
    pub(super) fn name(&self) -> String {
        let shown = |field| self.cell(Target::Field(field)).map(Cell::shown).filter(|text| !text.is_empty());
        let name = shown(Field::Name).or_else(|| shown(Field::Number)).or_else(|| shown(Field::Serial));
        name.unwrap_or_default()
    }

    fn cell(&self, target: Target) -> Option<&'a Cell> {
        self.columns.of(target).map(|column| self.row.cell(column))
    }

    /// The text of a field in the identifying columns; what is wrong with it is told when the field is set.
    fn identifier(&self, field: Field) -> Option<String> {
        let text = self.cell(Target::Field(field))?.shown();
        let mut probe = Asset::new(self.context.office.clone()?, AssetKind::Other, "x".to_owned());
        field.set(&mut probe, &text).ok()?;
        Some(field.get(&probe)).filter(|text| !text.is_empty())
    }

    /// What comes of the row.
    pub(super) fn outcome(&mut self) -> Outcome {
        if let Some(why) = self.skipped() {
            return Outcome::Skipped(why);
        }
        self.quantity();
        let old = match self.meant() {
            Ok(old) => old,
            Err(problem) => {
                self.problems.push(problem);
                return Outcome::Wrong(std::mem::take(&mut self.problems));
            }
        };
        let Some(asset) = old.cloned().or_else(|| self.begun()) else {
            return Outcome::Wrong(std::mem::take(&mut self.problems));
        };
        let asset = self.filled(asset, old);
        self.checked(&asset);
        if !self.problems.is_empty() {
            return Outcome::Wrong(std::mem::take(&mut self.problems));
        }
        match old {
            None => Outcome::New(Box::new(asset)),
            Some(old) => {
                let changes = super::super::differences(old, &asset);
                if changes.is_empty() {
                    Outcome::Same(old.id)
                } else {
                    Outcome::Changed(Box::new(asset), changes)
                }
            }
        }
    }

    /// Why the row is none of the list: a total, a signature, or goods that are no ICT equipment.
    fn skipped(&self) -> Option<String> {
        let filled = self.columns.targets.iter().enumerate();
        let filled = filled.filter(|(column, target)| target.is_some() && !self.row.cell(*column).is_empty());
        let named = [Field::Number, Field::Serial, Field::Nibar, Field::Code];
        let has = |field: &Field| self.cell(Target::Field(*field)).is_some_and(|cell| !cell.is_empty());
        if !named.iter().any(has) && filled.count() < 3 {
            return Some("bukan baris barang".to_owned());
        }
        let code = self.cell(Target::Field(Field::Code))?.shown();
        let kind = has(&Field::Kind) || has(&Field::Number);
        let code = super::super::identifier::kode_barang(&code).ok().flatten()?;
        (!kind && !self.context.codes.is_ict(&code)).then(|| format!("kode {code} bukan barang TIK"))
    }

    /// One row is one unit.
    fn quantity(&mut self) {
        let Some(column) = self.columns.of(Target::Quantity) else { return };
        let shown = self.row.cell(column).shown();
        let number = shown.split([' ', ',']).next().and_then(|number| number.parse::<u32>().ok());
        if number.is_some_and(|number| number != 1) {
            self.problem(
                column,
                format!("jumlahnya {shown}; satu baris untuk satu unit, pecah menjadi beberapa baris"),
            );
        }
    }

    fn problem(&mut self, column: usize, what: String) {
        let heading = self.columns.headings.get(column).map_or("", String::as_str).trim();
        let column = format!("{} ({heading})", letters(column));
        self.problems.push(Problem { column, what });
    }

    /// The asset of the register that the row means: by number, serial number, NIBAR, or kode barang with nomor
    /// register in its office.
    fn meant(&self) -> Result<Option<&'a Asset>, Problem> {
        if let Some(cell) = self.cell(Target::Field(Field::Number)).filter(|cell| !cell.is_empty()) {
            let number = cell.shown();
            let what = format!("aset {number} tidak ada dalam register; kosongkan selnya untuk aset baru");
            return self.index.id(&number).map(Some).ok_or_else(|| self.at(Field::Number, what));
        }
        if let Some(serial) = self.identifier(Field::Serial)
            && let Some(found) = self.only(Field::Serial, self.index.serial(&serial))?
        {
            return Ok(Some(found));
        }
        if let Some(nibar) = self.identifier(Field::Nibar)
            && let Some(found) = self.only(Field::Nibar, self.index.nibar(&nibar))?
        {
            return Ok(Some(found));
        }
        let (code, register) = (self.identifier(Field::Code), self.identifier(Field::Register));
        match (self.office(), code, register) {
            (Some(office), Some(code), Some(register)) => {
                self.only(Field::Register, self.index.register(&office, &code, &register))
            }
            _ => Ok(None),
        }
    }

    fn only(&self, field: Field, found: &[&'a Asset]) -> Result<Option<&'a Asset>, Problem> {
        match found {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let ids: Vec<String> = several.iter().map(|asset| asset.id.to_string()).collect();
                let what = format!("cocok dengan beberapa aset ({}); isi kolom Nomor aset", ids.join(", "));
                Err(self.at(field, what))
            }
        }
    }

    fn at(&self, field: Field, what: String) -> Problem {
        let column = self.columns.of(Target::Field(field));
        let heading = column.and_then(|column| self.columns.headings.get(column)).map_or("", |it| it.trim());
        let column = column.map_or_else(String::new, |column| format!("{} ({heading})", letters(column)));
        Problem { column, what }
    }

    /// The office of the row, or the one that was chosen for rows that name none.
    fn office(&self) -> Option<String> {
        let named = self.cell(Target::Field(Field::Office)).map(|cell| cell.shown().to_lowercase());
        named
            .filter(|text| !text.is_empty())
            .or_else(|| self.context.office.as_ref().map(ToString::to_string))
    }

    /// A new asset with what none is without.
    fn begun(&mut self) -> Option<Asset> {
        let office = match self.office().map(|office| office.parse()) {
            Some(Ok(office)) => office,
            Some(Err(error)) => {
                let error: patuh_protocol::id::BadId = error;
                self.problems.push(self.at(Field::Office, error.to_string()));
                return None;
            }
            None => {
                let what =
                    "Perangkat Daerahnya tidak diketahui; pilih PD untuk baris tanpa kode PD".to_owned();
                self.problems.push(self.at(Field::Office, what));
                return None;
            }
        };
        let name = self.cell(Target::Field(Field::Name)).map(Cell::shown).unwrap_or_default();
        let code = self.identifier(Field::Code);
        let kind = code.as_ref().and_then(|code| self.context.codes.kind_of(code));
        let named = self.cell(Target::Field(Field::Kind)).is_some_and(|cell| !cell.is_empty());
        if kind.is_none() && !named {
            self.notices.push("jenisnya tidak diketahui dan dicatat sebagai Lainnya".to_owned());
        }
        let asset = Asset::new(office, kind.unwrap_or(AssetKind::Other), name.clone());
        if name.is_empty() {
            self.problems.push(self.at(Field::Name, "nama barang harus diisi".to_owned()));
        }
        Some(asset)
    }

    /// `asset` with what the row says of it. Of an asset that stands in the register only what differs from it is
    /// taken: the cells of a step's document, for one, do not follow when only the step was changed.
    fn filled(&mut self, mut asset: Asset, old: Option<&Asset>) -> Asset {
        for (field, column) in self.fields() {
            let cell = self.row.cell(column);
            let says_nothing = is_nothing(cell) && (old.is_none() || !self.columns.own);
            if says_nothing || field == Field::Number {
                continue;
            }
            let held = old.map(|old| field.get(old));
            let mut probe = asset.clone();
            let set = self.text(field, cell, held.as_deref()).and_then(|text| field.set(&mut probe, &text));
            match set {
                Err(what) => self.problem(column, what),
                Ok(()) if held.is_some_and(|held| held == field.get(&probe)) => {}
                Ok(()) => asset = probe,
            }
        }
        asset
    }

    /// The columns that hold fields, in the order of the fields.
    fn fields(&self) -> BTreeMap<Field, usize> {
        let targets = self.columns.targets.iter().enumerate();
        let field = |(column, target): (usize, &Option<Target>)| match (*target)? {
            Target::Field(field) => Some((field, column)),
            Target::Acquired => {
                let year = self.row.cell(column).shown().len() == 4;
                Some((if year { Field::Year } else { Field::AcquiredOn }, column))
            }
            Target::Quantity => None,
        };
        targets.filter_map(field).collect()
    }

    /// What a cell says to a field, as people would write it.
    fn text(&mut self, field: Field, cell: &Cell, held: Option<&str>) -> Result<String, String> {
        let text = match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Fault(fault) => {
                return Err(format!("sel berisi kesalahan rumus {fault}; perbaiki di spreadsheet"));
            }
            Cell::Day(day) => match field.kind() {
                FieldKind::Day => cell.shown(),
                FieldKind::Number => day.year().to_string(),
                FieldKind::Code | FieldKind::Words => return Err(mangled("tanggal", &cell.shown())),
            },
            Cell::Number(number) => self.number(field, number, held)?,
        };
        let text = if is_dash(&text) { String::new() } else { text };
        if field == Field::Price && self.context.thousands && !text.is_empty() {
            return thousands(&text);
        }
        if field == Field::Register && is_range(&text) {
            return Err(format!("{text:?} adalah beberapa register; pecah menjadi satu baris tiap unit"));
        }
        Ok(text)
    }

    fn number(&mut self, field: Field, number: &str, held: Option<&str>) -> Result<String, String> {
        let whole = number.parse::<f64>().ok().filter(|value| value.fract() == 0.0 && value.abs() < 1e15);
        let whole = whole.map(|value| format!("{value:.0}"));
        let digits = number.len() <= EXACT && number.chars().all(|c| c.is_ascii_digit());
        match (field.kind(), whole) {
            (FieldKind::Number, Some(whole)) => Ok(whole),
            (FieldKind::Day, _) => {
                Err(format!("{number} adalah angka, bukan tanggal; tulis seperti 22-11-2026"))
            }
            (FieldKind::Words | FieldKind::Number, _) => Ok(number.to_owned()),
            (FieldKind::Code, _) if field == Field::Nibar || !digits => Err(mangled("angka", number)),
            (FieldKind::Code, _)
                if held
                    .is_some_and(|held| !held.is_empty() && index::number(held) == index::number(number)) =>
            {
                Ok(held.unwrap_or_default().to_owned())
            }
            (FieldKind::Code, _) => {
                let heading = field.heading();
                self.notices
                    .push(format!("{heading} {number} berupa sel angka; nol di depannya mungkin hilang"));
                Ok(number.to_owned())
            }
        }
    }

    /// What cannot be told from one cell alone.
    fn checked(&mut self, asset: &Asset) {
        if !self.context.offices.contains(&asset.office) {
            let what = format!("perangkat daerah {:?} tidak ada dalam konfigurasi", asset.office.as_str());
            self.problems.push(self.at(Field::Office, what));
        }
        if let Some(site) = asset.place.site.as_ref().filter(|site| !self.context.sites.contains(site)) {
            let what = format!("lokasi {:?} tidak ada dalam konfigurasi", site.as_str());
            self.problems.push(self.at(Field::Site, what));
        }
        let (code, register) = (asset.book.code.as_deref(), asset.book.register.as_deref());
        let nibar = asset.book.nibar.as_deref();
        self.notices.extend(nibar.and_then(|it| super::super::identifier::nibar_oddity(it, code, register)));
    }
}

/// A dash is how the forms write what is not known.
fn is_dash(text: &str) -> bool {
    matches!(text, "-" | "–" | "--")
}

fn is_nothing(cell: &Cell) -> bool {
    cell.is_empty() || is_dash(&cell.shown())
}

/// What a spreadsheet made of a code.
fn mangled(what: &str, shown: &str) -> String {
    format!(
        "spreadsheet telah mengubahnya menjadi {what} ({shown}) sehingga tulisan aslinya hilang; jadikan kolom ini \
         Teks, lalu salin lagi dari sumbernya"
    )
}

/// A price in thousands of rupiah, in rupiah.
fn thousands(text: &str) -> Result<String, String> {
    let mut probe = Asset::new("x".parse().map_err(|_| text.to_owned())?, AssetKind::Other, "x".to_owned());
    Field::Price.set(&mut probe, text)?;
    Ok(probe.book.price.map(|price| price.saturating_mul(1000).to_string()).unwrap_or_default())
}

/// Whether a register names several: `0001 s/d 0005`, `1-5`.
fn is_range(text: &str) -> bool {
    let parts: Vec<&str> =
        text.split("s/d").flat_map(|part| part.split("s.d.")).flat_map(|p| p.split('-')).collect();
    let digits = |part: &&str| !part.trim().is_empty() && part.trim().chars().all(|c| c.is_ascii_digit());
    parts.len() == 2 && parts.iter().all(digits)
}
