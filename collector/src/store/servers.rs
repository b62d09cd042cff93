//! The projections, as the pages, exports and the judge read them.

use patuh_protocol::id::AgentId;
use sqlx::any::AnyRow;

use super::cell::{Cells as _, plain};
use super::grouped::Grouped;
use super::project::{self, outcome, server_row};
use super::{Carrier, ChangeRow, CurrentSection, Error, ServerFilter, ServerRow, Store, Value};

const SERVER: &str = "SELECT * FROM servers WHERE government = $1 AND agent = $2";

/// The first word of a search is looked for here, the others in what is found. Texts in `search` are in lower
/// case already; agents' names and codes of offices always are. Servers of retired agents are another's.
const SERVERS: &str = "SELECT * FROM servers WHERE government = $1 \
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.government = $1 AND m.agent = servers.agent) \
    AND (search LIKE $2 ESCAPE '\\' OR agent LIKE $2 ESCAPE '\\' OR office LIKE $2 ESCAPE '\\') \
    ORDER BY office, hostname, agent";

const SERVERS_OF: &str = "SELECT * FROM servers WHERE government = $1 \
    AND NOT EXISTS (SELECT 1 FROM merged m WHERE m.government = $1 AND m.agent = servers.agent) \
    AND (search LIKE $2 ESCAPE '\\' OR agent LIKE $2 ESCAPE '\\' OR office LIKE $2 ESCAPE '\\') \
    AND office = $3 ORDER BY office, hostname, agent";

const SECTIONS: &str = "SELECT s.agent, s.sensor, s.outcome, s.failure, s.at, s.idx, s.took_us, s.digest, \
    s.known_at, s.known_idx, s.carried_at, s.carried_idx, r.reading FROM sections s LEFT JOIN readings r \
    ON r.government = s.government AND r.agent = s.agent AND r.sensor = s.sensor \
    WHERE s.government = $1 AND s.agent = $2 ORDER BY s.sensor";

const SECTIONS_NAMED: Grouped = Grouped::keys(
    "SELECT s.agent, s.sensor, s.outcome, s.failure, s.at, s.idx, s.took_us, s.digest, \
        s.known_at, s.known_idx, s.carried_at, s.carried_idx, r.reading FROM sections s LEFT JOIN readings r \
        ON r.government = s.government AND r.agent = s.agent AND r.sensor = s.sensor \
        WHERE s.government = $1 AND NOT EXISTS \
        (SELECT 1 FROM merged m WHERE m.government = s.government AND m.agent = s.agent) \
        AND s.sensor IN (VALUES ",
    1,
    ") ORDER BY s.agent, s.sensor",
);

const BASE_LOST: &str = "SELECT COUNT(*) AS lost FROM sections \
    WHERE government = $1 AND agent = $2 AND idx = $3 AND failure = $4";

const CHANGES: &str = "SELECT c.*, s.hostname FROM changes c JOIN servers s \
    ON s.government = c.government AND s.agent = c.agent \
    WHERE c.government = $1 ORDER BY c.idx DESC, c.n LIMIT $2";

const CHANGES_OF: &str = "SELECT c.*, s.hostname FROM changes c JOIN servers s \
    ON s.government = c.government AND s.agent = c.agent \
    WHERE c.government = $1 AND c.agent = $3 ORDER BY c.idx DESC, c.n LIMIT $2";

impl Store {
    /// The servers that `filter` lets through, by office, host name and agent. Without those whose agent was
    /// retired for another ([`Store::answer_question`]): they are one machine with the other's.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn servers(&self, filter: &ServerFilter) -> Result<Vec<ServerRow>, Error> {
        let search = plain(filter.search.as_deref().unwrap_or_default()).to_lowercase();
        let words: Vec<&str> = search.split_whitespace().collect();
        let first = format!("%{}%", escaped(words.first().copied().unwrap_or_default()));
        let query = match &filter.office {
            None => self.query(SERVERS).bind(first),
            Some(office) => {
                let query = self.query(SERVERS_OF).bind(first);
                query.bind(office.as_str())
            }
        };
        let mut servers = Vec::new();
        for row in query.fetch_all(&self.pool).await? {
            let server = server_row(&row)?;
            let search = row.text("search")?;
            let texts = [&search, server.agent.as_str(), server.office.as_str()];
            if words.iter().all(|word| texts.iter().any(|text| text.contains(word))) {
                servers.push(server);
            }
        }
        Ok(servers)
    }

    /// The server of `agent`, also of a retired one.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn server(&self, agent: &AgentId) -> Result<Option<ServerRow>, Error> {
        let query = self.query(SERVER).bind(agent.as_str());
        query.fetch_optional(&self.pool).await?.as_ref().map(server_row).transpose()
    }

    /// What is known of the server of `agent`, by sensor.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn sections(&self, agent: &AgentId) -> Result<Vec<CurrentSection>, Error> {
        let query = self.query(SECTIONS).bind(agent.as_str());
        query.fetch_all(&self.pool).await?.iter().map(section).collect()
    }

    /// What is known from `sensors` of all servers that are listed, by agent and sensor.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn sections_named(&self, sensors: &[&str]) -> Result<Vec<(AgentId, CurrentSection)>, Error> {
        let mut connection = self.pool.acquire().await?;
        let rows = SECTIONS_NAMED
            .fetch(&mut connection, &self.government, sensors, |query, sensor| query.bind(*sensor));
        rows.await?.iter().map(|row| Ok((row.parsed("agent")?, section(row)?))).collect()
    }

    /// Whether sections of the report at `index` rest on what this collector does not have.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn base_lost(&self, agent: &AgentId, index: u64) -> Result<bool, Error> {
        let query = self.query(BASE_LOST).bind(agent.as_str());
        let row = query.bind(index.cast_signed()).bind(project::BASE_LOST).fetch_one(&self.pool).await?;
        Ok(row.number("lost")? > 0)
    }

    /// At most `limit` changes, of `agent` or of all, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn changes(&self, agent: Option<&AgentId>, limit: u32) -> Result<Vec<ChangeRow>, Error> {
        let sql = if agent.is_some() { CHANGES_OF } else { CHANGES };
        let mut query = self.query(sql).bind(i64::from(limit));
        if let Some(agent) = agent {
            query = query.bind(agent.as_str());
        }
        query.fetch_all(&self.pool).await?.iter().map(change).collect()
    }
}

/// A text as LIKE takes it for itself.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn section(row: &AnyRow) -> Result<CurrentSection, Error> {
    let value =
        match (row.maybe_bytes("digest")?, row.maybe_time("known_at")?, row.maybe_number("known_idx")?) {
            (Some(_), Some(at), Some(index)) => {
                let carrier = Carrier { at: row.time("carried_at")?, index: row.number("carried_idx")? };
                Some(Value { reading: row.json("reading")?, at, index, carrier })
            }
            _ => None,
        };
    Ok(CurrentSection {
        sensor: row.text("sensor")?,
        latest: outcome(row)?,
        at: row.time("at")?,
        index: row.number("idx")?,
        took_us: row.number("took_us")?,
        value,
    })
}

pub(super) fn change(row: &AnyRow) -> Result<ChangeRow, Error> {
    Ok(ChangeRow {
        agent: row.parsed("agent")?,
        hostname: row.text("hostname")?,
        at: row.time("at")?,
        index: row.number("idx")?,
        kind: row.text("kind")?,
        subject: row.text("subject")?,
        before: row.maybe_text("was")?,
        after: row.maybe_text("became")?,
    })
}
