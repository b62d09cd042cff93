//! The ledger's one writer: a batch of entries, one transaction, one checkpoint.
//!
//! The first statement of the transaction writes to the head's row. On SQLite this takes the write lock before
//! anything is read, so that the transaction can wait for it but never has to give way halfway through; on
//! `PostgreSQL` it locks the row, so that collectors which share a database queue up behind it. A receipt is
//! made only after the commit.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::merkle::leaf_hash;
use patuh_protocol::receipt::{ActLeaf, Leaf, Receipt, ReportLeaf};
use patuh_protocol::seal::Sealed;
use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::MutexGuard;

use super::cell::{Cells as _, corrupt};
use super::grouped::Grouped;
use super::project::{self, Taken};
use super::{Appended, Entry, Error, Store};
use crate::ledger::Signer;
use crate::ledger::tree::{self, Frontier, Node};

const LOCK_HEAD: &str = "UPDATE ledger_head SET size = size WHERE government = $1 RETURNING size, frontier";

const MOVE_HEAD: &str = "UPDATE ledger_head SET size = $2, frontier = $3 WHERE government = $1";

/// Keys are joined, first of all, instead of looked for by `IN`: for several keys of more than one column SQLite
/// would read the whole index.
const KNOWN: Grouped = Grouped::keys(
    "WITH k (agent, sequence) AS (VALUES ",
    2,
    ") SELECT l.idx, l.leaf FROM k CROSS JOIN reports r JOIN leaves l \
        ON l.government = r.government AND l.idx = r.idx \
        WHERE r.government = $1 AND r.agent = k.agent AND r.sequence = k.sequence",
);

const ADD_LEAVES: Grouped =
    Grouped::insert("INSERT INTO leaves (government, idx, leaf, covered) VALUES ", 3, "");

const ADD_NODES: Grouped = Grouped::insert("INSERT INTO nodes (government, level, idx, hash) VALUES ", 3, "");

const ADD_REPORTS: Grouped =
    Grouped::insert("INSERT INTO reports (government, idx, agent, sequence, sealed) VALUES ", 4, "");

const ADD_CHECKPOINT: &str = "INSERT INTO checkpoints (government, size, note) VALUES ($1, $2, $3)";

/// What becomes of an entry.
enum Place {
    /// It is (or will be) the leaf at this index.
    At(u64),
    /// Its number is taken by another report.
    Taken,
}

/// A batch on its way into the ledger.
struct Batch<'a> {
    now: Timestamp,
    /// The tree with the batch in it.
    frontier: Frontier,
    /// The subtrees that proofs over the batch need: those before it and those completed by it.
    nodes: BTreeMap<Node, Digest>,
    /// The index of the first new leaf.
    first: u64,
    /// The new leaves, from `first` on.
    leaves: Vec<String>,
    /// The new reports.
    reports: Vec<Taken<'a>>,
    /// The reports that stand already, those of this batch among them.
    known: BTreeMap<(AgentId, u64), (u64, ReportLeaf)>,
}

