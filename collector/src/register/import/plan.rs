//! What an import would do: row by row, before anything is written.

use std::collections::BTreeMap;

use patuh_protocol::id::Code;

use super::super::identifier::{bare, known_serial};
use super::super::{Asset, AssetId, Field};
use super::context::Context;
use super::index::{self, Index};
use super::outcome::{Entry, Outcome, Planned, Problem, RowPlan};
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

    /// Whether any price column is headed as thousands of rupiah.
    #[must_use]
    pub fn thousands(&self) -> bool {
        self.sheets.iter().any(|sheet| sheet.columns.thousands)
    }
}

impl Entry for Asset {
    type Id = AssetId;
    type Field = Field;

    fn id(&self) -> AssetId {
        self.id
    }
}

impl Planned for Plan {
    type Entry = Asset;

    fn rows(&self) -> &[RowPlan] {
        &self.rows
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
