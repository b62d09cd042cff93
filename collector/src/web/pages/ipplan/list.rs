//! `/rencana-ip`: the subnets of the plan, and how full they are.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use serde::Deserialize;

use super::super::super::chart::Usage;
use super::super::super::error::Error;
use super::super::super::format::number;
use super::super::super::input::{self, Asks};
use super::super::super::session::{App, Person};
use super::super::super::shell::Shell;
use super::super::{office_choices, page};
use super::{HERE, owner, site_name};
use crate::config::Config;
use crate::ipplan::{Life, Plot, Purpose};
use crate::store::PlotFilter;
use crate::tasks::ipplan::Survey;

/// Subnets on one page.
const PER_PAGE: usize = 100;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Words to look for.
    #[serde(default)]
    pub(crate) cari: String,
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only for this.
    #[serde(default)]
    pub(crate) untuk: String,
    /// Only in this state.
    #[serde(default)]
    pub(crate) keadaan: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

impl Asked {
    /// The store's filter. A word that is none finds nothing, and says so.
    pub(crate) fn filter(&self) -> Result<PlotFilter, Error> {
        Ok(PlotFilter {
            office: input::word(&self.pd)?,
            purpose: input::word(&self.untuk)?,
            life: input::word(&self.keadaan)?,
            search: Some(self.cari.trim().to_owned()).filter(|text| !text.is_empty()),
        })
    }

    fn filtered(&self) -> bool {
        [&self.cari, &self.pd, &self.untuk, &self.keadaan].iter().any(|it| !it.is_empty())
    }
}

/// A subnet in the list.
struct Line {
    id: String,
    subnet: String,
    name: String,
    owner: String,
    site: String,
    vlan: String,
    purpose: &'static str,
    gateways: Vec<String>,
    /// How many servers and other machines are seen in it.
    servers: String,
    others: String,
    usage: Option<Usage>,
    used: String,
    /// How many addresses it has room for, where that is a number for people.
    room: Option<String>,
    findings: usize,
    over: bool,
}

impl Line {
    fn new(plot: &Plot, survey: &Survey, config: &Config) -> Self {
        let seen = survey.usage.get(&plot.id);
        let used = seen.map_or(0, crate::ipplan::Usage::used) as u64;
        let room = u64::try_from(plot.room()).ok().filter(|_| plot.is_ipv4());
        Self {
            id: plot.id.to_string(),
            subnet: plot.subnet.to_string(),
            name: plot.name.clone(),
            owner: owner(config, plot),
            site: site_name(config, plot),
            vlan: plot.vlan.map(|vlan| vlan.to_string()).unwrap_or_default(),
            purpose: plot.purpose.name(),
            gateways: plot.gateways.iter().map(ToString::to_string).collect(),
            servers: number(seen.map_or(0, |seen| seen.servers.len()) as u64),
            others: number(seen.map_or(0, |seen| seen.others.len()) as u64),
            usage: room.filter(|_| plot.is_in_force()).and_then(|room| Usage::new(used, room)),
            used: number(used),
            room: room.map(number),
            findings: survey.findings.iter().filter(|finding| finding.plot == Some(plot.id)).count(),
            over: !plot.is_in_force(),
        }
    }
}

#[derive(Template)]
#[template(path = "ipplan.html")]
pub(crate) struct Plots {
    shell: Shell,
    here: &'static str,
    asked: Asked,
    filtered: bool,
    offices: Vec<(String, String)>,
    purposes: Vec<(&'static str, &'static str)>,
    lives: Vec<(&'static str, &'static str)>,
    total: String,
    lines: Vec<Line>,
    pages: Vec<usize>,
    current: usize,
    /// Of how many servers' addresses how many fit.
    standing: Option<(String, String)>,
    findings: usize,
    /// From how many servers it is seen.
    servers: String,
}

impl Plots {
    /// The page over the plots that the store found.
    pub(crate) fn new(shell: Shell, config: &Config, survey: &Survey, plots: &[Plot], asked: &Asked) -> Self {
        let pages: Vec<usize> = (1..=plots.len().div_ceil(PER_PAGE).max(1)).collect();
        let current = asked.hal.parse().unwrap_or(1).clamp(1, pages.len());
        let shown = plots.iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        let (addresses, conforming) = survey
            .standings
            .values()
            .fold((0, 0), |(all, well), it| (all + it.addresses, well + it.conforming));
        let standing = (!survey.plan.is_empty() && addresses > 0)
            .then(|| (number(conforming as u64), number(addresses as u64)));
        Self {
            shell,
            here: "subnet",
            filtered: asked.filtered(),
            asked: asked.clone(),
            offices: office_choices(config),
            purposes: Purpose::ALL.map(|it| (it.slug(), it.name())).to_vec(),
            lives: Life::ALL.map(|it| (it.slug(), it.name())).to_vec(),
            total: number(plots.len() as u64),
            lines: shown.map(|plot| Line::new(plot, survey, config)).collect(),
            pages,
            current,
            standing,
            findings: survey.findings.len(),
            servers: number(survey.seen.len() as u64),
        }
    }
}

/// `GET /rencana-ip`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let plots = desk.web.store.plots(&asked.filter()?).await?;
    let scene = desk.scene(&person, HERE).await?;
    page(&Plots::new(scene.shell, &desk.web.config, &scene.judged.survey, &plots, &asked))
}
