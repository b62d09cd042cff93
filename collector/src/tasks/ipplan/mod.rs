//! The plan of numbering held against what is seen, out of the store: put before the pure rooms of
//! [`crate::ipplan`], and translated for the judge ([`judged`]).

mod judged;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};

use crate::config::Config;
use crate::ipplan::{
    Arrival, Finding, IntranetUse, Plan, PlotId, Reach, Seen, Sight, Standing, Usage, conformity, standings,
    usage,
};
use crate::lan::State;
use crate::store::{Error, PlotFilter, ServerRow, Store};

/// All that is known of numbers, ways and gateways, as of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// The plots in force.
    pub plan: Plan,
    /// The servers, as their offices' LANs know them.
    pub seen: Vec<Seen>,
    /// What does not fit the plan.
    pub findings: Vec<Finding>,
    /// Each office beside the plan.
    pub standings: BTreeMap<Code, Standing>,
    /// How full each subnet is.
    pub usage: BTreeMap<PlotId, Usage>,
    /// From where each server came last.
    pub arrivals: BTreeMap<AgentId, Arrival>,
    /// By which ways the servers of each office came.
    pub uses: BTreeMap<Code, IntranetUse>,
    /// How the offices' gateways answered.
    pub reaches: Vec<Reach>,
    /// The servers' names.
    pub hosts: BTreeMap<AgentId, String>,
}

/// Surveys the offices of `rows`, whose LANs are `states`, as of `now`.
///
/// # Errors
/// When the store cannot be read.
pub async fn survey(
    store: &Store,
    config: &Config,
    rows: &[ServerRow],
    states: &BTreeMap<Code, State>,
    now: Timestamp,
) -> Result<Survey, Error> {
    let plan = Plan::new(store.plots(&PlotFilter::default()).await?);
    let (arrivals, reaches) = (store.arrivals().await?, store.reaches().await?);
    Ok(laid_out(config, rows, plan, states, arrivals, reaches, now))
}

/// The survey over what the store says.
fn laid_out(
    config: &Config,
    rows: &[ServerRow],
    plan: Plan,
    states: &BTreeMap<Code, State>,
    arrivals: BTreeMap<AgentId, Arrival>,
    reaches: Vec<Reach>,
    now: Timestamp,
) -> Survey {
    let seen: Vec<Seen> = states.iter().flat_map(|(office, state)| Seen::of(office, state)).collect();
    let intranet = &config.intranet;
    let sight = Sight { plan: &plan, states, seen: &seen, arrivals: &arrivals, intranet };
    let findings = conformity(&sight);
    let used = |office: &crate::config::Office| {
        let own = rows.iter().filter(|row| row.office == office.code).map(|row| &row.agent);
        let why = office.not_connected.clone();
        (office.code.clone(), IntranetUse::new(&office.code, why, own, &arrivals, intranet, now))
    };
    Survey {
        standings: standings(&plan, &seen, &findings),
        usage: usage(&plan, &seen),
        uses: config.offices.iter().map(used).collect(),
        hosts: rows.iter().map(|row| (row.agent.clone(), row.hostname.clone())).collect(),
        plan,
        seen,
        findings,
        arrivals,
        reaches,
    }
}

impl Survey {
    /// What people call a server.
    #[must_use]
    pub fn host(&self, agent: &AgentId) -> String {
        let named = self.hosts.get(agent).filter(|name| !name.trim().is_empty());
        named
            .cloned()
            .unwrap_or_else(|| format!("agen {}", agent.as_str().chars().take(8).collect::<String>()))
    }

    /// A plot in words: `10.20.3.0/24 (LAN lantai 1)`.
    #[must_use]
    pub fn plot_words(&self, id: PlotId) -> String {
        self.plan.plot(id).map_or_else(
            || id.to_string(),
            |plot| {
                if plot.name.is_empty() {
                    plot.subnet.to_string()
                } else {
                    format!("{} ({})", plot.subnet, plot.name)
                }
            },
        )
    }

    /// A finding in a sentence.
    #[must_use]
    pub fn sentence(&self, finding: &Finding, config: &Config) -> String {
        let office = |code: &Code| config.office_name(code).to_owned();
        finding.sentence(&|agent| self.host(agent), &office, &|id| self.plot_words(id))
    }

    /// The findings about one server.
    pub fn findings_of<'a>(&'a self, agent: &'a AgentId) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(|finding| finding.agents.contains(agent))
    }
}
