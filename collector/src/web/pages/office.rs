//! `/pd/{kode}`: one office: its coverage, how each duty stands, what is open, its servers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use patuh_compliance::estate::Office as EstateOffice;
use patuh_compliance::pack::{Pack, Rule};
use patuh_compliance::{Coverage, Finding, Verdict};
use patuh_protocol::id::Code;

use super::super::chart::Bar;
use super::super::error::Error;
use super::super::format::number;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::verdict::{Mark, Tally};
use super::backups::answer::Answer;
use super::coverage::CoverageLine;
use super::ipplan::findings::FindingLine as Misnumbered;
use super::servers::{Seen, ServerLine, tallies};
use super::{FindingLine, findings, page, rules, tally, urgency};
use crate::config::Config;
use crate::store::{ServerFilter, ServerRow};
use crate::tasks::evaluate::Judged;

/// Findings and servers shown on the page; the rest is a link away.
const SHOWN: usize = 60;

/// Findings beside the plan of numbering shown on the page.
const NUMBERS: usize = 8;

#[derive(Template)]
#[template(path = "office.html")]
pub(crate) struct Office {
    shell: Shell,
    code: String,
    name: String,
    mandiri_tik: Option<String>,
    coverage: CoverageLine,
    /// What of its data is lost tonight, and where more of it is told.
    tonight: Answer,
    link: String,
    duties: Vec<DutyLine>,
    open: Vec<FindingLine>,
    more_open: usize,
    /// What does not fit the plan of numbering: how many, and the gravest.
    misnumbered: usize,
    numbers: Vec<Misnumbered>,
    /// How many addresses fit, of how many; `None`: nothing is planned, or seen.
    numbered: Option<(String, String)>,
    servers: Vec<ServerLine>,
    more_servers: usize,
}

/// How one rule stands in this office.
struct DutyLine {
    rule: String,
    title: String,
    article: String,
    pack: String,
    bar: Bar,
    marks: Vec<(Mark, String)>,
}

impl Office {
    /// The page of `office` with its servers.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        seen: &Seen<'_>,
        office: &EstateOffice,
        rows: &[ServerRow],
    ) -> Self {
        let (judged, format) = (seen.judged, seen.format);
        let coverage = Coverage::of_office(&judged.estate, &office.code, format.now());
        let open = open(judged, &office.code);
        let standing = judged.survey.standings.iter().find(|(code, _)| code.as_str() == office.code);
        let standing = standing.map(|(_, standing)| standing.clone()).unwrap_or_default();
        let misnumbered = standing.breaches.iter().chain(&standing.doubts);
        let shown = misnumbered.clone().take(NUMBERS);
        let known = standing.is_planned && standing.addresses > 0;
        let by_server = tallies(judged);
        let line = |row: &ServerRow| {
            let tally = by_server.get(row.agent.as_str()).cloned().unwrap_or_default();
            ServerLine::new(row, seen, &tally)
        };
        Self {
            shell,
            code: office.code.clone(),
            name: office.name.clone(),
            mandiri_tik: office.mandiri_tik.clone(),
            coverage: CoverageLine {
                office: office.code.clone(),
                ..CoverageLine::new(coverage, judged.estate.silent_after_hours)
            },
            tonight: Answer::now(judged, Some(&office.code), format),
            link: format!("/pencadangan?pd={}", office.code),
            duties: duties(judged, &office.code, coverage.registered),
            more_open: open.len().saturating_sub(SHOWN),
            open: open.into_iter().take(SHOWN).map(|finding| FindingLine::new(judged, finding)).collect(),
            misnumbered: misnumbered.count(),
            numbers: shown.map(|finding| Misnumbered::new(finding, &judged.survey, config)).collect(),
            numbered: known.then(|| (number(standing.conforming as u64), number(standing.addresses as u64))),
            more_servers: rows.len().saturating_sub(SHOWN),
            servers: rows.iter().take(SHOWN).map(line).collect(),
        }
    }
}

/// The findings of an office that need somebody, worst first.
fn open<'a>(judged: &'a Judged, office: &str) -> Vec<&'a Finding> {
    let settled = [Verdict::Compliant, Verdict::Exempt];
    let mut open: Vec<_> =
        findings(judged).filter(|f| f.office == office && !settled.contains(&f.verdict)).collect();
    open.sort_by_key(|finding| urgency(finding));
    open
}

fn duties(judged: &Judged, office: &str, registered: u32) -> Vec<DutyLine> {
    let line = |(pack, rule)| DutyLine::new(pack, rule, &tally(judged, rule, Some(office), registered));
    rules(judged).map(line).collect()
}

impl DutyLine {
    fn new(pack: &Pack, rule: &Rule, tally: &Tally) -> Self {
        Self {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            article: rule.article.clone(),
            pack: pack.short.clone(),
            bar: Bar::of_tally(tally),
            marks: tally.given().map(|(mark, n)| (mark, number(n))).collect(),
        }
    }
}

/// `GET /pd/{kode}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(code): Path<String>,
) -> Result<Html<String>, Error> {
    let code: Code = code.parse().map_err(|_| Error::NotFound)?;
    let scene = desk.scene(&person, Place::Offices).await?;
    let office = scene.judged.estate.office(code.as_str()).ok_or(Error::NotFound)?;
    let filter = ServerFilter { search: None, office: Some(code) };
    let rows = desk.web.store.servers(&filter).await?;
    let conditions = desk.watch.current(scene.format.today()).await?;
    let seen = Seen { judged: &scene.judged, conditions: &conditions, format: &scene.format };
    page(&Office::new(scene.shell, &desk.web.config, &seen, office, &rows))
}
