//! The versions of what people enter: none is ever written over.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;

use super::Error;
use super::cell::Cells as _;

/// One version of an asset, a medium, or whatever else is kept in a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version<T> {
    /// Counts from 1.
    pub revision: u64,
    /// The act in the ledger that made it.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What was written.
    pub content: T,
}

/// The version in a row, with its content (JSON) in `column`.
pub(super) fn version<T: DeserializeOwned>(row: &AnyRow, column: &'static str) -> Result<Version<T>, Error> {
    Ok(Version {
        revision: row.number("revision")?,
        index: row.number("idx")?,
        at: row.time("at")?,
        who: row.text("who")?,
        content: row.json(column)?,
    })
}
