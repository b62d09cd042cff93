//! Users and their sessions: who may look.

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use sqlx::any::AnyRow;

use super::cell::{Cells as _, micros, plain};
use super::{Error, Store, UserRow};

const USER: &str = "SELECT name, password, must_change FROM users WHERE government = $1 AND name = $2";

const USERS: &str = "SELECT COUNT(*) AS users FROM users WHERE government = $1";

const PUT_USER: &str = "INSERT INTO users (government, name, password, must_change, changed_at) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (government, name) DO UPDATE SET \
    password = excluded.password, must_change = excluded.must_change, changed_at = excluded.changed_at";

const EXPIRE_SESSIONS: &str = "DELETE FROM sessions WHERE government = $1 AND expires_at <= $2";

const ADD_SESSION: &str = "INSERT INTO sessions (government, id, name, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5)";

const SESSION: &str = "SELECT u.name, u.password, u.must_change FROM sessions s JOIN users u \
    ON u.government = s.government AND u.name = s.name \
    WHERE s.government = $1 AND s.id = $2 AND s.expires_at > $3";

const END_SESSION: &str = "DELETE FROM sessions WHERE government = $1 AND id = $2";

const END_SESSIONS_OF: &str = "DELETE FROM sessions WHERE government = $1 AND name = $2";

impl Store {
    /// The user of this name.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn user(&self, name: &str) -> Result<Option<UserRow>, Error> {
        let query = self.query(USER).bind(plain(name));
        query.fetch_optional(&self.pool).await?.as_ref().map(user_row).transpose()
    }

    /// How many users there are.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn users(&self) -> Result<u64, Error> {
        self.query(USERS).fetch_one(&self.pool).await?.number("users")
    }

    /// Inserts a user, or replaces the one of the same name. Sessions go on: see
    /// [`end_sessions_of`](Self::end_sessions_of).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn put_user(&self, user: &UserRow, now: Timestamp) -> Result<(), Error> {
        let query = self
            .query(PUT_USER)
            .bind(plain(&user.name))
            .bind(user.password.as_str())
            .bind(i64::from(user.must_change))
            .bind(micros(now));
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Adds a session of a user, under the digest of its cookie, and forgets those that have expired.
    ///
    /// # Errors
    /// [`Error`], also when there is no such user.
    pub async fn add_session(
        &self,
        id: Digest,
        user: &str,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Error> {
        let expire = self.query(EXPIRE_SESSIONS).bind(micros(now));
        expire.execute(&self.pool).await?;
        let query = self
            .query(ADD_SESSION)
            .bind(id.0.to_vec())
            .bind(plain(user))
            .bind(micros(now))
            .bind(micros(expires));
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// The user of a session that has not expired.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn session(&self, id: Digest, now: Timestamp) -> Result<Option<UserRow>, Error> {
        let query = self.query(SESSION);
        let query = query.bind(id.0.to_vec()).bind(micros(now));
        query.fetch_optional(&self.pool).await?.as_ref().map(user_row).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn end_session(&self, id: Digest) -> Result<(), Error> {
        let query = self.query(END_SESSION).bind(id.0.to_vec());
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn end_sessions_of(&self, user: &str) -> Result<(), Error> {
        let query = self.query(END_SESSIONS_OF).bind(plain(user));
        query.execute(&self.pool).await?;
        Ok(())
    }
}

fn user_row(row: &AnyRow) -> Result<UserRow, Error> {
    Ok(UserRow {
        name: row.text("name")?,
        password: row.text("password")?,
        must_change: row.number("must_change")? == 1,
    })
}
