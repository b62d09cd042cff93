//! Who hangs on which port: by what devices announce, and by the tables of bridges.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use patuh_protocol::lan::Identifier;

use super::build::{Builder, server};
use super::{Basis, Link, Node, Role};
use crate::lan::fact::Fact;
use crate::lan::mac::Mac;
use crate::lan::state::Track;
use crate::lan::text::plain;
use crate::lan::words::at_port;

/// Who heard a port: the server, its interface, since when.
type Hearer<'a> = (&'a AgentId, &'a str, &'a Track);

impl Builder<'_> {
    /// What announced itself: each port with the servers that heard it. Two servers on one port of a switch, or two
    /// switches on one interface of a server, prove another switch between them that announces nothing.
    pub(super) fn cables(&mut self) {
        let mut by_port: BTreeMap<(&Identifier, &Identifier), Vec<Hearer<'_>>> = BTreeMap::new();
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
                let is_shared =
                    by_interface.get(&(*agent, *interface)).is_some_and(|devices| devices.len() > 1);
                is_shared.then(|| format!("inf:{}:{interface}", agent.as_str()))
            });
            let between =
                shared.or_else(|| (servers.len() > 1).then(|| format!("inf:{node}:{}", port.value)));
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

    fn between(&mut self, between: &str, node: &str, label: &str, heard: &[Hearer<'_>]) {
        let servers: BTreeSet<&AgentId> = heard.iter().map(|(agent, ..)| *agent).collect();
        self.graph.nodes.entry(between.to_owned()).or_insert_with(|| Node {
            role: Role::InferredSwitch,
            name: "Switch tak terkelola?".to_owned(),
            detail: "disimpulkan".to_owned(),
            ..Node::default()
        });
        if servers.len() > 1 {
            let name = self.graph.nodes.get(node).map_or("", |node| &node.name);
            self.graph.conflicts.push(format!(
                "{name} {} didengar oleh {} server",
                at_port(label),
                servers.len()
            ));
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
    pub(super) fn guests(&mut self) {
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
                let seen =
                    Track { seen_by: BTreeMap::from([(agent.clone(), witness.last_at)]), ..Track::default() };
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

    pub(super) fn host(&mut self, mac: Mac, role: Role, upper: &str, basis: Basis, track: &Track) {
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
}
