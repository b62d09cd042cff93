//! Tables of hosts that no kernel at hand makes, and bytes that no kernel would send.

use std::collections::BTreeMap;
use std::path::Path;

use netlink_packet_route::link::State;
use patuh_protocol::lan::Interface;

use super::crafted::{Addresses, Entries, LinkOf, Links as Crafted, Neighbours, Routes};
use super::*;
use crate::roots::Roots;

fn check_link(describe: impl FnOnce(LinkOf) -> LinkOf, expected: Interface) {
    let table = Crafted::default().with(7, "x0", describe).link(2, "eno1").kind(3, "bond0", "bond").bytes();
    let links = Links::of(&table);
    let link = links.into_interfaces().into_iter().find(|link| link.name == "x0");
    assert_eq!(link, Some(Interface { name: "x0".into(), ..expected }));
}

#[test]
fn links_are_told_with_what_they_belong_to() {
    let some = |text: &str| Some(text.to_owned());
    check_link(
        |link| link.vlan(45, 3).mac("b8:2a:72:d1:00:01").mtu(1496).state(State::Up, true, 1).toggled(3),
        Interface {
            kind: some("vlan"),
            vlan: Some(45),
            parent: some("bond0"),
            mac: some("b8:2a:72:d1:00:01"),
            mtu: Some(1496),
            up: Some(true),
            carrier_changes: Some(3),
            ..Interface::default()
        },
    );
    check_link(
        |link| link.master(3).mac("b8:2a:72:d1:00:01").permanent("b8:2a:72:d1:00:02"),
        Interface {
            master: some("bond0"),
            mac: some("b8:2a:72:d1:00:01"),
            permanent_mac: some("b8:2a:72:d1:00:02"),
            ..Interface::default()
        },
    );
    check_link(
        |link| link.mac("b8:2a:72:d1:00:01").permanent("b8:2a:72:d1:00:01"),
        Interface { mac: some("b8:2a:72:d1:00:01"), ..Interface::default() },
    );
    // The number of its other end is one of another namespace: 2 is not eno1 there.
    check_link(
        |link| link.kind("macvlan").upon(2).elsewhere(4),
        Interface { kind: some("macvlan"), link_netns: Some(4), ..Interface::default() },
    );
    check_link(|link| link.kind("veth").upon(2), Interface { kind: some("veth"), ..Interface::default() });
    check_link(|link| link.master(99).upon(7), Interface::default());
}

#[test]
fn states_are_judged() {
    for (state, is_up, carrier, expected) in [
        (State::Up, true, 1, Some(true)),
        (State::Down, false, 1, Some(false)),
        (State::LowerLayerDown, true, 0, Some(false)),
        (State::Unknown, true, 1, Some(true)),
        (State::Unknown, true, 0, None),
        (State::Unknown, false, 1, Some(false)),
    ] {
        let up = Interface { up: expected, ..Interface::default() };
        check_link(|link| link.state(state, is_up, carrier), up);
    }
}

#[test]
fn the_loopback_has_no_name_and_a_vrf_no_ports() {
    let table =
        Crafted::default().with(1, "lo", LinkOf::loopback).kind(2, "tamu", "vrf").port(3, "eno1", 2).bytes();
    let links = Links::of(&table);
    assert_eq!((links.name(1), links.name(3), links.name(9)), (None, Some("eno1"), None));
    assert!(links.into_interfaces().iter().all(|link| link.master.is_none()));
}

#[test]
fn addresses_that_last_are_told() {
    let links = Links::of(&Crafted::default().link(2, "eno1").kind(3, "tun0", "tun").bytes());
    let table = Addresses::default()
        .add(2, "10.20.3.4/24")
        .flagged(2, "10.20.3.5/24", 0x01)
        .add(2, "fd00::4/64")
        .flagged(2, "fd00::aaaa/64", 0x01)
        .flagged(2, "fd00::bbbb/64", 0x40)
        .flagged(2, "fd00::cccc/64", 0x08)
        .add(2, "fe80::1/64")
        .peer(3, "10.8.0.2/32", "10.8.0.1")
        .add(9, "10.99.0.1/24")
        .bytes();
    let expected = [
        (
            "eno1".to_owned(),
            vec!["10.20.3.4/24".to_owned(), "10.20.3.5/24".to_owned(), "fd00::4/64".to_owned()],
        ),
        ("tun0".to_owned(), vec!["10.8.0.2/32".to_owned()]),
    ];
    assert_eq!(addresses(&table, &links), BTreeMap::from(expected));
}

