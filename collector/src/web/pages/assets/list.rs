//! `/aset`: the register. Sorted and filtered by the address, so that a view can be sent to somebody;
//! downloaded exactly as filtered.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use jiff::Timestamp;
use patuh_protocol::id::Code;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::{Format, When, number};
use super::super::super::input::{self, Asks};
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::{office_choices, page};
use super::{last_reports, place_words};
use crate::config::Config;
use crate::register::{Asset, AssetKind, Condition, Field, Stage, stages_in_force};
use crate::store::AssetFilter;

/// Assets on one page.
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
    /// Only of this kind.
    #[serde(default)]
    pub(crate) jenis: String,
    /// Only at this stage.
    #[serde(default)]
    pub(crate) tahap: String,
    /// Only in this condition.
    #[serde(default)]
    pub(crate) kondisi: String,
    /// `ya`: only those that lack an obligatory fact.
    #[serde(default)]
    pub(crate) kurang: String,
    /// Sorted by this column.
    #[serde(default)]
    pub(crate) urut: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

impl Asked {
    /// The store's filter. A word that is none finds nothing, and says so.
    pub(crate) fn filter(&self) -> Result<AssetFilter, Error> {
        Ok(AssetFilter {
            office: input::word::<Code>(&self.pd)?,
            kind: input::word(&self.jenis)?,
            stage: input::word(&self.tahap)?,
            condition: input::word(&self.kondisi)?,
            search: Some(self.cari.trim().to_owned()).filter(|text| !text.is_empty()),
        })
    }

    /// Whether only what lacks something is wanted.
    pub(crate) fn incomplete(&self) -> bool {
        self.kurang == "ya"
    }

    fn filtered(&self) -> bool {
        [&self.cari, &self.pd, &self.jenis, &self.tahap, &self.kondisi, &self.kurang]
            .iter()
            .any(|it| !it.is_empty())
    }

    fn page(&self) -> usize {
        self.hal.parse().unwrap_or(1).max(1)
    }
}

/// An asset in the list.
#[derive(Clone, Debug)]
pub(crate) struct AssetLine {
    id: String,
    name: String,
    model: String,
    office: String,
    kind: &'static str,
    code: Option<String>,
    register: Option<String>,
    condition: Option<&'static str>,
    place: String,
    stage: Option<&'static str>,
    removed: bool,
    /// Whether an agent runs on it.
    joined: bool,
    last: Option<When>,
    /// What it lacks, in words.
    missing: Vec<&'static str>,
}

impl AssetLine {
    fn new(asset: &Asset, last: Option<Timestamp>, config: &Config, format: &Format) -> Self {
        Self {
            id: asset.id.to_string(),
            name: asset.name.clone(),
            model: asset.model.clone(),
            office: config.office_name(&asset.office).to_owned(),
            kind: asset.kind.name(),
            code: asset.book.code.clone(),
            register: asset.book.register.clone(),
            condition: asset.book.condition.map(Condition::name),
            place: place_words(config, asset),
            stage: asset.stage().map(Stage::name),
            removed: asset.is_removed(),
            joined: asset.agent.is_some(),
            last: last.map(|at| format.when(at)),
            missing: asset.missing().into_iter().map(Field::heading).collect(),
        }
    }
}

/// A choice of a filter: its name in the address, its name for people, whether it is chosen.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "assets.html")]
pub(crate) struct Assets {
    shell: Shell,
    asked: Asked,
    filtered: bool,
    offices: Vec<(String, String)>,
    stages: Vec<Choice>,
    conditions: Vec<Choice>,
    /// Kinds with how many there are of each under the other filters: slug, name, count, whether chosen.
    kinds: Vec<(&'static str, &'static str, String, bool)>,
    all_kinds: String,
    total: String,
    value: String,
    joined: String,
    incomplete: String,
    sort: &'static str,
    lines: Vec<AssetLine>,
    pages: Vec<usize>,
    current: usize,
}

/// The columns that sort, by their name in the address.
const SORTS: [&str; 5] = ["nomor", "nama", "pd", "jenis", "kode"];

