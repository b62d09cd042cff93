use std::io::{Cursor, Write as _};

use calamine::{Data, Reader as _, Xlsx};
use jiff::civil::date;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::{Cell, Row};
use super::*;

/// A package of these parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str =
    r#"<workbook xmlns:r="r"><sheets><sheet name="A &amp; B" r:id="rId1"/></sheets></workbook>"#;
const PLACES: &str = r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="/xl/s.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="t.xml"/></Relationships>"#;

/// A workbook with one sheet and these shared texts.
fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    package(&[
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", PLACES),
        ("xl/s.xml", sheet),
        ("xl/t.xml", strings),
    ])
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn cells_are_read_as_they_were_written() {
    let mut book = Workbook::new();
    let (sheet, day) = (book.add_worksheet(), Format::new().set_num_format("dd-mm-yyyy"));
    sheet.set_name("Dinas & Kantor").unwrap();
    sheet.write(0, 0, "0012").unwrap();
    sheet.write(0, 2, 12_500_000).unwrap();
    sheet.write(3, 1, 1.201_35e44).unwrap();
    sheet.write_with_format(3, 2, ExcelDateTime::from_ymd(2026, 11, 22).unwrap(), &day).unwrap();
    sheet.write(3, 3, "<b>&\"é\u{1}_x0041_").unwrap();
    sheet.write(4, 0, true).unwrap();
    book.add_worksheet().set_hidden(true).write(0, 0, "x").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let sheets = read(&bytes).unwrap();
    let text = |text: &str| Cell::Text(text.into());
    let number = |text: &str| Cell::Number(text.into());
    let rows = [
        Row { number: 1, cells: vec![text("0012"), Cell::Empty, number("12500000")] },
        Row {
            number: 4,
            cells: vec![
                Cell::Empty,
                number("120135000000000000000000000000000000000000000"),
                Cell::Day(date(2026, 11, 22)),
                text("<b>&\"é\u{1}_x0041_"),
            ],
        },
        Row { number: 5, cells: vec![text("TRUE")] },
    ];
    assert_eq!(sheets, [Sheet { name: "Dinas & Kantor".into(), rows: rows.to_vec() }]);
}

/// A library reads the same texts in the same places.
#[test]
fn a_library_reads_the_same() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..50 {
        for column in 0..30_u16 {
            sheet.write(row, column, format!("{row}·{column}")).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let ours = read(&bytes).unwrap().remove(0);
    let theirs = Xlsx::new(Cursor::new(&bytes)).unwrap().worksheet_range_at(0).unwrap().unwrap();
    for (ours, theirs) in ours.rows.iter().zip(theirs.rows()) {
        let theirs: Vec<_> =
            theirs.iter().map(|cell| matches!(cell, Data::String(_)).then(|| cell.to_string())).collect();
        assert_eq!(ours.cells.iter().map(|cell| Some(cell.shown())).collect::<Vec<_>>(), theirs);
    }
    assert_eq!(ours.rows.len(), 50);
}

#[test]
fn what_a_file_says_of_its_size_is_not_believed() {
    let strings = r#"<sst count="99999999999" uniqueCount="99999999999"><si><t>a</t></si></sst>"#;
    let sheet = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    let sheets = read(&workbook(sheet, strings)).unwrap();
    assert_eq!(sheets[0].name, "A & B");
    assert_eq!(sheets[0].rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 1_048_576]);
}

#[test]
fn what_unpacks_without_end_is_bounded() {
    let blanks = " ".repeat(80 * 1024 * 1024);
    let bomb = workbook(&format!("<worksheet>{blanks}</worksheet>"), "<sst/>");
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert!(refused(&bomb).contains("64 MiB"), "{}", refused(&bomb));
    let rows = "<row><c><v>1</v></c></row>".repeat(super::super::MAX_ROWS + 1);
    assert!(refused(&workbook(&format!("<a>{rows}</a>"), "<sst/>")).contains("20.000"));
    let wide = "<row r='1'><c r='XFD1'><v>1</v></c></row>";
    assert!(refused(&workbook(&format!("<a>{wide}</a>"), "<sst/>")).contains("200"));
    let long = format!("<a><row><c><v>{}</v></c></row></a>", "9".repeat(200_000));
    assert!(refused(&workbook(&long, "<sst/>")).contains("32.767"));
}

#[test]
fn damaged_files_are_told_so() {
    let damaged = |bytes: &[u8], what: &str| {
        let why = refused(bytes);
        assert!(why.contains(what), "{why}");
    };
    damaged(b"PK\x03\x04", "XLSX");
    damaged(&package(&[("a", "b")]), "tanpa buku kerja");
    damaged(&package(&[("content.xml", "b")]), "ODS");
    damaged(&workbook("<a><row><c t='s'><v>7</v></c></row></a>", "<sst/>"), "teks bersama");
    damaged(&workbook("<a><row><c><v>7</v>", "<sst/>"), "XLSX");
    damaged(&workbook("<a><row><c r='A0'><v>7</v></c></row></a>", "<sst/>"), "sel");
    damaged(
        &workbook("<!DOCTYPE a [<!ENTITY b 'c'>]><a><row><c><v>&b;</v></c></row></a>", "<sst/>"),
        "rujukan",
    );
    damaged(&workbook("<a/>", "<sst/>"), "kosong");
}

proptest::proptest! {
    #[test]
    fn no_sheet_makes_it_panic(sheet in "[<>/a-c\"=' 0-9&;!\\[\\]]{0,80}", strings in ".{0,40}") {
        let _ = read(&workbook(&sheet, &strings));
        let _ = read(&workbook(&format!("<a><row r='1'><c r='A1' t='s'><v>{sheet}</v></c></row></a>"), &strings));
    }
}
