//! Which report to give up when the spool is full. Pure.
//!
//! A report is *superseded* when everything it read was read again later. Given up are, oldest first:
//! superseded reports without backups; then superseded reports with backups (each is evidence of its own
//! day, so they stay longer); then whatever is oldest. So the newest reading of every sensor stays until
//! the last.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::body;
use patuh_protocol::report::{Outcome, Section};
use patuh_protocol::seal::Sealed;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a report holds, as far as it matters here: the sensors that read something. One that failed said
/// nothing that must be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents(BTreeSet<String>);

impl Contents {
    /// The contents of a report about to be written.
    pub(super) fn of(sections: &[Section]) -> Self {
        let read = sections.iter().filter(|s| !matches!(s.outcome, Outcome::Failed(_)));
        Self(read.map(|s| s.sensor.clone()).collect())
    }

    /// The contents of a sealed report; one that cannot be opened holds nothing.
    pub(super) fn opened(bytes: &[u8]) -> Self {
        let opened = Sealed::parse(bytes).ok().and_then(|sealed| body::open_bytes(&sealed.body).ok());
        let head = opened.and_then(|json| serde_json::from_slice::<Head>(&json).ok());
        let sections = head.map_or_else(Vec::new, |head| head.sections);
        let read = sections.into_iter().filter(|s| !matches!(s.outcome, Came::Failed(_)));
        Self(read.map(|s| s.sensor).collect())
    }

    fn has_backup(&self) -> bool {
        self.0.iter().any(|sensor| sensor.starts_with("backup/"))
    }
}

/// The number of the report to give up, when there is one. `incoming` is the newest of all.
pub(super) fn victim(waiting: &BTreeMap<u64, Contents>, incoming: &Contents) -> Option<u64> {
    let mut later = incoming.0.clone();
    let mut superseded = Vec::new();
    for (sequence, contents) in waiting.iter().rev() {
        if contents.0.is_subset(&later) {
            superseded.push((*sequence, contents.has_backup()));
        }
        later.extend(contents.0.iter().cloned());
    }
    superseded.reverse();
    let plain = superseded.iter().find(|(_, backup)| !backup);
    plain.or(superseded.first()).map(|(sequence, _)| *sequence).or_else(|| waiting.keys().next().copied())
}

/// A report's JSON without its readings.
#[derive(Deserialize)]
struct Head {
    sections: Vec<HeadSection>,
}

#[derive(Deserialize)]
struct HeadSection {
    sensor: String,
    outcome: Came,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Came {
    Ok(IgnoredAny),
    Same,
    Nothing,
    Failed(IgnoredAny),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(sensors: &str) -> Contents {
        Contents(sensors.split_whitespace().map(str::to_owned).collect())
    }

    /// Gives up everything, one after the other, and checks the order.
    fn check(waiting: &[&str], incoming: &str, expected: &[u64]) {
        let mut left: BTreeMap<_, _> = (1..).zip(waiting.iter().map(|s| contents(s))).collect();
        let mut order = Vec::new();
        while let Some(sequence) = victim(&left, &contents(incoming)) {
            left.remove(&sequence);
            order.push(sequence);
        }
        assert_eq!(order, expected, "{waiting:?} + {incoming}");
    }

    #[test]
    fn superseded_reports_go_first_and_backups_after_them() {
        check(&["disks", "disks", "disks"], "disks", &[1, 2, 3]);
        check(&["backup/restic", "disks", "backup/restic", "disks"], "disks", &[2, 4, 1, 3]);
        check(&["disks packages/dpkg", "backup/restic", "backup/restic"], "backup/restic", &[2, 3, 1]);
    }

    #[test]
    fn the_newest_reading_of_every_sensor_stays_until_the_last() {
        check(&["disks cpu", "interfaces", "disks", "interfaces"], "interfaces", &[2, 4, 1, 3]);
        check(&[""], "", &[1]);
        check(&[], "disks", &[]);
    }
}
