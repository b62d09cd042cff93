//! The ledger's writer.

use super::*;

impl Store {
    /// Writes `entries` into the ledger, all in one transaction, and signs one checkpoint over them.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn append(
        &self,
        entries: &[Entry],
        signer: &Signer,
        now: Timestamp,
    ) -> Result<Vec<Appended>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
