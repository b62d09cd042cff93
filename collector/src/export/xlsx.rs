//! XLSX: a sheet with the government's name, the list's title and its date above a frozen heading row with
//! filters. Codes are text cells (Excel would write 45 digits as 1.2E+44 and lose them), numbers are
//! numbers, dates are dates. The file's bytes follow from the table alone.

use jiff::civil::DateTime;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use super::{Cell, Error, Kind, Table};

/// Rows of data on one sheet; Excel's own limit is 1.048.576.
const ROWS: usize = 1_000_000;
/// Characters in one cell that Excel takes.
const CELL: usize = 32_767;
/// Characters in a sheet's name that Excel takes.
const NAME: usize = 28;
/// The row of the headings, counted from 0.
const HEADINGS: u32 = 4;

/// The cells' formats.
struct Formats {
    text: Format,
    number: Format,
    size: Format,
    date: Format,
    heading: Format,
    owner: Format,
    title: Format,
}

/// The table as a workbook.
pub(super) fn write(table: &Table) -> Result<Vec<u8>, Error> {
    let mut workbook = Workbook::new();
    // Without a date of its own the file would carry the clock's.
    let dated = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&dated.set_title(&table.title).set_company(&table.owner));
    let formats = Formats::new();
    let none: &[Vec<Cell>] = &[];
    let parts = table.rows.chunks(ROWS).chain(std::iter::once(none).take(usize::from(table.rows.is_empty())));
    for (i, rows) in parts.enumerate() {
        sheet(workbook.add_worksheet(), table, rows, i, &formats)?;
    }
    Ok(workbook.save_to_buffer()?)
}

impl Formats {
    fn new() -> Self {
        let plain = Format::new().set_align(FormatAlign::Top);
        Self {
            text: plain.clone().set_num_format("@"),
            number: plain.clone().set_num_format("#,##0"),
            size: plain.clone().set_num_format("#,##0.0"),
            date: plain.clone().set_num_format("dd-mm-yyyy hh:mm"),
            heading: plain.set_bold().set_text_wrap().set_border_bottom(FormatBorder::Medium),
            owner: Format::new().set_bold(),
            title: Format::new().set_bold().set_font_size(14.0),
        }
    }
}

fn sheet(
    sheet: &mut Worksheet,
    table: &Table,
    rows: &[Vec<Cell>],
    part: usize,
    formats: &Formats,
) -> Result<(), Error> {
    sheet.set_name(sheet_name(&table.title, part))?;
    sheet.write_string_with_format(0, 0, &table.owner, &formats.owner)?;
    sheet.write_string_with_format(1, 0, &table.title, &formats.title)?;
    sheet.write_string(2, 0, table.as_of.as_deref().unwrap_or("Belum ada data"))?;
    for (column, number) in table.columns.iter().zip(0..) {
        sheet.write_string_with_format(HEADINGS, number, column.name, &formats.heading)?;
        sheet.set_column_width(number, f64::from(column.width))?;
    }
    for (row, at) in rows.iter().zip(HEADINGS + 1..) {
        for ((value, column), number) in row.iter().zip(&table.columns).zip(0..) {
            cell(sheet, (at, number), value, column.kind, formats)?;
        }
    }
    let last_row = HEADINGS + u32::try_from(rows.len()).unwrap_or(0);
    let last_column = u16::try_from(table.columns.len()).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(HEADINGS, 0, last_row, last_column)?;
    sheet.set_freeze_panes(HEADINGS + 1, 1)?;
    sheet.set_repeat_rows(HEADINGS, HEADINGS)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0)
        .set_footer("&LPatuh&RHalaman &P dari &N");
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Cell,
    kind: Kind,
    formats: &Formats,
) -> Result<(), Error> {
    match (value, kind) {
        (Cell::Empty, _) => {}
        (Cell::Text(text), _) => {
            sheet.write_string_with_format(row, column, clean(text), &formats.text)?;
        }
        (Cell::Number(n), Kind::Bytes(unit)) => {
            let tenths = u128::from(*n) * 10 / u128::from(unit.max(1));
            let size = f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0;
            sheet.write_number_with_format(row, column, size, &formats.size)?;
        }
        (Cell::Number(n), _) => {
            // Counts stay far below 2^32; what does not is wrong already.
            let count = u32::try_from(*n).unwrap_or(u32::MAX);
            sheet.write_number_with_format(row, column, count, &formats.number)?;
        }
        (Cell::Date(at), _) => {
            sheet.write_datetime_with_format(row, column, &excel(*at)?, &formats.date)?;
        }
    }
    Ok(())
}

