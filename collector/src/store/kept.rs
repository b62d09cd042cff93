//! What people enter and registers keep: numbered from 1, counted at every change, each version beside the act in the
//! ledger that made it, none ever written over. Assets, media and subnets are kept alike; a [`Kept`] says what is its
//! own.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::ActLeaf;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::MutexGuard;

use super::cell::{Cells as _, corrupt, micros, plain};
use super::grouped::{Bound, Grouped};
use super::servers::escaped;
use super::{Error, Store};
use crate::ledger::Signer;
use crate::ledger::tree::Frontier;

/// The most characters that an act tells of a change: the version has the whole.
const TOLD: usize = 1000;

/// Something that a register keeps.
pub(super) trait Kept: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync {
    /// The column with its content (JSON).
    const CONTENT: &'static str;
    /// Puts what stands: number, revision, [`Kept::cells`], content, words of a search.
    const PUT: Grouped;
    /// Adds a version: number, revision, index of its act, time, who, content.
    const ADD_VERSION: Grouped;

    /// Its number, and how often it was written.
    fn counted(&self) -> (u64, u64);

    /// Gives it another number and count.
    fn count(&mut self, number: u64, revision: u64);

    /// Binds what lists are filtered by.
    fn cells(&self, query: Bound) -> Bound;

    /// All that a search looks through.
    fn words(&self) -> String;

    /// The act that its writing is, and what that tells, against what stood.
    fn act(&self, old: Option<&Self>) -> (&'static str, String);
}

/// A transaction that was begun, with the turn to write and the head of the ledger.
pub(super) type Begun<'a> = (MutexGuard<'a, ()>, Transaction<'static, Any>, Frontier);

/// Who writes, with what the ledger is signed, and when.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) who: &'a str,
    pub(super) signer: &'a Signer,
    pub(super) now: Timestamp,
}

/// What writes are held against.
pub(super) struct Standing<T> {
    /// What stands, by number, each with who wrote it last.
    kept: BTreeMap<u64, (T, String)>,
    /// The highest number so far.
    highest: u64,
}

/// Why something cannot be written over what stands.
pub(super) enum Stale {
    /// There is none of this number.
    Unknown,
    /// Somebody has changed it since it was read.
    Overtaken(String),
}

/// What is to be written.
struct Row<T> {
    entry: T,
    text: String,
    index: u64,
}

impl<T: Kept> Standing<T> {
    /// What stands in `rows`: content, and `who`. The highest number is that of all, not only of these.
    pub(super) fn new(rows: &[AnyRow], highest: Option<u64>) -> Result<Self, Error> {
        let mut kept = BTreeMap::new();
        for row in rows {
            let entry: T = row.json(T::CONTENT)?;
            kept.insert(entry.counted().0, (entry, row.text("who")?));
        }
        let highest = highest.or(kept.keys().next_back().copied()).unwrap_or(0);
        Ok(Self { kept, highest })
    }

    /// All that stands, by number.
    pub(super) fn entries(&self) -> impl Iterator<Item = &T> + Clone {
        self.kept.values().map(|(entry, _)| entry)
    }

    /// What stands under the number of `entry`, when that was written before.
    fn old(&self, entry: &T) -> Option<&T> {
        let (number, revision) = entry.counted();
        self.kept.get(&number).filter(|_| revision > 0).map(|(old, _)| old)
    }

    /// Why `entry` cannot follow what stands; what is new can.
    pub(super) fn stale(&self, entry: &T) -> Option<Stale> {
        let (number, revision) = entry.counted();
        if revision == 0 {
            return None;
        }
        let Some((old, who)) = self.kept.get(&number) else { return Some(Stale::Unknown) };
        (old.counted().1 != revision).then(|| Stale::Overtaken(who.clone()))
    }

