//! `/lan/{kode}/versi/{versi}`: one version of an office's diagram, and what is other in it than in one before: drawn,
//! and in words.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::When;
use super::super::super::input::Asks;
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::page;
use super::office::{Asked as Look, Drawn};
use super::{Link, Manner, ReportLine, drawings, due_days, office_at, print_path, version_at};
use crate::export::{Picture, fingerprint};
use crate::lan::{ChangeReport, Difference, ReportFilter, Version, VersionSummary, sentences};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The version to compare with; the one before, when nothing is asked. `0`: none.
    #[serde(default)]
    pub(crate) sejak: String,
    /// How large: 1 to 3.
    #[serde(default)]
    pub(crate) besar: String,
    /// Which sheet of a large LAN.
    #[serde(default)]
    pub(crate) lembar: String,
}

#[derive(Template)]
#[template(path = "lan_version.html")]
pub(crate) struct VersionPage {
    shell: Shell,
    code: String,
    name: String,
    number: u32,
    at: When,
    fingerprint: String,
    digest: String,
    coverage: String,
    /// The version that it is compared with.
    since: Option<u32>,
    sentences: Vec<String>,
    drawn: Drawn,
    drawings: Vec<Link>,
    print: String,
    /// The versions before it, newest first, and whether it is compared with them.
    earlier: Vec<(u32, bool)>,
    newer: Option<u32>,
    reports: Vec<ReportLine>,
}

/// What is known of a version.
pub(crate) struct Known<'a> {
    pub(crate) version: &'a Version,
    /// What it is compared with.
    pub(crate) since: Option<&'a Version>,
    pub(crate) versions: &'a [VersionSummary],
    pub(crate) reports: &'a [ChangeReport],
}

impl Asked {
    /// The version that `number` is to be compared with.
    pub(crate) fn since(&self, number: u32) -> Result<Option<u32>, Error> {
        let since = match self.sejak.as_str() {
            "" => number.saturating_sub(1),
            asked => asked.parse().map_err(|_| Error::NotFound)?,
        };
        if since >= number { Err(Error::NotFound) } else { Ok(Some(since).filter(|since| *since > 0)) }
    }

    fn look(&self) -> Look {
        Look { besar: self.besar.clone(), lembar: self.lembar.clone() }
    }
}

impl VersionPage {
    /// The page.
    pub(crate) fn new(shell: Shell, known: &Known<'_>, asked: &Asked, manner: Manner<'_>) -> Self {
        let Manner { config, format, .. } = manner;
        let (version, since) = (known.version, known.since);
        let (office, number) = (&version.office, version.number);
        let other = since.map(|since| since.number);
        let base = format!("/lan/{office}/versi/{number}?sejak={}&", other.unwrap_or(0));
        let told = known.reports.iter().filter(|report| report.after == number);
        let numbers = || known.versions.iter().map(|version| version.number);
        Self {
            shell,
            code: office.to_string(),
            name: config.office_name(office).to_owned(),
            number,
            at: format.when(version.at),
            fingerprint: fingerprint(version),
            digest: version.digest.to_string(),
            coverage: version.graph.coverage(),
            since: other,
            sentences: told_since(version, since),
            drawn: Drawn::new(&Picture { version, since }, config, &asked.look(), base),
            drawings: drawings(office, number, other),
            print: print_path(office, number, other),
            earlier: numbers().filter(|it| *it < number).map(|it| (it, other == Some(it))).collect(),
            newer: numbers().filter(|it| *it > number).min(),
            reports: told.map(|report| ReportLine::new(report, manner)).collect(),
        }
    }
}

/// What is other, in words: kept with the version for the one before it.
fn told_since(version: &Version, since: Option<&Version>) -> Vec<String> {
    match since {
        Some(since) if since.number + 1 < version.number => {
            sentences(&Difference::between(&since.facts, &version.facts), &version.names)
        }
        _ => version.sentences.clone(),
    }
}

/// `GET /lan/{kode}/versi/{versi}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path((code, number)): Path<(String, String)>,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let (store, config) = (&desk.web.store, &desk.web.config);
    let office = office_at(config, &code)?;
    let version = version_at(&desk, &office.code, &number).await?;
    let since = match asked.since(version.number)? {
        Some(since) => store.lan_version(&office.code, since).await?,
        None => None,
    };
    let versions = store.lan_versions(&office.code).await?;
    let filter = ReportFilter { office: Some(office.code.clone()), standing: None };
    let reports = store.lan_reports(&filter).await?;
    let scene = desk.scene(&person, Place::Network).await?;
    let known = Known { version: &version, since: since.as_ref(), versions: &versions, reports: &reports };
    let manner = Manner { config, format: &scene.format, days: due_days(&scene.judged.packs) };
    page(&VersionPage::new(scene.shell, &known, &asked, manner))
}
