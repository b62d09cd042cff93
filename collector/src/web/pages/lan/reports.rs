//! `/lan/laporan`: every handing in of a diagram and report of a change, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_protocol::id::Code;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::input::Asks;
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::page;
use super::{Manner, ReportLine, due_days};
use crate::lan::{ChangeReport, ReportFilter, ReportStanding};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only those that stand so.
    #[serde(default)]
    pub(crate) keadaan: String,
}

/// The standings, in the order of a report's life.
const STANDINGS: [(ReportStanding, &str); 4] = [
    (ReportStanding::Draft, "Menunggu diserahkan"),
    (ReportStanding::Submitted, "Menunggu diterima"),
    (ReportStanding::Received, "Diterima"),
    (ReportStanding::Dismissed, "Dikesampingkan"),
];

#[derive(Template)]
#[template(path = "lan_reports.html")]
pub(crate) struct Reports {
    shell: Shell,
    asked: Asked,
    offices: Vec<(String, String)>,
    /// Slug, name, how many, whether it is chosen.
    standings: Vec<(&'static str, &'static str, usize, bool)>,
    all: usize,
    lines: Vec<ReportLine>,
}

impl Asked {
    fn office(&self) -> Result<Option<Code>, Error> {
        let given = Some(self.pd.trim()).filter(|code| !code.is_empty());
        given.map(|code| code.parse().map_err(|_| Error::NotFound)).transpose()
    }

    fn standing(&self) -> Result<Option<ReportStanding>, Error> {
        let given = Some(self.keadaan.as_str()).filter(|slug| !slug.is_empty());
        given.map(|slug| ReportStanding::named(slug).ok_or(Error::NotFound)).transpose()
    }
}

impl Reports {
    /// The page of `reports`, those of the chosen office.
    pub(crate) fn new(
        shell: Shell,
        reports: &[ChangeReport],
        asked: Asked,
        manner: Manner<'_>,
    ) -> Result<Self, Error> {
        let chosen = asked.standing()?;
        let count = |standing| reports.iter().filter(|report| report.standing == standing).count();
        let shown = reports.iter().filter(|report| chosen.is_none_or(|it| report.standing == it));
        Ok(Self {
            shell,
            offices: manner.config.offices.iter().map(|it| (it.code.to_string(), it.name.clone())).collect(),
            standings: STANDINGS
                .map(|(standing, name)| (standing.slug(), name, count(standing), chosen == Some(standing)))
                .to_vec(),
            all: reports.len(),
            lines: shown.map(|report| ReportLine::new(report, manner)).collect(),
            asked,
        })
    }
}

/// `GET /lan/laporan`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let filter = ReportFilter { office: asked.office()?, standing: None };
    let reports = desk.web.store.lan_reports(&filter).await?;
    let scene = desk.scene(&person, Place::Network).await?;
    let days = due_days(&scene.judged.packs);
    let manner = Manner { config: &desk.web.config, format: &scene.format, days };
    page(&Reports::new(scene.shell, &reports, asked, manner)?)
}
