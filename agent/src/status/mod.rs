//! How the agent is doing, in words.
//!
//! Each half keeps its own file in the state directory, so that neither waits for the other; `patuh-agent
//! status` puts them together with what it finds there itself. The files tell, they do not steer: a lost
//! one costs nothing but a report taken at once.

mod drilled;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::receipt::{Leaf, Receipt};
use patuh_protocol::report::{Outcome, Section};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::drilled::Drilled;
pub use self::words::{Words, time, told};

use crate::config::Config;
use crate::durable;
use crate::identity::Identity;
use crate::identity::tls::Pair;
use crate::schedule::{GROUPS, Taken, Timetable};
use crate::spool::{self, Measure, Queue};
use crate::uplink::{self, Enrolment};

/// What the reading half knows of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sensed {
    /// When each group was last read.
    pub taken: Taken,
    /// The last report.
    pub last: Option<Numbered>,
    /// The number of the last report that held all groups.
    pub full: Option<u64>,
    /// The sensors that failed when they last ran, and why (in English, as in the report).
    pub failed: BTreeMap<String, String>,
    /// What hinders it.
    pub trouble: Option<Trouble>,
}

/// What the sending half knows of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// What hinders it.
    pub trouble: Option<Trouble>,
    /// The ledger did not prove what it should. Stays until a report is proved again.
    pub alarm: Option<Trouble>,
    /// Reports that the collector will never take, newest last.
    pub rejected: Vec<Rejected>,
}

/// A report's number and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// Its number.
    pub sequence: u64,
    /// When it was taken, by the host's clock.
    pub taken_at: Timestamp,
}

/// Something that hinders, in Indonesian.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// When it was last seen.
    pub at: Timestamp,
    /// What it is.
    pub what: String,
}

/// A report that was set aside because the collector will never take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Its number.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Why, in the collector's words.
    pub what: String,
}

/// Everything that `patuh-agent status` tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The agent's version.
    pub version: &'static str,
    /// The agent's name, once it has keys.
    pub agent: Option<AgentId>,
    /// The office it was enrolled for.
    pub office: Option<Code>,
    /// The collector's address.
    pub collector: Option<String>,
    /// The last report.
    pub last_report: Option<Numbered>,
    /// When the next one is due.
    pub next_report: Option<Timestamp>,
    /// The last receipt.
    pub receipt: Option<Received>,
    /// What waits.
    pub spool: Waiting,
    /// Until when the certificate holds.
    pub certificate_until: Option<Timestamp>,
    /// The sensors that failed when they last ran, and why.
    pub failed_sensors: BTreeMap<String, String>,
    /// What hinders, in Indonesian.
    pub troubles: Vec<Trouble>,
    /// The ledger did not prove what it should.
    pub alarm: Option<Trouble>,
    /// Reports that the collector will never take.
    pub rejected: Vec<Rejected>,
}

/// The last receipt, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// The report's number.
    pub sequence: u64,
    /// The leaf's place in the ledger, counted from 0.
    pub ledger_index: u64,
    /// How many leaves the ledger had, as the newest checkpoint says.
    pub ledger_size: Option<u64>,
    /// When the collector took it, by its clock.
    pub received_at: Timestamp,
}

/// What waits in the spool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// How many reports.
    pub reports: u64,
    /// The bytes of all files.
    pub bytes: u64,
    /// When the oldest report was taken.
    pub oldest: Option<Timestamp>,
    /// The numbers of those that were set aside.
    pub set_aside: Vec<u64>,
}

const SENSED: &str = "status-sense.json";
const SENT: &str = "status-send.json";
/// How many rejected reports are remembered.
const MAX_REJECTED: usize = 8;

impl Sensed {
    /// What was kept in the state directory; nothing when there is nothing readable.
    #[must_use]
    pub fn load(state: &Path) -> Self {
        load(state, SENSED)
    }

    /// Keeps it; a failure is logged, because a status never stops the work.
    pub fn save(&self, state: &Path) {
        save(state, SENSED, self);
    }

    /// A report was taken and kept.
    pub fn took(&mut self, groups: &[&'static str], report: Numbered, sections: &[Section]) {
        for group in groups {
            self.taken.insert((*group).to_owned(), report.taken_at);
        }
        for section in sections {
            match &section.outcome {
                Outcome::Failed(why) => self.failed.insert(section.sensor.clone(), why.clone()),
                Outcome::Ok(_) | Outcome::Same | Outcome::Nothing => self.failed.remove(&section.sensor),
            };
        }
        if groups.len() == GROUPS.len() {
            self.full = Some(report.sequence);
        }
        (self.last, self.trouble) = (Some(report), None);
    }
}

impl Sent {
    /// What was kept in the state directory; nothing when there is nothing readable.
    #[must_use]
    pub fn load(state: &Path) -> Self {
        load(state, SENT)
    }

