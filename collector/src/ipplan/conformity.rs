//! What is seen, held against the plan.
//!
//! Nothing is found where nothing was planned: with an empty plan, and for a family of addresses of which no subnet is
//! in it. Addresses that live inside a host were left behind by the LAN's own rooms.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use patuh_protocol::id::{AgentId, Code};

use super::{Arrival, Finding, Kind, Plan, PlotId, Purpose, Seen, SeenAddress};
use crate::config::Intranet;
use crate::lan::{State, Subnet, duplicates, is_private, second_egress, strange_dhcp};

/// What there is to be seen.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The offices' LANs.
    pub states: &'a BTreeMap<Code, State>,
    /// Their servers.
    pub seen: &'a [Seen],
    /// From where each server came last.
    pub arrivals: &'a BTreeMap<AgentId, Arrival>,
    /// What the intranet is.
    pub intranet: &'a Intranet,
}

/// A finding: its kind, what it is about, the plot.
type Found = (Kind, String, Option<PlotId>);

/// What does not fit, by office, kind and address; several servers with the same are one finding.
#[must_use]
pub fn conformity(sight: &Sight<'_>) -> Vec<Finding> {
    let mut found: BTreeMap<(Code, Found), BTreeSet<AgentId>> = BTreeMap::new();
    let mut add = |office: &Code, it: Found, agents: &BTreeSet<AgentId>| {
        found.entry((office.clone(), it)).or_default().extend(agents.iter().cloned());
    };
    for server in sight.seen {
        let own = BTreeSet::from([server.agent.clone()]);
        sight.of_server(server).into_iter().for_each(|it| add(&server.office, it, &own));
    }
    for (office, state) in sight.states {
        sight.of_lan(state).into_iter().for_each(|(it, agents)| add(office, it, &agents));
    }
    for (office, it, agents) in sight.across() {
        add(&office, it, &agents);
    }
    found
        .into_iter()
        .map(|((office, (kind, about, plot)), agents)| Finding { office, kind, about, agents, plot })
        .collect()
}

