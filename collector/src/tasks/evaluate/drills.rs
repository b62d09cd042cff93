//! A server's restore drills, from the wire's words into the judge's, and what they prove of its backups.
//!
//! A drill is told by the agent that also makes the backup, so by itself it is a claim. It lifts the grade of a
//! set only together with a witness: what came back must be what the witness saw in the store.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{self, Backup, Grade, Known};
use patuh_protocol::backup::{BackupSet, Drill};
use patuh_protocol::report::Reading;

use super::told;
use crate::store::CurrentSection;
use crate::testimony::{Standing, Testimony};

/// The section of drills.
pub(super) const SENSOR: &str = "drills";

/// A host's clock may be this far ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// The least digits of an id that is taken for one.
const ID: usize = 8;

/// The drills of a server, newest first, or why nothing is known of them.
pub(super) fn held(sections: &[CurrentSection]) -> Known<Vec<&Drill>> {
    match told(sections, SENSOR, "uji pulih", listed) {
        Known::Yes(drills) => {
            let mut drills: Vec<&Drill> = drills.iter().collect();
            drills.sort_by_key(|drill| std::cmp::Reverse(drill.at));
            Known::Yes(drills)
        }
        Known::No(why) => Known::No(why),
    }
}

/// A drill for the judge.
pub(super) fn translated(drill: &Drill) -> estate::Drill {
    estate::Drill {
        set: drill.set.clone(),
        method: drill.method.clone(),
        at: drill.at,
        took_ms: drill.took_ms,
        items: drill.items,
        bytes: drill.bytes,
        compared: (drill.compared, drill.same),
        passed: counts(drill),
        note: drill.note.clone(),
        by: drill.by.clone(),
    }
}

/// Whether anything came back, and as it was: a tool that restores no file at all also ends without an error.
fn counts(drill: &Drill) -> bool {
    drill.passed && drill.items > 0 && drill.same >= drill.compared
}

/// Lifts the grade of `backup`, the claim `set`, when one of `drills` brought back what a witness saw of it not
/// longer ago than `valid`.
pub(super) fn lift(
    backup: &mut Backup,
    (set, testimony): (&BackupSet, &Testimony<'_>),
    drills: &[&Drill],
    valid: SignedDuration,
    now: Timestamp,
) {
    let is_fresh = |drill: &Drill| (-AHEAD..=valid).contains(&now.duration_since(drill.at));
    let proves = |drill: &&&Drill| {
        drill.set == set.name
            && drill.tool == set.tool
            && counts(drill)
            && is_fresh(drill)
            && was_seen(drill, testimony)
    };
    if testimony.standing == Standing::Met && drills.iter().any(|drill| proves(&drill)) {
        backup.grade = Grade::Restored;
    }
}

/// Whether a witness saw what was brought back. What is older than the list of runs stands as its set does.
fn was_seen(drill: &Drill, testimony: &Testimony<'_>) -> bool {
    let is_it = |id: &str| {
        id == drill.object || (drill.object.len() >= ID && id.len() == 64 && id.starts_with(&drill.object))
    };
    let run = testimony.runs.iter().find(|run| is_it(&run.run.id));
    run.is_none_or(|run| run.standing == Standing::Met)
}

fn listed(reading: &Reading) -> Option<&[Drill]> {
    if let Reading::Drills(list) = reading { Some(list) } else { None }
}
