//! What changed on a server, day by day; and what differs between two days. Every view has an address of its
//! own, and what a server was on a day has one too (`?pada=`).

use std::collections::BTreeMap;

use askama::Template;
use jiff::civil::Date;

use super::super::super::chart::{Bars, bars};
use super::super::super::format::{Format, date, number};
use super::super::super::shell::Shell;
use super::super::changes::{kind_word, text, thing, value};
use super::super::section::{Cell, Table};
use super::{Around, Frame, Known};
use crate::store::{ChangeRow, ChangedDay, Compared};

/// Days listed on one page.
const DAYS: usize = 30;
/// From so many changes of a kind on one day they are folded into one line.
const MANY: usize = 5;
/// The most that one kind of one day lists.
const UNFOLDED: usize = 60;
/// The most that a comparison lists of one kind.
const COMPARED: usize = 200;

#[derive(Template)]
#[template(path = "server_history.html")]
pub(crate) struct History {
    shell: Shell,
    frame: Frame,
    picture: Bars,
    days: Vec<DayView>,
    /// Days that are not listed, each a link to what the server was then.
    older: Vec<(String, String, String)>,
    /// For the forms: the day before the newest change, and today.
    from: String,
    to: String,
}

/// A day on which something changed.
struct DayView {
    /// `Jumat, 20 November 2026`.
    name: String,
    iso: String,
    before: String,
    count: String,
    kinds: Vec<KindView>,
}

/// The changes of one kind on one day.
struct KindView {
    kind: String,
    /// Each in words.
    lines: Vec<String>,
    /// The words to click on when they are folded.
    folded: Option<String>,
    more: usize,
}

impl History {
    /// The page over the `days` on which something changed, newest first, and the changes of a server.
    pub(crate) fn new(around: Around, known: &Known<'_>, days: &[ChangedDay], format: &Format) -> Self {
        let (shell, frame) = around;
        let mut by_day: BTreeMap<Date, Vec<&ChangeRow>> = BTreeMap::new();
        for row in known.changes {
            by_day.entry(format.civil(row.at)).or_default().push(row);
        }
        let listed: Vec<_> = by_day.iter().rev().take(DAYS).collect();
        let oldest = listed.last().map(|(day, _)| **day);
        let older = days.iter().filter(|it| oldest.is_some_and(|oldest| it.day < oldest));
        let today = format.today();
        let newest = days.first().map_or(today, |it| it.day);
        Self {
            shell,
            frame,
            picture: bars(&days.iter().map(|it| (it.day, it.changes)).collect(), today),
            days: listed.into_iter().map(|(day, rows)| DayView::new(*day, rows, format)).collect(),
            older: older.map(|it| (it.day.to_string(), date(it.day), number(it.changes))).collect(),
            from: newest.yesterday().unwrap_or(newest).to_string(),
            to: today.to_string(),
        }
    }
}

impl DayView {
    fn new(day: Date, rows: &[&ChangeRow], format: &Format) -> Self {
        let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for row in rows {
            by_kind.entry(kind_word(&row.kind)).or_default().push(text(row));
        }
        Self {
            name: format.day(format.end_of(day)),
            iso: day.to_string(),
            before: day.yesterday().unwrap_or(day).to_string(),
            count: number(rows.len() as u64),
            kinds: by_kind.into_iter().map(|(kind, lines)| KindView::new(kind, lines)).collect(),
        }
    }
}

impl KindView {
    fn new(kind: &str, mut lines: Vec<String>) -> Self {
        let count = lines.len();
        lines.truncate(UNFOLDED);
        let folded = (count >= MANY).then(|| format!("{} perubahan", number(count as u64)));
        Self { kind: kind.to_owned(), more: count - lines.len(), lines, folded }
    }
}

#[derive(Template)]
#[template(path = "server_compare.html")]
pub(crate) struct Compare {
    shell: Shell,
    frame: Frame,
    from: String,
    to: String,
    from_words: String,
    to_words: String,
    kinds: Vec<ComparedKind>,
    total: String,
    /// Days of which nothing is known.
    empty: Vec<String>,
    /// What was known on one of the days and was deleted since.
    purged: Vec<String>,
}

/// What differs of one kind.
struct ComparedKind {
    id: String,
    title: String,
    count: String,
    table: Table,
    more: usize,
}

/// The two ends of a comparison, each with whether anything was known then.
pub(crate) struct Ends {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) known: (bool, bool),
    /// The sensors whose values were deleted, by name.
    pub(crate) purged: Vec<String>,
}

impl Compare {
    /// The page over what differs between the ends of two days.
    pub(crate) fn new(around: Around, ends: &Ends, compared: &[Compared]) -> Self {
        let (shell, frame) = around;
        let mut by_kind: BTreeMap<&str, Vec<&Compared>> = BTreeMap::new();
        for it in compared {
            by_kind.entry(kind_word(&it.kind)).or_default().push(it);
        }
        let unknown = [(ends.known.0, ends.from), (ends.known.1, ends.to)];
        let kinds = by_kind.into_iter().enumerate();
        Self {
            shell,
            frame,
            from: ends.from.to_string(),
            to: ends.to.to_string(),
            from_words: date(ends.from),
            to_words: date(ends.to),
            total: number(compared.len() as u64),
            kinds: kinds.map(|(n, (title, all))| ComparedKind::new(n, title, &all)).collect(),
            empty: unknown.into_iter().filter(|(known, _)| !known).map(|(_, day)| date(day)).collect(),
            purged: ends.purged.clone(),
        }
    }
}

impl ComparedKind {
    fn new(n: usize, title: &str, all: &[&Compared]) -> Self {
        let row = |it: &&Compared| {
            let side = |side: Option<&String>, none| {
                side.map_or_else(|| Cell::text(none).muted(), |it_is| shown(it, it_is))
            };
            vec![
                Cell::text(thing(&it.kind, &it.subject)),
                side(it.before.as_ref(), "belum ada"),
                side(it.after.as_ref(), "tidak ada lagi"),
            ]
        };
        let rows = all.iter().take(COMPARED).map(row).collect();
        Self {
            id: format!("jenis-{}", n + 1),
            title: title.to_owned(),
            count: number(all.len() as u64),
            table: Table::new("Perbedaan", &["Hal", "Sebelum", "Sesudah"], rows),
            more: all.len().saturating_sub(COMPARED),
        }
    }
}

/// A value; for what has none, that it is there.
fn shown(it: &Compared, text: &str) -> Cell {
    if text.trim().is_empty() { Cell::text("ada") } else { Cell::text(value(&it.kind, text)) }
}
