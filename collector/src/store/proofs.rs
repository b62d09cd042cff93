//! Receipts, checkpoints and proofs, assembled from stored subtrees.
//!
//! A subtree's hash never changes once it is complete, and a leaf's first checkpoint never changes either: so
//! a receipt is never stored, and is still the same, byte for byte, whenever it is asked for.

use std::collections::BTreeMap;
use std::ops::Range;

use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::{Answer, Receipt};

use super::cell::{Cells as _, corrupt};
use super::grouped::Grouped;
use super::{Error, Store};
use crate::ledger::tree::{self, Node};

const HEAD: &str = "SELECT size FROM ledger_head WHERE government = $1";

const NEWEST: &str = "SELECT size, note FROM checkpoints WHERE government = $1 ORDER BY size DESC LIMIT 1";

const COVERED_LEAF: &str = "SELECT l.leaf, c.size, c.note FROM leaves l JOIN checkpoints c \
    ON c.government = l.government AND c.size = l.covered WHERE l.government = $1 AND l.idx = $2";

const NODES: Grouped = Grouped::keys(
    "WITH k (level, idx) AS (VALUES ",
    2,
    ") SELECT n.level, n.idx, n.hash FROM k CROSS JOIN nodes n \
        WHERE n.government = $1 AND n.level = k.level AND n.idx = k.idx",
);

impl Store {
    /// The answer to a report: its receipt, the newest checkpoint, and the proof that this one extends the
    /// checkpoint of `tree_size` leaves, which the agent holds. An agent that holds a larger tree than there
    /// is gets no proof, and knows what that means.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn answer(&self, receipt: Receipt, tree_size: Option<u64>) -> Result<Answer, Error> {
        let (size, checkpoint) = self.newest().await?.ok_or_else(|| corrupt("note", "no checkpoint"))?;
        let consistency = self.hashes(&tree::consistency(tree_size.unwrap_or(0), size)).await?;
        let release = Some(env!("CARGO_PKG_VERSION").to_owned());
        Ok(Answer { receipt, checkpoint, consistency, release, full: false })
    }

    /// The receipt of the leaf at `index`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn receipt(&self, index: u64) -> Result<Option<Receipt>, Error> {
        let query = self.query(COVERED_LEAF).bind(index.cast_signed());
        let Some(row) = query.fetch_optional(&self.pool).await? else { return Ok(None) };
        let proof = self.hashes(&tree::inclusion(index, row.number("size")?)).await?;
        Ok(Some(Receipt { index, leaf: row.text("leaf")?, checkpoint: row.text("note")?, proof }))
    }

    /// The newest checkpoint, a signed note; `None` while the ledger is empty.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn checkpoint(&self) -> Result<Option<String>, Error> {
        Ok(self.newest().await?.map(|(_, note)| note))
    }

    /// How many leaves the ledger has.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn size(&self) -> Result<u64, Error> {
        Ok(self.head().await?.unwrap_or(0))
    }

    /// The size that the ledger's head tells; `None` when there is no head yet.
    pub(super) async fn head(&self) -> Result<Option<u64>, Error> {
        let row = self.query(HEAD).fetch_optional(&self.pool).await?;
        row.map(|row| row.number("size")).transpose()
    }

    async fn newest(&self) -> Result<Option<(u64, String)>, Error> {
        let row = self.query(NEWEST).fetch_optional(&self.pool).await?;
        row.map(|row| Ok((row.number("size")?, row.text("note")?))).transpose()
    }

    /// The hashes of ranges of leaves.
    async fn hashes(&self, ranges: &[Range<u64>]) -> Result<Vec<Digest>, Error> {
        if ranges.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<Node> = ranges.iter().cloned().flat_map(tree::peaks).collect();
        let mut connection = self.pool.acquire().await?;
        let rows = NODES.fetch(&mut connection, &self.government, &wanted, |query, node| {
            query.bind(i64::from(node.level)).bind(node.index.cast_signed())
        });
        let mut nodes = BTreeMap::new();
        for row in rows.await? {
            let level = u8::try_from(row.number("level")?).map_err(|error| corrupt("level", error))?;
            nodes.insert(Node { level, index: row.number("idx")? }, row.digest("hash")?);
        }
        tree::hashes(ranges, |node| nodes.get(&node).copied())
            .ok_or_else(|| corrupt("hash", "node is missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grouped::tests::check_plan;

    #[tokio::test]
    async fn subtrees_are_found_by_their_key() {
        check_plan(&NODES, "(government=? AND level=? AND idx=?)").await;
    }
}
