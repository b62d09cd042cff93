//! `<state>/watch.json`: what was told of the network, so that only what is new is told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::report::Section;
use serde::{Deserialize, Serialize};

use super::Pace;
use super::allowance::Allowance;
use super::facts::{Facts, is_host_mac};
use crate::durable;
use crate::sensors::Event;

const FILE: &str = "watch.json";
/// The most hosts that are remembered; those that were not seen for the longest time go first.
const MAX_HOSTS: usize = 4096;
/// For how many days a host is remembered: as long as the collector does.
const REMEMBERED: i64 = 30;
/// The most pairs of a gateway's address and MAC address.
const MAX_GATEWAYS: usize = 64;

/// What was told, and what is to be told again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// The configuration, by sensor.
    core: BTreeMap<String, Digest>,
    /// Who answered for a gateway's address. Two routers that take turns are both in it.
    gateways: BTreeSet<(String, String)>,
    /// Everybody who was seen, by MAC address.
    hosts: BTreeMap<String, Seen>,
    /// When the last change is told again.
    again: Vec<Timestamp>,
    /// When new hosts were last told.
    hosts_told: Option<Timestamp>,
    allowance: Allowance,
    /// When to look once more at what had to wait.
    #[serde(skip)]
    later: Option<Timestamp>,
}

/// When a host was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// The last day, counted from 1970.
    day: i64,
    /// Whether it was told as a host of its own.
    told: bool,
}

/// What is to be done about what the sensors read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is told: why.
    Tell(&'static str),
    /// It is as it was, or must wait.
    Keep,
}

impl Memory {
    /// What was kept in the state directory. When nothing readable is there, all is told once more.
    pub(crate) fn load(state: &Path) -> Self {
        let bytes = durable::read(&state.join(FILE)).ok().flatten();
        let kept: Self = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        // It may have changed while nobody watched.
        Self { later: Some(Timestamp::UNIX_EPOCH), ..kept }
    }

    /// Keeps it, as far as that can be done: without it all is told once more.
    pub(crate) fn save(&self, state: &Path) {
        let Ok(json) = serde_json::to_vec(self) else { return };
        if let Err(error) = durable::write(&state.join(FILE), &json) {
            tracing::warn!(%error, "what was told of the network is not remembered");
        }
    }

    /// What is to be done about `sections`, which hold what the network's sensors read.
    pub(crate) fn judge(&mut self, sections: &[Section], now: Timestamp, pace: &Pace) -> Verdict {
        let facts = Facts::of(sections);
        // Whatever comes of this look: it was the one that was waited for.
        let is_again = self.again.first().is_some_and(|again| *again <= now);
        self.again.retain(|again| *again > now);
        self.later = None;
        let (why, when) = if self.is_changed(&facts) {
            ("a change", self.allowance.next(now))
        } else if is_again {
            ("the same still", now)
        } else if self.newcomers(&facts).next().is_some() {
            ("a new host", self.hosts_told.map_or(now, |told| (told + pace.hosts).min(now + pace.hosts)))
        } else {
            return Verdict::Keep;
        };
        if when <= now {
            return Verdict::Tell(why);
        }
        self.later = Some(when);
        Verdict::Keep
    }

    /// Takes in that `sections` are told: because something changed, or because the schedule says so.
    pub(crate) fn told(&mut self, sections: &[Section], now: Timestamp, pace: &Pace) {
        let facts = Facts::of(sections);
        // A clock that was set back does not make it wait for a year.
        let longest = now + pace.again.iter().max().copied().unwrap_or(SignedDuration::ZERO);
        self.again.retain(|again| *again > now && *again <= longest);
        self.later = None;
        if self.is_changed(&facts) {
            self.allowance.take(now);
            self.again = pace.again.iter().map(|after| now + *after).collect();
        }
        if self.newcomers(&facts).next().is_some() {
            self.hosts_told = Some(now);
        }
        for (mac, _) in facts.hosts.iter().filter(|(_, is_host)| **is_host) {
            self.hosts.insert(mac.clone(), Seen { day: day(now), told: true });
        }
        self.core.extend(facts.core.clone());
        self.gateways.extend(facts.gateways.clone());
        while self.gateways.len() > MAX_GATEWAYS {
            self.gateways.pop_first();
        }
        self.see(&facts, now);
    }

    /// Takes in who was seen, told or not; whether that is worth keeping.
    pub(crate) fn seen(&mut self, sections: &[Section], now: Timestamp) -> bool {
        let facts = Facts::of(sections);
        self.see(&facts, now)
    }

    fn see(&mut self, facts: &Facts, now: Timestamp) -> bool {
        let today = day(now);
        let mut is_new = false;
        // Those who are hosts are in it once they are told.
        for (mac, is_host) in &facts.hosts {
            match self.hosts.get_mut(mac) {
                Some(seen) => {
                    is_new |= seen.day != today;
                    seen.day = today;
                }
                None if !is_host => {
                    is_new = true;
                    self.hosts.insert(mac.clone(), Seen { day: today, told: false });
                }
                None => {}
            }
        }
        self.hosts.retain(|_, seen| (today - seen.day).abs() <= REMEMBERED);
        while self.hosts.len() > MAX_HOSTS {
            let oldest = self.hosts.iter().min_by_key(|(_, seen)| seen.day).map(|(mac, _)| mac.clone());
            oldest.and_then(|mac| self.hosts.remove(&mac));
        }
        is_new
    }

    /// When to look again at what waits, by itself.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.again.first().copied().into_iter().chain(self.later).min()
    }

    /// Whether what the kernel says may be new. What is known is passed over without a look: the kernel asks each
    /// host again and again whether it is still there.
    pub(crate) fn may_be_news(&self, event: &Event) -> bool {
        let told = |mac: &str| self.hosts.get(mac).map(|seen| seen.told);
        match event {
            Event::Configured => true,
            Event::Answered(address, mac) => {
                let (address, text) = (address.to_string(), mac.to_string());
                let is_gateway = self.gateways.iter().any(|(known, _)| *known == address);
                let is_host = is_host_mac(*mac) && told(&text) != Some(true);
                is_host || (is_gateway && !self.gateways.contains(&(address, text)))
            }
            Event::Learnt(mac) => is_host_mac(*mac) && told(&mac.to_string()).is_none(),
        }
    }

    fn is_changed(&self, facts: &Facts) -> bool {
        let is_other = |(sensor, digest): (&String, &Digest)| self.core.get(sensor) != Some(digest);
        facts.core.iter().any(is_other) || !facts.gateways.is_subset(&self.gateways)
    }

    fn newcomers<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = &'a String> {
        let is_known = |mac: &String| self.hosts.get(mac).is_some_and(|seen| seen.told);
        facts.hosts.iter().filter(move |(mac, is_host)| **is_host && !is_known(mac)).map(|(mac, _)| mac)
    }
}

/// The day of `at`, counted from 1970 in UTC.
fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}
