//! What of the network's sections is worth a report, and what of it is only counted.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::digest::Digest;
use patuh_protocol::lan::{Adjacency, BridgeEntry, Capability, Gateway, Interface, Lease, Neighbour, Route};
use patuh_protocol::report::{Outcome, Reading, Section};
use serde::Serialize;

use crate::sensors::{Mac, Place, Places, is_lasting};

/// The sensors that tell of the configuration: the first parts of their names.
const CORE: [&str; 6] = ["interfaces", "gateways", "routes", "adjacencies", "leases", "resolvers"];

/// The facts in a report's sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// What each sensor says of the configuration. A sensor that failed says nothing, which is no change.
    pub(super) core: BTreeMap<String, Digest>,
    /// Address and MAC address of gateways.
    pub(super) gateways: BTreeSet<(String, String)>,
    /// MAC addresses that were seen, and whether their owner is a host of its own: behind a port that leads to the
    /// LAN a bridge learns everybody, and where they are is not known.
    pub(super) hosts: BTreeMap<String, bool>,
}

impl Facts {
    pub(super) fn of(sections: &[Section]) -> Self {
        let readings = || {
            sections.iter().filter_map(|section| match &section.outcome {
                Outcome::Ok(reading) => Some((section.sensor.as_str(), reading)),
                _ => None,
            })
        };
        let mut facts = Self::default();
        let is_core = |sensor: &str| sensor.split('/').next().is_some_and(|first| CORE.contains(&first));
        for Section { sensor, outcome, .. } in sections {
            if *outcome == Outcome::Nothing && is_core(sensor) {
                facts.core.insert(sensor.clone(), digest(&()));
            }
        }
        let interfaces = readings().find_map(|(_, reading)| match reading {
            Reading::Interfaces(all) => Some(all.iter().collect::<Vec<_>>()),
            _ => None,
        });
        let places = interfaces.map(|all| Places::of(&all)).unwrap_or_default();
        for (sensor, reading) in readings() {
            facts.take(sensor, reading, &places);
        }
        facts
    }

    fn take(&mut self, sensor: &str, reading: &Reading, places: &Places) {
        let leads_out = |name: &str| places.get(name) == Place::Lan;
        let core = match reading {
            Reading::Interfaces(all) => {
                digest(&all.iter().filter(|it| leads_out(&it.name)).map(link).collect::<Vec<_>>())
            }
            Reading::Gateways(all) => {
                self.gateways.extend(all.iter().filter_map(|it| Some((it.address.clone(), it.mac.clone()?))));
                digest(&all.iter().map(|it| Gateway { mac: None, ..it.clone() }).collect::<Vec<_>>())
            }
            Reading::Routes(all) => digest(&all.iter().filter(|it| is_set(it)).collect::<Vec<_>>()),
            Reading::Adjacencies(all) => {
                let mut known: Vec<Adjacency> = all.iter().filter(|it| is_switch(it)).map(wire).collect();
                known.sort();
                digest(&known)
            }
            Reading::Leases(all) => {
                let lasting = |it: &Lease| Lease { lifetime_s: None, ..it.clone() };
                digest(&all.iter().map(lasting).collect::<Vec<_>>())
            }
            Reading::Resolvers(all) => digest(all),
            Reading::Neighbours(all) => return self.neighbours(all),
            Reading::BridgeEntries(all) => return self.behind(all, &leads_out),
            _ => return,
        };
        self.core.insert(sensor.to_owned(), core);
    }

    fn neighbours(&mut self, all: &[Neighbour]) {
        for neighbour in all {
            self.host(&neighbour.mac, true);
        }
    }

    fn behind(&mut self, all: &[BridgeEntry], leads_out: &impl Fn(&str) -> bool) {
        for entry in all {
            self.host(&entry.mac, !leads_out(&entry.port));
        }
    }

    fn host(&mut self, mac: &str, is_host: bool) {
        if Mac::parse(mac).is_some_and(is_host_mac) {
            *self.hosts.entry(mac.to_owned()).or_default() |= is_host;
        }
    }
}

/// Whether a MAC address names a host that will be the same tomorrow.
pub(super) const fn is_host_mac(mac: Mac) -> bool {
    mac.is_of_a_device() && mac.is_lasting()
}

fn digest(facts: &impl Serialize) -> Digest {
    Digest::of(&serde_json::to_vec(facts).unwrap_or_default())
}

/// A link without what moves by itself.
fn link(it: &Interface) -> Interface {
    Interface {
        name: it.name.clone(),
        mac: it.permanent_mac.clone().or_else(|| it.mac.clone()),
        up: it.up,
        is_virtual: it.is_virtual,
        addresses: it.addresses.clone(),
        kind: it.kind.clone(),
        master: it.master.clone(),
        parent: it.parent.clone(),
        vlan: it.vlan,
        ..Interface::default()
    }
}

/// Set by somebody: not by a routing daemon, and not merely what an address brings along. The default routes of the
/// main table are the gateways.
fn is_set(route: &Route) -> bool {
    let is_gateway = route.is_default() && route.table.is_none() && route.gateway.is_some();
    is_lasting(route) && route.origin.as_deref() != Some("kernel") && !is_gateway
}

/// A switch or router that is there: telephones and hosts come and go with their people.
fn is_switch(it: &Adjacency) -> bool {
    let is_telephone = it.capabilities.contains(&Capability::Telephone);
    let is_host = |capability: &Capability| matches!(capability, Capability::Station | Capability::Other);
    let is_only_a_host = !it.capabilities.is_empty() && it.capabilities.iter().all(is_host);
    it.ttl > 0 && !is_telephone && !is_only_a_host
}

/// The two ends of a cable.
fn wire(it: &Adjacency) -> Adjacency {
    Adjacency {
        interface: it.interface.clone(),
        protocol: it.protocol,
        chassis: it.chassis.clone(),
        port: it.port.clone(),
        pvid: it.pvid,
        ..Adjacency::default()
    }
}