/// What the page is made from: assets under all filters but that of the kind, and when each agent reported.
pub(crate) struct Known<'a> {
    pub(crate) assets: Vec<Asset>,
    pub(crate) last: &'a dyn Fn(&str) -> Option<Timestamp>,
    pub(crate) stages: Vec<Stage>,
}

impl Assets {
    /// The page over the assets that the store found.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        known: Known<'_>,
        asked: &Asked,
        format: &Format,
    ) -> Self {
        let Known { mut assets, last, stages } = known;
        let kind: Option<AssetKind> = asked.jenis.trim().parse().ok();
        let all_kinds = number(assets.len() as u64);
        let kinds = kinds(&assets, kind);
        assets.retain(|asset| kind.is_none_or(|kind| asset.kind == kind));
        let sort = SORTS.into_iter().find(|name| *name == asked.urut).unwrap_or("nomor");
        sort_by(&mut assets, sort);
        let count =
            |of: &dyn Fn(&Asset) -> bool| number(assets.iter().filter(|asset| of(asset)).count() as u64);
        let value = assets.iter().filter_map(|asset| asset.book.price).fold(0_u64, u64::saturating_add);
        let pages: Vec<usize> = (1..=assets.len().div_ceil(PER_PAGE).max(1)).collect();
        let current = asked.page().min(pages.len());
        let shown = assets.iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        let line = |asset: &Asset| {
            let last = asset.agent.as_ref().and_then(|agent| last(agent.as_str()));
            AssetLine::new(asset, last, config, format)
        };
        Self {
            shell,
            filtered: asked.filtered(),
            offices: office_choices(config),
            stages: stages.iter().map(|it| (it.slug(), it.name(), asked.tahap == it.slug())).collect(),
            conditions: Condition::ALL.map(|it| (it.slug(), it.name(), asked.kondisi == it.slug())).to_vec(),
            kinds,
            all_kinds,
            total: number(assets.len() as u64),
            value: number(value),
            joined: count(&|asset| asset.agent.is_some()),
            incomplete: count(&|asset| !asset.missing().is_empty()),
            sort,
            lines: shown.map(line).collect(),
            pages,
            current,
            asked: asked.clone(),
        }
    }
}

fn kinds(assets: &[Asset], chosen: Option<AssetKind>) -> Vec<(&'static str, &'static str, String, bool)> {
    let count = |kind| assets.iter().filter(|asset| asset.kind == kind).count() as u64;
    let kinds = AssetKind::ALL.into_iter().map(|kind| (kind, count(kind)));
    let kinds = kinds.filter(|(kind, n)| *n > 0 || chosen == Some(*kind));
    kinds.map(|(kind, n)| (kind.slug(), kind.name(), number(n), chosen == Some(kind))).collect()
}

fn sort_by(assets: &mut [Asset], sort: &str) {
    match sort {
        "nama" => assets.sort_by_key(|a| (a.name.to_lowercase(), a.id)),
        "pd" => assets.sort_by(|a, b| (&a.office, a.id).cmp(&(&b.office, b.id))),
        "jenis" => assets.sort_by_key(|asset| (asset.kind, asset.id)),
        "kode" => assets.sort_by(|a, b| {
            (&a.book.code, &a.book.register, a.id).cmp(&(&b.book.code, &b.book.register, b.id))
        }),
        _ => assets.sort_by_key(|asset| asset.id),
    }
}

/// `GET /aset`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let filter = asked.filter()?;
    let mut assets = desk.web.store.assets(&AssetFilter { kind: None, ..filter }).await?;
    assets.retain(|asset| !asked.incomplete() || !asset.missing().is_empty());
    let reports = last_reports(&desk).await?;
    let scene = desk.scene(&person, Place::Assets).await?;
    let last = |agent: &str| reports.get(agent).copied().flatten();
    let stages = stages_in_force(&scene.judged.packs);
    let known = Known { assets, last: &last, stages };
    page(&Assets::new(scene.shell, &desk.web.config, known, &asked, &scene.format))
}