fn excel(at: DateTime) -> Result<ExcelDateTime, Error> {
    let unsigned = |n: i8| u8::try_from(n).unwrap_or(0);
    // Excel begins in 1900; a clock that is further off is shown there.
    let year = u16::try_from(at.year()).unwrap_or(1900).max(1900);
    let day = ExcelDateTime::from_ymd(year, unsigned(at.month()), unsigned(at.day()))?;
    Ok(day.and_hms(u16::from(unsigned(at.hour())), unsigned(at.minute()), unsigned(at.second()))?)
}

/// What a cell can hold: characters that XML has no place for are shown by their number.
fn clean(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' => c.to_string(),
        c if c.is_control() || u32::from(c) & 0xfffe == 0xfffe => format!("⟦U+{:04X}⟧", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(shown).collect::<String>().chars().take(CELL).collect()
}

/// A sheet's name: without the characters that Excel refuses, numbered from the second on.
fn sheet_name(title: &str, part: usize) -> String {
    let plain = title.chars().filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\''));
    let name: String = plain.take(NAME).collect();
    let name = if name.trim().is_empty() { "Daftar".to_owned() } else { name };
    if part == 0 { name } else { format!("{name} {}", part + 1) }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::super::hostile;
    use super::*;

    fn read(table: &Table) -> (Xlsx<Cursor<Vec<u8>>>, calamine::Range<Data>) {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(write(table).unwrap())).unwrap();
        let name = book.sheet_names().first().unwrap().clone();
        let range = book.worksheet_range(&name).unwrap();
        (book, range)
    }

    #[test]
    fn hostile_texts_come_back_as_texts_and_nothing_is_a_formula() {
        let (mut book, range) = read(&hostile::table());
        assert_eq!(book.sheet_names(), ["Daftar Server"]);
        let formulas = book.worksheet_formula("Daftar Server").unwrap();
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()));
        for (i, sent) in hostile::TEXTS.iter().enumerate() {
            let cell = |column| range.get_value((HEADINGS + 1 + u32::try_from(i).unwrap(), column)).unwrap();
            // XML has one line end.
            let expected = clean(sent);
            for column in [0, 1] {
                assert_eq!(cell(column), &Data::String(expected.clone()), "{sent:?}");
            }
            assert_eq!(cell(2), &Data::Float(i as f64 * 1000.0));
            assert_eq!(cell(3), &Data::Float(1.5));
            assert!(matches!(cell(4), Data::DateTime(at) if (at.as_f64() - 46_348.312_5).abs() < 1e-9));
        }
    }

    #[test]
    fn the_head_says_whose_and_what_and_when() {
        let (_, range) = read(&hostile::table());
        let head: Vec<_> = (0..3).map(|row| range.get_value((row, 0)).unwrap().to_string()).collect();
        assert_eq!(head, ["=Pemerintah", "Daftar [Server]", "Data per 22-11-2026"]);
        assert_eq!(range.get_value((HEADINGS, 1)).unwrap().to_string(), "Nomor seri");
    }

    #[test]
    fn an_empty_list_is_a_sheet_with_headings() {
        let table = Table { rows: Vec::new(), as_of: None, ..hostile::table() };
        let (_, range) = read(&table);
        assert_eq!(range.get_value((2, 0)).unwrap().to_string(), "Belum ada data");
        assert_eq!(range.get_value((HEADINGS, 0)).unwrap().to_string(), "Nama");
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        assert!(write(&hostile::table()).unwrap() == write(&hostile::table()).unwrap());
    }
}
