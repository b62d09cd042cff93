//! What one section of a report makes of the row of its sensor. Pure.
//!
//! A section that is "the same" carries nothing: it says once more what an earlier report carried. It is believed
//! when the report names the base that this collector has for all such sections of it ([`Projection::holds`]); then
//! it counts as a reading of its own time, and the value keeps the report it came in as its carrier. When the base
//! is another (the collector or the agent was restored from a backup, the agent was cloned), nobody knows what was
//! read: these sections failed, [`BASE_LOST`], their values stay what they were known to be, and the answer asks
//! the agent for everything.

use std::collections::BTreeMap;

use patuh_protocol::base;
use patuh_protocol::digest::Digest;
use patuh_protocol::report::{Outcome, Reading, Report};

use super::{Current, Fresh, Known, Projection, Says, Taken};
use crate::store::{Carrier, Latest};

/// Why a section failed that rests on what this collector does not have.
pub(in crate::store) const BASE_LOST: &str = "dasarnya hilang: dikatakan sama dengan bacaan yang tidak ada pada \
    kolektor; semuanya sudah diminta lagi";

/// Why a section failed that is the same as one which this release could not read.
const NOT_UNDERSTOOD: &str = "tidak dimengerti kolektor: sama dengan bacaan sebelumnya";

impl Projection<'_> {
    /// Whether the sections of a report that are "the same" rest on what is known here.
    pub(super) fn holds(&self, report: &Report, sections: &[Fresh<'_>]) -> bool {
        let same = sections.iter().filter(|fresh| fresh.section.outcome == Outcome::Same);
        let known = same.map(|fresh| {
            let base = self.sections.get(&fresh.key)?.base?;
            Some((fresh.section.sensor.as_str(), base))
        });
        let known: Option<BTreeMap<&str, Digest>> = known.collect();
        known.is_some_and(|known| report.base == Some(base::name(&known)))
    }
}

impl<'a> Fresh<'a> {
    /// What it says anew; `None` when it says nothing new, or the reading failed.
    pub(super) fn says(&self) -> Option<Says<'a>> {
        match (&self.section.outcome, self.digest) {
            (Outcome::Ok(reading), Some(digest)) => Some(Says(Some((reading, digest)))),
            (Outcome::Nothing, _) => Some(Says(None)),
            _ => None,
        }
    }

    /// The row after this section, which stood as `stored` before.
    pub(super) fn current(&self, taken: &Taken<'_>, stored: Option<&Current>, holds: bool) -> Current {
        let (at, index) = (taken.sealed.taken_at, taken.index);
        let before = stored.and_then(|stored| stored.known);
        let base = stored.and_then(|stored| stored.base);
        let same = self.section.outcome == Outcome::Same && holds;
        let (latest, known) = match self.says() {
            Some(says) => (latest(&self.section.outcome), Some(says.known(Carrier { at, index }))),
            None if same && before.is_some_and(|known| known.digest == base) => {
                (Latest::Ok, before.map(|known| Known { at, index, ..known }))
            }
            None if same => (Latest::Failed(NOT_UNDERSTOOD.to_owned()), before),
            None => (latest(&self.section.outcome), before),
        };
        let base = match self.section.outcome {
            Outcome::Nothing => None,
            _ => self.digest.or(base),
        };
        let (sequence, took_us) = (taken.sealed.sequence, self.section.took_us);
        Current { sequence, latest, at, index, took_us, base, known }
    }
}

impl Says<'_> {
    pub(super) fn digest(self) -> Option<Digest> {
        self.0.map(|(_, digest)| digest)
    }

    /// As it is known from the report that carries it.
    fn known(self, carrier: Carrier) -> Known {
        let packages = match self.0 {
            Some((Reading::Packages(packages), _)) => packages.len() as u64,
            _ => 0,
        };
        Known { digest: self.digest(), packages, at: carrier.at, index: carrier.index, carrier }
    }
}

fn latest(outcome: &Outcome) -> Latest {
    match outcome {
        Outcome::Ok(_) => Latest::Ok,
        Outcome::Nothing => Latest::Nothing,
        Outcome::Same => Latest::Failed(BASE_LOST.to_owned()),
        Outcome::Failed(why) => Latest::Failed(why.clone()),
    }
}
