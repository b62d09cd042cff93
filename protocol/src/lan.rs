//! What a host sees of its network, without asking anybody: the kernel's own tables (rtnetlink(7)), the
//! discovery frames that switches send by themselves, and the files of the DHCP client and the resolver.
//!
//! All of it is evidence of one host's view: a name or an address that a neighbour announces is that neighbour's
//! claim. Nothing here holds a time that moves by itself, so that an unchanged network is an unchanged reading.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A network interface (the loopback is left out).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interface {
    /// The kernel's name, such as `eth0`.
    pub name: String,
    /// Link-layer address, six hex pairs with colons.
    pub mac: Option<String>,
    /// Whether the link is up (`operstate`).
    pub up: Option<bool>,
    /// Speed in Mbit/s, when the driver tells.
    pub speed_mbps: Option<u32>,
    /// Maximum transmission unit in bytes.
    pub mtu: Option<u32>,
    /// A device without hardware behind it (bridge, bond, veth, tunnel).
    pub is_virtual: bool,
    /// The kernel driver behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Addresses with prefix length, such as `10.20.3.4/24`, sorted.
    pub addresses: Vec<String>,
    /// What kind of link it is, as the kernel names it (`IFLA_INFO_KIND` of rtnetlink(7)): `bridge`, `bond`,
    /// `team`, `vlan`, `veth`, `macvlan`, `vxlan`, `tun`, `wireguard`. None for plain hardware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The bridge, bond or team that it is a port of (`IFLA_MASTER`), by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master: Option<String>,
    /// The link that it lies upon (`IFLA_LINK`), by name: the trunk of a VLAN. None where that link is in another
    /// network namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The VLAN's number, 1 to 4094 (`IFLA_VLAN_ID`, IEEE 802.1Q).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// The address burnt into the card (`IFLA_PERM_ADDRESS`), where it is another than `mac`: the ports of a bond
    /// all wear the bond's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permanent_mac: Option<String>,
    /// The namespace in which its other end lies (`IFLA_LINK_NETNSID`): a container's link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_netns: Option<u32>,
    /// How often the carrier came and went since the interface was made (`IFLA_CARRIER_CHANGES`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier_changes: Option<u32>,
}

/// A default gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gateway {
    /// Its address.
    pub address: String,
    /// The interface it is reached by.
    pub interface: String,
    /// Its link-layer address, when known.
    pub mac: Option<String>,
}

/// A host in the neighbour table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Neighbour {
    /// Its address.
    pub address: String,
    /// Its link-layer address.
    pub mac: String,
    /// The interface it was seen by.
    pub interface: String,
}

/// A route of the kernel's main table or of another that is in use (`RTM_GETROUTE`, rtnetlink(7)). Local,
/// broadcast and multicast routes are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Route {
    /// Where to, such as `10.20.0.0/16`; a default route is `0.0.0.0/0` or `::/0`.
    pub destination: String,
    /// The next router's address; None where the destination is on the link itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// The interface it leaves by.
    pub interface: String,
    /// Its metric (`RTA_PRIORITY`); the lowest is preferred. None for 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<u32>,
    /// Its table, where that is not the main one (254).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// Who set it (`rtm_protocol`): `kernel`, `boot`, `static`, `dhcp`, `ra`, `bird`, `zebra`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl Route {
    /// Whether it leads to everywhere else.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.destination == "0.0.0.0/0" || self.destination == "::/0"
    }
}

