//! EDP, of Extreme Networks: a header with the sender's MAC address, and fields that each begin with the same mark.
//!
//! The protocol has no standard; the fields are those that tcpdump's and lldpd's readers know (`protocols/edp.c`).

use patuh_protocol::lan::{Adjacency, Discovery, Identifier, IdentifierKind};

use super::bytes::Bytes;
use super::names;

/// What each field begins with.
const MARK: u8 = 0x99;
const END: u8 = 0;
const DISPLAY: u8 = 1;
const INFO: u8 = 2;
/// For how long it holds, in seconds: it is sent once a minute and does not say.
const HOLDS: u16 = 180;

/// What follows the SNAP header; `None` when it is no announcement.
pub(super) fn read(payload: &[u8]) -> Option<Adjacency> {
    let mut rest = Bytes(payload);
    // Version, reserved, length, checksum, sequence; then the kind of address, of which there is one.
    let [_version, _, _, _, _, _, _, _, 0, 0] = rest.array::<10>()? else { return None };
    let mac = rest.array::<6>()?;
    let chassis = Identifier { kind: IdentifierKind::Mac, value: names::hex(&mac) };
    let mut heard = Adjacency { protocol: Discovery::Edp, chassis, ttl: HOLDS, ..Adjacency::default() };
    while let Some((kind, value)) = field(&mut rest).filter(|(kind, _)| *kind != END) {
        match kind {
            DISPLAY => heard.system_name = names::name(value),
            INFO => info(&mut heard, value),
            _ => {}
        }
    }
    // The VLANs travel in frames of their own, which say nothing of the port.
    Some(heard).filter(|it| !it.port.value.is_empty())
}

fn field<'a>(rest: &mut Bytes<'a>) -> Option<(u8, &'a [u8])> {
    let [mark, kind] = rest.array()?;
    let length = rest.short()?;
    let value = rest.take(usize::from(length).checked_sub(4)?)?;
    (mark == MARK).then_some((kind, value))
}

/// Slot and port, counted from nought on the wire and from one by people; the firmware's version.
fn info(heard: &mut Adjacency, value: &[u8]) {
    let mut value = Bytes(value);
    let (Some(slot), Some(port)) = (value.short(), value.short()) else { return };
    let port = format!("{}/{}", u32::from(slot) + 1, u32::from(port) + 1);
    heard.port = Identifier { kind: IdentifierKind::InterfaceName, value: port };
    // Virtual chassis and what is reserved.
    if let Some([a, b, c, d]) = value.take(8).and_then(|_| value.array()) {
        heard.system_description = Some(format!("ExtremeXOS {a}.{b}.{c}.{d}"));
    }
}
