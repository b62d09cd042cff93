//! What speaks for the place of a server, besides its officer's word: the switch on its port, the machine below it, its
//! gateway, its address, and from where the collector sees it come.

use std::collections::BTreeMap;

use patuh_compliance::estate::{self, Location, OnSite, Sign, SignKind};
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::lan::Identifier;

use super::Sections;
use super::guests::{machines, readings};
use crate::config::{Config, Site};
use crate::ipplan::Arrival;
use crate::kin;
use crate::lan::{Fact, State, plain};

/// All that can speak for places.
pub(super) struct Witnesses<'a> {
    config: &'a Config,
    states: &'a BTreeMap<Code, State>,
    arrivals: &'a BTreeMap<AgentId, Arrival>,
    /// The host of each guest.
    hosts: BTreeMap<AgentId, AgentId>,
}

impl<'a> Witnesses<'a> {
    pub(super) fn new(
        config: &'a Config,
        states: &'a BTreeMap<Code, State>,
        arrivals: &'a BTreeMap<AgentId, Arrival>,
        sections: &Sections,
    ) -> Self {
        Self { config, states, arrivals, hosts: hosts(sections) }
    }

    /// Adds what speaks for the place of each server.
    pub(super) fn hear(&self, servers: &mut [estate::Server]) {
        for server in &mut *servers {
            let Ok(agent) = server.id.parse::<AgentId>() else { continue };
            self.own(&agent, &mut server.location);
        }
        // The place of a host, before its guests are placed by it.
        let places: BTreeMap<String, (String, Option<String>)> = servers
            .iter()
            .map(|server| {
                let place = server.location.found.as_ref().map(|found| found.site.clone());
                let place = place.or_else(|| server.location.observed.clone());
                (server.id.clone(), (server.called().to_owned(), place))
            })
            .collect();
        for server in servers {
            let host = server.id.parse::<AgentId>().ok().and_then(|agent| self.hosts.get(&agent));
            let Some((name, Some(site))) = host.and_then(|host| places.get(host.as_str())) else { continue };
            let words = format!("mesin virtual pada `{}` di {}", plain(name), self.called(site));
            let sign = Sign { kind: SignKind::Hypervisor, site: Some(site.clone()), words };
            server.location.signs.push(sign);
            settle(&mut server.location);
        }
    }

    /// What its own agent and the collector see.
    fn own(&self, agent: &AgentId, location: &mut Location) {
        if let (Some(site), Some(words)) = (&location.observed, &location.observation) {
            let sign = Sign { kind: SignKind::Address, site: Some(site.clone()), words: words.clone() };
            location.signs.push(sign);
        }
        for state in self.states.values() {
            for (fact, _) in state.believed().filter(|(fact, _)| fact.agent() == Some(agent)) {
                location.signs.extend(self.sign(fact, state));
            }
        }
        location.signs.extend(self.source(agent));
        let found = self.config.found.iter().filter(|found| found.server == *agent);
        location.found = found.max_by_key(|found| found.on).map(|found| OnSite {
            site: found.site.to_string(),
            on: found.on,
            by: found.by.clone(),
            evidence: found.evidence.clone(),
        });
        settle(location);
    }

    fn sign(&self, fact: &Fact, state: &State) -> Option<Sign> {
        match fact {
            Fact::Adjacent { device, .. } => self.switch(device, state),
            Fact::Gateway { address, .. } => self.gateway(&address.to_string()),
            Fact::GatewayMac { mac, .. } if mac.is_of_a_device() => self.gateway(&mac.to_string()),
            _ => None,
        }
    }

    /// A switch that nobody registered says something only where switches are registered at all.
    fn switch(&self, device: &Identifier, state: &State) -> Option<Sign> {
        let name = state.devices.get(device).and_then(|known| known.name.as_deref());
        let name = plain(name.filter(|name| !name.trim().is_empty()).unwrap_or(&device.value));
        let key = device.value.to_lowercase();
        let own = self.config.sites.iter().find(|site| site.switches.contains(&key));
        let kind = SignKind::Switch;
        match own {
            Some(site) => Some(Sign {
                kind,
                site: Some(site.code.to_string()),
                words: format!("switch `{name}` milik {}", site.name),
            }),
            None if self.config.sites.iter().any(|site| !site.switches.is_empty()) => Some(Sign {
                kind,
                site: None,
                words: format!("switch `{name}` tidak terdaftar di lokasi mana pun"),
            }),
            None => None,
        }
    }

    fn gateway(&self, key: &str) -> Option<Sign> {
        let site = self.config.sites.iter().find(|site| site.gateways.iter().any(|own| own == key))?;
        let words = format!("gateway {key} milik {}", site.name);
        Some(Sign { kind: SignKind::Gateway, site: Some(site.code.to_string()), words })
    }

    fn source(&self, agent: &AgentId) -> Option<Sign> {
        let address = self.arrivals.get(agent)?.address;
        let within = |site: &&Site| site.networks.iter().any(|network| network.contains(address));
        let site = self.config.sites.iter().find(within)?;
        let words = format!("kolektor melihatnya datang dari {address}, jaringan {}", site.name);
        Some(Sign { kind: SignKind::Source, site: Some(site.code.to_string()), words })
    }

    fn called(&self, code: &str) -> String {
        let site = self.config.sites.iter().find(|site| site.code.as_str() == code);
        site.map_or_else(|| code.to_owned(), |site| site.name.clone())
    }
}

/// The strongest sign of a registered place is what was observed.
fn settle(location: &mut Location) {
    location.signs.sort();
    location.signs.dedup();
    if let Some(sign) = location.signs.iter().find(|sign| sign.site.is_some()) {
        (location.observed, location.observation) = (sign.site.clone(), Some(sign.words.clone()));
    }
}

/// The host of each guest that one host alone knows.
fn hosts(sections: &Sections) -> BTreeMap<AgentId, AgentId> {
    let machines = machines(sections);
    let mut hosts: BTreeMap<AgentId, AgentId> = BTreeMap::new();
    let mut doubled = Vec::new();
    for (host, own) in sections {
        for guest in kin::guests(readings(own)) {
            let mut within = machines.within(guest);
            let (Some(agent), None) = (within.next(), within.next()) else { continue };
            if hosts.insert(agent.clone(), host.clone()).is_some_and(|other| other != *host) {
                doubled.push(agent.clone());
            }
        }
    }
    for agent in doubled {
        hosts.remove(&agent);
    }
    hosts
}
