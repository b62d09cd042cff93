//! CSV as an Indonesian Excel and LibreOffice open it by a double click: semicolons, decimal comma, UTF-8
//! with byte order mark, CRLF (RFC 4180). One heading row and nothing above it, so that programs read it too.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").

use super::{Cell, Error, Kind, Table};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The table as CSV.
pub(super) fn write(table: &Table) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(table.columns.iter().map(|column| column.name))?;
    for row in &table.rows {
        let fields = row.iter().zip(&table.columns).map(|(cell, column)| field(cell, column.kind));
        writer.write_record(fields)?;
    }
    writer.into_inner().map_err(|e| Error::Csv(e.into_error().into()))
}

fn field(cell: &Cell, kind: Kind) -> String {
    match (cell, kind) {
        (Cell::Empty, _) => String::new(),
        (Cell::Text(text), _) => defused(text),
        (Cell::Number(n), Kind::Bytes(unit)) => tenths(*n, unit),
        (Cell::Number(n), _) => n.to_string(),
        (Cell::Date(at), _) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
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
    use super::super::hostile;
    use super::*;

    #[test]
    fn hostile_texts_come_back_as_texts() {
        let bytes = write(&hostile::table()).unwrap();
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
            assert_eq!(&row[4], "2026-11-22 07:30:00");
        }
        let lines = String::from_utf8(text.to_vec()).unwrap();
        assert!(lines.starts_with("Nama;Nomor seri;Utas;Disk (GB);Lapor\r\n"));
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
