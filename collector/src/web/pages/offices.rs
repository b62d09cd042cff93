//! `/pd`: the offices, with how much of each is seen and how its duties stand.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_compliance::{Coverage, Verdict};

use super::super::chart::Bar;
use super::super::error::Error;
use super::super::format::{Format, number};
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::verdict::{Mark, Tally};
use super::coverage::CoverageLine;
use super::{office_name, page, rules};
use crate::tasks::evaluate::Judged;

#[derive(Template)]
#[template(path = "offices.html")]
pub(crate) struct Offices {
    shell: Shell,
    coverage: CoverageLine,
    lines: Vec<OfficeLine>,
}

/// An office in the list.
struct OfficeLine {
    code: String,
    name: String,
    mandiri_tik: Option<String>,
    registered: String,
    reporting: String,
    silent: u32,
    without_agent: u32,
    bar: Bar,
    marks: Vec<(Mark, String)>,
    judged: bool,
}

impl Offices {
    /// The page over a judgement.
    pub(crate) fn new(shell: Shell, judged: &Judged, format: &Format) -> Self {
        let by_office = Coverage::by_office(&judged.estate, format.now());
        let mut lines: Vec<_> = by_office.iter().map(|(code, c)| OfficeLine::new(judged, code, *c)).collect();
        lines.sort_by(|a, b| a.name.cmp(&b.name));
        let coverage = Coverage::of(&judged.estate, format.now());
        let coverage = CoverageLine::new(coverage, judged.estate.silent_after_hours);
        Self { shell, coverage, lines }
    }
}

impl OfficeLine {
    fn new(judged: &Judged, code: &str, coverage: Coverage) -> Self {
        let mut tally = Tally::default();
        for (_, rule) in rules(judged) {
            tally.merge(&super::tally(judged, rule, Some(code), coverage.registered));
        }
        let open = [Verdict::NotCompliant, Verdict::NeedsReview, Verdict::NoData];
        let marks = tally.given().filter(|(mark, _)| open.contains(&mark.verdict));
        Self {
            code: code.to_owned(),
            name: office_name(judged, code),
            mandiri_tik: judged.estate.office(code).and_then(|o| o.mandiri_tik.clone()),
            registered: number(coverage.registered),
            reporting: number(coverage.reporting),
            silent: coverage.silent(),
            without_agent: coverage.without_agent(),
            bar: Bar::of_tally(&tally),
            marks: marks.map(|(mark, n)| (mark, number(n))).collect(),
            judged: tally.total() > 0,
        }
    }
}

/// `GET /pd`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Offices).await?;
    page(&Offices::new(scene.shell, &scene.judged, &scene.format))
}
