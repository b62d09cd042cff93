//! `/pd`: the offices, with how much of each is seen and how its duties stand.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_compliance::Verdict;

use super::super::chart::Bar;
use super::super::coverage::{Coverage, Silence};
use super::super::error::Error;
use super::super::format::number;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::verdict::{Mark, Tally};
use super::overview::CoverageLine;
use super::{findings, office_name, page};
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
    silent: u64,
    without_agent: u64,
    bar: Bar,
    marks: Vec<(Mark, String)>,
    judged: bool,
}

impl Offices {
    /// The page over a judgement.
    pub(crate) fn new(shell: Shell, judged: &Judged, silence: Silence) -> Self {
        let by_office = Coverage::by_office(&judged.estate, silence);
        let mut lines: Vec<_> = by_office.iter().map(|(code, c)| OfficeLine::new(judged, code, *c)).collect();
        lines.sort_by(|a, b| a.name.cmp(&b.name));
        let coverage = CoverageLine::new(Coverage::of(&judged.estate, silence), silence.hours);
        Self { shell, coverage, lines }
    }
}

impl OfficeLine {
    fn new(judged: &Judged, code: &str, coverage: Coverage) -> Self {
        let tally = Tally::of(findings(judged).filter(|f| f.office == code));
        let open = [Verdict::NotCompliant, Verdict::NeedsReview, Verdict::NoData];
        let marks = tally.given().filter(|(mark, _)| open.contains(&mark.verdict));
        Self {
            code: code.to_owned(),
            name: office_name(judged, code),
            mandiri_tik: judged.estate.office(code).and_then(|o| o.mandiri_tik.clone()),
            registered: number(coverage.registered),
            reporting: number(coverage.reporting),
            silent: coverage.silent,
            without_agent: coverage.without_agent,
            bar: Bar::of_tally(&tally),
            marks: marks.map(|(mark, n)| (mark, number(n))).collect(),
            judged: tally.total() > 0,
        }
    }
}

/// `GET /pd`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Offices).await?;
    let silence = Silence { hours: desk.web.config.silent_after_hours, now: scene.format.now() };
    page(&Offices::new(scene.shell, &scene.judged, silence))
}
