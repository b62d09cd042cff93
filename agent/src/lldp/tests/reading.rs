//! What a frame says.

use patuh_protocol::lan::{Adjacency, Capability, Discovery, Identifier, IdentifierKind};

use super::{NEAREST_BRIDGE, cdp, cdp_payload, edp, ethernet, lldp, snap};
use crate::lldp::{frames, read};

fn id(kind: IdentifierKind, value: &str) -> Identifier {
    Identifier { kind, value: value.into() }
}

fn check(frame: &[u8], expected: Option<&Adjacency>) {
    assert_eq!(read(frame).as_ref(), expected, "{frame:02x?}");
}

/// As lldpd 1.0.16 sent it and systemd-networkd 252 kept it.
#[test]
fn a_real_switch_is_understood() {
    let kept = frames(include_bytes!("../samples/networkd.bin"));
    assert_eq!(kept.len(), 1);
    check(
        kept[0],
        Some(&Adjacency {
            chassis: id(IdentifierKind::Mac, "00:1b:21:aa:00:07"),
            port: id(IdentifierKind::InterfaceName, "p9"),
            port_description: Some("p9".into()),
            system_name: Some("SW-LT2-DINKES".into()),
            system_description: Some("Lab switch, Indonesian office sample".into()),
            management: vec!["10.99.0.2".into(), "fe80::21b:21ff:feaa:7".into()],
            capabilities: vec![Capability::Bridge, Capability::Router],
            ttl: 20,
            ..Adjacency::default()
        }),
    );
}

const CHASSIS: (u8, &[u8]) = (1, &[4, 0x00, 0x1b, 0x21, 0xaa, 0x00, 0x07]);
const PORT: (u8, &[u8]) = (2, b"\x05Gi1/0/7");
const TTL: (u8, &[u8]) = (3, &[0, 120]);

fn plain() -> Adjacency {
    Adjacency {
        chassis: id(IdentifierKind::Mac, "00:1b:21:aa:00:07"),
        port: id(IdentifierKind::InterfaceName, "Gi1/0/7"),
        ttl: 120,
        ..Adjacency::default()
    }
}

#[test]
fn every_kind_of_name_is_written_in_one_way() {
    for (chassis, expected) in [
        (b"\x01unit 1\0\0".as_slice(), id(IdentifierKind::ChassisComponent, "unit 1")),
        (b"\x02uplink", id(IdentifierKind::InterfaceAlias, "uplink")),
        (b"\x03slot", id(IdentifierKind::PortComponent, "slot")),
        (b"\x04\xaa\xbb\xcc\x00\x01\x02", id(IdentifierKind::Mac, "aa:bb:cc:00:01:02")),
        (b"\x05\x01\x0a\x01\x00\x01", id(IdentifierKind::Address, "10.1.0.1")),
        (b"\x05\x02\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", id(IdentifierKind::Address, "fd00::1")),
        (b"\x05\x06\x0a\x01", id(IdentifierKind::Address, "06:0a:01")),
        (b"\x06eth0", id(IdentifierKind::InterfaceName, "eth0")),
        (b"\x07SW-LT2", id(IdentifierKind::Local, "SW-LT2")),
        (b"\x07\xff\x00\x01", id(IdentifierKind::Local, "ff:00:01")),
        (b"\x07\x1b[31m", id(IdentifierKind::Local, "1b:5b:33:31:6d")),
        (b"\x63x", id(IdentifierKind::Local, "x")),
    ] {
        check(&lldp(&[(1, chassis), PORT, TTL]), Some(&Adjacency { chassis: expected, ..plain() }));
    }
    for (port, expected) in [
        (b"\x03\xaa\xbb\xcc\x00\x01\x02".as_slice(), id(IdentifierKind::Mac, "aa:bb:cc:00:01:02")),
        (b"\x06\x00\x04\x01", id(IdentifierKind::CircuitId, "00:04:01")),
        (b"\x077", id(IdentifierKind::Local, "7")),
    ] {
        check(&lldp(&[CHASSIS, (2, port), TTL]), Some(&Adjacency { port: expected, ..plain() }));
    }
}

