//! The projections: what the ledger's reports say of the servers now, and what changed on the way.
//!
//! A batch of reports is projected in memory, between one load and one write of the rows it touches, so that
//! the rule of it is plain code: a section replaces the section of the same sensor; a failed reading keeps the
//! value before it, "nothing there" clears it, "the same" says once more what is known; two values of one sensor
//! that differ make [`mod@diff`]s. What "the same" refers to, and when it is believed: [`sections`]. The result
//! follows from the reports in the order of the ledger and from nothing else, however they are cut into
//! batches: [`Store::rebuild`](super::Store::rebuild) replays them and gets the same rows. What is kept beside the
//! current state, for history, search and the questions about doubled servers: [`traces`].

mod diff;
mod facts;
mod rebuild;
mod rows;
mod sections;
mod traces;

pub(super) use self::diff::diff;
pub(super) use self::rows::{outcome, server_row};
pub(super) use self::sections::BASE_LOST;
pub(super) use self::traces::software::cell;
pub(super) use self::traces::terms::AS_WRITTEN;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use jiff::Timestamp;
use patuh_protocol::base::Base;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Reading, Report, Section};
use patuh_protocol::seal::Sealed;
use sqlx::AnyConnection;

use self::diff::Change;
use self::traces::Traces;
use self::traces::versions::Turn;
use super::cell::{corrupt, plain};
use super::{Carrier, Error, Latest, ServerRow};

/// The longest name of a sensor that is kept, in bytes, and the most sections of one report: what is beyond
/// stays in the ledger only. The agents' own sensors are far below both.
const MAX_NAME: usize = 64;
const MAX_SECTIONS: usize = 128;

/// A report that was taken in.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    /// As it came.
    pub(super) sealed: &'a Sealed,
    /// What it says.
    pub(super) report: &'a Report,
    /// The digests of the readings that it carries, as they travelled.
    pub(super) carried: &'a Base,
    /// Its place in the ledger.
    pub(super) index: u64,
    /// When it came.
    pub(super) received_at: Timestamp,
}

impl Taken<'_> {
    /// When it was so: when the report was taken, by the host's clock, but not later than it came.
    fn at(&self) -> Timestamp {
        self.sealed.taken_at.min(self.received_at)
    }
}

/// A sensor of a server.
type Key = (AgentId, String);

/// What is known from a sensor: a row of `sections`.
#[derive(Debug)]
struct Current {
    sequence: u64,
    latest: Latest,
    at: Timestamp,
    index: u64,
    took_us: u64,
    /// What "the same" refers to: the digest of the newest reading that came, understood or not.
    base: Option<Digest>,
    known: Option<Known>,
}

/// The newest reading that did not fail.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Of the reading as it travelled; `None` when there is nothing on the host.
    digest: Option<Digest>,
    /// How many packages it lists.
    packages: u64,
    /// The newest report that says so.
    at: Timestamp,
    index: u64,
    /// The newest report that carries it.
    carrier: Carrier,
}

/// A section on its way in.
struct Fresh<'a> {
    key: Key,
    section: &'a Section,
    /// Of the reading that it carries, as it travelled.
    digest: Option<Digest>,
}

/// What a section says anew: a reading with its digest, or that there is nothing.
#[derive(Clone, Copy)]
struct Says<'a>(Option<(&'a Reading, Digest)>);

/// The rows that a batch of reports touches.
#[derive(Debug, Default)]
struct Projection<'a> {
    servers: BTreeMap<AgentId, ServerRow>,
    sections: BTreeMap<Key, Current>,
    /// Readings that new ones are compared with.
    readings: BTreeMap<Key, Cow<'a, Reading>>,
    /// Sections to be written.
    touched: BTreeSet<Key>,
    /// Texts of readings to be written.
    texts: BTreeMap<Key, String>,
    /// Changes to be written: the report's index and time, its agent, and what changed.
    changes: Vec<(u64, Timestamp, AgentId, Vec<Change>)>,
    traces: Traces,
}

