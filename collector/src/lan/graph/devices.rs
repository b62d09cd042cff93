//! Which names and addresses belong to one device: a switch that speaks LLDP and CDP, a router with an address in
//! each subnet.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use patuh_protocol::lan::Identifier;

use super::NodeId;
use crate::lan::fact::Fact;
use crate::lan::mac::Mac;
use crate::lan::state::State;

/// The devices of a LAN, and the node of each.
#[derive(Default)]
pub(super) struct Devices {
    /// By what they announce.
    by_id: BTreeMap<Identifier, NodeId>,
    /// Gateways, by address.
    pub(super) gateways: BTreeMap<IpAddr, NodeId>,
    /// The MAC addresses behind a gateway's address.
    pub(super) macs: BTreeMap<IpAddr, BTreeSet<Mac>>,
}

impl Devices {
    pub(super) fn new(state: &State) -> Self {
        let mut devices = Self::default();
        let mut managed: BTreeMap<IpAddr, NodeId> = BTreeMap::new();
        for id in heard(state) {
            let about = state.devices.get(id);
            let addresses = about.map(|device| &device.management);
            let known = addresses.into_iter().flatten().find_map(|address| managed.get(address).cloned());
            let node = known.unwrap_or_else(|| node_of(id));
            for address in addresses.into_iter().flatten() {
                managed.entry(*address).or_insert_with(|| node.clone());
            }
            devices.by_id.insert(id.clone(), node);
        }
        devices.find_gateways(state, &managed);
        devices
    }

    /// The node of a device that announced itself.
    pub(super) fn node(&self, id: &Identifier) -> NodeId {
        self.by_id.get(id).cloned().unwrap_or_else(|| node_of(id))
    }

    /// Each device with what it announces itself by.
    pub(super) fn announced(&self) -> impl Iterator<Item = (&Identifier, &NodeId)> {
        self.by_id.iter()
    }

    /// A gateway is the device that is managed by its address, or that announces itself by its MAC address; else a
    /// router of its own, and all addresses behind which one MAC address answers are one router.
    fn find_gateways(&mut self, state: &State, managed: &BTreeMap<IpAddr, NodeId>) {
        let mut addresses = BTreeSet::new();
        for (fact, _) in state.believed() {
            match fact {
                Fact::Gateway { address, .. } => {
                    addresses.insert(*address);
                }
                Fact::GatewayMac { address, mac, .. } => {
                    self.macs.entry(*address).or_default().insert(*mac);
                }
                _ => {}
            }
        }
        let by_chassis: BTreeMap<Mac, NodeId> =
            self.by_id.iter().filter_map(|(id, node)| Some((id.value.parse().ok()?, node.clone()))).collect();
        let mut by_mac: BTreeMap<Mac, NodeId> = BTreeMap::new();
        for address in addresses {
            let macs: Vec<Mac> = self.macs.get(&address).into_iter().flatten().copied().collect();
            let own = macs.iter().filter(|mac| mac.is_of_a_device());
            let known = own.clone().find_map(|mac| by_chassis.get(mac).or_else(|| by_mac.get(mac)));
            let node = managed.get(&address).or(known).cloned();
            let node =
                node.or_else(|| server_with(state, address)).unwrap_or_else(|| format!("gw:{address}"));
            for mac in own {
                by_mac.entry(*mac).or_insert_with(|| node.clone());
            }
            self.gateways.insert(address, node);
        }
    }
}

/// The devices that are believed, in the order of their ids.
fn heard(state: &State) -> BTreeSet<&Identifier> {
    let mut heard = BTreeSet::new();
    for (fact, _) in state.believed() {
        if let Fact::Adjacent { device, .. } = fact {
            heard.insert(device);
        }
    }
    heard
}

/// A server that is a router itself.
fn server_with(state: &State, address: IpAddr) -> Option<NodeId> {
    state.believed().find_map(|(fact, _)| match fact {
        Fact::Address { agent, address: own, .. } if *own == address => {
            Some(format!("srv:{}", agent.as_str()))
        }
        _ => None,
    })
}

fn node_of(id: &Identifier) -> NodeId {
    format!("dev:{:?}:{}", id.kind, id.value)
}
