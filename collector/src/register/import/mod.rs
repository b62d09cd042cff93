//! Reading assets out of a spreadsheet. Pure: bytes in, a [`Plan`] out; nothing is written here.
//!
//! A file becomes [`Sheet`]s of cells ([`csv`], [`xlsx`]), its headings say which column is which [`headings`],
//! and each row is held against the register: new, changed (which fields), the same, or wrong (why, in which
//! column). Only cells that differ from what stands in the register change anything, so that a list that was
//! taken away, edited and brought back changes what was edited and nothing else.
//!
//! Files come from people, and through them from anybody: all that a file can make large is bounded
//! ([`limits`]), and the bound is named when it is met.

mod context;
mod csv;
mod headings;
mod index;
mod limits;
mod outcome;
mod plan;
mod row;
mod said;
mod xlsx;

use jiff::civil::Date;

pub use context::Context;
pub(crate) use context::named;
pub use headings::{Columns, Mapping, Target};
pub use limits::{MAX_BYTES, MAX_ROWS};
pub use outcome::{Entry, Outcome, Planned, Problem, RowPlan};
pub use plan::{Plan, SheetPlan};

/// A sheet of a file; a CSV is one sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Its name; empty in a CSV.
    pub name: String,
    /// Its rows that are not empty, in order.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number, counted from 1 as spreadsheets do.
    pub number: u32,
    /// Its cells, from column A on.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A number, in the digits of the file.
    Number(String),
    /// A day.
    Day(Date),
    /// What a spreadsheet shows for a formula that failed, such as `#REF!`.
    Fault(String),
}

/// Why a file cannot be read. `Display` is for people: what it is and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("berkasnya kosong")]
    Empty,
    /// A format that is not read.
    #[error("{0} tidak dapat dibaca; simpan daftarnya sebagai XLSX atau CSV, lalu unggah lagi")]
    Format(&'static str),
    /// Damaged, or no such file.
    #[error(
        "berkas tidak dapat dibaca sebagai XLSX ({0}); buka dan simpan ulang sebagai XLSX, lalu unggah lagi"
    )]
    Damaged(String),
    /// A limit was met.
    #[error("berkas terlalu besar: {what} lebih dari {limit}; bagi menjadi beberapa berkas")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much there may be.
        limit: String,
    },
    /// No row of headings.
    #[error(
        "tidak ada baris judul kolom yang dikenal; yang dibaca antara lain: Nomor aset, Kode PD, Nama Barang, \
         Merk/Type, Nomor Pabrik, Kode Barang, NIBAR, Nomor Register"
    )]
    NoHeadings,
    /// Headings, but not the one without which no row means anything.
    #[error("tidak ada kolom {lacks}; yang dibaca antara lain: {read}")]
    NoColumn {
        /// The heading that is not there.
        lacks: &'static str,
        /// The headings that are read.
        read: &'static str,
    },
}

/// The sheets of a file: XLSX, or CSV in whatever encoding and with whatever separator.
///
/// # Errors
/// [`Unreadable`].
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    match bytes {
        [] => Err(Unreadable::Empty),
        [b'P', b'K', 3, 4, ..] => xlsx::read(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Unreadable::Format("berkas Excel lama (XLS) atau yang bersandi")),
        [b'%', b'P', b'D', b'F', ..] => Err(Unreadable::Format("berkas PDF")),
        _ => csv::read(bytes),
    }
}

/// What is said of a file that was not even looked at, because it is larger than [`MAX_BYTES`].
#[must_use]
pub fn too_large() -> Unreadable {
    limits::bytes(MAX_BYTES, "ukurannya")
}

impl Row {
    /// The cell in the column counted from 0.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

impl Cell {
    /// Whether there is nothing to read in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty) || matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// What is in it, as it looks.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Fault(text) => text.trim().to_owned(),
            Self::Day(day) => day.strftime("%d-%m-%Y").to_string(),
        }
    }
}

/// The letters of a column counted from 0: A, B, … Z, AA.
#[must_use]
pub fn letters(column: usize) -> String {
    let (mut rest, mut letters) = (column + 1, Vec::new());
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests;
