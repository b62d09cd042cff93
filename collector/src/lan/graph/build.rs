//! From what is believed to what is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use patuh_protocol::lan::Identifier;

use super::devices::Devices;
use super::{Basis, Graph, Link, Node, NodeId, Office, Role};
use crate::lan::fact::Fact;
use crate::lan::mac::Mac;
use crate::lan::state::{Standing, State, Track};
use crate::lan::subnet::Subnet;
use crate::lan::text::plain;
use crate::lan::words::Names;

pub(super) struct Builder<'a> {
    state: &'a State,
    office: &'a Office,
    names: Names,
    devices: Devices,
    graph: Graph,
}

const OUTSIDE: &str = "outside";

impl<'a> Builder<'a> {
    pub(super) fn new(state: &'a State, office: &'a Office) -> Self {
        let names = Names::new(&office.servers, state);
        Self { state, office, names, devices: Devices::new(state), graph: Graph::default() }
    }

    pub(super) fn build(mut self) -> Graph {
        self.graph.servers = self.state.agents.len();
        self.graph.as_of = self.state.agents.values().map(|witness| witness.last_at).max();
        self.devices();
        self.servers();
        self.gateways();
        self.cables();
        self.guests();
        self.subnets();
        self.uplinks();
        self.declared();
        self.name_conflicts();
        self.graph.links.sort();
        self.graph.links.dedup();
        self.graph.conflicts.sort();
        self.graph
    }

    fn link(&mut self, upper: &str, lower: &str, basis: Basis, seen: Option<&Track>) -> Option<&mut Link> {
        if upper == lower {
            return None;
        }
        let link = Link {
            upper: upper.to_owned(),
            lower: lower.to_owned(),
            upper_port: None,
            lower_port: None,
            basis,
            vlan: None,
            evidence: seen.map(|track| track.seen_by.clone()).unwrap_or_default(),
            is_missing: seen.is_some_and(|track| track.standing == Standing::Missing),
            mark: None,
        };
        self.graph.links.push(link);
        self.graph.links.last_mut()
    }

    fn devices(&mut self) {
        let announced: Vec<_> = self.devices.announced().map(|(id, node)| (id.clone(), node.clone())).collect();
        for (id, node) in announced {
            let device = self.state.devices.get(&id);
            let role = match device {
                Some(device) if device.is_access_point => Role::AccessPoint,
                Some(device) if device.is_router && !device.ports.is_empty() && self.is_gateway(&node) => Role::Router,
                _ => Role::Switch,
            };
            let management = device.map(|device| device.management.iter().map(IpAddr::to_string).collect::<Vec<_>>());
            let addresses = management.unwrap_or_default();
            let detail = addresses.iter().find(|text| text.contains('.')).or_else(|| addresses.first());
            self.graph.nodes.entry(node).or_insert_with(|| Node {
                role,
                name: self.names.device(&id),
                detail: detail.cloned().unwrap_or_else(|| plain(&id.value)),
                addresses: addresses.clone(),
                last_seen: device.map(|device| device.last_seen),
                ..Node::default()
            });
        }
    }

    fn is_gateway(&self, node: &NodeId) -> bool {
        self.devices.gateways.values().any(|gateway| gateway == node)
    }

    fn servers(&mut self) {
        for (agent, witness) in &self.state.agents {
            let addresses: Vec<String> = self.addresses(agent).into_iter().map(|(a, _)| a.to_string()).collect();
            let detail = addresses.iter().find(|text| text.contains('.')).or_else(|| addresses.first());
            let node = Node {
                role: Role::Server,
                name: self.names.server(agent),
                detail: detail.cloned().unwrap_or_default(),
                addresses: addresses.clone(),
                last_seen: Some(witness.last_at),
                ..Node::default()
            };
            self.graph.nodes.insert(server(agent), node);
        }
    }

    fn addresses(&self, agent: &AgentId) -> BTreeSet<(IpAddr, Subnet)> {
        let now = self.state.agents.get(agent).into_iter().flat_map(|witness| witness.view.links.values());
        let leased: BTreeMap<Subnet, IpAddr> =
            now.flat_map(|link| link.addresses.iter().map(|(address, subnet)| (*subnet, *address))).collect();
        let of = |fact: &Fact| match fact {
            Fact::Address { agent: by, address, subnet } if by == agent => Some((*address, *subnet)),
            Fact::Leased { agent: by, subnet } if by == agent => Some((*leased.get(subnet)?, *subnet)),
            _ => None,
        };
        self.state.believed().filter_map(|(fact, _)| of(fact)).collect()
    }