#[test]
fn events_that_mean_nothing_are_none() {
    let address = "10.1.0.9".parse().unwrap();
    let mac = Mac::parse("b8:2a:72:d1:00:09").unwrap();
    let neighbour = |state| Neighbours::default().add("10.1.0.9", "b8:2a:72:d1:00:09", 2, state).bytes();
    let learnt =
        |bridge, state| Entries::default().add("b8:2a:72:d1:00:09", 3, bridge, None, state, 0).bytes();
    let mut gone = neighbour(0x02);
    gone[4] = 29;
    for (datagram, expected) in [
        (Crafted::default().link(2, "eno1").bytes(), vec![Event::Configured]),
        (Routes::default().add("10.0.0.0/8", None, 2, |route| route).bytes(), vec![Event::Configured]),
        (neighbour(0x02), vec![Event::Answered(address, mac)]),
        (neighbour(0x04), vec![Event::Answered(address, mac)]),
        (neighbour(0x20), vec![]),
        (gone, vec![]),
        (learnt(Some(4), 0x02), vec![Event::Learnt(mac)]),
        (learnt(Some(4), 0x80), vec![]),
        (learnt(None, 0x02), vec![]),
        (
            [neighbour(0x02), learnt(Some(4), 0x02)].concat(),
            vec![Event::Answered(address, mac), Event::Learnt(mac)],
        ),
    ] {
        assert_eq!(events(&datagram).collect::<Vec<_>>(), expected);
    }
}

/// The tables of fixture hosts that have what no kernel at hand makes: a bond with a VLAN upon it, and a bridge that
/// tells VLANs apart.
fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    [bonded(), bridged()].concat()
}

fn bonded() -> Vec<(&'static str, Vec<u8>)> {
    let mac = "90:1b:0e:b7:c3:d5";
    let port = |link: LinkOf| link.mac(mac).master(4).mtu(1500).state(State::Up, true, 1);
    let links = Crafted::default()
        .with(1, "lo", LinkOf::loopback)
        .with(2, "eno1", |link| port(link).permanent(mac).toggled(2))
        .with(3, "eno2", |link| port(link).permanent("90:1b:0e:b7:c3:d6").toggled(6))
        .with(4, "bond0", |link| link.kind("bond").mac(mac).mtu(1500).state(State::Up, true, 1).toggled(2))
        .with(5, "bond0.45", |link| link.vlan(45, 4).mac(mac).mtu(1500).state(State::Up, true, 1).toggled(2));
    let addresses = Addresses::default()
        .add(1, "127.0.0.1/8")
        .add(4, "10.20.6.12/24")
        .add(5, "10.20.45.12/24")
        .add(4, "fe80::921b:eff:feb7:c3d5/64")
        .flagged(4, "fd20:6::1c3a/64", 0x01);
    let routes = Routes::default()
        .add("0.0.0.0/0", Some("10.20.6.1"), 4, |route| route)
        .add("10.20.6.0/24", None, 4, |route| route.origin(2))
        .add("10.20.45.0/24", None, 5, |route| route.origin(2))
        .add("10.30.0.0/16", Some("10.20.45.254"), 5, |route| route.origin(4))
        .add("10.20.6.12/32", None, 4, |route| route.origin(2).kind(2).table(255))
        .add("fe80::/64", None, 4, |route| route.origin(2).metric(256));
    let neighbours = Neighbours::default()
        .add("10.20.6.1", "dc:2c:6e:10:00:01", 4, 0x02)
        .add("10.20.6.40", "a0:36:9f:11:22:40", 4, 0x04)
        .add("10.20.6.41", "a0:36:9f:11:22:41", 4, 0x20)
        .add("10.20.45.254", "00:00:5e:00:01:2d", 5, 0x02);
    vec![
        ("raid-two-nics/.host/netlink/links", links.bytes()),
        ("raid-two-nics/.host/netlink/addresses", addresses.bytes()),
        ("raid-two-nics/.host/netlink/routes", routes.bytes()),
        ("raid-two-nics/.host/netlink/neighbours", neighbours.bytes()),
        ("raid-two-nics/.host/netlink/bridges", Vec::new()),
    ]
}

