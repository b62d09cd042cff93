//! Where a server stands: what an officer declared, and what its network addresses speak for.

use std::net::IpAddr;

use patuh_compliance::estate::Location;
use patuh_protocol::id::Code;
use patuh_protocol::lan::Interface;
use patuh_protocol::report::Reading;

use crate::config::Site;

/// Beginnings of names of interfaces that live inside the host: container and guest networks, tunnels. Their
/// addresses are the same on many hosts and say nothing of the place.
const INNER: [&str; 10] = ["br-", "cni", "docker", "flannel", "lxc", "podman", "tun", "veth", "virbr", "wg"];

/// The addresses by which a host stands in the LAN: those of real interfaces; where these have none (a bond, a
/// bridge, a container), those of virtual ones that are not [`INNER`].
pub(super) fn addresses(interfaces: Option<&Reading>) -> Vec<IpAddr> {
    let Some(Reading::Interfaces(interfaces)) = interfaces else { return vec![] };
    let real = of_a_lan(interfaces.iter().filter(|interface| !interface.is_virtual));
    let inner = |name: &str| INNER.iter().any(|beginning| name.starts_with(beginning));
    if real.is_empty() {
        of_a_lan(interfaces.iter().filter(|i| i.is_virtual && !inner(&i.name)))
    } else {
        real
    }
}

fn of_a_lan<'a>(interfaces: impl Iterator<Item = &'a Interface>) -> Vec<IpAddr> {
    let addresses = interfaces.flat_map(|interface| &interface.addresses);
    addresses.filter_map(|text| address(text)).filter(|address| is_of_a_lan(*address)).collect()
}

/// The address of `10.20.3.4/24` or `10.20.3.4`.
fn address(text: &str) -> Option<IpAddr> {
    text.split('/').next()?.parse().ok()
}

fn is_of_a_lan(address: IpAddr) -> bool {
    let local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !local && !address.is_loopback() && !address.is_unspecified()
}

/// The location of a server with these addresses, declared to stand at `declared`.
pub(super) fn location(declared: Option<&Code>, addresses: &[IpAddr], sites: &[Site]) -> Location {
    let declared = declared.map(ToString::to_string);
    let seen = sites.iter().find_map(|site| Some((site, addresses.iter().find(|a| is_in(site, **a))?)));
    let (observed, observation) = match seen {
        Some((site, address)) => {
            (Some(site.code.to_string()), Some(format!("{address} dalam jaringan {}", site.name)))
        }
        None => (None, None),
    };
    Location { declared, observed, observation, ..Location::default() }
}

/// The site at which `host`, a name or an address, stands.
pub(super) fn site_of<'a>(host: &str, sites: &'a [Site]) -> Option<&'a Site> {
    let address = address(host);
    let named = |site: &&Site| site.hosts.iter().any(|name| name.eq_ignore_ascii_case(host));
    let within = |site: &&Site| address.is_some_and(|address| is_in(site, address));
    sites.iter().find(named).or_else(|| sites.iter().find(within))
}

fn is_in(site: &Site, address: IpAddr) -> bool {
    site.networks.iter().any(|network| network.contains(address))
}
