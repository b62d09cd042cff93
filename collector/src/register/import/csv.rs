//! CSV, as spreadsheets and other programs write it: `;`, `,` or tab between the cells; UTF-8 with or without
//! byte order mark, UTF-16 with one, or else Windows-1252, as an old Excel writes.

use super::limits::{MAX_CELL, MAX_COLUMNS, MAX_ROWS, too_many};
use super::{Cell, Row, Sheet, Unreadable};

/// The separators, the likeliest first.
const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];

/// How many records show which separator a file uses.
const SAMPLE: usize = 20;

/// Beginnings that a spreadsheet would take for a formula: our own CSV puts an apostrophe in front of them, and
/// others do the same.
const FORMULAS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\''];

/// The one sheet of a CSV.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    let text = decoded(bytes);
    if text.contains('\0') {
        return Err(Unreadable::Format("berkas ini bukan teks, dan"));
    }
    let (text, named) = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("sep=") => (rest, first.trim().as_bytes().get(4).copied()),
        _ => (text.as_str(), None),
    };
    let separator = named.unwrap_or_else(|| separator(text));
    // Rows are counted as a spreadsheet shows them: a line end inside a cell makes none.
    let (mut sheet, mut inside) = (Sheet::default(), 0);
    let (mut reader, mut record) = (reader(text, separator), csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|_| Unreadable::Format("berkas CSV yang rusak"))? {
        inside += record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
        let number = (reader.position().line() - 1).saturating_sub(inside);
        let cells: Vec<Cell> = record.iter().map(cell).collect();
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        if cells.len() > MAX_COLUMNS {
            return Err(too_many(MAX_COLUMNS, "jumlah kolom"));
        }
        if record.iter().any(|field| field.len() > MAX_CELL) {
            return Err(too_many(MAX_CELL, "jumlah huruf dalam satu sel"));
        }
        if sheet.rows.len() >= MAX_ROWS {
            return Err(too_many(MAX_ROWS, "jumlah baris"));
        }
        sheet.rows.push(Row { number: u32::try_from(number).unwrap_or(u32::MAX), cells });
    }
    if sheet.rows.is_empty() { Err(Unreadable::Empty) } else { Ok(vec![sheet]) }
}

/// The text of a file, its lines ended one way.
fn decoded(bytes: &[u8]) -> String {
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = match marked {
        Some(encoding) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    encoding.decode(bytes).0.replace("\r\n", "\n").replace('\r', "\n") + "\n"
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// The separator that cuts the first records into most cells.
fn separator(text: &str) -> u8 {
    let cells = |separator: u8| {
        let records = reader(text, separator).into_records().take(SAMPLE).map_while(Result::ok);
        records.map(|record| record.len()).max().unwrap_or(0)
    };
    // The first of those that cut into most.
    SEPARATORS.into_iter().rev().max_by_key(|separator| cells(*separator)).unwrap_or(b';')
}

fn cell(field: &str) -> Cell {
    let text = unguarded(field);
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// A text without the apostrophe that keeps it from being a formula.
pub(super) fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULAS)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows in words: number, then the cells between bars.
    fn check(bytes: &[u8], expected: &[&str]) {
        let sheets = super::super::read(bytes).unwrap();
        let cells = |row: &Row| row.cells.iter().map(Cell::shown).collect::<Vec<_>>().join("|");
        let rows: Vec<_> =
            sheets[0].rows.iter().map(|row| format!("{} {}", row.number, cells(row))).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn separators_and_encodings_are_found_out() {
        check(b"a;b\r\n1,5;2\r\n", &["1 a|b", "2 1,5|2"]);
        check(b"a,b,c\n1,\"2;3\",4\n", &["1 a|b|c", "2 1|2;3|4"]);
        check(b"a\tb\n\n1\t2", &["1 a|b", "3 1|2"]);
        check(b"sep=,\na,b\n", &["1 a|b"]);
        check(b"a;b\r\n\"x\r\ny\";2\r\n\r\nc;d", &["1 a|b", "2 x\ny|2", "4 c|d"]);
        check("\u{feff}a;b\nRé;x".as_bytes(), &["1 a|b", "2 Ré|x"]);
        check(b"a;b\nR\xe9;\x80", &["1 a|b", "2 Ré|€"]);
        check(b"\xff\xfea\0;\0b\0", &["1 a|b"]);
    }

    #[test]
    fn an_apostrophe_before_a_formula_is_taken_away() {
        check(b"'=1+1;'-;'x;''a;'\n", &["1 =1+1|-|'x|'a|'"]);
    }

    #[test]
    fn limits_are_named() {
        let refused = |bytes: &[u8]| super::super::read(bytes).unwrap_err().to_string();
        assert!(refused("a;b\n".repeat(MAX_ROWS + 1).as_bytes()).contains("20.000"));
        assert!(refused(";".repeat(300).as_bytes()).contains("kosong"));
        assert!(refused("x;".repeat(300).as_bytes()).contains("200"));
        assert!(refused(&[b'x'; 40_000]).contains("32.767"));
        assert!(refused(&vec![b'x'; super::super::MAX_BYTES + 1]).contains("4 MiB"));
        assert!(refused(b"a\0b").contains("XLSX atau CSV"));
        assert!(refused(b"").contains("kosong"));
        assert!(refused(b"%PDF-1.7").contains("PDF"));
        assert!(refused(b"\xd0\xcf\x11\xe0\xa1").contains("XLS"));
    }
}
