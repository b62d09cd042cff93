//! The rows of a file on its preview: those of one outcome or of all, a hundred on a page.

use super::super::super::format::number;
use super::Seen;
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

/// What the preview of a list says of it.
pub(crate) struct Says<T> {
    /// The address of its import.
    pub(crate) path: &'static str,
    /// The address of its entries, before their numbers.
    pub(crate) entries: &'static str,
    /// What it is called within a sentence.
    pub(crate) list: &'static str,
    /// What is written into it.
    pub(crate) entry: &'static str,
    /// The heading above what rows are called, and whether that is a code.
    pub(crate) heading: (&'static str, bool),
    /// Whether it skips rows at all.
    pub(crate) skips: bool,
    /// What a new entry would be, in one line.
    pub(crate) summary: fn(&T) -> String,
}

/// A row of the file.
pub(crate) struct Line {
    pub(crate) place: String,
    pub(crate) name: String,
    pub(crate) slug: &'static str,
    pub(crate) word: &'static str,
    /// The number of the entry that it means.
    pub(crate) id: Option<String>,
    pub(crate) told: Vec<String>,
    pub(crate) notices: Vec<String>,
}

/// What every preview shows: `_preview.html`.
pub(crate) struct Shown<T> {
    pub(crate) says: Says<T>,
    pub(crate) file: String,
    /// Why it was not written.
    pub(crate) refusal: Option<String>,
    /// What would be written, as the form of acceptance says it.
    pub(crate) digest: String,
    /// How the file is read, for forms and links.
    pub(crate) pairs: Vec<(String, String)>,
    /// Outcomes with how many rows: slug, name, count, whether chosen.
    pub(crate) outcomes: Vec<(&'static str, &'static str, String, bool)>,
    /// How many rows there are.
    pub(crate) all: String,
    /// The slug of the outcome that is shown; empty: of all.
    pub(crate) chosen: &'static str,
    /// The rows of this page.
    pub(crate) lines: Vec<Line>,
    /// The pages.
    pub(crate) pages: Vec<usize>,
    /// This one.
    pub(crate) current: usize,
    /// How many rows would be written.
    pub(crate) writes: usize,
    /// How many are wrong.
    pub(crate) wrong: usize,
}

impl<T: Entry> Shown<T> {
    /// The rows of a file that are asked for, the file read as `pairs` say.
    pub(crate) fn new(
        seen: Seen<'_, impl Planned<Entry = T>>,
        pairs: Vec<(String, String)>,
        says: Says<T>,
    ) -> Self {
        let Seen { file, plan, asked, refusal } = seen;
        let [new, changed, same, skipped, wrong] = plan.counts();
        let count = |place| [new, changed, same, skipped, wrong].get(place).copied().unwrap_or(0);
        let shown = || OUTCOMES.into_iter().filter(|(place, ..)| says.skips || *place != 3);
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
        let rows = rows.into_iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        Self {
            file: file.to_owned(),
            refusal,
            digest: plan.digest().to_string(),
            pairs,
            outcomes: shown().map(outcome).collect(),
            all: number(plan.rows().len() as u64),
            chosen,
            lines: rows.map(|row| Line::new(row, &says)).collect(),
            pages,
            current,
            writes: new + changed,
            wrong,
            says,
        }
    }
}

impl Line {
    fn new<T: Entry>(row: &RowPlan<T>, says: &Says<T>) -> Self {
        let (id, told) = told(row, says);
        let of = OUTCOMES.into_iter().find(|(place, ..)| *place == row.outcome.place());
        let in_file = row.row.to_string();
        Self {
            place: if row.sheet.is_empty() { in_file } else { format!("{} · {in_file}", row.sheet) },
            name: row.name.clone(),
            slug: of.map_or("", |(_, slug, _)| slug),
            word: row.outcome.word(),
            id,
            told,
            notices: row.notices.clone(),
        }
    }
}

/// The number of what a row means, and what is told of the row.
fn told<T: Entry>(row: &RowPlan<T>, says: &Says<T>) -> (Option<String>, Vec<String>) {
    match &row.outcome {
        Outcome::New(entry) => (None, vec![(says.summary)(entry)]),
        Outcome::Changed(entry, changes) => {
            (Some(entry.id().to_string()), changes.iter().map(ToString::to_string).collect())
        }
        Outcome::Same(id) => (Some(id.to_string()), vec![format!("sama dengan {}", says.list)]),
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
    use crate::register::Asset;
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

    /// What a list that `skips` rows, or does not, shows of `plan`.
    fn shown(plan: &Plan, asked: &[(&str, &str)], skips: bool) -> Shown<Asset> {
        let asked = asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (path, heading) = ("/", ("Barang", false));
        let (list, entry) = ("register", "aset");
        let says =
            Says { path, entries: path, list, entry, heading, skips, summary: |it: &Asset| it.name.clone() };
        Shown::new(Seen { file: "", plan, asked: &asked, refusal: None }, Vec::new(), says)
    }

    /// Which page is shown of how many, and the number of its first row.
    fn check(asked: &[(&str, &str)], expected: (usize, usize, Option<u32>)) {
        let shown = shown(&plan(120), asked, true);
        let first = shown.lines.first().map(|line| line.place.parse().unwrap());
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
        let slugs = |skips| shown(&plan(1), &[], skips).outcomes.into_iter().map(|(slug, ..)| slug);
        let slugs = |skips| slugs(skips).collect::<Vec<_>>();
        assert_eq!(slugs(false), ["salah", "berubah", "baru", "sama"]);
        assert_eq!(slugs(true).last(), Some(&"dilewati"));
    }
}
