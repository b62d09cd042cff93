//! The projections: what the ledger's reports say of the servers now, and what changed on the way.
//!
//! A batch of reports is projected in memory, between one load and one write of the rows it touches, so that
//! the rule of it is plain code: a section replaces the section of the same sensor; a failed reading keeps the
//! value before it, "nothing there" clears it; two values of one sensor that differ make [`diff`]s. The result
//! follows from the reports in the order of the ledger and from nothing else, however they are cut into
//! batches: [`Store::rebuild`](super::Store::rebuild) replays them and gets the same rows.

mod diff;
mod facts;
mod rebuild;
mod rows;

pub(super) use self::rows::{outcome, server_row};

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading, Report, Section};
use patuh_protocol::seal::Sealed;
use sqlx::AnyConnection;

use self::diff::Change;
use super::cell::{corrupt, plain};
use super::{Error, Latest, ServerRow};

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
    /// Its place in the ledger.
    pub(super) index: u64,
    /// When it came.
    pub(super) received_at: Timestamp,
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
    known: Option<Known>,
}

/// The newest reading that did not fail.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Of the reading's text; `None` when there is nothing on the host.
    digest: Option<Digest>,
    /// How many packages it lists.
    packages: u64,
    at: Timestamp,
    index: u64,
}

/// A section on its way in.
struct Fresh<'a> {
    key: Key,
    section: &'a Section,
    /// What it says; `None` when the reading failed.
    says: Option<Says<'a>>,
}

/// What a section says.
struct Says<'a> {
    reading: Option<&'a Reading>,
    text: String,
    digest: Option<Digest>,
}

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
}

/// Projects `reports`, which follow each other in the ledger.
pub(super) async fn apply(
    connection: &mut AnyConnection,
    government: &str,
    reports: &[Taken<'_>],
) -> Result<(), Error> {
    let fresh = reports.iter().map(fresh).collect::<Result<Vec<_>, _>>()?;
    let agents: BTreeSet<&AgentId> = reports.iter().map(|taken| &taken.sealed.agent).collect();
    let mut projection = Projection::load(connection, government, &agents).await?;
    let differing: BTreeSet<&Key> = fresh.iter().flatten().filter_map(|f| projection.differs(f)).collect();
    projection.load_readings(connection, government, &differing).await?;
    for (taken, sections) in reports.iter().zip(fresh) {
        projection.take(taken, sections);
    }
    projection.count_packages();
    projection.write(connection, government).await
}

/// The sections of a report, with the texts of their readings. A sensor that is named twice counts once.
fn fresh<'a>(taken: &Taken<'a>) -> Result<Vec<Fresh<'a>>, Error> {
    let mut fresh = BTreeMap::new();
    let sections = taken.report.sections.iter().filter(|section| section.sensor.len() <= MAX_NAME);
    for section in sections.take(MAX_SECTIONS) {
        let reading = match &section.outcome {
            Outcome::Ok(reading) => Some(Some(reading)),
            Outcome::Nothing => Some(None),
            Outcome::Failed(_) => None,
        };
        let key = (taken.sealed.agent.clone(), plain(&section.sensor));
        let says = reading.map(Says::new).transpose()?;
        fresh.insert(section.sensor.as_str(), Fresh { key, section, says });
    }
    Ok(fresh.into_values().collect())
}

impl<'a> Says<'a> {
    fn new(reading: Option<&'a Reading>) -> Result<Self, Error> {
        let text = serde_json::to_string(&reading).map_err(|error| corrupt("reading", error))?;
        let digest = reading.map(|_| Digest::of(text.as_bytes()));
        Ok(Self { reading, text, digest })
    }
}

impl<'a> Projection<'a> {
    /// The key of a section whose reading is another than the stored one, which is then needed to compare.
    fn differs<'f>(&self, fresh: &'f Fresh<'_>) -> Option<&'f Key> {
        let before = self.sections.get(&fresh.key)?.known?.digest?;
        let says = fresh.says.as_ref()?;
        let differs = says.digest != Some(before) && says.reading.is_none_or(diff::watched);
        differs.then_some(&fresh.key)
    }

    fn take(&mut self, taken: &Taken<'a>, sections: Vec<Fresh<'a>>) {
        if let Some(server) = self.servers.get_mut(&taken.sealed.agent) {
            server.agent_version.clone_from(&taken.report.agent_version);
            server.last_report = Some(taken.received_at);
        }
        let mut changes = Vec::new();
        for fresh in sections {
            changes.extend(self.section(taken, fresh));
        }
        if !changes.is_empty() {
            let agent = taken.sealed.agent.clone();
            self.changes.push((taken.index, taken.sealed.taken_at, agent, changes));
        }
    }

    /// Takes one section in and returns what changed. A report that was overtaken by a later one of its agent
    /// says nothing about now.
    fn section(&mut self, taken: &Taken<'a>, fresh: Fresh<'a>) -> Vec<Change> {
        let Fresh { key, section, says } = fresh;
        let (sequence, at, index) = (taken.sealed.sequence, taken.sealed.taken_at, taken.index);
        let stored = self.sections.get(&key);
        if stored.is_some_and(|stored| stored.sequence > sequence) {
            return Vec::new();
        }
        let before = stored.and_then(|stored| stored.known);
        let newly =
            says.as_ref().map(|says| Known { digest: says.digest, packages: says.packages(), at, index });
        let (latest, took_us) = (latest(&section.outcome), section.took_us);
        let current = Current { sequence, latest, at, index, took_us, known: newly.or(before) };
        self.sections.insert(key.clone(), current);
        self.touched.insert(key.clone());
        says.map_or_else(Vec::new, |says| self.says(key, says, before))
    }

    /// Takes in what a section says and returns what changed: nothing when there is no reading before it.
    fn says(&mut self, key: Key, says: Says<'a>, before: Option<Known>) -> Vec<Change> {
        if before.is_some_and(|before| before.digest == says.digest) {
            return Vec::new();
        }
        if let Some(server) = self.servers.get_mut(&key.0) {
            facts::set(server, &key.1, says.reading);
        }
        let old = self.readings.remove(&key);
        if let Some(reading) = says.reading {
            self.readings.insert(key.clone(), Cow::Borrowed(reading));
        }
        self.texts.insert(key, says.text);
        before.map_or_else(Vec::new, |_| diff::diff(old.as_deref(), says.reading))
    }

    fn count_packages(&mut self) {
        for (agent, server) in &mut self.servers {
            let sections = self.sections.range((agent.clone(), String::new())..);
            let sections = sections.take_while(|((of, _), _)| of == agent);
            server.packages = sections.filter_map(|(_, current)| Some(current.known?.packages)).sum();
        }
    }
}

impl Says<'_> {
    fn packages(&self) -> u64 {
        match self.reading {
            Some(Reading::Packages(packages)) => packages.len() as u64,
            _ => 0,
        }
    }
}

fn latest(outcome: &Outcome) -> Latest {
    match outcome {
        Outcome::Ok(_) => Latest::Ok,
        Outcome::Nothing => Latest::Nothing,
        Outcome::Failed(why) => Latest::Failed(why.clone()),
    }
}