    fn gateways(&mut self) {
        let gateways: Vec<(IpAddr, NodeId)> =
            self.devices.gateways.iter().map(|(address, node)| (*address, node.clone())).collect();
        if !gateways.is_empty() {
            let name = plain(&self.office.outside);
            let node = Node { role: Role::Outside, name, detail: "di luar kantor".to_owned(), ..Node::default() };
            self.graph.nodes.insert(OUTSIDE.to_owned(), node);
        }
        for (address, id) in &gateways {
            let macs = self.devices.macs.get(address).cloned().unwrap_or_default();
            let mut seen = self.merged(|fact| matches!(fact, Fact::Gateway { address: of, .. } if of == address));
            let node = self.graph.nodes.entry(id.clone()).or_insert_with(|| Node {
                role: Role::Router,
                name: "Gateway".to_owned(),
                detail: address.to_string(),
                last_seen: Some(seen.last_seen),
                ..Node::default()
            });
            let text = address.to_string();
            if !node.addresses.contains(&text) {
                node.addresses.push(text);
            }
            node.addresses.extend(macs.iter().map(Mac::to_string));
            if node.role == Role::Switch {
                node.role = Role::Router;
            }
            if macs.len() > 1 {
                let sentence = format!("Gateway {address} dijawab oleh {} perangkat", macs.len());
                self.graph.conflicts.push(sentence);
            }
            seen.standing = Standing::Confirmed;
            self.link(OUTSIDE, id, Basis::Configured, Some(&seen));
        }
    }

    /// The tracks of several facts as one.
    fn merged(&self, wanted: impl Fn(&Fact) -> bool) -> Track {
        let mut all = Track::default();
        for (_, track) in self.state.believed().filter(|(fact, _)| wanted(fact)) {
            all.last_seen = all.last_seen.max(track.last_seen);
            for (agent, at) in &track.seen_by {
                let known = all.seen_by.entry(agent.clone()).or_insert(*at);
                *known = (*known).max(*at);
            }
        }
        all
    }

    /// What announced itself: each port with the servers that heard it. Two servers on one port of a switch, or two
    /// switches on one interface of a server, prove another switch between them that announces nothing.
    fn cables(&mut self) {
        let mut by_port: BTreeMap<(&Identifier, &Identifier), Vec<(&AgentId, &str, &Track)>> = BTreeMap::new();
        let mut by_interface: BTreeMap<(&AgentId, &str), BTreeSet<&Identifier>> = BTreeMap::new();
        for (fact, track) in self.state.believed() {
            if let Fact::Adjacent { agent, interface, device, port } = fact {
                by_port.entry((device, port)).or_default().push((agent, interface, track));
                by_interface.entry((agent, interface)).or_default().insert(device);
            }
        }
        for ((device, port), heard) in by_port {
            let node = self.devices.node(device);
            let (label, vlan) = (self.names.port(device, port), self.vlan(device, port));
            let servers: BTreeSet<&AgentId> = heard.iter().map(|(agent, ..)| *agent).collect();
            let shared = heard.iter().find_map(|(agent, interface, _)| {
                let is_shared = by_interface.get(&(*agent, *interface)).is_some_and(|devices| devices.len() > 1);
                is_shared.then(|| format!("inf:{}:{interface}", agent.as_str()))
            });
            let between = shared.or_else(|| (servers.len() > 1).then(|| format!("inf:{node}:{}", port.value)));
            let Some(between) = between else {
                for (agent, interface, track) in heard {
                    if let Some(link) = self.link(&node, &server(agent), Basis::Announced, Some(track)) {
                        (link.upper_port, link.lower_port) = (Some(label.clone()), Some(plain(interface)));
                        link.vlan = vlan;
                    }
                }
                continue;
            };
            self.between(&between, &node, &label, &heard);
        }
    }

    fn between(&mut self, between: &str, node: &str, label: &str, heard: &[(&AgentId, &str, &Track)]) {
        let servers: BTreeSet<&AgentId> = heard.iter().map(|(agent, ..)| *agent).collect();
        self.graph.nodes.entry(between.to_owned()).or_insert_with(|| Node {
            role: Role::InferredSwitch,
            name: "Switch tak terkelola?".to_owned(),
            detail: "disimpulkan".to_owned(),
            ..Node::default()
        });
        if servers.len() > 1 {
            let name = self.graph.nodes.get(node).map_or("", |node| &node.name);
            self.graph.conflicts.push(format!("{name} port {label} didengar oleh {} server", servers.len()));
        }
        if let Some(link) = self.link(node, between, Basis::Concluded, None) {
            link.upper_port = Some(label.to_owned());
            link.evidence = heard.iter().flat_map(|(.., track)| track.seen_by.clone()).collect();
        }
        for (agent, interface, track) in heard {
            let known = |link: &Link| link.upper == between && link.lower == server(agent);
            if !self.graph.links.iter().any(known)
                && let Some(link) = self.link(between, &server(agent), Basis::Concluded, Some(track))
            {
                link.lower_port = Some(plain(interface));
            }
        }
    }

