//! `/kepatuhan/{ketentuan}`: one rule and all that was found by it, worst first, filtered by verdict.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use patuh_compliance::pack::{Pack, Rule as PackRule};
use patuh_compliance::{Coverage, Finding};
use serde::Deserialize;

use super::super::chart::Bar;
use super::super::error::Error;
use super::super::format::{Format, number};
use super::super::input::Asks;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::verdict::Mark;
use super::{FindingLine, findings, page, rule_named, tally, urgency};
use crate::tasks::evaluate::Judged;

/// Findings on one page.
const PER_PAGE: usize = 80;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only this verdict.
    #[serde(default)]
    pub(crate) putusan: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

#[derive(Template)]
#[template(path = "rule.html")]
pub(crate) struct Rule {
    shell: Shell,
    id: String,
    title: String,
    article: String,
    text: String,
    reading: Option<String>,
    pack: String,
    bar: Bar,
    marks: Vec<(Mark, String)>,
    total: String,
    /// Servers that are counted and stand in no line, for want of an agent.
    without_agent: u32,
    chosen: Option<Mark>,
    lines: Vec<FindingLine>,
    pages: Vec<usize>,
    current: usize,
}

impl Rule {
    /// The page of `rule` with the findings that were asked for.
    pub(crate) fn new(
        shell: Shell,
        judged: &Judged,
        (pack, rule): (&Pack, &PackRule),
        asked: &Asked,
        format: &Format,
    ) -> Self {
        let mut all: Vec<&Finding> = findings(judged).filter(|f| f.rule == rule.id).collect();
        let coverage = Coverage::of(&judged.estate, format.now());
        let tally = tally(judged, rule, None, coverage.registered);
        let chosen = Mark::named(&asked.putusan);
        all.retain(|f| chosen.is_none_or(|mark| mark.verdict == f.verdict));
        all.sort_by_key(|f| (urgency(f), f.office.clone()));
        let pages = all.len().div_ceil(PER_PAGE).max(1);
        let current = asked.hal.parse().unwrap_or(1).clamp(1, pages);
        let shown = all.iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        Self {
            shell,
            id: rule.id.clone(),
            title: rule.title.clone(),
            article: rule.article.clone(),
            text: rule.text.clone(),
            reading: rule.reading.clone(),
            pack: pack.short.clone(),
            bar: Bar::of_tally(&tally),
            marks: tally.given().map(|(mark, n)| (mark, number(n))).collect(),
            total: number(tally.total()),
            without_agent: coverage.without_agent(),
            chosen,
            lines: shown.map(|finding| FindingLine::new(judged, finding)).collect(),
            pages: (1..=pages).collect(),
            current,
        }
    }

    fn is_chosen(&self, mark: &Mark) -> bool {
        self.chosen == Some(*mark)
    }
}

/// `GET /kepatuhan/{ketentuan}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(id): Path<String>,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Compliance).await?;
    let rule = rule_named(&scene.judged, &id).ok_or(Error::NotFound)?;
    page(&Rule::new(scene.shell, &scene.judged, rule, &asked, &scene.format))
}
