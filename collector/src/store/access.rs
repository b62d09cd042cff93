//! Tokens and agents: who may hand in.

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::cell::{Cells as _, micros, plain};
use super::{AgentRow, Enrolment, Error, Store};

const ADD_TOKEN: &str = "INSERT INTO tokens (government, id, secret, office, site, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Uses a token: a fresh one before it expires, or one that this agent used already.
const USE_TOKEN: &str = "UPDATE tokens SET used_by = $4, used_at = COALESCE(used_at, $5) \
    WHERE government = $1 AND id = $2 AND secret = $3 \
    AND (used_by = $4 OR (used_by IS NULL AND expires_at > $5)) RETURNING office, site";

const TOKEN: &str = "SELECT used_by FROM tokens WHERE government = $1 AND id = $2 AND secret = $3";

/// An agent that is known already moves to the office of the new token.
const PUT_AGENT: &str = "INSERT INTO agents (government, agent, public_key, office, site, active, enrolled_at) \
    VALUES ($1, $2, $3, $4, $5, 1, $6) \
    ON CONFLICT (government, agent) DO UPDATE SET office = excluded.office, site = excluded.site \
    RETURNING agent, public_key, office, active, enrolled_at";

const PUT_SERVER: &str = "INSERT INTO servers (government, agent, office, site, enrolled_at, hostname, \
    addresses, packages, agent_version, search) VALUES ($1, $2, $3, $4, $5, '', '[]', 0, '', '') \
    ON CONFLICT (government, agent) DO UPDATE SET office = excluded.office, site = excluded.site";

const AGENT: &str =
    "SELECT agent, public_key, office, active FROM agents WHERE government = $1 AND agent = $2";

pub(super) const SET_ACTIVE: &str = "UPDATE agents SET active = $3 WHERE government = $1 AND agent = $2";

impl Store {
    /// Adds a one-time token: its public name, the digest of its secret, and what it is good for.
    ///
    /// # Errors
    /// [`Error`], also when there is a token of this name already.
    pub async fn add_token(
        &self,
        id: &str,
        secret: Digest,
        office: &Code,
        site: Option<&Code>,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Error> {
        let query = self
            .query(ADD_TOKEN)
            .bind(id)
            .bind(secret.0.to_vec())
            .bind(office.as_str())
            .bind(site.map(Code::as_str))
            .bind(micros(now))
            .bind(micros(expires));
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Trades a token for an enrolment, in one transaction. The same key may show its token again at any time
    /// and gets the same answer; a known key with a fresh token moves to the token's office; a revoked key
    /// stays revoked, and its token stays unused.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn enrol(
        &self,
        token_id: &str,
        secret: Digest,
        agent: &AgentId,
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Enrolment, Error> {
        let mut transaction = self.pool.begin().await?;
        let query = self
            .query(USE_TOKEN)
            .bind(plain(token_id))
            .bind(secret.0.to_vec())
            .bind(agent.as_str())
            .bind(micros(now));
        let Some(token) = query.fetch_optional(&mut *transaction).await? else {
            return Ok(Enrolment::Refused(self.refusal(&mut transaction, token_id, secret).await?));
        };
        let enrolled = self.enrolled(&mut transaction, &token, agent, public_key, now).await?;
        if !enrolled.active {
            transaction.rollback().await?;
            return Ok(Enrolment::Refused("agen ini sudah dicabut; hubungi Dinas pengelola kolektor"));
        }
        transaction.commit().await?;
        Ok(Enrolment::Enrolled(enrolled))
    }

    /// Why a token cannot be used.
    async fn refusal(
        &self,
        connection: &mut AnyConnection,
        token_id: &str,
        secret: Digest,
    ) -> Result<&'static str, Error> {
        let query = self.query(TOKEN);
        let query = query.bind(plain(token_id)).bind(secret.0.to_vec());
        Ok(match query.fetch_optional(connection).await? {
            None => "token tidak dikenal; periksa apakah token disalin seluruhnya",
            Some(row) if row.maybe_text("used_by")?.is_some() => {
                "token sudah dipakai oleh agen lain; minta token baru"
            }
            Some(_) => "token sudah kedaluwarsa; minta token baru",
        })
    }

    async fn enrolled(
        &self,
        connection: &mut AnyConnection,
        token: &AnyRow,
        agent: &AgentId,
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<AgentRow, Error> {
        let query = self
            .query(PUT_AGENT)
            .bind(agent.as_str())
            .bind(public_key.to_vec())
            .bind(token.text("office")?)
            .bind(token.maybe_text("site")?)
            .bind(micros(now));
        let row = query.fetch_one(&mut *connection).await?;
        let query = self
            .query(PUT_SERVER)
            .bind(agent.as_str())
            .bind(token.text("office")?)
            .bind(token.maybe_text("site")?)
            .bind(micros(row.time("enrolled_at")?));
        query.execute(connection).await?;
        agent_row(&row)
    }

    /// The agent, as its requests are checked.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn agent(&self, agent: &AgentId) -> Result<Option<AgentRow>, Error> {
        let query = self.query(AGENT).bind(agent.as_str());
        query.fetch_optional(&self.pool).await?.as_ref().map(agent_row).transpose()
    }

    /// Says whether an agent's reports are taken; false when there is no such agent.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn set_active(&self, agent: &AgentId, active: bool) -> Result<bool, Error> {
        let query = self.query(SET_ACTIVE);
        let query = query.bind(agent.as_str()).bind(i64::from(active));
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }
}

fn agent_row(row: &AnyRow) -> Result<AgentRow, Error> {
    Ok(AgentRow {
        agent: row.parsed("agent")?,
        public_key: row.bytes("public_key")?,
        office: row.parsed("office")?,
        active: row.number("active")? == 1,
    })
}
