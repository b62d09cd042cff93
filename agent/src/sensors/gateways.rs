//! `gateways`: the default gateways, from the kernel's routing tables (`/proc/net/route`,
//! `/proc/net/ipv6_route`), with their MAC out of the ARP table.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use patuh_protocol::lan::{Gateway, Neighbour};
use patuh_protocol::report::Reading;

use super::{Settings, listed, neighbours};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// `RTF_UP` and `RTF_GATEWAY` of linux/route.h.
const UP_BY_GATEWAY: u32 = 0x3;
/// How many gateways are carried.
const MAX_GATEWAYS: usize = 64;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let four = roots.text("/proc/net/route")?.unwrap_or_default();
    let six = roots.text("/proc/net/ipv6_route")?.unwrap_or_default();
    // Without the ARP table a gateway is still a gateway.
    let table = neighbours::table(roots).unwrap_or_default();
    let mut routes: Vec<Route> =
        four.lines().filter_map(route).chain(six.lines().filter_map(route6)).collect();
    routes.sort();
    let mut gateways: Vec<Gateway> = Vec::new();
    for route in routes {
        let gateway = route.gateway(&table);
        if !gateways.contains(&gateway) && gateways.len() < MAX_GATEWAYS {
            gateways.push(gateway);
        }
    }
    Ok(listed(gateways, Reading::Gateways))
}

/// A default route: the preferred one sorts first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    is_six: bool,
    metric: u32,
    interface: String,
    address: String,
}

impl Route {
    fn gateway(self, table: &[Neighbour]) -> Gateway {
        let known = table.iter().find(|n| n.address == self.address && n.interface == self.interface);
        Gateway {
            mac: known.map(|neighbour| neighbour.mac.clone()),
            address: self.address,
            interface: self.interface,
        }
    }
}

/// `eth0 00000000 010200C0 0003 0 0 100 00000000 0 0 0`: addresses as the machine's own integers.
fn route(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [interface, destination, gateway, flags, _, _, metric, mask, ..] = fields.as_slice() else {
        return None;
    };
    let hex = |field: &str| u32::from_str_radix(field, 16).ok();
    let is_default =
        hex(destination)? == 0 && hex(mask)? == 0 && hex(flags)? & UP_BY_GATEWAY == UP_BY_GATEWAY;
    let address = Ipv4Addr::from(hex(gateway)?.to_ne_bytes()).to_string();
    let metric = metric.parse().ok()?;
    is_default.then(|| Route { is_six: false, metric, interface: name(interface), address })
}

/// Destination, its prefix length, source, its prefix length, gateway, metric, uses, flags, interface; all
/// hexadecimal, addresses in network order.
fn route6(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [destination, length, _, _, gateway, metric, _, _, flags, interface] = fields.as_slice() else {
        return None;
    };
    let hex = |field: &str| u32::from_str_radix(field, 16).ok();
    let is_default = u128::from_str_radix(destination, 16).ok()? == 0
        && hex(length)? == 0
        && hex(flags)? & UP_BY_GATEWAY == UP_BY_GATEWAY;
    let address = Ipv6Addr::from(u128::from_str_radix(gateway, 16).ok()?).to_string();
    let metric = hex(metric)?;
    is_default.then(|| Route { is_six: true, metric, interface: name(interface), address })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(four: &str, six: &str, expected: &[(&str, &str, Option<&str>)]) {
        let head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
        let arp =
            "IP address HW type Flags HW address Mask Device\n10.1.0.1 0x1 0x2 b8:2a:72:d1:00:01 * eno1\n";
        let host = fixture::host(&[
            ("proc/net/route", format!("{head}{four}")),
            ("proc/net/ipv6_route", six.to_owned()),
            ("proc/net/arp", arp.to_owned()),
        ]);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let expected = expected.iter().map(|(address, interface, mac)| Gateway {
            address: (*address).into(),
            interface: (*interface).into(),
            mac: mac.map(str::to_owned),
        });
        assert_eq!(read, listed(expected.collect(), Reading::Gateways), "{four}{six}");
    }

    #[test]
    fn default_routes_by_a_gateway_count() {
        check(
            "eno2\t00000000\t0102010A\t0003\t0\t0\t200\t00000000\t0\t0\t0\n\
             eno1\t00000000\t0100010A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
             eno1\t00000000\t0100010A\t0003\t0\t0\t150\t00000000\t0\t0\t0\n\
             eno1\t0000010A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n\
             ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n\
             rubbish\n",
            &format!(
                "{0} 00 {0} 00 fd000000000000000000000000000001 00000400 2 0 00000003 eno1\n\
             {0} 00 {0} 00 {0} ffffffff 1 0 00200200 lo\n",
                "0".repeat(32)
            ),
            &[
                ("10.1.0.1", "eno1", Some("b8:2a:72:d1:00:01")),
                ("10.1.2.1", "eno2", None),
                ("fd00::1", "eno1", None),
            ],
        );
        check("", "", &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(fields in proptest::collection::vec("[0-9a-fA-F]{0,34}|.{0,5}", 0..12)) {
            let _ = (route(&fields.join("\t")), route6(&fields.join(" ")));
        }
    }
}
