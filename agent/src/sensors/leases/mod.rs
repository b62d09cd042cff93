//! `leases`: the addresses that this host has of a DHCP server, as its own client wrote them down: systemd-networkd,
//! `NetworkManager`, dhclient(8) or dhcpcd(8).
//!
//! Clients leave their files behind. A lease counts while its address is on its interface and, where the client wrote
//! down until when, while it holds.

mod dhclient;
mod dhcpcd;
mod pairs;
#[cfg(test)]
mod tests;

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::lan::{Interface, Lease};
use patuh_protocol::report::Reading;

use super::salvage::salvage;
use super::{Settings, interfaces, listed, ports};
use crate::roots::{Failure, Roots};

/// How many leases are carried.
const MAX_LEASES: usize = 256;
/// How many addresses of one kind a lease names.
const MAX_ADDRESSES: usize = 8;
/// How much is read of one file, from its end: dhclient adds to it with each renewal.
const MAX_TAIL: u64 = 64 * 1024;

const NETWORKD: &str = "/run/systemd/netif/leases";
const NETWORK_MANAGER: &str = "/var/lib/NetworkManager";
/// As Debian and Red Hat have it.
const DHCLIENT: [&str; 2] = ["/var/lib/dhcp", "/var/lib/dhclient"];
/// As of its versions 9 and 7, and of others.
const DHCPCD: [&str; 3] = ["/var/lib/dhcpcd", "/var/lib/dhcpcd5", "/var/db/dhcpcd"];

pub(super) fn read(roots: &Roots, settings: &Settings, now: Timestamp) -> Result<Option<Reading>, Failure> {
    let mut found = vec![networkd(roots), network_manager(roots, now)];
    found.extend(DHCLIENT.map(|folder| dhclient(roots, folder, "dhclient", now)));
    found.extend(DHCPCD.map(|folder| dhcpcd(roots, folder)));
    let mut leases: Vec<Lease> = salvage(found)?.concat();
    if leases.is_empty() {
        return Ok(None);
    }
    if let Some(Reading::Interfaces(own)) = interfaces::read(roots, settings, now)? {
        leases.retain(|lease| is_held(lease, &own));
    }
    leases.sort();
    leases.dedup_by(|b, a| (&a.interface, &a.address) == (&b.interface, &b.address));
    leases.truncate(MAX_LEASES);
    Ok(listed(leases, Reading::Leases))
}

fn is_held(lease: &Lease, own: &[Interface]) -> bool {
    let of = own.iter().find(|interface| interface.name == lease.interface);
    let mut addresses = of.into_iter().flat_map(|interface| &interface.addresses);
    addresses.any(|address| address.split('/').next() == Some(lease.address.as_str()))
}

/// A file for each port, called by its number.
fn networkd(roots: &Roots) -> Result<Vec<Lease>, Failure> {
    let Some(names) = roots.list(NETWORKD)? else { return Ok(Vec::new()) };
    let ports = ports::read(roots)?;
    let named = names.iter().filter_map(|name| Some((name, ports.get(&name.parse().ok()?)?)));
    let read = named.map(|(name, interface)| Ok(pairs::lease(&text(roots, NETWORKD, name)?, interface)));
    Ok(salvage(read)?.into_iter().flatten().collect())
}

/// `internal-UUID-INTERFACE.lease`, as networkd writes them; with dhclient's help `dhclient-UUID-INTERFACE.lease`.
fn network_manager(roots: &Roots, now: Timestamp) -> Result<Vec<Lease>, Failure> {
    let names = roots.list(NETWORK_MANAGER)?.unwrap_or_default();
    let named = names.iter().filter_map(|name| Some((name, interface_behind_uuid(name)?)));
    let read =
        named.map(|(name, interface)| Ok(pairs::lease(&text(roots, NETWORK_MANAGER, name)?, interface)));
    let mut leases: Vec<Lease> = salvage(read)?.into_iter().flatten().collect();
    leases.extend(dhclient(roots, NETWORK_MANAGER, "dhclient-", now)?);
    Ok(leases)
}

/// The UUID has five groups.
fn interface_behind_uuid(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("internal-")?.strip_suffix(".lease")?;
    rest.splitn(6, '-').nth(5)
}

fn dhclient(roots: &Roots, folder: &str, prefix: &str, now: Timestamp) -> Result<Vec<Lease>, Failure> {
    let names = roots.list(folder)?.unwrap_or_default();
    let of_it = names.iter().filter(|name| {
        let ending = name.rsplit('.').next().unwrap_or_default();
        name.starts_with(prefix) && matches!(ending, "lease" | "leases")
    });
    let read = of_it.map(|name| Ok(dhclient::leases(&text(roots, folder, name)?, now)));
    Ok(salvage(read)?.concat())
}

/// `eth0.lease`, with an older version `dhcpcd-eth0.lease`, and with the network's name behind it where that is
/// wireless.
fn dhcpcd(roots: &Roots, folder: &str) -> Result<Vec<Lease>, Failure> {
    let Some(names) = roots.list(folder)? else { return Ok(Vec::new()) };
    let ports = ports::read(roots)?;
    let mut leases = Vec::new();
    for name in &names {
        let Some(stem) = name.strip_suffix(".lease") else { continue };
        let stem = stem.strip_prefix("dhcpcd-").unwrap_or(stem);
        let is_its = |port: &&String| {
            stem.strip_prefix(port.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let Some(interface) = ports.values().filter(is_its).max_by_key(|port| port.len()) else { continue };
        let packet = roots.head(&Path::new(folder).join(name), MAX_TAIL)?.unwrap_or_default();
        leases.extend(dhcpcd::lease(&packet, interface));
    }
    Ok(leases)
}

fn text(roots: &Roots, folder: &str, name: &str) -> Result<String, Failure> {
    let bytes = roots.tail(&Path::new(folder).join(name), MAX_TAIL)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
