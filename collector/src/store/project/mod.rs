//! The projections.

use super::*;

impl Store {
    /// Drops the projections and replays the ledger's reports; returns how many.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn rebuild(&self) -> Result<u64, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
