//! What a list looks like before it is written: a [`Book`] of [`Sheet`]s with columns and cells.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};

/// A file of sheets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Book {
    /// What it is a list of.
    pub(super) title: String,
    /// Whose list it is: the government.
    pub(super) owner: String,
    /// The sheets, in order.
    pub(super) sheets: Vec<Sheet>,
}

/// A sheet: what stands above, the list, who signs below.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sheet {
    /// Its name, as far as a spreadsheet takes it.
    pub(super) name: String,
    /// What stands above the headings.
    pub(super) head: Vec<Line>,
    /// The columns.
    pub(super) columns: Vec<Column>,
    /// Whether a form: borders, and the columns' numbers under the headings, as on paper.
    pub(super) form: bool,
    /// The rows, each with one cell per column.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Who signs, from left to right.
    pub(super) signatures: Vec<Signature>,
    /// Columns that a file without sheets needs beside the others, each with the value of all rows.
    pub(super) beside: Vec<(Column, Cell)>,
    /// Whether it explains the list instead of being part of it; a file without sheets leaves it out.
    pub(super) aside: bool,
}

/// A line above the headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Whose list it is.
    Owner(String),
    /// What it is.
    Title(String),
    /// Anything else.
    Plain(String),
}

/// Somebody who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// As what.
    pub(super) role: String,
    /// Name and NIP, where they are known; else dots to write on.
    pub(super) person: Option<(String, String)>,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its heading.
    pub(super) name: &'static str,
    /// What its cells are.
    pub(super) kind: Kind,
    /// Its width in a sheet, in characters.
    pub(super) width: u16,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words.
    Text,
    /// A code, serial number, version or address: text, whatever it looks like.
    Code,
    /// A count.
    Number,
    /// A year: a number that is not grouped.
    Year,
    /// Whole rupiah.
    Money,
    /// A size, given in bytes and written in this many bytes: 10⁹ for GB, 2³⁰ for GiB.
    Bytes(u64),
    /// A moment, in the government's time.
    Moment,
    /// A day.
    Day,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Not known.
    Empty,
    /// Not known, on a form that wants a dash for it.
    Dash,
    /// Words, or a code.
    Text(Arc<str>),
    /// A count, a year, rupiah, or a size in bytes.
    Number(u64),
    /// A moment, in the government's time.
    Moment(DateTime),
    /// A day.
    Day(Date),
}

impl Column {
    pub(super) const fn new(name: &'static str, kind: Kind, width: u16) -> Self {
        Self { name, kind, width }
    }
}

impl Cell {
    /// The text, or nothing when there is none.
    pub(super) fn text(text: Option<&str>) -> Self {
        text.filter(|t| !t.is_empty()).map_or(Self::Empty, |t| Self::Text(t.into()))
    }

    /// The number, when it is known.
    pub(super) fn number(n: Option<impl Into<u64>>) -> Self {
        n.map_or(Self::Empty, |n| Self::Number(n.into()))
    }

    /// The same, with a dash for what is not known.
    pub(super) fn or_dash(self) -> Self {
        if self == Self::Empty { Self::Dash } else { self }
    }
}

impl Sheet {
    /// A sheet of a plain list: whose, what, and as of when.
    pub(super) fn plain(title: &str, owner: &str, as_of: Option<&str>, columns: &[Column]) -> Self {
        Self {
            name: title.to_owned(),
            head: vec![
                Line::Owner(owner.to_owned()),
                Line::Title(title.to_owned()),
                Line::Plain(as_of.unwrap_or("Belum ada data").to_owned()),
            ],
            columns: columns.to_vec(),
            ..Self::default()
        }
    }

    /// The columns of a file without sheets.
    pub(super) fn flat_columns(&self) -> Vec<Column> {
        self.columns.iter().copied().chain(self.beside.iter().map(|(column, _)| *column)).collect()
    }
}

/// A sheet in which hosts call themselves names that break careless programs; what a reader must get back.
#[cfg(test)]
pub(super) mod hostile {
    use super::*;

    pub(crate) const TEXTS: [&str; 22] = [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1234",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "=HYPERLINK(\"http://jahat.example\";\"x\")",
        "http://jahat.example/",
        "internal:Sheet1!A1",
        "a;b\"c\r\nd",
        "<b>&amp;]]>",
        "_x0041_ \u{1}\u{b}\u{fffe}",
        "1.20135E+44",
        "007",
        "\u{202e}txt",
        "x",
    ];

    pub(crate) fn sheet() -> Sheet {
        let row = |(i, text): (usize, &&str)| {
            vec![
                Cell::text(Some(text)),
                Cell::text(Some(text)),
                Cell::Number(i as u64 * 1000),
                Cell::Number(1_500_000_000),
                Cell::Moment(jiff::civil::date(2026, 11, 22).at(7, 30, 0, 0)),
                Cell::Day(jiff::civil::date(2026, 11, 22)),
                Cell::Number(45_000_000_000),
                Cell::Dash,
            ]
        };
        let columns = [
            Column::new("Nama", Kind::Text, 12),
            Column::new("Nomor seri", Kind::Code, 12),
            Column::new("Utas", Kind::Number, 12),
            Column::new("Disk (GB)", Kind::Bytes(1_000_000_000), 12),
            Column::new("Lapor", Kind::Moment, 12),
            Column::new("Tanggal", Kind::Day, 12),
            Column::new("Harga", Kind::Money, 12),
            Column::new("Rangka", Kind::Code, 12),
        ];
        Sheet {
            rows: TEXTS.iter().enumerate().map(row).collect(),
            ..Sheet::plain("Daftar [Server]", "=Pemerintah", Some("Data per 22-11-2026"), &columns)
        }
    }

    pub(crate) fn book(sheets: Vec<Sheet>) -> Book {
        Book { title: "Daftar [Server]".into(), owner: "=Pemerintah".into(), sheets }
    }
}
