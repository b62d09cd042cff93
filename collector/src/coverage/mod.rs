//! What on a server ought to lie in a backup, set beside the backup sets that hold it. Pure.
//!
//! Counted per data store, never per job: a new database beside a dump list that names the old ones is the
//! commonest hole, and a job that runs well does not show it.
//!
//! A set counts when it has a sound run; how old that is, the checks judge. Each set is held against each store by
//! itself, and the best of them stands: so their order changes nothing, and one more set makes no cover worse.
//! What cannot be told (patterns that are not understood, databases whose names nobody sees, sensors that failed)
//! stays unknown.

mod databases;
mod exempt;
mod found;
mod machines;
mod mounts;
mod paths;
mod sets;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use patuh_compliance::estate::{Cover, StoreKind};
use patuh_protocol::backup::BackupSet;
use patuh_protocol::inventory::{Container, DatabaseService, Filesystem, Guest, Site};

pub use self::exempt::{Release, exempt, silence};

use self::databases::Databases;
use self::found::{Found, Stores, What};
use self::mounts::Mounts;
use self::sets::{Held, Hold};

/// A data store of a server, and whether it lies in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataStore {
    /// What names it among the stores of its server, the same from day to day: `postgresql/7710…/simpeg`,
    /// `files/var/www/html`, `machine/proxmox/101`, `volume/nextcloud_data`.
    pub key: String,
    /// What it is called, for people.
    pub name: String,
    /// What kind of data it is.
    pub kind: StoreKind,
    /// Its size in bytes, where it was measured.
    pub bytes: Option<u64>,
    /// Whether it lies in a backup.
    pub cover: Cover,
    /// The sets that hold it: indices into the claims of its server.
    pub sets: Vec<usize>,
    /// Why it is not covered, or only partly: an Indonesian clause. Empty when it is covered.
    pub reason: String,
    /// The sensor that found it.
    pub sensor: &'static str,
    /// When it was found there, by the host's clock.
    pub at: Timestamp,
}

/// What one sensor found.
#[derive(Debug)]
pub enum Heard<'a, T> {
    /// It looked: what there is.
    Known {
        /// Its name.
        sensor: &'static str,
        /// What it found; nothing when the host has no such thing.
        items: &'a [T],
        /// When, by the host's clock.
        at: Timestamp,
    },
    /// It could not look, or never did.
    Unknown {
        /// Its name.
        sensor: &'static str,
    },
}

/// What the sensors of one host found.
#[derive(Debug)]
pub struct Inventory<'a> {
    /// Database servers.
    pub databases: Heard<'a, DatabaseService>,
    /// Web sites.
    pub sites: Heard<'a, Site>,
    /// File systems.
    pub filesystems: Heard<'a, Filesystem>,
    /// Containers, by engine.
    pub containers: Vec<Heard<'a, Container>>,
    /// Guests, by manager.
    pub guests: Vec<Heard<'a, Guest>>,
}

/// What the host claims of its backups.
#[derive(Clone, Copy, Debug)]
pub struct Claims<'a> {
    /// The sets.
    pub sets: &'a [&'a BackupSet],
    /// Why there may be more of them.
    pub unheard: &'a [String],
}

/// The most stores of one host; a host that has more is not told apart from one that makes them up.
const MAX_STORES: usize = 4000;

/// The data stores of a host, each with the sets that hold it, by key; `now` is when the host last spoke.
#[must_use]
pub fn stores(inventory: &Inventory<'_>, claims: Claims<'_>, now: Timestamp) -> Vec<DataStore> {
    let mounts = Mounts::of(&inventory.filesystems);
    let held: Vec<Held<'_>> =
        claims.sets.iter().enumerate().map(|(at, set)| Held::new(at, set, &mounts)).collect();
    let targets: Vec<Vec<&str>> =
        claims.sets.iter().filter_map(|set| paths::parts(&set.target.location)).collect();
    let Stores { all, services } = Stores::of(inventory, &targets, now);
    let databases = Databases { services };
    let left = all.len().saturating_sub(MAX_STORES);
    let each = all.into_values().take(MAX_STORES);
    let mut stores: Vec<DataStore> =
        each.map(|found| covered(found, &databases, &held, claims.unheard)).collect();
    let unread = inventory.unread();
    if !unread.is_empty() {
        let reason = format!("bagian {} tidak terbaca, sehingga isinya tidak diketahui", unread.join(", "));
        stores.push(unknown("unread", "data yang belum terlihat oleh agen", reason, now));
    }
    if left > 0 {
        let reason = format!("{left} penyimpanan data lain terlalu banyak untuk diperiksa");
        stores.push(unknown("uncounted", "penyimpanan data lain", reason, now));
    }
    stores
}

