//! What is a fact, and what is noise.

use patuh_protocol::lan::Discovery;

use super::*;

fn agent() -> AgentId {
    "00000000000000000000000000000001".parse().unwrap()
}

fn observe(sections: &[(&str, Reading)]) -> Observation {
    let heard = sections.iter().map(|(sensor, reading)| (*sensor, Heard::Read(reading)));
    Observation::new(agent(), Timestamp::UNIX_EPOCH, heard, None)
}

/// The facts without the agent, one a line.
fn facts(seen: &Observation) -> Vec<String> {
    let words = |fact: &Fact| match fact {
        Fact::Address { address, subnet, .. } => format!("address {address} in {subnet}"),
        Fact::Leased { subnet, .. } => format!("leased in {subnet}"),
        Fact::Gateway { address, .. } => format!("gateway {address}"),
        Fact::GatewayMac { address, mac, .. } => format!("gateway {address} {mac}"),
        Fact::Route { to, via, .. } => format!("route {to} {via}"),
        Fact::Member { master, port, .. } => format!("member {master} {port}"),
        Fact::Vlan { parent, id, .. } => format!("vlan {parent} {id}"),
        Fact::Adjacent { interface, device, port, .. } => {
            format!("{interface}: {} {}", device.value, port.value)
        }
        Fact::Host { segment, mac } => format!("host {mac} in {segment}"),
    };
    seen.facts.iter().map(words).collect()
}

fn check(sections: &[(&str, Reading)], expected: &[&str]) {
    assert_eq!(facts(&observe(sections)), expected);
}

/// Name, kind, master, parent, address; without hardware where there is a kind.
type Nic<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn interfaces(all: &[Nic<'_>]) -> (&'static str, Reading) {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let interface = |(name, kind, master, parent, address): &Nic<'_>| Interface {
        name: (*name).into(),
        kind: given(kind),
        master: given(master),
        parent: given(parent),
        is_virtual: !kind.is_empty(),
        vlan: (*kind == "vlan").then_some(45),
        addresses: given(address).into_iter().collect(),
        ..Interface::default()
    };
    ("interfaces", Reading::Interfaces(all.iter().map(interface).collect()))
}

#[test]
fn networks_inside_a_host_are_no_facts() {
    let all = [
        ("eno1", "", "", "", "10.1.0.9/24"),
        ("eno2", "", "", "", "fe80::1/64"),
        ("docker0", "bridge", "", "", "172.17.0.1/16"),
        ("veth12ab", "veth", "docker0", "", ""),
        ("virbr0", "bridge", "", "", "192.168.122.1/24"),
        ("wg0", "wireguard", "", "", "10.8.0.2/24"),
        ("dummy0", "dummy", "", "", "10.9.9.9/24"),
    ];
    check(&[interfaces(&all)], &["address 10.1.0.9 in 10.1.0.0/24"]);
}

#[test]
fn bonds_bridges_and_vlans_are() {
    let all = [
        ("eno1", "", "bond0", "", ""),
        ("eno2", "", "bond0", "", ""),
        ("bond0", "bond", "vmbr0", "", ""),
        ("vmbr0", "bridge", "", "", "10.1.0.9/24"),
        ("tap100i0", "tun", "vmbr0", "", ""),
        ("bond0.45", "vlan", "", "bond0", "10.1.45.9/24"),
    ];
    check(
        &[interfaces(&all)],
        &[
            "address 10.1.0.9 in 10.1.0.0/24",
            "address 10.1.45.9 in 10.1.45.0/24",
            "member bond0 eno1",
            "member bond0 eno2",
            "member vmbr0 bond0",
            "vlan bond0 45",
        ],
    );
}

/// `ovs-system` is the kernel's switch; `br0` the host's own port on it, `br-int` as well, for guests.
#[test]
fn ports_of_open_vswitch_lead_where_its_hardware_does() {
    let own = ("br0", "openvswitch", "ovs-system", "", "10.1.0.9/24");
    let system = ("ovs-system", "openvswitch", "", "", "");
    check(
        &[interfaces(&[("eno1", "", "ovs-system", "", ""), system, own])],
        &["address 10.1.0.9 in 10.1.0.0/24"],
    );
    check(
        &[interfaces(&[("eno1", "", "", "", "10.2.0.9/24"), system, own])],
        &["address 10.2.0.9 in 10.2.0.0/24"],
    );
}