    /// Keeps it; a failure is logged, because a status never stops the work.
    pub fn save(&self, state: &Path) {
        save(state, SENT, self);
    }

    /// A report will never be taken.
    pub fn reject(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
        let surplus = self.rejected.len().saturating_sub(MAX_REJECTED);
        self.rejected.drain(..surplus);
    }
}

impl Trouble {
    /// The trouble `what`, seen at `at`; one that was there before keeps its beginning.
    #[must_use]
    pub fn new(before: Option<&Self>, what: String, at: Timestamp) -> Self {
        let since = before.filter(|before| before.what == what).map_or(at, |before| before.since);
        Self { since, at, what }
    }
}

impl Status {
    /// Puts the status together from the state directory. What is not there yet is simply absent; what is
    /// damaged becomes a trouble.
    ///
    /// # Errors
    /// When the state directory cannot be read.
    pub fn read(config: &Config, zone: TimeZone, now: Timestamp) -> Result<Self, spool::Error> {
        let state = &config.state;
        // First, because it tells when the directory may not be read at all.
        let Measure { reports, bytes, oldest, set_aside } = Queue::of(state).measure()?;
        let (sensed, sent) = (Sensed::load(state), Sent::load(state));
        let mut troubles: Vec<_> = [sensed.trouble, sent.trouble].into_iter().flatten().collect();
        let identity = sound(Identity::load(state), &mut troubles, now).flatten();
        let enrolment = sound(Enrolment::load(state), &mut troubles, now).flatten();
        let receipt = sound(uplink::receipt(state), &mut troubles, now).flatten();
        let pair = enrolment.as_ref().and_then(|_| sound(Pair::load(state), &mut troubles, now));
        let agent = identity.map(|identity| identity.agent());
        let timetable = agent.as_ref().map(|agent| Timetable::new(&config.schedule, agent, zone));
        let ledger_size = enrolment.as_ref().and_then(|enrolment| ledger_size(state, enrolment));
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            agent,
            office: enrolment.as_ref().map(|e| e.grant.office.clone()),
            next_report: enrolment.as_ref().and(timetable).and_then(|timetable| timetable.next(now)),
            collector: enrolment.map(|e| e.url),
            last_report: sensed.last,
            receipt: receipt.and_then(|receipt| received(&receipt, ledger_size)),
            spool: Waiting { reports, bytes, oldest, set_aside },
            certificate_until: pair.map(|pair| pair.not_after),
            failed_sensors: sensed.failed,
            troubles,
            alarm: sent.alarm,
            rejected: sent.rejected,
        })
    }
}

/// What was read; damage becomes a trouble to be told.
fn sound<T, E: std::error::Error + 'static>(
    read: Result<T, E>,
    troubles: &mut Vec<Trouble>,
    now: Timestamp,
) -> Option<T> {
    read.map_err(|damage| troubles.push(Trouble::new(None, told(&damage), now))).ok()
}

fn received(receipt: &Receipt, ledger_size: Option<u64>) -> Option<Received> {
    let Ok(Leaf::Report(leaf)) = serde_json::from_str(&receipt.leaf) else { return None };
    let (sequence, received_at) = (leaf.sequence, leaf.received_at);
    Some(Received { sequence, ledger_index: receipt.index, ledger_size, received_at })
}

fn ledger_size(state: &Path, enrolment: &Enrolment) -> Option<u64> {
    let verifier: Verifier = enrolment.grant.ledger.parse().ok()?;
    uplink::held(state, &verifier).ok().flatten().map(|checkpoint| checkpoint.size)
}

fn load<T: DeserializeOwned + Default>(state: &Path, file: &str) -> T {
    let bytes = durable::read(&state.join(file)).ok().flatten();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn save(state: &Path, file: &str, status: &impl Serialize) {
    let json = serde_json::to_vec_pretty(status).unwrap_or_default();
    if let Err(error) = durable::write(&state.join(file), &json) {
        tracing::warn!(error = told(&error), "status not kept");
    }
}

#[cfg(test)]
mod tests;
