//! Lease files of dhcpcd: the server's answer as it came (RFC 2131, RFC 2132).

use std::net::Ipv4Addr;

use patuh_protocol::lan::Lease;

use super::MAX_ADDRESSES;
use crate::roots::lossy::name;

/// Where the address that was given stands, and where the options begin: behind the magic number.
const YOUR_ADDRESS: usize = 16;
const OPTIONS: usize = 240;
const MAGIC: [u8; 4] = [0x63, 0x82, 0x53, 0x63];

const PAD: u8 = 0;
const ROUTERS: u8 = 3;
const RESOLVERS: u8 = 6;
const DOMAIN: u8 = 15;
const LIFETIME: u8 = 51;
const SERVER: u8 = 54;
const END: u8 = 255;

/// What the answer gives to `interface`; `None` when it is no answer.
pub(super) fn lease(packet: &[u8], interface: &str) -> Option<Lease> {
    let address = packet.get(YOUR_ADDRESS..)?.first_chunk::<4>().copied().map(Ipv4Addr::from)?;
    let (head, mut rest) = packet.split_at_checked(OPTIONS)?;
    if !head.ends_with(&MAGIC) || address.is_unspecified() {
        return None;
    }
    let mut lease = Lease { interface: name(interface), address: address.to_string(), ..Lease::default() };
    while let Some((kind, value, behind)) = option(rest) {
        rest = behind;
        match kind {
            ROUTERS => lease.routers = addresses(value),
            RESOLVERS => lease.resolvers = addresses(value),
            SERVER => lease.server = addresses(value).into_iter().next(),
            LIFETIME => lease.lifetime_s = value.try_into().ok().map(u32::from_be_bytes),
            DOMAIN => {
                let domain = name(String::from_utf8_lossy(value).trim_end_matches('\0'));
                lease.domain = Some(domain).filter(|domain| !domain.is_empty());
            }
            _ => {}
        }
    }
    Some(lease)
}

/// The next option, and what follows it.
fn option(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first().filter(|(kind, _)| **kind != END)?;
    if *kind == PAD {
        return Some((PAD, &[], rest));
    }
    let (length, rest) = rest.split_first()?;
    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((*kind, value, rest))
}

fn addresses(value: &[u8]) -> Vec<String> {
    let (all, _) = value.as_chunks::<4>();
    all.iter().take(MAX_ADDRESSES).map(|address| Ipv4Addr::from(*address).to_string()).collect()
}
