//! The rows of the projections: loaded before a batch, written after it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Change, Current, Key, Known, Projection, Traces};
use crate::store::cell::{Cells as _, corrupt, micros, plain};
use crate::store::grouped::{Bound, Grouped};
use crate::store::view::{Latest, ServerRow};
use crate::store::{Carrier, Error};

const SERVERS: Grouped = Grouped::keys(
    "WITH k (agent) AS (VALUES ",
    1,
    ") SELECT s.* FROM k CROSS JOIN servers s WHERE s.government = $1 AND s.agent = k.agent",
);

const SECTIONS: Grouped = Grouped::keys(
    "WITH k (agent) AS (VALUES ",
    1,
    ") SELECT s.* FROM k CROSS JOIN sections s WHERE s.government = $1 AND s.agent = k.agent",
);

const READINGS: Grouped = Grouped::keys(
    "WITH k (agent, sensor) AS (VALUES ",
    2,
    ") SELECT r.agent, r.sensor, r.reading FROM k CROSS JOIN readings r \
        WHERE r.government = $1 AND r.agent = k.agent AND r.sensor = k.sensor",
);

const PUT_SERVERS: Grouped = Grouped::insert(
    "INSERT INTO servers (government, agent, office, site, enrolled_at, hostname, os, model, serial, \
        guest_of, cpu, threads, memory_bytes, disk_bytes, addresses, packages, agent_version, last_report, \
        search) VALUES ",
    18,
    // Office, site and time of enrolment are the enrolment's to say.
    " ON CONFLICT (government, agent) DO UPDATE SET hostname = excluded.hostname, os = excluded.os, \
        model = excluded.model, serial = excluded.serial, guest_of = excluded.guest_of, cpu = excluded.cpu, \
        threads = excluded.threads, memory_bytes = excluded.memory_bytes, disk_bytes = excluded.disk_bytes, \
        addresses = excluded.addresses, packages = excluded.packages, \
        agent_version = excluded.agent_version, last_report = excluded.last_report, search = excluded.search",
);

const PUT_SECTIONS: Grouped = Grouped::insert(
    "INSERT INTO sections (government, agent, sensor, sequence, outcome, failure, at, idx, took_us, \
        digest, packages, known_at, known_idx, carried_at, carried_idx, base) VALUES ",
    15,
    " ON CONFLICT (government, agent, sensor) DO UPDATE SET sequence = excluded.sequence, \
        outcome = excluded.outcome, failure = excluded.failure, at = excluded.at, idx = excluded.idx, \
        took_us = excluded.took_us, digest = excluded.digest, packages = excluded.packages, \
        known_at = excluded.known_at, known_idx = excluded.known_idx, carried_at = excluded.carried_at, \
        carried_idx = excluded.carried_idx, base = excluded.base",
);

const PUT_READINGS: Grouped = Grouped::insert(
    "INSERT INTO readings (government, agent, sensor, reading) VALUES ",
    3,
    " ON CONFLICT (government, agent, sensor) DO UPDATE SET reading = excluded.reading",
);

const ADD_CHANGES: Grouped = Grouped::insert(
    "INSERT INTO changes (government, idx, n, agent, at, kind, subject, was, became) VALUES ",
    8,
    "",
);

