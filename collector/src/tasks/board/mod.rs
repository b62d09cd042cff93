//! The board of backups: what of every data store would come back if its server were lost tonight, and what
//! copies were made of it on each of the last days. Pure; shown by the pages, written by the exports.
//!
//! A row is a data store of the inventory. Where the inventory cannot tell what is on a server, its backup sets
//! stand for the stores; where it tells nothing at all, one row says so: what is not known is never left out.

mod days;
mod fate;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use patuh_compliance::Pack;
use patuh_compliance::estate::{Estate, Freshness, Known, Server, StoreKind};
use patuh_compliance::pack::Check;
use patuh_protocol::backup::Drill;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};

use self::days::Calendar;
use super::evaluate::copies::{Copies, ServerCopies, SetView};
use crate::coverage::DataStore;

pub use self::days::{Day, Sign};
pub use self::fate::{Fate, Outcome, Wanted};
pub use self::words::place;

/// How many days the board goes back, today among them.
pub const DAYS: usize = 14;

/// How long a drill speaks for its set: the proposal of the Dinas, in no law.
const DRILL_DAYS: u32 = 180;

/// The terms on which a copy counts as young enough; `kebijakan Dinas`, as the packs in force have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The oldest a copy of a database may be, in hours.
    pub database_hours: u32,
    /// The oldest a copy of anything else may be, in hours.
    pub files_hours: u32,
    /// For how many days a drill speaks for its set.
    pub drill_days: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self { database_hours: 24, files_hours: 168, drill_days: DRILL_DAYS }
    }
}

impl Terms {
    /// The strictest terms of `packs`; the default where they have none.
    #[must_use]
    pub fn of(packs: &[Pack]) -> Self {
        let mut told: Option<(u32, u32)> = None;
        let mut drill: Option<u32> = None;
        let least = |of: Option<u32>, new: u32| Some(of.map_or(new, |of| of.min(new)));
        for check in packs.iter().flat_map(|pack| &pack.rules).map(|rule| &rule.check) {
            match check {
                Check::BackupToDataCentre { database_hours, files_hours, .. }
                | Check::StoresCovered { database_hours, files_hours, .. } => {
                    let new = (*database_hours, *files_hours);
                    told = Some(told.map_or(new, |told| (told.0.min(new.0), told.1.min(new.1))));
                }
                Check::RecoveryDrilled { max_age_days, .. } => drill = least(drill, *max_age_days),
                _ => {}
            }
        }
        let default = Self::default();
        let (database_hours, files_hours) = told.unwrap_or((default.database_hours, default.files_hours));
        Self { database_hours, files_hours, drill_days: drill.unwrap_or(default.drill_days) }
    }

    /// The oldest that a copy may be.
    #[must_use]
    pub fn limit(&self, database: bool) -> SignedDuration {
        SignedDuration::from_hours(i64::from(if database { self.database_hours } else { self.files_hours }))
    }
}

/// All rows.
#[derive(Clone, Debug)]
pub struct Board<'a> {
    /// The rows, by what would be lost: worst first, then by office, server and name.
    pub rows: Vec<Row<'a>>,
    /// The days, oldest first; the last is today.
    pub days: Vec<Date>,
}

