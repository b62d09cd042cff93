//! Receipts, checkpoints and proofs.

use super::*;

impl Store {
    /// The answer to a report.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn answer(&self, receipt: Receipt, tree_size: Option<u64>) -> Result<Answer, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The receipt of the leaf at `index`.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn receipt(&self, index: u64) -> Result<Option<Receipt>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The newest checkpoint, a signed note.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn checkpoint(&self) -> Result<Option<String>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// How many leaves the ledger has.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn size(&self) -> Result<u64, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
