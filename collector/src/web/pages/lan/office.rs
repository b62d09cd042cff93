//! `/lan/{kode}`: one office's LAN. The diagram, the same as tables, why something may be missing, its versions and
//! what was reported.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State as Shared};
use axum::response::Html;
use patuh_protocol::id::AgentId;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::{Format, When};
use super::super::super::input::Asks;
use super::super::super::picture::{Svg, drawn};
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::section::Table;
use super::super::{host_name, page};
use super::{Link, Manner, ReportLine, drawings, due_days, office_at, print_path, tables};
use crate::config::{Config, Office};
use crate::export::{Picture, fingerprint};
use crate::lan::{
    ChangeReport, Graph, Office as LanOffice, Paper, ReportFilter, Sheet, State, Version, VersionSummary,
};
use crate::store::ServerFilter;

/// A diagram that weighs more goes on several sheets: a page is to weigh less than 100 kB.
const HEAVY: usize = 52_000;
/// Versions and reports that are listed.
const LISTED: usize = 20;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// How large: 1 to 3.
    #[serde(default)]
    pub(crate) besar: String,
    /// Which sheet of a large LAN, counted from 1.
    #[serde(default)]
    pub(crate) lembar: String,
}

/// A diagram on a page.
pub(crate) struct Drawn {
    /// The picture.
    pub(crate) svg: Svg,
    /// What it shows.
    pub(crate) label: String,
    /// How large: 1 to 3.
    pub(crate) size: usize,
    /// How many sheets it takes, and which is shown.
    pub(crate) sheets: usize,
    pub(crate) sheet: usize,
    /// The address that sizes and sheets are added to.
    pub(crate) base: String,
}

/// The newest version.
struct Newest {
    number: u32,
    at: When,
    fingerprint: String,
    coverage: String,
    counted: String,
    drawn: Drawn,
    drawings: Vec<Link>,
    print: String,
    links: Table,
    hosts: Table,
    more_hosts: usize,
    subnets: Table,
    conflicts: Vec<String>,
    gaps: Vec<String>,
}

/// A version in the list.
struct VersionLine {
    number: u32,
    at: When,
    sentences: Vec<String>,
    more: usize,
}

#[derive(Template)]
#[template(path = "lan_office.html")]
pub(crate) struct OfficeLan {
    shell: Shell,
    code: String,
    name: String,
    newest: Option<Newest>,
    /// What waits for somebody.
    waiting: Vec<ReportLine>,
    sources: Option<Table>,
    versions: Vec<VersionLine>,
    reports: Vec<ReportLine>,
}

/// What is known of an office's LAN.
pub(crate) struct Known<'a> {
    pub(crate) office: &'a Office,
    pub(crate) newest: Option<&'a Version>,
    pub(crate) state: Option<&'a State>,
    pub(crate) versions: &'a [VersionSummary],
    pub(crate) reports: &'a [ChangeReport],
    /// What its servers are called.
    pub(crate) names: &'a BTreeMap<AgentId, String>,
}

impl Drawn {
    /// The picture, on one sheet unless it is too heavy for a page.
    pub(crate) fn new(picture: &Picture<'_>, config: &Config, asked: &Asked, base: String) -> Self {
        let label = picture.title(config);
        let size = asked.besar.parse().unwrap_or(1).clamp(1, 3);
        let svg = drawn(&picture.whole(config, Sheet::default()));
        if svg.0.len() <= HEAVY {
            return Self { svg, label, size, sheets: 1, sheet: 1, base };
        }
        let all = picture.sheets(config, Sheet { paper: Paper::A4, has_letterhead: false });
        let sheet = asked.lembar.parse().unwrap_or(1).clamp(1, all.len().max(1));
        let svg = all.get(sheet - 1).map_or(svg, drawn);
        Self { svg, label, size, sheets: all.len(), sheet, base }
    }

    /// The sizes that can be chosen: number, name.
    pub(crate) const fn sizes(&self) -> [(usize, &'static str); 3] {
        [(1, "selebar halaman"), (2, "besar"), (3, "sangat besar")]
    }
}

impl OfficeLan {
    /// The page.
    pub(crate) fn new(shell: Shell, known: &Known<'_>, asked: &Asked, manner: Manner<'_>) -> Self {
        let Manner { config, format, .. } = manner;
        let version = |summary: &VersionSummary| VersionLine {
            number: summary.number,
            at: format.when(summary.at),
            sentences: summary.sentences.iter().take(3).cloned().collect(),
            more: summary.sentences.len().saturating_sub(3),
        };
        let all: Vec<_> = known.reports.iter().map(|report| ReportLine::new(report, manner)).collect();
        Self {
            shell,
            code: known.office.code.to_string(),
            name: known.office.name.clone(),
            newest: known.newest.map(|version| newest(version, config, known, asked, format)),
            waiting: all.iter().filter(|line| line.is_draft || line.is_submitted).cloned().collect(),
            sources: known.state.map(|state| tables::sources(state, known.names, format)),
            versions: known.versions.iter().take(LISTED).map(version).collect(),
            reports: all.into_iter().take(LISTED).collect(),
        }
    }
}

fn newest(version: &Version, config: &Config, known: &Known<'_>, asked: &Asked, format: &Format) -> Newest {
    let picture = Picture { version, since: None };
    let graph = &version.graph;
    let named = LanOffice { servers: known.names.clone(), ..LanOffice::default() };
    let now = known.state.map(|state| tables::as_seen(graph, &Graph::new(state, &named)));
    let (links, hosts, more_hosts) = tables::links(now.as_ref().unwrap_or(graph), known.names, format);
    Newest {
        number: version.number,
        at: format.when(version.at),
        fingerprint: fingerprint(version),
        coverage: graph.coverage(),
        counted: tables::counted(graph),
        drawn: Drawn::new(&picture, config, asked, format!("/lan/{}?", version.office)),
        drawings: drawings(&version.office, version.number, None),
        print: print_path(&version.office, version.number, None),
        links,
        hosts,
        more_hosts,
        subnets: tables::subnets(graph),
        conflicts: graph.conflicts.clone(),
        gaps: graph.gaps.clone(),
    }
}

/// `GET /lan/{kode}`
pub(crate) async fn show(
    Shared(desk): Shared<App>,
    person: Person,
    Path(code): Path<String>,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let (store, config) = (&desk.web.store, &desk.web.config);
    let office = office_at(config, &code)?;
    let (state, newest) = (store.lan_state(&office.code).await?, store.lan_newest(&office.code).await?);
    let versions = store.lan_versions(&office.code).await?;
    let filter = ReportFilter { office: Some(office.code.clone()), standing: None };
    let reports = store.lan_reports(&filter).await?;
    let servers = store.servers(&ServerFilter { search: None, office: Some(office.code.clone()) }).await?;
    let name = |row: crate::store::ServerRow| {
        let name = host_name(&row.hostname, row.agent.as_str());
        (row.agent, name)
    };
    let names: BTreeMap<AgentId, String> = servers.into_iter().map(name).collect();
    let scene = desk.scene(&person, Place::Network).await?;
    let known = Known {
        office,
        newest: newest.as_ref().map(|newest| &newest.version),
        state: state.as_ref(),
        versions: &versions,
        reports: &reports,
        names: &names,
    };
    let manner = Manner { config, format: &scene.format, days: due_days(&scene.judged.packs) };
    page(&OfficeLan::new(scene.shell, &known, &asked, manner))
}
