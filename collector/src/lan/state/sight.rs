//! What was seen: candidates are made, sightings counted, and what was seen often enough is believed.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Device, Observation, Port, Standing, State, Track};
use crate::lan::change::{Event, Note};
use crate::lan::fact::{Class, Fact};
use crate::lan::mac::Mac;
use crate::lan::observation::{Source, is_infrastructure};
use crate::lan::windows::Windows;

impl State {
    /// The agent itself: how its sources went, its addresses, what announces itself to it.
    pub(super) fn meet(&mut self, seen: &Observation, windows: &Windows) -> Vec<Event> {
        let witness = self.agents.entry(seen.agent.clone()).or_default();
        let events = witness.flap(seen, windows);
        witness.last_at = seen.at;
        for (source, ran) in &seen.sources {
            if ran.is_sound() {
                witness.first_ran.entry(*source).or_insert(seen.at);
            }
            witness.sources.insert(*source, ran.clone());
        }
        let macs: BTreeSet<Mac> = seen.view.links.values().filter_map(|link| link.mac).collect();
        if !macs.is_empty() {
            witness.macs = macs;
        }
        witness.update(seen);
        for heard in seen.view.announced.iter().filter(|heard| is_infrastructure(heard)) {
            let device = self.devices.entry(heard.chassis.clone()).or_default();
            device.hear(heard, seen.at);
        }
        events
    }

    pub(super) fn sight(&mut self, seen: &Observation, windows: &Windows) {
        for fact in &seen.facts {
            let first_ran = self.agents.get(&seen.agent).and_then(|agent| agent.first_ran.get(&source(fact)));
            let is_first_look =
                first_ran.is_some_and(|first| seen.at.duration_since(*first) <= windows.first_look);
            let track = self
                .facts
                .entry(fact.clone())
                .or_insert_with(|| Track { is_first_look, ..Track::new(seen.at) });
            track.see(fact, seen, windows);
            if let Some(since) = since(fact, seen).filter(|_| track.standing == Standing::Candidate) {
                track.first_seen = track.first_seen.min(since);
            }
        }
    }

    /// What is known was there earlier than it was known.
    pub(super) fn sight_late(&mut self, seen: &Observation) {
        for fact in &seen.facts {
            if let Some(track) =
                self.facts.get_mut(fact).filter(|track| track.standing != Standing::Candidate)
            {
                track.first_seen = track.first_seen.min(seen.at);
            }
        }
    }

    /// What was seen often enough by now.
    pub(super) fn confirm(&mut self, seen: &Observation, windows: &Windows) -> Vec<Event> {
        let candidates = seen.facts.iter().filter(|fact| {
            self.facts.get(fact).is_some_and(|track| {
                track.standing == Standing::Candidate && is_enough(fact, track, seen, windows)
            })
        });
        let ripe: Vec<Fact> = candidates.cloned().collect();
        ripe.into_iter().filter_map(|fact| self.believe(fact, seen.at, windows)).collect()
    }

    fn believe(&mut self, fact: Fact, at: Timestamp, windows: &Windows) -> Option<Event> {
        if let Some(note) = self.pair(&fact, at, windows) {
            return Some(note);
        }
        let place = (fact.class() != Class::Host).then(|| self.former(&fact)).flatten();
        let track = self.facts.get_mut(&fact)?;
        (track.standing, track.sightings) = (Standing::Confirmed, 0);
        track.hours.clear();
        let (first_seen, mut is_first_look) = (track.first_seen, track.is_first_look);
        // The first device that is seen behind a gateway's address: the address itself was told.
        is_first_look |= matches!(fact, Fact::GatewayMac { .. });
        match (&fact, place) {
            (Fact::Host { segment, .. }, _) => {
                let since = self.segments.get(segment).map_or(first_seen, |segment| segment.since);
                if at.duration_since(since) > windows.baseline && !self.waiting.gone.remove(&fact) {
                    self.waiting.added.insert(fact);
                }
                None
            }
            (_, Some(old)) => {
                self.facts.remove(&old);
                Some(Event::moved(at, old, fact))
            }
            (_, None) => Some(Event::added(at, fact, is_first_look)),
        }
    }

