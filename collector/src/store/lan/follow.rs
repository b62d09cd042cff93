//! Following the ledger: reports in their order out, what became of them in. What is computed from reports is written
//! only when nobody else went on from the same place meanwhile, so that several collectors may share a database.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::receipt::Leaf;
use patuh_protocol::report::{Reading, Report};
use patuh_protocol::seal::Sealed;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::lan::{Change, ChangeReport, Event, State, Version};
use crate::store::cell::{Cells as _, corrupt, micros, plain};
use crate::store::grouped::Grouped;
use crate::store::{Error, Store};

const PROGRESS: &str = "SELECT next, told FROM lan_progress WHERE government = $1";

/// What stands in the ledger when it is followed for the first time is past: it is believed, and not told.
const BEGIN: &str = "INSERT INTO lan_progress (government, next, told) \
    SELECT government, 0, size FROM ledger_head WHERE government = $1 \
    ON CONFLICT (government) DO NOTHING";

const UNVERSIONED: &str = "SELECT s.office FROM lan_states s WHERE s.government = $1 AND NOT EXISTS \
    (SELECT 1 FROM lan_versions v WHERE v.government = s.government AND v.office = s.office) ORDER BY s.office";

const GO_ON: &str =
    "UPDATE lan_progress SET next = $3, told = $4 WHERE government = $1 AND next = $2 RETURNING next";

const REPORTS: &str = "SELECT r.idx, r.sealed, l.leaf FROM reports r JOIN leaves l \
    ON l.government = r.government AND l.idx = r.idx \
    WHERE r.government = $1 AND r.idx >= $2 AND r.sealed IS NOT NULL ORDER BY r.idx LIMIT $3";

const SEEN_BY: Grouped = Grouped::keys(
    "WITH k (agent) AS (VALUES ",
    1,
    ") SELECT DISTINCT s.agent, s.seen FROM k CROSS JOIN lan_seen s \
        WHERE s.government = $1 AND s.agent = k.agent",
);

const PUT_SEEN: &str = "INSERT INTO lan_seen (government, agent, office, seen) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (government, agent) DO UPDATE SET office = excluded.office, seen = excluded.seen";

/// Agents whose reports are no longer taken: retired for another, or revoked.
const RETIRED: &str = "SELECT s.agent FROM lan_seen s WHERE s.government = $1 AND s.office <> '' \
    AND NOT EXISTS (SELECT 1 FROM agents a \
    WHERE a.government = s.government AND a.agent = s.agent AND a.active = 1) ORDER BY s.agent";

const PUT_STATE: &str = "INSERT INTO lan_states (government, office, state) VALUES ($1, $2, $3) \
    ON CONFLICT (government, office) DO UPDATE SET state = excluded.state";

const ADD_VERSION: &str = "INSERT INTO lan_versions \
    (government, office, number, at, digest, sentences, version, changes) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (government, office, number) DO NOTHING \
    RETURNING number";

/// A version grows with its change set, unless it was handed in.
const GROW_VERSION: &str = "UPDATE lan_versions SET at = $4, digest = $5, sentences = $6, version = $7, \
    changes = $8 WHERE government = $1 AND office = $2 AND number = $3 AND NOT EXISTS (SELECT 1 \
    FROM lan_reports r WHERE r.government = $1 AND r.office = $2 AND r.after = $3 AND r.standing <> 'draf') \
    RETURNING number";

const ADD_REPORT: &str = "INSERT INTO lan_reports (government, id, office, after, standing, report) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (government, id) DO NOTHING RETURNING id";

/// A draft goes on as long as nobody handed it in.
const GROW_REPORT: &str = "UPDATE lan_reports SET office = $3, after = $4, standing = $5, report = $6 \
    WHERE government = $1 AND id = $2 AND standing = 'draf' RETURNING id";

const DROP_DRAFT: &str =
    "DELETE FROM lan_reports WHERE government = $1 AND id = $2 AND standing = 'draf' RETURNING id";

const ADD_EVENT: &str = "INSERT INTO lan_events (government, office, at, n, event) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (government, office, at, n) DO NOTHING";

/// How far the ledger was followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LanProgress {
    /// The place in the ledger to go on with.
    pub next: u64,
    /// What reports before this place showed was told: when the projections are made anew, nothing is told twice.
    pub told: u64,
}

