//! `/rekonsiliasi`: where the books and what is seen do not agree.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::{Format, When, number};
use super::super::super::input::Asks;
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::{office_choices, page};
use crate::config::Config;
use crate::register::{Asset, Mismatch, MismatchKind};
use crate::store::AssetFilter;
use crate::tasks::reconcile::mismatches;

/// Disagreements on one page.
const PER_PAGE: usize = 100;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only of this kind.
    #[serde(default)]
    pub(crate) jenis: String,
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

/// A disagreement.
#[derive(Clone, Debug)]
struct Line {
    title: &'static str,
    remedy: &'static str,
    name: String,
    office: String,
    asset: Option<String>,
    agent: Option<String>,
    booked: String,
    seen: String,
    since: Option<When>,
    /// Whether the server can be booked.
    bookable: bool,
}

#[derive(Template)]
#[template(path = "asset_reconcile.html")]
pub(crate) struct Reconciliation {
    shell: Shell,
    /// Kinds with how many there are in the office: slug, title, count, whether chosen.
    kinds: Vec<(&'static str, &'static str, String, bool)>,
    all: String,
    kind: String,
    office: String,
    offices: Vec<(String, String)>,
    lines: Vec<Line>,
    pages: Vec<usize>,
    current: usize,
    days: u32,
    assets: String,
    joined: String,
    without: String,
}

impl Reconciliation {
    /// The page over all disagreements.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        mut found: Vec<Mismatch>,
        assets: &[Asset],
        asked: &Asked,
        format: &Format,
    ) -> Self {
        found.retain(|it| asked.pd.is_empty() || it.office.as_str() == asked.pd);
        let chosen = MismatchKind::of_slug(&asked.jenis);
        let count = |kind| found.iter().filter(|it| it.kind == kind).count() as u64;
        let kinds = MismatchKind::ALL
            .map(|kind| (kind.slug(), kind.name(), number(count(kind)), chosen == Some(kind)));
        let all = number(found.len() as u64);
        found.retain(|it| chosen.is_none_or(|kind| it.kind == kind));
        let pages: Vec<usize> = (1..=found.len().div_ceil(PER_PAGE).max(1)).collect();
        let current = asked.hal.parse().unwrap_or(1).clamp(1, pages.len());
        let shown = found.iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        let stands = assets.iter().filter(|asset| {
            !asset.is_removed() && (asked.pd.is_empty() || asset.office.as_str() == asked.pd)
        });
        let (joined, without): (Vec<&Asset>, Vec<&Asset>) = stands.partition(|asset| asset.agent.is_some());
        Self {
            shell,
            kinds: kinds.to_vec(),
            all,
            kind: chosen.map_or("", MismatchKind::slug).to_owned(),
            office: asked.pd.clone(),
            offices: office_choices(config),
            lines: shown.map(|it| line(it, config, format)).collect(),
            pages,
            current,
            days: config.register.not_seen_days,
            assets: number((joined.len() + without.len()) as u64),
            joined: number(joined.len() as u64),
            without: number(without.len() as u64),
        }
    }
}

fn line(found: &Mismatch, config: &Config, format: &Format) -> Line {
    let office = config.office(&found.office);
    Line {
        title: found.kind.name(),
        remedy: found.kind.remedy(),
        name: found.name.clone(),
        office: office.map_or_else(|| found.office.to_string(), |office| office.name.clone()),
        asset: found.asset.map(|id| id.to_string()),
        agent: found.agent.as_ref().map(ToString::to_string),
        booked: found.booked.clone(),
        seen: found.seen.clone(),
        since: found.since.map(|at| format.when(at)),
        bookable: found.kind == MismatchKind::SeenNotBooked,
    }
}

/// `GET /rekonsiliasi`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let web = &desk.web;
    let found = mismatches(&web.store, &web.config, desk.now()).await?;
    let assets = web.store.assets(&AssetFilter::default()).await?;
    let scene = desk.scene(&person, Place::Assets).await?;
    page(&Reconciliation::new(scene.shell, &web.config, found, &assets, &asked, &scene.format))
}
