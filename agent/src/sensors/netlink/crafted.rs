//! Tables as the kernel would hand them out, written by another implementation of the protocol
//! (netlink-packet-route), so that no misunderstanding of ours is on both sides. For what no kernel at hand has:
//! bonds, VLANs, bridges that tell VLANs apart.

use std::net::IpAddr;

use netlink_packet_core::{NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage};
use netlink_packet_route::link::{
    InfoData, InfoKind, InfoVlan, LinkAttribute, LinkFlags, LinkInfo, LinkMessage, State,
};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage,
};
use netlink_packet_route::route::{RouteAttribute, RouteMessage, RouteNextHop, RouteType};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

/// Messages, one after another.
fn written(messages: impl IntoIterator<Item = RouteNetlinkMessage>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        let mut message = NetlinkMessage::new(NetlinkHeader::default(), NetlinkPayload::from(message));
        message.finalize();
        let mut one = vec![0; message.buffer_len()];
        message.serialize(&mut one);
        one.resize(one.len().next_multiple_of(4), 0);
        bytes.extend(one);
    }
    bytes
}

fn mac_bytes(mac: &str) -> Vec<u8> {
    mac.split(':').map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 }
}

fn prefix(text: &str) -> (IpAddr, u8) {
    let (address, length) = text.split_once('/').unwrap();
    (address.parse().unwrap(), length.parse().unwrap())
}

/// A table of links.
#[derive(Default)]
pub(crate) struct Links(Vec<LinkMessage>);

/// A link that is being described.
pub(crate) struct LinkOf(LinkMessage, Vec<LinkInfo>);

impl LinkOf {
    fn attribute(mut self, attribute: LinkAttribute) -> Self {
        self.0.attributes.push(attribute);
        self
    }

    pub(crate) fn kind(mut self, kind: &str) -> Self {
        self.1.insert(0, LinkInfo::Kind(InfoKind::from(kind)));
        self
    }

    pub(crate) fn mac(self, mac: &str) -> Self {
        self.attribute(LinkAttribute::Address(mac_bytes(mac)))
    }

    pub(crate) fn permanent(self, mac: &str) -> Self {
        self.attribute(LinkAttribute::PermAddress(mac_bytes(mac)))
    }

    pub(crate) fn master(self, index: u32) -> Self {
        self.attribute(LinkAttribute::Controller(index))
    }

    pub(crate) fn upon(self, index: u32) -> Self {
        self.attribute(LinkAttribute::Link(index))
    }

    pub(crate) fn vlan(mut self, id: u16, upon: u32) -> Self {
        self.1.push(LinkInfo::Data(InfoData::Vlan(vec![InfoVlan::Id(id)])));
        self.kind("vlan").upon(upon)
    }

    pub(crate) fn elsewhere(self, netns: i32) -> Self {
        self.attribute(LinkAttribute::LinkNetNsId(netns))
    }

    pub(crate) fn mtu(self, mtu: u32) -> Self {
        self.attribute(LinkAttribute::Mtu(mtu))
    }

    pub(crate) fn state(mut self, state: State, is_up: bool, carrier: u8) -> Self {
        self.0.header.flags = if is_up { LinkFlags::Up } else { LinkFlags::empty() };
        self.attribute(LinkAttribute::OperState(state)).attribute(LinkAttribute::Carrier(carrier))
    }

    pub(crate) fn toggled(self, times: u32) -> Self {
        self.attribute(LinkAttribute::CarrierChanges(times))
    }

    pub(crate) fn loopback(mut self) -> Self {
        self.0.header.flags = LinkFlags::Up | LinkFlags::Loopback;
        self
    }
}

impl Links {
    pub(crate) fn with(mut self, index: u32, name: &str, describe: impl FnOnce(LinkOf) -> LinkOf) -> Self {
        let mut message = LinkMessage::default();
        message.header.index = index;
        message.attributes.push(LinkAttribute::IfName(name.to_owned()));
        let LinkOf(mut message, info) = describe(LinkOf(message, Vec::new()));
        if !info.is_empty() {
            message.attributes.push(LinkAttribute::LinkInfo(info));
        }
        self.0.push(message);
        self
    }

    pub(crate) fn link(self, index: u32, name: &str) -> Self {
        self.with(index, name, |link| link)
    }

    pub(crate) fn kind(self, index: u32, name: &str, kind: &str) -> Self {
        self.with(index, name, |link| link.kind(kind))
    }

    pub(crate) fn bridge(self, index: u32, name: &str) -> Self {
        self.kind(index, name, "bridge")
    }

    pub(crate) fn port(self, index: u32, name: &str, master: u32) -> Self {
        self.with(index, name, |link| link.master(master))
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        written(self.0.into_iter().map(RouteNetlinkMessage::NewLink))
    }
}

/// A table of addresses.
#[derive(Default)]
pub(crate) struct Addresses(Vec<AddressMessage>);

impl Addresses {
    pub(crate) fn add(self, index: u32, address: &str) -> Self {
        self.flagged(index, address, 0)
    }

    pub(crate) fn flagged(mut self, index: u32, text: &str, flags: u32) -> Self {
        let (address, length) = prefix(text);
        let mut message = AddressMessage::default();
        message.header.family = family(address);
        (message.header.index, message.header.prefix_len) = (index, length);
        message.attributes.push(AddressAttribute::Address(address));
        if address.is_ipv4() {
            message.attributes.push(AddressAttribute::Local(address));
        }
        message.attributes.push(AddressAttribute::Flags(AddressFlags::from_bits_retain(flags)));
        self.0.push(message);
        self
    }