impl Sight<'_> {
    /// What one server's own addresses, gateways and routes say.
    fn of_server(&self, server: &Seen) -> Vec<Found> {
        let mut found = Vec::new();
        if !self.plan.is_empty() {
            for (address, held) in &server.addresses {
                found.extend(self.address(server, *address, *held));
            }
            found.extend(server.gateways.iter().filter_map(|gateway| self.gateway(server, *gateway)));
            found.extend(server.routes.iter().filter_map(|route| self.route(&server.office, *route)));
        }
        found.extend(self.translation(server));
        found
    }

    fn address(&self, server: &Seen, address: IpAddr, held: SeenAddress) -> Vec<Found> {
        if !self.plan.speaks_of(address) {
            return Vec::new();
        }
        let Some(plot) = self.plan.holder(&server.office, address) else {
            // Behind a translation of which the outside is numbered: told there.
            let hidden = self.translated(server).is_some_and(|(own, _)| own == address);
            let found = (!hidden).then(|| (Kind::Unplanned, address.to_string(), None));
            return found.into_iter().collect();
        };
        let other = plot.office.as_ref().filter(|owner| **owner != server.office);
        let kind = match (plot.purpose, other) {
            (Purpose::Reserved, _) => Some(Kind::Reserved),
            (Purpose::Office, Some(owner)) => Some(Kind::OtherOffice(owner.clone())),
            _ => None,
        };
        let pool = plot.pools.iter().find(|pool| !held.is_leased && pool.contains(address));
        let kinds = kind.into_iter().chain(pool.map(|pool| Kind::StaticInPool(pool.to_string())));
        kinds.map(|kind| (kind, address.to_string(), Some(plot.id))).collect()
    }

    /// A gateway is held against the plot that it lies in; one outside the plan is another finding.
    fn gateway(&self, server: &Seen, gateway: IpAddr) -> Option<Found> {
        let plot = self.plan.holder(&server.office, gateway)?;
        let is_other = !plot.gateways.is_empty() && !plot.gateways.contains(&gateway);
        is_other.then(|| (Kind::OtherGateway(plot.gateways.clone()), gateway.to_string(), Some(plot.id)))
    }

    /// Only private ranges are the Dinas's to number.
    fn route(&self, office: &Code, to: Subnet) -> Option<Found> {
        let range: IpNet = to.to_string().parse().ok()?;
        let strange = self.plan.speaks_of(range.network())
            && is_private(range.network())
            && !self.plan.touches(office, range);
        strange.then(|| (Kind::UnplannedRoute, to.to_string(), None))
    }

    /// A server that came under an address that is not its own, unless the plan says that it would.
    fn translation(&self, server: &Seen) -> Option<Found> {
        let (own, seen_as) = self.translated(server)?;
        let plot = self.plan.holder(&server.office, own);
        let is_planned = plot.is_some_and(|plot| plot.purpose == Purpose::Translated);
        (!is_planned).then(|| (Kind::Translated(seen_as), own.to_string(), plot.map(|plot| plot.id)))
    }

    /// The address of a server that is translated, and into what. One that comes over the Internet is always
    /// translated; that it comes so is another matter.
    fn translated(&self, server: &Seen) -> Option<(IpAddr, IpAddr)> {
        let seen_as = self.arrivals.get(&server.agent)?.address.to_canonical();
        let inside = self.intranet.way(seen_as).is_some_and(|way| way.is_inside() && !seen_as.is_loopback())
            || self.plan.is_numbered(seen_as);
        if !inside || server.addresses.contains_key(&seen_as) {
            return None;
        }
        let alike = server.addresses.keys().filter(|own| own.is_ipv4() == seen_as.is_ipv4());
        // The address towards its gateway is the one that it would have come from.
        let near = |own: &&IpAddr| {
            let held = server.addresses.get(own);
            held.is_some_and(|held| server.gateways.iter().any(|gateway| held.subnet.contains(*gateway)))
        };
        alike.clone().find(near).or_else(|| alike.clone().next()).map(|own| (*own, seen_as))
    }

    /// What an office's LAN says as a whole, and who saw it.
    fn of_lan(&self, state: &State) -> Vec<(Found, BTreeSet<AgentId>)> {
        let mut found = Vec::new();
        for it in duplicates(state) {
            let devices: Vec<String> = it.answered_by.keys().map(ToString::to_string).collect();
            let agents = it.claimed_by.into_iter().chain(it.answered_by.into_values().flatten()).collect();
            found.push(((Kind::Duplicate(devices), it.address.to_string(), None), agents));
        }
        let known = self.plan.plots().iter().flat_map(|plot| plot.dhcp_servers.iter().copied()).collect();
        for it in strange_dhcp(state, &known) {
            let routers = it.routers.into_iter().collect();
            found.push(((Kind::StrangeDhcp(routers), it.server.to_string(), None), it.leased_by));
        }
        let planned = |address: IpAddr| self.plan.is_numbered(address);
        for it in second_egress(state, &self.intranet.subnets()).into_iter().filter(|it| !planned(it.address))
        {
            let kind = Kind::SecondEgress(it.sign);
            found.push(((kind, it.address.to_string(), None), BTreeSet::from([it.agent])));
        }
        found
    }

    /// Addresses that servers of different offices claim. Only where the plan numbers them for all to see: the same
    /// private number behind two routers is two addresses.
    fn across(&self) -> Vec<(Code, Found, BTreeSet<AgentId>)> {
        let mut claims: BTreeMap<IpAddr, BTreeMap<&Code, BTreeSet<AgentId>>> = BTreeMap::new();
        for server in self.seen {
            for address in server.addresses.keys().filter(|address| self.plan.is_numbered(**address)) {
                let offices = claims.entry(*address).or_default();
                offices.entry(&server.office).or_default().insert(server.agent.clone());
            }
        }
        let mut found = Vec::new();
        for (address, offices) in claims.into_iter().filter(|(_, offices)| offices.len() > 1) {
            let all: BTreeSet<AgentId> = offices.values().flatten().cloned().collect();
            for office in offices.into_keys() {
                let it = (Kind::Duplicate(Vec::new()), address.to_string(), None);
                found.push((office.clone(), it, all.clone()));
            }
        }
        found
    }
}