/// A device that announces itself on a port of this host. One port may hear several: shared segments, and phones
/// with a computer behind them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Adjacency {
    /// The interface that heard it.
    pub interface: String,
    /// The language it speaks.
    pub protocol: Discovery,
    /// Who it is (the Chassis ID of IEEE 802.1AB 8.5.2; the Device ID of CDP and EDP).
    pub chassis: Identifier,
    /// On which of its ports (the Port ID of IEEE 802.1AB 8.5.3).
    pub port: Identifier,
    /// What its port is called for people (8.5.5). lldpd puts the name here and a MAC address into `port`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_description: Option<String>,
    /// What it calls itself (8.5.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_name: Option<String>,
    /// What it is: maker, model and firmware, in its own words (8.5.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_description: Option<String>,
    /// Where it can be managed (8.5.9): IP addresses, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub management: Vec<String>,
    /// What of it is switched on (8.5.8), sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<Capability>,
    /// The VLAN of untagged frames on that port, 1 to 4094 (IEEE 802.1Q D.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pvid: Option<u16>,
    /// For how many seconds its announcement holds (8.5.4); 0 is a farewell.
    pub ttl: u16,
    /// When the first of the unbroken row of announcements was heard, by this host's clock. It stays the same as
    /// long as the row does, and at least two were heard once it is older than `ttl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// How a neighbour announces itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discovery {
    /// Link Layer Discovery Protocol, IEEE 802.1AB.
    #[default]
    Lldp,
    /// Cisco Discovery Protocol.
    Cdp,
    /// Extreme Discovery Protocol.
    Edp,
    /// Foundry Discovery Protocol.
    Fdp,
    /// Nortel's, also called NDP or BNMP.
    Sonmp,
    /// `MikroTik` Neighbour Discovery Protocol.
    Mndp,
}

/// A name with what kind of name it is. Only both together name a thing: the MAC address of a chassis and the same
/// digits as a locally assigned text are two names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifier {
    /// What kind of name.
    pub kind: IdentifierKind,
    /// The name: a MAC address as six lower-case hex pairs with colons, an IP address as text, otherwise as sent,
    /// with what is not UTF-8 replaced.
    pub value: String,
}

/// The subtypes of Chassis ID and Port ID (IEEE 802.1AB tables 8-2 and 8-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// `entPhysicalAlias` of a chassis (RFC 6933).
    ChassisComponent,
    /// `ifAlias` (RFC 2863): what an administrator wrote on the port.
    InterfaceAlias,
    /// `entPhysicalAlias` of a port or backplane.
    PortComponent,
    /// A MAC address.
    Mac,
    /// An IP address.
    Address,
    /// `ifName` (RFC 2863), such as `Gi1/0/7`.
    InterfaceName,
    /// A DHCP relay's circuit id (RFC 3046).
    CircuitId,
    /// Whatever the maker likes.
    #[default]
    Local,
}

/// What a device can do (IEEE 802.1AB table 8-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Something else.
    Other,
    /// Repeats.
    Repeater,
    /// Switches.
    Bridge,
    /// An access point of a wireless LAN.
    AccessPoint,
    /// Routes.
    Router,
    /// A telephone.
    Telephone,
    /// A cable modem.
    Docsis,
    /// A host and nothing else.
    Station,
    /// Switches customers' VLANs.
    CustomerVlan,
    /// Switches a provider's VLANs.
    ServiceVlan,
    /// Relays between two ports (IEEE 802.1Q clause 5.17).
    TwoPortRelay,
}

/// A host behind a port of one of this host's bridges: the bridge's forwarding table (`RTM_GETNEIGH` of
/// `AF_BRIDGE`). The bridge's own addresses and permanent entries are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct BridgeEntry {
    /// The bridge.
    pub bridge: String,
    /// The port behind which it is.
    pub port: String,
    /// Its link-layer address.
    pub mac: String,
    /// Its VLAN, on a bridge that tells them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
}

/// An address that this host has of a DHCP server (RFC 2131), as its own client wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Lease {
    /// The interface.
    pub interface: String,
    /// The address it got.
    pub address: String,
    /// Who gave it (option 54).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// The routers that were named (option 3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routers: Vec<String>,
    /// The resolvers that were named (option 6).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolvers: Vec<String>,
    /// The domain that was named (option 15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// For how long it holds, in seconds (option 51).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_s: Option<u32>,
}

