//! What is believed of an office's LAN: candidate → confirmed → missing → gone.
//!
//! A plain comparison of two snapshots is useless: of 239 hosts that never left, the kernel of one server "lost" 487
//! within five minutes, because it keeps 128. So a fact is believed only after it was seen often enough, and given up
//! only after it was looked for in vain long enough; a source that did not run has not looked. The windows are
//! [`Windows`].
//!
//! The state follows from the observations in their order and from nothing else, so that a store may keep it as a
//! projection and make it anew by replay. Time is what observations and [`State::tick`] say.

mod age;
mod flaps;
mod hosts;
pub(super) mod pairs;
mod sight;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use patuh_protocol::id::AgentId;
use patuh_protocol::lan::Identifier;
use serde::{Deserialize, Serialize};

use super::change::Event;
use super::fact::{Class, Fact};
use super::mac::Mac;
use super::observation::{Observation, Ran, Source, View};
use super::subnet::Subnet;
use super::windows::Windows;

/// What is believed of one office's LAN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Facts and how they stand.
    #[serde(with = "pairs")]
    pub facts: BTreeMap<Fact, Track>,
    /// The agents, and what each last saw.
    pub agents: BTreeMap<AgentId, Witness>,
    /// What is known of the devices that announce themselves.
    #[serde(with = "pairs")]
    pub devices: BTreeMap<Identifier, Device>,
    /// The subnets that were looked at.
    pub segments: BTreeMap<Subnet, Segment>,
    /// Hosts that came or went and were not told yet.
    pub waiting: Waiting,
    /// The day that hosts were last aged on.
    pub day: Option<Date>,
}

/// How a fact stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Seen, not yet believed.
    #[default]
    Candidate,
    /// Believed.
    Confirmed,
    /// Believed, and lately looked for in vain.
    Missing,
}

/// The history of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// How it stands.
    pub standing: Standing,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Who saw it, and when last.
    pub seen_by: BTreeMap<AgentId, Timestamp>,
    /// How often it was seen; counted as long as it is a candidate.
    #[serde(default)]
    pub sightings: u32,
    /// The hours (since 1970) in which it was seen; kept as long as it is a candidate.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub hours: BTreeSet<i64>,
    /// Since when it is looked for in vain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_since: Option<Timestamp>,
    /// How often in a row.
    #[serde(default)]
    pub absences: u32,
    /// The link it was seen by is down: nobody could see it.
    #[serde(default)]
    pub is_link_down: bool,
    /// It was there when its source was first read: when it came nobody knows.
    #[serde(default)]
    pub is_first_look: bool,
    /// One of several values that alternate: a pair of routers for one address.
    #[serde(default)]
    pub is_paired: bool,
}

/// An agent as a witness of the LAN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Witness {
    /// When its last observation was taken.
    pub last_at: Timestamp,
    /// How each source went when it was last in a report.
    pub sources: BTreeMap<Source, Ran>,
    /// When each source first ran.
    pub first_ran: BTreeMap<Source, Timestamp>,
    /// What it last saw.
    pub view: View,
    /// Its own MAC addresses.
    pub macs: BTreeSet<Mac>,
    /// When the carrier of an interface came or went, lately.
    pub toggles: BTreeMap<String, Vec<Timestamp>>,
    /// When that was last told.
    pub flapping_told: BTreeMap<String, Timestamp>,
}

/// What a device says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Device {
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Where it is managed.
    pub management: BTreeSet<std::net::IpAddr>,
    /// Whether it routes.
    pub is_router: bool,
    /// Whether it is an access point.
    pub is_access_point: bool,
    /// Its ports that were heard, with what they are called.
    #[serde(with = "pairs")]
    pub ports: BTreeMap<Identifier, Port>,
    /// When it was last heard.
    pub last_seen: Timestamp,
}

/// What a device says of one of its ports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Port {
    /// What it is called for people.
    pub description: Option<String>,
    /// The VLAN of untagged frames.
    pub pvid: Option<u16>,
}

