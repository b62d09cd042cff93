//! What links two agents to one machine. The rules stand at the head of the room.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::byte_swapped;

use super::facts::Facts;
use super::{Ground, Guess, Mark};

/// An agent that reported until this long after another was enrolled fell silent before it: its last report may
/// have waited in the spool.
const OVERLAP: SignedDuration = SignedDuration::from_hours(2);

/// A number of two agents.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Both<'a> {
    /// Both give the same.
    Same(&'a str),
    /// Both give one, and not the same.
    Differ,
    /// Not both give one.
    Unknown,
}

impl<'a> Both<'a> {
    fn of(a: Option<&'a String>, b: Option<&'a String>) -> Self {
        match (a, b) {
            (Some(a), Some(b)) if same_number(a, b) => Self::Same(a),
            (Some(_), Some(_)) => Self::Differ,
            _ => Self::Unknown,
        }
    }

    fn is_same(self) -> bool {
        matches!(self, Self::Same(_))
    }

    fn ground(self, mark: Mark) -> Option<Ground> {
        match self {
            Self::Same(value) => Some(Ground { mark, value: value.trim().to_lowercase() }),
            Self::Differ | Self::Unknown => None,
        }
    }
}

/// Whether two numbers are the same, whoever wrote them: upper or lower case, UUIDs in either byte order.
pub(super) fn same_number(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim().to_lowercase(), b.trim().to_lowercase());
    a == b || byte_swapped(&a).is_some_and(|swapped| swapped == b)
}

/// The grounds to take `a` and `b` for one machine; none when there is no reason to.
pub(super) fn hardware(a: &Facts, b: &Facts) -> BTreeSet<Ground> {
    let serial = Both::of(a.machine.serial.as_ref(), b.machine.serial.as_ref());
    let board = Both::of(a.machine.board_serial.as_ref(), b.machine.board_serial.as_ref());
    let uuid = Both::of(a.machine.uuid.as_ref(), b.machine.uuid.as_ref());
    let boot = Both::of(a.machine.boot_id.as_ref(), b.machine.boot_id.as_ref());
    let macs: BTreeSet<_> = a.macs.intersection(&b.macs).collect();
    let numbered = serial.is_same() || board.is_same();
    let moved = serial == Both::Differ || board == Both::Differ;
    let virtual_machines = a.is_virtual_machine() && b.is_virtual_machine();
    let again = a.hostname == b.hostname && !a.hostname.is_empty() && succession(a, b).is_some();
    let linked = (numbered && (uuid != Both::Differ || !macs.is_empty()))
        || (!macs.is_empty() && (numbered || !moved))
        || (uuid.is_same() && (virtual_machines || again))
        || boot.is_same();
    if !linked {
        return BTreeSet::new();
    }
    let cards = macs.into_iter().map(|mac| Ground { mark: Mark::Macs, value: mac.clone() });
    let boot = boot.is_same().then(|| Ground { mark: Mark::BootId, value: String::new() });
    let numbers =
        [serial.ground(Mark::Serial), board.ground(Mark::BoardSerial), uuid.ground(Mark::MachineUuid), boot];
    cards.chain(numbers.into_iter().flatten()).collect()
}

/// The ground to take `a` and `b` for clones of one image.
pub(super) fn image(a: &Facts, b: &Facts) -> BTreeSet<Ground> {
    let id = Both::of(a.machine.machine_id.as_ref(), b.machine.machine_id.as_ref());
    id.ground(Mark::MachineId).into_iter().collect()
}

/// The older and the newer of two agents of which one fell silent before the other came. While both have just
/// reported, nobody fell silent.
pub(super) fn succession<'a>(a: &'a Facts, b: &'a Facts) -> Option<(&'a Facts, &'a Facts)> {
    let (old, new) = if a.enrolled_at <= b.enrolled_at { (a, b) } else { (b, a) };
    let later = |at: Timestamp| at.saturating_add(OVERLAP).unwrap_or(at);
    let silent = old.last_report.is_none_or(|last| {
        let outlived = new.last_report.is_some_and(|newest| newest >= later(last));
        last <= new.enrolled_at || (last <= later(new.enrolled_at) && outlived)
    });
    silent.then_some((old, new))
}

/// What two agents on one machine look like.
pub(super) fn guess(agents: &[&Facts]) -> Guess {
    let &[a, b] = agents else { return Guess::Cloned };
    match succession(a, b) {
        Some((old, new)) => Guess::Reinstalled { old: old.agent.clone(), new: new.agent.clone() },
        None if a.machine.boot_id.is_some() && a.machine.boot_id == b.machine.boot_id => Guess::SameSystem,
        None => Guess::Cloned,
    }
}
