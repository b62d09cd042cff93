//! `resolvers`: the name servers that this host asks.
//!
//! resolv.conf(5) says whom programs ask. Where that is a resolver of the host's own (an address of the loopback), whom
//! it asks in turn stands in the files of systemd-resolved (resolved.conf(5)), systemd-networkd and `NetworkManager`.

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::lan::Resolver;
use patuh_protocol::report::Reading;

use super::{Settings, listed, ports};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// How many are carried.
const MAX_RESOLVERS: usize = 64;

const RESOLV_CONF: &str = "/etc/resolv.conf";
/// Where systemd-resolved keeps what [`RESOLV_CONF`] is then a link to. The agent's service does not see this folder,
/// so that it has no way to ask anybody: the link alone must do.
const RESOLVED: &str = "/systemd/resolve/";
/// The file in it that names systemd-resolved itself, by an address that is always the same.
const STUB: &str = "stub-resolv.conf";
const STUB_ADDRESS: &str = "127.0.0.53";
/// Whom the host's own resolver asks, in the same format.
const BEHIND: &str = "/run/NetworkManager/no-stub-resolv.conf";
const RESOLVED_CONF: &str = "/etc/systemd/resolved.conf";
const LINKS: &str = "/run/systemd/netif/links";

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let link = roots.link(RESOLV_CONF).map(|to| to.display().to_string()).filter(|to| to.contains(RESOLVED));
    let mut found = match &link {
        Some(to) if to.ends_with(STUB) => resolver(STUB_ADDRESS, RESOLV_CONF).into_iter().collect(),
        Some(_) => Vec::new(),
        None => {
            let Some(text) = roots.text(RESOLV_CONF)? else { return Ok(None) };
            resolv_conf(&text, RESOLV_CONF)
        }
    };
    if link.is_some() || found.iter().any(is_own) {
        // What cannot be read of these says nothing less than the first file alone.
        let text = roots.text(BEHIND).ok().flatten().unwrap_or_default();
        found.extend(resolv_conf(&text, BEHIND).into_iter().filter(|it| !is_own(it)));
        found.extend(resolved_conf(roots));
        found.extend(links(roots));
    }
    let mut resolvers: Vec<Resolver> = Vec::new();
    for it in found {
        let is_new =
            !resolvers.iter().any(|known| known.address == it.address && known.interface == it.interface);
        if is_new && resolvers.len() < MAX_RESOLVERS {
            resolvers.push(it);
        }
    }
    Ok(listed(resolvers, Reading::Resolvers))
}

/// A resolver on the host itself.
fn is_own(resolver: &Resolver) -> bool {
    resolver.address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn resolv_conf(text: &str, source: &str) -> Vec<Resolver> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if words.next() == Some("nameserver") {
            found.extend(words.next().and_then(|word| resolver(word, source)));
        }
    }
    found
}

/// `DNS=` of the file and of those beside it, and where there is none of these, nothing: what is compiled in as
/// `FallbackDNS=` is asked only when nobody else is known.
fn resolved_conf(roots: &Roots) -> Vec<Resolver> {
    let folder = format!("{RESOLVED_CONF}.d");
    let beside = roots.list(&folder).ok().flatten().unwrap_or_default();
    let beside = beside.iter().filter(|name| name.ends_with(".conf")).map(|name| format!("{folder}/{name}"));
    let mut found = Vec::new();
    for path in std::iter::once(RESOLVED_CONF.to_owned()).chain(beside) {
        let text = roots.text(&path).ok().flatten().unwrap_or_default();
        for value in text.lines().filter_map(|line| line.trim().strip_prefix("DNS=")) {
            // An empty one takes back those before it.
            if value.trim().is_empty() {
                found.clear();
            }
            found.extend(value.split_whitespace().filter_map(|word| resolver(word, &path)));
        }
    }
    found
}

/// Those that systemd-networkd got or was given for one interface.
fn links(roots: &Roots) -> Vec<Resolver> {
    let mut found = Vec::new();
    for (number, interface) in ports::read(roots).unwrap_or_default() {
        let path = format!("{LINKS}/{number}");
        let text = roots.text(&path).ok().flatten().unwrap_or_default();
        let words = text.lines().filter_map(|line| line.strip_prefix("DNS=")).flat_map(str::split_whitespace);
        let of_link = words.filter_map(|word| resolver(word, &path));
        found.extend(of_link.map(|it| Resolver { interface: Some(interface.clone()), ..it }));
    }
    found
}

/// `10.1.0.1`, `fe80::1%eno1`, and as resolved.conf(5) has it `10.1.0.1:53%eno1#dns.example`.
fn resolver(word: &str, source: &str) -> Option<Resolver> {
    let word = word.split('#').next()?;
    let (address, interface) = word.split_once('%').map_or((word, None), |(it, on)| (it, Some(on)));
    let without_port = || match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => address.rsplit_once(':').map(|(address, _)| address),
    };
    let parsed = address.parse::<IpAddr>().ok().or_else(|| without_port()?.parse().ok())?;
    Some(Resolver { address: parsed.to_string(), interface: interface.map(name), source: name(source) })
}
