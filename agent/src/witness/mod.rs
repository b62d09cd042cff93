//! The witness: an agent on the storage host of the Pusat Data that looks at other offices' repositories.
//!
//! It needs to read and nothing else: no password, no lock, no write, no command. What it tells is what lies there
//! by its own eyes and when it first saw it by its own clock, because names, times and claims belong to whoever
//! writes to the store. [`look`] compares names and sizes with what is remembered ([`memory`]); [`reread`] reads
//! contents again, round after round. Neither can tell whether a snapshot can be decrypted: a forged one looks
//! right from here. That is for the key holder's check and for the restore drill; the collector joins them.

mod borg;
mod layout;
mod look;
mod memory;
mod reread;
mod stores;
#[cfg(test)]
mod tests;
mod walk;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::limits::MAX_OBJECTS;
use patuh_protocol::report::{Outcome, Reading, Section};
use patuh_protocol::witness::{Layout, WitnessedObject, WitnessedStore};
use serde::Deserialize;

use self::memory::{Memory, Seen};
use self::reread::Budget;
use self::stores::{Place, Stores};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// The name of the section.
pub const SENSOR: &str = "witness";

/// The most stores of one witness.
const MAX_STORES: usize = 500;
/// A look may take this long on top of re-reading: names of a large store on a slow disk.
const NAMES: Duration = Duration::from_secs(30 * 60);

/// The `[witness]` table of `agent.toml`, on the storage host of the Pusat Data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The stores to be watched.
    pub store: Vec<StoreSettings>,
    /// How many MiB one look reads again.
    pub reread_mb: u64,
    /// For how many minutes one look reads at most.
    pub reread_minutes: u64,
}

/// One `[[witness.store]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// A folder, or a pattern of folders (`*` within one name): each that it names is a store.
    pub path: String,
    /// The code of the office it belongs to, when all that the pattern names are one office's.
    #[serde(default)]
    pub office: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { store: Vec::new(), reread_mb: 4096, reread_minutes: 10 }
    }
}

/// Looks at every store and tells what is there; `None` when none is named. What was remembered lies in `state`,
/// and is kept there unless `keep` is false (a report that is only printed).
#[must_use]
pub fn section(
    roots: &Roots,
    settings: &Settings,
    state: &Path,
    keep: bool,
    now: Timestamp,
) -> Option<Section> {
    if settings.store.is_empty() {
        return None;
    }
    let limit = NAMES + Duration::from_secs(settings.reread_minutes.saturating_mul(60));
    let (inner, settings, state) = (roots.clone(), settings.clone(), state.to_owned());
    let result = roots.within(SENSOR, limit, move || stores(&inner, &settings, &state, keep, now));
    let outcome = match result {
        Ok(stores) if stores.is_empty() => Outcome::Nothing,
        Ok(stores) => Outcome::Ok(Reading::Witnessed(stores)),
        Err(failure) => Outcome::Failed(name(&failure.to_string())),
    };
    Some(Section { sensor: SENSOR.to_owned(), took_us: 0, outcome })
}

/// All stores; a store that cannot be looked at costs only itself, unless it is the only one.
fn stores(
    roots: &Roots,
    settings: &Settings,
    state: &Path,
    keep: bool,
    now: Timestamp,
) -> Result<Vec<WitnessedStore>, Failure> {
    let mut known = Stores::load(state)?;
    let (mut stores, mut failure) = (Vec::new(), None);
    for place in known.places(roots, settings, now)? {
        match store(roots, settings, &place, state, keep, now) {
            Ok(store) => {
                known.seen(roots, place, store.layout, now);
                stores.push(store);
            }
            Err(why) => failure = Some(why),
        }
    }
    if keep {
        known.save(state)?;
    }
    match failure {
        Some(failure) if stores.is_empty() => Err(failure),
        _ => Ok(stores),
    }
}

