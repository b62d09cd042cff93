//! The networks of the simulated offices: which switch announces itself to which server on which port, what else stands
//! in their subnets, and what became of it over a fortnight. All of it out of `kabupaten.toml`.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::VERSION;
use patuh_protocol::digest::Digest;
use patuh_protocol::lan::{
    Adjacency, Capability, Discovery, Gateway, Identifier, IdentifierKind, Interface, Neighbour, Route,
};
use patuh_protocol::report::{Outcome, Reading, Report, Section};
use serde::Deserialize;

use crate::dress::mac;
use crate::plan::Host;

/// Where a server's cable leads.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cable {
    /// The switch, by the name it announces.
    pub(crate) switch: String,
    /// Its port.
    pub(crate) port: String,
    /// The VLAN of untagged frames there.
    pub(crate) vlan: Option<u16>,
    /// How many days ago the server came; it was always there when absent.
    pub(crate) came: Option<i64>,
    /// The port it is on in the last round.
    pub(crate) moves_to: Option<String>,
    /// Stations without an agent that it sees.
    #[serde(default)]
    pub(crate) stations: u8,
}

/// How many days the offices were looked at before the first round.
const DAYS: i64 = 13;
/// Minutes between the readings of a day: enough for what is seen to be believed.
const MINUTES: [i64; 4] = [0, 6, 12, 18];

/// How long the readings before the last round take.
pub(crate) const LAST_TAKES: SignedDuration = SignedDuration::from_mins(30);

/// What happens in which part of the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The days before the first round: everything as it was.
    Before,
    /// The last round: cables that are to move have moved.
    Last,
}

/// When `host` read its network in `part`, oldest first; nothing for a host of whose cable nothing is known.
pub(crate) fn readings(host: &Host, part: Part, now: Timestamp) -> Vec<Timestamp> {
    let Some(cable) = host.lan.as_ref().filter(|_| !host.quiet) else { return Vec::new() };
    let days: Vec<i64> = match part {
        Part::Before => (1..=cable.came.unwrap_or(DAYS)).rev().filter(|day| day % 3 == 1).collect(),
        Part::Last => vec![0],
    };
    let newest = MINUTES.last().copied().unwrap_or(0) + 2;
    let at = |(day, minute): (i64, i64)| {
        now - SignedDuration::from_hours(24 * day) - SignedDuration::from_mins(newest - minute)
    };
    days.into_iter().flat_map(|day| MINUTES.map(|minute| (day, minute))).map(at).collect()
}

/// What `host` read of its network at `at`, and nothing else.
pub(crate) fn report(host: &Host, part: Part, at: Timestamp) -> Report {
    Report {
        version: VERSION,
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: at,
        sections: sections(host, 1, part, at),
        gap: None,
        base: None,
    }
}

/// The sections of a host's network, where its cable is known.
pub(crate) fn sections(host: &Host, round: u32, part: Part, at: Timestamp) -> Vec<Section> {
    let Some(cable) = &host.lan else { return Vec::new() };
    let interface = interface(host, round);
    let name = interface.name.clone();
    let router = router(host, round);
    let section = |sensor: &str, reading| Section {
        sensor: sensor.to_owned(),
        took_us: 240,
        outcome: Outcome::Ok(reading),
    };
    vec![
        section("interfaces", Reading::Interfaces(vec![interface])),
        section("gateways", Reading::Gateways(vec![gateway(host, round, &name)])),
        section("routes", Reading::Routes(vec![route(&router, &name)])),
        section("neighbours", Reading::Neighbours(stations(host, cable, round, &name))),
        section("adjacencies", Reading::Adjacencies(vec![announced(host, cable, part, &name, at)])),
    ]
}

/// The server's one interface.
pub(crate) fn interface(host: &Host, round: u32) -> Interface {
    Interface {
        name: if host.machine.is_some() { "eno1" } else { "ens18" }.to_owned(),
        mac: Some(mac(host)),
        up: Some(true),
        speed_mbps: host.machine.is_some().then_some(1000),
        mtu: Some(1500),
        is_virtual: false,
        addresses: vec![host.address_in(round).to_owned()],
        ..Interface::default()
    }
}

/// The first three numbers of an IPv4 address.
pub(crate) fn network(ip: &str) -> &str {
    ip.rsplit_once('.').map_or(ip, |(network, _)| network)
}

