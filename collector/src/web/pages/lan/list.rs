//! `/lan`: the diagrams of all offices, and first of all what waits for somebody.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_protocol::id::Code;

use super::super::super::error::Error;
use super::super::super::format::{Format, When};
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::page;
use super::super::section::Sign;
use super::{Manner, ReportLine, due_days, tables};
use crate::lan::{ChangeReport, ReportFilter, ReportStanding, Version};

/// An office in the list.
struct OfficeLine {
    code: String,
    name: String,
    /// Its newest version: number, when, what it shows, how much of the office.
    diagram: Option<(u32, When, String, String)>,
    /// Why there is none.
    none: &'static str,
    handed: (Option<Sign>, String),
    /// Whether the Dinas has ever received a diagram of it.
    has_received: bool,
    open: usize,
}

#[derive(Template)]
#[template(path = "lan_list.html")]
pub(crate) struct Lans {
    shell: Shell,
    /// What is to be handed in, and what is to be received.
    drafts: Vec<ReportLine>,
    submitted: Vec<ReportLine>,
    offices: Vec<OfficeLine>,
    /// How many offices have a diagram, and how many of them have one received.
    drawn: usize,
    received: usize,
}

/// What is known of the offices.
pub(crate) struct Known<'a> {
    /// The newest version of each.
    pub(crate) versions: &'a BTreeMap<Code, Version>,
    /// The offices whose agents told of their LAN.
    pub(crate) looking: &'a [Code],
    /// All reports, newest first.
    pub(crate) reports: &'a [ChangeReport],
}

impl Lans {
    /// The page.
    pub(crate) fn new(shell: Shell, known: &Known<'_>, manner: Manner<'_>) -> Self {
        let Manner { config, format, .. } = manner;
        let standing = |standing: ReportStanding| {
            let of = known.reports.iter().filter(move |report| report.standing == standing);
            let mut all: Vec<&ChangeReport> = of.collect();
            all.sort_by_key(|report| (report.from_at, report.id));
            all.into_iter().map(|report| ReportLine::new(report, manner)).collect()
        };
        let mut offices: Vec<OfficeLine> =
            config.offices.iter().map(|office| line(&office.code, &office.name, known, format)).collect();
        offices.sort_by_key(|line| (line.diagram.is_none(), line.name.to_lowercase()));
        Self {
            shell,
            drafts: standing(ReportStanding::Draft),
            submitted: standing(ReportStanding::Submitted),
            drawn: offices.iter().filter(|line| line.diagram.is_some()).count(),
            received: offices.iter().filter(|line| line.has_received).count(),
            offices,
        }
    }
}

fn line(code: &Code, name: &str, known: &Known<'_>, format: &Format) -> OfficeLine {
    let own = || known.reports.iter().filter(|report| report.office == *code);
    let diagram = known.versions.get(code).map(|version| {
        let graph = &version.graph;
        (version.number, format.when(version.at), tables::counted(graph), graph.coverage())
    });
    let none = if known.looking.contains(code) {
        "sedang diamati; versi pertama terbit sesudah yang terlihat terkonfirmasi"
    } else {
        "belum ada agen yang melaporkan jaringannya"
    };
    let open =
        own().filter(|report| matches!(report.standing, ReportStanding::Draft | ReportStanding::Submitted));
    OfficeLine {
        code: code.to_string(),
        name: name.to_owned(),
        diagram,
        none,
        handed: handed(own(), format),
        has_received: own().any(|report| report.standing == ReportStanding::Received),
        open: open.count(),
    }
}

/// How far the newest diagram that was handed in has come.
fn handed<'a>(reports: impl Iterator<Item = &'a ChangeReport>, format: &Format) -> (Option<Sign>, String) {
    let newest = reports.filter(|report| report.submitted.is_some()).max_by_key(|report| report.after);
    let Some(report) = newest else { return (None, "belum pernah".to_owned()) };
    let told = |at| format!("versi {}, {}", report.after, format.date(at));
    match (&report.received, &report.submitted) {
        (Some(act), _) => (Some(Sign::Well), format!("{} diterima", told(act.at))),
        (None, Some(act)) => (Some(Sign::Look), format!("{} diserahkan", told(act.at))),
        (None, None) => (None, "belum pernah".to_owned()),
    }
}

/// `GET /lan`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let (store, config) = (&desk.web.store, &desk.web.config);
    let mut versions = BTreeMap::new();
    for office in &config.offices {
        if let Some(newest) = store.lan_newest(&office.code).await? {
            versions.insert(office.code.clone(), newest.version);
        }
    }
    let looking: Vec<Code> = store.lan_states().await?.into_iter().map(|(office, _)| office).collect();
    let reports = store.lan_reports(&ReportFilter::default()).await?;
    let scene = desk.scene(&person, Place::Network).await?;
    let known = Known { versions: &versions, looking: &looking, reports: &reports };
    let manner = Manner { config, format: &scene.format, days: due_days(&scene.judged.packs) };
    page(&Lans::new(scene.shell, &known, manner))
}