fn bridged() -> Vec<(&'static str, Vec<u8>)> {
    let up = |link: LinkOf| link.mtu(1500).state(State::Up, true, 1);
    let own = "ac:1f:6b:7d:21:aa";
    let links = Crafted::default()
        .with(1, "lo", LinkOf::loopback)
        .with(2, "eno1", |link| up(link).mac(own).permanent(own).master(4).toggled(2))
        .with(3, "eno2", |link| {
            link.mac("ac:1f:6b:7d:21:ab").mtu(1500).state(State::Down, false, 0).toggled(1)
        })
        .with(4, "vmbr0", |link| up(link).kind("bridge").mac(own).toggled(4))
        .with(5, "tap100i0", |link| {
            link.kind("tun").mac("5a:01:02:03:04:05").mtu(1500).state(State::Unknown, true, 1).master(6)
        })
        .with(6, "fwbr100i0", |link| up(link).kind("bridge").mac("1e:9a:01:02:03:04"))
        .with(7, "fwpr100p0", |link| up(link).kind("veth").mac("4e:11:12:13:14:15").upon(8).master(4))
        .with(8, "fwln100i0", |link| up(link).kind("veth").mac("1a:6e:47:90:10:00").upon(7).master(6));
    let addresses = Addresses::default()
        .add(1, "127.0.0.1/8")
        .add(4, "10.10.0.11/24")
        .add(4, "fd10:10::11/64")
        .add(4, "fe80::ae1f:6bff:fe7d:21aa/64");
    let routes = Routes::default()
        .add("0.0.0.0/0", Some("10.10.0.1"), 4, |route| route)
        .add("10.10.0.0/24", None, 4, |route| route.origin(2))
        .add("::/0", Some("fd10:1010::1"), 4, |route| route.metric(1024))
        .add("fe80::/64", None, 4, |route| route.origin(2).metric(256));
    let neighbours = Neighbours::default()
        .add("10.10.0.20", "ac:1f:6b:7d:33:20", 4, 0x02)
        .add("10.10.0.1", "48:8f:5a:21:00:00", 4, 0x02)
        .add("10.10.0.12", "ac:1f:6b:7d:21:bb", 4, 0x04)
        .add("fe80::4a8f:5aff:fe21:0", "48:8f:5a:21:00:00", 4, 0x04);
    let bridges = Entries::default()
        .add("48:8f:5a:21:00:00", 2, Some(4), Some(1), 0x02, 0)
        .add("ac:1f:6b:7d:33:20", 2, Some(4), Some(1), 0x02, 0)
        .add("bc:24:11:5e:90:1a", 7, Some(4), Some(45), 0x02, 0)
        .add(own, 2, Some(4), Some(1), 0x80, 0)
        .add("bc:24:11:5e:90:1a", 5, Some(6), None, 0x02, 0)
        .add("01:80:c2:00:00:0e", 2, None, None, 0x80, 0x02);
    vec![
        ("proxmox-host/.host/netlink/links", links.bytes()),
        ("proxmox-host/.host/netlink/addresses", addresses.bytes()),
        ("proxmox-host/.host/netlink/routes", routes.bytes()),
        ("proxmox-host/.host/netlink/neighbours", neighbours.bytes()),
        ("proxmox-host/.host/netlink/bridges", bridges.bytes()),
    ]
}

fn hosts() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/hosts")
}

#[test]
fn the_fixture_hosts_have_the_tables_that_are_described_here() {
    for (path, bytes) in fixtures() {
        let told = "when this is meant: cargo test -p patuh-agent --lib -- --ignored write_fixture_tables";
        assert!(std::fs::read(hosts().join(path)).ok() == Some(bytes), "{path} is another; {told}");
    }
}

#[test]
#[ignore = "writes the fixtures anew"]
fn write_fixture_tables() {
    for (path, bytes) in fixtures() {
        let path = hosts().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        crate::roots::fixture::lay(&path, &bytes);
    }
}

/// Every link of this host, and the loopback of a bare namespace: whatever the kernel says is read.
#[test]
fn this_host_is_read() {
    let links = Links::read(&Roots::live()).unwrap().unwrap();
    assert!(links.into_interfaces().iter().all(|link| link.name != "lo" && link.mtu.is_some()));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(kind in 16_u16..32, body: Vec<u8>, tail: Vec<u8>) {
        let length = u32::try_from(16 + body.len()).unwrap();
        let mut table = length.to_ne_bytes().to_vec();
        table.extend(kind.to_ne_bytes());
        table.resize(16, 0);
        table.extend(&body);
        table.resize(table.len().next_multiple_of(4), 0);
        table.extend(&tail);
        let links = Links::of(&table);
        let _ = (addresses(&table, &links), routes(&table, &links), events(&table).count());
        let _ = (neighbours(&table, &links), entries(&table, &links));
    }

    /// A sound table with a byte changed, or cut short.
    #[test]
    fn no_near_miss_makes_it_panic(which in 0_usize..10, at in 0_usize..2000, byte: u8, cut in 0_usize..2000) {
        let (_, mut table) = fixtures().swap_remove(which);
        if let Some(place) = table.get_mut(at) {
            *place = byte;
        }
        table.truncate(cut.max(1));
        let links = Links::of(&table);
        let _ = (addresses(&table, &links), routes(&table, &links), events(&table).count());
        let _ = (neighbours(&table, &links), entries(&table, &links));
    }
}
