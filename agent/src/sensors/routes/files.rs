//! The main routing table from `/proc/net/route` and `/proc/net/ipv6_route`, which do not tell who set a route.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use patuh_protocol::lan::Route;

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const FOUR: &str = "/proc/net/route";
const SIX: &str = "/proc/net/ipv6_route";
/// The flags of linux/route.h and linux/ipv6_route.h.
const RTF_UP: u32 = 0x1;
const RTF_GATEWAY: u32 = 0x2;
const RTF_REJECT: u32 = 0x0200;
const RTF_ANYCAST: u32 = 0x0010_0000;
const RTF_CACHE: u32 = 0x0100_0000;
const RTF_LOCAL: u32 = 0x8000_0000;
/// Routes that lead nowhere, to the host itself, or are only remembered.
const NO_WAY: u32 = RTF_REJECT | RTF_ANYCAST | RTF_CACHE | RTF_LOCAL;

/// The routes, in the files' order.
pub(super) fn routes(roots: &Roots) -> Result<Vec<Route>, Failure> {
    let four = roots.text(FOUR)?.ok_or_else(|| Failure::malformed(FOUR, "tidak ada"))?;
    // Where IPv6 is switched off there is no such file.
    let six = roots.text(SIX)?.unwrap_or_default();
    Ok(four.lines().filter_map(route).chain(six.lines().filter_map(route6)).collect())
}

/// `eth0 00000000 010200C0 0003 0 0 100 00000000 0 0 0`: addresses as the machine's own integers.
pub(super) fn route(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [interface, destination, gateway, flags, _, _, metric, mask, ..] = fields.as_slice() else {
        return None;
    };
    let address = |field: &str| Some(Ipv4Addr::from(hex(field)?.to_ne_bytes()));
    let length = u32::from(address(mask)?).leading_ones();
    let to = address(destination)?.into();
    whole(to, length, address(gateway)?.into(), hex(flags)?, interface, metric.parse().ok()?)
}

/// Destination, its prefix length, source, its prefix length, gateway, metric, uses, flags, interface; all
/// hexadecimal, addresses in network order.
pub(super) fn route6(line: &str) -> Option<Route> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [destination, length, _, _, gateway, metric, _, _, flags, interface] = fields.as_slice() else {
        return None;
    };
    let address = |field: &str| Some(Ipv6Addr::from(u128::from_str_radix(field, 16).ok()?));
    let to = address(destination)?;
    if to.is_unicast_link_local() || to.is_multicast() || *interface == "lo" {
        return None;
    }
    whole(to.into(), hex(length)?, address(gateway)?.into(), hex(flags)?, interface, hex(metric)?)
}

fn hex(field: &str) -> Option<u32> {
    u32::from_str_radix(field, 16).ok()
}

fn whole(to: IpAddr, length: u32, by: IpAddr, flags: u32, interface: &str, metric: u32) -> Option<Route> {
    let leads_somewhere = flags & RTF_UP != 0 && flags & NO_WAY == 0;
    leads_somewhere.then(|| Route {
        destination: format!("{to}/{length}"),
        gateway: (flags & RTF_GATEWAY != 0).then(|| by.to_string()),
        interface: name(interface),
        metric: Some(metric).filter(|metric| *metric > 0),
        ..Route::default()
    })
}