fn store(
    roots: &Roots,
    settings: &Settings,
    place: &Place,
    state: &Path,
    keep: bool,
    now: Timestamp,
) -> Result<WitnessedStore, Failure> {
    let folder = place.folder.as_path();
    let path = folder.display().to_string();
    let own = |why: String| Failure::malformed(&path, &why);
    let layout = layout::of(roots, folder, place.held);
    let mut memory = Memory::load(state, &path).map_err(own)?.unwrap_or_else(|| Memory::new(now));
    look::look(roots, folder, layout, place.held.is_some(), &mut memory, now)?;
    let time = Duration::from_secs(settings.reread_minutes.saturating_mul(60));
    let budget = Budget { bytes: settings.reread_mb.saturating_mul(1024 * 1024), time };
    reread::reread(roots, folder, layout, &mut memory, budget, now);
    if keep {
        memory.save(state, &path).map_err(own)?;
    }
    Ok(WitnessedStore { office: place.office.clone(), ..told(roots, folder, layout, &memory) })
}

/// What is told of a store.
fn told(roots: &Roots, folder: &Path, layout: Layout, memory: &Memory) -> WitnessedStore {
    let mut objects = objects(layout, memory);
    let count = objects.len() as u64;
    objects.sort_by(|a, b| b.first_seen.cmp(&a.first_seen).then_with(|| b.id.cmp(&a.id)));
    objects.truncate(MAX_OBJECTS);
    let locks = memory.files.iter().filter(|(path, _)| layout::role(layout, path) == layout::Role::Lock);
    let locks: Vec<Timestamp> = locks.map(|(_, seen)| seen.first_seen).collect();
    let config = || roots.text(folder.join("config")).ok().flatten();
    let space = roots.space(&folder.display().to_string()).ok();
    WitnessedStore {
        path: name(&folder.display().to_string()),
        layout,
        repository: (layout == Layout::Borg).then(|| borg::repository(&config()?)).flatten(),
        objects,
        count,
        bytes: memory.files.values().map(|seen| seen.bytes).sum(),
        vanished: memory.vanished.clone(),
        damaged: memory.damaged.values().take(MAX_OBJECTS).cloned().collect(),
        locks: u32::try_from(locks.len()).unwrap_or(u32::MAX),
        oldest_lock_at: locks.into_iter().min(),
        reread_bytes: memory.round.bytes,
        reread_since: memory.round.since,
        reread_at: memory.round.last.map(|(_, ended)| ended),
        watched_since: memory.watched_since,
        space_bytes: space.map(|space| space.size_bytes),
        free_bytes: space.map(|space| space.size_bytes.saturating_sub(space.used_bytes)),
        ..WitnessedStore::default()
    }
}

fn objects(layout: Layout, memory: &Memory) -> Vec<WitnessedObject> {
    if layout == Layout::Borg {
        let object = |(id, archive): (&String, &memory::Archive)| WitnessedObject {
            id: id.clone(),
            first_seen: archive.first_seen,
            existed_before: archive.existed,
            verified_at: covered(memory, archive.first_seen),
            ..WitnessedObject::default()
        };
        return memory.archives.iter().map(object).collect();
    }
    let matters = |(path, _): &(&String, &Seen)| layout::role(layout, path) == layout::Role::Object;
    let object = |(path, seen): (&String, &Seen)| WitnessedObject {
        id: name(layout::id(layout, path)),
        bytes: Some(seen.bytes),
        digest: layout::promised(layout, path).or(seen.digest),
        first_seen: seen.first_seen,
        existed_before: seen.existed,
        verified_at: match layout {
            // A snapshot is nothing without its packs.
            Layout::Restic => covered(memory, seen.first_seen),
            _ => seen.verified_at.filter(|_| !memory.damaged.contains_key(path)),
        },
    };
    memory.files.iter().filter(matters).map(object).collect()
}

/// When all of a repository was last read again without anything wrong, if what it held at `first_seen` was part
/// of that round.
fn covered(memory: &Memory, first_seen: Timestamp) -> Option<Timestamp> {
    let (began, ended) = memory.round.last?;
    (memory.damaged.is_empty() && first_seen <= began).then_some(ended)
}