/// Projects `reports`, which follow each other in the ledger.
pub(super) async fn apply(
    connection: &mut AnyConnection,
    government: &str,
    reports: &[Taken<'_>],
) -> Result<(), Error> {
    let fresh: Vec<_> = reports.iter().map(fresh).collect();
    let agents: BTreeSet<&AgentId> = reports.iter().map(|taken| &taken.sealed.agent).collect();
    let mut projection = Projection::load(connection, government, &agents).await?;
    let differing: BTreeSet<&Key> = fresh.iter().flatten().filter_map(|f| projection.differs(f)).collect();
    projection.load_readings(connection, government, &differing).await?;
    for (taken, sections) in reports.iter().zip(fresh) {
        projection.take(taken, sections)?;
    }
    projection.count_packages();
    projection.write(connection, government).await
}

/// The sections of a report that are kept.
pub(super) fn sections_of(report: &Report) -> impl Iterator<Item = &Section> {
    report.sections.iter().filter(|section| section.sensor.len() <= MAX_NAME).take(MAX_SECTIONS)
}

/// The sections of a report, by sensor. A sensor that is named twice counts once.
fn fresh<'a>(taken: &Taken<'a>) -> Vec<Fresh<'a>> {
    let mut fresh = BTreeMap::new();
    for section in sections_of(taken.report) {
        let key = (taken.sealed.agent.clone(), plain(&section.sensor));
        let digest = taken.carried.get(&section.sensor);
        fresh.insert(section.sensor.as_str(), Fresh { key, section, digest });
    }
    fresh.into_values().collect()
}

impl<'a> Projection<'a> {
    /// The key of a section whose reading is another than the stored one, which is then needed to compare.
    fn differs<'f>(&self, fresh: &'f Fresh<'_>) -> Option<&'f Key> {
        let before = self.sections.get(&fresh.key)?.known?.digest?;
        let says = fresh.says()?;
        let differs =
            says.digest() != Some(before) && says.0.is_none_or(|(reading, _)| diff::watched(reading));
        differs.then_some(&fresh.key)
    }

    fn take(&mut self, taken: &Taken<'a>, sections: Vec<Fresh<'a>>) -> Result<(), Error> {
        if let Some(server) = self.servers.get_mut(&taken.sealed.agent) {
            server.agent_version.clone_from(&taken.report.agent_version);
            server.last_report = Some(taken.received_at);
        }
        let holds = self.holds(taken.report, &sections);
        let mut changes = Vec::new();
        for fresh in sections {
            changes.extend(self.section(taken, fresh, holds)?);
        }
        if !changes.is_empty() {
            let agent = taken.sealed.agent.clone();
            self.changes.push((taken.index, taken.at(), agent, changes));
        }
        self.traces.taken(taken);
        Ok(())
    }

    /// Takes one section in and returns what changed. A report that was overtaken by a later one of its agent
    /// says nothing about now.
    fn section(&mut self, taken: &Taken<'a>, fresh: Fresh<'a>, holds: bool) -> Result<Vec<Change>, Error> {
        let stored = self.sections.get(&fresh.key);
        if stored.is_some_and(|stored| stored.sequence > taken.sealed.sequence) {
            return Ok(Vec::new());
        }
        let before = stored.and_then(|stored| stored.known);
        let current = fresh.current(taken, stored, holds);
        let outcome = discriminant(&current.latest);
        let turned = stored.is_none_or(|stored| discriminant(&stored.latest) != outcome);
        let says = fresh.says();
        let changed = says.map(|says| self.says(&fresh.key, says, before)).transpose()?.flatten();
        let turn = match &changed {
            Some(changes) if before.is_some() && changes.is_empty() && !turned => Some(Turn::Silent),
            Some(_) => Some(Turn::Told),
            None => turned.then_some(Turn::Told),
        };
        if let Some(turn) = turn {
            self.traces.versions.turned(&fresh.key, taken, (&current.latest, says.is_some()), turn);
        }
        self.sections.insert(fresh.key.clone(), current);
        self.touched.insert(fresh.key);
        Ok(changed.unwrap_or_default())
    }

    /// Takes in what a section says and returns what changed, which is nothing when there is no reading before it;
    /// `None` when it says what was known.
    fn says(
        &mut self,
        key: &Key,
        says: Says<'a>,
        before: Option<Known>,
    ) -> Result<Option<Vec<Change>>, Error> {
        if before.is_some_and(|before| before.digest == says.digest()) {
            return Ok(None);
        }
        let reading = says.0.map(|(reading, _)| reading);
        let text = serde_json::to_string(&reading).map_err(|error| corrupt("reading", error))?;
        if let Some(server) = self.servers.get_mut(&key.0) {
            facts::set(server, &key.1, reading);
        }
        let old = self.readings.remove(key);
        self.traces.turned(key, old.as_deref(), reading);
        if let Some(reading) = reading {
            self.readings.insert(key.clone(), Cow::Borrowed(reading));
        }
        self.texts.insert(key.clone(), text);
        Ok(Some(before.map_or_else(Vec::new, |_| diff(old.as_deref(), reading))))
    }

    fn count_packages(&mut self) {
        for (agent, server) in &mut self.servers {
            let sections = self.sections.range((agent.clone(), String::new())..);
            let sections = sections.take_while(|((of, _), _)| of == agent);
            server.packages = sections.filter_map(|(_, current)| Some(current.known?.packages)).sum();
        }
    }
}
