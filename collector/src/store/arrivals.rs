//! From where agents come, and which gateways answer: what the collector saw by itself. No projections: they follow from
//! no report.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};
use sqlx::any::AnyRow;

use super::cell::{Cells as _, corrupt, micros};
use super::{Error, Store};
use crate::ipplan::{Arrival, Attempt, Reach};

/// So many addresses are kept of each agent: one that comes from a new one each hour fills no disk.
const KEPT: i64 = 16;

const NOTE: &str = "INSERT INTO arrivals (government, agent, address, first_at, last_at) \
    VALUES ($1, $2, $3, $4, $4) ON CONFLICT (government, agent, address) DO UPDATE SET \
    last_at = CASE WHEN excluded.last_at > arrivals.last_at THEN excluded.last_at ELSE arrivals.last_at END";

const CROP: &str = "DELETE FROM arrivals WHERE government = $1 AND agent = $2 AND address NOT IN \
    (SELECT address FROM arrivals WHERE government = $1 AND agent = $2 ORDER BY last_at DESC, address LIMIT $3)";

const NEWEST: &str = "SELECT a.agent, a.address, a.first_at, a.last_at FROM arrivals a \
    WHERE a.government = $1 ORDER BY a.last_at, a.address";

const OF_AGENT: &str = "SELECT agent, address, first_at, last_at FROM arrivals \
    WHERE government = $1 AND agent = $2 ORDER BY last_at DESC, address";

const NOTE_REACH: &str = "INSERT INTO reaches (government, office, gateway, since, tried_at, answered_at, answer) \
    VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (government, office, gateway) DO UPDATE SET \
    tried_at = excluded.tried_at, answered_at = COALESCE(excluded.answered_at, reaches.answered_at), \
    answer = COALESCE(excluded.answer, reaches.answer)";

const REACHES: &str = "SELECT office, gateway, since, tried_at, answered_at, answer FROM reaches \
    WHERE government = $1 ORDER BY office, gateway";

impl Store {
    /// Notes that `agent` came from `address`.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn note_arrival(&self, agent: &AgentId, address: IpAddr, now: Timestamp) -> Result<(), Error> {
        let mut transaction = self.pool.begin().await?;
        let note = self.query(NOTE).bind(agent.to_string()).bind(address.to_canonical().to_string());
        note.bind(micros(now)).execute(&mut *transaction).await?;
        let crop = self.query(CROP).bind(agent.to_string()).bind(KEPT);
        crop.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// From where each agent came last.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn arrivals(&self) -> Result<BTreeMap<AgentId, Arrival>, Error> {
        let rows = self.query(NEWEST).fetch_all(&self.pool).await?;
        // The newest stand last, and stay.
        rows.iter().map(|row| arrival(row).map(|it| (it.agent.clone(), it))).collect()
    }

    /// From where an agent came, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn arrivals_of(&self, agent: &AgentId) -> Result<Vec<Arrival>, Error> {
        let query = self.query(OF_AGENT).bind(agent.to_string());
        query.fetch_all(&self.pool).await?.iter().map(arrival).collect()
    }

    /// Notes how a gateway of `office` answered.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn note_reach(
        &self,
        office: &Code,
        gateway: IpAddr,
        attempt: Attempt,
        now: Timestamp,
    ) -> Result<(), Error> {
        let answered = attempt.is_answer().then(|| micros(now));
        let answer = attempt.is_answer().then(|| attempt.text());
        let note =
            self.query(NOTE_REACH).bind(office.to_string()).bind(gateway.to_string()).bind(micros(now));
        note.bind(answered).bind(answer).execute(&self.pool).await?;
        Ok(())
    }

    /// How the offices' gateways answered, by office and gateway.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn reaches(&self) -> Result<Vec<Reach>, Error> {
        self.query(REACHES).fetch_all(&self.pool).await?.iter().map(reach).collect()
    }
}

fn arrival(row: &AnyRow) -> Result<Arrival, Error> {
    Ok(Arrival {
        agent: row.parsed("agent")?,
        address: row.parsed("address")?,
        first_at: row.time("first_at")?,
        last_at: row.time("last_at")?,
    })
}

fn reach(row: &AnyRow) -> Result<Reach, Error> {
    let attempt = |text: String| Attempt::of_text(&text).ok_or_else(|| corrupt("answer", text));
    let answer = row.maybe_text("answer")?.map(attempt).transpose()?;
    Ok(Reach {
        office: row.parsed("office")?,
        gateway: row.parsed("gateway")?,
        since: row.time("since")?,
        tried_at: row.time("tried_at")?,
        answered: row.maybe_time("answered_at")?.zip(answer),
    })
}
