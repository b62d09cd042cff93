//! Feeds the stored ledger to its judge, in chunks, out of one snapshot.

use std::collections::BTreeMap;

use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::id::AgentId;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Transaction};

use super::cell::Cells as _;
use super::{Engine, Error, Store};
use crate::ledger::tree::{self, Node};
use crate::ledger::{Audit, Fault, Stored, StoredCheckpoint, StoredReport, Verified};

/// How many leaves are looked at together, with their reports.
const CHUNK: u64 = 128;

const KEYS: &str = "SELECT agent, public_key FROM agents WHERE government = $1";

const HEAD: &str = "SELECT size, frontier FROM ledger_head WHERE government = $1";

const ENDS: &str = "SELECT (SELECT MAX(idx) + 1 FROM leaves WHERE government = $1) AS leaves, \
    (SELECT MAX(size) FROM checkpoints WHERE government = $1) AS checkpoints";

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM leaves WHERE government = $1) AS leaves, \
    (SELECT COUNT(*) FROM reports WHERE government = $1) AS reports, \
    (SELECT COUNT(*) FROM nodes WHERE government = $1) AS nodes, \
    (SELECT COUNT(*) FROM checkpoints WHERE government = $1) AS checkpoints";

const LEAVES: &str = "SELECT idx, leaf, covered FROM leaves WHERE government = $1 AND idx >= $2 AND idx < $3";

const REPORTS: &str =
    "SELECT idx, agent, sequence, sealed FROM reports WHERE government = $1 AND idx >= $2 AND idx < $3";

const NODES: &str = "SELECT level, idx, hash FROM nodes \
    WHERE government = $1 AND idx >= $2 AND idx < $3 AND level = $4";

/// The checkpoints that end in a chunk, and the first one after it.
const CHECKPOINTS: &str = "SELECT size, note FROM checkpoints WHERE government = $1 AND size > $2 AND size <= \
    COALESCE((SELECT MIN(size) FROM checkpoints WHERE government = $1 AND size >= $3), $3)";

impl Store {
    /// Checks the whole ledger against the key that signs it, and against `anchors`: signed notes that agents
    /// or auditors hold. See [`crate::ledger::Audit`] for what is looked at.
    ///
    /// # Errors
    /// [`Error`] when the rows cannot be read; what is wrong in them is in [`Verified`].
    pub async fn verify(&self, verifier: &Verifier, anchors: &[String]) -> Result<Verified, Error> {
        let mut snapshot = self.snapshot().await?;
        let keys = self.keys(&mut snapshot).await?;
        let mut audit = match Audit::new(verifier, &keys, anchors) {
            Ok(audit) => audit,
            Err(fault) => return Ok(Verified { size: 0, fault: Some(fault) }),
        };
        let fault = self.audit(&mut snapshot, &mut audit).await?;
        Ok(Verified { size: audit.size(), fault })
    }

