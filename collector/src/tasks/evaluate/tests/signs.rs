//! What speaks for the place of a server.

use std::collections::BTreeMap;

use patuh_compliance::estate::{Location, SignKind};
use patuh_protocol::id::Code;
use patuh_protocol::inventory::{Guest, Machine};
use patuh_protocol::lan::{Adjacency, Capability, Gateway, Identifier, IdentifierKind};

use super::*;
use crate::ipplan::Arrival;
use crate::lan::{Heard, Observation, State, Windows};
use crate::tasks::evaluate::signs::Witnesses;

const UUID: &str = "a3f1c2de-5b70-4a4e-9c0d-6d1f0e8b7a21";

/// The configuration of the other tests, with switches, gateways, and what somebody found.
fn registered(found: &str) -> Config {
    let text = CONFIG
        .replace(
            "hosts = [\"cadangan.contoh.go.id\"]",
            "hosts = [\"cadangan.contoh.go.id\"]\nswitches = [\"00:1B:21:AA:00:07\"]\ngateways = [\"10.10.0.1\"]",
        )
        .replace(
            "networks = [\"10.20.1.0/24\", \"172.16.0.0/12\"]",
            "networks = [\"10.20.1.0/24\"]\ngateways = [\"3C-52-82-00-00-01\"]",
        );
    Config::parse("collector.toml", &format!("{text}\n{found}")).unwrap()
}

/// A LAN in which the server hears this switch and uses this gateway.
fn state(switch: Option<&str>, gateway: Gateway) -> BTreeMap<Code, State> {
    let mut state = State::default();
    let heard = |switch: &str| Adjacency {
        interface: "eno1".into(),
        chassis: Identifier { kind: IdentifierKind::Mac, value: switch.into() },
        port: Identifier { kind: IdentifierKind::InterfaceName, value: "7".into() },
        system_name: Some("SW-7".into()),
        capabilities: vec![Capability::Bridge],
        ttl: 120,
        ..Adjacency::default()
    };
    let readings = [
        ("adjacencies", Reading::Adjacencies(switch.map(heard).into_iter().collect())),
        ("gateways", Reading::Gateways(vec![gateway])),
    ];
    for minute in [0, 10, 20, 30] {
        let at = time("2026-11-22T01:00:00Z") + SignedDuration::from_mins(minute);
        let heard = readings.iter().map(|(sensor, reading)| (*sensor, Heard::Read(reading)));
        state.observe(&Observation::new(row().agent, at, heard, None), &Windows::default());
    }
    BTreeMap::from([("dinkes".parse().unwrap(), state)])
}

fn gateway(address: &str, mac: Option<&str>) -> Gateway {
    Gateway { address: address.into(), interface: "eno1".into(), mac: mac.map(str::to_owned) }
}

/// A server that its address speaks for.
fn standing(agent: u8, site: Option<&str>) -> estate::Server {
    let observation = site.map(|site| format!("alamatnya dalam jaringan {site}"));
    estate::Server {
        id: AgentId::of_key(&[agent; 32]).to_string(),
        name: format!("srv{agent}"),
        location: Location { observed: site.map(str::to_owned), observation, ..Location::default() },
        ..estate::Server::default()
    }
}

#[track_caller]
fn check(
    config: &Config,
    states: &BTreeMap<Code, State>,
    source: Option<&str>,
    address: Option<&str>,
    expected: &[(SignKind, Option<&str>)],
) -> Location {
    let at = time("2026-11-22T02:00:00Z");
    let agent = row().agent;
    let arrival = |source: &str| {
        let address = source.parse().unwrap();
        (agent.clone(), Arrival { agent: agent.clone(), address, first_at: at, last_at: at })
    };
    let arrivals = source.map(arrival).into_iter().collect();
    let mut servers = [standing(1, address)];
    Witnesses::new(config, states, &arrivals, &Sections::new()).hear(&mut servers);
    let [server] = servers;
    let signs: Vec<_> = server.location.signs.iter().map(|sign| (sign.kind, sign.site.as_deref())).collect();
    assert_eq!(signs, expected);
    server.location
}

#[test]
fn signs_are_gathered_the_strongest_first() {
    use SignKind::{Address, Gateway as Router, Source, Switch};
    let (config, here) = (registered(""), Some("pusat-data"));
    let known = state(Some("00:1b:21:aa:00:07"), gateway("10.10.0.1", None));
    let location = check(
        &config,
        &known,
        Some("10.10.0.5"),
        here,
        &[(Switch, here), (Router, here), (Address, here), (Source, here)],
    );
    assert_eq!(location.observation.as_deref(), Some("switch `SW-7` milik Pusat Data"));
    let stranger = state(Some("00:1b:21:aa:00:99"), gateway("10.20.1.1", Some("3c:52:82:00:00:01")));
    let location =
        check(&config, &stranger, Some("127.0.0.1"), None, &[(Switch, None), (Router, Some("dinkes"))]);
    assert_eq!(
        location.observed.as_deref(),
        Some("dinkes"),
        "a switch that nobody registered is at no place"
    );
    let none = super::config();
    check(&none, &stranger, None, here, &[(Address, here)]);
}

#[test]
fn what_was_found_last_counts() {
    let agent = row().agent;
    let found = |on: &str, site: &str| {
        format!(
            "[[found]]\nserver = \"{agent}\"\nsite = \"{site}\"\non = \"{on}\"\nby = \"Budi\"\nevidence = \"foto\"\n"
        )
    };
    let text = format!("{}{}", found("2026-11-20", "pusat-data"), found("2026-10-01", "dinkes"));
    let location = check(&registered(&text), &BTreeMap::new(), None, None, &[]);
    assert_eq!(location.found.map(|found| found.site).as_deref(), Some("pusat-data"));
    let unknown = CONFIG.to_owned() + &found("2026-11-20", "di-mana");
    let faults = Config::parse("collector.toml", &unknown).unwrap_err().to_string();
    assert!(faults.contains("lokasi \"di-mana\" tidak terdaftar"), "{faults}");
}

#[test]
fn a_guest_stands_where_its_host_does() {
    let machine = Machine { uuid: Some(UUID.into()), guest_of: Some("kvm".into()), ..Machine::default() };
    let guest =
        Guest { manager: "proxmox".into(), id: "100".into(), uuid: Some(UUID.into()), ..Guest::default() };
    let sections = Sections::from([
        (AgentId::of_key(&[1; 32]), vec![read("machine", Reading::Machine(Box::new(machine)))]),
        (AgentId::of_key(&[3; 32]), vec![read("guests/proxmox", Reading::Guests(vec![guest]))]),
    ]);
    let (config, none, nobody) = (registered(""), BTreeMap::new(), BTreeMap::new());
    let mut servers = [standing(1, None), standing(3, Some("pusat-data"))];
    Witnesses::new(&config, &none, &nobody, &sections).hear(&mut servers);
    let location = &servers[0].location;
    assert_eq!(location.observation.as_deref(), Some("mesin virtual pada `srv3` di Pusat Data"));
    assert_eq!(location.signs[0].kind, SignKind::Hypervisor);
}
