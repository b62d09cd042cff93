//! `/cari`: whatever an officer types, found: servers by name, address, serial number, office; packages by name
//! and version, counted. The field stands in the header of every page.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_protocol::id::Code;
use serde::Deserialize;

use super::super::error::Error;
use super::super::format::number;
use super::super::input::Asks;
use super::super::session::{App, Desk, Person};
use super::super::shell::{Place, Shell};
use super::path_of;
use super::server::manager_words;
use super::{host_name, office_name, page};
use crate::config::Config;
use crate::register::Asset;
use crate::store::{AssetFilter, Found, Hit, HitKind, PackageHit, ServerRow};
use crate::tasks::evaluate::Judged;

/// How many servers and packages are listed at most.
const SHOWN: u32 = 100;
/// No more is read of what somebody typed, in characters.
const LONGEST: usize = 200;
/// Assets listed at most.
const ASSETS: usize = 20;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// What was typed.
    #[serde(default)]
    pub(crate) q: String,
    /// One version of one package: the sensor that found it, its name, its version.
    #[serde(default)]
    pub(crate) sensor: String,
    #[serde(default)]
    pub(crate) paket: String,
    #[serde(default)]
    pub(crate) versi: String,
}

#[derive(Template)]
#[template(path = "search.html")]
pub(crate) struct Search {
    shell: Shell,
    asked: String,
    groups: Vec<Group>,
    all_servers: String,
    more_servers: usize,
    /// The assets of the register that have the words.
    assets: Vec<AssetLine>,
    more_assets: usize,
    packages: Vec<PackageLine>,
    all_packages: String,
    more_packages: usize,
    /// The package whose servers are listed instead.
    package: Option<String>,
}

/// The servers that were found for one reason.
struct Group {
    id: String,
    title: &'static str,
    lines: Vec<Line>,
}

/// A server that was found.
struct Line {
    href: String,
    host: String,
    office: String,
    /// What was found of it, where that is not its name.
    text: Option<String>,
}

/// An asset that was found.
struct AssetLine {
    href: String,
    name: String,
    /// Its number, model and serial number.
    text: String,
    office: String,
}

/// A version of a package.
struct PackageLine {
    name: String,
    version: String,
    manager: String,
    servers: String,
    href: Vec<(&'static str, String)>,
}

/// What was found, and where what was asked for is.
pub(crate) struct Answer {
    pub(crate) found: Found,
    pub(crate) assets: Vec<Asset>,
    /// The servers of one package, with its name.
    pub(crate) package: Option<(String, Vec<ServerRow>)>,
}

impl Search {
    /// The page over what was found for `asked`.
    pub(crate) fn new(shell: Shell, judged: &Judged, asked: &str, answer: &Answer) -> Self {
        let Found { servers, all_servers, packages, all_packages } = &answer.found;
        let mut groups = match &answer.package {
            None => groups(judged, servers),
            Some((_, rows)) => vec![Group::of_package(judged, rows)],
        };
        groups.retain(|group| !group.lines.is_empty());
        let count = answer.package.as_ref().map_or(*all_servers, |(_, rows)| rows.len());
        Self {
            shell,
            asked: asked.to_owned(),
            groups,
            all_servers: number(count as u64),
            more_servers: all_servers.saturating_sub(servers.len()),
            assets: answer.assets.iter().take(ASSETS).map(|asset| AssetLine::new(judged, asset)).collect(),
            more_assets: answer.assets.len().saturating_sub(ASSETS),
            packages: packages.iter().map(|hit| PackageLine::new(hit, asked)).collect(),
            all_packages: number(*all_packages as u64),
            more_packages: all_packages.saturating_sub(packages.len()),
            package: answer.package.as_ref().map(|(name, _)| name.clone()),
        }
    }

