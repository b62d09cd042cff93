//! `/server/{agen}`: all that is known of one server, how it is known, and since when.

mod backups;
mod machine;
mod network;
mod packages;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use patuh_compliance::finding::Subject;
use patuh_protocol::id::AgentId;
use patuh_protocol::receipt::Leaf;
use serde::Deserialize;

use super::super::error::Error;
use super::super::format::{Format, When, number, took};
use super::super::input::Asks;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::changes::ChangeLine;
use super::servers::is_silent;
use super::{FindingLine, findings, host_name, office_name, page, urgency};
use crate::config::Config;
use crate::store::{ChangeRow, CurrentSection, Latest, LeafRow, ServerRow};
use crate::tasks::evaluate::Judged;
use backups::BackupView;
use machine::{DiskLine, FactLine, FilesystemLine};
use network::{GatewayLine, InterfaceLine, NeighbourLine};
use packages::PackagesView;

/// Changes and reports shown on the page.
const CHANGES: u32 = 60;
const REPORTS: u32 = 20;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only packages with this in their name.
    #[serde(default)]
    pub(crate) paket: String,
}

/// What the store knows of a server.
pub(crate) struct Known<'a> {
    pub(crate) row: &'a ServerRow,
    pub(crate) sections: &'a [CurrentSection],
    pub(crate) changes: &'a [ChangeRow],
    pub(crate) reports: &'a [LeafRow],
}

#[derive(Template)]
#[template(path = "server.html")]
pub(crate) struct Server {
    shell: Shell,
    agent: String,
    host: String,
    office: String,
    office_code: String,
    site: Option<String>,
    location: Option<String>,
    enrolled: When,
    last: Option<When>,
    silent: bool,
    agent_version: String,
    findings: Vec<FindingLine>,
    identity: Vec<FactLine>,
    hardware: Vec<FactLine>,
    system: Vec<FactLine>,
    disks: Vec<DiskLine>,
    disks_state: SectionState,
    filesystems: Vec<FilesystemLine>,
    filesystems_state: SectionState,
    interfaces: Vec<InterfaceLine>,
    interfaces_state: SectionState,
    gateways: Vec<GatewayLine>,
    neighbours: Vec<NeighbourLine>,
    neighbours_state: SectionState,
    packages: PackagesView,
    backups: Vec<BackupView>,
    backups_state: SectionState,
    changes: Vec<ChangeLine>,
    sensors: Vec<SensorLine>,
    reports: Vec<ReportLine>,
}

/// How the values of a part of the page came to be, in one sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SectionState {
    /// What the newest reading gave.
    text: String,
    /// Why it failed, when it did.
    failed: Option<String>,
}

/// A sensor and its newest outcome.
struct SensorLine {
    name: String,
    slug: &'static str,
    word: &'static str,
    why: Option<String>,
    took: String,
    when: When,
    index: u64,
}

/// A report of the history.
struct ReportLine {
    index: u64,
    sequence: String,
    taken: When,
    received: When,
}

impl Server {
    /// The page of a server.
    pub(crate) fn new(
        shell: Shell,
        judged: &Judged,
        config: &Config,
        known: &Known<'_>,
        asked: &Asked,
        format: &Format,
    ) -> Self {
        let Known { row, sections, changes, reports } = known;
        let agent = row.agent.as_str();
        let server = judged.estate.servers.iter().find(|s| s.id == agent);
        let state = |names: &[&str]| SectionState::of(sections, names, format);
        Self {
            shell,
            agent: agent.to_owned(),
            host: host_name(&row.hostname, agent),
            office: office_name(judged, row.office.as_str()),
            office_code: row.office.to_string(),
            site: row
                .site
                .as_ref()
                .map(|code| config.site(code).map_or_else(|| code.to_string(), |s| s.name.clone())),
            location: server.and_then(|s| s.location.observation.clone()),
            enrolled: format.when(row.enrolled_at),
            last: row.last_report.map(|at| format.when(at)),
            silent: is_silent(judged, row, format),
            agent_version: row.agent_version.clone(),
            findings: findings_of(judged, agent),
            identity: machine::identity(sections),
            hardware: machine::hardware(sections),
            system: machine::system(sections, format),
            disks: machine::disks(sections),
            disks_state: state(&["disks"]),
            filesystems: machine::filesystems(sections),
            filesystems_state: state(&["filesystems"]),
            interfaces: network::interfaces(sections),
            interfaces_state: state(&["interfaces"]),
            gateways: network::gateways(sections),
            neighbours: network::neighbours(sections),
            neighbours_state: state(&["neighbours"]),
            packages: PackagesView::new(sections, &asked.paket, state(&["packages/dpkg", "packages/rpm"])),
            backups: backups::views(sections, format),
            backups_state: state(&["backup/restic", "backup/dumps"]),
            changes: changes.iter().map(|row| ChangeLine::new(row, format)).collect(),
            sensors: sections.iter().map(|section| SensorLine::new(section, format)).collect(),
            reports: reports.iter().filter_map(|row| ReportLine::new(row, format)).collect(),
        }
    }
}

