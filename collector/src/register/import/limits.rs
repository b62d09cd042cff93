//! How large a file may be, and become.

use patuh_compliance::wording::number;

use super::Unreadable;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The most rows that are not empty, in all sheets together.
pub const MAX_ROWS: usize = 20_000;

/// The most that the parts of an XLSX may unpack to, in bytes. A row of our own list takes about 2 kB.
pub(super) const MAX_UNPACKED: u64 = 64 * 1024 * 1024;

/// The most columns with something in them.
pub(super) const MAX_COLUMNS: usize = 200;

/// The most characters of a cell.
pub(super) const MAX_CELL: usize = 32_767;

/// The most sheets.
pub(super) const MAX_SHEETS: usize = 200;

/// Too many bytes.
pub(super) fn bytes(limit: usize, what: &'static str) -> Unreadable {
    Unreadable::TooLarge { what, limit: format!("{} MiB", limit / (1024 * 1024)) }
}

/// Too many of something.
pub(super) fn too_many(limit: usize, what: &'static str) -> Unreadable {
    Unreadable::TooLarge { what, limit: number(limit as u64) }
}
