//! `interfaces`: the network interfaces with their addresses, as the kernel tells them (rtnetlink(7)); what it does
//! not tell there (speed, driver, whether there is hardware) from `/sys/class/net`.
//!
//! The loopback is left out. Bridges, bonds and the pairs of containers are kept and marked virtual.
//! Link-local IPv6 addresses are left out, since every interface has one, made from its own MAC; and temporary ones
//! (RFC 8981), which are others tomorrow.
//!
//! Where the kernel may not be asked, `/sys/class/net` alone tells, without kinds and without what belongs to what.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::lan::Interface;
use patuh_protocol::report::Reading;

use super::netlink::{self, Links, Mac};
use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::netlink::Table;
use crate::roots::{Failure, Roots};

pub(super) const NET: &str = "/sys/class/net";
/// How many interfaces are carried; each container of a host has one.
const MAX_INTERFACES: usize = 1024;
/// How many addresses of one interface are carried.
const MAX_ADDRESSES: usize = 256;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let mut interfaces = match Links::read(roots)? {
        Some(links) => of_kernel(roots, links)?,
        None => of_files(roots)?,
    };
    for interface in &mut interfaces {
        interface.addresses.retain(|address| !is_link_local(address));
        interface.addresses.sort();
        interface.addresses.truncate(MAX_ADDRESSES);
    }
    interfaces.truncate(MAX_INTERFACES);
    Ok(listed(interfaces, Reading::Interfaces))
}

fn of_kernel(roots: &Roots, links: Links) -> Result<Vec<Interface>, Failure> {
    let table = roots.table(Table::Addresses)?.unwrap_or_default();
    let mut addresses = netlink::addresses(&table, &links);
    let whole = |link: Interface| {
        // The two ends of a pair, and tunnels, name a speed that means nothing.
        let has_speed = !matches!(link.kind.as_deref(), Some("veth" | "tun"));
        Interface {
            speed_mbps: if has_speed { speed(roots, &link.name) } else { None },
            driver: if link.is_virtual { None } else { driver(roots, &link.name) },
            addresses: addresses.remove(&link.name).unwrap_or_default(),
            ..link
        }
    };
    Ok(links.into_interfaces().into_iter().map(whole).collect())
}

fn of_files(roots: &Roots) -> Result<Vec<Interface>, Failure> {
    let names = roots.list(NET)?.ok_or_else(|| Failure::malformed(NET, "tidak ada"))?;
    let mut addresses = roots.addresses()?;
    let devices = names.iter().filter(|name| *name != "lo" && roots.exists(format!("{NET}/{name}/ifindex")));
    Ok(devices.map(|name| of_file(roots, name, &mut addresses)).collect())
}

fn of_file(roots: &Roots, device: &str, addresses: &mut BTreeMap<String, Vec<String>>) -> Interface {
    let value = |file: &str| roots.value(format!("{NET}/{device}/{file}"));
    let addresses = addresses.remove(device).unwrap_or_default();
    Interface {
        name: name(device),
        mac: value("address").filter(|mac| Mac::parse(mac).is_some()),
        up: value("operstate").and_then(|state| up(&state, value("carrier").as_deref())),
        speed_mbps: speed(roots, device),
        mtu: value("mtu").and_then(|mtu| mtu.parse().ok()),
        is_virtual: !roots.exists(format!("{NET}/{device}/device")),
        driver: driver(roots, device),
        addresses: addresses.iter().map(|address| name(address)).collect(),
        ..Interface::default()
    }
}

/// -1 when there is no link.
fn speed(roots: &Roots, device: &str) -> Option<u32> {
    let speed = roots.value(format!("{NET}/{device}/speed"))?.parse().ok()?;
    Some(speed).filter(|speed| (1..u32::MAX).contains(speed))
}

fn driver(roots: &Roots, device: &str) -> Option<String> {
    let driver = roots.link(format!("{NET}/{device}/device/driver"))?;
    Some(name(&driver.file_name()?.to_string_lossy()))
}

/// The state of RFC 2863; drivers that do not keep it say `unknown`, and then the carrier tells.
fn up(state: &str, carrier: Option<&str>) -> Option<bool> {
    match (state, carrier) {
        ("up", _) | ("unknown", Some("1")) => Some(true),
        ("unknown", _) => None,
        _ => Some(false),
    }
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
        let host = fixture::host(&[("etc/hostname", "x")]);
        let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(failure.to_string(), "/sys/class/net: tidak ada", "no means to look is not nothing there");
    }

    #[test]
    fn states_and_addresses_are_judged() {
        for (state, carrier, is_up) in [
            ("up", None, Some(true)),
            ("down", None, Some(false)),
            ("lowerlayerdown", Some("0"), Some(false)),
            ("unknown", Some("1"), Some(true)),
            ("unknown", None, None),
        ] {
            assert_eq!(up(state, carrier), is_up, "{state} {carrier:?}");
        }
        assert!(
            is_link_local("fe80::1/64") && !is_link_local("fd00::1/64") && !is_link_local("169.254.0.1/16")
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = (is_link_local(&text), up(&text, None));
        }
    }
}
