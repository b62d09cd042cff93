//! The frame around an announcement: Ethernet, and for the older protocols LLC and SNAP (IEEE 802.2).

use patuh_protocol::lan::Discovery;

use super::bytes::Bytes;

/// The EtherType of LLDP.
pub(super) const LLDP: u16 = 0x88cc;
/// Of a VLAN's tag, which some drivers leave on priority frames.
const TAG: u16 = 0x8100;
/// The greatest number in that place that is a length.
const LONGEST: u16 = 1500;
/// LLC for SNAP: both ports, and "unnumbered information".
pub(super) const SNAP: [u8; 3] = [0xaa, 0xaa, 0x03];

/// Who made the number behind it, and the number.
pub(super) const CDP: (u32, u16) = (0x00_000c, 0x2000);
pub(super) const FDP: (u32, u16) = (0x00_e052, 0x2000);
pub(super) const EDP: (u32, u16) = (0x00_e02b, 0x00bb);

/// Where EDP is sent: to an address that is no group's, though it is meant for all.
pub(super) const EDP_GROUP: [u8; 6] = [0x00, 0xe0, 0x2b, 0x00, 0x00, 0x00];

/// What is said in it, and in which language; `None` when it is none of ours.
pub(super) fn open(frame: &[u8]) -> Option<(Discovery, &[u8])> {
    let mut rest = Bytes(frame);
    let to: [u8; 6] = rest.array()?;
    let _from: [u8; 6] = rest.array()?;
    // An announcement is for everybody on the wire.
    let [first, ..] = to;
    if first & 1 == 0 && to != EDP_GROUP {
        return None;
    }
    let mut kind = rest.short()?;
    if kind == TAG {
        rest.short()?;
        kind = rest.short()?;
    }
    if kind == LLDP {
        return Some((Discovery::Lldp, rest.0));
    }
    (kind <= LONGEST).then(|| snap(rest.take(usize::from(kind).min(rest.0.len()))?)).flatten()
}

fn snap(packet: &[u8]) -> Option<(Discovery, &[u8])> {
    let mut rest = Bytes(packet);
    (rest.array()? == SNAP).then_some(())?;
    let [a, b, c] = rest.array()?;
    let protocol = match (u32::from_be_bytes([0, a, b, c]), rest.short()?) {
        CDP => Discovery::Cdp,
        FDP => Discovery::Fdp,
        EDP => Discovery::Edp,
        _ => return None,
    };
    Some((protocol, rest.0))
}