impl Projection<'_> {
    /// The rows of `agents`, without their readings.
    pub(super) async fn load(
        connection: &mut AnyConnection,
        government: &str,
        agents: &BTreeSet<&AgentId>,
    ) -> Result<Self, Error> {
        let agents: Vec<&AgentId> = agents.iter().copied().collect();
        let bind = |query: Bound, agent: &&AgentId| query.bind(agent.as_str());
        let traces = Traces::load(connection, government, &agents).await?;
        let mut projection = Self { traces, ..Self::default() };
        for row in SERVERS.fetch(connection, government, &agents, bind).await? {
            let server = server_row(&row)?;
            projection.servers.insert(server.agent.clone(), server);
        }
        for row in SECTIONS.fetch(connection, government, &agents, bind).await? {
            projection.sections.insert(key(&row)?, current(&row)?);
        }
        Ok(projection)
    }

    /// The readings under `keys`.
    pub(super) async fn load_readings(
        &mut self,
        connection: &mut AnyConnection,
        government: &str,
        keys: &BTreeSet<&Key>,
    ) -> Result<(), Error> {
        let keys: Vec<_> = keys.iter().collect();
        let rows = READINGS.fetch(connection, government, &keys, |query, (agent, sensor)| {
            query.bind(agent.as_str()).bind(sensor.as_str())
        });
        for row in rows.await? {
            self.readings.insert(key(&row)?, Cow::Owned(row.json("reading")?));
        }
        Ok(())
    }

    /// Writes what was touched.
    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        let servers: Vec<_> = self.servers.into_values().collect();
        PUT_SERVERS.execute(connection, government, &servers, put_server).await?;
        let touched: Vec<_> = self.sections.iter().filter(|(key, _)| self.touched.contains(*key)).collect();
        PUT_SECTIONS.execute(connection, government, &touched, put_section).await?;
        let texts: Vec<_> = self.texts.into_iter().collect();
        let put = PUT_READINGS.execute(connection, government, &texts, |query, ((agent, sensor), text)| {
            query.bind(agent.as_str()).bind(sensor.as_str()).bind(text.as_str())
        });
        put.await?;
        let changes: Vec<_> = self.changes.iter().flat_map(numbered).collect();
        ADD_CHANGES.execute(connection, government, &changes, add_change).await?;
        self.traces.write(connection, government).await
    }
}

fn key(row: &AnyRow) -> Result<Key, Error> {
    Ok((row.parsed("agent")?, row.text("sensor")?))
}

fn current(row: &AnyRow) -> Result<Current, Error> {
    let known = match (row.maybe_time("known_at")?, row.maybe_number("known_idx")?) {
        (Some(at), Some(index)) => {
            let carrier = Carrier { at: row.time("carried_at")?, index: row.number("carried_idx")? };
            let (digest, packages) = (row.maybe_digest("digest")?, row.number("packages")?);
            Some(Known { digest, packages, at, index, carrier })
        }
        _ => None,
    };
    Ok(Current {
        sequence: row.number("sequence")?,
        latest: outcome(row)?,
        at: row.time("at")?,
        index: row.number("idx")?,
        took_us: row.number("took_us")?,
        base: row.maybe_digest("base")?,
        known,
    })
}

/// The outcome of a section.
pub(in crate::store) fn outcome(row: &AnyRow) -> Result<Latest, Error> {
    match row.text("outcome")?.as_str() {
        "ok" => Ok(Latest::Ok),
        "nothing" => Ok(Latest::Nothing),
        "failed" => Ok(Latest::Failed(row.maybe_text("failure")?.unwrap_or_default())),
        other => Err(corrupt("outcome", other)),
    }
}

fn put_server(query: Bound, server: &ServerRow) -> Bound {
    let text = |text: &Option<String>| text.as_deref().map(plain);
    let number = |number: Option<u64>| number.map(u64::cast_signed);
    let addresses = serde_json::to_string(&server.addresses).unwrap_or_else(|_| "[]".to_owned());
    query
        .bind(server.agent.as_str())
        .bind(server.office.as_str())
        .bind(server.site.as_ref().map(Code::as_str))
        .bind(micros(server.enrolled_at))
        .bind(plain(&server.hostname))
        .bind(text(&server.os))
        .bind(text(&server.model))
        .bind(text(&server.serial))
        .bind(text(&server.guest_of))
        .bind(text(&server.cpu))
        .bind(server.threads.map(i64::from))
        .bind(number(server.memory_bytes))
        .bind(number(server.disk_bytes))
        .bind(addresses)
        .bind(server.packages.cast_signed())
        .bind(plain(&server.agent_version))
        .bind(server.last_report.map(micros))
        .bind(plain(&searched(server)))
}

