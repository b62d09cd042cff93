//! Routes: `struct rtmsg` and its attributes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use patuh_protocol::lan::Route;

use super::{Links, attribute, bodies, ip};
use crate::roots::netlink::{chunk, u16_at, u32_at};

const RTM_NEWROUTE: u16 = 24;
const HEADER: usize = 12;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const RTN_UNICAST: u8 = 1;
const RT_TABLE_MAIN: u32 = 254;
/// Only remembered, to answer sooner.
const RTM_F_CLONED: u32 = 0x200;

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_MULTIPATH: u16 = 9;
const RTA_TABLE: u16 = 15;
const RTA_VIA: u16 = 18;
/// What `struct rtnexthop` takes before its attributes.
const HOP: usize = 8;

/// The routes in a table that lead somewhere by one of `links`: not those to the host itself, to everybody on a
/// link, or to nobody. One with several next routers is several.
pub(in crate::sensors) fn routes(table: &[u8], links: &Links) -> Vec<Route> {
    let mut routes: Vec<Route> =
        bodies(table, RTM_NEWROUTE).filter_map(|body| route(body, links)).flatten().collect();
    routes.sort();
    routes.dedup();
    routes
}

fn route(body: &[u8], links: &Links) -> Option<Vec<Route>> {
    let [family, length, _, _, short_table, origin, _, kind] = chunk(body, 0)?;
    if kind != RTN_UNICAST || u32_at(body, 8)? & RTM_F_CLONED != 0 {
        return None;
    }
    let attributes = body.get(HEADER..)?;
    let number = |wanted| attribute(attributes, wanted).and_then(|value| u32_at(value, 0));
    let destination = match attribute(attributes, RTA_DST) {
        Some(value) => ip(value)?,
        None => everywhere(family)?,
    };
    if matches!(destination, IpAddr::V6(address) if address.is_unicast_link_local()) {
        return None;
    }
    let table = number(RTA_TABLE).unwrap_or(short_table.into());
    let whole = |(index, gateway): (u32, Option<IpAddr>)| {
        Some(Route {
            destination: format!("{destination}/{length}"),
            gateway: gateway.map(|address| address.to_string()),
            interface: links.name(index)?.to_owned(),
            metric: number(RTA_PRIORITY).filter(|metric| *metric > 0),
            table: Some(table).filter(|table| *table != RT_TABLE_MAIN),
            origin: Some(name(origin)),
        })
    };
    let one = number(RTA_OIF).map(|index| (index, gateway(attributes)));
    let several = attribute(attributes, RTA_MULTIPATH).map(hops).unwrap_or_default();
    Some(one.into_iter().chain(several).filter_map(whole).collect())
}

fn everywhere(family: u8) -> Option<IpAddr> {
    match family {
        AF_INET => Some(Ipv4Addr::UNSPECIFIED.into()),
        AF_INET6 => Some(Ipv6Addr::UNSPECIFIED.into()),
        _ => None,
    }
}

/// The next router; of an IPv4 route it may have an IPv6 address (RFC 5549), which follows its family.
fn gateway(attributes: &[u8]) -> Option<IpAddr> {
    let via = || attribute(attributes, RTA_VIA).and_then(|value| value.get(2..)).and_then(ip);
    attribute(attributes, RTA_GATEWAY).and_then(ip).or_else(via)
}

/// The next routers of one route (`struct rtnexthop`: length, flags, weight, link, attributes).
fn hops(mut bytes: &[u8]) -> Vec<(u32, Option<IpAddr>)> {
    let mut hops = Vec::new();
    while let (Some(length), Some(index)) = (u16_at(bytes, 0), u32_at(bytes, 4)) {
        let Some(attributes) = bytes.get(HOP..usize::from(length)) else { break };
        hops.push((index, gateway(attributes)));
        bytes = bytes.get(usize::from(length).next_multiple_of(4)..).unwrap_or_default();
    }
    hops
}

/// Who set a route, as iproute2 calls it (`RTPROT_` of linux/rtnetlink.h).
fn name(origin: u8) -> String {
    let name = match origin {
        0 => "unspec",
        1 => "redirect",
        2 => "kernel",
        3 => "boot",
        4 => "static",
        8 => "gated",
        9 => "ra",
        10 => "mrt",
        11 => "zebra",
        12 => "bird",
        13 => "dnrouted",
        14 => "xorp",
        15 => "ntk",
        16 => "dhcp",
        17 => "mrouted",
        18 => "keepalived",
        42 => "babel",
        99 => "openr",
        186 => "bgp",
        187 => "isis",
        188 => "ospf",
        189 => "rip",
        192 => "eigrp",
        other => return other.to_string(),
    };
    name.to_owned()
}
