//! The rows of the board: a data store, its fate, its last days.

use jiff::civil::Date;
use patuh_compliance::estate::StoreKind;

use super::super::super::format::{Format, When, bytes, date};
use super::super::{host_name, office_name, path_of};
use super::{path_of_set, shape};
use crate::tasks::board::{DAYS, Day, Row, Sign, Subject, place};
use crate::tasks::evaluate::Judged;

/// A day in the heading.
pub(crate) struct DayHead {
    /// `21`.
    pub(crate) number: String,
    /// `Sb`.
    pub(crate) weekday: &'static str,
    /// `Sabtu, 21 November 2026`.
    pub(crate) title: String,
    /// `hari-ini`, `libur`, or nothing.
    pub(crate) class: &'static str,
}

const WEEKDAYS: [&str; 7] = ["Sn", "Sl", "Rb", "Km", "Jm", "Sb", "Mg"];

impl DayHead {
    /// The headings of the days of a board.
    pub(crate) fn all(days: &[Date]) -> Vec<Self> {
        days.iter().enumerate().map(|(place, day)| Self::new(*day, place + 1 == DAYS)).collect()
    }

    fn new(day: Date, today: bool) -> Self {
        let n = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let weekday = WEEKDAYS.get(n).copied().unwrap_or("");
        Self {
            number: day.day().to_string(),
            weekday,
            title: date(day),
            class: if today { "hari-ini" } else { "" },
        }
    }
}

/// A cell of the board.
pub(crate) struct CellView {
    pub(crate) slug: &'static str,
    /// The day and what was on it.
    pub(crate) title: String,
}

/// A row of the board.
pub(crate) struct RowLine {
    /// The page of the set that speaks for it, or of the server's backups.
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) size: Option<String>,
    pub(crate) host: String,
    pub(crate) host_href: String,
    pub(crate) office: String,
    pub(crate) shape: &'static str,
    pub(crate) word: &'static str,
    pub(crate) why: String,
    pub(crate) cells: Vec<CellView>,
    pub(crate) newest: Option<When>,
    pub(crate) place: Option<String>,
}

impl RowLine {
    /// The line of `row`.
    pub(crate) fn new(row: &Row<'_>, days: &[Date], judged: &Judged, format: &Format) -> Self {
        let backups = format!("{}/cadangan", path_of(row.agent));
        let best = row.best();
        Self {
            href: best.map_or_else(|| backups.clone(), |view| path_of_set(row.agent, view)),
            name: row.subject.name().to_owned(),
            kind: kind_words(&row.subject),
            size: row.subject.bytes().map(bytes),
            host: host_name(&row.server.name, row.agent.as_str()),
            host_href: backups,
            office: office_name(judged, &row.server.office),
            shape: shape(row.fate.outcome()),
            word: row.fate.name(),
            why: row.why.clone(),
            cells: row.days.iter().zip(days).map(|(day, date)| cell(*day, *date)).collect(),
            newest: row.newest.map(|at| format.when(at)),
            place: best.map(|view| place(&view.judged.place, &judged.estate)),
        }
    }
}

/// What kind of data it is.
pub(crate) const fn kind_words(subject: &Subject<'_>) -> &'static str {
    match subject {
        Subject::Store(store) => store_words(store.kind),
        Subject::Set(_) => "set cadangan; isi server belum terinventarisasi",
        Subject::Nothing(_) => "belum terinventarisasi",
    }
}

/// The kind of a data store.
pub(crate) const fn store_words(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Database => "basis data",
        StoreKind::Files => "file sistem",
        StoreKind::Machine => "mesin virtual",
        StoreKind::Volume => "volume kontainer",
        StoreKind::Configuration => "konfigurasi",
    }
}

fn cell(day: Day, on: Date) -> CellView {
    let mut title = format!("{}: {}", brief(on), day.sign.name());
    if day.runs > 1 {
        title = format!("{title}, {} salinan", day.runs);
    }
    if let Some(n) = day.bytes.filter(|_| day.sign != Sign::NoData) {
        title = format!("{title}, {}", bytes(n));
    }
    CellView { slug: day.sign.slug(), title }
}

/// `21 November`.
fn brief(day: Date) -> String {
    let mut words = date(day);
    if let Some(end) = words.rfind(' ') {
        words.truncate(end);
    }
    words
}
