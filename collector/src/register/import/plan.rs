//! What an import would do: row by row, before anything is written.

use std::collections::BTreeMap;

use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use super::super::Asset;
use super::super::identifier::{bare, known_serial};
use super::context::{Context, Outcome, Problem};
use super::index::{self, Index};
use super::row::Reading;
use super::{Cell, Columns, Mapping, Row, Sheet, Unreadable};

/// What a file would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The sheets that were read.
    pub sheets: Vec<SheetPlan>,
    /// Their rows, in order.
    pub rows: Vec<RowPlan>,
}

/// A sheet that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetPlan {
    /// Its name; empty in a CSV.
    pub name: String,
    /// The office that it says it is of, above its headings.
    pub office: Option<Code>,
    /// Its columns.
    pub columns: Columns,
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlan {
    /// The sheet it stands on; empty in a CSV.
    pub sheet: String,
    /// Its number on the sheet.
    pub row: u32,
    /// What people call it.
    pub name: String,
    /// What comes of it.
    pub outcome: Outcome,
    /// What a person should look at.
    pub notices: Vec<String>,
}

impl Plan {
    /// What `sheets` would do to the register of `context`, their columns read as `mapping` says.
    ///
    /// # Errors
    /// [`Unreadable::NoHeadings`] when no sheet has headings.
    pub fn new(sheets: &[Sheet], mapping: &Mapping, context: &Context<'_>) -> Result<Self, Unreadable> {
        let (mut plan, mut taken) = (Self::default(), Taken::default());
        let index = Index::new(context.assets);
        for sheet in sheets.iter().filter(|sheet| !sheet.is_aside()) {
            let Some(columns) = sheet.columns(mapping) else { continue };
            let office = context.office_above(sheet.rows.get(..columns.below).unwrap_or_default());
            let rows = sheet.rows.iter().skip(columns.below).filter(|row| !is_numbering(row));
            for row in rows {
                let mut reading = Reading::new(context, &index, &columns, row, office.as_ref());
                let outcome = taken.once(reading.outcome(), row.number);
                let (name, notices) = (reading.name(), reading.notices);
                plan.rows.push(RowPlan {
                    sheet: sheet.name.clone(),
                    row: row.number,
                    name,
                    outcome,
                    notices,
                });
            }
            plan.sheets.push(SheetPlan { name: sheet.name.clone(), office, columns });
        }
        if plan.sheets.is_empty() { Err(Unreadable::NoHeadings) } else { Ok(plan) }
    }

    /// The assets that would be written.
    #[must_use]
    pub fn writes(&self) -> Vec<Asset> {
        let written = |row: &RowPlan| match &row.outcome {
            Outcome::New(asset) | Outcome::Changed(asset, _) => Some((**asset).clone()),
            _ => None,
        };
        self.rows.iter().filter_map(written).collect()
    }

    /// How many rows are new, changed, the same, skipped and wrong.
    #[must_use]
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for row in &self.rows {
            if let Some(count) = counts.get_mut(row.outcome.place()) {
                *count += 1;
            }
        }
        counts
    }

    /// Whether any price column is headed as thousands of rupiah.
    #[must_use]
    pub fn thousands(&self) -> bool {
        self.sheets.iter().any(|sheet| sheet.columns.thousands)
    }

    /// Of all that would be written: whoever accepts a plan accepts this one and no other.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let text = serde_json::to_string(&self.writes()).unwrap_or_default();
        Digest::of(text.as_bytes())
    }
}

impl Outcome {
    /// Its place in [`Plan::counts`].
    #[must_use]
    pub const fn place(&self) -> usize {
        match self {
            Self::New(_) => 0,
            Self::Changed(..) => 1,
            Self::Same(_) => 2,
            Self::Skipped(_) => 3,
            Self::Wrong(_) => 4,
        }
    }

    /// Its word for people.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New(_) => "Baru",
            Self::Changed(..) => "Berubah",
            Self::Same(_) => "Sama",
            Self::Skipped(_) => "Dilewati",
            Self::Wrong(_) => "Salah",
        }
    }
}

/// What rows before have taken: an asset, or a new one's identity.
#[derive(Default)]
struct Taken(BTreeMap<String, u32>);

impl Taken {
    /// The outcome, unless a row before means the same thing.
    fn once(&mut self, outcome: Outcome, row: u32) -> Outcome {
        let keys: Vec<String> = match &outcome {
            Outcome::New(asset) => identities(asset),
            Outcome::Changed(asset, _) => vec![asset.id.to_string()],
            Outcome::Same(id) => vec![id.to_string()],
            Outcome::Skipped(_) | Outcome::Wrong(_) => Vec::new(),
        };
        if let Some(before) = keys.iter().find_map(|key| self.0.get(key)) {
            let what = format!("barang yang sama sudah ada di baris {before}");
            return Outcome::Wrong(vec![Problem { column: String::new(), what }]);
        }
        self.0.extend(keys.into_iter().map(|key| (key, row)));
        outcome
    }
}

/// What a new asset would be known by again.
fn identities(asset: &Asset) -> Vec<String> {
    let serial =
        asset.serial.as_deref().and_then(known_serial).map(|serial| format!("seri {}", bare(serial)));
    let nibar = asset.book.nibar.as_ref().map(|nibar| format!("nibar {nibar}"));
    let register = asset.book.code.as_ref().zip(asset.book.register.as_ref());
    let register = register
        .map(|(code, register)| format!("register {} {code} {}", asset.office, index::number(register)));
    [serial, nibar, register].into_iter().flatten().collect()
}

/// Whether a row numbers the columns, as the forms do below their headings: 1, 2, 3, …
fn is_numbering(row: &Row) -> bool {
    let numbers = row.cells.iter().filter(|cell| !cell.is_empty()).map(Cell::shown);
    let numbers: Vec<Option<usize>> = numbers.map(|text| text.parse().ok()).collect();
    numbers.len() > 2 && numbers.iter().zip(1..).all(|(number, place)| *number == Some(place))
}