    fn vlan(&self, device: &Identifier, port: &Identifier) -> Option<u16> {
        self.state.devices.get(device)?.ports.get(port)?.pvid
    }

    /// Machines behind a virtual port of a server's bridge run on that server.
    fn guests(&mut self) {
        let by_mac: BTreeMap<Mac, &AgentId> = self
            .state
            .agents
            .iter()
            .flat_map(|(agent, witness)| witness.macs.iter().map(move |mac| (*mac, agent)))
            .collect();
        let hosts: BTreeMap<Mac, &Track> = self
            .state
            .believed()
            .filter_map(|(fact, track)| match fact {
                Fact::Host { mac, .. } => Some((*mac, track)),
                _ => None,
            })
            .collect();
        for (agent, witness) in &self.state.agents {
            for (_, _, mac) in witness.view.behind.iter().filter(|(_, leads_out, _)| !leads_out) {
                let seen = Track { seen_by: BTreeMap::from([(agent.clone(), witness.last_at)]), ..Track::default() };
                match by_mac.get(mac) {
                    Some(guest) if *guest != agent => {
                        self.link(&server(agent), &server(guest), Basis::BridgeTable, Some(&seen));
                    }
                    Some(_) => {}
                    None if hosts.contains_key(mac) => {
                        self.host(*mac, Role::Guest, &server(agent), Basis::BridgeTable, &seen);
                    }
                    None => {}
                }
            }
        }
    }

    fn host(&mut self, mac: Mac, role: Role, upper: &str, basis: Basis, track: &Track) {
        let id = format!("host:{mac}");
        let address = self.state.agents.values().find_map(|witness| {
            witness.view.claims.iter().find(|(address, of)| *of == mac && address.is_ipv4()).map(|(a, _)| *a)
        });
        let last_seen: Option<Timestamp> = Some(track.last_seen).filter(|at| *at != Timestamp::default());
        self.graph.nodes.entry(id.clone()).or_insert_with(|| Node {
            role,
            name: address.map_or_else(|| mac.to_string(), |address| address.to_string()),
            detail: address.map_or_else(String::new, |_| mac.to_string()),
            last_seen,
            ..Node::default()
        });
        self.link(upper, &id, basis, Some(track));
    }

    /// Servers without a cable that is known, and hosts, hang on their subnet.
    fn subnets(&mut self) {
        let agents: Vec<&AgentId> = self.state.agents.keys().collect();
        for agent in agents {
            let addresses = self.addresses(agent);
            for (_, subnet) in addresses.iter().filter(|(_, subnet)| !subnet.is_no_network()) {
                self.graph.subnets.entry(*subnet).or_default().servers += 1;
            }
            let first = addresses.iter().find(|(address, subnet)| address.is_ipv4() && !subnet.is_no_network());
            let id = server(agent);
            let is_hung = self.graph.links.iter().any(|link| link.lower == id && link.upper != OUTSIDE);
            let is_router = self.is_gateway(&id);
            if let Some((_, subnet)) = first
                && let Some(node) = self.graph.nodes.get_mut(&id)
            {
                node.group = subnet.to_string();
                if !is_hung && !is_router {
                    let upper = self.segment(*subnet);
                    let seen = self.merged(
                        |fact| matches!(fact, Fact::Address { agent: by, subnet: of, .. } if by == agent && of == subnet),
                    );
                    self.link(&upper, &id, Basis::Configured, Some(&seen));
                }
            }
        }
        for fact in self.state.hosts() {
            let (Fact::Host { segment, mac }, Some(track)) = (&fact, self.state.facts.get(&fact)) else { continue };
            self.graph.subnets.entry(*segment).or_default().hosts += 1;
            if !self.graph.nodes.contains_key(&format!("host:{mac}")) {
                let upper = self.segment(*segment);
                self.host(*mac, Role::Host, &upper, Basis::NeighbourTable, track);
            }
            if let Some(node) = self.graph.nodes.get_mut(&format!("host:{mac}")) {
                node.group = segment.to_string();
            }
        }
        for witness in self.state.agents.values() {
            for (subnet, count) in &witness.view.anonymous {
                let population = self.graph.subnets.entry(*subnet).or_default();
                population.anonymous = population.anonymous.max(*count);
            }
        }
    }

    fn segment(&mut self, subnet: Subnet) -> NodeId {
        let id = format!("net:{subnet}");
        self.graph.nodes.entry(id.clone()).or_insert_with(|| Node {
            role: Role::Segment,
            name: format!("Segmen {subnet}"),
            detail: "switch belum dikenali".to_owned(),
            ..Node::default()
        });
        id
    }

