//! What one report says of the LAN: sections in, facts out, noise left behind.
//!
//! Left out are the networks inside a host (containers, NAT of virtual machines), addresses that name nobody
//! (link-local, multicast, of a group of routers), devices that come and go with their people (telephones,
//! stations): none of them is infrastructure. Made-up MAC addresses are counted, not named: a telephone makes up a
//! new one each day.

mod links;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use patuh_protocol::lan::{
    Adjacency, BridgeEntry, Capability, Gateway, Identifier, IdentifierKind, Interface, Lease, Neighbour,
    Route,
};
use patuh_protocol::report::Reading;
use serde::{Deserialize, Serialize};

use self::links::Links;
use super::fact::Fact;
use super::mac::Mac;
use super::subnet::{Subnet, is_nowhere};

/// What came of one section, with "the same as before" resolved.
#[derive(Clone, Copy, Debug)]
pub enum Heard<'a> {
    /// It was read.
    Read(&'a Reading),
    /// It was looked for, and there is none. A sensor that has no means to look must say that it failed.
    Nothing,
    /// It could not be read: why.
    Failed(&'a str),
}

/// Where facts come from: the first part of a sensor's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `interfaces`.
    Interfaces,
    /// `gateways`.
    Gateways,
    /// `routes`.
    Routes,
    /// `neighbours`.
    Neighbours,
    /// `adjacencies`.
    Adjacencies,
    /// `bridge_entries`.
    BridgeEntries,
    /// `leases`.
    Leases,
}

/// How a source went. One that did not run ages nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ran {
    /// It ran and found something.
    Found,
    /// It ran and found nothing.
    Nothing,
    /// It did not run: why.
    Failed(String),
}

/// One report's view of the LAN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Whose.
    pub agent: AgentId,
    /// When it was taken. Whoever makes it bounds it by when it was received: a host whose clock is ahead would else
    /// be believed until that time comes.
    pub at: Timestamp,
    /// How each source went that was in the report.
    pub sources: BTreeMap<Source, Ran>,
    /// What it says.
    pub facts: BTreeSet<Fact>,
    /// What it looks like now.
    pub view: View,
}

/// What changes by itself, or is known of things without being what makes them: only the last is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The interfaces towards the LAN, by name.
    pub links: BTreeMap<String, Link>,
    /// Who announced itself, infrastructure or not.
    pub announced: Vec<Adjacency>,
    /// MAC addresses behind the ports of this host's bridges: port, whether it leads out of the host, address.
    pub behind: BTreeSet<(String, bool, Mac)>,
    /// Who answers for which address: the neighbour table and the gateways.
    pub claims: BTreeSet<(IpAddr, Mac)>,
    /// Hosts with made-up MAC addresses, by subnet.
    pub anonymous: BTreeMap<Subnet, u32>,
    /// Addresses that were got by DHCP.
    pub leases: Vec<Lease>,
    /// Default routes.
    pub defaults: Vec<Gateway>,
}

/// An interface towards the LAN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Link {
    /// Its own MAC address, burnt in where that is known.
    pub mac: Option<Mac>,
    /// Whether it is up.
    pub up: Option<bool>,
    /// Mbit/s.
    pub speed_mbps: Option<u32>,
    /// Without hardware of its own.
    pub is_virtual: bool,
    /// Its addresses.
    pub addresses: Vec<(IpAddr, Subnet)>,
    /// The bridge or bond it is a port of.
    pub master: Option<String>,
    /// How often the carrier came and went.
    pub carrier_changes: Option<u32>,
    /// The kernel driver behind it.
    pub driver: Option<String>,
}

impl Source {
    /// What it is called for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Interfaces => "antarmuka",
            Self::Gateways => "gateway",
            Self::Routes => "rute",
            Self::Neighbours => "tabel tetangga (ARP)",
            Self::Adjacencies => "LLDP/CDP",
            Self::BridgeEntries => "tabel bridge",
            Self::Leases => "sewa DHCP",
        }
    }

    /// The source that a sensor belongs to.
    #[must_use]
    pub fn of_sensor(name: &str) -> Option<Self> {
        Some(match name.split('/').next()? {
            "interfaces" => Self::Interfaces,
            "gateways" => Self::Gateways,
            "routes" => Self::Routes,
            "neighbours" => Self::Neighbours,
            "adjacencies" => Self::Adjacencies,
            "bridge_entries" => Self::BridgeEntries,
            "leases" => Self::Leases,
            _ => return None,
        })
    }
}

impl Ran {
    /// Whether what it did not find is not there.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        matches!(self, Self::Found | Self::Nothing)
    }
}

