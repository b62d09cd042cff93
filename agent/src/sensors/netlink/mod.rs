//! The kernel's tables in the words of the wire: what [`Roots::table`](crate::roots::Roots::table) gives, read attribute by attribute.
//!
//! The numbers are those of rtnetlink(7) and linux/{if_link,if_addr,rtnetlink,neighbour}.h. An attribute that is
//! missing, torn or of another length than it should be is as if it were not there; an entry without the one that
//! makes it is passed over. Nothing here fails: a torn table was refused before.

mod address;
mod event;
mod link;
mod mac;
mod neighbour;
mod places;
mod route;

use std::net::IpAddr;

pub(crate) use event::{Event, events};
pub(crate) use mac::Mac;
pub(crate) use places::{Place, Places};

pub(super) use address::addresses;
pub(super) use link::Links;
pub(super) use neighbour::{entries, neighbours};
pub(super) use route::routes;

use crate::roots::netlink::{attributes, chunk, messages};

/// The bodies of the messages of one kind.
fn bodies(table: &[u8], kind: u16) -> impl Iterator<Item = &[u8]> {
    messages(table)
        .map_while(Result::ok)
        .filter(move |message| message.kind == kind)
        .map(|message| message.body)
}

/// The value of the last attribute `wanted` in `bytes`; the kernel writes each once.
fn attribute(bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    attributes(bytes).filter(|(kind, _)| *kind == wanted).last().map(|(_, value)| value)
}

/// Four or sixteen bytes in network order.
fn ip(value: &[u8]) -> Option<IpAddr> {
    match value.len() {
        4 => chunk::<4>(value, 0).map(IpAddr::from),
        16 => chunk::<16>(value, 0).map(IpAddr::from),
        _ => None,
    }
}

/// A text that ends in a NUL.
fn text(value: &[u8]) -> String {
    let text = value.split(|byte| *byte == 0).next().unwrap_or_default();
    crate::roots::lossy::lossy(text, crate::roots::lossy::NAME)
}

#[cfg(test)]
pub(super) mod crafted;
#[cfg(test)]
mod tests;
