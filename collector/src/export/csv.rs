//! CSV as an Indonesian Excel and LibreOffice open it by a double click: semicolons, decimal comma, UTF-8
//! with byte order mark, CRLF (RFC 4180). One heading row and nothing above it, so that programs read it too;
//! the sheets of a book follow each other, with what tells them apart in columns at the end.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").

use super::sheet::{Book, Cell, Column, Kind, Sheet};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The book's list as CSV.
pub(super) fn write(book: &Book) -> Vec<u8> {
    let sheets: Vec<&Sheet> = book.sheets.iter().filter(|sheet| !sheet.aside).collect();
    let mut bytes = sheets.first().map_or_else(Vec::new, |sheet| head(&sheet.flat_columns()));
    for sheet in sheets {
        let mut flat = sheet.rows.clone();
        for row in &mut flat {
            row.extend(sheet.beside.iter().map(|(_, cell)| cell.clone()));
        }
        bytes.extend(rows(&sheet.flat_columns(), &flat));
    }
    bytes
}

/// The beginning of a file: the byte order mark and the heading row.
pub(super) fn head(columns: &[Column]) -> Vec<u8> {
    let mut bytes = BYTE_ORDER_MARK.to_vec();
    record(&mut bytes, columns.iter().map(|column| quoted(column.name)));
    bytes
}

/// Rows of a file.
pub(super) fn rows(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in rows {
        record(&mut bytes, row.iter().zip(columns).map(|(cell, column)| field(cell, column.kind)));
    }
    bytes
}

fn record(bytes: &mut Vec<u8>, fields: impl Iterator<Item = String>) {
    let fields: Vec<String> = fields.collect();
    bytes.extend_from_slice(fields.join(";").as_bytes());
    bytes.extend_from_slice(b"\r\n");
}

/// Texts are quoted and nothing else is: that is how a spreadsheet can be told that `0001` is a text.
fn field(cell: &Cell, kind: Kind) -> String {
    match (cell, kind) {
        (Cell::Empty, _) => String::new(),
        (Cell::Dash, _) => quoted("-"),
        (Cell::Text(text), _) => quoted(&defused(text)),
        (Cell::Number(n), Kind::Bytes(unit)) => tenths(*n, unit),
        (Cell::Number(n), _) => n.to_string(),
        (Cell::Moment(at), _) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        (Cell::Day(day), _) => day.strftime("%Y-%m-%d").to_string(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// `n` in `unit`s with one decimal, behind a comma.
fn tenths(n: u64, unit: u64) -> String {
    let tenths = u128::from(n) * 10 / u128::from(unit.max(1));
    format!("{},{}", tenths / 10, tenths % 10)
}

/// `text`, never a formula.
fn defused(text: &str) -> String {
    const BEGINS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\''];
    if text.starts_with(BEGINS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::hostile;
    use super::*;

    #[test]
    fn hostile_texts_come_back_as_texts() {
        let bytes = write(&hostile::book(vec![hostile::sheet()]));
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap();
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text);
        assert_eq!(reader.headers().unwrap().get(3), Some("Disk (GB)"));
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), hostile::TEXTS.len());
        for (i, (row, sent)) in rows.iter().zip(hostile::TEXTS).enumerate() {
            let read = &row[0];
            assert!(
                !read.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']),
                "{read:?}"
            );
            assert_eq!(read.strip_prefix('\'').unwrap_or(read), sent);
            assert_eq!(read, &row[1]);
            assert_eq!((&row[2], &row[3]), (&*(i * 1000).to_string(), "1,5"));
            assert_eq!((&row[4], &row[5]), ("2026-11-22 07:30:00", "2026-11-22"));
            assert_eq!((&row[6], &row[7]), ("45000000000", "-"));
        }
        let lines = String::from_utf8(text.to_vec()).unwrap();
        assert!(
            lines.contains("\r\n\"007\";\"007\";19000;1,5;2026-11-22 07:30:00;"),
            "only texts are quoted"
        );
        assert!(lines.starts_with("\"Nama\";\"Nomor seri\";\"Utas\";\"Disk (GB)\";\"Lapor\";"));
    }

    #[test]
    fn sheets_follow_each_other_and_say_which_they_are() {
        let office = Column::new("Perangkat Daerah", Kind::Text, 20);
        let sheet = |name: &str, aside| Sheet {
            columns: vec![Column::new("Nama", Kind::Text, 9)],
            rows: vec![vec![Cell::text(Some(name))]],
            beside: vec![(office, Cell::text(Some(&format!("=Dinas {name}"))))],
            aside,
            ..Sheet::default()
        };
        let book = hostile::book(vec![sheet("a", false), sheet("b", false), sheet("c", true)]);
        let text = String::from_utf8(write(&book)).unwrap();
        assert_eq!(
            text,
            "\u{feff}\"Nama\";\"Perangkat Daerah\"\r\n\"a\";\"'=Dinas a\"\r\n\"b\";\"'=Dinas b\"\r\n"
        );
        assert_eq!(write(&hostile::book(Vec::new())), b"");
    }

    proptest::proptest! {
        #[test]
        fn every_text_survives_and_none_is_a_formula(text: String) {
            let safe = defused(&text);
            assert!(!safe.starts_with(['=', '+', '-', '@', '\t', '\r']));
            assert!(safe == text || safe.strip_prefix('\'') == Some(&text));
        }
    }
}
