//! Leaves and sealed reports.

use super::*;

impl Store {
    /// The leaf at `index`.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn leaf(&self, index: u64) -> Result<Option<LeafRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Leaves before `before`, newest first.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn leaves(&self, before: Option<u64>, limit: u32) -> Result<Vec<LeafRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The sealed report at `index`.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn sealed(&self, index: u64) -> Result<Option<Vec<u8>>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The reports of `agent`, newest first.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn reports_of(&self, agent: &AgentId, limit: u32) -> Result<Vec<LeafRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