impl Inventory<'_> {
    /// The sensors of which nothing is known.
    fn unread(&self) -> Vec<&'static str> {
        let mut unread = vec![self.databases.unread(), self.sites.unread()];
        unread.extend(self.containers.iter().map(Heard::unread));
        unread.extend(self.guests.iter().map(Heard::unread));
        unread.into_iter().flatten().collect()
    }
}

impl<T> Heard<'_, T> {
    fn unread(&self) -> Option<&'static str> {
        match self {
            Self::Known { .. } => None,
            Self::Unknown { sensor } => Some(sensor),
        }
    }
}

fn unknown(key: &str, name: &str, reason: String, at: Timestamp) -> DataStore {
    DataStore {
        key: key.to_owned(),
        name: name.to_owned(),
        kind: StoreKind::Files,
        bytes: None,
        cover: Cover::Unknown,
        sets: Vec::new(),
        reason,
        sensor: "filesystems",
        at,
    }
}

/// A store with the best that any set does for it.
fn covered(found: Found<'_>, databases: &Databases<'_>, held: &[Held<'_>], unheard: &[String]) -> DataStore {
    let holds: Vec<(Hold, &Held<'_>)> =
        held.iter().map(|set| (hold(&found, databases, set, held), set)).collect();
    let best = holds.iter().map(|(hold, _)| hold).max().cloned().unwrap_or(Hold::No(String::new()));
    let mut sets: Vec<usize> =
        holds.iter().filter(|(hold, _)| is_held(hold)).map(|(_, set)| set.at).collect();
    if let What::Database(_, name) = found.what {
        let dumps = || holds.iter().filter(|(hold, set)| *hold == Hold::Yes && set.is_dump());
        let carries =
            |other: &&Held<'_>| dumps().any(|(_, dump)| databases::is_carried_by(dump, name, other));
        sets.extend(held.iter().filter(carries).map(|set| set.at));
    }
    sets.sort_unstable();
    sets.dedup();
    let (cover, reason) = judged(best, &found.what, unheard);
    let Found { key, name, kind, bytes, sensor, at, .. } = found;
    DataStore { key, name, kind, bytes, cover, sets, reason, sensor, at }
}

fn hold(found: &Found<'_>, databases: &Databases<'_>, set: &Held<'_>, all: &[Held<'_>]) -> Hold {
    match found.what {
        What::Database(at, name) => match databases.services.get(at) {
            Some(service) => databases.hold(service, name, set, all),
            None => Hold::No(String::new()),
        },
        What::Folder(path) | What::PerhapsEmpty(path) => match paths::parts(path) {
            Some(parts) => set.folder(&parts, false),
            None => Hold::Unclear("letak foldernya tidak dapat dipastikan".to_owned()),
        },
        What::Guest(guest) => machines::hold(guest, set),
    }
}

const fn is_held(hold: &Hold) -> bool {
    matches!(hold, Hold::Yes | Hold::Raw(_) | Hold::Part(_))
}

/// The cover that comes of the best hold, and why it is no better.
fn judged(best: Hold, what: &What<'_>, unheard: &[String]) -> (Cover, String) {
    let is_perhaps_empty = matches!(what, What::PerhapsEmpty(_));
    match best {
        Hold::Yes => (Cover::Covered, String::new()),
        Hold::Unclear(why) => (Cover::Unknown, why),
        // Another set, of which nothing is known, may do better.
        _ if !unheard.is_empty() => (Cover::Unknown, unheard.join("; ")),
        Hold::Part(why) if is_perhaps_empty => {
            (Cover::Unknown, format!("{why}, dan belum diketahui apakah selebihnya berisi data"))
        }
        Hold::Raw(why) => (Cover::Inconsistent, why),
        Hold::Part(why) => (Cover::Partly, why),
        Hold::No(_) if is_perhaps_empty => {
            let why =
                "tidak ada set cadangan yang memuatnya, dan belum diketahui apakah folder itu berisi data";
            (Cover::Unknown, why.to_owned())
        }
        Hold::No(why) if why.is_empty() => {
            (Cover::Uncovered, "tidak ada set cadangan yang memuatnya".to_owned())
        }
        Hold::No(why) => (Cover::Uncovered, why),
    }
}
