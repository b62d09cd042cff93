//! Every kind of change in words.

use std::net::IpAddr;

use super::*;

fn agent(n: u8) -> AgentId {
    format!("{n:032x}").parse().unwrap()
}

fn id(kind: IdentifierKind, value: &str) -> Identifier {
    Identifier { kind, value: value.into() }
}

fn names() -> Names {
    let servers = BTreeMap::from([(agent(1), "simpeg".into()), (agent(2), "web`\u{202e}".into())]);
    let mut state = State::default();
    let mut device = crate::lan::state::Device { name: Some("SW-LT2".into()), ..Default::default() };
    let described = Port { description: Some("Port 7".into()), pvid: None };
    device.ports.insert(id(IdentifierKind::Mac, "00:1b:21:aa:00:17"), described);
    state.devices.insert(id(IdentifierKind::Mac, "00:1b:21:aa:00:07"), device);
    let router = crate::lan::state::Device { is_router: true, ..Default::default() };
    state.devices.insert(id(IdentifierKind::Local, "RTR"), router);
    Names::new(&servers, &state)
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn at(n: u8, text: &str) -> Fact {
    let (address, subnet) = crate::lan::Subnet::of_interface(text).unwrap();
    Fact::Address { agent: agent(n), address, subnet }
}

fn on(interface: &str, device: Identifier, port: Identifier) -> Fact {
    Fact::Adjacent { agent: agent(1), interface: interface.into(), device, port }
}

fn check(before: &[Fact], after: &[Fact], expected: &[&str]) {
    let set = |facts: &[Fact]| facts.iter().cloned().collect();
    assert_eq!(sentences(&Difference::between(&set(before), &set(after)), &names()), expected);
}

#[test]
fn addresses_gateways_and_routes() {
    check(&[], &[at(1, "10.1.0.9/24")], &["Server `simpeg`: alamat `10.1.0.9/24` mulai dipakai"]);
    check(
        &[at(1, "10.1.0.5/24")],
        &[at(2, "10.1.0.5/24")],
        &["Alamat `10.1.0.5/24` pindah dari server `simpeg` ke server `web'\u{fffd}`"],
    );
    check(
        &[at(1, "10.1.0.5/24"), at(1, "10.2.0.5/24")],
        &[at(1, "10.2.0.6/24"), at(1, "10.1.0.6/24")],
        &[
            "Server `simpeg`: alamat `10.1.0.5/24` diganti `10.1.0.6/24`",
            "Server `simpeg`: alamat `10.2.0.5/24` diganti `10.2.0.6/24`",
        ],
    );
    let leased = |subnet: &str| Fact::Leased { agent: agent(1), subnet: subnet.parse().unwrap() };
    check(
        &[leased("10.1.0.0/24")],
        &[leased("10.2.0.0/24")],
        &["Server `simpeg`: alamat DHCP kini di `10.2.0.0/24` (tadinya `10.1.0.0/24`)"],
    );
    let gateway = |n| Fact::Gateway { agent: agent(n), address: address("10.1.0.1") };
    check(&[gateway(1), gateway(2)], &[], &["Gateway `10.1.0.1` tidak dipakai lagi (tampak dari 2 server)"]);
    let route =
        |via: &str| Fact::Route { agent: agent(1), to: "10.0.0.0/8".parse().unwrap(), via: address(via) };
    check(
        &[route("10.1.0.2")],
        &[route("10.1.0.3")],
        &["Server `simpeg`: rute ke `10.0.0.0/8` kini lewat `10.1.0.3` (tadinya `10.1.0.2`)"],
    );
    check(&[], &[route("10.1.0.3")], &["Server `simpeg`: rute ke `10.0.0.0/8` lewat `10.1.0.3` ditambahkan"]);
}

#[test]
fn bridges_and_vlans() {
    let member = |master: &str| Fact::Member { agent: agent(1), master: master.into(), port: "eno2".into() };
    check(&[], &[member("br0")], &["Server `simpeg`: antarmuka `eno2` dimasukkan ke `br0`"]);
    check(&[member("br0")], &[], &["Server `simpeg`: antarmuka `eno2` dikeluarkan dari `br0`"]);
    check(
        &[member("br0")],
        &[member("br1")],
        &["Server `simpeg`: antarmuka `eno2` pindah dari `br0` ke `br1`"],
    );
    let vlan = |id| Fact::Vlan { agent: agent(1), parent: "eno1".into(), id };
    check(&[], &[vlan(45)], &["Server `simpeg`: VLAN 45 di `eno1` ditambahkan"]);
    check(&[vlan(45)], &[vlan(46)], &["Server `simpeg`: VLAN 45 di `eno1` diganti VLAN 46"]);
}

#[test]
fn cables() {
    let switch = || id(IdentifierKind::Mac, "00:1b:21:aa:00:07");
    let seven = || id(IdentifierKind::Mac, "00:1b:21:aa:00:17");
    let router = || id(IdentifierKind::Local, "RTR");
    check(&[], &[on("eno1", switch(), seven())], &["Switch `SW-LT2` port 7: server `simpeg` tersambung"]);
    let other = on("eno1", router(), id(IdentifierKind::InterfaceName, "ge-0/0/3"));
    check(
        &[on("eno1", switch(), seven())],
        &[other],
        &["Switch `SW-LT2` port 7: server `simpeg` pindah ke router `RTR` port ge-0/0/3"],
    );
    check(
        &[on("eno1", switch(), seven())],
        &[on("eno2", switch(), seven())],
        &["Switch `SW-LT2` port 7: server `simpeg` kini lewat antarmuka `eno2` (tadinya `eno1`)"],
    );
    let named = |port: &str| on("eno1", switch(), id(IdentifierKind::InterfaceName, port));
    check(
        &[named("port12b")],
        &[named("Port-Channel1")],
        &["Switch `SW-LT2` port12b: server `simpeg` pindah ke Port-Channel1"],
    );
    check(&[], &[named("Portal")], &["Switch `SW-LT2` port Portal: server `simpeg` tersambung"]);
    check(&[], &[named("Po1")], &["Switch `SW-LT2` port Po1: server `simpeg` tersambung"]);
}

#[test]
fn ports_have_names() {
    let check = |kind, value: &str, description: Option<&str>, expected: &str| {
        let port = Port { description: description.map(str::to_owned), pvid: None };
        assert_eq!(port_name(&id(kind, value), Some(&port)), expected);
    };
    check(IdentifierKind::InterfaceName, "Gi1/0/7", Some("uplink"), "Gi1/0/7");
    check(IdentifierKind::Mac, "00:1b:21:aa:00:17", Some("eth7"), "eth7");
    check(IdentifierKind::Mac, "00:1b:21:aa:00:17", None, "00:1b:21:aa:00:17");
    check(IdentifierKind::Local, "7", Some("lantai dua"), "7");
    check(IdentifierKind::Local, "0x17", Some("Port-17"), "17");
    check(IdentifierKind::InterfaceName, "port7", None, "7");
    check(IdentifierKind::InterfaceName, "Portal", None, "Portal");
    check(IdentifierKind::InterfaceName, "portß", None, "portß");
}

proptest::proptest! {
    /// Whatever is other is told, and what is told of two equal sets is nothing.
    #[test]
    fn a_difference_is_told(
        before in proptest::collection::btree_set((0_u8..3, 0_u8..3, 1_u8..5), 0..8),
        after in proptest::collection::btree_set((0_u8..3, 0_u8..3, 1_u8..5), 0..8),
    ) {
        let facts = |of: &BTreeSet<(u8, u8, u8)>| -> BTreeSet<Fact> {
            of.iter().map(|(n, net, host)| at(*n, &format!("10.1.{net}.{host}/24"))).collect()
        };
        let (before, after) = (facts(&before), facts(&after));
        let difference = Difference::between(&before, &after);
        proptest::prop_assert_eq!(difference.is_empty(), before == after);
        let mut made: BTreeSet<Fact> = before.difference(&difference.gone).cloned().collect();
        for (old, new) in &difference.moved {
            proptest::prop_assert!(made.remove(old));
            made.insert(new.clone());
        }
        made.extend(difference.added.iter().cloned());
        proptest::prop_assert_eq!(made, after);
        proptest::prop_assert_eq!(sentences(&difference, &names()).is_empty(), difference.is_empty());
    }
}