    /// One end of a tunnel.
    pub(crate) fn peer(mut self, index: u32, own: &str, other: &str) -> Self {
        let (own, length) = prefix(own);
        let mut message = AddressMessage::default();
        message.header.family = family(own);
        (message.header.index, message.header.prefix_len) = (index, length);
        message.attributes.push(AddressAttribute::Address(other.parse().unwrap()));
        message.attributes.push(AddressAttribute::Local(own));
        self.0.push(message);
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        written(self.0.into_iter().map(RouteNetlinkMessage::NewAddress))
    }
}

/// A table of routes.
#[derive(Default)]
pub(crate) struct Routes(Vec<RouteMessage>);

/// A route that is being described.
pub(crate) struct RouteOf(RouteMessage);

impl RouteOf {
    pub(crate) fn metric(mut self, metric: u32) -> Self {
        self.0.attributes.push(RouteAttribute::Priority(metric));
        self
    }

    pub(crate) fn origin(mut self, origin: u8) -> Self {
        self.0.header.protocol = origin.into();
        self
    }

    pub(crate) fn kind(mut self, kind: u8) -> Self {
        self.0.header.kind = kind.into();
        self
    }

    pub(crate) fn table(mut self, table: u32) -> Self {
        self.0.header.table = u8::try_from(table).unwrap_or(252);
        self.0.attributes.push(RouteAttribute::Table(table));
        self
    }
}

impl Routes {
    pub(crate) fn add(
        mut self,
        to: &str,
        by: Option<&str>,
        index: u32,
        describe: impl FnOnce(RouteOf) -> RouteOf,
    ) -> Self {
        let mut message = route(to);
        message.attributes.push(RouteAttribute::Oif(index));
        if let Some(by) = by {
            message.attributes.push(RouteAttribute::Gateway(by.parse::<IpAddr>().unwrap().into()));
        }
        self.0.push(describe(RouteOf(message)).0);
        self
    }

    /// With several next routers.
    pub(crate) fn several(mut self, to: &str, hops: &[(&str, u32)]) -> Self {
        let hop = |(by, index): &(&str, u32)| {
            let mut hop = RouteNextHop::default();
            hop.interface_index = *index;
            hop.attributes.push(RouteAttribute::Gateway(by.parse::<IpAddr>().unwrap().into()));
            hop
        };
        let mut message = route(to);
        message.attributes.push(RouteAttribute::MultiPath(hops.iter().map(hop).collect()));
        self.0.push(message);
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        written(self.0.into_iter().map(RouteNetlinkMessage::NewRoute))
    }
}

/// A route of the main table that was set by hand (`ip route add`: `boot`).
fn route(to: &str) -> RouteMessage {
    let (address, length) = prefix(to);
    let mut message = RouteMessage::default();
    message.header.address_family = family(address);
    message.header.destination_prefix_length = length;
    (message.header.table, message.header.kind) = (254, RouteType::Unicast);
    message.header.protocol = 3_u8.into();
    if length > 0 {
        message.attributes.push(RouteAttribute::Destination(address.into()));
    }
    message
}

/// A table of neighbours.
#[derive(Default)]
pub(crate) struct Neighbours(Vec<NeighbourMessage>);

impl Neighbours {
    pub(crate) fn add(mut self, address: &str, mac: &str, index: u32, state: u16) -> Self {
        let address: IpAddr = address.parse().unwrap();
        let mut message = NeighbourMessage::default();
        message.header.family = family(address);
        (message.header.ifindex, message.header.state) = (index, state.into());
        message.header.kind = RouteType::Unicast;
        let destination = match address {
            IpAddr::V4(address) => NeighbourAddress::Inet(address),
            IpAddr::V6(address) => NeighbourAddress::Inet6(address),
        };
        message.attributes.push(NeighbourAttribute::Destination(destination));
        message.attributes.push(NeighbourAttribute::LinkLayerAddress(mac_bytes(mac)));
        self.0.push(message);
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        written(self.0.into_iter().map(RouteNetlinkMessage::NewNeighbour))
    }
}

/// What bridges learnt.
#[derive(Default)]
pub(crate) struct Entries(Vec<NeighbourMessage>);

impl Entries {
    pub(crate) fn add(
        mut self,
        mac: &str,
        port: u32,
        bridge: Option<u32>,
        vlan: Option<u16>,
        state: u16,
        flags: u8,
    ) -> Self {
        let mut message = NeighbourMessage::default();
        message.header.family = AddressFamily::Bridge;
        (message.header.ifindex, message.header.state) = (port, state.into());
        message.header.flags = NeighbourFlags::from_bits_retain(flags);
        message.attributes.push(NeighbourAttribute::LinkLayerAddress(mac_bytes(mac)));
        message.attributes.extend(bridge.map(NeighbourAttribute::Controller));
        message.attributes.extend(vlan.map(NeighbourAttribute::Vlan));
        self.0.push(message);
        self
    }

    pub(crate) fn bytes(self) -> Vec<u8> {
        written(self.0.into_iter().map(RouteNetlinkMessage::NewNeighbour))
    }
}
