//! Hosts: aged by the days on which somebody looked, told once a day.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Observation, Standing, State, day};
use crate::lan::change::Event;
use crate::lan::fact::{Class, Fact};
use crate::lan::observation::{Ran, Source};
use crate::lan::subnet::Subnet;
use crate::lan::windows::Windows;

/// How many days of looking are kept beyond the window of what is gone.
const SPARE_DAYS: u32 = 7;

impl State {
    /// Notes in which subnets this agent looked for hosts today.
    pub(super) fn look(&mut self, seen: &Observation, windows: &Windows) {
        if !seen.sources.get(&Source::Neighbours).is_some_and(Ran::is_sound) {
            return;
        }
        let today = day(seen.at, windows);
        let subnets =
            seen.view.links.values().flat_map(|link| link.addresses.iter().map(|(_, subnet)| *subnet));
        for subnet in subnets.filter(|subnet| !subnet.is_no_network()) {
            let segment = self.segments.entry(subnet).or_default();
            if segment.days.is_empty() {
                segment.since = seen.at;
            }
            segment.days.insert(today);
            let kept =
                usize::try_from(windows.host_gone_days.saturating_add(SPARE_DAYS)).unwrap_or(usize::MAX);
            while segment.days.len() > kept {
                segment.days.pop_first();
            }
        }
    }

    /// A new day: hosts that nobody saw for long are missing, then gone; those that came and went are told.
    pub(super) fn turn_day(&mut self, now: Timestamp, windows: &Windows) -> Vec<Event> {
        let hour = now.as_second().div_euclid(3600) - windows.host_span.as_hours();
        let mut over = Vec::new();
        let hosts = self.facts.iter_mut().filter(|(fact, _)| fact.class() == Class::Host);
        for (fact, track) in hosts {
            let Fact::Host { segment, .. } = fact else { continue };
            let last = day(track.last_seen, windows);
            let looked = self.segments.get(segment).map_or(0, |segment| looked(&segment.days, last));
            match track.standing {
                Standing::Candidate if track.hours.iter().all(|seen| *seen <= hour) => {
                    over.push(fact.clone())
                }
                Standing::Candidate => {}
                _ if looked >= windows.host_gone_days => over.push(fact.clone()),
                _ if looked >= windows.host_missing_days => track.standing = Standing::Missing,
                _ => {}
            }
        }
        for fact in over {
            let was = self.facts.remove(&fact).map(|track| track.standing);
            if was != Some(Standing::Candidate) && !self.waiting.added.remove(&fact) {
                self.waiting.gone.insert(fact);
            }
        }
        let mut events = self.tell(now);
        events.extend(self.clear(now, windows));
        events
    }

    /// Lets go what nobody will come back to: candidates that were seen once, devices that no fact is about any more,
    /// one of two routers that has long left its address to the other.
    fn clear(&mut self, now: Timestamp, windows: &Windows) -> Vec<Event> {
        let long = SignedDuration::from_hours(24 * i64::from(windows.host_gone_days));
        self.facts.retain(|_, track| {
            track.standing != Standing::Candidate || now.duration_since(track.last_seen) <= windows.host_span
        });
        let is_left = |fact: &Fact| {
            let Some(last) = self.facts.get(fact).map(|track| track.last_seen) else { return false };
            now.duration_since(last) > long
                && self.facts.iter().any(|(other, track)| {
                    fact.slot() == other.slot()
                        && track.is_paired
                        && now.duration_since(track.last_seen) <= long
                })
        };
        let routers = self.facts.keys().filter(|fact| matches!(fact, Fact::GatewayMac { .. }));
        let left: Vec<Fact> = routers.filter(|fact| is_left(fact)).cloned().collect();
        for fact in &left {
            self.facts.remove(fact);
        }
        let meant: BTreeSet<_> = self
            .facts
            .keys()
            .filter_map(|fact| match fact {
                Fact::Adjacent { device, .. } => Some(device.clone()),
                _ => None,
            })
            .collect();
        self.devices.retain(|id, device| meant.contains(id) || now.duration_since(device.last_seen) <= long);
        left.into_iter().map(|fact| Event::gone(now, fact)).collect()
    }

    fn tell(&mut self, now: Timestamp) -> Vec<Event> {
        let known = self.known_macs();
        let mut waiting = std::mem::take(&mut self.waiting);
        for set in [&mut waiting.added, &mut waiting.gone] {
            set.retain(|fact| !matches!(fact, Fact::Host { mac, .. } if known.contains(mac)));
        }
        let is_quiet = waiting.added.is_empty() && waiting.gone.is_empty();
        if is_quiet { Vec::new() } else { vec![Event::hosts(now, waiting.added, waiting.gone)] }
    }

    /// Since when a subnet is looked at.
    #[must_use]
    pub fn looked_at_since(&self, segment: Subnet) -> Option<Timestamp> {
        self.segments.get(&segment).map(|segment| segment.since)
    }
}

/// On how many days after `last` somebody looked.
fn looked(days: &BTreeSet<Date>, last: Date) -> u32 {
    u32::try_from(days.iter().filter(|day| **day > last).count()).unwrap_or(u32::MAX)
}
