//! Leaves and sealed reports, as they are read.

use patuh_protocol::id::AgentId;
use patuh_protocol::merkle::leaf_hash;
use sqlx::any::AnyRow;

use super::cell::Cells as _;
use super::{Error, LeafRow, Store};

const LEAF: &str = "SELECT idx, leaf FROM leaves WHERE government = $1 AND idx = $2";

const LEAVES: &str = "SELECT idx, leaf FROM leaves WHERE government = $1 AND idx < $2 \
    ORDER BY idx DESC LIMIT $3";

const SEALED: &str = "SELECT sealed FROM reports WHERE government = $1 AND idx = $2";

const REPORTS_OF: &str = "SELECT l.idx, l.leaf FROM reports r JOIN leaves l \
    ON l.government = r.government AND l.idx = r.idx \
    WHERE r.government = $1 AND r.agent = $2 ORDER BY r.sequence DESC LIMIT $3";

impl Store {
    /// The leaf at `index`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn leaf(&self, index: u64) -> Result<Option<LeafRow>, Error> {
        let query = self.query(LEAF).bind(index.cast_signed());
        query.fetch_optional(&self.pool).await?.as_ref().map(leaf_row).transpose()
    }

    /// At most `limit` leaves, newest first, of those before the one at `before`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn leaves(&self, before: Option<u64>, limit: u32) -> Result<Vec<LeafRow>, Error> {
        let before = before.and_then(|index| i64::try_from(index).ok()).unwrap_or(i64::MAX);
        let query = self.query(LEAVES).bind(before).bind(i64::from(limit));
        query.fetch_all(&self.pool).await?.iter().map(leaf_row).collect()
    }

    /// The bytes of the sealed report at `index`; `None` when they were purged or the leaf is no report.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn sealed(&self, index: u64) -> Result<Option<Vec<u8>>, Error> {
        let query = self.query(SEALED).bind(index.cast_signed());
        match query.fetch_optional(&self.pool).await? {
            Some(row) => row.maybe_bytes("sealed"),
            None => Ok(None),
        }
    }

    /// At most `limit` reports of `agent`, those with the highest numbers first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn reports_of(&self, agent: &AgentId, limit: u32) -> Result<Vec<LeafRow>, Error> {
        let query = self.query(REPORTS_OF);
        let query = query.bind(agent.as_str()).bind(i64::from(limit));
        query.fetch_all(&self.pool).await?.iter().map(leaf_row).collect()
    }
}

fn leaf_row(row: &AnyRow) -> Result<LeafRow, Error> {
    let text = row.text("leaf")?;
    Ok(LeafRow { index: row.number("idx")?, leaf: row.json("leaf")?, hash: leaf_hash(text.as_bytes()), text })
}
