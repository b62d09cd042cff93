//! What a message that the kernel sent by itself may mean.

use std::net::IpAddr;

use super::Mac;
use super::neighbour::{Entry, RTM_NEWNEIGH};
use crate::roots::netlink::messages;

/// `RTM_NEWLINK`, `DELLINK`, `NEWADDR`, `DELADDR`, `NEWROUTE`, `DELROUTE`.
const CONFIGURATION: [u16; 6] = [16, 17, 20, 21, 24, 25];

/// What may have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Links, addresses or routes are not as they were.
    Configured,
    /// Somebody answers for an address: somebody new, or for the hundredth time today.
    Answered(IpAddr, Mac),
    /// A bridge learnt behind which port somebody is.
    Learnt(Mac),
}

/// What the messages of one datagram mean. A neighbour that goes out of the kernel's cache means nothing.
pub(crate) fn events(datagram: &[u8]) -> impl Iterator<Item = Event> {
    messages(datagram).map_while(Result::ok).filter_map(|message| match message.kind {
        kind if CONFIGURATION.contains(&kind) => Some(Event::Configured),
        RTM_NEWNEIGH => {
            let entry = Entry::of(message.body)?;
            match entry.address {
                Some(address) if entry.is_neighbour() => Some(Event::Answered(address, entry.mac)),
                _ => entry.is_behind_a_bridge().then_some(Event::Learnt(entry.mac)),
            }
        }
        _ => None,
    })
}
