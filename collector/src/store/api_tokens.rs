//! Tokens of programs that read the API.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use sqlx::any::AnyRow;

use super::cell::{Cells as _, micros, plain};
use super::{Error, Store};

/// The last use is written down once in this time, so that a program that asks often costs no writing.
const USED: SignedDuration = SignedDuration::from_mins(1);

const ADD: &str = "INSERT INTO api_tokens (government, id, secret, name, office, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const ALL: &str = "SELECT id, name, office, created_at, expires_at, used_at, revoked_at FROM api_tokens \
    WHERE government = $1 ORDER BY created_at, id";

const VALID: &str = "SELECT id, name, office, created_at, expires_at, used_at, revoked_at FROM api_tokens \
    WHERE government = $1 AND id = $2 AND secret = $3 AND expires_at > $4 AND revoked_at IS NULL";

const USE: &str = "UPDATE api_tokens SET used_at = $3 WHERE government = $1 AND id = $2";

const REVOKE: &str = "UPDATE api_tokens SET revoked_at = $3 \
    WHERE government = $1 AND id = $2 AND revoked_at IS NULL";

/// A token as it is listed; its secret is known to nobody but who got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its public name: 8 hex digits.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// The office whose data it reads; all, when there is none.
    pub office: Option<Code>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is no longer good.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Store {
    /// Adds a token, under the digest of its secret.
    ///
    /// # Errors
    /// [`Error`], also when there is a token of this id already.
    pub async fn add_api_token(&self, token: &ApiToken, secret: Digest) -> Result<(), Error> {
        let query = self
            .query(ADD)
            .bind(token.id.as_str())
            .bind(secret.0.to_vec())
            .bind(plain(&token.name))
            .bind(token.office.as_ref().map(Code::as_str))
            .bind(micros(token.created_at))
            .bind(micros(token.expires_at));
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// All tokens there ever were, oldest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, Error> {
        self.query(ALL).fetch_all(&self.pool).await?.iter().map(token).collect()
    }

    /// The token with this id and secret, when it is good at `now`; notes that it was used.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn use_api_token(
        &self,
        id: &str,
        secret: Digest,
        now: Timestamp,
    ) -> Result<Option<ApiToken>, Error> {
        let query = self.query(VALID).bind(plain(id)).bind(secret.0.to_vec()).bind(micros(now));
        let Some(row) = query.fetch_optional(&self.pool).await? else { return Ok(None) };
        let token = token(&row)?;
        if token.used_at.is_none_or(|at| now.duration_since(at) >= USED) {
            let query = self.query(USE).bind(token.id.as_str()).bind(micros(now));
            query.execute(&self.pool).await?;
        }
        Ok(Some(token))
    }

    /// Revokes a token; false when there is none of this id that is not revoked already.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn revoke_api_token(&self, id: &str, now: Timestamp) -> Result<bool, Error> {
        let query = self.query(REVOKE).bind(plain(id)).bind(micros(now));
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }
}

fn token(row: &AnyRow) -> Result<ApiToken, Error> {
    Ok(ApiToken {
        id: row.text("id")?,
        name: row.text("name")?,
        office: row.maybe_parsed("office")?,
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        used_at: row.maybe_time("used_at")?,
        revoked_at: row.maybe_time("revoked_at")?,
    })
}
