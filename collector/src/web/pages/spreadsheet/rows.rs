//! The rows of a file on its preview: those of one outcome or of all, a hundred on a page.

use super::super::super::format::number;
use super::super::super::input::Pairs;
use crate::register::import::{Entry, Outcome, Planned, RowPlan};

/// Rows on one page.
const PER_PAGE: usize = 100;

/// The outcomes in the order in which they are shown: the place among the counts, slug, name.
const OUTCOMES: [(usize, &str, &str); 5] = [
    (4, "salah", "Salah"),
    (1, "berubah", "Berubah"),
    (0, "baru", "Baru"),
    (2, "sama", "Sama"),
    (3, "dilewati", "Dilewati"),
];

/// What a preview shows of the rows.
pub(crate) struct Shown<'a, T: Entry> {
    /// Outcomes with how many rows: slug, name, count, whether chosen.
    pub(crate) outcomes: Vec<(&'static str, &'static str, String, bool)>,
    /// How many rows there are.
    pub(crate) all: String,
    /// The slug of the outcome that is shown; empty: of all.
    pub(crate) chosen: &'static str,
    /// The rows of this page.
    pub(crate) rows: Vec<&'a RowPlan<T>>,
    /// The pages.
    pub(crate) pages: Vec<usize>,
    /// This one.
    pub(crate) current: usize,
    /// How many rows would be written.
    pub(crate) writes: usize,
    /// How many are wrong.
    pub(crate) wrong: usize,
}

impl<'a, T: Entry> Shown<'a, T> {
    /// The rows of `plan` that are `asked` for; whether its list `skips` rows at all.
    pub(crate) fn new(plan: &'a impl Planned<Entry = T>, asked: &Pairs, skips: bool) -> Self {
        let [new, changed, same, skipped, wrong] = plan.counts();
        let count = |place| [new, changed, same, skipped, wrong].get(place).copied().unwrap_or(0);
        let shown = || OUTCOMES.into_iter().filter(move |(place, ..)| skips || *place != 3);
        let asked_for = asked.get("hasil").map_or("", String::as_str);
        let chosen = shown().find(|(_, slug, _)| *slug == asked_for);
        let of = |place: usize| plan.rows().iter().filter(move |row| row.outcome.place() == place);
        let rows: Vec<&RowPlan<T>> = match chosen {
            Some((place, ..)) => of(place).collect(),
            None => shown().flat_map(|(place, ..)| of(place)).collect(),
        };
        let pages: Vec<usize> = (1..=rows.len().div_ceil(PER_PAGE).max(1)).collect();
        let asked_page: usize = asked.get("hal").and_then(|page| page.parse().ok()).unwrap_or(1);
        let current = asked_page.clamp(1, pages.len());
        let chosen = chosen.map_or("", |(_, slug, _)| slug);
        let outcome = |(place, slug, name)| (slug, name, number(count(place) as u64), slug == chosen);
        Self {
            outcomes: shown().map(outcome).collect(),
            all: number(plan.rows().len() as u64),
            chosen,
            rows: rows.into_iter().skip((current - 1) * PER_PAGE).take(PER_PAGE).collect(),
            pages,
            current,
            writes: new + changed,
            wrong,
        }
    }
}

/// Where a row stands in the file.
pub(crate) fn place<T: Entry>(row: &RowPlan<T>) -> String {
    if row.sheet.is_empty() { row.row.to_string() } else { format!("{} · {}", row.sheet, row.row) }
}

/// The slug of what comes of a row.
pub(crate) fn slug<T: Entry>(row: &RowPlan<T>) -> &'static str {
    let of = OUTCOMES.into_iter().find(|(place, ..)| *place == row.outcome.place());
    of.map_or("", |(_, slug, _)| slug)
}

/// The number of what a row means, and what is told of the row: of a new entry its `summary`, of one that stays that
/// it is the `same`.
pub(crate) fn told<T: Entry>(
    row: &RowPlan<T>,
    summary: impl Fn(&T) -> String,
    same: &str,
) -> (Option<String>, Vec<String>) {
    match &row.outcome {
        Outcome::New(entry) => (None, vec![summary(entry)]),
        Outcome::Changed(entry, changes) => {
            (Some(entry.id().to_string()), changes.iter().map(ToString::to_string).collect())
        }
        Outcome::Same(id) => (Some(id.to_string()), vec![same.to_owned()]),
        Outcome::Skipped(why) => (None, vec![why.clone()]),
        Outcome::Wrong(problems) => {
            let told = problems.iter().map(|it| match it.column.as_str() {
                "" => it.what.clone(),
                column => format!("kolom {column}: {}", it.what),
            });
            (None, told.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::import::Plan;

    /// A plan with so many rows that are skipped, and twice as many that are wrong.
    fn plan(skipped: u32) -> Plan {
        let row = |row, outcome| RowPlan {
            sheet: String::new(),
            row,
            name: String::new(),
            outcome,
            notices: Vec::new(),
        };
        let skipped = (0..skipped).map(|n| row(n, Outcome::Skipped("total".into())));
        let wrong = (0..2 * skipped.len() as u32).map(|n| row(n, Outcome::Wrong(Vec::new())));
        Plan { sheets: Vec::new(), rows: skipped.chain(wrong).collect() }
    }

    /// Which page is shown of how many, and the number of its first row.
    fn check(asked: &[(&str, &str)], expected: (usize, usize, Option<u32>)) {
        let asked = asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let plan = plan(120);
        let shown = Shown::new(&plan, &asked, true);
        let first = shown.rows.first().map(|row| row.row);
        assert_eq!((shown.current, shown.pages.len(), first), expected, "{asked:?}");
    }

    #[test]
    fn rows_are_shown_by_outcome_and_by_the_hundred() {
        check(&[], (1, 4, Some(0)));
        check(&[("hal", "3")], (3, 4, Some(200)));
        check(&[("hal", "4")], (4, 4, Some(60)));
        check(&[("hal", "99"), ("hasil", "dilewati")], (2, 2, Some(100)));
        check(&[("hal", "0"), ("hasil", "salah")], (1, 3, Some(0)));
        check(&[("hasil", "baru")], (1, 1, None));
        check(&[("hasil", "lain"), ("hal", "x")], (1, 4, Some(0)));
    }

    #[test]
    fn a_list_that_skips_nothing_does_not_offer_it() {
        let (plan, asked) = (plan(1), Pairs::new());
        let slugs = |skips| {
            let shown = Shown::new(&plan, &asked, skips);
            shown.outcomes.iter().map(|(slug, ..)| *slug).collect::<Vec<_>>()
        };
        assert_eq!(slugs(false), ["salah", "berubah", "baru", "sama"]);
        assert_eq!(slugs(true).last(), Some(&"dilewati"));
    }
}