fn findings_of(judged: &Judged, agent: &str) -> Vec<FindingLine> {
    let own = |f: &&patuh_compliance::Finding| matches!(&f.subject, Subject::Server(id) if id == agent);
    let mut own: Vec<_> = findings(judged).filter(own).collect();
    own.sort_by_key(|finding| urgency(finding));
    own.into_iter().map(|finding| FindingLine::new(judged, finding)).collect()
}

impl SectionState {
    /// The state of the first of these sensors that reads the host at all.
    fn of(sections: &[CurrentSection], names: &[&str], format: &Format) -> Self {
        let of_names = || sections.iter().filter(|s| names.contains(&s.sensor.as_str()));
        let failed = of_names().find_map(|s| match &s.latest {
            Latest::Failed(why) => Some(format!("{} gagal dibaca {}: {why}", s.sensor, format.ago(s.at))),
            Latest::Ok | Latest::Nothing => None,
        });
        let value = of_names().filter_map(|s| s.value.as_ref()).max_by_key(|v| v.at);
        let text = match (value, of_names().max_by_key(|s| s.at)) {
            (Some(value), _) => format!("Dibaca {}.", format.moment(value.at)),
            (None, Some(section)) if section.latest == Latest::Nothing => {
                format!("Tidak ada di mesin ini, menurut pembacaan {}.", format.moment(section.at))
            }
            (None, Some(_)) => "Belum pernah terbaca.".to_owned(),
            (None, None) => "Belum ada laporan tentang hal ini.".to_owned(),
        };
        Self { text, failed }
    }
}

impl SensorLine {
    fn new(section: &CurrentSection, format: &Format) -> Self {
        let (slug, word, why) = match &section.latest {
            Latest::Ok => ("ok", "Terbaca", None),
            Latest::Nothing => ("nihil", "Tidak ada di mesin ini", None),
            Latest::Failed(why) => ("gagal", "Gagal dibaca", Some(why.clone())),
        };
        Self {
            name: section.sensor.clone(),
            slug,
            word,
            why,
            took: took(section.took_us),
            when: format.when(section.at),
            index: section.index,
        }
    }
}

impl ReportLine {
    fn new(row: &LeafRow, format: &Format) -> Option<Self> {
        let Leaf::Report(leaf) = &row.leaf else { return None };
        Some(Self {
            index: row.index,
            sequence: number(leaf.sequence),
            taken: format.when(leaf.taken_at),
            received: format.when(leaf.received_at),
        })
    }
}

/// `GET /server/{agen}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let agent: AgentId = agent.parse().map_err(|_| Error::NotFound)?;
    let store = &desk.web.store;
    let row = store.server(&agent).await?.ok_or(Error::NotFound)?;
    let (sections, changes) = (store.sections(&agent).await?, store.changes(Some(&agent), CHANGES).await?);
    let reports = store.reports_of(&agent, REPORTS).await?;
    let scene = desk.scene(&person, Place::Servers).await?;
    let known = Known { row: &row, sections: &sections, changes: &changes, reports: &reports };
    page(&Server::new(scene.shell, &scene.judged, &desk.web.config, &known, &asked, &scene.format))
}
