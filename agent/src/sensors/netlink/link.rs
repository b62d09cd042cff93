//! Links: `struct ifinfomsg` and its attributes.

use std::collections::BTreeMap;

use patuh_protocol::lan::Interface;

use super::{Mac, Places, attribute, bodies, text};
use crate::roots::netlink::{Table, chunk, u16_at, u32_at};
use crate::roots::{Failure, Roots};

const RTM_NEWLINK: u16 = 16;
const HEADER: usize = 16;
const IFF_UP: u32 = 0x1;
const IFF_LOOPBACK: u32 = 0x8;

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_LINK: u16 = 5;
const IFLA_MASTER: u16 = 10;
const IFLA_OPERSTATE: u16 = 16;
const IFLA_LINKINFO: u16 = 18;
const IFLA_CARRIER: u16 = 33;
const IFLA_CARRIER_CHANGES: u16 = 35;
const IFLA_LINK_NETNSID: u16 = 37;
const IFLA_PERM_ADDRESS: u16 = 54;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_VLAN_ID: u16 = 1;

/// Operational states of RFC 2863 (`IF_OPER_`).
const UNKNOWN: u8 = 0;
const UP: u8 = 6;

/// The links of a host but its loopback, by their numbers.
#[derive(Clone, Debug, Default)]
pub(in crate::sensors) struct Links(BTreeMap<u32, Interface>);

/// A link as it is told, with the numbers of those it belongs to.
struct Link {
    index: u32,
    interface: Interface,
    master: Option<u32>,
    parent: Option<u32>,
}

impl Links {
    /// The links, each with what netlink tells of it, and whether there is hardware behind it; `None` where the
    /// kernel may not be asked.
    pub(in crate::sensors) fn read(roots: &Roots) -> Result<Option<Self>, Failure> {
        let Some(table) = roots.table(Table::Links)? else { return Ok(None) };
        let mut links = Self::of(&table);
        for link in links.0.values_mut() {
            link.is_virtual = !roots.exists(format!("/sys/class/net/{}/device", link.name));
        }
        Ok(Some(links))
    }

    /// The links in a table.
    pub(super) fn of(table: &[u8]) -> Self {
        let told: Vec<Link> = bodies(table, RTM_NEWLINK).filter_map(link).collect();
        let of = |index: Option<u32>| told.iter().find(|link| Some(link.index) == index);
        let name = |index| of(index).map(|link| link.interface.name.clone());
        // A VRF has interfaces, too, but is no port of anything.
        let is_port = |index| of(index).is_some_and(|link| link.interface.kind.as_deref() != Some("vrf"));
        let whole = |link: &Link| {
            let mut interface = link.interface.clone();
            interface.master = name(link.master.filter(|master| is_port(Some(*master))));
            interface.parent = name(link.parent);
            (link.index, interface)
        };
        Self(told.iter().map(whole).collect())
    }

    /// What the links are called, by their numbers; `None` where the kernel may not be asked.
    pub(in crate::sensors) fn names(roots: &Roots) -> Result<Option<BTreeMap<u32, String>>, Failure> {
        let links = roots.table(Table::Links)?.map(|table| Self::of(&table).0);
        let named =
            |links: BTreeMap<u32, Interface>| links.into_iter().map(|(n, link)| (n, link.name)).collect();
        Ok(links.map(named))
    }

    /// What a link is called; `None` for the loopback.
    pub(in crate::sensors) fn name(&self, index: u32) -> Option<&str> {
        self.0.get(&index).map(|link| link.name.as_str())
    }

    /// Where each of them leads.
    pub(in crate::sensors) fn places(&self) -> Places {
        let all: Vec<&Interface> = self.0.values().collect();
        Places::of(&all)
    }

    /// The links, in the order of their names.
    pub(in crate::sensors) fn into_interfaces(self) -> Vec<Interface> {
        let mut interfaces: Vec<Interface> = self.0.into_values().collect();
        interfaces.sort_by(|a, b| a.name.cmp(&b.name));
        interfaces
    }
}

fn link(body: &[u8]) -> Option<Link> {
    let (index, flags) = (u32_at(body, 4)?, u32_at(body, 8)?);
    let attributes = body.get(HEADER..)?;
    let value = |wanted| attribute(attributes, wanted);
    let number = |wanted| value(wanted).and_then(|value| u32_at(value, 0));
    let mac = |wanted| value(wanted).and_then(Mac::of).map(|mac| mac.to_string());
    let name = text(value(IFLA_IFNAME)?);
    if flags & IFF_LOOPBACK != 0 || name.is_empty() {
        return None;
    }
    let info = value(IFLA_LINKINFO).unwrap_or_default();
    let kind = attribute(info, IFLA_INFO_KIND).map(text).filter(|kind| !kind.is_empty());
    let is_vlan = kind.as_deref() == Some("vlan");
    let data = attribute(info, IFLA_INFO_DATA).filter(|_| is_vlan).unwrap_or_default();
    let netns = number(IFLA_LINK_NETNSID);
    // The other end of a pair is no link that this one lies upon, and one elsewhere has another host's number.
    let parent = number(IFLA_LINK).filter(|_| netns.is_none() && kind.as_deref() != Some("veth"));
    let own = mac(IFLA_ADDRESS);
    let interface = Interface {
        name,
        permanent_mac: mac(IFLA_PERM_ADDRESS).filter(|permanent| own.as_ref() != Some(permanent)),
        mac: own,
        up: up(flags, value(IFLA_OPERSTATE), value(IFLA_CARRIER)),
        mtu: number(IFLA_MTU),
        kind,
        vlan: attribute(data, IFLA_VLAN_ID).and_then(|id| u16_at(id, 0)).filter(|id| (1..4095).contains(id)),
        link_netns: netns.filter(|id| i32::try_from(*id).is_ok()),
        carrier_changes: number(IFLA_CARRIER_CHANGES),
        ..Interface::default()
    };
    Some(Link { index, interface, master: number(IFLA_MASTER), parent: parent.filter(|of| *of != index) })
}

/// The state of RFC 2863; drivers that do not keep it say that it is unknown, and then the carrier tells.
fn up(flags: u32, state: Option<&[u8]>, carrier: Option<&[u8]>) -> Option<bool> {
    let byte = |value: Option<&[u8]>| value.and_then(|value| chunk::<1>(value, 0)).map(|[byte]| byte);
    match byte(state)? {
        UP => Some(true),
        UNKNOWN if flags & IFF_UP == 0 => Some(false),
        UNKNOWN => (byte(carrier) == Some(1)).then_some(true),
        _ => Some(false),
    }
}
