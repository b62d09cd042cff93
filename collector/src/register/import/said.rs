//! What one cell says to a field: numbers that a spreadsheet made of codes, days, dashes, thousands.

use super::super::identifier::bare;
use super::super::{Asset, AssetId, AssetKind, Field, FieldKind};
use super::context::Context;
use super::csv::unguarded;
use super::{Cell, index};

/// The digits that a spreadsheet's number holds without loss.
const EXACT: usize = 15;

/// A cell on its way to a field.
pub(super) struct Saying<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) field: Field,
    /// The asset that the row means.
    pub(super) old: Option<&'a Asset>,
    /// Whether the sheet is our own list.
    pub(super) own: bool,
}

impl Saying<'_> {
    /// What the cell says, as people would write it, and what a person should look at.
    pub(super) fn text(&self, cell: &Cell) -> Result<(String, Option<String>), String> {
        let (text, notice) = match cell {
            Cell::Empty => (String::new(), None),
            Cell::Text(text) => (text.trim().to_owned(), None),
            Cell::Fault(fault) => {
                return Err(format!("sel berisi kesalahan rumus {fault}; perbaiki di spreadsheet"));
            }
            Cell::Day(day) => match self.field.kind() {
                FieldKind::Day => (cell.shown(), None),
                FieldKind::Number => (day.year().to_string(), None),
                FieldKind::Code | FieldKind::Words => return Err(mangled("tanggal", &cell.shown())),
            },
            Cell::Number(number) => self.number(number)?,
        };
        let text = if is_dash(&text) { String::new() } else { text };
        // A CSV that was opened and saved as a workbook keeps its apostrophes.
        let stands = self.old.is_some_and(|old| self.field.get(old) == text);
        let text = if stands { text } else { unguarded(&text).to_owned() };
        self.understood(text).map(|text| (text, notice))
    }

    fn understood(&self, text: String) -> Result<String, String> {
        match self.field {
            Field::Agent => self.context.hosts.agent(&text),
            Field::Office => Ok(self.context.office_named(&text).unwrap_or(text)),
            Field::Site => Ok(self.context.site_named(&text).unwrap_or(text)),
            Field::Price if self.context.thousands && !self.own && !text.is_empty() => thousands(&text),
            Field::Register if is_range(&text) => {
                Err(format!("“{text}” adalah beberapa register; pecah menjadi satu baris tiap unit"))
            }
            Field::Room if !self.own => Ok(self.room(text)),
            Field::Note if !self.own => Ok(note(&text).to_owned()),
            _ => Ok(text),
        }
    }

    fn number(&self, number: &str) -> Result<(String, Option<String>), String> {
        let whole = number.parse::<f64>().ok().filter(|value| value.fract() == 0.0 && value.abs() < 1e15);
        let digits = number.len() <= EXACT && number.chars().all(|c| c.is_ascii_digit());
        match (self.field.kind(), whole) {
            (FieldKind::Number, Some(whole)) => Ok((format!("{whole:.0}"), None)),
            (FieldKind::Day, _) => {
                Err(format!("{number} adalah angka, bukan tanggal; tulis seperti 22-11-2026"))
            }
            (FieldKind::Words | FieldKind::Number, _) => Ok((number.to_owned(), None)),
            (FieldKind::Code, _) if self.field == Field::Nibar || !digits => Err(mangled("angka", number)),
            (FieldKind::Code, _) => {
                let held = self.old.map(|old| self.field.get(old)).filter(|held| !held.is_empty());
                if let Some(held) = held.filter(|held| index::number(held) == index::number(number)) {
                    return Ok((held, None));
                }
                let heading = self.field.heading();
                let notice = format!("{heading} {number} berupa sel angka; nol di depannya mungkin hilang");
                Ok((number.to_owned(), Some(notice)))
            }
        }
    }

    /// The room, unless the cell is what our own forms make of site, room and rack together.
    fn room(&self, text: String) -> String {
        let Some(place) = self.old.map(|old| &old.place) else { return text };
        let site = place.site.as_ref().map(|code| self.context.site_name(code));
        let parts = [site, place.room.as_deref(), place.rack.as_deref()];
        let composed = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if bare(&composed) == bare(&text) { place.room.clone().unwrap_or_default() } else { text }
    }
}

/// The number of an asset that our own forms put in front of the note.
pub(super) fn numbered(note: &str) -> Option<AssetId> {
    note.split([';', ' ']).next()?.parse().ok()
}

/// A note without that number.
fn note(text: &str) -> &str {
    let Some(id) = numbered(text) else { return text };
    let rest = text.strip_prefix(id.to_string().as_str()).unwrap_or(text);
    rest.trim_start_matches([';', ' '])
}

/// A dash is how the forms write what is not known.
fn is_dash(text: &str) -> bool {
    matches!(text, "-" | "–" | "--")
}

pub(super) fn is_nothing(cell: &Cell) -> bool {
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
