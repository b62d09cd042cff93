//! CDP, and FDP, which is Foundry's copy of it: fields of a type and a length of two bytes each, the length counting
//! both. The checksum is not looked at: the Ethernet frame has a better one, and Cisco computes this one oddly.
//!
//! The protocol has no standard; the fields are those that tcpdump (`print-cdp.c`) and lldpd (`protocols/cdp.c`) know.

use std::net::IpAddr;

use patuh_protocol::lan::{Adjacency, Capability, Discovery, Identifier, IdentifierKind};

use super::MAX_ADDRESSES;
use super::bytes::Bytes;
use super::names;

const DEVICE: u16 = 0x01;
const ADDRESSES: u16 = 0x02;
const PORT: u16 = 0x03;
const CAPABILITIES: u16 = 0x04;
const SOFTWARE: u16 = 0x05;
const PLATFORM: u16 = 0x06;
const NATIVE_VLAN: u16 = 0x0a;
const SYSTEM_NAME: u16 = 0x14;
const MANAGEMENT: u16 = 0x16;

/// What comes before an address, and what it is an address of: NLPID of IP; SNAP of IPv6.
const IPV4: [u8; 3] = [1, 1, 0xcc];
const IPV6: [u8; 10] = [2, 8, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd];

/// Bits that say the same as one of ours.
const BITS: [(u32, Capability); 6] = [
    (0x01, Capability::Router),
    (0x02, Capability::Bridge),
    (0x08, Capability::Bridge),
    (0x10, Capability::Station),
    (0x40, Capability::Repeater),
    (0x80, Capability::Telephone),
];

/// What follows the SNAP header; `None` when it is no announcement.
pub(super) fn read(protocol: Discovery, payload: &[u8]) -> Option<Adjacency> {
    let mut rest = Bytes(payload);
    let [_version, ttl, _, _] = rest.array()?;
    let mut heard = Adjacency { protocol, ttl: ttl.into(), ..Adjacency::default() };
    let mut platform = None;
    while let Some((kind, value)) = field(&mut rest) {
        match kind {
            PLATFORM => platform = names::sentence(value),
            _ => take(&mut heard, kind, value),
        }
    }
    let software = heard.system_description.take();
    let description = [platform, software].into_iter().flatten().collect::<Vec<_>>().join(", ");
    heard.system_description = names::sentence(description.as_bytes());
    heard.system_name = heard.system_name.or_else(|| Some(heard.chassis.value.clone()));
    heard.management.sort_unstable();
    heard.management.dedup();
    Some(heard).filter(|it| !it.chassis.value.is_empty() && !it.port.value.is_empty())
}

fn field<'a>(rest: &mut Bytes<'a>) -> Option<(u16, &'a [u8])> {
    let (kind, length) = (rest.short()?, rest.short()?);
    Some((kind, rest.take(usize::from(length).checked_sub(4)?)?))
}

fn take(heard: &mut Adjacency, kind: u16, value: &[u8]) {
    let named = |kind| Identifier { kind, value: names::identifier(value) };
    match kind {
        DEVICE => heard.chassis = named(IdentifierKind::Local),
        PORT => heard.port = named(IdentifierKind::InterfaceName),
        CAPABILITIES => heard.capabilities = capabilities(value),
        SOFTWARE => heard.system_description = names::sentence(value),
        SYSTEM_NAME => heard.system_name = names::name(value),
        NATIVE_VLAN => heard.pvid = Bytes(value).short().filter(|id| (1..=4094).contains(id)),
        ADDRESSES | MANAGEMENT => {
            heard.management.extend(addresses(value).iter().map(ToString::to_string));
            heard.management.truncate(MAX_ADDRESSES);
        }
        _ => {}
    }
}

fn capabilities(value: &[u8]) -> Vec<Capability> {
    let bits = Bytes(value).long().unwrap_or_default();
    let mut found: Vec<Capability> =
        BITS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, capability)| *capability).collect();
    found.sort_unstable();
    found.dedup();
    // Routers say that they are hosts, too.
    if found.len() > 1 {
        found.retain(|capability| *capability != Capability::Station);
    }
    found
}

/// A count, and so many addresses, each behind its protocol.
fn addresses(value: &[u8]) -> Vec<IpAddr> {
    let mut rest = Bytes(value);
    let count = rest.long().unwrap_or_default();
    let all = std::iter::from_fn(|| address(&mut rest)).take(usize::try_from(count).unwrap_or(MAX_ADDRESSES));
    all.take(MAX_ADDRESSES).flatten().collect()
}

/// The next one; `Some(None)` is one of another protocol.
fn address(rest: &mut Bytes<'_>) -> Option<Option<IpAddr>> {
    let all = rest.0;
    let [_, length] = rest.array()?;
    let protocol = all.get(..usize::from(length) + 2)?;
    rest.take(length.into())?;
    let size = rest.short()?;
    let bytes = rest.take(size.into())?;
    let is_ip = (protocol == IPV4 && size == 4) || (protocol == IPV6 && size == 16);
    Some(is_ip.then(|| names::address(bytes)).flatten())
}
