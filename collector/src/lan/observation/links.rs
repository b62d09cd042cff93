//! Which of a host's interfaces lead to the LAN, and which are inside the host.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use patuh_protocol::lan::Interface;

use super::Link;
use crate::lan::mac::Mac;
use crate::lan::subnet::{Subnet, is_nowhere};

/// How the links inside a host are called, for agents that do not tell their kind.
const INNER: [&str; 21] = [
    "docker",
    "veth",
    "virbr",
    "vnet",
    "tap",
    "tun",
    "wg",
    "cni",
    "flannel",
    "cali",
    "lxcbr",
    "lxdbr",
    "podman",
    "kube",
    "fwbr",
    "fwpr",
    "ovs-",
    "br-int",
    "br-tun",
    "vxlan_sys",
    "genev_sys",
];

/// The interfaces of a host that lead to the LAN, as far as they are known.
pub(super) struct Links {
    links: BTreeMap<String, Link>,
    told: bool,
}

impl Links {
    /// From this report, else as known from the one before.
    pub(super) fn new(interfaces: &[&Interface], known: Option<&BTreeMap<String, Link>>) -> Self {
        if interfaces.is_empty() {
            return Self { links: known.cloned().unwrap_or_default(), told: false };
        }
        let outer = outer(interfaces);
        let all = interfaces.iter().filter(|it| outer.contains(it.name.as_str()));
        Self { links: all.map(|it| (it.name.clone(), link(it))).collect(), told: true }
    }

    /// Whether this report tells of them.
    pub(super) const fn is_told(&self) -> bool {
        self.told
    }

    pub(super) fn into_links(self) -> BTreeMap<String, Link> {
        self.links
    }

    /// Whether it leads to the LAN; by its name only where nothing else is known.
    pub(super) fn is_outer(&self, name: &str) -> bool {
        if self.links.is_empty() && !self.told {
            !has_inner_name(name)
        } else {
            self.links.contains_key(name)
        }
    }

    /// The addresses of all, each once.
    pub(super) fn addresses(&self) -> BTreeSet<(IpAddr, Subnet)> {
        self.links.values().flat_map(|link| link.addresses.iter().copied()).collect()
    }

    /// The subnet of an interface in which `address` lies. Where the interface has both, only IPv4 counts: a host
    /// is in one place.
    pub(super) fn segment(&self, interface: &str, address: IpAddr) -> Option<Subnet> {
        let own = &self.links.get(interface)?.addresses;
        let has_four = own.iter().any(|(address, _)| address.is_ipv4());
        let fits = |subnet: &Subnet| subnet.contains(address) && !subnet.is_no_network();
        let found = own.iter().map(|(_, subnet)| *subnet).filter(fits).max_by_key(|subnet| subnet.prefix());
        found.filter(|_| address.is_ipv4() || !has_four)
    }
}

/// Hardware; bonds; VLANs upon them; bridges with one of these as a port. A bridge that has only virtual ports is a
/// network inside the host, and so is whatever ends in another namespace.
fn outer<'a>(interfaces: &[&'a Interface]) -> BTreeSet<&'a str> {
    let mut outer: BTreeSet<&str> = BTreeSet::new();
    loop {
        let more = interfaces
            .iter()
            .filter(|it| !outer.contains(it.name.as_str()) && leads_out(it, interfaces, &outer));
        let more: Vec<&str> = more.map(|it| it.name.as_str()).collect();
        if more.is_empty() {
            return outer;
        }
        outer.extend(more);
    }
}

fn leads_out(it: &Interface, all: &[&Interface], outer: &BTreeSet<&str>) -> bool {
    match it.kind.as_deref() {
        // In a container or another namespace the links to the LAN are veths themselves: there is nothing else.
        Some("veth") => !has_inner_name(&it.name) && all.iter().all(|other| other.is_virtual),
        Some("bond" | "team") => true,
        Some("vlan" | "macvlan" | "ipvlan") => {
            it.parent.as_ref().is_none_or(|parent| outer.contains(parent.as_str()))
        }
        Some("bridge") => {
            let ports = all.iter().filter(|port| port.master.as_deref() == Some(it.name.as_str()));
            ports.clone().any(|port| outer.contains(port.name.as_str()))
        }
        // One switch of the kernel for all of its ports. It is no link itself; the host's own ports on it, which are of
        // its kind, lead where its hardware does.
        Some("openvswitch") => it.master.as_ref().is_some_and(|switch| {
            let ports = all.iter().filter(|port| port.master.as_ref() == Some(switch));
            ports.clone().any(|port| outer.contains(port.name.as_str()))
        }),
        Some(_) => !it.is_virtual,
        None => !it.is_virtual || !has_inner_name(&it.name),
    }
}

/// `br-` with twelve hex digits is a bridge of Docker; `br-lan` is not.
fn has_inner_name(name: &str) -> bool {
    let of_docker = name
        .strip_prefix("br-")
        .is_some_and(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    of_docker || INNER.iter().any(|prefix| name.starts_with(prefix))
}

fn link(it: &Interface) -> Link {
    let mac = it.permanent_mac.as_ref().or(it.mac.as_ref());
    let addresses = it.addresses.iter().filter_map(|text| Subnet::of_interface(text));
    Link {
        mac: mac.and_then(|mac| mac.parse::<Mac>().ok()),
        up: it.up,
        speed_mbps: it.speed_mbps,
        is_virtual: it.is_virtual,
        addresses: addresses.filter(|(address, _)| !is_nowhere(*address)).collect(),
        master: it.master.clone(),
        carrier_changes: it.carrier_changes,
        driver: it.driver.clone(),
    }
}
