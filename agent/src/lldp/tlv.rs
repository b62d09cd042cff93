//! LLDP: the units of IEEE 802.1AB clause 8, each with a type of seven bits and a length of nine.
//!
//! Chassis, port and time to live stand first, in this order, or it is no announcement (8.2). Behind them, what cannot
//! be understood is passed over, and what is cut short ends the reading: what was read until then counts.

use std::net::IpAddr;

use patuh_protocol::lan::{Adjacency, Capability, Discovery, Identifier, IdentifierKind};

use super::MAX_ADDRESSES;
use super::bytes::Bytes;
use super::names;

/// The types of table 8-1.
const END: u8 = 0;
const CHASSIS: u8 = 1;
const PORT: u8 = 2;
const TIME_TO_LIVE: u8 = 3;
const PORT_DESCRIPTION: u8 = 4;
const SYSTEM_NAME: u8 = 5;
const SYSTEM_DESCRIPTION: u8 = 6;
const SYSTEM_CAPABILITIES: u8 = 7;
const MANAGEMENT_ADDRESS: u8 = 8;
const ORGANISATION: u8 = 127;

/// Of IEEE 802.1 (annex D): the VLAN of untagged frames.
const PORT_VLAN: [u8; 4] = [0x00, 0x80, 0xc2, 1];

/// The bits of table 8-4, from the lowest.
const CAPABILITIES: [Capability; 11] = [
    Capability::Other,
    Capability::Repeater,
    Capability::Bridge,
    Capability::AccessPoint,
    Capability::Router,
    Capability::Telephone,
    Capability::Docsis,
    Capability::Station,
    Capability::CustomerVlan,
    Capability::ServiceVlan,
    Capability::TwoPortRelay,
];

/// What follows the Ethernet header; `None` when it is no announcement.
pub(super) fn read(payload: &[u8]) -> Option<Adjacency> {
    let mut rest = Bytes(payload);
    let chassis = chassis(named(&mut rest, CHASSIS)?)?;
    let port = port(named(&mut rest, PORT)?)?;
    let ttl = Bytes(named(&mut rest, TIME_TO_LIVE)?).short()?;
    let mut heard = Adjacency { protocol: Discovery::Lldp, chassis, port, ttl, ..Adjacency::default() };
    while let Some((kind, value)) = unit(&mut rest).filter(|(kind, _)| *kind != END) {
        take(&mut heard, kind, value);
    }
    heard.management.sort_unstable();
    heard.management.dedup();
    Some(heard)
}

fn unit<'a>(rest: &mut Bytes<'a>) -> Option<(u8, &'a [u8])> {
    let [high, low] = rest.array()?;
    let length = usize::from(u16::from_be_bytes([high & 1, low]));
    Some((high >> 1, rest.take(length)?))
}

fn named<'a>(rest: &mut Bytes<'a>, wanted: u8) -> Option<&'a [u8]> {
    unit(rest).filter(|(kind, _)| *kind == wanted).map(|(_, value)| value)
}

fn take(heard: &mut Adjacency, kind: u8, value: &[u8]) {
    match kind {
        PORT_DESCRIPTION => heard.port_description = names::name(value),
        SYSTEM_NAME => heard.system_name = names::name(value),
        SYSTEM_DESCRIPTION => heard.system_description = names::sentence(value),
        SYSTEM_CAPABILITIES => heard.capabilities = capabilities(value).unwrap_or_default(),
        MANAGEMENT_ADDRESS if heard.management.len() < MAX_ADDRESSES => {
            heard.management.extend(management(value).map(|address| address.to_string()));
        }
        ORGANISATION => heard.pvid = port_vlan(value).or(heard.pvid),
        _ => {}
    }
}

/// Table 8-2.
fn chassis(value: &[u8]) -> Option<Identifier> {
    let (subtype, value) = value.split_first()?;
    let kind = match subtype {
        1 => IdentifierKind::ChassisComponent,
        2 => IdentifierKind::InterfaceAlias,
        3 => IdentifierKind::PortComponent,
        4 => IdentifierKind::Mac,
        5 => IdentifierKind::Address,
        6 => IdentifierKind::InterfaceName,
        _ => IdentifierKind::Local,
    };
    identifier(kind, value)
}

/// Table 8-3.
fn port(value: &[u8]) -> Option<Identifier> {
    let (subtype, value) = value.split_first()?;
    let kind = match subtype {
        1 => IdentifierKind::InterfaceAlias,
        2 => IdentifierKind::PortComponent,
        3 => IdentifierKind::Mac,
        4 => IdentifierKind::Address,
        5 => IdentifierKind::InterfaceName,
        6 => IdentifierKind::CircuitId,
        _ => IdentifierKind::Local,
    };
    identifier(kind, value)
}

/// An empty one names nothing.
fn identifier(kind: IdentifierKind, value: &[u8]) -> Option<Identifier> {
    let value = match kind {
        IdentifierKind::Mac => names::hex(value),
        IdentifierKind::Address => {
            family_address(value).map_or_else(|| names::hex(value), |address| address.to_string())
        }
        _ => names::identifier(value),
    };
    Some(Identifier { kind, value }).filter(|id| !id.value.is_empty())
}

/// An address behind the number of its family: 1 for IPv4, 2 for IPv6 (IANA's address family numbers).
fn family_address(value: &[u8]) -> Option<IpAddr> {
    let (family, address) = value.split_first()?;
    matches!((family, address.len()), (1, 4) | (2, 16)).then(|| names::address(address)).flatten()
}

/// What is switched on, of what there is (8.5.8).
fn capabilities(value: &[u8]) -> Option<Vec<Capability>> {
    let mut value = Bytes(value);
    let (_, enabled) = (value.short()?, value.short()?);
    let is_on = |bit: &usize| enabled & (1 << bit) != 0;
    let mut found: Vec<Capability> =
        CAPABILITIES.iter().enumerate().filter(|(bit, _)| is_on(bit)).map(|(_, it)| *it).collect();
    found.sort_unstable();
    Some(found)
}

/// Clause 8.5.9: the length of family and address together, both, and numbers of no interest here.
fn management(value: &[u8]) -> Option<IpAddr> {
    let mut value = Bytes(value);
    let length = value.byte()?;
    family_address(value.take(length.into())?)
}

fn port_vlan(value: &[u8]) -> Option<u16> {
    let mut value = Bytes(value);
    (value.array()? == PORT_VLAN).then(|| value.short()).flatten().filter(|id| (1..=4094).contains(id))
}