/// As in a laboratory of network namespaces, or a container of its own address.
#[test]
fn where_there_is_no_hardware_pairs_lead_out() {
    let all = [("eth0", "veth", "br0", "", ""), ("br0", "bridge", "", "", "10.1.0.9/24")];
    check(&[interfaces(&all)], &["address 10.1.0.9 in 10.1.0.0/24", "member br0 eth0"]);
}

#[test]
fn an_older_agent_tells_no_kinds() {
    let old = |name: &str, is_virtual, address: &str| Interface {
        name: name.into(),
        is_virtual,
        addresses: vec![address.into()],
        ..Interface::default()
    };
    let all = vec![
        old("eno1", false, "10.1.0.9/24"),
        old("bond0", true, "10.2.0.9/24"),
        old("docker0", true, "172.17.0.1/16"),
        old("br-0123456789ab", true, "172.18.0.1/16"),
        old("br-lan", true, "10.3.0.9/24"),
        old("ovs-system", true, "10.4.0.9/24"),
        old("br-int", true, "10.5.0.9/24"),
    ];
    check(
        &[("interfaces", Reading::Interfaces(all))],
        &[
            "address 10.1.0.9 in 10.1.0.0/24",
            "address 10.2.0.9 in 10.2.0.0/24",
            "address 10.3.0.9 in 10.3.0.0/24",
        ],
    );
}

#[test]
fn a_lease_is_no_fixed_address() {
    let lease = Lease { interface: "eno1".into(), address: "10.1.0.9".into(), ..Lease::default() };
    let sections =
        [interfaces(&[("eno1", "", "", "", "10.1.0.9/24")]), ("leases", Reading::Leases(vec![lease]))];
    check(&sections, &["leased in 10.1.0.0/24"]);
    // The leases could not be read this time: it is still no fixed address.
    let view = observe(&sections).view;
    let [interfaces, _] = &sections;
    let heard = [("interfaces", Heard::Read(&interfaces.1)), ("leases", Heard::Failed("denied"))];
    let again = Observation::new(agent(), Timestamp::UNIX_EPOCH, heard, Some(&view));
    assert_eq!(facts(&again), ["leased in 10.1.0.0/24"]);
}

#[test]
fn neighbours_are_sifted() {
    let neighbour = |address: &str, mac: &str, interface: &str| Neighbour {
        address: address.into(),
        mac: mac.into(),
        interface: interface.into(),
    };
    let all = vec![
        neighbour("10.1.0.20", "3c:52:82:00:00:14", "eno1"),
        neighbour("10.1.0.21", "00:00:5e:00:01:0a", "eno1"),
        neighbour("10.1.0.22", "02:00:00:00:00:01", "eno1"),
        neighbour("10.1.0.23", "33:33:00:00:00:01", "eno1"),
        neighbour("fe80::1", "3c:52:82:00:00:15", "eno1"),
        neighbour("10.9.0.1", "3c:52:82:00:00:16", "eno1"),
        neighbour("172.17.0.2", "3c:52:82:00:00:17", "docker0"),
        neighbour("nonsense", "3c:52:82:00:00:18", "eno1"),
        neighbour("10.1.0.1", "3c:52:82:00:00:19", "eno1"),
    ];
    let gateway = Gateway { address: "10.1.0.1".into(), interface: "eno1".into(), mac: None };
    let sections = [
        interfaces(&[("eno1", "", "", "", "10.1.0.9/24"), ("docker0", "bridge", "", "", "172.17.0.1/16")]),
        ("gateways", Reading::Gateways(vec![gateway])),
        ("neighbours", Reading::Neighbours(all)),
    ];
    check(
        &sections,
        &["address 10.1.0.9 in 10.1.0.0/24", "gateway 10.1.0.1", "host 3c:52:82:00:00:14 in 10.1.0.0/24"],
    );
    assert_eq!(observe(&sections).view.anonymous.values().sum::<u32>(), 1);
}

#[test]
fn only_infrastructure_is_a_neighbour() {
    let heard = |name: &str, capabilities: &[Capability], ttl| Adjacency {
        interface: "eno1".into(),
        chassis: Identifier { kind: IdentifierKind::Mac, value: name.into() },
        port: Identifier { kind: IdentifierKind::Local, value: " 7 ".into() },
        capabilities: capabilities.to_vec(),
        ttl,
        ..Adjacency::default()
    };
    let cdp = Adjacency { protocol: Discovery::Cdp, ..heard("SW-CISCO", &[], 180) };
    let all = vec![
        heard("00-1B-21-AA-00-07", &[Capability::Bridge, Capability::Router], 120),
        heard("00:1b:21:aa:00:08", &[Capability::Bridge, Capability::Telephone], 120),
        heard("00:1b:21:aa:00:09", &[Capability::Station], 120),
        heard("00:1b:21:aa:00:0a", &[Capability::Bridge], 0),
        heard("", &[Capability::Bridge], 120),
        cdp,
    ];
    let sections = [interfaces(&[("eno1", "", "", "", "")]), ("adjacencies", Reading::Adjacencies(all))];
    check(&sections, &["eno1: 00:1b:21:aa:00:07 7", "eno1: SW-CISCO 7"]);
}

