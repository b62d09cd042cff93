//! `/kepatuhan`: the rule packs in force, what each asks for and how it stands, and what is not evaluated.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_compliance::Coverage;
use patuh_compliance::pack::{Missing, Pack, Rule};
use patuh_compliance::wording;

use super::super::chart::Bar;
use super::super::error::Error;
use super::super::format::{Format, number};
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::verdict::Mark;
use super::{page, tally};
use crate::tasks::evaluate::Judged;

#[derive(Template)]
#[template(path = "compliance.html")]
pub(crate) struct Compliance {
    shell: Shell,
    packs: Vec<PackView>,
}

/// One regulation.
struct PackView {
    id: String,
    title: String,
    short: String,
    status: String,
    in_force: bool,
    notes: Vec<String>,
    promulgated: Option<String>,
    grace: Option<Grace>,
    rules: Vec<RuleLine>,
    missing: Vec<Missing>,
}

/// The time that a regulation gives to what was there before it.
struct Grace {
    years: i16,
    article: String,
    until: Option<String>,
}

/// One rule.
struct RuleLine {
    id: String,
    title: String,
    article: String,
    bar: Bar,
    marks: Vec<(Mark, String)>,
    total: String,
}

impl Compliance {
    /// The page over a judgement.
    pub(crate) fn new(shell: Shell, judged: &Judged, format: &Format) -> Self {
        let registered = Coverage::of(&judged.estate, format.now()).registered;
        let packs = judged.packs.iter().map(|pack| PackView::new(judged, pack, registered));
        Self { shell, packs: packs.collect() }
    }
}

impl PackView {
    fn new(judged: &Judged, pack: &Pack, registered: u32) -> Self {
        Self {
            id: pack.id.clone(),
            title: pack.title.clone(),
            short: pack.short.clone(),
            status: pack.status.clone(),
            in_force: pack.status.trim().eq_ignore_ascii_case("berlaku"),
            notes: pack.notes.clone(),
            promulgated: pack.promulgated.map(wording::date),
            grace: Grace::of(pack),
            rules: pack.rules.iter().map(|rule| RuleLine::new(judged, rule, registered)).collect(),
            missing: pack.missing.clone(),
        }
    }
}

impl Grace {
    fn of(pack: &Pack) -> Option<Self> {
        let years = pack.grace_years;
        let end = pack.promulgated.and_then(|day| day.checked_add(jiff::Span::new().years(years)).ok());
        let article = pack.grace_article.clone().unwrap_or_default();
        (years > 0).then(|| Self { years, article, until: end.map(wording::date) })
    }
}

impl RuleLine {
    fn new(judged: &Judged, rule: &Rule, registered: u32) -> Self {
        let tally = tally(judged, rule, None, registered);
        Self {
            id: rule.id.clone(),
            title: rule.title.clone(),
            article: rule.article.clone(),
            bar: Bar::of_tally(&tally),
            marks: tally.given().map(|(mark, n)| (mark, number(n))).collect(),
            total: number(tally.total()),
        }
    }
}

/// `GET /kepatuhan`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Compliance).await?;
    page(&Compliance::new(scene.shell, &scene.judged, &scene.format))
}
