//! What a witness remembers of one store, from look to look.
//!
//! Memory is what makes a witness: that a snapshot is gone, that a pack shrank, that a dump is the same bytes
//! as last night's under a new name, is seen only by who was there before. It lies in the agent's state
//! directory, one file a store, and never beside the store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::limits::MAX_OBJECTS;
use patuh_protocol::witness::{Damaged, Vanished};
use serde::{Deserialize, Serialize};

use crate::durable;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memory {
    /// When the store was first looked at.
    pub(super) watched_since: Timestamp,
    /// Every file, by path.
    pub(super) files: BTreeMap<String, Seen>,
    /// borg's archives, by id, with the segment that holds them.
    #[serde(default)]
    pub(super) archives: BTreeMap<String, Archive>,
    /// What went, newest first.
    #[serde(default)]
    pub(super) vanished: Vec<Vanished>,
    /// What is wrong, by path.
    #[serde(default)]
    pub(super) damaged: BTreeMap<String, Damaged>,
    /// The round of re-reading.
    #[serde(default)]
    pub(super) round: Round,
    /// When it was last looked at.
    pub(super) looked_at: Timestamp,
}

/// A file that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) modified: Option<Timestamp>,
    pub(super) first_seen: Timestamp,
    /// It was there at the first look.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) existed: bool,
    /// Of its content; only where the name does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<Digest>,
    /// When its content was last read and right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) verified_at: Option<Timestamp>,
}

/// An archive, or what may be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Archive {
    pub(super) segment: u64,
    pub(super) first_seen: Timestamp,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) existed: bool,
}

/// A round in which everything is read again, a part at each look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Round {
    pub(super) since: Option<Timestamp>,
    pub(super) bytes: u64,
    /// The last path that was read.
    pub(super) at: String,
    /// Whether anything was wrong in this round.
    #[serde(default)]
    pub(super) found_damage: bool,
    /// When the last whole round began and ended.
    #[serde(default)]
    pub(super) last: Option<(Timestamp, Timestamp)>,
}

impl Memory {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            watched_since: now,
            files: BTreeMap::new(),
            archives: BTreeMap::new(),
            vanished: Vec::new(),
            damaged: BTreeMap::new(),
            round: Round::default(),
            looked_at: now,
        }
    }

    /// Whether this is the first look.
    pub(super) fn is_new(&self, now: Timestamp) -> bool {
        self.watched_since == now
    }

    /// What is remembered of the store at `path`.
    ///
    /// # Errors
    /// When there is a memory, and it cannot be read: then nothing may be concluded from its absence.
    pub(super) fn load(state: &Path, path: &str) -> Result<Option<Self>, String> {
        let file = file(state, path);
        let bytes = durable::read(&file).map_err(|error| error.to_string())?;
        let parsed = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        parsed.map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn save(&self, state: &Path, path: &str) -> Result<(), String> {
        let json = serde_json::to_vec(self).map_err(|error| error.to_string())?;
        durable::create_dir(&state.join("witness")).map_err(|error| error.to_string())?;
        durable::write(&file(state, path), &json).map_err(|error| error.to_string())
    }

    /// Notes that an object is gone.
    pub(super) fn vanish(&mut self, id: &str, first_seen: Timestamp) {
        let gone = Vanished { id: id.to_owned(), first_seen, last_seen: self.looked_at };
        self.vanished.insert(0, gone);
        self.vanished.truncate(MAX_OBJECTS);
    }

    /// Notes that a file is wrong; the first time counts.
    pub(super) fn damage(&mut self, path: &str, what: &str, now: Timestamp) {
        self.round.found_damage = true;
        let damaged = || Damaged { path: path.to_owned(), what: what.to_owned(), found_at: now };
        let known = self.damaged.entry(path.to_owned()).or_insert_with(damaged);
        if known.what != what {
            *known = damaged();
        }
    }
}

fn file(state: &Path, path: &str) -> PathBuf {
    let digest = Digest::of(path.as_bytes()).to_string();
    state.join("witness").join(format!("{}.json", digest.chars().take(16).collect::<String>()))
}
