//! XLSX: sheets with the government's name, the list's title and its date above a frozen heading row with
//! filters; forms look as on paper and have a place to sign. Codes are text cells (Excel would write 45 digits
//! as 1.2E+44 and lose them), numbers are numbers, dates are dates. The file's bytes follow from the book
//! alone.

mod cells;

use std::collections::BTreeSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use super::Error;
use super::sheet::{Book, Cell, Line, Sheet};

use cells::Formats;

/// Rows of data on one sheet; Excel's own limit is 1.048.576.
const ROWS: u32 = 1_000_000;
/// Length of a sheet's name that Excel takes, in UTF-16, less that of a number behind it.
const NAME: usize = 26;
/// Names that Excel keeps for itself.
const RESERVED: [&str; 2] = ["history", "riwayat"];

/// The book as a workbook.
pub(super) fn write(book: &Book) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new(&book.title, &book.owner, false)?;
    for sheet in &book.sheets {
        writer.open(sheet)?;
        writer.rows(&sheet.rows)?;
    }
    writer.finish()
}

/// A workbook that is written sheet by sheet and row by row.
pub(super) struct Writer {
    workbook: Workbook,
    formats: Formats,
    /// Names of sheets that are taken, in lower case.
    names: BTreeSet<String>,
    /// Whether rows go to a file of the system's temporary directory instead of staying in memory.
    large: bool,
    open: Option<Open>,
}

/// The sheet that is being written.
struct Open {
    /// What it looks like; without rows.
    sheet: Sheet,
    /// The row of the headings, counted from 0.
    headings: u32,
    /// The next row.
    next: u32,
}

impl Writer {
    pub(super) fn new(title: &str, owner: &str, large: bool) -> Result<Self, Error> {
        let mut workbook = Workbook::new();
        // Without a date of its own the file would carry the clock's.
        let dated = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        workbook.set_properties(&dated.set_title(title).set_company(owner));
        Ok(Self { workbook, formats: Formats::new(), names: BTreeSet::new(), large, open: None })
    }

    /// Begins a sheet like `sheet`, whose rows are given later.
    pub(super) fn open(&mut self, sheet: &Sheet) -> Result<(), Error> {
        self.close()?;
        let name = self.free_name(&sheet.name);
        let page = if self.large {
            self.workbook.add_worksheet_with_constant_memory()?
        } else {
            self.workbook.add_worksheet()
        };
        page.set_name(name)?;
        let headings = head(page, sheet, &self.formats)?;
        let next = headings + 1 + u32::from(sheet.form);
        let sheet = Sheet { rows: Vec::new(), ..sheet.clone() };
        self.open = Some(Open { sheet, headings, next });
        Ok(())
    }

    /// Writes rows to the open sheet, and to another one like it when that is full.
    pub(super) fn rows(&mut self, rows: &[Vec<Cell>]) -> Result<(), Error> {
        for row in rows {
            if let Some(full) = self.open.as_ref().filter(|open| open.next - open.headings > ROWS) {
                let sheet = full.sheet.clone();
                self.open(&sheet)?;
            }
            let Some(open) = &mut self.open else { continue };
            let page = last(&mut self.workbook)?;
            for ((value, column), number) in row.iter().zip(&open.sheet.columns).zip(0..) {
                let place = (open.next, number);
                cells::write(page, place, value, column.kind, &self.formats, open.sheet.form)?;
            }
            open.next += 1;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        self.close()?;
        Ok(self.workbook.save_to_buffer()?)
    }

    /// Ends the open sheet: filters, signatures, how it prints.
    fn close(&mut self) -> Result<(), Error> {
        let Some(Open { sheet, headings, next }) = self.open.take() else { return Ok(()) };
        let page = last(&mut self.workbook)?;
        let last_column = u16::try_from(sheet.columns.len()).unwrap_or(1).saturating_sub(1);
        if !sheet.form {
            page.autofilter(headings, 0, (next - 1).max(headings), last_column)?;
        }
        let below = headings + u32::from(sheet.form);
        page.set_freeze_panes(below + 1, if sheet.form { 0 } else { 1 })?;
        page.set_repeat_rows(headings, below)?;
        page.set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_footer("&LPatuh&RHalaman &P dari &N");
        cells::sign(page, &sheet.signatures, next + 1, last_column, &self.formats)
    }

    /// A name for a sheet: without the characters that Excel refuses, numbered from the second on.
    fn free_name(&mut self, title: &str) -> String {
        let refused =
            |c: char| c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
        let mut name = String::new();
        for c in title.chars().filter(|c| !refused(*c)) {
            if name.encode_utf16().count() + c.len_utf16() <= NAME {
                name.push(c);
            }
        }
        let name = name.trim();
        let reserved = RESERVED.contains(&name.to_lowercase().as_str());
        let name = if name.is_empty() || reserved { "Daftar" } else { name };
        let numbered = |n: u32| if n == 1 { name.to_owned() } else { format!("{name} {n}") };
        let free = (1..).map(numbered).find(|name| self.names.insert(name.to_lowercase()));
        free.unwrap_or_else(|| name.to_owned())
    }
}

/// Writes what stands above the rows; returns the row of the headings.
fn head(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<u32, Error> {
    for (line, row) in sheet.head.iter().zip(0..) {
        let (text, format) = match line {
            Line::Owner(text) => (text, &formats.owner),
            Line::Title(text) => (text, &formats.title),
            Line::Plain(text) => (text, &formats.plain),
        };
        page.write_string_with_format(row, 0, cells::clean(text), format)?;
    }
    let headings = if sheet.head.is_empty() { 0 } else { u32::try_from(sheet.head.len()).unwrap_or(0) + 1 };
    let format = if sheet.form { &formats.form_heading } else { &formats.heading };
    for (column, number) in sheet.columns.iter().zip(0_u16..) {
        page.write_string_with_format(headings, number, column.name, format)?;
        page.set_column_width(number, f64::from(column.width))?;
        if sheet.form {
            page.write_number_with_format(headings + 1, number, number + 1, &formats.form_number)?;
        }
    }
    Ok(headings)
}

fn last(workbook: &mut Workbook) -> Result<&mut Worksheet, Error> {
    let index = workbook.worksheets().len().saturating_sub(1);
    Ok(workbook.worksheet_from_index(index)?)
}

#[cfg(test)]
mod tests;