#[test]
fn what_is_said_besides_is_taken_and_what_is_strange_passed_over() {
    let told: &[(u8, &[u8])] = &[
        (4, b" lantai 2 \0"),
        (5, b"SW-LT2\x1b"),
        (6, b"Cisco IOS\r\nVersion 15\n"),
        (7, &[0, 0xff, 0, 0x24]),
        (8, &[5, 1, 10, 1, 0, 1, 2, 0, 0, 0, 1, 0]),
        (8, &[5, 1, 10, 0, 0, 1, 2, 0, 0, 0, 1, 0]),
        (8, &[7, 6, 0, 0x1b, 0x21, 0xaa, 0, 7, 2, 0, 0, 0, 1, 0]),
        (127, &[0x00, 0x80, 0xc2, 1, 0, 45]),
        (127, &[0x00, 0x80, 0xc2, 1, 0, 0]),
        (127, &[0x00, 0x12, 0x0f, 1, 3, 0, 0, 0, 0]),
        (9, b"reserved"),
        (0, &[]),
        (5, b"behind the end"),
    ];
    let expected = Adjacency {
        port_description: Some("lantai 2".into()),
        system_name: Some("SW-LT2\u{fffd}".into()),
        system_description: Some("Cisco IOS Version 15".into()),
        capabilities: vec![Capability::Bridge, Capability::Telephone],
        management: vec!["10.0.0.1".into(), "10.1.0.1".into()],
        pvid: Some(45),
        ..plain()
    };
    let whole = lldp(&[&[CHASSIS, PORT, TTL], told].concat());
    check(&whole, Some(&expected));
    // With a VLAN's tag left on it.
    let mut tagged = whole.clone();
    tagged.splice(12..12, [0x81, 0x00, 0x00, 0x00]);
    check(&tagged, Some(&expected));
    // Cut short after what must be there.
    check(whole.get(..14 + 9 + 10 + 4 + 3).unwrap(), Some(&plain()));
    check(&lldp(&[CHASSIS, PORT, (3, &[0, 0])]), Some(&Adjacency { ttl: 0, ..plain() }));
}

#[test]
fn what_is_no_announcement_is_left() {
    for frame in [
        lldp(&[PORT, CHASSIS, TTL]),
        lldp(&[CHASSIS, TTL, PORT]),
        lldp(&[CHASSIS, PORT]),
        lldp(&[CHASSIS, PORT, (3, &[1])]),
        lldp(&[(1, &[4]), PORT, TTL]),
        lldp(&[(1, &[]), PORT, TTL]),
        lldp(&[CHASSIS, (2, &[7, 0, 0]), TTL]),
        lldp(&[]),
        ethernet(NEAREST_BRIDGE, 0x0800, &[0x45]),
        ethernet([0x02, 0, 0, 0, 0, 1], 0x88cc, lldp(&[CHASSIS, PORT, TTL]).get(14..).unwrap()),
        vec![],
        vec![0x01; 13],
    ] {
        check(&frame, None);
    }
}

/// Two addresses, of which one is not IP's.
const ADDRESSES: &[u8] =
    &[0, 0, 0, 3, 1, 1, 0xcc, 0, 4, 10, 1, 0, 2, 1, 1, 0x81, 0, 4, 1, 1, 1, 1, 1, 1, 0xcc, 0, 4, 10, 1, 0, 1];

