//! One row against the register: which asset it means, and what it says of it.

use std::collections::BTreeMap;

use patuh_protocol::id::{BadId, Code};

use super::super::{Asset, AssetKind, Field};
use super::context::Context;
use super::index::Index;
use super::outcome::{Outcome, Problem};
use super::said::{Saying, is_nothing, numbered};
use super::{Cell, Columns, Row, Target, letters};

/// A row on its way to an [`Outcome`].
pub(super) struct Reading<'a> {
    context: &'a Context<'a>,
    index: &'a Index<'a>,
    columns: &'a Columns,
    row: &'a Row,
    /// The office that the sheet says it is of.
    sheet_office: Option<&'a Code>,
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
        sheet_office: Option<&'a Code>,
    ) -> Self {
        Self { context, index, columns, row, sheet_office, notices: Vec::new(), problems: Vec::new() }
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
        let mut probe = Asset::new("x".parse().ok()?, AssetKind::Other, "x".to_owned());
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
        let has = |field: Field| self.cell(Target::Field(field)).is_some_and(|cell| !is_nothing(cell));
        let filled = self.columns.targets.iter().enumerate();
        let filled = filled.filter(|(column, target)| target.is_some() && !self.row.cell(*column).is_empty());
        let filled = filled.count();
        let named = [Field::Serial, Field::Nibar, Field::Code].into_iter().any(has);
        let foreign = !self.columns.own && (!has(Field::Name) || (!named && filled < 3));
        if !has(Field::Number) && (filled < 2 || foreign) {
            return Some("bukan baris barang".to_owned());
        }
        let code = self.cell(Target::Field(Field::Code))?.shown();
        let code = super::super::identifier::kode_barang(&code).ok().flatten()?;
        let known = has(Field::Kind) || has(Field::Number) || self.context.codes.is_ict(&code);
        (!known).then(|| format!("kode {code} bukan barang TIK"))
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
        let note = self.cell(Target::Field(Field::Note)).filter(|_| !self.columns.own).map(Cell::shown);
        if let Some(found) = note.and_then(|note| self.index.id(&numbered(&note)?.to_string())) {
            return Ok(Some(found));
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
            (Ok(office), Some(code), Some(register)) => {
                self.only(Field::Register, self.index.register(office.as_str(), &code, &register))
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

    /// The office of the row: its own, or that of its sheet, or the one that was chosen for the rest.
    fn office(&self) -> Result<Code, Problem> {
        let named = self.cell(Target::Field(Field::Office)).map(Cell::shown).filter(|text| !text.is_empty());
        if let Some(named) = named {
            let code = self.context.office_named(&named).unwrap_or_else(|| named.to_lowercase());
            return code.parse().map_err(|error: BadId| self.at(Field::Office, error.to_string()));
        }
        let what = || "Perangkat Daerahnya tidak diketahui; pilih PD untuk baris tanpa kode PD".to_owned();
        let office = self.sheet_office.or(self.context.office.as_ref()).cloned();
        office.ok_or_else(|| self.at(Field::Office, what()))
    }

    /// A new asset with what none is without.
    fn begun(&mut self) -> Option<Asset> {
        let office = match self.office() {
            Ok(office) => office,
            Err(problem) => {
                self.problems.push(problem);
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
            let saying = Saying { context: self.context, field, old, own: self.columns.own };
            let mut probe = asset.clone();
            let set = saying.text(cell).and_then(|(text, notice)| {
                field.set(&mut probe, &text)?;
                Ok(notice)
            });
            match set {
                Err(what) => self.problem(column, what),
                Ok(_) if held.is_some_and(|held| held == field.get(&probe)) => {}
                Ok(notice) => {
                    self.notices.extend(notice);
                    asset = probe;
                }
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

    /// What cannot be told from one cell alone.
    fn checked(&mut self, asset: &Asset) {
        if !self.context.offices.iter().any(|(code, _)| *code == asset.office) {
            let what = format!("perangkat daerah “{}” tidak ada dalam konfigurasi", asset.office.as_str());
            self.problems.push(self.at(Field::Office, what));
        }
        let known = |site: &&Code| self.context.sites.iter().any(|(code, _)| code == *site);
        if let Some(site) = asset.place.site.as_ref().filter(|site| !known(site)) {
            let what = format!("lokasi “{}” tidak ada dalam konfigurasi", site.as_str());
            self.problems.push(self.at(Field::Site, what));
        }
        let (code, register) = (asset.book.code.as_deref(), asset.book.register.as_deref());
        let nibar = asset.book.nibar.as_deref();
        self.notices.extend(nibar.and_then(|it| super::super::identifier::nibar_oddity(it, code, register)));
    }
}
