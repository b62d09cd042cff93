//! The network of a server, out of its sections.

use patuh_protocol::lan::{Gateway, Interface, Neighbour};
use patuh_protocol::report::Reading;

use super::super::super::format::number;
use super::machine::readings;
use crate::store::CurrentSection;

/// An interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InterfaceLine {
    pub(super) name: String,
    pub(super) mac: Option<String>,
    pub(super) state: &'static str,
    pub(super) speed: Option<String>,
    pub(super) is_virtual: bool,
    pub(super) addresses: Vec<String>,
}

/// A default gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GatewayLine {
    pub(super) address: String,
    pub(super) interface: String,
    pub(super) mac: Option<String>,
}

/// A host seen on the LAN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NeighbourLine {
    pub(super) address: String,
    pub(super) mac: String,
    pub(super) interface: String,
}

/// The interfaces: those with hardware first.
pub(super) fn interfaces(sections: &[CurrentSection]) -> Vec<InterfaceLine> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Interfaces(list) => Some(list),
        _ => None,
    });
    let mut lines: Vec<_> = lists.flatten().map(InterfaceLine::new).collect();
    lines.sort_by_key(|line| (line.is_virtual, line.name.clone()));
    lines
}

impl InterfaceLine {
    fn new(interface: &Interface) -> Self {
        Self {
            name: interface.name.clone(),
            mac: interface.mac.clone(),
            state: match interface.up {
                Some(true) => "Tersambung",
                Some(false) => "Terputus",
                None => "–",
            },
            speed: interface.speed_mbps.map(|mbps| format!("{} Mbit/s", number(mbps))),
            is_virtual: interface.is_virtual,
            addresses: interface.addresses.clone(),
        }
    }
}

/// The default gateways.
pub(super) fn gateways(sections: &[CurrentSection]) -> Vec<GatewayLine> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Gateways(list) => Some(list),
        _ => None,
    });
    let line = |Gateway { address, interface, mac }: &Gateway| GatewayLine {
        address: address.clone(),
        interface: interface.clone(),
        mac: mac.clone(),
    };
    lists.flatten().map(line).collect()
}

/// The hosts seen on the LAN.
pub(super) fn neighbours(sections: &[CurrentSection]) -> Vec<NeighbourLine> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Neighbours(list) => Some(list),
        _ => None,
    });
    let line = |Neighbour { address, mac, interface }: &Neighbour| NeighbourLine {
        address: address.clone(),
        mac: mac.clone(),
        interface: interface.clone(),
    };
    lists.flatten().map(line).collect()
}
