use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};

use super::super::sheet::{Column, Kind, Signature, hostile};
use super::*;

/// The row of the headings of a plain list.
const HEADINGS: u32 = 4;

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn read(sheet: Sheet) -> (Xlsx<Cursor<Vec<u8>>>, Range<Data>) {
    let mut book = open(write(&hostile::book(vec![sheet])).unwrap());
    let name = book.sheet_names().first().unwrap().clone();
    let range = book.worksheet_range(&name).unwrap();
    (book, range)
}

fn check_hostile(mut book: Xlsx<Cursor<Vec<u8>>>) {
    assert_eq!(book.sheet_names(), ["Daftar Server"]);
    let formulas = book.worksheet_formula("Daftar Server").unwrap();
    assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()));
    let range = book.worksheet_range("Daftar Server").unwrap();
    for (i, sent) in hostile::TEXTS.iter().enumerate() {
        let cell = |column| range.get_value((HEADINGS + 1 + u32::try_from(i).unwrap(), column)).unwrap();
        // XML has one line end.
        let expected = cells::clean(sent);
        for column in [0, 1] {
            assert_eq!(cell(column), &Data::String(expected.clone()), "{sent:?}");
        }
        assert_eq!(cell(2), &Data::Float(i as f64 * 1000.0));
        assert_eq!(cell(3), &Data::Float(1.5));
        assert!(matches!(cell(4), Data::DateTime(at) if (at.as_f64() - 46_348.312_5).abs() < 1e-9));
        assert!(matches!(cell(5), Data::DateTime(at) if (at.as_f64() - 46_348.0).abs() < 1e-9));
        assert_eq!(cell(6), &Data::Float(45_000_000_000.0), "a price is not cut");
        assert_eq!(cell(7), &Data::String("-".into()));
    }
}

#[test]
fn hostile_texts_come_back_as_texts_and_nothing_is_a_formula() {
    check_hostile(open(write(&hostile::book(vec![hostile::sheet()])).unwrap()));
}

#[test]
fn a_large_list_reads_the_same() {
    let mut writer = Writer::new("Daftar", "Pemerintah", true).unwrap();
    let sheet = hostile::sheet();
    writer.open(&sheet).unwrap();
    sheet.rows.iter().for_each(|row| writer.rows(std::slice::from_ref(row)).unwrap());
    check_hostile(open(writer.finish().unwrap()));
}

#[test]
fn the_head_says_whose_and_what_and_when() {
    let (_, range) = read(hostile::sheet());
    let head: Vec<_> = (0..3).map(|row| range.get_value((row, 0)).unwrap().to_string()).collect();
    assert_eq!(head, ["=Pemerintah", "Daftar [Server]", "Data per 22-11-2026"]);
    assert_eq!(range.get_value((HEADINGS, 1)).unwrap().to_string(), "Nomor seri");
}

#[test]
fn an_empty_list_is_a_sheet_with_headings() {
    let (_, range) = read(Sheet::plain("Kosong", "Pemerintah", None, &hostile::sheet().columns));
    assert_eq!(range.get_value((2, 0)).unwrap().to_string(), "Belum ada data");
    assert_eq!(range.get_value((HEADINGS, 0)).unwrap().to_string(), "Nama");
}

#[test]
fn a_form_has_numbered_columns_and_a_place_to_sign() {
    let person = Some(("Siti Aminah, S.Kom.".to_owned(), "19851225 200903 2 003".to_owned()));
    let form = Sheet {
        name: "Dinas".into(),
        columns: ["No", "Nama", "Tahun", "Harga"].map(|name| Column::new(name, Kind::Year, 9)).to_vec(),
        form: true,
        rows: vec![vec![Cell::Number(1), Cell::text(Some("Server")), Cell::Number(2024), Cell::Dash]],
        signatures: vec![
            Signature { role: "Kepala".into(), person: None },
            Signature { role: "Pengurus Barang".into(), person },
        ],
        ..Sheet::default()
    };
    let (_, range) = read(form);
    let cell = |row, column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!([cell(0, 0), cell(1, 0), cell(1, 3)], ["No", "1", "4"]);
    assert_eq!([cell(2, 1), cell(2, 2), cell(2, 3)], ["Server", "2024", "-"]);
    assert_eq!([cell(4, 1), cell(8, 2)], ["Kepala", "Siti Aminah, S.Kom."]);
    assert!(cell(9, 1).starts_with("NIP …"));
}

#[test]
fn sheets_have_names_of_their_own() {
    let mut writer = Writer::new("", "", false).unwrap();
    let mut check = |title: &str, expected: &str| assert_eq!(writer.free_name(title), expected);
    check("Dinas [Kesehatan]: 'A/B'", "Dinas Kesehatan AB");
    check("dinas kesehatan ab", "dinas kesehatan ab 2");
    check("History", "Daftar");
    check("\u{1}?*", "Daftar 2");
    check("Dinas Komunikasi dan Informatika", "Dinas Komunikasi dan Infor");
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let book = || write(&hostile::book(vec![hostile::sheet()])).unwrap();
    assert!(book() == book());
}
