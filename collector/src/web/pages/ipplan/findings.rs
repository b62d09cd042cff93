//! `/rencana-ip/temuan`: what does not fit the plan, the gravest first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::number;
use super::super::super::input::{self, Asks};
use super::super::super::session::{App, Person};
use super::super::super::shell::Shell;
use super::super::section::Sign;
use super::super::{office_choices, page};
use super::{HERE, sign};
use crate::config::Config;
use crate::export::Filter;
use crate::ipplan::{Finding, MisfitKind};
use crate::tasks::ipplan::Survey;

/// Findings shown; the others are in the download.
const SHOWN: usize = 150;

/// Servers named beside a finding.
const NAMED: usize = 3;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only of this kind.
    #[serde(default)]
    pub(crate) jenis: String,
}

impl Asked {
    /// What the list lets through.
    pub(crate) fn filter(&self) -> Result<Filter, Error> {
        let sort = Some(self.jenis.as_str()).filter(|slug| !slug.is_empty());
        let finding = sort.map(|slug| MisfitKind::of_slug(slug).ok_or(Error::NotFound)).transpose()?;
        Ok(Filter { office: input::word(&self.pd)?, finding, ..Filter::default() })
    }
}

/// A finding on a page.
pub(crate) struct FindingLine {
    pub(crate) sign: Sign,
    pub(crate) kind: &'static str,
    pub(crate) sentence: String,
    pub(crate) remedy: &'static str,
    pub(crate) office: String,
    pub(crate) office_code: String,
    /// The servers: agents and names.
    pub(crate) servers: Vec<(String, String)>,
    pub(crate) plot: Option<(String, String)>,
}

impl FindingLine {
    pub(crate) fn new(finding: &Finding, survey: &Survey, config: &Config) -> Self {
        let servers = finding.agents.iter().take(NAMED);
        Self {
            sign: sign(finding),
            kind: finding.kind.misfit().name(),
            sentence: survey.sentence(finding, config),
            remedy: finding.kind.misfit().remedy(),
            office: config.office_name(&finding.office).to_owned(),
            office_code: finding.office.to_string(),
            servers: servers.map(|agent| (agent.to_string(), survey.host(agent))).collect(),
            plot: finding.plot.map(|id| (id.to_string(), survey.plot_words(id))),
        }
    }
}

#[derive(Template)]
#[template(path = "ipplan_findings.html")]
pub(crate) struct Findings {
    shell: Shell,
    here: &'static str,
    asked: Asked,
    filtered: bool,
    offices: Vec<(String, String)>,
    /// Kinds with how many there are of each: slug, name, count, whether chosen.
    kinds: Vec<(&'static str, &'static str, String, bool)>,
    all: String,
    lines: Vec<FindingLine>,
    more: usize,
    /// Why there may be none.
    is_planned: bool,
    servers: String,
}

impl Findings {
    /// The page over what was found.
    pub(crate) fn new(shell: Shell, config: &Config, survey: &Survey, asked: &Asked) -> Result<Self, Error> {
        let Filter { office, finding: sort, .. } = asked.filter()?;
        let own = |it: &&Finding| office.as_ref().is_none_or(|office| it.office == *office);
        let mut findings: Vec<&Finding> = survey.findings.iter().filter(own).collect();
        findings.sort_by_key(|finding| (finding.kind.weight(), *finding));
        let mut counts: BTreeMap<MisfitKind, u64> = BTreeMap::new();
        for finding in &findings {
            *counts.entry(finding.kind.misfit()).or_default() += 1;
        }
        let all = number(findings.len() as u64);
        findings.retain(|finding| sort.is_none_or(|sort| finding.kind.misfit() == sort));
        let kinds = counts.into_iter().map(|(it, n)| (it.slug(), it.name(), number(n), sort == Some(it)));
        Ok(Self {
            shell,
            here: "temuan",
            asked: asked.clone(),
            filtered: office.is_some() || sort.is_some(),
            offices: office_choices(config),
            kinds: kinds.collect(),
            all,
            more: findings.len().saturating_sub(SHOWN),
            lines: findings.into_iter().take(SHOWN).map(|it| FindingLine::new(it, survey, config)).collect(),
            is_planned: !survey.plan.is_empty(),
            servers: number(survey.seen.len() as u64),
        })
    }
}

/// `GET /rencana-ip/temuan`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, HERE).await?;
    page(&Findings::new(scene.shell, &desk.web.config, &scene.judged.survey, &asked)?)
}
