//! The offices by what they would lose: a line each, with a picture of how the last days were covered.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use patuh_compliance::Coverage;

use super::super::super::chart::Bar;
use super::super::super::format::{date, number};
use super::super::office_name;
use super::{shape, some_of};
use crate::tasks::board::{Board, DAYS, Outcome, Row};
use crate::tasks::evaluate::Judged;

/// Names of lost stores in a line.
const NAMED: usize = 3;
/// A day in the small picture: its width, the space after it, and the height of a full day, in user units.
const WIDE: usize = 6;
const SPACE: usize = 2;
const TALL: u64 = 24;

/// How many rows there are of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts([u64; Outcome::ALL.len()]);

impl Counts {
    /// The counts of these rows.
    pub(crate) fn of<'r>(rows: impl IntoIterator<Item = &'r Row<'r>>) -> Self {
        let mut counts = Self::default();
        for row in rows {
            counts.add(row.fate.outcome());
        }
        counts
    }

    fn add(&mut self, outcome: Outcome) {
        if let Some(n) = place(outcome).and_then(|at| self.0.get_mut(at)) {
            *n += 1;
        }
    }

    /// How many of this one.
    pub(crate) fn get(&self, outcome: Outcome) -> u64 {
        place(outcome).and_then(|at| self.0.get(at)).copied().unwrap_or(0)
    }

    /// How many in all.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// As a stacked bar, worst first.
    pub(crate) fn bar(&self) -> Bar {
        let parts = Outcome::ALL.map(|outcome| (shape(outcome), lower(outcome), self.get(outcome)));
        Bar::new(&parts)
    }
}

fn place(outcome: Outcome) -> Option<usize> {
    Outcome::ALL.iter().position(|other| *other == outcome)
}

const fn lower(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Gone => "hilang",
        Outcome::Part => "kembali sebagian",
        Outcome::Unknown => "belum diketahui",
        Outcome::Doubtful => "hanya klaim",
        Outcome::Exempted => "dikecualikan",
        Outcome::Safe => "selamat",
    }
}

/// An office in the list.
pub(crate) struct OfficeLine {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) total: String,
    pub(crate) bar: Bar,
    /// Number and shape of what is lost, in part or doubtful; nothing that is zero.
    pub(crate) counts: Vec<(&'static str, &'static str, String)>,
    /// The stores that would be lost, as far as anybody reads.
    pub(crate) lost: Option<String>,
    /// Servers without an agent: nothing is known of what is on them.
    pub(crate) without_agent: u32,
    pub(crate) spark: Spark,
    losing: bool,
}

impl OfficeLine {
    /// Whether it would lose something, in whole or in part.
    pub(crate) fn is_losing(&self) -> bool {
        self.losing
    }
}

/// How large a part of the stores had a copy at the end of each day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spark {
    /// The columns, as the outline of an SVG path.
    pub(crate) path: String,
    /// What it shows, for who does not see it.
    pub(crate) label: String,
}

/// The offices, those that would lose most first. Offices of which nothing is known are among them.
pub(crate) fn lines(
    board: &Board<'_>,
    judged: &Judged,
    coverage: &BTreeMap<String, Coverage>,
) -> Vec<OfficeLine> {
    let mut by_office: BTreeMap<&str, Vec<&Row<'_>>> =
        judged.estate.offices.iter().map(|office| (office.code.as_str(), Vec::new())).collect();
    for row in &board.rows {
        by_office.entry(&row.server.office).or_default().push(row);
    }
    let mut lines: Vec<_> =
        by_office.into_iter().map(|(code, rows)| line(code, &rows, board, judged, coverage)).collect();
    lines.sort_by(|(a, one), (b, other)| weight(a).cmp(&weight(b)).then_with(|| one.name.cmp(&other.name)));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn weight(counts: &Counts) -> [Reverse<u64>; 4] {
    let order = [Outcome::Gone, Outcome::Part, Outcome::Doubtful, Outcome::Unknown];
    order.map(|outcome| Reverse(counts.get(outcome)))
}

fn line(
    code: &str,
    rows: &[&Row<'_>],
    board: &Board<'_>,
    judged: &Judged,
    coverage: &BTreeMap<String, Coverage>,
) -> (Counts, OfficeLine) {
    let counts = Counts::of(rows.iter().copied());
    let lost: Vec<String> = rows
        .iter()
        .filter(|row| row.fate.outcome() == Outcome::Gone)
        .map(|row| format!("{} di {}", row.subject.name(), row.server.called()))
        .collect();
    let shown = [Outcome::Gone, Outcome::Part, Outcome::Doubtful, Outcome::Unknown];
    let shown = shown.into_iter().filter(|outcome| counts.get(*outcome) > 0);
    let line = OfficeLine {
        code: code.to_owned(),
        name: office_name(judged, code),
        total: number(counts.total()),
        bar: counts.bar(),
        counts: shown.map(|o| (shape(o), lower(o), number(counts.get(o)))).collect(),
        lost: (!lost.is_empty()).then(|| some_of(&lost, NAMED)),
        without_agent: coverage.get(code).map_or(0, |coverage| coverage.without_agent()),
        spark: spark(rows, board),
        losing: counts.get(Outcome::Gone) + counts.get(Outcome::Part) > 0,
    };
    (counts, line)
}

fn spark(rows: &[&Row<'_>], board: &Board<'_>) -> Spark {
    let mut path = String::new();
    let mut told = Vec::new();
    for place in 0..DAYS {
        let days = rows.iter().filter_map(|row| row.days.get(place));
        let held = days.filter(|day| day.sign.is_held()).count() as u64;
        let height = (held * TALL).div_ceil(rows.len().max(1) as u64).max(1);
        let x = place * (WIDE + SPACE);
        path.push_str(&format!("M{x} {}h{WIDE}v{height}h-{WIDE}z", TALL - height));
        told.push(held);
    }
    let total = rows.len();
    let worst = told.iter().copied().zip(&board.days).min_by_key(|(held, _)| *held);
    let today = told.last().copied().unwrap_or(0);
    let low = worst.filter(|(held, _)| *held < today);
    let low =
        low.map_or_else(String::new, |(held, day)| format!("; paling sedikit {held} pada {}", date(*day)));
    Spark { path, label: format!("Hari ini {today} dari {total} punya salinan yang masih berlaku{low}") }
}
