//! Users and sessions.

use super::*;

impl Store {
    /// The user.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn user(&self, name: &str) -> Result<Option<UserRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// How many users there are.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn users(&self) -> Result<u64, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Inserts or replaces a user.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn put_user(&self, user: &UserRow, now: Timestamp) -> Result<(), Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Adds a session.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn add_session(
        &self,
        id: Digest,
        user: &str,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The user of a session that has not ended.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn session(&self, id: Digest, now: Timestamp) -> Result<Option<UserRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn end_session(&self, id: Digest) -> Result<(), Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn end_sessions_of(&self, user: &str) -> Result<(), Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
