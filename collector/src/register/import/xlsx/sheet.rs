//! Cells of a sheet, and the texts they share.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::limits::{MAX_CELL, MAX_COLUMNS, MAX_ROWS, too_many};
use super::super::{Cell, Row, Unreadable};
use super::parts::{attributes, letter};
use super::{Styles, damaged};

/// The texts that cells share, in order.
pub(super) fn strings(text: &str) -> Result<Vec<String>, Unreadable> {
    let (mut reader, mut strings) = (Reader::from_str(text), Vec::new());
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) if element.local_name().as_ref() == "si" => {
                strings.push(rich(&mut reader, "si")?);
            }
            Event::Empty(element) if element.local_name().as_ref() == "si" => strings.push(String::new()),
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// The text up to the end of the element `end`: of its `t`, without how it is spoken (`rPh`).
fn rich(reader: &mut Reader<&[u8]>, end: &str) -> Result<String, Unreadable> {
    let (mut text, mut inside, mut spoken) = (String::new(), false, false);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => inside = true,
                "rPh" => spoken = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "t" => inside = false,
                "rPh" => spoken = false,
                name if name == end => return Ok(unescaped(&text)),
                _ => {}
            },
            Event::Eof => return Err(damaged("terpotong")),
            event if inside && !spoken => push(&mut text, &event)?,
            _ => {}
        }
    }
}

/// Adds what an event says in letters.
fn push(text: &mut String, event: &Event<'_>) -> Result<(), Unreadable> {
    match event {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(reference) => text.push(letter(reference)?),
        _ => {}
    }
    if text.len() > MAX_CELL * 4 { Err(too_many(MAX_CELL, "jumlah huruf dalam satu sel")) } else { Ok(()) }
}

/// A text in which `_x000D_` stands for what XML cannot carry.
fn unescaped(text: &str) -> String {
    let (mut whole, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("_x") {
        whole.push_str(before);
        let code = after.split_at_checked(4).and_then(|(code, rest)| Some((code, rest.strip_prefix('_')?)));
        let code = code.filter(|(code, _)| code.chars().all(|digit| digit.is_ascii_hexdigit()));
        let letter =
            code.and_then(|(code, rest)| Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, rest)));
        rest = if let Some((letter, rest)) = letter {
            whole.push(letter);
            rest
        } else {
            whole.push_str("_x");
            after
        };
    }
    whole.push_str(rest);
    whole
}

/// The rows of a sheet that are not empty, at most `room` of them.
pub(super) fn rows(
    text: &str,
    strings: &[String],
    styles: &Styles,
    room: usize,
) -> Result<Vec<Row>, Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    // Where the next cell stands when it does not say so.
    let (mut row, mut column) = (0, 0);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "row" => {
                let number = attributes(&element)?.get("r").and_then(|number| number.parse().ok());
                (row, column) = (number.unwrap_or(row + 1), 0);
            }
            Event::Start(element) if element.local_name().as_ref() == "c" => {
                let cell = Unread::new(&element, (row, column))?;
                (row, column) = (cell.row, cell.column + 1);
                let place = (cell.row, cell.column);
                let read = cell.read(&mut reader, strings, styles)?;
                put(&mut rows, place, read, room)?;
            }
            Event::Empty(element) if element.local_name().as_ref() == "c" => {
                let cell = Unread::new(&element, (row, column))?;
                (row, column) = (cell.row, cell.column + 1);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(rows.into_iter().map(|(number, cells)| Row { number, cells }).collect())
}

fn put(
    rows: &mut BTreeMap<u32, Vec<Cell>>,
    (row, column): (u32, usize),
    cell: Cell,
    room: usize,
) -> Result<(), Unreadable> {
    if cell.is_empty() {
        return Ok(());
    }
    if column >= MAX_COLUMNS {
        return Err(too_many(MAX_COLUMNS, "jumlah kolom"));
    }
    if rows.len() >= room && !rows.contains_key(&row) {
        return Err(too_many(MAX_ROWS, "jumlah baris"));
    }
    let cells = rows.entry(row).or_default();
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    if let Some(place) = cells.get_mut(column) {
        *place = cell;
    }
    Ok(())
}

/// A cell whose value is still to be read.
struct Unread {
    row: u32,
    column: usize,
    kind: String,
    style: Option<String>,
}

impl Unread {
    fn new(element: &BytesStart<'_>, next: (u32, usize)) -> Result<Self, Unreadable> {
        let mut attributes = attributes(element)?;
        let (row, column) = match attributes.get("r") {
            Some(place) => place_of(place).ok_or_else(|| damaged(format!("sel {place:?}")))?,
            None => next,
        };
        let kind = attributes.remove("t").unwrap_or_default();
        Ok(Self { row, column, kind, style: attributes.remove("s") })
    }

    fn read(
        self,
        reader: &mut Reader<&[u8]>,
        strings: &[String],
        styles: &Styles,
    ) -> Result<Cell, Unreadable> {
        let (mut value, mut inside) = (String::new(), false);
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => inside = true,
                    "is" => value = rich(reader, "is")?,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "v" => inside = false,
                    "c" => return self.cell(value, strings, styles),
                    _ => {}
                },
                Event::Eof => return Err(damaged("terpotong")),
                event if inside => push(&mut value, &event)?,
                _ => {}
            }
        }
    }

    /// The cell with this value (ECMA-376 part 1, 18.18.11).
    fn cell(self, value: String, strings: &[String], styles: &Styles) -> Result<Cell, Unreadable> {
        if value.is_empty() {
            return Ok(Cell::Empty);
        }
        Ok(match self.kind.as_str() {
            "s" => {
                let shared = value.trim().parse().ok().and_then(|index: usize| strings.get(index));
                Cell::Text(shared.ok_or_else(|| damaged("teks bersama yang tidak ada"))?.clone())
            }
            "inlineStr" => Cell::Text(value),
            "str" => Cell::Text(unescaped(&value)),
            "b" => Cell::Text(if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
            "e" => Cell::Fault(value),
            "d" => Cell::Text(value),
            _ => match styles.day(self.style.as_deref(), value.trim()) {
                Some(day) => Cell::Day(day),
                None => Cell::Number(value.trim().to_owned()),
            },
        })
    }
}

/// Row and column (from 0) of `AB12`.
fn place_of(place: &str) -> Option<(u32, usize)> {
    let digits = place.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = place.strip_suffix(digits).filter(|letters| (1..=3).contains(&letters.len()))?;
    let column = letters.bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    let row = digits.parse().ok().filter(|row| (1..=1_048_576).contains(row))?;
    Some((row, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_letters_and_a_number() {
        let check =
            |place: &str, expected: Option<(u32, usize)>| assert_eq!(place_of(place), expected, "{place}");
        check("A1", Some((1, 0)));
        check("AB12", Some((12, 27)));
        check("XFD1048576", Some((1_048_576, 16_383)));
        check("A0", None);
        check("A1048577", None);
        check("12", None);
        check("ABCD1", None);
        check("", None);
    }

    #[test]
    fn what_xml_cannot_carry_is_escaped() {
        let check = |text: &str, expected: &str| assert_eq!(unescaped(text), expected);
        check("a_x000D_b", "a\rb");
        check("_x005F_x0041_", "_x0041_");
        check("a_xb", "a_xb");
        check("_x00_", "_x00_");
        check("_xD800_", "_xD800_");
        check("x_x", "x_x");
        check("_xé000_", "_xé000_");
    }
}