/// What the sections of one report hold, gathered.
#[derive(Default)]
struct Raw<'a> {
    interfaces: Vec<&'a Interface>,
    gateways: Vec<&'a Gateway>,
    routes: Vec<&'a Route>,
    neighbours: Vec<&'a Neighbour>,
    adjacencies: Vec<&'a Adjacency>,
    bridges: Vec<&'a BridgeEntry>,
    leases: Vec<&'a Lease>,
}

impl Observation {
    /// What a report of `agent` says; sections of other sensors are passed over. `known` is what its report before
    /// showed, for a report that does not tell of interfaces, leases or gateways.
    #[must_use]
    pub fn new<'a>(
        agent: AgentId,
        at: Timestamp,
        sections: impl IntoIterator<Item = (&'a str, Heard<'a>)>,
        known: Option<&View>,
    ) -> Self {
        let mut sources = BTreeMap::new();
        let mut raw = Raw::default();
        for (sensor, heard) in sections {
            let Some(source) = Source::of_sensor(sensor) else { continue };
            let ran = raw.take(heard);
            let worst = match sources.remove(&source) {
                Some(Ran::Failed(why)) => Ran::Failed(why),
                Some(Ran::Found) if ran == Ran::Nothing => Ran::Found,
                _ => ran,
            };
            sources.insert(source, worst);
        }
        let links = Links::new(&raw.interfaces, known.map(|view| &view.links));
        let sound = |source: Source| sources.get(&source).is_some_and(Ran::is_sound);
        let mut view = View::default();
        if let Some(known) = known {
            if !sound(Source::Leases) {
                view.leases.clone_from(&known.leases);
            }
            if !sound(Source::Gateways) {
                view.defaults.clone_from(&known.defaults);
            }
        }
        let mut observation = Self { agent, at, sources, facts: BTreeSet::new(), view };
        observation.read(&raw, &links);
        observation.view.links = links.into_links();
        observation
    }

    fn read(&mut self, raw: &Raw<'_>, links: &Links) {
        self.view.leases.extend(raw.leases.iter().map(|lease| (*lease).clone()));
        self.view.defaults.extend(raw.gateways.iter().map(|gateway| (*gateway).clone()));
        self.view.announced = raw.adjacencies.iter().map(|heard| tidy(heard)).collect();
        self.view.announced.retain(|heard| links.is_outer(&heard.interface));
        self.view.announced.sort();
        self.addresses(links);
        self.gateways(&raw.gateways);
        self.routes(&raw.routes, links);
        self.ports(&raw.interfaces, links);
        self.adjacencies();
        self.neighbours(&raw.neighbours, links);
        self.bridges(&raw.bridges, links);
    }

    fn addresses(&mut self, links: &Links) {
        // What is only known from before was not looked at.
        if !links.is_told() {
            return;
        }
        let leased =
            |address: IpAddr| self.view.leases.iter().any(|lease| lease.address.parse() == Ok(address));
        for (address, subnet) in links.addresses() {
            let agent = self.agent.clone();
            self.facts.insert(if leased(address) {
                Fact::Leased { agent, subnet }
            } else {
                Fact::Address { agent, address, subnet }
            });
        }
    }

    fn gateways(&mut self, gateways: &[&Gateway]) {
        for gateway in gateways {
            let Ok(address) = gateway.address.parse::<IpAddr>() else { continue };
            if is_nowhere(address) {
                continue;
            }
            self.facts.insert(Fact::Gateway { agent: self.agent.clone(), address });
            let Some(mac) = gateway.mac.as_ref().and_then(|mac| mac.parse::<Mac>().ok()) else { continue };
            self.facts.insert(Fact::GatewayMac { agent: self.agent.clone(), address, mac });
            self.view.claims.insert((address, mac));
        }
    }

    /// Routes of people; those of routing daemons come and go by themselves.
    fn routes(&mut self, routes: &[&Route], links: &Links) {
        let lasting = |route: &&&Route| {
            let origin = route.origin.as_deref().unwrap_or("static");
            route.table.is_none()
                && !route.is_default()
                && matches!(origin, "static" | "boot" | "dhcp" | "ra")
        };
        for route in routes.iter().filter(lasting).filter(|route| links.is_outer(&route.interface)) {
            let (Ok(to), Some(Ok(via))) = (
                route.destination.parse::<Subnet>(),
                route.gateway.as_ref().map(|via| via.parse::<IpAddr>()),
            ) else {
                continue;
            };
            if !is_nowhere(via) {
                self.facts.insert(Fact::Route { agent: self.agent.clone(), to, via });
            }
        }
    }

    /// What belongs to which bridge or bond, and the VLANs.
    fn ports(&mut self, interfaces: &[&Interface], links: &Links) {
        for it in interfaces.iter().filter(|it| links.is_outer(&it.name)) {
            let agent = || self.agent.clone();
            if let Some(master) = it.master.as_ref().filter(|master| links.is_outer(master)) {
                let (master, port) = (master.clone(), it.name.clone());
                self.facts.insert(Fact::Member { agent: agent(), master, port });
            }
            if let Some(id) = it.vlan {
                let parent = it.parent.clone().unwrap_or_else(|| it.name.clone());
                self.facts.insert(Fact::Vlan { agent: agent(), parent, id });
            }
        }
    }

    fn adjacencies(&mut self) {
        for heard in self.view.announced.iter().filter(|heard| heard.ttl > 0 && is_infrastructure(heard)) {
            self.facts.insert(Fact::Adjacent {
                agent: self.agent.clone(),
                interface: heard.interface.clone(),
                device: heard.chassis.clone(),
                port: heard.port.clone(),
            });
        }
    }

    fn neighbours(&mut self, neighbours: &[&Neighbour], links: &Links) {
        let routers: BTreeSet<IpAddr> =
            self.view.defaults.iter().filter_map(|gateway| gateway.address.parse().ok()).collect();
        let mut anonymous: BTreeMap<Subnet, BTreeSet<Mac>> = BTreeMap::new();
        for it in neighbours.iter().filter(|it| links.is_outer(&it.interface)) {
            let (Ok(address), Ok(mac)) = (it.address.parse::<IpAddr>(), it.mac.parse::<Mac>()) else {
                continue;
            };
            if is_nowhere(address) || !mac.is_of_a_device() {
                continue;
            }
            self.view.claims.insert((address, mac));
            let Some(segment) = links.segment(&it.interface, address) else { continue };
            if routers.contains(&address) {
                continue;
            }
            if mac.is_universal() || mac.is_of_a_guest() {
                self.facts.insert(Fact::Host { segment, mac });
            } else {
                anonymous.entry(segment).or_default().insert(mac);
            }
        }
        let count = |macs: BTreeSet<Mac>| u32::try_from(macs.len()).unwrap_or(u32::MAX);
        self.view.anonymous = anonymous.into_iter().map(|(segment, macs)| (segment, count(macs))).collect();
    }

    fn bridges(&mut self, entries: &[&BridgeEntry], links: &Links) {
        for it in entries.iter().filter(|it| links.is_outer(&it.bridge)) {
            let Ok(mac) = it.mac.parse::<Mac>() else { continue };
            if mac.is_of_a_device() && (mac.is_universal() || mac.is_of_a_guest()) {
                self.view.behind.insert((it.port.clone(), links.is_outer(&it.port), mac));
            }
        }
    }
}