    /// What hangs on nothing yet hangs on the router that its servers, or its subnet, use.
    fn uplinks(&mut self) {
        let loose = self.graph.nodes.iter().filter(|(id, node)| {
            matches!(node.role, Role::Switch | Role::Segment | Role::AccessPoint)
                && !self.graph.links.iter().any(|link| link.lower == **id)
        });
        let loose: Vec<(NodeId, Role)> = loose.map(|(id, node)| (id.clone(), node.role)).collect();
        for (id, role) in loose {
            let found = match role {
                Role::Segment => self.router_of_subnet(&id).map(|router| (router, Basis::Configured)),
                _ => self.router_of_servers(&id).map(|router| (router, Basis::Concluded)),
            };
            if let Some((router, basis)) = found {
                self.link(&router, &id, basis, None);
            }
        }
    }

    fn router_of_subnet(&self, id: &str) -> Option<NodeId> {
        let subnet: Subnet = id.strip_prefix("net:")?.parse().ok()?;
        let own = self.devices.gateways.iter().find(|(address, _)| subnet.contains(**address));
        own.map(|(_, node)| node.clone())
    }

    /// The gateway that most servers below a switch use.
    fn router_of_servers(&self, id: &str) -> Option<NodeId> {
        let mut below: BTreeSet<&str> = BTreeSet::from([id]);
        for _ in 0..2 {
            let more = self.graph.links.iter().filter(|link| below.contains(link.upper.as_str()));
            let more: Vec<&str> = more.map(|link| link.lower.as_str()).collect();
            below.extend(more);
        }
        let mut votes: BTreeMap<&NodeId, u32> = BTreeMap::new();
        for (fact, _) in self.state.believed() {
            if let Fact::Gateway { agent, address } = fact
                && below.contains(server(agent).as_str())
                && let Some(node) = self.devices.gateways.get(address).filter(|node| *node != id)
            {
                *votes.entry(node).or_default() += 1;
            }
        }
        votes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(node, _)| node.clone())
    }

    /// What the register knows: it names what was seen by the same MAC address, or else the same address, and stands
    /// in its subnet where nothing was seen.
    fn declared(&mut self) {
        for asset in &self.office.declared {
            let by_mac = asset.mac.map(|mac| format!("host:{mac}")).filter(|id| self.graph.nodes.contains_key(id));
            let by_address = || {
                let text = asset.address?.to_string();
                let is_it = |node: &Node| node.detail == text || node.name == text || node.addresses.contains(&text);
                self.graph.nodes.iter().find(|(_, node)| is_it(node)).map(|(id, _)| id.clone())
            };
            if let Some(id) = by_mac.or_else(by_address) {
                self.rename(&id, asset);
                continue;
            }
            let id = format!("aset:{}", asset.id);
            let node = Node {
                role: asset.role,
                name: plain(&asset.name),
                detail: asset.address.map(|address| address.to_string()).unwrap_or_default(),
                ..Node::default()
            };
            self.graph.nodes.insert(id.clone(), node);
            let fits = |subnet: &&Subnet| asset.address.is_some_and(|address| subnet.contains(address));
            if let Some(subnet) = self.graph.subnets.keys().find(fits).copied() {
                let upper = self.segment(subnet);
                if let Some(router) = self.router_of_subnet(&upper)
                    && !self.graph.links.iter().any(|link| link.lower == upper)
                {
                    self.link(&router, &upper, Basis::Configured, None);
                }
                self.link(&upper, &id, Basis::Declared, None);
            }
        }
    }

    fn rename(&mut self, id: &str, asset: &super::Declared) {
        if let Some(node) = self.graph.nodes.get_mut(id) {
            if matches!(node.role, Role::Host | Role::Guest) && node.name.parse::<IpAddr>().is_ok() {
                node.detail.clone_from(&node.name);
            }
            if node.role == Role::Host {
                node.role = asset.role;
            }
            node.name = plain(&asset.name);
        }
    }

    /// Two switches of one name: a report about "SW-1" would be about either.
    fn name_conflicts(&mut self) {
        let mut by_name: BTreeMap<&str, u32> = BTreeMap::new();
        for node in self.graph.nodes.values().filter(|node| matches!(node.role, Role::Switch | Role::Router)) {
            if node.name != "Gateway" {
                *by_name.entry(&node.name).or_default() += 1;
            }
        }
        let twice = by_name.into_iter().filter(|(_, count)| *count > 1);
        let sentences: Vec<String> =
            twice.map(|(name, count)| format!("{count} perangkat memakai nama {name}")).collect();
        self.graph.conflicts.extend(sentences);
    }
}

fn server(agent: &AgentId) -> NodeId {
    format!("srv:{}", agent.as_str())
}
