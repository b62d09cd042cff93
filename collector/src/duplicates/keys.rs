//! One key on two machines: what an agent's own reports show.

use std::collections::BTreeSet;

use super::facts::{Facts, Sighting};
use super::links::same_number;
use super::{Ground, Mark};

/// So many numbers that were taken are a reason to ask, where nothing better is known. (A machine that was set
/// back to a snapshot hands in a few numbers again; it gives a boot id, and that tells.)
const TAKEN: u64 = 3;

/// The two machines that an agent's key takes turns on, newest last. They were both seen to come back.
pub(super) fn turns(seen: &[Sighting]) -> Option<(&Sighting, &Sighting)> {
    let back: Vec<&Sighting> = seen.iter().filter(|sighting| sighting.returns > 0).collect();
    let pairs = back.iter().flat_map(|a| back.iter().map(move |b| (*a, *b)));
    pairs.filter(|(a, b)| (a.last, a.first) < (b.last, b.first) && are_two(a, b)).max_by_key(|(_, b)| b.last)
}

/// Whether two sightings cannot be one machine that takes turns with itself.
fn are_two(a: &Sighting, b: &Sighting) -> bool {
    let differ =
        |a: &Option<String>, b: &Option<String>| a.as_ref().zip(b.as_ref()).map(|(a, b)| !same_number(a, b));
    let cards = !a.macs.is_empty() && !b.macs.is_empty() && a.macs.is_disjoint(&b.macs);
    // One boot id is one kernel: a card that comes and goes, or a UUID that is read only now and then.
    differ(&a.boot_id, &b.boot_id).unwrap_or_else(|| cards || differ(&a.uuid, &b.uuid) == Some(true))
}

/// The grounds to take an agent's key for copied; none when there is no reason to.
pub(super) fn grounds(facts: &Facts) -> BTreeSet<Ground> {
    if let Some((a, b)) = turns(&facts.seen) {
        return [a, b].into_iter().flat_map(of_machine).collect();
    }
    let blind = facts.seen.iter().all(|sighting| sighting.boot_id.is_none());
    let taken = facts.conflicts.as_ref().filter(|conflicts| blind && conflicts.count >= TAKEN);
    let ground = |_| Ground { mark: Mark::Conflicts, value: String::new() };
    taken.map(ground).into_iter().collect()
}

/// What stays of a machine when it starts anew; its boot id where it gives nothing else.
fn of_machine(sighting: &Sighting) -> Vec<Ground> {
    let uuid =
        sighting.uuid.iter().map(|uuid| Ground { mark: Mark::MachineUuid, value: uuid.to_lowercase() });
    let macs = sighting.macs.iter().map(|mac| Ground { mark: Mark::Macs, value: mac.clone() });
    let grounds: Vec<_> = uuid.chain(macs).collect();
    if !grounds.is_empty() {
        return grounds;
    }
    let boot = sighting.boot_id.iter();
    boot.map(|boot| Ground { mark: Mark::BootId, value: boot.clone() }).collect()
}