impl Store {
    /// Writes `entries` into the ledger, all in one transaction, and signs one checkpoint over them. A report
    /// that stands already gets the receipt it got the first time; a batch that adds nothing writes nothing.
    ///
    /// # Errors
    /// [`Error`]: nothing of the batch was written, or (when the connection broke during the commit) it is not
    /// known; the same entries can be handed in again in either case.
    pub async fn append(
        &self,
        entries: &[Entry],
        signer: &Signer,
        now: Timestamp,
    ) -> Result<Vec<Appended>, Error> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let (turn, mut transaction, head) = self.begin().await?;
        let known = self.known(&mut transaction, entries).await?;
        let mut batch = Batch::new(head, known, now);
        let places = entries.iter().map(|entry| batch.place(entry)).collect::<Result<Vec<_>, _>>()?;
        let mut note = String::new();
        if batch.leaves.is_empty() {
            transaction.rollback().await?;
        } else {
            note = signer.checkpoint(batch.frontier.size(), batch.frontier.root());
            self.write(&mut transaction, &batch, &note).await?;
            transaction.commit().await?;
        }
        drop(turn);
        let taken = places.iter().zip(entries).filter(|(place, _)| matches!(place, Place::Taken));
        let taken: Vec<_> =
            taken.filter_map(|(_, entry)| entry.sealed()).map(|it| (&it.agent, it.sequence)).collect();
        self.add_conflicts(&taken, now).await?;
        self.receipts(&batch, &places, &note).await
    }

    /// The turn to write, a transaction, and the ledger's head, which nobody else changes meanwhile: of two who act
    /// at once, the second finds what the first left.
    pub(super) async fn begin(
        &self,
    ) -> Result<(MutexGuard<'_, ()>, Transaction<'static, Any>, Frontier), Error> {
        let turn = self.turn.lock().await;
        let mut transaction = self.pool.begin().await?;
        let head = self.lock_head(&mut transaction).await?;
        Ok((turn, transaction, head))
    }

    pub(super) async fn lock_head(&self, connection: &mut AnyConnection) -> Result<Frontier, Error> {
        let row = self.query(LOCK_HEAD).fetch_one(connection).await?;
        Frontier::from_bytes(row.number("size")?, &row.bytes("frontier")?)
            .ok_or_else(|| corrupt("frontier", "does not fit the size"))
    }

    /// Those of the reports in `entries` that stand in the ledger already.
    async fn known(
        &self,
        connection: &mut AnyConnection,
        entries: &[Entry],
    ) -> Result<BTreeMap<(AgentId, u64), (u64, ReportLeaf)>, Error> {
        let keys: Vec<&Sealed> = entries.iter().filter_map(Entry::sealed).collect();
        let rows = KNOWN.fetch(connection, &self.government, &keys, |query, sealed| {
            query.bind(sealed.agent.as_str()).bind(sealed.sequence.cast_signed())
        });
        let mut known = BTreeMap::new();
        for row in rows.await? {
            let Leaf::Report(leaf) = row.json("leaf")? else {
                return Err(corrupt("leaf", "a report hangs on an act"));
            };
            known.insert((leaf.agent.clone(), leaf.sequence), (row.number("idx")?, leaf));
        }
        Ok(known)
    }

    async fn write(
        &self,
        connection: &mut AnyConnection,
        batch: &Batch<'_>,
        note: &str,
    ) -> Result<(), Error> {
        let (size, root) = (batch.frontier.size().cast_signed(), batch.frontier.to_bytes());
        let leaves: Vec<_> = (batch.first..).zip(&batch.leaves).collect();
        let add = ADD_LEAVES.execute(connection, &self.government, &leaves, |query, (index, leaf)| {
            query.bind(index.cast_signed()).bind(leaf.as_str()).bind(size)
        });
        add.await?;
        let nodes: Vec<_> = batch.completed().collect();
        let add = ADD_NODES.execute(connection, &self.government, &nodes, |query, (node, hash)| {
            query.bind(i64::from(node.level)).bind(node.index.cast_signed()).bind(hash.0.to_vec())
        });
        add.await?;
        self.write_reports(connection, batch).await?;
        let checkpoint = self.query(ADD_CHECKPOINT);
        checkpoint.bind(size).bind(note).execute(&mut *connection).await?;
        let head = self.query(MOVE_HEAD).bind(size).bind(root);
        head.execute(connection).await?;
        Ok(())
    }

    /// The sealed reports, and what follows from them.
    async fn write_reports(&self, connection: &mut AnyConnection, batch: &Batch<'_>) -> Result<(), Error> {
        let add = ADD_REPORTS.execute(connection, &self.government, &batch.reports, |query, taken| {
            let query = query.bind(taken.index.cast_signed()).bind(taken.sealed.agent.as_str());
            query.bind(taken.sealed.sequence.cast_signed()).bind(taken.sealed.to_bytes())
        });
        add.await?;
        project::apply(connection, &self.government, &batch.reports).await
    }

    /// Writes `acts` into the ledger behind `head`, in the transaction that locked it, and signs a checkpoint over
    /// them: what they tell of is written in the same transaction, so that neither stands without the other. The
    /// first act gets the index that was the head's size.
    pub(super) async fn append_acts(
        &self,
        connection: &mut AnyConnection,
        head: Frontier,
        acts: &[ActLeaf],
        signer: &Signer,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut batch = Batch::new(head, BTreeMap::new(), now);
        for act in acts {
            batch.push(&Leaf::Act(act.clone()))?;
        }
        let note = signer.checkpoint(batch.frontier.size(), batch.frontier.root());
        self.write(connection, &batch, &note).await
    }

    async fn receipts(
        &self,
        batch: &Batch<'_>,
        places: &[Place],
        note: &str,
    ) -> Result<Vec<Appended>, Error> {
        let mut appended = Vec::with_capacity(places.len());
        for place in places {
            appended.push(match *place {
                Place::Taken => Appended::Conflict,
                Place::At(index) if index >= batch.first => Appended::Stands(batch.receipt(index, note)?),
                Place::At(index) => {
                    let receipt = self.receipt(index).await?;
                    Appended::Stands(receipt.ok_or_else(|| corrupt("idx", "a report has no leaf"))?)
                }
            });
        }
        Ok(appended)
    }
}

