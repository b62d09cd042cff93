//! The LAN of an office as one graph: what all its agents believe, joined; what can be concluded from it, marked as
//! concluded; what contradicts itself, kept.
//!
//! Agents stand on servers, so that the graph shows part of an office and says from how many servers it was seen.
//! Nothing is invented: no port that nobody announced, no switch but the one that several hosts on one port prove.

mod build;
mod cables;
mod compare;
mod declared;
mod devices;
mod gaps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use serde::{Deserialize, Serialize};

use super::mac::Mac;
use super::state::State;
use super::subnet::Subnet;

/// The name of a node: stable from version to version, made of the thing's key.
pub type NodeId = String;

/// An office's LAN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    /// What is there.
    pub nodes: BTreeMap<NodeId, Node>,
    /// How it hangs together, sorted.
    pub links: Vec<Link>,
    /// The subnets, and who is in them.
    pub subnets: BTreeMap<Subnet, Population>,
    /// What contradicts itself: Indonesian sentences, sorted.
    pub conflicts: Vec<String>,
    /// Why something may be missing: sources that did not run, cards that keep announcements to themselves.
    /// Indonesian sentences, sorted.
    pub gaps: Vec<String>,
    /// From how many servers it was seen.
    pub servers: usize,
    /// When the last of them looked.
    pub as_of: Option<Timestamp>,
}

/// A thing in the LAN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// What it is called.
    pub name: String,
    /// Its address, or what else tells it apart.
    pub detail: String,
    /// Further addresses, for lists.
    pub addresses: Vec<String>,
    /// What it may be counted with where there are too many: its VLAN or subnet.
    pub group: String,
    /// When it was last seen; none for what was declared or concluded.
    pub last_seen: Option<Timestamp>,
    /// What is new about it.
    pub mark: Option<Mark>,
}

/// What a thing is, from the edge of the office inwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What lies behind the gateways: the intranet, the Internet.
    Outside,
    /// A router.
    Router,
    /// A switch that announces itself, or was declared.
    Switch,
    /// A switch that must be there: nobody announced it.
    InferredSwitch,
    /// A subnet whose switches nobody knows.
    Segment,
    /// A wireless access point.
    AccessPoint,
    /// A server with an agent.
    Server,
    /// A virtual machine without an agent.
    Guest,
    /// Any other host.
    #[default]
    Host,
    /// Something that an officer declared, of no other kind.
    Asset,
}

/// A link between two things.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// The end nearer to the outside.
    pub upper: NodeId,
    /// The other end.
    pub lower: NodeId,
    /// The port at the upper end.
    pub upper_port: Option<String>,
    /// The port at the lower end.
    pub lower_port: Option<String>,
    /// What it rests on.
    pub basis: Basis,
    /// The VLAN of untagged frames.
    pub vlan: Option<u16>,
    /// Who saw it, and when last.
    pub evidence: BTreeMap<AgentId, Timestamp>,
    /// It was lately looked for in vain, and is not given up yet.
    pub is_missing: bool,
    /// What is new about it.
    pub mark: Option<Mark>,
}

/// What a link rests on, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A device announced itself there.
    Announced,
    /// The forwarding table of a bridge.
    BridgeTable,
    /// An officer declared it.
    Declared,
    /// A server's own configuration: its gateway, its subnet.
    Configured,
    /// The neighbour table of a server.
    NeighbourTable,
    /// Concluded from other links: drawn dashed.
    Concluded,
}

/// What is new about a thing or a link, compared with an earlier version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It came.
    New,
    /// It went.
    Gone,
    /// It is at another place.
    Moved,
}

/// Who is in a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// Servers with an agent.
    pub servers: u32,
    /// Known hosts.
    pub hosts: u32,
    /// Hosts with made-up MAC addresses, as the last agent counted them.
    pub anonymous: u32,
}

/// What the office is called, and what its officers say of it.
#[derive(Clone, Debug, Default)]
pub struct Office {
    /// Names of servers.
    pub servers: BTreeMap<AgentId, String>,
    /// What lies behind the gateways, such as `Jaringan Intra Pemerintah Daerah`.
    pub outside: String,
    /// Things without an agent.
    pub declared: Vec<Declared>,
}

/// Something that stands in the register and has no agent.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Its number in the register: stable.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Its address, where it is known.
    pub address: Option<IpAddr>,
    /// Its MAC address, where it is known.
    pub mac: Option<Mac>,
}

impl Graph {
    /// The LAN as `state` has it.
    #[must_use]
    pub fn new(state: &State, office: &Office) -> Self {
        build::Builder::new(state, office).build()
    }

    /// Both versions in one picture: what is in `after` only is new, what is in `before` only is gone, what hangs
    /// elsewhere has moved.
    #[must_use]
    pub fn compare(before: &Self, after: &Self) -> Self {
        compare::compare(before, after)
    }

    /// The sentence that says how much of the office it shows.
    #[must_use]
    pub fn coverage(&self) -> String {
        format!("tampak dari {} server", self.servers)
    }
}

impl Role {
    /// What it is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Outside => "Jaringan luar",
            Self::Router => "Router",
            Self::Switch => "Switch",
            Self::InferredSwitch => "Switch tak terkelola",
            Self::Segment => "Segmen",
            Self::AccessPoint => "Titik akses",
            Self::Server => "Server",
            Self::Guest => "Mesin virtual",
            Self::Host => "Host",
            Self::Asset => "Perangkat",
        }
    }

    /// Whether other things may hang on it whatever it is: it is no end of the tree.
    #[must_use]
    pub const fn carries(self) -> bool {
        matches!(
            self,
            Self::Outside
                | Self::Router
                | Self::Switch
                | Self::InferredSwitch
                | Self::Segment
                | Self::AccessPoint
        )
    }
}

impl Basis {
    /// What it is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Announced => "diumumkan perangkat (LLDP/CDP)",
            Self::BridgeTable => "tabel bridge",
            Self::Declared => "dinyatakan petugas",
            Self::Configured => "konfigurasi server",
            Self::NeighbourTable => "tabel tetangga (ARP)",
            Self::Concluded => "disimpulkan",
        }
    }
}

impl Mark {
    /// What it is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "BARU",
            Self::Gone => "HILANG",
            Self::Moved => "PINDAH",
        }
    }
}

impl Link {
    /// When it was last seen.
    #[must_use]
    pub fn last_seen(&self) -> Option<Timestamp> {
        self.evidence.values().max().copied()
    }
}