#[test]
fn cdp_and_its_copy_are_understood() {
    let fields: &[(u16, &[u8])] = &[
        (0x01, b"SW-LT2.dinkes"),
        (0x02, ADDRESSES),
        (0x03, b"GigabitEthernet1/0/7"),
        (0x04, &[0, 0, 0, 0x19]),
        (0x05, b"Cisco IOS Software\nVersion 15.2\n"),
        (0x06, b"cisco WS-C2960X"),
        (0x0a, &[0, 45]),
        (0x1f, b"?"),
    ];
    let heard = Adjacency {
        protocol: Discovery::Cdp,
        chassis: id(IdentifierKind::Local, "SW-LT2.dinkes"),
        port: id(IdentifierKind::InterfaceName, "GigabitEthernet1/0/7"),
        system_name: Some("SW-LT2.dinkes".into()),
        system_description: Some("cisco WS-C2960X, Cisco IOS Software Version 15.2".into()),
        management: vec!["10.1.0.1".into(), "10.1.0.2".into()],
        capabilities: vec![Capability::Bridge, Capability::Router],
        pvid: Some(45),
        ttl: 180,
        ..Adjacency::default()
    };
    check(&cdp(fields), Some(&heard));
    let copy = snap([0x01, 0xe0, 0x52, 0xcc, 0xcc, 0xcc], [0x00, 0xe0, 0x52], 0x2000, &cdp_payload(fields));
    check(&copy, Some(&Adjacency { protocol: Discovery::Fdp, ..heard }));
    let six =
        [&[0, 0, 0, 1, 2, 8, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd, 0, 16, 0xfd], [0; 14].as_slice(), &[1]]
            .concat();
    let names: [(u16, &[u8]); 5] =
        [(0x01, b"X"), (0x03, b"p1"), (0x14, b"sw-x"), (0x16, &six), (0x04, &[0, 0, 0, 0x90])];
    check(
        &cdp(&names),
        Some(&Adjacency {
            protocol: Discovery::Cdp,
            chassis: id(IdentifierKind::Local, "X"),
            port: id(IdentifierKind::InterfaceName, "p1"),
            system_name: Some("sw-x".into()),
            management: vec!["fd00::1".into()],
            capabilities: vec![Capability::Telephone],
            ttl: 180,
            ..Adjacency::default()
        }),
    );
    check(&cdp(&[(0x01, b"X")]), None);
    check(&cdp(&[]), None);
}

#[test]
fn edp_is_understood() {
    let info: &[u8] = &[0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 7, 6, 4, 99, 0xff, 0xff];
    check(
        &edp(&[(1, b"SW-GUDANG\0"), (2, info), (0, &[]), (1, b"no")]),
        Some(&Adjacency {
            protocol: Discovery::Edp,
            chassis: id(IdentifierKind::Mac, "00:04:96:05:44:6f"),
            port: id(IdentifierKind::InterfaceName, "1/4"),
            system_name: Some("SW-GUDANG".into()),
            system_description: Some("ExtremeXOS 7.6.4.99".into()),
            ttl: 180,
            ..Adjacency::default()
        }),
    );
    // The VLANs come in a frame of their own.
    check(&edp(&[(5, &[0; 12])]), None);
    check(&edp(&[(2, &[0, 0, 0])]), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, kind in 0_u8..=127, wide: u16) {
        let _ = read(&bytes);
        let value = bytes.get(..bytes.len().min(255)).unwrap();
        let _ = read(&lldp(&[(1, value), (2, value), (3, value), (kind, value)]));
        let _ = read(&cdp(&[(0x01, b"x"), (0x03, b"y"), (wide, &bytes), (0x02, &bytes), (0x16, &bytes)]));
        let _ = read(&edp(&[(kind, &bytes), (2, &bytes), (1, &bytes)]));
        let mut cut = ethernet(NEAREST_BRIDGE, 0x88cc, &bytes);
        let _ = read(&cut);
        cut.truncate(usize::from(kind));
        let _ = read(&cut);
    }

    #[test]
    fn nothing_that_is_carried_is_long_or_steers_a_terminal(value in proptest::collection::vec(0_u8.., 1..255)) {
        let heard = read(&lldp(&[(1, &[b"\x07", value.get(..value.len().min(254)).unwrap()].concat()), PORT, TTL, (4, &value), (5, &value), (6, &value)]));
        let texts = heard.iter().flat_map(|it| {
            [Some(&it.chassis.value), it.port_description.as_ref(), it.system_name.as_ref(), it.system_description.as_ref()]
        });
        for text in texts.flatten() {
            proptest::prop_assert!(text.chars().count() <= 512 && !text.chars().any(char::is_control), "{text:?}");
        }
    }
}
