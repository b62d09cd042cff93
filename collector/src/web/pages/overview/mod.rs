//! `/`: what the officer of the Dinas opens in the morning. In the order of the decisions: how much is
//! seen, how each duty stands, what to do today, which office, what changed.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_compliance::pack::Rule;
use patuh_compliance::{Coverage, Pack, Verdict};

use super::super::chart::{Bar, Cell};
use super::super::error::Error;
use super::super::format::{Format, number, percent};
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::verdict::{Mark, Tally};
use super::backups::answer::Answer;
use super::changes::{ChangeGroup, groups};
use super::coverage::CoverageLine;
use super::servers::Seen;
use super::trouble::TroubleMark;
use super::{duty, office_name, page, rules, tally};
use crate::store::ChangeRow;
use crate::tasks::condition::Conditions;
use crate::tasks::evaluate::Judged;

mod actions;

use actions::{Action, Since, actions};

/// How many days of changes are shown, and how many lines of them at most.
const CHANGE_DAYS: i32 = 7;
const CHANGE_LINES: usize = 12;
/// How many changes are read for them.
const CHANGES_READ: u32 = 2_000;

#[derive(Template)]
#[template(path = "overview.html")]
pub(crate) struct Overview {
    shell: Shell,
    day: String,
    clock: String,
    coverage: CoverageLine,
    /// Whose data is lost tonight.
    tonight: Answer,
    duties: Vec<Duty>,
    /// The rules of the Dinas's own, each in one line.
    policies: Vec<(String, RuleTile)>,
    conditions: Vec<ConditionTile>,
    /// Open questions about doubled servers.
    questions: usize,
    actions: Vec<Action>,
    /// How many servers need action beyond those shown.
    more_actions: u64,
    columns: Vec<Column>,
    rows: Vec<Row>,
    changes: Vec<ChangeGroup>,
    more_changes: usize,
}

/// A tile: one duty, with the rules that ask for it.
struct Duty {
    title: &'static str,
    rules: Vec<RuleTile>,
}

/// How one rule stands.
struct RuleTile {
    id: String,
    article: String,
    pack: String,
    bar: Bar,
    counts: Vec<(Mark, String)>,
    total: String,
    /// Of what: servers, or offices.
    of: &'static str,
    compliant_percent: String,
}

/// A tile: one kind of trouble of the machines.
struct ConditionTile {
    mark: TroubleMark,
    /// How many servers have it; `None` when that is known of no server.
    count: Option<u64>,
    /// Of how many it is known.
    known: String,
}

/// A rule as a column of the matrix.
struct Column {
    rule: String,
    title: String,
    article: String,
}

/// An office as a row of the matrix.
struct Row {
    code: String,
    name: String,
    servers: String,
    cells: Vec<Option<Cell>>,
}

impl Overview {
    /// The page over a judgement and the newest changes.
    pub(crate) fn new(shell: Shell, seen: &Seen<'_>, questions: usize, rows: &[ChangeRow]) -> Self {
        let (judged, format) = (seen.judged, seen.format);
        let (listed, more_actions) = actions(judged, format);
        let mut changes = groups(rows, CHANGE_DAYS, format);
        let more_changes = changes.len().saturating_sub(CHANGE_LINES);
        changes.truncate(CHANGE_LINES);
        let coverage = Coverage::of(&judged.estate, format.now());
        Self {
            shell,
            day: format.day(judged.at),
            clock: format.clock(judged.at),
            coverage: CoverageLine::new(coverage, judged.estate.silent_after_hours),
            tonight: Answer::now(judged, None, format),
            duties: duties(judged, coverage),
            policies: policies(judged, coverage),
            conditions: TroubleMark::all().map(|mark| ConditionTile::new(mark, seen.conditions)).into(),
            questions,
            actions: listed,
            more_actions,
            columns: duties_of_law(judged).map(|(_, rule)| Column::new(rule)).collect(),
            rows: matrix(judged, format),
            changes,
            more_changes,
        }
    }
}