impl<'a> Raw<'a> {
    fn take(&mut self, heard: Heard<'a>) -> Ran {
        match heard {
            Heard::Nothing => return Ran::Nothing,
            Heard::Failed(why) => return Ran::Failed(why.to_owned()),
            Heard::Read(Reading::Interfaces(all)) => self.interfaces.extend(all),
            Heard::Read(Reading::Gateways(all)) => self.gateways.extend(all),
            Heard::Read(Reading::Routes(all)) => self.routes.extend(all),
            Heard::Read(Reading::Neighbours(all)) => self.neighbours.extend(all),
            Heard::Read(Reading::Adjacencies(all)) => self.adjacencies.extend(all),
            Heard::Read(Reading::BridgeEntries(all)) => self.bridges.extend(all),
            Heard::Read(Reading::Leases(all)) => self.leases.extend(all),
            Heard::Read(_) => return Ran::Failed("a reading of another kind".to_owned()),
        }
        Ran::Found
    }
}

/// Switches, routers, access points, and whoever does not say what it is (CDP). A telephone switches too, for the
/// computer behind it, but it is no infrastructure.
#[must_use]
pub fn is_infrastructure(heard: &Adjacency) -> bool {
    let is = |capability| heard.capabilities.contains(&capability);
    let only_a_host = !heard.capabilities.is_empty()
        && heard.capabilities.iter().all(|it| matches!(it, Capability::Station | Capability::Other));
    !is(Capability::Telephone) && !only_a_host && !heard.chassis.value.is_empty()
}

/// The same device in the same words, whoever read it: MAC addresses in one notation, spaces trimmed.
fn tidy(heard: &Adjacency) -> Adjacency {
    Adjacency { chassis: tidy_id(&heard.chassis), port: tidy_id(&heard.port), ..heard.clone() }
}

fn tidy_id(id: &Identifier) -> Identifier {
    let value = id.value.trim();
    let value = match (id.kind, value.parse::<Mac>()) {
        (IdentifierKind::Mac, Ok(mac)) => mac.to_string(),
        _ => value.to_owned(),
    };
    Identifier { kind: id.kind, value }
}