    /// Whether nothing was found.
    fn nothing(&self) -> bool {
        self.groups.is_empty() && self.packages.is_empty() && self.assets.is_empty()
    }
}

/// The hits by reason, in the order in which the best of each was found.
fn groups(judged: &Judged, hits: &[Hit]) -> Vec<Group> {
    let mut groups: Vec<(HitKind, Vec<Line>)> = Vec::new();
    for hit in hits {
        let line = Line::new(judged, hit);
        match groups.iter_mut().find(|(kind, _)| *kind == hit.why) {
            Some((_, lines)) => lines.push(line),
            None => groups.push((hit.why, vec![line])),
        }
    }
    let named = groups.into_iter().enumerate();
    let group = |(n, (kind, lines))| Group { id: format!("alasan-{}", n + 1), title: title(kind), lines };
    named.map(group).collect()
}

const fn title(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Host => "Nama server",
        HitKind::Address => "Alamat IP",
        HitKind::Mac => "Alamat MAC",
        HitKind::Serial => "Nomor seri dan UUID",
        HitKind::Agent => "Agen",
        HitKind::Office => "Perangkat Daerah",
        HitKind::Model => "Merek dan tipe",
        HitKind::System => "Sistem operasi",
        HitKind::Site => "Situs web",
        HitKind::Database => "Basis data",
        HitKind::Guest => "Mesin tamu",
        HitKind::Container => "Kontainer atau citra",
    }
}

impl Group {
    fn of_package(judged: &Judged, rows: &[ServerRow]) -> Self {
        let line = |row: &ServerRow| Line {
            href: path_of(&row.agent),
            host: host_name(&row.hostname, row.agent.as_str()),
            office: office_name(judged, row.office.as_str()),
            text: row.os.clone(),
        };
        Self { id: "server".to_owned(), title: "Server", lines: rows.iter().map(line).collect() }
    }
}

impl Line {
    fn new(judged: &Judged, hit: &Hit) -> Self {
        let told = !matches!(hit.why, HitKind::Host | HitKind::Office) && hit.text != hit.hostname;
        Self {
            href: path_of(&hit.agent),
            host: host_name(&hit.hostname, hit.agent.as_str()),
            office: office_name(judged, hit.office.as_str()),
            text: told.then(|| hit.text.clone()),
        }
    }
}

impl AssetLine {
    fn new(judged: &Judged, asset: &Asset) -> Self {
        let words = [Some(asset.id.to_string()), Some(asset.model.clone()), asset.serial.clone()];
        let words: Vec<_> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
        Self {
            href: format!("/aset/{}", asset.id),
            name: asset.name.clone(),
            text: words.join(" · "),
            office: office_name(judged, asset.office.as_str()),
        }
    }
}

impl PackageLine {
    fn new(hit: &PackageHit, asked: &str) -> Self {
        let pairs = [("q", asked), ("sensor", &hit.sensor), ("paket", &hit.name), ("versi", &hit.version)];
        Self {
            name: hit.name.clone(),
            version: hit.version.clone(),
            manager: manager_words(hit.sensor.rsplit('/').next().unwrap_or_default()).to_owned(),
            servers: number(hit.servers as u64),
            href: pairs.map(|(name, value)| (name, value.to_owned())).into(),
        }
    }
}

/// The names of the offices, by which servers are found too.
fn offices(config: &Config) -> BTreeMap<Code, String> {
    config.offices.iter().map(|office| (office.code.clone(), office.name.clone())).collect()
}

async fn answer(desk: &Desk, asked: &Asked, words: &str) -> Result<Answer, Error> {
    let store = &desk.web.store;
    if asked.paket.is_empty() {
        let found = store.find(words, &offices(&desk.web.config), SHOWN).await?;
        let filter = AssetFilter { search: Some(words.to_owned()), ..AssetFilter::default() };
        let assets = if words.is_empty() { Vec::new() } else { store.assets(&filter).await? };
        return Ok(Answer { found, assets, package: None });
    }
    let rows = store.servers_with(&asked.sensor, &asked.paket, &asked.versi).await?;
    let package = Some((format!("{} {}", asked.paket, asked.versi), rows));
    Ok(Answer { found: Found::default(), assets: Vec::new(), package })
}

/// `GET /cari`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let words: String = asked.q.trim().chars().take(LONGEST).collect();
    let scene = desk.scene(&person, Place::Search).await?;
    let answer = answer(&desk, &asked, &words).await?;
    page(&Search::new(scene.shell.searching(&words), &scene.judged, &words, &answer))
}
