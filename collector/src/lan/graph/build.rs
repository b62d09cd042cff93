//! From what is believed to what is drawn.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use patuh_protocol::id::AgentId;

use super::devices::Devices;
use super::{Basis, Graph, Link, Node, NodeId, Office, Role};
use crate::lan::fact::Fact;
use crate::lan::mac::Mac;
use crate::lan::state::{Standing, State, Track};
use crate::lan::subnet::Subnet;
use crate::lan::text::plain;
use crate::lan::words::Names;

pub(super) struct Builder<'a> {
    pub(super) state: &'a State,
    pub(super) office: &'a Office,
    pub(super) names: Names,
    pub(super) devices: Devices,
    pub(super) graph: Graph,
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
        self.gaps();
        self.graph.links.sort();
        self.graph.links.dedup();
        self.graph.conflicts.sort();
        self.graph
    }

    pub(super) fn link(
        &mut self,
        upper: &str,
        lower: &str,
        basis: Basis,
        seen: Option<&Track>,
    ) -> Option<&mut Link> {
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
        let announced: Vec<_> =
            self.devices.announced().map(|(id, node)| (id.clone(), node.clone())).collect();
        for (id, node) in announced {
            let device = self.state.devices.get(&id);
            let role = match device {
                Some(device) if device.is_access_point => Role::AccessPoint,
                Some(device) if device.is_router && !device.ports.is_empty() && self.is_gateway(&node) => {
                    Role::Router
                }
                _ => Role::Switch,
            };
            let management =
                device.map(|device| device.management.iter().map(IpAddr::to_string).collect::<Vec<_>>());
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
            let addresses: Vec<String> =
                self.addresses(agent).into_iter().map(|(a, _)| a.to_string()).collect();
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
            let node =
                Node { role: Role::Outside, name, detail: "di luar kantor".to_owned(), ..Node::default() };
            self.graph.nodes.insert(OUTSIDE.to_owned(), node);
        }
        for (address, id) in &gateways {
            let macs = self.devices.macs.get(address).cloned().unwrap_or_default();
            let mut seen =
                self.merged(|fact| matches!(fact, Fact::Gateway { address: of, .. } if of == address));
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

    /// Servers without a cable that is known, and hosts, hang on their subnet.
    fn subnets(&mut self) {
        let agents: Vec<&AgentId> = self.state.agents.keys().collect();
        for agent in agents {
            let addresses = self.addresses(agent);
            for (_, subnet) in addresses.iter().filter(|(_, subnet)| !subnet.is_no_network()) {
                self.graph.subnets.entry(*subnet).or_default().servers += 1;
            }
            let first =
                addresses.iter().find(|(address, subnet)| address.is_ipv4() && !subnet.is_no_network());
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
            let (Fact::Host { segment, mac }, Some(track)) = (&fact, self.state.facts.get(&fact)) else {
                continue;
            };
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

    pub(super) fn segment(&mut self, subnet: Subnet) -> NodeId {
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

    pub(super) fn router_of_subnet(&self, id: &str) -> Option<NodeId> {
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
}

pub(super) fn server(agent: &AgentId) -> NodeId {
    format!("srv:{}", agent.as_str())
}
