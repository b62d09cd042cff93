//! `<state>/base.json`: the readings that the collector has acknowledged, so that they need not travel again.
//!
//! The sending half writes it, in [`Queue::acknowledge`](super::Queue::acknowledge): against an answer that was
//! checked, durably, and *before* the report is removed. The reading half reads it only when no report waits, so
//! that it then holds what the newest acknowledged report left behind. From these two follows that "the same" never
//! refers to a report that is still on its way, and so never to one that may yet be given up.
//!
//! It is dropped, and everything sent again at once, when the collector says that it has something else
//! ([`Answer::full`]), and when another release of the collector answers: what that one could not read, or read
//! less of, its successor may understand. A collector that knows no "same" never gets one.
//!
//! The file is worth no report: one that cannot be written is taken away, and the next report is a full one.

use std::path::Path;

use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::receipt::Answer;
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use serde::{Deserialize, Serialize};

use crate::durable;

const FILE: &str = "base.json";

/// What the collector has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// The collector's release that read it.
    release: Option<String>,
    /// The number of the newest report that changed something here: older ones that are acknowledged late do not.
    through: u64,
    /// The number of the report whose answer asked for everything, the last time.
    asked: Option<u64>,
    readings: Base,
}

impl Kept {
    /// What the state directory has; nothing when there is nothing readable.
    pub(super) fn load(state: &Path) -> Self {
        let bytes = durable::read(&state.join(FILE)).ok().flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// `report` without the readings that are in here.
    pub(super) fn shorten(&self, report: Report) -> Report {
        self.readings.shorten(report)
    }

    /// Whether everything is to be sent again, now that `full` is the last report that held all groups.
    pub(super) fn asks(&self, full: Option<u64>) -> bool {
        self.asked.is_some_and(|asked| full.is_none_or(|full| full <= asked))
    }

    /// What the collector has after `answer` to `sealed`.
    fn after(&self, sealed: &Sealed, answer: &Answer) -> Self {
        let (through, release) = (sealed.sequence, answer.release.clone());
        if answer.full || (!self.readings.is_empty() && release != self.release) {
            return Self { release, through, asked: Some(through), readings: Base::default() };
        }
        let mut after = Self { release, ..self.clone() };
        if through > self.through
            && after.release.is_some()
            && let Ok((report, carried)) = body::open_with_base(&sealed.body)
        {
            after.readings.take(&report, &carried);
        }
        if after.readings != self.readings {
            after.through = through;
        }
        after
    }
}

/// Takes in that `answer`, which was checked, is the answer to `sealed`.
///
/// # Errors
/// When the file can be neither written nor removed.
pub(super) fn advance(state: &Path, sealed: &Sealed, answer: &Answer) -> Result<(), durable::Error> {
    let before = Kept::load(state);
    let after = before.after(sealed, answer);
    if after == before {
        return Ok(());
    }
    if after.asked != before.asked {
        tracing::info!(sequence = sealed.sequence, "the collector will get everything again");
    }
    let path = state.join(FILE);
    let json = serde_json::to_vec(&after).unwrap_or_default();
    durable::write(&path, &json).or_else(|error| {
        tracing::warn!(%error, "base not kept, the next report will be a full one");
        durable::remove(&path).map(|_| ())
    })
}

/// Forgets what the collector has: it is another collector now.
///
/// # Errors
/// When the file is there and cannot be removed.
pub fn forget_base(state: &Path) -> Result<(), durable::Error> {
    durable::remove(&state.join(FILE)).map(|_| ())
}

#[cfg(test)]
mod tests;
