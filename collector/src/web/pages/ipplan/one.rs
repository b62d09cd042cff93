//! `/rencana-ip/subnet/{subnet}`: one subnet. What the plan says, who is seen in it, what does not fit, and every change
//! with the act that tells of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use super::super::super::error::Error;
use super::super::super::format::{Format, number};
use super::super::super::session::{App, Person};
use super::super::super::shell::Shell;
use super::super::page;
use super::super::section::Sign;
use super::super::told::{Change, changes};
use super::findings::FindingLine;
use super::{HERE, owner, plot_at, site_name};
use crate::config::Config;
use crate::ipplan::{Field, Plot, differences};
use crate::store::Version;
use crate::tasks::ipplan::Survey;

/// Addresses of other machines that are shown; the others are counted.
const SHOWN: usize = 256;

#[derive(Template)]
#[template(path = "ipplan_subnet.html")]
pub(crate) struct PlotPage {
    shell: Shell,
    id: String,
    subnet: String,
    name: String,
    owner: String,
    owner_code: String,
    state: (Sign, &'static str),
    /// Facts of the plan: name, value, whether it is a code.
    facts: Vec<(&'static str, String, bool)>,
    /// Servers: address, and the servers with it (agent, name).
    servers: Vec<(String, Vec<(String, String)>)>,
    others: Vec<String>,
    more: usize,
    used: String,
    room: String,
    findings: Vec<FindingLine>,
    changes: Vec<Change>,
}

impl PlotPage {
    /// The page of a plot.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        survey: &Survey,
        plot: &Plot,
        versions: &[Version<Plot>],
        format: &Format,
    ) -> Self {
        let seen = survey.usage.get(&plot.id).cloned().unwrap_or_default();
        let server = |(address, agents): (&std::net::IpAddr, &std::collections::BTreeSet<_>)| {
            let agents: Vec<_> = agents
                .iter()
                .map(|agent: &patuh_protocol::id::AgentId| (agent.to_string(), survey.host(agent)))
                .collect();
            (address.to_string(), agents)
        };
        let findings = survey.findings.iter().filter(|finding| finding.plot == Some(plot.id));
        Self {
            shell,
            id: plot.id.to_string(),
            subnet: plot.subnet.to_string(),
            name: plot.name.clone(),
            owner: owner(config, plot),
            owner_code: plot.office.as_ref().map(ToString::to_string).unwrap_or_default(),
            state: if plot.is_in_force() { (Sign::Well, "Berlaku") } else { (Sign::Unknown, "Dicabut") },
            facts: facts(config, plot),
            servers: seen.servers.iter().map(server).collect(),
            more: seen.others.len().saturating_sub(SHOWN),
            others: seen.others.iter().take(SHOWN).map(ToString::to_string).collect(),
            used: number(seen.used() as u64),
            room: u64::try_from(plot.room())
                .map_or_else(|_| format!("2^{}", 128 - plot.subnet.prefix_len()), number),
            findings: findings.map(|it| FindingLine::new(it, survey, config)).collect(),
            changes: changes(versions, differences, format),
        }
    }
}

/// The facts of the plan, in the order of the columns; places and offices have their names.
fn facts(config: &Config, plot: &Plot) -> Vec<(&'static str, String, bool)> {
    let elsewhere = [Field::Number, Field::Subnet, Field::Name, Field::Life];
    let fact = |field: Field| match field {
        Field::Office => ("Perangkat Daerah", owner(config, plot), false),
        Field::Site => ("Lokasi", site_name(config, plot), false),
        field => (field.heading(), field.get(plot), field.is_code()),
    };
    let facts = Field::ALL.into_iter().filter(|field| !elsewhere.contains(field)).map(fact);
    facts.filter(|(_, value, _)| !value.is_empty()).collect()
}

/// `GET /rencana-ip/subnet/{subnet}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Html<String>, Error> {
    let plot = plot_at(&desk, &number).await?;
    let versions = desk.web.store.plot_versions(plot.id).await?;
    let scene = desk.scene(&person, HERE).await?;
    let survey = &scene.judged.survey;
    page(&PlotPage::new(scene.shell, &desk.web.config, survey, &plot, &versions, &scene.format))
}
