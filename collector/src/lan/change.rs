//! What happened: changes, notes, hosts of a day; and the sets in which changes are reported.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::AgentId;
use serde::{Deserialize, Serialize};

use super::difference::Difference;
use super::fact::Fact;
use super::mac::Mac;

/// Something that an observation, or time, brought about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it was certain.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The core of the LAN is another.
    Change(Change),
    /// Hosts came or went, told once a day.
    Hosts {
        /// Came.
        added: BTreeSet<Fact>,
        /// Went.
        gone: BTreeSet<Fact>,
    },
    /// Worth knowing, no change.
    Note(Note),
}

/// A change of the core.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It came.
    Added {
        /// What.
        fact: Fact,
        /// It may have been there for years: it came to be seen when its agent, or a source of it, began to look.
        is_first_look: bool,
    },
    /// It went.
    Gone {
        /// What.
        fact: Fact,
    },
    /// It is the same, at another place or with another value.
    Moved {
        /// As it was.
        from: Fact,
        /// As it is.
        to: Fact,
    },
}

/// Something worth knowing that is no change of the LAN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// A cable or a switch is loose.
    Flapping {
        /// The server.
        agent: AgentId,
        /// Its interface.
        interface: String,
        /// How often within the window.
        toggles: u32,
    },
    /// Two routers answer for one address in turn.
    GatewayPair {
        /// The server that sees it.
        agent: AgentId,
        /// The address.
        address: IpAddr,
        /// The routers.
        macs: [Mac; 2],
    },
}

/// Changes that belong together: one *laporan perubahan*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// When the first was certain.
    pub from: Timestamp,
    /// When the last was.
    pub to: Timestamp,
    /// The changes, in their order.
    pub changes: Vec<Change>,
}

impl Event {
    pub(super) const fn added(at: Timestamp, fact: Fact, is_first_look: bool) -> Self {
        Self { at, what: What::Change(Change::Added { fact, is_first_look }) }
    }

    pub(super) const fn gone(at: Timestamp, fact: Fact) -> Self {
        Self { at, what: What::Change(Change::Gone { fact }) }
    }

    pub(super) const fn moved(at: Timestamp, from: Fact, to: Fact) -> Self {
        Self { at, what: What::Change(Change::Moved { from, to }) }
    }

    pub(super) const fn note(at: Timestamp, note: Note) -> Self {
        Self { at, what: What::Note(note) }
    }

    pub(super) const fn hosts(at: Timestamp, added: BTreeSet<Fact>, gone: BTreeSet<Fact>) -> Self {
        Self { at, what: What::Hosts { added, gone } }
    }
}

impl ChangeSet {
    /// Whether it is an alteration of the LAN that is to be reported. What a new agent sees for the first time is
    /// a better picture of the same LAN.
    #[must_use]
    pub fn is_to_be_reported(&self) -> bool {
        !self.reported().is_empty()
    }

    /// What of it is to be reported.
    #[must_use]
    pub fn reported(&self) -> Difference {
        let mut difference = self.difference();
        let is_new = |fact: &Fact| {
            self.changes.iter().any(
                |change| matches!(change, Change::Added { fact: new, is_first_look: false } if new == fact),
            )
        };
        difference.added.retain(is_new);
        difference
    }

    /// What is other after all of them: what came and went again is nothing.
    #[must_use]
    pub fn difference(&self) -> Difference {
        let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
        for change in &self.changes {
            let (old, new) = match change {
                Change::Added { fact, .. } => (None, Some(fact)),
                Change::Gone { fact } => (Some(fact), None),
                Change::Moved { from, to } => (Some(from), Some(to)),
            };
            if let Some(old) = old.filter(|old| !after.remove(*old)) {
                before.insert(old.clone());
            }
            if let Some(new) = new.filter(|new| !before.remove(*new)) {
                after.insert(new.clone());
            }
        }
        Difference::between(&before, &after)
    }
}

/// Joins the changes of one office, in the order of their times, into sets of at most `window`.
#[must_use]
pub fn sets(events: &[Event], window: SignedDuration) -> Vec<ChangeSet> {
    let mut sets: Vec<ChangeSet> = Vec::new();
    for event in events {
        let What::Change(change) = &event.what else { continue };
        match sets.last_mut().filter(|set| event.at.duration_since(set.from) <= window) {
            Some(set) => {
                set.to = event.at;
                set.changes.push(change.clone());
            }
            None => sets.push(ChangeSet { from: event.at, to: event.at, changes: vec![change.clone()] }),
        }
    }
    sets
}