/// A data store, or what stands for it.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Its server's agent.
    pub agent: &'a AgentId,
    /// Its server.
    pub server: &'a Server,
    /// The backups of its server.
    pub copies: &'a ServerCopies,
    /// What it is.
    pub subject: Subject<'a>,
    /// The sets that hold it, the best first: indices into [`ServerCopies::sets`].
    pub sets: Vec<usize>,
    /// What would become of it tonight.
    pub fate: Fate,
    /// When the newest copy was made that counts, by the best set.
    pub newest: Option<Timestamp>,
    /// The last days, oldest first.
    pub days: [Day; DAYS],
    /// Why it is so: an Indonesian clause.
    pub why: String,
}

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// A data store that the inventory found.
    Store(&'a DataStore),
    /// A backup set of a server whose data stores are not known.
    Set(&'a SetView),
    /// A server of which nothing is known: why.
    Nothing(&'a str),
}

impl<'a> Subject<'a> {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Self::Store(store) => &store.name,
            Self::Set(view) => &view.set.name,
            Self::Nothing(_) => "seluruh isi server",
        }
    }

    /// Its size in bytes, where it is known.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Self::Store(store) => store.bytes,
            Self::Set(_) | Self::Nothing(_) => None,
        }
    }

    fn is_database(&self) -> bool {
        match self {
            Self::Store(store) => store.kind == StoreKind::Database,
            Self::Set(view) => view.judged.database,
            Self::Nothing(_) => false,
        }
    }
}

impl<'a> Row<'a> {
    /// The set that speaks for it.
    #[must_use]
    pub fn best(&self) -> Option<&'a SetView> {
        self.copies.sets.get(*self.sets.first()?)
    }
}

/// By what a set is found in an address: the first digits of a digest over what makes it that set. Its place in
/// the list will not do, because it moves; nor its name, which may hold anything.
#[must_use]
pub fn key(view: &SetView) -> String {
    let parts = [view.sensor.as_str(), &view.set.name, &view.set.target.location];
    Digest::of(parts.join("\0").as_bytes()).to_string().chars().take(12).collect()
}

/// What the rows are made with.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    estate: &'a Estate,
    copies: &'a Copies,
    terms: Terms,
    calendar: Calendar,
    now: Timestamp,
}

impl<'a> Ground<'a> {
    /// Everybody's backups, on these terms, as of `now`.
    #[must_use]
    pub const fn new(estate: &'a Estate, copies: &'a Copies, terms: Terms, now: Timestamp) -> Self {
        Self { estate, copies, terms, calendar: Calendar::new(estate.zone, now), now }
    }

    /// The board of everybody.
    #[must_use]
    pub fn board(&self) -> Board<'a> {
        let servers = &self.copies.servers;
        let known: BTreeMap<&str, _> =
            servers.iter().map(|(agent, of)| (agent.as_str(), (agent, of))).collect();
        let known =
            |server: &'a Server| known.get(server.id.as_str()).map(|(agent, of)| (server, *agent, *of));
        let served = self.estate.servers.iter().filter_map(known);
        let mut rows: Vec<_> =
            served.flat_map(|(server, agent, of)| self.of_server(server, agent, of)).collect();
        rows.sort_by(|a, b| order(a).cmp(&order(b)));
        Board { rows, days: self.days() }
    }

    /// The days of the board, oldest first; the last is today.
    #[must_use]
    pub fn days(&self) -> Vec<Date> {
        let today = self.estate.zone.day(self.now);
        let back = |n: usize| today.checked_sub(i64::try_from(n).unwrap_or(0).days()).unwrap_or(today);
        (0..DAYS).rev().map(back).collect()
    }

    /// The rows of one server, in the order of its data stores.
    #[must_use]
    pub fn of_server(
        &self,
        server: &'a Server,
        agent: &'a AgentId,
        copies: &'a ServerCopies,
    ) -> Vec<Row<'a>> {
        let subjects: Vec<(Subject<'a>, Vec<usize>)> = match &copies.stores {
            Known::Yes(stores) => {
                stores.iter().map(|store| (Subject::Store(store), store.sets.clone())).collect()
            }
            Known::No(why) if copies.sets.is_empty() => vec![(Subject::Nothing(why), vec![])],
            Known::No(_) => copies.sets.iter().map(Subject::Set).zip((0..).map(|n| vec![n])).collect(),
        };
        let row = |(subject, sets)| self.row((server, agent, copies), subject, sets);
        subjects.into_iter().map(row).collect()
    }

    /// How good a copy one set is by itself.
    #[must_use]
    pub fn rate(&self, view: &SetView) -> Fate {
        fate::of_set(view, self.terms.limit(view.judged.database), self.now)
    }

    fn row(
        &self,
        (server, agent, copies): (&'a Server, &'a AgentId, &'a ServerCopies),
        subject: Subject<'a>,
        mut sets: Vec<usize>,
    ) -> Row<'a> {
        let limit = self.terms.limit(subject.is_database());
        sets.retain(|n| copies.sets.get(*n).is_some());
        let told = |n: &usize| copies.sets.get(*n).map(|view| fate::of_set(view, limit, self.now));
        sets.sort_by_key(|n| Reverse(told(n)));
        let best = sets.first().and_then(|n| copies.sets.get(*n));
        let lost = matches!(self.estate.freshness(server, self.now), Freshness::Lost(_) | Freshness::Never);
        let fate = if lost { Fate::Unknown } else { fate::of(&subject, sets.first().and_then(told)) };
        let about = words::About { fate, subject: &subject, best, lost, limit };
        Row {
            agent,
            server,
            copies,
            fate,
            newest: best.and_then(|view| view.judged.newest),
            days: self.of_days(server, copies, &sets, fate, limit),
            why: words::why(&about, self.copies, self.estate),
            sets,
            subject,
        }
    }

    fn of_days(
        &self,
        server: &Server,
        copies: &ServerCopies,
        sets: &[usize],
        fate: Fate,
        limit: SignedDuration,
    ) -> [Day; DAYS] {
        let views = sets.iter().filter_map(|n| copies.sets.get(*n));
        let all = views.map(|view| {
            let drills: Vec<_> = passed(view, copies).collect();
            self.calendar.of_set(view, &drills, limit)
        });
        let told = all.reduce(days::merged);
        told.unwrap_or_else(|| match fate {
            Fate::Uncovered => self.calendar.without(server.since),
            _ => [Day::default(); DAYS],
        })
    }
}