/// A name server that this host asks (resolv.conf(5), resolved.conf(5)).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Resolver {
    /// Its address; one on the loopback is the host's own.
    pub address: String,
    /// The interface it is asked by, where it is one interface's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The file that names it.
    pub source: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Reading;

    /// What is on the wire reads as `expected`, and is written so again.
    fn check(wire: &str, expected: &Reading) {
        assert_eq!(&serde_json::from_str::<Reading>(wire).unwrap(), expected, "{wire}");
        assert_eq!(serde_json::to_string(expected).unwrap(), wire);
    }

    #[test]
    fn what_is_not_known_does_not_travel() {
        check(
            r#"{"routes":[{"destination":"0.0.0.0/0","gateway":"10.1.0.1","interface":"eno1"}]}"#,
            &Reading::Routes(vec![Route {
                destination: "0.0.0.0/0".into(),
                gateway: Some("10.1.0.1".into()),
                interface: "eno1".into(),
                ..Route::default()
            }]),
        );
        check(
            r#"{"bridge_entries":[{"bridge":"br0","port":"u0","mac":"4a:e3:e4:d6:41:ed"}]}"#,
            &Reading::BridgeEntries(vec![BridgeEntry {
                bridge: "br0".into(),
                port: "u0".into(),
                mac: "4a:e3:e4:d6:41:ed".into(),
                vlan: None,
            }]),
        );
        check(
            r#"{"leases":[{"interface":"eno1","address":"10.1.0.9"}]}"#,
            &Reading::Leases(vec![Lease {
                interface: "eno1".into(),
                address: "10.1.0.9".into(),
                ..Lease::default()
            }]),
        );
        check(
            r#"{"resolvers":[{"address":"10.1.0.1","source":"/etc/resolv.conf"}]}"#,
            &Reading::Resolvers(vec![Resolver {
                address: "10.1.0.1".into(),
                interface: None,
                source: "/etc/resolv.conf".into(),
            }]),
        );
    }

    #[test]
    fn a_switch_travels() {
        let id = |kind, value: &str| Identifier { kind, value: value.into() };
        check(
            concat!(
                r#"{"adjacencies":[{"interface":"eth0","protocol":"lldp","#,
                r#""chassis":{"kind":"mac","value":"00:1b:21:aa:00:07"},"#,
                r#""port":{"kind":"interface_name","value":"p7"},"system_name":"SW-LT2-DINKES","#,
                r#""management":["10.99.0.2"],"capabilities":["bridge"],"pvid":45,"ttl":120,"#,
                r#""since":"2026-11-22T03:00:00Z"}]}"#
            ),
            &Reading::Adjacencies(vec![Adjacency {
                interface: "eth0".into(),
                chassis: id(IdentifierKind::Mac, "00:1b:21:aa:00:07"),
                port: id(IdentifierKind::InterfaceName, "p7"),
                system_name: Some("SW-LT2-DINKES".into()),
                management: vec!["10.99.0.2".into()],
                capabilities: vec![Capability::Bridge],
                pvid: Some(45),
                ttl: 120,
                since: Some("2026-11-22T03:00:00Z".parse().unwrap()),
                ..Adjacency::default()
            }]),
        );
    }

    /// As agents wrote it before links had kinds.
    #[test]
    fn an_older_interface_is_read_and_written_as_it_was() {
        let wire = concat!(
            r#"{"interfaces":[{"name":"eno1","mac":"b8:2a:72:d1:00:01","up":true,"speed_mbps":1000,"mtu":1500,"#,
            r#""is_virtual":false,"addresses":["10.1.0.9/24"]}]}"#
        );
        check(
            wire,
            &Reading::Interfaces(vec![Interface {
                name: "eno1".into(),
                mac: Some("b8:2a:72:d1:00:01".into()),
                up: Some(true),
                speed_mbps: Some(1000),
                mtu: Some(1500),
                addresses: vec!["10.1.0.9/24".into()],
                ..Interface::default()
            }]),
        );
    }
}