    /// The numbers of all, and those that differ from what stands, numbered and counted on.
    fn numbered(&self, entries: &[T]) -> (Vec<u64>, Vec<T>) {
        let (mut numbers, mut changed, mut highest) = (Vec::new(), Vec::new(), self.highest);
        for entry in entries {
            let (mut number, revision) = entry.counted();
            if revision == 0 {
                highest += 1;
                number = highest;
            }
            numbers.push(number);
            if self.old(entry) != Some(entry) {
                let mut entry = entry.clone();
                entry.count(number, revision + 1);
                changed.push(entry);
            }
        }
        (numbers, changed)
    }
}

impl Store {
    /// Writes those of `entries` that differ from what stands, in the transaction that was begun, with the acts that
    /// tell of them behind the one of their `import`; returns the numbers of all.
    pub(super) async fn keep<T: Kept>(
        &self,
        (_turn, mut transaction, head): Begun<'_>,
        entries: &[T],
        standing: &Standing<T>,
        import: impl FnOnce(&[T]) -> Option<(&'static str, String)>,
        by: By<'_>,
    ) -> Result<Vec<u64>, Error> {
        let (numbers, changed) = standing.numbered(entries);
        if changed.is_empty() {
            return Ok(numbers);
        }
        let leaf = |(act, about): (&str, String)| ActLeaf {
            at: by.now,
            who: by.who.to_owned(),
            act: act.to_owned(),
            about,
        };
        let mut acts: Vec<ActLeaf> = import(&changed).map(leaf).into_iter().collect();
        let mut rows = Vec::with_capacity(changed.len());
        for entry in changed {
            let text = serde_json::to_string(&entry).map_err(|error| corrupt(T::CONTENT, error))?;
            let index = head.size() + acts.len() as u64;
            let (act, told) = entry.act(standing.old(&entry));
            acts.push(leaf((act, format!("{}; isi sha256:{}", cut(&told), Digest::of(text.as_bytes())))));
            rows.push(Row { entry, text, index });
        }
        self.append_acts(&mut transaction, head, &acts, by.signer, by.now).await?;
        self.write_kept(&mut transaction, &rows, by).await?;
        transaction.commit().await?;
        Ok(numbers)
    }

    async fn write_kept<T: Kept>(
        &self,
        connection: &mut AnyConnection,
        rows: &[Row<T>],
        by: By<'_>,
    ) -> Result<(), Error> {
        let counted = |query: Bound, entry: &T| {
            let (number, revision) = entry.counted();
            query.bind(number.cast_signed()).bind(revision.cast_signed())
        };
        let put = T::PUT;
        let put = put.execute(connection, &self.government, rows, |query, Row { entry, text, .. }| {
            let query = entry.cells(counted(query, entry));
            query.bind(plain(text)).bind(plain(&entry.words()).to_lowercase())
        });
        put.await?;
        let add = T::ADD_VERSION;
        let add = add.execute(connection, &self.government, rows, |query, Row { entry, text, index }| {
            let query = counted(query, entry).bind(index.cast_signed());
            query.bind(micros(by.now)).bind(plain(by.who)).bind(plain(text))
        });
        add.await
    }

    /// What `query` finds (content, and the words of a search) that has all of `words` in it.
    pub(super) async fn found<T: Kept>(&self, query: Bound, words: &[String]) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        for row in query.fetch_all(&self.pool).await? {
            let text = row.text("search")?;
            if words.iter().all(|word| text.contains(word)) {
                found.push(row.json(T::CONTENT)?);
            }
        }
        Ok(found)
    }
}

/// The words that are searched for, as they stand beside what is kept.
pub(super) fn words(search: Option<&str>) -> Vec<String> {
    plain(search.unwrap_or_default()).to_lowercase().split_whitespace().map(ToOwned::to_owned).collect()
}

/// What finds the first of `words` with `LIKE`; any text when there are none.
pub(super) fn first(words: &[String]) -> String {
    format!("%{}%", escaped(words.first().map_or("", String::as_str)))
}

/// What an act tells.
fn cut(told: &str) -> String {
    let more = told.chars().count() > TOLD;
    told.chars().take(TOLD).chain(more.then_some('…')).collect()
}
