//! Addresses: `struct ifaddrmsg` and its attributes.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Links, attribute, bodies, ip};
use crate::roots::netlink::{chunk, u32_at};

const RTM_NEWADDR: u16 = 20;
const HEADER: usize = 8;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_FLAGS: u16 = 8;
/// Of IPv6 only; the same bit of an IPv4 address says that it is not the first of its subnet.
const IFA_F_TEMPORARY: u32 = 0x01;
const IFA_F_DADFAILED: u32 = 0x08;
const IFA_F_TENTATIVE: u32 = 0x40;

/// The addresses of each link with their prefix lengths, such as `10.20.3.4/24`, by the link's name. Left out are
/// those that every interface makes up of its MAC (link-local ones of IPv6), those that are made up anew each day
/// (RFC 8981) and those that are not its own yet, or never will be (RFC 4862 section 5.4).
pub(in crate::sensors) fn addresses(table: &[u8], links: &Links) -> BTreeMap<String, Vec<String>> {
    let mut addresses: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for body in bodies(table, RTM_NEWADDR) {
        let Some((index, address)) = address(body) else { continue };
        if let Some(name) = links.name(index) {
            addresses.entry(name.to_owned()).or_default().push(address);
        }
    }
    addresses
}

fn address(body: &[u8]) -> Option<(u32, String)> {
    let [_, length, flags, _] = chunk(body, 0)?;
    let attributes = body.get(HEADER..)?;
    // Of a link with two ends, one address is the other end's.
    let own = attribute(attributes, IFA_LOCAL).or_else(|| attribute(attributes, IFA_ADDRESS))?;
    let address = ip(own)?;
    let flags = attribute(attributes, IFA_FLAGS).and_then(|flags| u32_at(flags, 0)).unwrap_or(flags.into());
    is_lasting(address, flags).then_some((u32_at(body, 4)?, format!("{address}/{length}")))
}

fn is_lasting(address: IpAddr, flags: u32) -> bool {
    match address {
        IpAddr::V4(_) => true,
        IpAddr::V6(address) => {
            let passing = IFA_F_TEMPORARY | IFA_F_DADFAILED | IFA_F_TENTATIVE;
            !address.is_unicast_link_local() && flags & passing == 0
        }
    }
}
