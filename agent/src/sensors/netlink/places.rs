//! Where a host's links lead: to the LAN, inside the host, or elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::lan::Interface;

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// To the LAN.
    Lan,
    /// To the host's own containers and virtual machines.
    Inside,
    /// Neither: tunnels, and what carries an address for the host itself.
    Beside,
}

/// Where each link leads, by its name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(BTreeMap<String, Place>);

/// How links inside a host are called, for those that do not tell their kind, and for the links of a container,
/// which are all of one kind.
const INNER: [&str; 15] = [
    "docker", "veth", "virbr", "vnet", "tap", "cni", "flannel", "cali", "lxcbr", "lxdbr", "podman", "kube",
    "fwbr", "fwpr", "fwln",
];

impl Places {
    /// Of all links of a host.
    ///
    /// To the LAN lead hardware, bonds, VLANs upon them, and bridges that have one of these as a port. A bridge with
    /// virtual ports only is a network inside the host, and so is what ends in another namespace.
    pub(crate) fn of(links: &[&Interface]) -> Self {
        let mut lan: BTreeSet<&str> = BTreeSet::new();
        loop {
            let more =
                links.iter().filter(|it| !lan.contains(it.name.as_str()) && leads_out(it, links, &lan));
            let more: Vec<&str> = more.map(|it| it.name.as_str()).collect();
            if more.is_empty() {
                break;
            }
            lan.extend(more);
        }
        let place = |it: &&Interface| match () {
            () if lan.contains(it.name.as_str()) => Place::Lan,
            () if is_inside(it) => Place::Inside,
            () => Place::Beside,
        };
        Self(links.iter().map(|it| (it.name.clone(), place(it))).collect())
    }

    /// Where the link `name` leads; one that is not known is judged by its name.
    pub(crate) fn get(&self, name: &str) -> Place {
        let by_name = || if has_inner_name(name) { Place::Inside } else { Place::Lan };
        self.0.get(name).copied().unwrap_or_else(by_name)
    }
}

fn leads_out(it: &Interface, all: &[&Interface], lan: &BTreeSet<&str>) -> bool {
    let has_port = |is_port: &dyn Fn(&Interface) -> bool| {
        all.iter().any(|port| is_port(port) && lan.contains(port.name.as_str()))
    };
    match it.kind.as_deref() {
        // In a container the links to the LAN are of this kind themselves: there is nothing else.
        Some("veth") => !has_inner_name(&it.name) && all.iter().all(|other| other.is_virtual),
        Some("bond" | "team") => true,
        Some("vlan" | "macvlan" | "ipvlan") => it.parent.as_deref().is_none_or(|parent| lan.contains(parent)),
        Some("bridge") => has_port(&|port| port.master.as_deref() == Some(it.name.as_str())),
        // One switch for all of its ports, the host's own among them, which are of this kind, too.
        Some("openvswitch") => has_port(&|port| {
            let master = all.iter().find(|other| port.master.as_deref() == Some(other.name.as_str()));
            master.is_some_and(|master| master.kind.as_deref() == Some("openvswitch"))
        }),
        Some(_) => !it.is_virtual,
        None => !it.is_virtual || !has_inner_name(&it.name),
    }
}

fn is_inside(it: &Interface) -> bool {
    match it.kind.as_deref() {
        Some("veth" | "bridge" | "vlan" | "macvlan" | "ipvlan") => true,
        // The plug of a virtual machine; without a bridge it is a VPN's.
        Some("tun") => it.master.is_some(),
        _ => has_inner_name(&it.name),
    }
}

/// `br-` with twelve hex digits is a bridge of Docker; `br-lan` is not.
fn has_inner_name(name: &str) -> bool {
    let of_docker = name
        .strip_prefix("br-")
        .is_some_and(|id| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    of_docker || INNER.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links: name, kind, master, parent; and the places they are expected at, in their order.
    fn check(links: &[(&str, &str, &str, &str)], expected: &[Place]) {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let interface = |(name, kind, master, parent): &(&str, &str, &str, &str)| Interface {
            name: (*name).to_owned(),
            kind: text(kind).filter(|kind| kind != "hardware"),
            is_virtual: *kind != "hardware",
            master: text(master),
            parent: text(parent),
            ..Interface::default()
        };
        let interfaces: Vec<Interface> = links.iter().map(interface).collect();
        let places = Places::of(&interfaces.iter().collect::<Vec<_>>());
        let found: Vec<Place> = links.iter().map(|(name, ..)| places.get(name)).collect();
        assert_eq!(found, expected, "{links:?}");
    }

    #[test]
    fn what_leads_to_the_lan_is_told_from_what_does_not() {
        use Place::{Beside, Inside, Lan};
        check(
            &[
                ("eno1", "hardware", "vmbr0", ""),
                ("vmbr0", "bridge", "", ""),
                ("vmbr0.45", "vlan", "", "vmbr0"),
                ("tap100i0", "tun", "fwbr100i0", ""),
                ("fwbr100i0", "bridge", "", ""),
                ("fwln100i0", "veth", "fwbr100i0", ""),
                ("fwpr100p0", "veth", "vmbr0", ""),
                ("tun0", "tun", "", ""),
                ("wg0", "wireguard", "", ""),
            ],
            &[Lan, Lan, Lan, Inside, Inside, Inside, Inside, Beside, Beside],
        );
        check(
            &[("eno1", "hardware", "bond0", ""), ("bond0", "bond", "", ""), ("bond0.7", "vlan", "", "bond0")],
            &[Lan, Lan, Lan],
        );
        check(
            &[
                ("eth0", "hardware", "", ""),
                ("br-0123456789ab", "bridge", "", ""),
                ("veth1", "veth", "br-0123456789ab", ""),
            ],
            &[Lan, Inside, Inside],
        );
        // A container, with containers of its own.
        check(
            &[("eth0", "veth", "", ""), ("docker0", "bridge", "", ""), ("veth12", "veth", "docker0", "")],
            &[Lan, Inside, Inside],
        );
        check(
            &[
                ("eno1", "hardware", "ovs-system", ""),
                ("ovs-system", "openvswitch", "", ""),
                ("br0", "openvswitch", "ovs-system", ""),
            ],
            &[Lan, Lan, Lan],
        );
        // Of an older agent, or of a host whose kernel could not be asked.
        check(
            &[("eno1", "hardware", "", ""), ("bond0", "", "", ""), ("docker0", "", "", "")],
            &[Lan, Lan, Inside],
        );
        assert_eq!(Places::default().get("br-lan"), Lan);
        assert_eq!(Places::default().get("cali0"), Inside);
    }

    proptest::proptest! {
        #[test]
        fn no_links_make_it_panic_or_run_forever(
            links in proptest::collection::vec(("[a-c]", "(veth|bridge|bond|vlan|openvswitch)?", "[a-c]?", "[a-c]?"), 0..6),
        ) {
            let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let all: Vec<Interface> = links
                .iter()
                .map(|(name, kind, master, parent)| Interface {
                    name: name.clone(),
                    kind: text(kind),
                    master: text(master),
                    parent: text(parent),
                    ..Interface::default()
                })
                .collect();
            let _ = Places::of(&all.iter().collect::<Vec<_>>());
        }
    }
}
