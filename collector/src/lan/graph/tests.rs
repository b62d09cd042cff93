//! Offices as their agents see them, and the graph that comes of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::lan::{
    Adjacency, BridgeEntry, Capability, Gateway, Identifier, IdentifierKind, Interface, Neighbour,
};
use patuh_protocol::report::Reading;

use super::*;
use crate::lan::{Heard, Observation, Windows};

fn agent(n: u8) -> AgentId {
    format!("{n:032x}").parse().unwrap()
}

/// What a server sees besides its own address.
#[derive(Clone, Default)]
struct Server {
    gateway: Option<(&'static str, &'static str)>,
    /// Switch, port, its management address.
    switches: Vec<(&'static str, &'static str, &'static str)>,
    neighbours: Vec<(&'static str, &'static str)>,
    /// MAC addresses behind a virtual port of its bridge.
    guests: Vec<&'static str>,
}

fn state(servers: &[(&'static str, Server)]) -> State {
    let mut state = State::default();
    for minute in [0, 10, 70, 140] {
        for (n, (address, server)) in (1..).zip(servers) {
            let readings = readings(n, address, server);
            let at = Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
            let heard = readings.iter().map(|(sensor, reading)| (*sensor, Heard::Read(reading)));
            state.observe(&Observation::new(agent(n), at, heard, None), &Windows::default());
        }
    }
    state
}

fn readings(n: u8, address: &str, server: &Server) -> Vec<(&'static str, Reading)> {
    let interface = |name: &str, kind: Option<&str>, master: Option<&str>| Interface {
        name: name.into(),
        mac: Some(format!("b8:2a:72:ff:00:{n:02x}")),
        is_virtual: kind.is_some(),
        kind: kind.map(str::to_owned),
        master: master.map(str::to_owned),
        ..Interface::default()
    };
    let mut bridge = interface("br0", Some("bridge"), None);
    bridge.addresses = vec![address.into()];
    let links =
        vec![bridge, interface("eno1", None, Some("br0")), interface("vnet0", Some("tun"), Some("br0"))];
    let name = |value: &str| Identifier { kind: IdentifierKind::Local, value: value.into() };
    let heard = server.switches.iter().map(|(switch, port, management)| Adjacency {
        interface: "eno1".into(),
        chassis: name(&format!("id-{switch}")),
        port: name(port),
        system_name: Some((*switch).into()),
        management: Some(*management)
            .filter(|address| !address.is_empty())
            .map(str::to_owned)
            .into_iter()
            .collect(),
        capabilities: vec![Capability::Bridge],
        ttl: 120,
        ..Adjacency::default()
    });
    let gateway = |(address, mac): (&str, &str)| Gateway {
        address: address.into(),
        interface: "br0".into(),
        mac: Some(mac.into()),
    };
    let neighbour = |(address, mac): &(&str, &str)| Neighbour {
        address: (*address).into(),
        mac: (*mac).into(),
        interface: "br0".into(),
    };
    let guest = |mac: &&str| BridgeEntry {
        bridge: "br0".into(),
        port: "vnet0".into(),
        mac: (*mac).into(),
        vlan: None,
    };
    vec![
        ("interfaces", Reading::Interfaces(links)),
        ("gateways", Reading::Gateways(server.gateway.into_iter().map(gateway).collect())),
        ("adjacencies", Reading::Adjacencies(heard.collect())),
        ("neighbours", Reading::Neighbours(server.neighbours.iter().map(neighbour).collect())),
        ("bridge_entries", Reading::BridgeEntries(server.guests.iter().map(guest).collect())),
    ]
}

fn graph(servers: &[(&'static str, Server)], declared: Vec<Declared>) -> Graph {
    let names = [(agent(1), "simpeg".to_owned()), (agent(2), "web".to_owned())];
    let office = Office { servers: BTreeMap::from(names), outside: "Intranet".into(), declared };
    Graph::new(&state(servers), &office)
}

/// The links of a graph: `upper[port] basis lower`, by the names of the ends.
fn check(servers: &[(&'static str, Server)], expected: &[&str]) -> Graph {
    let graph = graph(servers, Vec::new());
    let name = |id: &str| graph.nodes.get(id).map_or("?", |node| &node.name).to_owned();
    let port = |port: &Option<String>| port.as_ref().map(|port| format!("[{port}]")).unwrap_or_default();
    let mut links: Vec<String> = graph
        .links
        .iter()
        .map(|link| {
            format!("{}{} {:?} {}", name(&link.upper), port(&link.upper_port), link.basis, name(&link.lower))
        })
        .collect();
    links.sort();
    assert_eq!(links, expected);
    assert_eq!(graph.servers, servers.len());
    graph
}

const GATEWAY: Option<(&str, &str)> = Some(("10.1.0.1", "b8:2a:72:00:00:01"));

fn on(switch: &'static str, port: &'static str) -> Server {
    Server { gateway: GATEWAY, switches: vec![(switch, port, "")], ..Server::default() }
}

#[test]
fn switches_that_announce_themselves() {
    check(
        &[("10.1.0.9/24", on("SW-1", "7")), ("10.1.0.8/24", on("SW-2", "3"))],
        &[
            "Gateway Concluded SW-1",
            "Gateway Concluded SW-2",
            "Intranet Configured Gateway",
            "SW-1[7] Announced simpeg",
            "SW-2[3] Announced web",
        ],
    );
}

#[test]
fn a_switch_that_routes_is_the_gateway() {
    let mut server = on("RTR", "ge-0/0/7");
    server.switches = vec![("RTR", "ge-0/0/7", "10.1.0.1")];
    let graph =
        check(&[("10.1.0.9/24", server)], &["Intranet Configured RTR", "RTR[ge-0/0/7] Announced simpeg"]);
    assert!(graph.nodes.values().any(|node| node.name == "RTR" && node.role == Role::Router));
}

#[test]
fn two_servers_on_one_port_prove_a_switch_between() {
    let graph = check(
        &[("10.1.0.9/24", on("SW-1", "7")), ("10.1.0.8/24", on("SW-1", "7"))],
        &[
            "Gateway Concluded SW-1",
            "Intranet Configured Gateway",
            "SW-1[7] Concluded Switch tak terkelola?",
            "Switch tak terkelola? Concluded simpeg",
            "Switch tak terkelola? Concluded web",
        ],
    );
    assert_eq!(graph.conflicts, ["SW-1 port 7 didengar oleh 2 server"]);
}

#[test]
fn two_switches_on_one_interface_are_a_shared_segment() {
    let mut server = on("SW-1", "7");
    server.switches.push(("SW-2", "9", ""));
    check(
        &[("10.1.0.9/24", server)],
        &[
            "Gateway Concluded SW-1",
            "Gateway Concluded SW-2",
            "Intranet Configured Gateway",
            "SW-1[7] Concluded Switch tak terkelola?",
            "SW-2[9] Concluded Switch tak terkelola?",
            "Switch tak terkelola? Concluded simpeg",
        ],
    );
}

#[test]
fn without_announcements_things_hang_on_their_subnet() {
    let server = Server {
        gateway: GATEWAY,
        neighbours: vec![("10.1.0.20", "3c:52:82:00:00:14"), ("10.1.0.40", "02:11:22:33:44:55")],
        ..Server::default()
    };
    let graph = check(
        &[("10.1.0.9/24", server)],
        &[
            "Gateway Configured Segmen 10.1.0.0/24",
            "Intranet Configured Gateway",
            "Segmen 10.1.0.0/24 Configured simpeg",
            "Segmen 10.1.0.0/24 NeighbourTable 10.1.0.20",
        ],
    );
    let population = graph.subnets.values().next().cloned();
    assert_eq!(population, Some(Population { servers: 1, hosts: 1, anonymous: 1 }));
}

#[test]
fn guests_hang_on_the_server_that_runs_them() {
    let mut server = on("SW-1", "7");
    server.guests = vec!["52:54:00:00:00:31", "b8:2a:72:ff:00:02"];
    server.neighbours = vec![("10.1.0.31", "52:54:00:00:00:31")];
    check(
        &[("10.1.0.9/24", server), ("10.1.0.8/24", Server { gateway: GATEWAY, ..Server::default() })],
        &[
            "Gateway Concluded SW-1",
            "Intranet Configured Gateway",
            "SW-1[7] Announced simpeg",
            "simpeg BridgeTable 10.1.0.31",
            "simpeg BridgeTable web",
        ],
    );
}

#[test]
fn the_register_names_what_was_seen_and_adds_what_was_not() {
    let server = Server {
        gateway: GATEWAY,
        neighbours: vec![("10.1.0.20", "3c:52:82:00:00:14")],
        ..Server::default()
    };
    let declared = |id: &str, name: &str, role, address: &str| Declared {
        id: id.into(),
        name: name.into(),
        role,
        address: address.parse().ok(),
        mac: None,
    };
    let declared = vec![
        declared("1", "PC Bendahara", Role::Host, "10.1.0.20"),
        declared("2", "SW-LAMA", Role::Switch, "10.1.0.250"),
        declared("3", "Router BPKAD", Role::Router, "10.1.0.1"),
    ];
    let graph = graph(&[("10.1.0.9/24", server)], declared);
    let named: Vec<_> = graph
        .nodes
        .iter()
        .map(|(id, node)| (id.as_str(), node.name.as_str(), node.detail.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("aset:2", "SW-LAMA", "10.1.0.250"),
            ("gw:10.1.0.1", "Router BPKAD", "10.1.0.1"),
            ("host:3c:52:82:00:00:14", "PC Bendahara", "10.1.0.20"),
            ("net:10.1.0.0/24", "Segmen 10.1.0.0/24", "switch belum dikenali"),
            ("outside", "Intranet", "di luar kantor"),
            ("srv:00000000000000000000000000000001", "simpeg", "10.1.0.9"),
        ]
    );
}

#[test]
fn what_moved_came_and_went_is_marked() {
    let before = graph(&[("10.1.0.9/24", on("SW-1", "7")), ("10.1.0.8/24", on("SW-1", "8"))], Vec::new());
    let after = graph(&[("10.1.0.9/24", on("SW-1", "12"))], Vec::new());
    let both = Graph::compare(&before, &after);
    let marks: Vec<_> =
        both.nodes.values().filter_map(|node| Some((node.name.as_str(), node.mark?))).collect();
    assert_eq!(marks, [("simpeg", Mark::Moved), ("web", Mark::Gone)]);
    let links: Vec<_> =
        both.links.iter().filter_map(|link| Some((link.upper_port.as_deref()?, link.mark?))).collect();
    assert_eq!(links, [("12", Mark::Moved), ("7", Mark::Gone), ("8", Mark::Gone)]);
    assert_eq!(Graph::compare(&after, &after), after);
}