fn router(host: &Host, round: u32) -> String {
    format!("{}.1", network(host.ip(round)))
}

/// The router of a subnet; each has a card of its own.
pub(crate) fn gateway(host: &Host, round: u32, interface: &str) -> Gateway {
    let third: u8 = network(host.ip(round)).rsplit('.').next().and_then(|it| it.parse().ok()).unwrap_or(0);
    Gateway {
        address: router(host, round),
        interface: interface.to_owned(),
        mac: Some(format!("b8:69:f4:20:{third:02x}:01")),
    }
}

fn route(router: &str, interface: &str) -> Route {
    Route {
        destination: "0.0.0.0/0".to_owned(),
        gateway: Some(router.to_owned()),
        interface: interface.to_owned(),
        origin: Some("static".to_owned()),
        ..Route::default()
    }
}

/// Computers of the office, by the address of their cards.
fn stations(host: &Host, cable: &Cable, round: u32, interface: &str) -> Vec<Neighbour> {
    let ip = host.ip(round);
    let third: u8 = network(ip).rsplit('.').next().and_then(|it| it.parse().ok()).unwrap_or(0);
    let station = |n: u8| Neighbour {
        address: format!("{}.{}", network(ip), 100 + u16::from(n)),
        mac: format!("3c:52:82:{third:02x}:00:{n:02x}"),
        interface: interface.to_owned(),
    };
    (1..=cable.stations).map(station).collect()
}

/// The switch at the other end of the cable, heard since the day before.
fn announced(host: &Host, cable: &Cable, part: Part, interface: &str, at: Timestamp) -> Adjacency {
    let moved = cable.moves_to.as_ref().filter(|_| part == Part::Last);
    let port = moved.unwrap_or(&cable.port).clone();
    let since = if moved.is_some() { SignedDuration::from_mins(12) } else { SignedDuration::from_hours(24) };
    let Digest([a, b, c, last, ..]) = Digest::of(format!("{}/{}", host.office, cable.switch).as_bytes());
    Adjacency {
        interface: interface.to_owned(),
        protocol: Discovery::Lldp,
        chassis: Identifier { kind: IdentifierKind::Mac, value: format!("00:1b:21:{a:02x}:{b:02x}:{c:02x}") },
        port: Identifier { kind: IdentifierKind::InterfaceName, value: port },
        system_name: Some(cable.switch.clone()),
        management: vec![format!("{}.{}", network(host.ip(1)), last % 9 + 2)],
        capabilities: vec![Capability::Bridge],
        pvid: cable.vlan,
        ttl: 120,
        since: Some(at - since),
        ..Adjacency::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        "2026-11-22T03:00:00Z".parse().unwrap()
    }

    fn host(name: &str) -> Host {
        crate::plan::hosts(40).unwrap().into_iter().find(|host| host.name == name).unwrap()
    }

    fn port(report: &Report) -> String {
        match report.reading("adjacencies") {
            Some(Reading::Adjacencies(all)) => all[0].port.value.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn readings_are_in_order_and_lie_behind_us() {
        for host in crate::plan::hosts(40).unwrap() {
            let before = readings(&host, Part::Before, at());
            let last = readings(&host, Part::Last, at());
            let all: Vec<_> = before.iter().chain(&last).copied().collect();
            assert!(all.is_sorted() && all.iter().all(|it| *it < at()), "{}", host.name);
            assert_eq!(before.is_empty(), last.is_empty(), "{}", host.name);
        }
    }

    #[test]
    fn two_servers_of_one_switch_hear_one_switch() {
        let report_of = |name: &str| report(&host(name), Part::Before, at());
        let chassis = |name: &str| match report_of(name).reading("adjacencies") {
            Some(Reading::Adjacencies(all)) => all[0].chassis.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(chassis("simrs"), chassis("simrs-db"));
        assert_ne!(chassis("simrs"), chassis("simpus"));
    }

    #[test]
    fn a_cable_moves_in_the_last_round_only() {
        let simrs = host("simrs");
        let (before, last) = (report(&simrs, Part::Before, at()), report(&simrs, Part::Last, at()));
        assert_ne!(port(&before), port(&last));
        assert_eq!(
            port(&report(&host("simrs-db"), Part::Last, at())),
            port(&report(&host("simrs-db"), Part::Before, at()))
        );
    }
}
