//! A server as its office's LAN knows it: what is believed of it, with the numbers that a plan speaks of.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use patuh_protocol::id::{AgentId, Code};

use crate::lan::{Fact, State, Subnet, is_nowhere};

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its agent.
    pub agent: AgentId,
    /// Its office.
    pub office: Code,
    /// Its addresses.
    pub addresses: BTreeMap<IpAddr, SeenAddress>,
    /// Its default gateways.
    pub gateways: BTreeSet<IpAddr>,
    /// Where else it has routes to.
    pub routes: BTreeSet<Subnet>,
    /// Other machines that it sees.
    pub others: BTreeSet<IpAddr>,
}

/// An address of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenAddress {
    /// The subnet it lies in, by the server's own prefix length.
    pub subnet: Subnet,
    /// Whether a DHCP server gave it.
    pub is_leased: bool,
}

impl Seen {
    /// The servers of `office`, whose LAN is `state`.
    #[must_use]
    pub fn of(office: &Code, state: &State) -> Vec<Self> {
        let mut servers: BTreeMap<AgentId, Self> = BTreeMap::new();
        for (agent, witness) in &state.agents {
            let claims = witness.view.claims.iter().map(|(address, _)| *address);
            let others = claims.filter(|address| !is_nowhere(*address)).collect();
            servers.insert(agent.clone(), Self { others, ..Self::new(agent, office) });
        }
        for (fact, _) in state.believed() {
            let Some(server) = fact.agent().and_then(|agent| servers.get_mut(agent)) else { continue };
            server.take(fact, state);
        }
        servers.into_values().collect()
    }

    /// A server of which nothing is known.
    #[must_use]
    pub fn new(agent: &AgentId, office: &Code) -> Self {
        Self {
            agent: agent.clone(),
            office: office.clone(),
            addresses: BTreeMap::new(),
            gateways: BTreeSet::new(),
            routes: BTreeSet::new(),
            others: BTreeSet::new(),
        }
    }

    fn take(&mut self, fact: &Fact, state: &State) {
        match fact {
            Fact::Address { address, subnet, .. } => {
                self.addresses.insert(*address, SeenAddress { subnet: *subnet, is_leased: false });
            }
            Fact::Leased { agent, subnet } => {
                let held = held(state, agent, *subnet);
                self.addresses.extend(held.map(|it| (it, SeenAddress { subnet: *subnet, is_leased: true })));
            }
            Fact::Gateway { address, .. } => {
                self.gateways.insert(*address);
            }
            Fact::Route { to, .. } => {
                self.routes.insert(*to);
            }
            _ => {}
        }
    }
}

/// The addresses that `agent` has in `subnet` of a DHCP server. Which ones is no fact, only what it looked like last.
fn held<'a>(state: &'a State, agent: &AgentId, subnet: Subnet) -> impl Iterator<Item = IpAddr> + use<'a> {
    let leased = state.agents.get(agent).map(|witness| &witness.view.leases);
    let addresses =
        leased.into_iter().flatten().filter_map(|lease| lease.address.split('/').next()?.parse().ok());
    addresses.filter(move |address| subnet.contains(*address))
}
