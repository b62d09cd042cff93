//! Which folders are stores: those that the patterns name, and those that they once named.
//!
//! A repository that was deleted whole is named by no pattern any more: that it ever was, only memory tells. An
//! unmounted disk looks the same, so a store counts as gone only while the file system that held it is there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::witness::Layout;
use serde::{Deserialize, Serialize};

use super::{MAX_STORES, Settings, StoreSettings};
use crate::durable;
use crate::roots::{Failure, Roots, glob};
use crate::sensors::mounts::{self, Mount};

/// How long a store that is gone is told of: longer than any backup is kept.
const TOLD: SignedDuration = SignedDuration::from_hours(400 * 24);

/// A store to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Where.
    pub(super) folder: PathBuf,
    /// Whose.
    pub(super) office: Option<String>,
    /// The layout it had, when the file system that held it then is here now: what is missing is then gone, and
    /// not merely out of sight.
    pub(super) held: Option<Layout>,
    pattern: String,
    mount: Option<PathBuf>,
}

/// The stores that were seen, by path. It lies beside their memories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stores(BTreeMap<PathBuf, Known>);

/// What is known of a store without its memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// The pattern that named it.
    pattern: String,
    layout: Layout,
    /// Where the file system that held it is mounted; None where the host did not tell.
    mount: Option<PathBuf>,
    /// When it was last there.
    seen_at: Timestamp,
}

impl Stores {
    /// # Errors
    /// When there is a list and it cannot be read: then nothing may be concluded from its absence.
    pub(super) fn load(state: &Path) -> Result<Self, Failure> {
        let file = file(state);
        let own = |why: String| Failure::malformed(&file.display().to_string(), &why);
        let bytes = durable::read(&file).map_err(|error| own(error.to_string()))?;
        let stores = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        Ok(stores.map_err(|error| own(error.to_string()))?.unwrap_or_default())
    }

    /// # Errors
    /// When it cannot be written.
    pub(super) fn save(&self, state: &Path) -> Result<(), Failure> {
        let own = |why: String| Failure::malformed(&file(state).display().to_string(), &why);
        let json = serde_json::to_vec(self).map_err(|error| own(error.to_string()))?;
        durable::create_dir(&state.join("witness")).map_err(|error| own(error.to_string()))?;
        durable::write(&file(state), &json).map_err(|error| own(error.to_string()))
    }

    /// The stores to be looked at, each once.
    ///
    /// # Errors
    /// When a pattern names nothing and never did.
    pub(super) fn places(
        &mut self,
        roots: &Roots,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Vec<Place>, Failure> {
        let patterns: Vec<&str> = settings.store.iter().map(|store| store.path.as_str()).collect();
        self.0.retain(|_, known| {
            patterns.contains(&known.pattern.as_str()) && now.duration_since(known.seen_at) < TOLD
        });
        let mounts = mounts::read(roots).unwrap_or_default();
        let mut places = BTreeMap::new();
        for store in &settings.store {
            let mut named = glob::folders(roots, &store.path)?;
            named.extend(
                self.0.iter().filter(|(_, known)| known.pattern == store.path).map(|(path, _)| path.clone()),
            );
            if named.is_empty() {
                return Err(Failure::malformed(&store.path, "tidak ada"));
            }
            for folder in named {
                places.entry(folder).or_insert(store);
            }
        }
        let places = places.into_iter().take(MAX_STORES);
        Ok(places.map(|(folder, store)| self.place(roots, folder, store, &mounts)).collect())
    }

    fn place(&self, roots: &Roots, folder: PathBuf, store: &StoreSettings, mounts: &[Mount]) -> Place {
        let nearest = folder.ancestors().find_map(|above| roots.real(above));
        let mount = nearest.and_then(|real| Some(mounts::holding(mounts, &real)?.point.clone()));
        let known = self.0.get(&folder).filter(|known| known.mount.is_some() && known.mount == mount);
        Place {
            held: known.map(|known| known.layout),
            office: store.office.clone(),
            pattern: store.path.clone(),
            folder,
            mount,
        }
    }

    /// Notes that a store was looked at, if it is there.
    pub(super) fn seen(&mut self, roots: &Roots, place: Place, layout: Layout, now: Timestamp) {
        if roots.exists(&place.folder) {
            let Place { folder, pattern, mount, .. } = place;
            self.0.insert(folder, Known { pattern, layout, mount, seen_at: now });
        }
    }
}

fn file(state: &Path) -> PathBuf {
    state.join("witness").join("stores.json")
}