/// A report, as it is followed.
#[derive(Clone, Debug)]
pub struct LanTaken {
    /// Its place in the ledger.
    pub index: u64,
    /// Its agent.
    pub agent: AgentId,
    /// The office that the agent was enrolled for.
    pub office: Code,
    /// The report's number.
    pub sequence: u64,
    /// When it was so: by the host's clock, but not later than it came.
    pub at: Timestamp,
    /// What it says.
    pub report: Report,
    /// The digests of the readings in it.
    pub carried: Base,
}

/// What an agent last read of its network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LanSeen {
    /// The office in whose LAN it is; none once the agent was let go.
    pub office: Option<Code>,
    /// The number of its newest report.
    pub sequence: u64,
    /// What "the same" refers to, of all its sensors.
    pub base: Base,
    /// What each of its network sensors read last, with the digest as it travelled.
    pub sections: BTreeMap<String, SeenSection>,
}

/// What a sensor read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenSection {
    /// As it travelled.
    pub digest: Digest,
    /// What it says.
    pub reading: Reading,
}

/// A version that was made, or has grown.
#[derive(Clone, Debug, PartialEq)]
pub struct NewVersion {
    /// It.
    pub version: Version,
    /// What made it.
    pub changes: Vec<Change>,
    /// There is none of its number yet.
    pub is_new: bool,
}

/// What following some reports brought about.
#[derive(Clone, Debug, Default)]
pub struct LanBatch {
    /// What is believed of the offices that they touch.
    pub states: BTreeMap<Code, State>,
    /// What their agents last read.
    pub seen: BTreeMap<AgentId, LanSeen>,
    /// Versions, by office and number.
    pub versions: BTreeMap<(Code, u32), NewVersion>,
    /// Drafts, by number; whether there is none of its number yet.
    pub drafts: BTreeMap<u64, (ChangeReport, bool)>,
    /// Drafts of which nothing is left.
    pub dropped: BTreeSet<u64>,
    /// What is told and changes no diagram, with the place in the ledger of what showed it.
    pub events: Vec<(Code, u64, Event)>,
}

