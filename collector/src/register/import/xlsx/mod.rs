//! XLSX (ECMA-376, part 1): a zip of XML parts.
//!
//! Read here instead of by a library for two reasons: the libraries reserve memory for as many strings and cells
//! as the file *says* it has, which a file of one kilobyte can make all there is; and a code that a spreadsheet
//! has made a number of must be seen in the digits of the file, not as the nearest floating point number.

mod parts;
mod sheet;
mod styles;

use super::{Sheet, Unreadable, limits};
use parts::Parts;
use styles::Styles;

/// The sheets of a workbook that are not hidden.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    let mut parts = Parts::open(bytes)?;
    let workbook = parts.related("", "/officeDocument")?.into_iter().next();
    let (_, workbook) = workbook.ok_or_else(|| damaged("tanpa buku kerja"))?;
    let text = parts.text(&workbook)?.ok_or_else(|| damaged("tanpa buku kerja"))?;
    let (listed, since_1904) = listed(&text)?;
    let strings = match parts.related(&workbook, "/sharedStrings")?.into_iter().next() {
        Some((_, path)) => sheet::strings(&parts.text(&path)?.unwrap_or_default())?,
        None => Vec::new(),
    };
    let styles = match parts.related(&workbook, "/styles")?.into_iter().next() {
        Some((_, path)) => Styles::read(&parts.text(&path)?.unwrap_or_default(), since_1904)?,
        None => Styles::default(),
    };
    let places = parts.related(&workbook, "/worksheet")?;
    let (mut sheets, mut room) = (Vec::new(), limits::MAX_ROWS);
    for (name, id) in listed {
        let Some((_, path)) = places.iter().find(|(place, _)| *place == id) else { continue };
        let Some(text) = parts.text(path)? else { continue };
        let rows = sheet::rows(&text, &strings, &styles, room)?;
        room -= rows.len();
        sheets.push(Sheet { name, rows });
    }
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) { Err(Unreadable::Empty) } else { Ok(sheets) }
}

/// The names of the sheets that are not hidden, each with its relation, and whether days are counted from 1904.
fn listed(workbook: &str) -> Result<(Vec<(String, String)>, bool), Unreadable> {
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    parts::elements(workbook, |name, attributes| match name {
        "workbookPr" => {
            since_1904 = matches!(attributes.get("date1904").map(String::as_str), Some("1" | "true"))
        }
        "sheet" if attributes.get("state").is_none_or(|state| state == "visible") => {
            let (name, id) = (attributes.get("name").cloned(), attributes.get("id").cloned());
            sheets.extend(name.zip(id));
        }
        _ => {}
    })?;
    if sheets.len() > limits::MAX_SHEETS {
        return Err(limits::too_many(limits::MAX_SHEETS, "jumlah lembar"));
    }
    Ok((sheets, since_1904))
}

fn damaged(what: impl std::fmt::Display) -> Unreadable {
    Unreadable::Damaged(what.to_string())
}

#[cfg(test)]
mod tests;
