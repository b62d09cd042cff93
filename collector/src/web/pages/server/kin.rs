//! The relatives of a server: the agents within its guests, and the host that it is a guest of.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::Guest;

use super::super::section::readings;
use crate::kin::{GUESTS, MARKS, Machines, guests, is_guest};
use crate::store::{CurrentSection, Error, ServerFilter, Store};

/// Another server with an agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relative {
    pub(crate) agent: AgentId,
    pub(crate) host: String,
}

/// The relatives of one machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kin {
    others: Machines<Relative>,
    /// The hosts that say they run this machine.
    pub(crate) hosts: BTreeSet<Relative>,
}

/// All servers, with the sections that tell who is whose.
type All = BTreeMap<Relative, Vec<CurrentSection>>;

impl Kin {
    /// The relatives of the machine of `agent`, of which `own` is known, among `all` servers.
    pub(crate) fn of(agent: &AgentId, own: &[CurrentSection], all: &All) -> Self {
        let (mut kin, mut this) = (Self::default(), Machines::default());
        this.add(&(), readings(own));
        for (relative, sections) in all.iter().filter(|(relative, _)| relative.agent != *agent) {
            kin.others.add(relative, readings(sections));
            if guests(readings(sections)).any(|guest| this.within(guest).next().is_some()) {
                kin.hosts.insert(relative.clone());
            }
        }
        kin
    }

    /// The agents that run in `guest`.
    pub(super) fn within(&self, guest: &Guest) -> Vec<&Relative> {
        self.others.within(guest).collect()
    }

    /// Asks the store for the relatives of the machine of `agent`. That reads sections of all servers, so it
    /// is asked only for guests and hosts of guests.
    pub(super) async fn load(store: &Store, agent: &AgentId, own: &[CurrentSection]) -> Result<Self, Error> {
        let hosts: &[&str] = if is_guest(readings(own)) { &GUESTS } else { &[] };
        let marks: &[&str] = if guests(readings(own)).next().is_none() { &[] } else { &MARKS };
        let sensors = [hosts, marks].concat();
        if sensors.is_empty() {
            return Ok(Self::default());
        }
        let servers = store.servers(&ServerFilter::default()).await?;
        let names: BTreeMap<AgentId, String> =
            servers.into_iter().map(|row| (row.agent, row.hostname)).collect();
        let mut all = All::new();
        for (agent, section) in store.sections_named(&sensors).await? {
            let host = names.get(&agent).cloned().unwrap_or_default();
            all.entry(Relative { agent, host }).or_default().push(section);
        }
        Ok(Self::of(agent, own, &all))
    }
}
