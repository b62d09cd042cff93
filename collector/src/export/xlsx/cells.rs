//! Cells of a sheet: their formats, and values as Excel keeps them.

use jiff::civil::DateTime;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet};

use super::super::Error;
use super::super::sheet::{Cell, Kind, Signature};

/// Characters in one cell that Excel takes.
const CELL: usize = 32_767;
/// What a name that is not known is written on.
const DOTS: &str = "………………………………";

/// The cells' formats.
pub(super) struct Formats {
    plain_list: Kinds,
    form: Kinds,
    pub(super) heading: Format,
    pub(super) form_heading: Format,
    pub(super) form_number: Format,
    pub(super) owner: Format,
    pub(super) title: Format,
    pub(super) plain: Format,
    signature: Format,
}

/// One format for each kind of cell.
struct Kinds {
    text: Format,
    number: Format,
    year: Format,
    size: Format,
    moment: Format,
    day: Format,
}

impl Kinds {
    /// Formats like `base`. `#,##0` is grouped by the reader's own language: with points in Indonesian.
    fn new(base: &Format) -> Self {
        let format = |code: &str| base.clone().set_num_format(code);
        Self {
            text: format("@"),
            number: format("#,##0"),
            year: format("0"),
            size: format("#,##0.0"),
            moment: format("dd-mm-yyyy hh:mm"),
            day: format("dd-mm-yyyy"),
        }
    }
}

impl Formats {
    pub(super) fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        let lined = top.clone().set_border(FormatBorder::Thin).set_text_wrap();
        let middle = lined.clone().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        Self {
            plain_list: Kinds::new(&top),
            form: Kinds::new(&lined),
            heading: top.set_bold().set_text_wrap().set_border_bottom(FormatBorder::Medium),
            form_heading: middle.clone().set_bold(),
            form_number: middle.set_font_size(8.0).set_num_format("0"),
            owner: Format::new().set_bold(),
            title: Format::new().set_bold().set_font_size(14.0),
            plain: Format::new().set_num_format("@"),
            signature: Format::new().set_align(FormatAlign::Center),
        }
    }
}

/// Writes a cell; nothing but the line around it, on a form, for what is not known.
pub(super) fn write(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Cell,
    kind: Kind,
    formats: &Formats,
    form: bool,
) -> Result<(), Error> {
    let formats = if form { &formats.form } else { &formats.plain_list };
    match (value, kind) {
        (Cell::Empty, _) if form => page.write_blank(row, column, &formats.text)?,
        (Cell::Empty, _) => page,
        (Cell::Dash, _) => page.write_string_with_format(row, column, "-", &formats.text)?,
        (Cell::Text(text), _) => page.write_string_with_format(row, column, clean(text), &formats.text)?,
        (Cell::Number(n), Kind::Bytes(unit)) => {
            let tenths = u128::from(*n) * 10 / u128::from(unit.max(1));
            page.write_number_with_format(row, column, tenths as f64 / 10.0, &formats.size)?
        }
        (Cell::Number(n), Kind::Year) => {
            page.write_number_with_format(row, column, *n as f64, &formats.year)?
        }
        // Exact up to 9 quadrillion, far beyond any price in rupiah.
        (Cell::Number(n), _) => page.write_number_with_format(row, column, *n as f64, &formats.number)?,
        (Cell::Moment(at), _) => {
            page.write_datetime_with_format(row, column, &excel(*at)?, &formats.moment)?
        }
        (Cell::Day(day), _) => {
            page.write_datetime_with_format(row, column, &excel(day.at(0, 0, 0, 0))?, &formats.day)?
        }
    };
    Ok(())
}

/// Writes who signs, from `row` on: the first at the left, the last at the right.
pub(super) fn sign(
    page: &mut Worksheet,
    signatures: &[Signature],
    row: u32,
    last_column: u16,
    formats: &Formats,
) -> Result<(), Error> {
    let most = u16::try_from(signatures.len()).unwrap_or(1).saturating_sub(1).max(1);
    for (signature, n) in signatures.iter().zip(0_u16..) {
        let column = 1 + last_column.saturating_sub(2).max(1) * n / most;
        let (name, nip) = match &signature.person {
            Some((name, nip)) if nip.is_empty() => (clean(name), String::new()),
            Some((name, nip)) => (clean(name), format!("NIP {}", clean(nip))),
            None => (DOTS.to_owned(), format!("NIP {DOTS}")),
        };
        for (text, below) in [(clean(&signature.role), 0), (name, 4), (nip, 5)] {
            page.write_string_with_format(row + below, column, text, &formats.signature)?;
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
pub(super) fn clean(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' => c.to_string(),
        c if c.is_control() || u32::from(c) & 0xfffe == 0xfffe => format!("⟦U+{:04X}⟧", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(shown).collect::<String>().chars().take(CELL).collect()
}