impl<'a> Batch<'a> {
    fn new(head: Frontier, known: BTreeMap<(AgentId, u64), (u64, ReportLeaf)>, now: Timestamp) -> Self {
        let (first, nodes) = (head.size(), head.nodes().collect());
        Self { now, frontier: head, nodes, first, leaves: Vec::new(), reports: Vec::new(), known }
    }

    /// Finds the place of an entry, and makes it when there is none yet.
    fn place(&mut self, entry: &'a Entry) -> Result<Place, Error> {
        let (sealed, report, carried, office) = match entry {
            Entry::Act(act) => return Ok(Place::At(self.push(&Leaf::Act(act.clone()))?)),
            Entry::Report { sealed, report, carried, office } => (sealed, report, carried, office),
        };
        let key = (sealed.agent.clone(), sealed.sequence);
        match self.known.get(&key) {
            Some((index, leaf)) if leaf.is_of(sealed) => return Ok(Place::At(*index)),
            Some(_) => return Ok(Place::Taken),
            None => {}
        }
        let leaf = ReportLeaf::new(sealed, office.clone(), self.now);
        let index = self.push(&Leaf::Report(leaf.clone()))?;
        self.known.insert(key, (index, leaf));
        self.reports.push(Taken { sealed, report, carried, index, received_at: self.now });
        Ok(Place::At(index))
    }

    /// Appends a leaf; its JSON is written here, once and for ever.
    fn push(&mut self, leaf: &Leaf) -> Result<u64, Error> {
        let text = serde_json::to_string(leaf).map_err(|error| corrupt("leaf", error))?;
        let index = self.frontier.size();
        self.nodes.extend(self.frontier.push(leaf_hash(text.as_bytes())));
        self.leaves.push(text);
        Ok(index)
    }

    /// The subtrees that this batch completed: those that end behind its beginning.
    fn completed(&self) -> impl Iterator<Item = (Node, Digest)> {
        let new = |node: &Node| (node.index + 1) << node.level > self.first;
        self.nodes.iter().map(|(node, hash)| (*node, *hash)).filter(move |(node, _)| new(node))
    }

    fn receipt(&self, index: u64, note: &str) -> Result<Receipt, Error> {
        let place = usize::try_from(index - self.first).unwrap_or(usize::MAX);
        let leaf = self.leaves.get(place).ok_or_else(|| corrupt("idx", "is outside the batch"))?;
        let ranges = tree::inclusion(index, self.frontier.size());
        let proof = tree::hashes(&ranges, |node| self.nodes.get(&node).copied());
        let proof = proof.ok_or_else(|| corrupt("hash", "node is missing"))?;
        Ok(Receipt { index, leaf: leaf.clone(), checkpoint: note.to_owned(), proof })
    }
}

impl Entry {
    fn sealed(&self) -> Option<&Sealed> {
        match self {
            Self::Report { sealed, .. } => Some(sealed),
            Self::Act(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grouped::tests::check_plan;

    #[tokio::test]
    async fn known_reports_are_found_by_their_key() {
        check_plan(&KNOWN, "(government=? AND agent=? AND sequence=?)").await;
    }
}