/// The rules of the regulations. Those of the Dinas's own policy are many, and nobody's duty by law.
fn duties_of_law(judged: &Judged) -> impl Iterator<Item = (&Pack, &Rule)> {
    rules(judged).filter(|(pack, _)| !pack.policy)
}

fn policies(judged: &Judged, coverage: Coverage) -> Vec<(String, RuleTile)> {
    let tile = |(pack, rule): (&Pack, &Rule)| {
        let tally = tally(judged, rule, None, coverage.registered);
        (rule.title.clone(), RuleTile::new(pack, rule, &tally))
    };
    rules(judged).filter(|(pack, _)| pack.policy).map(tile).collect()
}

/// The tiles, in the order in which the packs bring the duties.
fn duties(judged: &Judged, coverage: Coverage) -> Vec<Duty> {
    let mut duties: Vec<Duty> = Vec::new();
    for (pack, rule) in duties_of_law(judged) {
        let tile = RuleTile::new(pack, rule, &tally(judged, rule, None, coverage.registered));
        let title = duty(&rule.check);
        match duties.iter_mut().find(|d| d.title == title) {
            Some(duty) => duty.rules.push(tile),
            None => duties.push(Duty { title, rules: vec![tile] }),
        }
    }
    duties
}

impl ConditionTile {
    fn new(mark: TroubleMark, conditions: &Conditions) -> Self {
        let known = conditions.known(mark.kind) as u64;
        let count = (known > 0).then(|| conditions.troubled(mark.kind).len() as u64);
        Self { mark, count, known: number(known) }
    }
}

impl RuleTile {
    fn new(pack: &Pack, rule: &Rule, tally: &Tally) -> Self {
        Self {
            id: rule.id.clone(),
            article: rule.article.clone(),
            pack: pack.short.clone(),
            bar: Bar::of_tally(tally),
            counts: tally.given().map(|(mark, n)| (mark, number(n))).collect(),
            total: number(tally.total()),
            of: if rule.check.is_of_an_office() { "Perangkat Daerah" } else { "server terdaftar" },
            compliant_percent: percent(tally.count(Verdict::Compliant), tally.total()),
        }
    }
}

impl Column {
    fn new(rule: &Rule) -> Self {
        Self { rule: rule.id.clone(), title: rule.title.clone(), article: rule.article.clone() }
    }
}

/// Offices by what needs action most, then by name.
fn matrix(judged: &Judged, format: &Format) -> Vec<Row> {
    let coverage = Coverage::by_office(&judged.estate, format.now());
    let mut rows: Vec<_> = coverage.iter().map(|(code, c)| Row::new(judged, code, c.registered)).collect();
    rows.sort_by_cached_key(|row| (row.weight(), row.name.clone()));
    rows
}

impl Row {
    fn new(judged: &Judged, code: &str, registered: u32) -> Self {
        let cells = duties_of_law(judged)
            .map(|(_, rule)| Cell::of_tally(&tally(judged, rule, Some(code), registered)));
        Self {
            code: code.to_owned(),
            name: office_name(judged, code),
            servers: number(registered),
            cells: cells.collect(),
        }
    }

    /// How many duties stand how badly; the worst come first.
    fn weight(&self) -> [Reverse<usize>; 3] {
        [Verdict::NotCompliant, Verdict::NeedsReview, Verdict::NoData].map(|verdict| {
            Reverse(self.cells.iter().flatten().filter(|cell| cell.mark.verdict == verdict).count())
        })
    }
}

/// `GET /`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Overview).await?;
    let rows = desk.web.store.changes(None, CHANGES_READ).await?;
    let conditions = desk.watch.current(scene.format.today()).await?;
    let questions = desk.watch.questions().await?.len();
    let seen = Seen { judged: &scene.judged, conditions: &conditions, format: &scene.format };
    page(&Overview::new(scene.shell, &seen, questions, &rows))
}