#[test]
fn routes_of_people_are_facts() {
    let route = |to: &str, via: Option<&str>, origin: &str, table| Route {
        destination: to.into(),
        gateway: via.map(str::to_owned),
        interface: "eno1".into(),
        origin: Some(origin.into()),
        table,
        ..Route::default()
    };
    let all = vec![
        route("10.0.0.0/8", Some("10.1.0.254"), "static", None),
        route("10.1.0.0/24", None, "kernel", None),
        route("0.0.0.0/0", Some("10.1.0.1"), "static", None),
        route("10.20.0.0/16", Some("10.1.0.253"), "bird", None),
        route("10.30.0.0/16", Some("10.1.0.253"), "static", Some(100)),
    ];
    let sections = [interfaces(&[("eno1", "", "", "", "")]), ("routes", Reading::Routes(all))];
    check(&sections, &["route 10.0.0.0/8 10.1.0.254"]);
}

#[test]
fn how_each_source_went_is_kept() {
    let nothing = Reading::Gateways(Vec::new());
    let heard = [
        ("adjacencies/lldpd", Heard::Failed("socket: permission denied")),
        ("adjacencies/networkd", Heard::Nothing),
        ("gateways", Heard::Nothing),
        ("routes", Heard::Read(&nothing)),
        ("memory", Heard::Nothing),
    ];
    let seen = Observation::new(agent(), Timestamp::UNIX_EPOCH, heard, None);
    let failed = |why: &str| Ran::Failed(why.to_owned());
    let expected = [
        (Source::Gateways, Ran::Nothing),
        (Source::Routes, Ran::Found),
        (Source::Adjacencies, failed("socket: permission denied")),
    ];
    assert_eq!(seen.sources, BTreeMap::from(expected));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_makes_it_panic(texts in proptest::collection::vec(".{0,20}", 12)) {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = texts.try_into().unwrap();
        let interface = Interface {
            name: a.clone(), mac: Some(b.clone()), addresses: vec![c.clone()], kind: Some(d.clone()),
            master: Some(e.clone()), parent: Some(f.clone()), ..Interface::default()
        };
        let gateway = Gateway { address: g.clone(), interface: a.clone(), mac: Some(h.clone()) };
        let route = Route { destination: i.clone(), gateway: Some(j.clone()), interface: a.clone(), ..Route::default() };
        let neighbour = Neighbour { address: g.clone(), mac: h.clone(), interface: a.clone() };
        let id = |value: &str| Identifier { kind: IdentifierKind::Mac, value: value.into() };
        let heard = Adjacency { interface: a.clone(), chassis: id(&k), port: id(&l), ttl: 9, ..Adjacency::default() };
        let entry = BridgeEntry { bridge: a.clone(), port: e, mac: h, vlan: None };
        let lease = Lease { interface: a, address: c, server: Some(g), routers: vec![j], ..Lease::default() };
        observe(&[
            ("interfaces", Reading::Interfaces(vec![interface])),
            ("gateways", Reading::Gateways(vec![gateway])),
            ("routes", Reading::Routes(vec![route])),
            ("neighbours", Reading::Neighbours(vec![neighbour])),
            ("adjacencies", Reading::Adjacencies(vec![heard])),
            ("bridge_entries", Reading::BridgeEntries(vec![entry])),
            ("leases", Reading::Leases(vec![lease])),
        ]);
    }
}

#[test]
fn what_was_not_read_is_not_seen_again() {
    let known = observe(&[interfaces(&[("eno1", "", "", "", "10.1.0.9/24")])]);
    assert_eq!(facts(&known), ["address 10.1.0.9 in 10.1.0.0/24"]);
    for heard in [Heard::Failed("lost"), Heard::Nothing] {
        let sections = [("interfaces", heard)];
        let later = Observation::new(agent(), Timestamp::UNIX_EPOCH, sections, Some(&known.view));
        assert_eq!(facts(&later), [""; 0]);
    }
}
