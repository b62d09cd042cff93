//! What the register knows of things without an agent, and names that stand for two things.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::build::Builder;
use super::{Basis, Declared, Node, Role};
use crate::lan::subnet::Subnet;
use crate::lan::text::plain;

impl Builder<'_> {
    /// What the register knows: it names what was seen by the same MAC address, or else the same address, and stands
    /// in its subnet where nothing was seen.
    pub(super) fn declared(&mut self) {
        for asset in &self.office.declared {
            let by_mac =
                asset.mac.map(|mac| format!("host:{mac}")).filter(|id| self.graph.nodes.contains_key(id));
            let by_address = || {
                let text = asset.address?.to_string();
                let is_it =
                    |node: &Node| node.detail == text || node.name == text || node.addresses.contains(&text);
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

    fn rename(&mut self, id: &str, asset: &Declared) {
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
    pub(super) fn name_conflicts(&mut self) {
        let mut by_name: BTreeMap<&str, u32> = BTreeMap::new();
        for node in self.graph.nodes.values().filter(|node| matches!(node.role, Role::Switch | Role::Router))
        {
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
