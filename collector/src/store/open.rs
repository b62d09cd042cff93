//! Opening.

use super::*;

impl Store {
    /// Opens (and migrates) the database at `url` for `government`: `sqlite:/path/patuh.db` or `postgres://…`.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn open(url: &str, government: &Code) -> Result<Self, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
