//! Lease files of keys and values, as systemd's DHCP client writes them (`sd-dhcp-lease.c`).

use std::net::IpAddr;

use patuh_protocol::lan::Lease;

use super::MAX_ADDRESSES;
use crate::roots::lossy::name;

/// What a file says of `interface`; `None` when it names no address.
pub(super) fn lease(text: &str, interface: &str) -> Option<Lease> {
    let value = |key: &str| {
        let of_key = |line| str::strip_prefix(line, key)?.strip_prefix('=');
        text.lines().find_map(of_key).map(|value| value.trim().trim_matches('"'))
    };
    let addresses = |key| {
        let all = value(key).unwrap_or_default().split_whitespace().filter_map(address);
        all.take(MAX_ADDRESSES).collect::<Vec<_>>()
    };
    Some(Lease {
        interface: name(interface),
        address: value("ADDRESS").and_then(address)?,
        server: value("SERVER_ADDRESS").and_then(address),
        routers: addresses("ROUTER"),
        resolvers: addresses("DNS"),
        domain: value("DOMAINNAME").map(name).filter(|domain| !domain.is_empty()),
        lifetime_s: value("LIFETIME").and_then(|seconds| seconds.parse().ok()),
    })
}

fn address(text: &str) -> Option<String> {
    text.parse::<IpAddr>().ok().map(|address| address.to_string())
}
