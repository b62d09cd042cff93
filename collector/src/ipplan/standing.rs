//! How each office stands to the plan: what the judge needs, and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use patuh_protocol::id::{AgentId, Code};

use super::{Finding, Plan, Seen, Weight};

/// One office beside the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether the plan has any subnet in force: without, nothing can be said.
    pub is_planned: bool,
    /// How many subnets in force are the office's.
    pub plots: usize,
    /// How many of its servers showed an address of which the plan speaks.
    pub servers: usize,
    /// How many such addresses they have.
    pub addresses: usize,
    /// How many of these no finding is about.
    pub conforming: usize,
    /// What is against the plan.
    pub breaches: Vec<Finding>,
    /// What a person has to look at.
    pub doubts: Vec<Finding>,
}

/// All offices of which a server was seen, or that have a subnet.
#[must_use]
pub fn standings(plan: &Plan, seen: &[Seen], findings: &[Finding]) -> BTreeMap<Code, Standing> {
    let mut all: BTreeMap<Code, Standing> = BTreeMap::new();
    for plot in plan.plots() {
        if let Some(office) = &plot.office {
            all.entry(office.clone()).or_default().plots += 1;
        }
    }
    let told: BTreeSet<(&AgentId, &str)> = findings
        .iter()
        .flat_map(|finding| finding.agents.iter().map(|agent| (agent, finding.about.as_str())))
        .collect();
    for server in seen {
        let addresses = spoken_of(plan, server);
        let wrong = |address: &&IpAddr| told.contains(&(&server.agent, address.to_string().as_str()));
        let standing = all.entry(server.office.clone()).or_default();
        standing.servers += usize::from(!addresses.is_empty());
        standing.addresses += addresses.len();
        standing.conforming += addresses.iter().filter(|address| !wrong(address)).count();
    }
    for finding in findings {
        let standing = all.entry(finding.office.clone()).or_default();
        match finding.kind.weight() {
            Weight::Breach => standing.breaches.push(finding.clone()),
            Weight::Doubt => standing.doubts.push(finding.clone()),
        }
    }
    for standing in all.values_mut() {
        standing.is_planned = !plan.is_empty();
    }
    all
}

/// The addresses of a server that the plan speaks of.
fn spoken_of(plan: &Plan, server: &Seen) -> BTreeSet<IpAddr> {
    server.addresses.keys().copied().filter(|address| plan.speaks_of(*address)).collect()
}