/// What a search looks through, in lower case: the engines do not agree on the lower case of letters beyond
/// ASCII.
fn searched(server: &ServerRow) -> String {
    let given = [&server.os, &server.model, &server.serial];
    let given = given.into_iter().flatten().chain(&server.addresses);
    let texts: Vec<&str> = std::iter::once(&server.hostname).chain(given).map(String::as_str).collect();
    texts.join("\n").to_lowercase()
}

fn put_section(query: Bound, (key, current): &(&Key, &Current)) -> Bound {
    let (outcome, failure) = match &current.latest {
        Latest::Ok => ("ok", None),
        Latest::Nothing => ("nothing", None),
        Latest::Failed(why) => ("failed", Some(plain(why))),
    };
    let known = current.known.as_ref();
    query
        .bind(key.0.as_str())
        .bind(key.1.as_str())
        .bind(current.sequence.cast_signed())
        .bind(outcome)
        .bind(failure)
        .bind(micros(current.at))
        .bind(current.index.cast_signed())
        .bind(current.took_us.cast_signed())
        .bind(known.and_then(|known| known.digest).map(|digest| digest.0.to_vec()))
        .bind(known.map_or(0, |known| known.packages.cast_signed()))
        .bind(known.map(|known| micros(known.at)))
        .bind(known.map(|known| known.index.cast_signed()))
        .bind(known.map(|known| micros(known.carrier.at)))
        .bind(known.map(|known| known.carrier.index.cast_signed()))
        .bind(current.base.map(|digest| digest.0.to_vec()))
}

/// A change on its way into a row.
type Row<'a> = (u64, i64, &'a AgentId, Timestamp, &'a Change);

fn numbered<'a>(
    (index, at, agent, changes): &'a (u64, Timestamp, AgentId, Vec<Change>),
) -> impl Iterator<Item = Row<'a>> {
    (0..).zip(changes).map(move |(n, change)| (*index, n, agent, *at, change))
}

fn add_change(query: Bound, (index, n, agent, at, change): &Row<'_>) -> Bound {
    let text = |text: &Option<String>| text.as_deref().map(plain);
    query
        .bind(index.cast_signed())
        .bind(*n)
        .bind(agent.as_str())
        .bind(micros(*at))
        .bind(change.kind)
        .bind(plain(&change.subject))
        .bind(text(&change.before))
        .bind(text(&change.after))
}

/// A row of `servers`.
pub(in crate::store) fn server_row(row: &AnyRow) -> Result<ServerRow, Error> {
    let threads = row.maybe_number("threads")?.map(u32::try_from).transpose();
    Ok(ServerRow {
        agent: row.parsed("agent")?,
        office: row.parsed("office")?,
        site: row.maybe_parsed("site")?,
        hostname: row.text("hostname")?,
        os: row.maybe_text("os")?,
        model: row.maybe_text("model")?,
        serial: row.maybe_text("serial")?,
        guest_of: row.maybe_text("guest_of")?,
        cpu: row.maybe_text("cpu")?,
        threads: threads.map_err(|error| corrupt("threads", error))?,
        memory_bytes: row.maybe_number("memory_bytes")?,
        disk_bytes: row.maybe_number("disk_bytes")?,
        addresses: row.json("addresses")?,
        packages: row.number("packages")?,
        agent_version: row.text("agent_version")?,
        enrolled_at: row.time("enrolled_at")?,
        last_report: row.maybe_time("last_report")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grouped::tests::check_plan;

    #[tokio::test]
    async fn rows_are_found_by_their_key() {
        check_plan(&SERVERS, "(government=? AND agent=?)").await;
        check_plan(&SECTIONS, "(government=? AND agent=?)").await;
        check_plan(&READINGS, "(government=? AND agent=? AND sensor=?)").await;
    }
}
