//! Neighbours, and what is behind the ports of bridges: `struct ndmsg` and its attributes.

use std::net::IpAddr;

use patuh_protocol::lan::{BridgeEntry, Neighbour};

use super::{Links, Mac, attribute, bodies, ip};
use crate::roots::netlink::{chunk, u16_at, u32_at};

pub(super) const RTM_NEWNEIGH: u16 = 28;
const HEADER: usize = 12;
const AF_BRIDGE: u8 = 7;

/// What is known of a neighbour: it answered, it is being asked, or somebody wrote it down.
const NUD_KNOWN: u16 = 0x02 | 0x04 | 0x08 | 0x10 | 0x80;
const NUD_PERMANENT: u16 = 0x80;
const NTF_SELF: u8 = 0x02;
/// The host answers in somebody's place.
const NTF_PROXY: u8 = 0x08;

const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
const NDA_VLAN: u16 = 5;
const NDA_MASTER: u16 = 9;

/// An entry of either table.
pub(super) struct Entry {
    family: u8,
    index: u32,
    state: u16,
    flags: u8,
    /// Whose link-layer address it is; none in the table of a bridge.
    pub(super) address: Option<IpAddr>,
    pub(super) mac: Mac,
    vlan: Option<u16>,
    bridge: Option<u32>,
}

impl Entry {
    pub(super) fn of(body: &[u8]) -> Option<Self> {
        let [family] = chunk(body, 0)?;
        let [flags] = chunk(body, 10)?;
        let attributes = body.get(HEADER..)?;
        let value = |wanted| attribute(attributes, wanted);
        Some(Self {
            family,
            index: u32_at(body, 4)?,
            state: u16_at(body, 8)?,
            flags,
            address: value(NDA_DST).and_then(ip),
            mac: value(NDA_LLADDR).and_then(Mac::of)?,
            vlan: value(NDA_VLAN).and_then(|vlan| u16_at(vlan, 0)).filter(|vlan| (1..4095).contains(vlan)),
            bridge: value(NDA_MASTER).and_then(|master| u32_at(master, 0)),
        })
    }

    /// Whether somebody answered to an address.
    pub(super) const fn is_neighbour(&self) -> bool {
        self.address.is_some() && self.state & NUD_KNOWN != 0 && self.flags & NTF_PROXY == 0
    }

    /// Whether a bridge learnt it: not an address of the host's own, and not the list of what a card listens to.
    pub(super) const fn is_behind_a_bridge(&self) -> bool {
        let is_own = self.state & NUD_PERMANENT != 0 || self.flags & NTF_SELF != 0;
        self.family == AF_BRIDGE && self.bridge.is_some() && !is_own
    }
}

/// Who answers for which address, of both families: link-local ones, too, since those of routers are. Entries of
/// groups of listeners and of nobody are left out.
pub(in crate::sensors) fn neighbours(table: &[u8], links: &Links) -> Vec<Neighbour> {
    let all = bodies(table, RTM_NEWNEIGH).filter_map(Entry::of).filter(Entry::is_neighbour);
    let neighbour = |entry: Entry| {
        let interface = links.name(entry.index)?.to_owned();
        Some(Neighbour { address: entry.address?.to_string(), mac: entry.mac.to_string(), interface })
    };
    all.filter_map(neighbour).collect()
}

/// What the bridges learnt, sorted.
pub(in crate::sensors) fn entries(table: &[u8], links: &Links) -> Vec<BridgeEntry> {
    let all = bodies(table, RTM_NEWNEIGH).filter_map(Entry::of).filter(Entry::is_behind_a_bridge);
    let entry = |entry: Entry| {
        let (bridge, port) = (links.name(entry.bridge?)?.to_owned(), links.name(entry.index)?.to_owned());
        Some(BridgeEntry { bridge, port, mac: entry.mac.to_string(), vlan: entry.vlan })
    };
    let mut entries: Vec<BridgeEntry> = all.filter_map(entry).collect();
    entries.sort();
    entries.dedup();
    entries
}