fn order<'r>(row: &'r Row<'_>) -> (Fate, &'r str, &'r str, &'r str) {
    (row.fate, &row.server.office, &row.server.name, row.subject.name())
}

/// The drills of this set that brought something back: when, and what.
fn passed<'a>(view: &'a SetView, copies: &'a ServerCopies) -> impl Iterator<Item = (Timestamp, &'a str)> {
    let own = copies.drills.iter().map(|(drill, _)| drill).filter(|drill| is_of(drill, view));
    own.filter(|drill| came_back(drill)).map(|drill| (drill.at, drill.object.as_str()))
}

/// Whether the drill is of this set.
#[must_use]
pub fn is_of(drill: &Drill, view: &SetView) -> bool {
    drill.set == view.set.name && drill.tool == view.set.tool
}

/// Whether anything came back, and as it was: a tool that restores no file at all also ends without an error.
#[must_use]
pub fn came_back(drill: &Drill) -> bool {
    drill.passed && drill.items > 0 && drill.same >= drill.compared
}

/// Which rows are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must occur in the name of the data or of its server.
    pub search: Option<String>,
    /// Only of this office.
    pub office: Option<Code>,
    /// Only with this outcome or fate.
    pub wanted: Option<Wanted>,
}

impl Filter {
    /// Whether the row is of the office, and named as is searched.
    #[must_use]
    pub fn has_place(&self, row: &Row<'_>) -> bool {
        let of_office = self.office.as_ref().is_none_or(|office| row.server.office == office.as_str());
        let named = |words: &String| {
            let text = format!("{} {}", row.subject.name(), row.server.name).to_lowercase();
            words.to_lowercase().split_whitespace().all(|word| text.contains(word))
        };
        of_office && self.search.as_ref().is_none_or(named)
    }

    /// Whether the row is asked for.
    #[must_use]
    pub fn has(&self, row: &Row<'_>) -> bool {
        self.has_place(row) && self.wanted.is_none_or(|wanted| wanted.has(row.fate))
    }
}