/// A subnet in which hosts are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Segment {
    /// When it was first looked at.
    pub since: Timestamp,
    /// The days on which a sound agent looked, the latest of them.
    pub days: BTreeSet<Date>,
}

/// Hosts that came or went since they were last told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Waiting {
    /// Came.
    pub added: BTreeSet<Fact>,
    /// Went.
    pub gone: BTreeSet<Fact>,
}

impl State {
    /// Takes an observation in, and says what it changes. Observations are to come in the order of their times for
    /// each agent; one that comes late only says since when what is known was there.
    pub fn observe(&mut self, seen: &Observation, windows: &Windows) -> Vec<Event> {
        let mut events = self.tick(seen.at, windows);
        let is_late = self.agents.get(&seen.agent).is_some_and(|witness| seen.at < witness.last_at);
        if is_late {
            self.sight_late(seen);
            return events;
        }
        events.extend(self.meet(seen, windows));
        self.sight(seen, windows);
        self.miss(seen);
        self.look(seen, windows);
        events.extend(self.confirm(seen, windows));
        events.extend(self.give_up(seen, windows));
        events
    }

    /// Lets time pass: once a day hosts are aged, and those that came or went are told. To be called at least
    /// daily, also when no report comes.
    pub fn tick(&mut self, now: Timestamp, windows: &Windows) -> Vec<Event> {
        let today = day(now, windows);
        if self.day.is_some_and(|day| day >= today) {
            return Vec::new();
        }
        let is_first = self.day.is_none();
        self.day = Some(today);
        if is_first { Vec::new() } else { self.turn_day(now, windows) }
    }

    /// Lets an agent go, and all that it alone knew: its server was taken away or its office was changed.
    pub fn forget(&mut self, agent: &AgentId, now: Timestamp) -> Vec<Event> {
        self.agents.remove(agent);
        let own: Vec<Fact> = self.facts.keys().filter(|fact| fact.agent() == Some(agent)).cloned().collect();
        let mut events = Vec::new();
        for fact in own {
            let track = self.facts.remove(&fact);
            if track.is_some_and(|track| track.standing != Standing::Candidate) {
                events.push(Event::gone(now, fact));
            }
        }
        for track in self.facts.values_mut() {
            track.seen_by.remove(agent);
        }
        events
    }

    /// The facts that are believed: all that a diagram shows.
    pub fn believed(&self) -> impl Iterator<Item = (&Fact, &Track)> {
        self.facts.iter().filter(|(_, track)| track.standing != Standing::Candidate)
    }

    /// The believed facts of infrastructure: configuration and adjacency.
    #[must_use]
    pub fn core(&self) -> BTreeSet<Fact> {
        self.believed().map(|(fact, _)| fact).filter(|fact| fact.class() != Class::Host).cloned().collect()
    }

    /// The believed hosts, but those that turned out to be servers with an agent, or routers.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<Fact> {
        let known = self.known_macs();
        let is_stranger = |fact: &&Fact| matches!(fact, Fact::Host { mac, .. } if !known.contains(mac));
        self.believed().map(|(fact, _)| fact).filter(is_stranger).cloned().collect()
    }

    /// MAC addresses of what is drawn by other facts: agents, gateways, devices by their chassis.
    pub(super) fn known_macs(&self) -> BTreeSet<Mac> {
        let agents = self.agents.values().flat_map(|witness| witness.macs.iter().copied());
        let gateways = self.facts.keys().filter_map(|fact| match fact {
            Fact::GatewayMac { mac, .. } => Some(*mac),
            _ => None,
        });
        let chassis = self.devices.keys().filter_map(|device| device.value.parse().ok());
        agents.chain(gateways).chain(chassis).collect()
    }
}

impl Track {
    pub(super) fn new(at: Timestamp) -> Self {
        Self { first_seen: at, last_seen: at, ..Self::default() }
    }
}

/// The day of `at`, as people count it there.
pub(super) fn day(at: Timestamp, windows: &Windows) -> Date {
    let offset = Offset::from_seconds(windows.utc_offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    at.to_zoned(TimeZone::fixed(offset)).date()
}
