//! `gateways`: the default gateways of the main routing table, the preferred one first, with their MAC out of the
//! neighbour table.

use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::lan::{Gateway, Neighbour, Route};
use patuh_protocol::report::Reading;

use super::netlink::Place;
use super::{Settings, listed, neighbours, routes};
use crate::roots::{Failure, Roots};

/// How many gateways are carried.
const MAX_GATEWAYS: usize = 64;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let (mut routes, places) = routes::table(roots)?;
    routes.retain(|route| {
        let is_way_out = places.get(&route.interface) != Place::Inside;
        route.is_default() && route.table.is_none() && route.gateway.is_some() && is_way_out
    });
    routes.sort_by_key(preference);
    // Without the neighbour table a gateway is still a gateway.
    let (table, _) = neighbours::table(roots).unwrap_or_default();
    let mut gateways: Vec<Gateway> = Vec::new();
    for gateway in routes.into_iter().filter_map(|route| gateway(route, &table)) {
        if !gateways.contains(&gateway) && gateways.len() < MAX_GATEWAYS {
            gateways.push(gateway);
        }
    }
    Ok(listed(gateways, Reading::Gateways))
}

/// IPv4 before IPv6, then as the kernel prefers them.
fn preference(route: &Route) -> (bool, Option<u32>, String, Option<IpAddr>) {
    let address = route.gateway.as_ref().and_then(|address| address.parse().ok());
    (route.destination.contains(':'), route.metric, route.interface.clone(), address)
}

fn gateway(route: Route, table: &[Neighbour]) -> Option<Gateway> {
    let (address, interface) = (route.gateway?, route.interface);
    let known = table.iter().find(|it| it.address == address && it.interface == interface);
    Some(Gateway { mac: known.map(|neighbour| neighbour.mac.clone()), address, interface })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;
    use crate::sensors::netlink::crafted::{Links, Neighbours, Routes};

    fn check(files: &[(&str, Vec<u8>)], expected: &[(&str, &str, Option<&str>)]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let expected = expected.iter().map(|(address, interface, mac)| Gateway {
            address: (*address).into(),
            interface: (*interface).into(),
            mac: mac.map(str::to_owned),
        });
        assert_eq!(read, listed(expected.collect(), Reading::Gateways));
    }

    #[test]
    fn default_routes_by_a_gateway_count() {
        let four = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
             eno2\t00000000\t0102010A\t0003\t0\t0\t200\t00000000\t0\t0\t0\n\
             eno1\t00000000\t0100010A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
             eno1\t00000000\t0100010A\t0003\t0\t0\t150\t00000000\t0\t0\t0\n\
             eno1\t0000010A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n\
             ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n";
        let six = format!(
            "{0} 00 {0} 00 fd000000000000000000000000000001 00000400 2 0 00000003 eno1\n",
            "0".repeat(32)
        );
        let arp =
            "IP address HW type Flags HW address Mask Device\n10.1.0.1 0x1 0x2 b8:2a:72:d1:00:01 * eno1\n";
        check(
            &[
                ("proc/net/route", four.into()),
                ("proc/net/ipv6_route", six.into()),
                ("proc/net/arp", arp.into()),
            ],
            &[
                ("10.1.0.1", "eno1", Some("b8:2a:72:d1:00:01")),
                ("10.1.2.1", "eno2", None),
                ("fd00::1", "eno1", None),
            ],
        );
        check(&[("proc/net/route", b"Iface\n".to_vec())], &[]);
    }

    #[test]
    fn the_kernel_tells_of_them() {
        let links = Links::default().link(2, "eno1").link(3, "eno2").bridge(4, "virbr0");
        let routes = Routes::default()
            .add("0.0.0.0/0", Some("10.2.0.1"), 3, |route| route.metric(200))
            .add("0.0.0.0/0", Some("10.1.0.1"), 2, |route| route)
            .add("0.0.0.0/0", Some("10.3.0.1"), 3, |route| route.table(77))
            .add("0.0.0.0/0", Some("192.168.122.2"), 4, |route| route)
            .add("::/0", Some("fe80::1"), 2, |route| route.metric(1024));
        let neighbours = Neighbours::default()
            .add("fe80::1", "00:00:5e:00:02:0a", 2, 0x04)
            .add("10.1.0.1", "00:00:5e:00:01:0a", 2, 0x02)
            .add("10.2.0.1", "00:1b:21:aa:00:07", 2, 0x02);
        check(
            &[
                (".host/netlink/links", links.bytes()),
                (".host/netlink/routes", routes.bytes()),
                (".host/netlink/neighbours", neighbours.bytes()),
            ],
            &[
                ("10.1.0.1", "eno1", Some("00:00:5e:00:01:0a")),
                // Another link's neighbour is another.
                ("10.2.0.1", "eno2", None),
                ("fe80::1", "eno1", Some("00:00:5e:00:02:0a")),
            ],
        );
    }
}