    /// What `new` was before: a believed value of the same slot that was not seen any more since it is there.
    fn former(&self, new: &Fact) -> Option<Fact> {
        let since = self.facts.get(new)?.first_seen;
        let fits = |(old, track): (&Fact, &Track)| {
            let is_left = track.standing == Standing::Missing
                || matches!(old, Fact::GatewayMac { .. }) && track.last_seen < since;
            let fit =
                old.became(new).filter(|_| is_left && track.standing != Standing::Candidate && old != new)?;
            Some((fit, track.last_seen, old.clone()))
        };
        let all = self.facts.iter().filter_map(fits);
        all.min_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2))).map(|(_, _, old)| old)
    }

    /// Two MAC addresses of a gateway that alternate are two routers for one address: both are believed, and that
    /// is told once.
    fn pair(&mut self, fact: &Fact, at: Timestamp, windows: &Windows) -> Option<Event> {
        let Fact::GatewayMac { agent, address, mac } = fact else { return None };
        let first_seen = self.facts.get(fact)?.first_seen;
        let other = self.facts.iter().find_map(|(other, track)| match other {
            Fact::GatewayMac { agent: by, address: of, mac: other_mac }
                if (by, of) == (agent, address)
                    && other_mac != mac
                    && track.standing != Standing::Candidate
                    && track.last_seen > first_seen
                    && at.duration_since(track.last_seen) <= windows.pair_within =>
            {
                Some((other.clone(), *other_mac))
            }
            _ => None,
        });
        let (other, other_mac) = other?;
        for fact in [fact, &other] {
            if let Some(track) = self.facts.get_mut(fact) {
                (track.standing, track.is_paired) = (Standing::Confirmed, true);
            }
        }
        let macs = [*mac.min(&other_mac), *mac.max(&other_mac)];
        Some(Event::note(at, Note::GatewayPair { agent: agent.clone(), address: *address, macs }))
    }
}

impl Track {
    fn see(&mut self, fact: &Fact, seen: &Observation, windows: &Windows) {
        // Another agent's clock may be ahead.
        self.last_seen = self.last_seen.max(seen.at);
        (self.absent_since, self.absences, self.is_link_down) = (None, 0, false);
        self.seen_by.entry(seen.agent.clone()).and_modify(|at| *at = seen.at.max(*at)).or_insert(seen.at);
        match self.standing {
            Standing::Missing => self.standing = Standing::Confirmed,
            Standing::Candidate => self.count(fact, seen.at, windows),
            Standing::Confirmed => {}
        }
    }

    /// Sightings of a host count within a window that slides by hours.
    fn count(&mut self, fact: &Fact, at: Timestamp, windows: &Windows) {
        let hour = at.as_second().div_euclid(3600);
        if fact.class() == Class::Host {
            let oldest = hour - windows.host_span.as_hours();
            self.hours.retain(|hour| *hour > oldest);
            if self.hours.is_empty() {
                (self.sightings, self.first_seen) = (0, at);
            }
            self.hours.insert(hour);
        }
        self.sightings = self.sightings.saturating_add(1);
    }
}

impl Device {
    fn hear(&mut self, heard: &patuh_protocol::lan::Adjacency, at: Timestamp) {
        use patuh_protocol::lan::Capability;
        self.last_seen = self.last_seen.max(at);
        self.name = heard.system_name.clone().or_else(|| self.name.take());
        self.description = heard.system_description.clone().or_else(|| self.description.take());
        self.management = heard.management.iter().filter_map(|address| address.parse().ok()).collect();
        self.is_router = heard.capabilities.contains(&Capability::Router);
        self.is_access_point = heard.capabilities.contains(&Capability::AccessPoint);
        let port = Port { description: heard.port_description.clone(), pvid: heard.pvid };
        self.ports.insert(heard.port.clone(), port);
    }
}

/// Whether a candidate was seen enough to be believed.
fn is_enough(fact: &Fact, track: &Track, seen: &Observation, windows: &Windows) -> bool {
    let span = track.last_seen.duration_since(track.first_seen);
    match fact {
        Fact::Host { .. } => {
            let hours = u32::try_from(track.hours.len()).unwrap_or(u32::MAX);
            (track.sightings >= windows.host_sightings && hours >= windows.host_hours)
                || track.seen_by.len() > 1
        }
        Fact::Adjacent { .. } => {
            let was_heard_twice = track.sightings > 1 || since(fact, seen).is_some();
            was_heard_twice && span >= windows.adjacency_span
        }
        Fact::GatewayMac { .. } => {
            track.sightings >= windows.gateway_mac_readings && span >= windows.gateway_mac_span
        }
        _ => track.sightings >= windows.configuration_readings && span >= windows.configuration_span,
    }
}

/// Since when the agent itself has heard a neighbour, where that is longer than one announcement holds.
fn since(fact: &Fact, seen: &Observation) -> Option<Timestamp> {
    let Fact::Adjacent { interface, device, port, .. } = fact else { return None };
    let heard = seen
        .view
        .announced
        .iter()
        .find(|heard| (&heard.interface, &heard.chassis, &heard.port) == (interface, device, port))?;
    heard.since.filter(|since| seen.at.duration_since(*since).as_secs() > i64::from(heard.ttl))
}

/// The source that a fact is read from.
pub(super) const fn source(fact: &Fact) -> Source {
    match fact {
        Fact::Address { .. } | Fact::Leased { .. } | Fact::Member { .. } | Fact::Vlan { .. } => {
            Source::Interfaces
        }
        Fact::Gateway { .. } | Fact::GatewayMac { .. } => Source::Gateways,
        Fact::Route { .. } => Source::Routes,
        Fact::Adjacent { .. } => Source::Adjacencies,
        Fact::Host { .. } => Source::Neighbours,
    }
}