impl Store {
    /// How far the ledger was followed.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_progress(&self) -> Result<LanProgress, Error> {
        let mut row = self.query(PROGRESS).fetch_optional(&self.pool).await?;
        if row.is_none() {
            self.query(BEGIN).execute(&self.pool).await?;
            row = self.query(PROGRESS).fetch_optional(&self.pool).await?;
        }
        let Some(row) = row else { return Ok(LanProgress::default()) };
        Ok(LanProgress { next: row.number("next")?, told: row.number("told")? })
    }

    /// At most `limit` reports from the place `next` on, in the order of the ledger.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_taken(&self, next: u64, limit: u32) -> Result<Vec<LanTaken>, Error> {
        let query = self.query(REPORTS).bind(next.cast_signed()).bind(i64::from(limit));
        query.fetch_all(&self.pool).await?.iter().map(taken).collect()
    }

    /// What these agents last read.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_seen_by(&self, agents: &[&AgentId]) -> Result<BTreeMap<AgentId, LanSeen>, Error> {
        let mut connection = self.pool.acquire().await?;
        let rows = SEEN_BY
            .fetch(&mut connection, &self.government, agents, |query, agent| query.bind(agent.as_str()));
        rows.await?.iter().map(|row| Ok((row.parsed("agent")?, row.json("seen")?))).collect()
    }

    /// Agents that still count as witnesses of a LAN and whose reports are no longer taken.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_retired(&self) -> Result<Vec<AgentId>, Error> {
        let rows = self.query(RETIRED).fetch_all(&self.pool).await?;
        rows.iter().map(|row| row.parsed("agent")).collect()
    }

    /// Offices of whose LAN something is known and whose diagram has no version yet.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_unversioned(&self) -> Result<Vec<Code>, Error> {
        let rows = self.query(UNVERSIONED).fetch_all(&self.pool).await?;
        rows.iter().map(|row| row.parsed("office")).collect()
    }

    /// Writes what following brought about and moves on from `from` to `to`, all in one transaction. False, and nothing
    /// written, when somebody else moved on from there, or handed a draft in that was to grow.
    ///
    /// # Errors
    /// [`Error`]: nothing was written.
    pub async fn write_lan(
        &self,
        batch: &LanBatch,
        from: LanProgress,
        to: LanProgress,
    ) -> Result<bool, Error> {
        let (_turn, mut transaction, _) = self.begin().await?;
        let go_on = self.query(GO_ON).bind(from.next.cast_signed()).bind(to.next.cast_signed());
        let moved = go_on.bind(to.told.cast_signed()).fetch_optional(&mut *transaction).await?.is_some();
        if !moved
            || !self.write_versions(&mut transaction, batch).await?
            || !self.write_drafts(&mut transaction, batch).await?
        {
            transaction.rollback().await?;
            return Ok(false);
        }
        self.write_projections(&mut transaction, batch).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn write_projections(&self, connection: &mut AnyConnection, batch: &LanBatch) -> Result<(), Error> {
        for (office, state) in &batch.states {
            let put = self.query(PUT_STATE).bind(office.to_string()).bind(json("state", state)?);
            put.execute(&mut *connection).await?;
        }
        for (agent, seen) in &batch.seen {
            let office = seen.office.as_ref().map_or(String::new(), ToString::to_string);
            let put = self.query(PUT_SEEN).bind(agent.to_string()).bind(office).bind(json("seen", seen)?);
            put.execute(&mut *connection).await?;
        }
        // Several events of one report have one time: they are told apart by their number among them.
        for (n, (office, index, event)) in (0_u64..).zip(&batch.events) {
            let n = index.saturating_mul(1000).saturating_add(n % 1000);
            let add = self.query(ADD_EVENT).bind(office.to_string()).bind(micros(event.at));
            let add = add.bind(n.cast_signed()).bind(json("event", event)?);
            add.execute(&mut *connection).await?;
        }
        Ok(())
    }

    async fn write_versions(&self, connection: &mut AnyConnection, batch: &LanBatch) -> Result<bool, Error> {
        for NewVersion { version, changes, is_new } in batch.versions.values() {
            let query = self
                .query(if *is_new { ADD_VERSION } else { GROW_VERSION })
                .bind(version.office.to_string())
                .bind(i64::from(version.number))
                .bind(micros(version.at))
                .bind(version.digest.0.to_vec())
                .bind(json("sentences", &version.sentences)?)
                .bind(json("version", version)?)
                .bind(json("changes", changes)?);
            if query.fetch_optional(&mut *connection).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn write_drafts(&self, connection: &mut AnyConnection, batch: &LanBatch) -> Result<bool, Error> {
        for (id, (report, is_new)) in &batch.drafts {
            let query = self
                .query(if *is_new { ADD_REPORT } else { GROW_REPORT })
                .bind(id.cast_signed())
                .bind(report.office.to_string())
                .bind(i64::from(report.after))
                .bind(report.standing.slug())
                .bind(json("report", report)?);
            if query.fetch_optional(&mut *connection).await?.is_none() {
                return Ok(false);
            }
        }
        for id in &batch.dropped {
            let query = self.query(DROP_DRAFT).bind(id.cast_signed());
            if query.fetch_optional(&mut *connection).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// As JSON that both engines can keep.
fn json<T: Serialize>(column: &'static str, value: &T) -> Result<String, Error> {
    let text = serde_json::to_string(value).map_err(|error| corrupt(column, error))?;
    Ok(plain(&text))
}

fn taken(row: &AnyRow) -> Result<LanTaken, Error> {
    let Leaf::Report(leaf) = row.json("leaf")? else {
        return Err(corrupt("leaf", "a report hangs on an act"));
    };
    let sealed = Sealed::parse(&row.bytes("sealed")?).map_err(|error| corrupt("sealed", error))?;
    let (report, carried) = body::open_with_base(&sealed.body).map_err(|error| corrupt("sealed", error))?;
    Ok(LanTaken {
        index: row.number("idx")?,
        agent: leaf.agent,
        office: leaf.office,
        sequence: leaf.sequence,
        at: leaf.taken_at.min(leaf.received_at),
        report,
        carried,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grouped::tests::check_plan;

    #[tokio::test]
    async fn what_agents_saw_is_found_by_its_key() {
        check_plan(&SEEN_BY, "(government=? AND agent=?)").await;
    }
}