    /// A transaction that sees one state of the database, whatever is written meanwhile.
    async fn snapshot(&self) -> Result<Transaction<'static, Any>, Error> {
        Ok(match self.engine {
            Engine::Sqlite => self.pool.begin().await?,
            Engine::Postgres => {
                self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?
            }
        })
    }

    async fn keys(&self, connection: &mut AnyConnection) -> Result<BTreeMap<AgentId, Vec<u8>>, Error> {
        let rows = self.query(KEYS).fetch_all(connection).await?;
        // A key that cannot be read counts as missing: the agent's first report will tell.
        let key = |row: &AnyRow| Some((row.parsed("agent").ok()?, row.bytes("public_key").ok()?));
        Ok(rows.iter().filter_map(key).collect())
    }

    async fn audit(
        &self,
        connection: &mut AnyConnection,
        audit: &mut Audit<'_>,
    ) -> Result<Option<Fault>, Error> {
        let (size, frontier, end) = self.ends(connection).await?;
        let mut seen = Seen::default();
        while audit.size() < end {
            let chunk = self.chunk(connection, audit.size()).await?;
            for index in audit.size()..end.min(audit.size() + CHUNK) {
                let Some(stored) = chunk.get(&index) else { return Ok(Some(audit.gap())) };
                if let Err(fault) = audit.step(stored) {
                    return Ok(Some(fault));
                }
                seen.count(stored, index);
            }
        }
        if let Err(fault) = audit.end(size, &frontier) {
            return Ok(Some(fault));
        }
        let surplus = self.surplus(connection, &seen, audit.size()).await?;
        Ok(surplus.map(|what| audit.surplus(what)))
    }

    /// The head's size and frontier, and the size that any row speaks of.
    async fn ends(&self, connection: &mut AnyConnection) -> Result<(u64, Vec<u8>, u64), Error> {
        let head = self.query(HEAD).fetch_optional(&mut *connection).await?;
        let (size, frontier) = match head {
            Some(head) => (head.number("size")?, head.bytes("frontier")?),
            None => (0, Vec::new()),
        };
        let ends = self.query(ENDS).fetch_one(connection).await?;
        let ends = [Some(size), ends.maybe_number("leaves")?, ends.maybe_number("checkpoints")?];
        Ok((size, frontier, ends.into_iter().flatten().max().unwrap_or(0)))
    }

    /// The leaves from `from` on, with all that hangs on them.
    async fn chunk(&self, connection: &mut AnyConnection, from: u64) -> Result<BTreeMap<u64, Stored>, Error> {
        let to = from.saturating_add(CHUNK);
        let mut chunk = BTreeMap::new();
        for row in self.range(connection, LEAVES, from, to).await? {
            let (text, covered) = (row.text("leaf")?, row.number("covered")?);
            chunk.insert(row.number("idx")?, Stored { text, covered, ..Stored::default() });
        }
        for row in self.range(connection, REPORTS, from, to).await? {
            let (agent, sequence) = (row.text("agent")?, row.number("sequence")?);
            let report = StoredReport { agent, sequence, sealed: row.maybe_bytes("sealed")? };
            if let Some(stored) = chunk.get_mut(&row.number("idx")?) {
                stored.report = Some(report);
            }
        }
        self.chunk_nodes(connection, &mut chunk, from, to).await?;
        let checkpoints = self.range(connection, CHECKPOINTS, from, to).await?;
        let checkpoints = checkpoints.iter().map(|row| Ok((row.number("size")?, row.text("note")?)));
        let checkpoints = checkpoints.collect::<Result<BTreeMap<_, _>, Error>>()?;
        for (index, stored) in &mut chunk {
            stored.checkpoint = checkpoints
                .range(index.saturating_add(1)..)
                .next()
                .map(|(size, note)| StoredCheckpoint { size: *size, note: note.clone() });
        }
        Ok(chunk)
    }

    /// The subtrees that the leaves of a chunk complete: on level `l`, the one of index `k` is completed by
    /// leaf `((k + 1) << l) - 1`.
    async fn chunk_nodes(
        &self,
        connection: &mut AnyConnection,
        chunk: &mut BTreeMap<u64, Stored>,
        from: u64,
        to: u64,
    ) -> Result<(), Error> {
        for level in (0..63_u8).take_while(|level| to >> level > 0) {
            let (first, end) = (from >> level, to >> level);
            if first == end {
                continue;
            }
            let query = self.query(NODES);
            let query = query.bind(first.cast_signed()).bind(end.cast_signed()).bind(i64::from(level));
            for row in query.fetch_all(&mut *connection).await? {
                let node = Node { level, index: row.number("idx")? };
                let last = ((node.index + 1) << level) - 1;
                if let Some(stored) = chunk.get_mut(&last) {
                    // A hash that is none cannot be right: it counts as missing.
                    let hash = row.digest("hash").ok();
                    stored.nodes.extend(hash.map(|hash| (node, hash)));
                }
            }
        }
        Ok(())
    }

    /// The rows of a range. One that cannot be read, say because its text is no longer UTF-8, counts as missing.
    async fn range(
        &self,
        connection: &mut AnyConnection,
        sql: &'static str,
        from: u64,
        to: u64,
    ) -> Result<Vec<AnyRow>, Error> {
        let query = |from: u64, to: u64| self.query(sql).bind(from.cast_signed()).bind(to.cast_signed());
        match query(from, to).fetch_all(&mut *connection).await {
            Err(sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {}
            rows => return Ok(rows?),
        }
        let mut rows = Vec::new();
        for index in from..to {
            rows.extend(query(index, index + 1).fetch_all(&mut *connection).await.unwrap_or_default());
        }
        Ok(rows)
    }

    /// Rows that hang on no leaf, in words.
    async fn surplus(
        &self,
        connection: &mut AnyConnection,
        seen: &Seen,
        size: u64,
    ) -> Result<Option<&'static str>, Error> {
        let counts = self.query(COUNTS).fetch_one(connection).await?;
        let expected = [
            ("leaves", size, "entri"),
            ("reports", seen.reports, "laporan"),
            ("nodes", tree::count(size), "simpul pohon"),
            ("checkpoints", seen.checkpoints, "checkpoint"),
        ];
        for (column, count, what) in expected {
            if counts.number(column)? != count {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }
}

/// What was seen on the way, to be compared with what there is.
#[derive(Default)]
struct Seen {
    reports: u64,
    checkpoints: u64,
}

impl Seen {
    fn count(&mut self, stored: &Stored, index: u64) {
        self.reports += u64::from(stored.report.is_some());
        let ends = stored.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.size == index + 1);
        self.checkpoints += u64::from(ends);
    }
}
