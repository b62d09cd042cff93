//! Offices in a few lines: what agents see at which minute, and what is told.

mod churn;
mod hosts;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::AgentId;
use patuh_protocol::lan::{Adjacency, Capability, Gateway, Identifier, IdentifierKind, Interface, Neighbour};
use patuh_protocol::report::Reading;

use super::*;
use crate::lan::change::{ChangeSet, What};
use crate::lan::difference::Difference;
use crate::lan::observation::Heard;
use crate::lan::words::{Names, note, sentences};

pub(super) fn agent(n: u8) -> AgentId {
    format!("{n:032x}").parse().unwrap()
}

pub(super) fn minute(minute: i64) -> Timestamp {
    "2026-11-02T01:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

/// What one server sees.
#[derive(Clone, Default)]
pub(super) struct Sight {
    pub(super) addresses: Vec<&'static str>,
    pub(super) is_down: bool,
    pub(super) gateway: Option<(&'static str, &'static str)>,
    /// Interface, switch, port.
    pub(super) switches: Vec<(&'static str, &'static str)>,
    pub(super) neighbours: Vec<(String, String)>,
    pub(super) carrier_changes: u32,
    pub(super) failed: Vec<&'static str>,
}

pub(super) fn sight(address: &'static str) -> Sight {
    Sight { addresses: vec![address], gateway: Some(("10.1.0.1", "b8:2a:72:00:00:01")), ..Sight::default() }
}

impl Sight {
    fn switch(mut self, name: &'static str, port: &'static str) -> Self {
        self.switches.push((name, port));
        self
    }

    fn gateway(self, address: &'static str, mac: &'static str) -> Self {
        Self { gateway: Some((address, mac)), ..self }
    }

    fn failed(self, sensors: &[&'static str]) -> Self {
        Self { failed: sensors.to_vec(), ..self }
    }

    fn readings(&self, n: u8) -> Vec<(&'static str, Reading)> {
        let interface = Interface {
            name: "eno1".into(),
            mac: Some(format!("b8:2a:72:ff:00:{n:02x}")),
            up: Some(!self.is_down),
            addresses: self.addresses.iter().map(|&address| address.into()).collect(),
            carrier_changes: Some(self.carrier_changes),
            ..Interface::default()
        };
        let gateways = self.gateway.iter().map(|(address, mac)| Gateway {
            address: (*address).into(),
            interface: "eno1".into(),
            mac: Some((*mac).into()),
        });
        let heard = self.switches.iter().map(|(name, port)| Adjacency {
            interface: "eno1".into(),
            chassis: Identifier { kind: IdentifierKind::Local, value: format!("id-{name}") },
            port: Identifier { kind: IdentifierKind::InterfaceName, value: format!("port {port}") },
            system_name: Some((*name).into()),
            capabilities: vec![Capability::Bridge],
            ttl: 120,
            ..Adjacency::default()
        });
        let neighbours = self.neighbours.iter().map(|(address, mac)| Neighbour {
            address: address.clone(),
            mac: mac.clone(),
            interface: "eno1".into(),
        });
        vec![
            ("interfaces", Reading::Interfaces(vec![interface])),
            ("gateways", Reading::Gateways(gateways.collect())),
            ("adjacencies", Reading::Adjacencies(heard.collect())),
            ("neighbours", Reading::Neighbours(neighbours.collect())),
        ]
    }
}

/// An office under observation.
pub(super) struct Office {
    pub(super) state: State,
    pub(super) windows: Windows,
    pub(super) events: Vec<Event>,
}

impl Office {
    pub(super) fn new() -> Self {
        Self { state: State::default(), windows: Windows::default(), events: Vec::new() }
    }

    pub(super) fn see(&mut self, n: u8, at: Timestamp, sight: &Sight) {
        let readings = sight.readings(n);
        let heard = readings.iter().map(|(sensor, reading)| {
            let failed = sight.failed.contains(sensor);
            (*sensor, if failed { Heard::Failed("denied") } else { Heard::Read(reading) })
        });
        let known = self.state.agents.get(&agent(n)).map(|witness| witness.view.clone());
        let seen = Observation::new(agent(n), at, heard, known.as_ref());
        self.events.extend(self.state.observe(&seen, &self.windows));
        // What is kept is what goes on: a projection can be stored at any time.
        let stored = serde_json::to_string(&self.state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), self.state);
    }

    /// What was told since the last call, in words; what was there at the first look counts as nothing.
    fn told(&mut self) -> Vec<String> {
        let servers = BTreeMap::from([(agent(1), "simpeg".to_owned()), (agent(2), "web".to_owned())]);
        let names = Names::new(&servers, &self.state);
        let mut told = Vec::new();
        for event in std::mem::take(&mut self.events) {
            let set = match event.what {
                What::Note(it) => {
                    told.push(note(&it, &names));
                    continue;
                }
                What::Hosts { added, gone } => Difference { added, gone, ..Difference::default() },
                What::Change(change) => {
                    let set = ChangeSet { changes: vec![change], ..ChangeSet::default() };
                    if !set.is_to_be_reported() {
                        continue;
                    }
                    set.difference()
                }
            };
            told.extend(sentences(&set, &names));
        }
        told
    }
}

/// Two hours of quiet with `before`, then the sights at their minutes: what is told.
fn check(before: &Sight, then: &[(i64, Sight)], expected: &[&str]) {
    let mut office = Office::new();
    for at in [0, 10, 20, 110] {
        office.see(1, minute(at), before);
    }
    assert_eq!(office.told(), Vec::<String>::new());
    assert_eq!(office.state.believed().count(), office.state.facts.len());
    for (at, sight) in then {
        office.see(1, minute(120 + at), sight);
    }
    assert_eq!(office.told(), expected);
}

#[test]
fn a_cable_that_moves_is_one_change() {
    let before = sight("10.1.0.9/24").switch("SW-LT2", "7");
    let after = sight("10.1.0.9/24").switch("SW-LT2", "12");
    let moved = ["Switch `SW-LT2` port 7: server `simpeg` pindah ke port 12"];
    check(&before, &[(0, after.clone()), (6, after.clone())], &moved);
    // It was out for a while, and nobody looked for long.
    let out = Sight { is_down: true, switches: vec![], ..before.clone() };
    check(&before, &[(0, out.clone()), (30, out.clone()), (60, after.clone()), (120, after.clone())], &moved);
    // Back where it was.
    check(&before, &[(0, out.clone()), (5, before.clone()), (50, before.clone())], &[]);
    let other = sight("10.1.0.9/24").switch("SW-LT3", "1");
    check(
        &before,
        &[(0, other.clone()), (6, other)],
        &["Switch `SW-LT2` port 7: server `simpeg` pindah ke switch `SW-LT3` port 1"],
    );
}

#[test]
fn a_switch_is_given_up_after_its_window() {
    let before = sight("10.1.0.9/24").switch("SW-LT2", "7");
    let silent = sight("10.1.0.9/24");
    let gone = ["Switch `SW-LT2` port 7: server `simpeg` tidak lagi tersambung"];
    check(&before, &[(0, silent.clone()), (14, silent.clone())], &[]);
    check(&before, &[(0, silent.clone()), (15, silent.clone())], &gone);
    let down = Sight { is_down: true, ..silent.clone() };
    check(&before, &[(0, down.clone()), (23 * 60, down.clone())], &[]);
    check(&before, &[(0, down.clone()), (24 * 60, down.clone())], &gone);
    // The link came up again: the switch may need its minutes.
    check(&before, &[(0, down.clone()), (600, silent.clone()), (610, silent.clone())], &[]);
    // Nobody listened.
    let deaf = silent.failed(&["adjacencies"]);
    check(&before, &[(0, deaf.clone()), (600, deaf)], &[]);
}

#[test]
fn configuration_needs_two_readings() {
    let before = sight("10.1.0.9/24");
    let renumbered = sight("10.1.0.10/24");
    check(&before, &[(0, renumbered.clone())], &[]);
    check(
        &before,
        &[(0, renumbered.clone()), (1, renumbered.clone())],
        &["Server `simpeg`: alamat `10.1.0.9/24` diganti `10.1.0.10/24`"],
    );
    check(&before, &[(0, renumbered.clone()), (1, before.clone()), (2, before.clone())], &[]);
    let two = Sight { addresses: vec!["10.1.0.9/24", "10.2.0.9/24"], ..before.clone() };
    check(
        &before,
        &[(0, two.clone()), (1, two.clone())],
        &["Server `simpeg`: alamat `10.2.0.9/24` mulai dipakai"],
    );
    check(
        &two,
        &[(0, before.clone()), (1, before.clone())],
        &["Server `simpeg`: alamat `10.2.0.9/24` tidak dipakai lagi"],
    );
    let blind = Sight { addresses: vec![], ..before.clone() }.failed(&["interfaces"]);
    check(&before, &[(0, blind.clone()), (10, blind)], &[]);
}

#[test]
fn a_gateway_changes_its_address_or_its_device() {
    let before = sight("10.1.0.9/24");
    let address = sight("10.1.0.9/24").gateway("10.1.0.254", "b8:2a:72:00:00:fe");
    check(
        &before,
        &[(0, address.clone()), (5, address.clone()), (15, address.clone())],
        &["Gateway `10.1.0.1` diganti `10.1.0.254` (tampak dari server `simpeg`)"],
    );
    let device = sight("10.1.0.9/24").gateway("10.1.0.1", "b8:2a:72:00:00:fe");
    check(
        &before,
        &[(0, device.clone()), (5, device.clone()), (10, device.clone())],
        &[
            "Gateway `10.1.0.1`: perangkatnya diganti, MAC `b8:2a:72:00:00:01` menjadi `b8:2a:72:00:00:fe` (tampak dari server `simpeg`)",
        ],
    );
    // The kernel forgets a MAC address all the time.
    let forgotten = Sight { gateway: None, ..before.clone() };
    check(&before, &[(0, forgotten.failed(&["gateways"])), (5, before.clone())], &[]);
    let turns: Vec<_> =
        (0..8).map(|n| (n * 5, if n % 2 == 0 { device.clone() } else { before.clone() })).collect();
    check(
        &before,
        &turns,
        &[
            "Gateway `10.1.0.1` dijawab bergantian oleh dua perangkat: `b8:2a:72:00:00:01` dan `b8:2a:72:00:00:fe`",
        ],
    );
}

#[test]
fn a_loose_cable_is_told_once_and_is_no_change() {
    let up = sight("10.1.0.9/24").switch("SW-LT2", "7");
    let down = Sight { is_down: true, ..up.clone() };
    let flaps: Vec<_> =
        (0..12).map(|n| (n * 2, if n % 2 == 0 { down.clone() } else { up.clone() })).collect();
    let flaps: Vec<_> = flaps
        .into_iter()
        .zip(1..)
        .map(|((at, sight), n)| (at, Sight { carrier_changes: n, ..sight }))
        .collect();
    check(&up, &flaps, &["Server `simpeg`: sambungan `eno1` putus-sambung 3 kali dalam 24 jam"]);
    let counted = Sight { carrier_changes: 5, ..up.clone() };
    check(&up, &[(0, counted)], &["Server `simpeg`: sambungan `eno1` putus-sambung 5 kali dalam 24 jam"]);
}

#[test]
fn what_a_new_agent_sees_is_no_change_of_the_lan() {
    let mut office = Office::new();
    for at in [0, 10, 200, 210] {
        office.see(1, minute(at), &sight("10.1.0.9/24"));
    }
    let core = office.state.core();
    for at in [220, 230] {
        office.see(2, minute(at), &sight("10.1.0.8/24").switch("SW-LT2", "3"));
    }
    assert_eq!(office.told(), Vec::<String>::new());
    assert!(office.state.core().is_superset(&core) && office.state.core() != core);
    let gone = office.state.forget(&agent(2), minute(300));
    assert_eq!((gone.len(), office.state.core()), (3, core));
}

#[test]
fn a_report_that_comes_late_takes_nothing_away() {
    let mut office = Office::new();
    for at in [0, 10, 200] {
        office.see(1, minute(at), &sight("10.1.0.9/24").switch("SW-LT2", "7"));
    }
    let before = office.state.core();
    for at in [50, 51, 100, 150] {
        office.see(1, minute(at), &sight("10.1.0.7/24"));
    }
    office.see(1, minute(210), &sight("10.1.0.9/24").switch("SW-LT2", "7"));
    assert_eq!((office.state.core(), office.told()), (before, Vec::new()));
}

#[test]
fn changes_of_a_quarter_of_an_hour_are_one_report() {
    let mut office = Office::new();
    let (one, two) = (sight("10.1.0.9/24").switch("SW-LT2", "7"), sight("10.1.0.8/24").switch("SW-LT2", "8"));
    for at in [0, 20, 110] {
        office.see(1, minute(at), &one);
        office.see(2, minute(at), &two);
    }
    office.events.clear();
    for at in [120, 126, 132] {
        office.see(
            1,
            minute(at),
            &sight("10.1.0.9/24").switch("SW-LT2", "17").gateway("10.1.0.2", "b8:2a:72:00:00:01"),
        );
        office.see(
            2,
            minute(at + 3),
            &sight("10.1.0.8/24").switch("SW-LT2", "18").gateway("10.1.0.2", "b8:2a:72:00:00:01"),
        );
    }
    let sets = crate::lan::sets(&office.events, office.windows.change_set);
    let names =
        Names::new(&BTreeMap::from([(agent(1), "simpeg".into()), (agent(2), "web".into())]), &office.state);
    let words: Vec<_> = sets.iter().map(|set| sentences(&set.reported(), &names)).collect();
    assert_eq!(
        words,
        [vec![
            "Gateway `10.1.0.1` diganti `10.1.0.2` (tampak dari 2 server)",
            "Switch `SW-LT2` port 7: server `simpeg` pindah ke port 17",
            "Switch `SW-LT2` port 8: server `web` pindah ke port 18",
        ]]
    );
}

/// A router was replaced after the two alternated for a while: the old one is let go after thirty days.
#[test]
fn a_router_that_left_its_pair_is_let_go() {
    let (one, other) = (sight("10.1.0.9/24"), sight("10.1.0.9/24").gateway("10.1.0.1", "b8:2a:72:00:00:fe"));
    let mut office = Office::new();
    for at in 0..20 {
        office.see(1, minute(at * 5), if at % 2 == 0 { &one } else { &other });
    }
    let macs = |office: &Office| {
        office.state.believed().filter(|(fact, _)| matches!(fact, Fact::GatewayMac { .. })).count()
    };
    assert_eq!(macs(&office), 2);
    for day in 1..=32 {
        office.see(1, minute(day * 1440), &other);
    }
    assert_eq!(macs(&office), 1);
    assert_eq!(
        office.told().last().map(String::as_str),
        Some(
            "Gateway `10.1.0.1`: perangkat dengan MAC `b8:2a:72:00:00:01` tidak menjawab lagi (tampak dari server `simpeg`)",
        )
    );
}
