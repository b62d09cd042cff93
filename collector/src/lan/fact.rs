//! The facts a LAN is made of, and what makes two of them the same.
//!
//! A fact holds keys only: an agent's id, a chassis id, a port id, an address, a MAC address. What may change
//! about a thing that stays the same (a switch's name, an interface's speed) is no part of any fact. Names of systems are
//! never keys, and addresses alone are none of a host: both are used again.

use std::net::IpAddr;

use patuh_protocol::id::AgentId;
use patuh_protocol::lan::Identifier;
use serde::{Deserialize, Serialize};

use super::mac::Mac;
use super::subnet::Subnet;

/// One fact about an office's LAN.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// A server has a fixed address.
    Address {
        /// The server.
        agent: AgentId,
        /// Its address.
        address: IpAddr,
        /// The subnet it lies in, by its own prefix length.
        subnet: Subnet,
    },
    /// A server has an address of a DHCP server; which one is no fact, for it may be another tomorrow.
    Leased {
        /// The server.
        agent: AgentId,
        /// The subnet it lies in.
        subnet: Subnet,
    },
    /// A server's default gateway.
    Gateway {
        /// The server.
        agent: AgentId,
        /// The gateway's address.
        address: IpAddr,
    },
    /// The device behind that address, as that server sees it.
    GatewayMac {
        /// The server.
        agent: AgentId,
        /// The gateway's address.
        address: IpAddr,
        /// Its MAC address.
        mac: Mac,
    },
    /// A route that a server was given, other than the default.
    Route {
        /// The server.
        agent: AgentId,
        /// Where to.
        to: Subnet,
        /// The next router.
        via: IpAddr,
    },
    /// A port of a server's bridge or bond.
    Member {
        /// The server.
        agent: AgentId,
        /// The bridge or bond.
        master: String,
        /// The port.
        port: String,
    },
    /// A VLAN on a server's interface.
    Vlan {
        /// The server.
        agent: AgentId,
        /// The trunk.
        parent: String,
        /// The VLAN's number.
        id: u16,
    },
    /// A device announced itself on a server's interface: there a cable leads to.
    Adjacent {
        /// The server.
        agent: AgentId,
        /// Its interface.
        interface: String,
        /// The device.
        device: Identifier,
        /// The device's port.
        port: Identifier,
    },
    /// A host without an agent is in a subnet.
    Host {
        /// The subnet.
        segment: Subnet,
        /// The host.
        mac: Mac,
    },
}

/// How far a fact can be trusted, and how quickly it changes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A host's own configuration.
    Configuration,
    /// What announces itself.
    Adjacency,
    /// Hosts in tables that forget.
    Host,
    /// Concluded from other facts: drawn dashed, never told as a change. No [`Fact`] is of this class; the graph
    /// makes them anew each time.
    Inferred,
}

/// What holds one value at a time, as a rule: where one value goes and another comes, it moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot<'a> {
    Address(&'a AgentId, bool),
    Leased(&'a AgentId, bool),
    Gateway(&'a AgentId, bool),
    GatewayMac(&'a AgentId, IpAddr),
    Route(&'a AgentId, Subnet),
    Member(&'a AgentId, &'a str),
    Vlan(&'a AgentId, &'a str),
    Interface(&'a AgentId, &'a str),
    Host(Mac),
}

impl Fact {
    /// Its class.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Adjacent { .. } => Class::Adjacency,
            Self::Host { .. } => Class::Host,
            _ => Class::Configuration,
        }
    }

    /// The server that it is about; none for a host without an agent.
    #[must_use]
    pub const fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Address { agent, .. }
            | Self::Leased { agent, .. }
            | Self::Gateway { agent, .. }
            | Self::GatewayMac { agent, .. }
            | Self::Route { agent, .. }
            | Self::Member { agent, .. }
            | Self::Vlan { agent, .. }
            | Self::Adjacent { agent, .. } => Some(agent),
            Self::Host { .. } => None,
        }
    }

    pub(super) fn slot(&self) -> Slot<'_> {
        match self {
            Self::Address { agent, address, .. } => Slot::Address(agent, address.is_ipv6()),
            Self::Leased { agent, subnet } => Slot::Leased(agent, subnet.is_ipv6()),
            Self::Gateway { agent, address } => Slot::Gateway(agent, address.is_ipv6()),
            Self::GatewayMac { agent, address, .. } => Slot::GatewayMac(agent, *address),
            Self::Route { agent, to, .. } => Slot::Route(agent, *to),
            Self::Member { agent, port, .. } => Slot::Member(agent, port),
            Self::Vlan { agent, parent, .. } => Slot::Vlan(agent, parent),
            Self::Adjacent { agent, interface, .. } => Slot::Interface(agent, interface),
            Self::Host { mac, .. } => Slot::Host(*mac),
        }
    }

    /// How well `self` may be what `new` was before: `None` not at all, the least fits best. Another address of
    /// the same subnet rather than of another; another port of the same switch rather than another switch; the
    /// same cable in another of the server's sockets; the same address on another server.
    pub(super) fn became(&self, new: &Self) -> Option<u8> {
        let same_slot = self.slot() == new.slot();
        match (self, new) {
            (Self::Address { subnet: old, .. }, Self::Address { subnet: new, .. }) if same_slot => {
                Some(u8::from(old != new))
            }
            (Self::Address { address: old, .. }, Self::Address { address: new, .. }) => {
                (old == new).then_some(3)
            }
            (
                Self::Adjacent { agent, device, port, .. },
                Self::Adjacent { agent: agent2, device: device2, port: port2, .. },
            ) if agent == agent2 => {
                if same_slot {
                    Some(u8::from(device != device2))
                } else {
                    (device == device2 && port == port2).then_some(2)
                }
            }
            _ => same_slot.then_some(0),
        }
    }
}
