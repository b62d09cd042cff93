//! Lists to take away. One format, one file: [`csv`] and [`xlsx`] write a [`Table`]; [`inventory`] makes the
//! tables. Whatever a host calls itself stays text: no cell is ever a formula or a link.

mod csv;
mod inventory;
mod xlsx;

use std::sync::Arc;

use jiff::civil::DateTime;

use crate::config::Config;
use crate::store::{self, ServerFilter, ServerRow, Store};

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The register of servers, one row a server.
    Servers,
    /// Installed packages, one row for each package of each server.
    Packages,
}

/// As what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Semicolons, UTF-8 with byte order mark: opens in an Indonesian Excel by a double click.
    Csv,
    /// A workbook.
    Xlsx,
}

/// Why an export could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error("store: {0}")]
    Store(#[from] store::Error),
    /// The CSV writer.
    #[error("csv: {0}")]
    Csv(#[from] ::csv::Error),
    /// The XLSX writer.
    #[error("xlsx: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// A list with its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is a list of; also the sheet's name.
    pub title: String,
    /// Whose list it is: the government.
    pub owner: String,
    /// As of when, in words.
    pub as_of: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// What its cells are.
    pub kind: Kind,
    /// Its width in a sheet, in characters.
    pub width: u16,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A count.
    Number,
    /// A size, given in bytes and written in this many bytes: 10⁹ for GB, 2³⁰ for GiB.
    Bytes(u64),
    /// A moment, in the government's time.
    Date,
    /// A code, serial number, version or address: text, whatever it looks like.
    Code,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known.
    Empty,
    /// Words, or a code.
    Text(Arc<str>),
    /// A count, or a size in bytes.
    Number(u64),
    /// A moment, in the government's time.
    Date(DateTime),
}

impl Cell {
    /// The text, or nothing when there is none.
    fn text(text: Option<&str>) -> Self {
        text.filter(|t| !t.is_empty()).map_or(Self::Empty, |t| Self::Text(t.into()))
    }

    /// The number, when it is known.
    fn number(n: Option<impl Into<u64>>) -> Self {
        n.map_or(Self::Empty, |n| Self::Number(n.into()))
    }
}

/// The list `what` of the servers that `filter` finds, as a file in `format`.
///
/// # Errors
/// [`Error`], with the reason.
pub async fn make(
    what: What,
    format: Format,
    filter: &ServerFilter,
    store: &Store,
    config: &Config,
) -> Result<Vec<u8>, Error> {
    let servers = store.servers(filter).await?;
    let table = match what {
        What::Servers => inventory::servers(&servers, config),
        What::Packages => inventory::packages(&servers, store, config).await?,
    };
    write(&table, format)
}

/// The packages of one server, as a file in `format`.
///
/// # Errors
/// [`Error`], with the reason.
pub async fn packages_of(
    server: &ServerRow,
    format: Format,
    store: &Store,
    config: &Config,
) -> Result<Vec<u8>, Error> {
    let table = inventory::packages(std::slice::from_ref(server), store, config).await?;
    write(&table, format)
}

fn write(table: &Table, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Csv => csv::write(table),
        Format::Xlsx => xlsx::write(table),
    }
}

/// A table in which hosts call themselves names that break careless programs; what a reader must get back.
#[cfg(test)]
mod hostile {
    use super::*;

    pub(super) const TEXTS: [&str; 22] = [
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

    pub(super) fn table() -> Table {
        let column = |name, kind| Column { name, kind, width: 12 };
        let row = |(i, text): (usize, &&str)| {
            vec![
                Cell::text(Some(text)),
                Cell::text(Some(text)),
                Cell::Number(i as u64 * 1000),
                Cell::Number(1_500_000_000),
                Cell::Date(jiff::civil::date(2026, 11, 22).at(7, 30, 0, 0)),
            ]
        };
        Table {
            title: "Daftar [Server]".into(),
            owner: "=Pemerintah".into(),
            as_of: Some("Data per 22-11-2026".into()),
            columns: vec![
                column("Nama", Kind::Text),
                column("Nomor seri", Kind::Code),
                column("Utas", Kind::Number),
                column("Disk (GB)", Kind::Bytes(1_000_000_000)),
                column("Lapor", Kind::Date),
            ],
            rows: TEXTS.iter().enumerate().map(row).collect(),
        }
    }
}
