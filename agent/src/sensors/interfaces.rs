//! `interfaces`: the network interfaces, from `/sys/class/net`, with their addresses from the kernel.
//!
//! The loopback is left out. Bridges, bonds and the pairs of containers are kept and marked virtual.
//! Link-local IPv6 addresses are left out: every interface has one, made from its own MAC.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::lan::Interface;
use patuh_protocol::report::Reading;

use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const NET: &str = "/sys/class/net";
/// How many interfaces are carried; each container of a host has one.
const MAX_INTERFACES: usize = 1024;
/// How many addresses of one interface are carried.
const MAX_ADDRESSES: usize = 256;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let names = roots.list(NET)?.unwrap_or_default();
    let mut addresses = roots.addresses()?;
    let devices = names.iter().filter(|name| *name != "lo" && roots.exists(format!("{NET}/{name}/ifindex")));
    let interfaces = devices.map(|name| interface(roots, name, &mut addresses));
    Ok(listed(interfaces.take(MAX_INTERFACES).collect(), Reading::Interfaces))
}

fn interface(roots: &Roots, device: &str, addresses: &mut BTreeMap<String, Vec<String>>) -> Interface {
    let value = |file: &str| roots.value(format!("{NET}/{device}/{file}"));
    let mut addresses = addresses.remove(device).unwrap_or_default();
    addresses.retain(|address| !is_link_local(address));
    addresses.sort();
    addresses.truncate(MAX_ADDRESSES);
    Interface {
        name: name(device),
        mac: value("address").filter(|mac| is_mac(mac)),
        up: value("operstate").and_then(|state| up(&state, value("carrier").as_deref())),
        // -1 when there is no link.
        speed_mbps: value("speed")
            .and_then(|speed| speed.parse().ok())
            .filter(|speed| (1..u32::MAX).contains(speed)),
        mtu: value("mtu").and_then(|mtu| mtu.parse().ok()),
        is_virtual: !roots.exists(format!("{NET}/{device}/device")),
        driver: roots
            .link(format!("{NET}/{device}/device/driver"))
            .and_then(|driver| driver.file_name().map(|driver| name(&driver.to_string_lossy()))),
        addresses: addresses.iter().map(|address| name(address)).collect(),
        ..Interface::default()
    }
}

/// The state of RFC 2863; drivers that do not keep it say `unknown`, and then the carrier tells.
fn up(state: &str, carrier: Option<&str>) -> Option<bool> {
    match (state, carrier) {
        ("up", _) | ("unknown", Some("1")) => Some(true),
        ("unknown", _) => None,
        _ => Some(false),
    }
}

/// Six hex pairs with colons, and not all zero.
pub(super) fn is_mac(mac: &str) -> bool {
    let pairs: Vec<&str> = mac.split(':').collect();
    let is_pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    pairs.len() == 6 && pairs.iter().all(is_pair) && pairs.iter().any(|pair| *pair != "00")
}

fn is_link_local(address: &str) -> bool {
    let bare = address.split('/').next().unwrap_or_default();
    bare.parse::<std::net::Ipv6Addr>().is_ok_and(|address| address.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[Interface]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::Interfaces), "{files:?}");
    }

    #[test]
    fn hardware_and_virtual_ones_are_told_apart() {
        check(
            &[
                ("sys/class/net/lo/ifindex", "1"),
                ("sys/class/net/bonding_masters", "bond0\n"),
                ("sys/class/net/eno1/ifindex", "2"),
                ("sys/class/net/eno1/address", "b8:2a:72:d1:00:01\n"),
                ("sys/class/net/eno1/operstate", "up\n"),
                ("sys/class/net/eno1/speed", "1000\n"),
                ("sys/class/net/eno1/mtu", "1500\n"),
                ("sys/class/net/eno1/device/vendor", "0x8086\n"),
                ("sys/class/net/eno1/device/driver", "-> ../../../../bus/pci/drivers/igb"),
                ("sys/class/net/tun0/ifindex", "3"),
                ("sys/class/net/tun0/address", "\n"),
                ("sys/class/net/tun0/operstate", "unknown\n"),
                ("sys/class/net/tun0/speed", "-1\n"),
                (
                    ".host/addresses.json",
                    r#"{"eno1": ["fe80::1/64", "10.1.0.9/24", "10.1.0.10/24"], "gone0": []}"#,
                ),
            ],
            &[
                Interface {
                    name: "eno1".into(),
                    mac: Some("b8:2a:72:d1:00:01".into()),
                    up: Some(true),
                    speed_mbps: Some(1000),
                    mtu: Some(1500),
                    is_virtual: false,
                    driver: Some("igb".into()),
                    addresses: vec!["10.1.0.10/24".into(), "10.1.0.9/24".into()],
                    ..Interface::default()
                },
                Interface { name: "tun0".into(), is_virtual: true, ..Interface::default() },
            ],
        );
        check(&[("sys/class/net/lo/ifindex", "1")], &[]);
        check(&[("etc/hostname", "x")], &[]);
    }

    #[test]
    fn states_macs_and_addresses_are_judged() {
        for (state, carrier, is_up) in [
            ("up", None, Some(true)),
            ("down", None, Some(false)),
            ("lowerlayerdown", Some("0"), Some(false)),
            ("unknown", Some("1"), Some(true)),
            ("unknown", None, None),
        ] {
            assert_eq!(up(state, carrier), is_up, "{state} {carrier:?}");
        }
        for (mac, good) in [
            ("b8:2a:72:d1:00:01", true),
            ("00:00:00:00:00:00", false),
            ("b8:2a:72:d1:00", false),
            ("80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0a:0b:0c", false),
            ("zz:2a:72:d1:00:01", false),
            ("", false),
        ] {
            assert_eq!(is_mac(mac), good, "{mac}");
        }
        assert!(
            is_link_local("fe80::1/64") && !is_link_local("fd00::1/64") && !is_link_local("169.254.0.1/16")
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = (is_mac(&text), is_link_local(&text), up(&text, None));
        }
    }
}
