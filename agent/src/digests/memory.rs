//! What is remembered of files that were read: one small file in the agent's state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use crate::durable;
use crate::roots::Facts;

/// How long a file is remembered that is told of no more: a disk may be back next month.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(60 * 24);
/// The most files that are remembered.
const MAX_FILES: usize = 10_000;

/// The files, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memory {
    files: BTreeMap<String, Known>,
}

/// A file as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    bytes: u64,
    modified: Timestamp,
    inode: u64,
    digest: Digest,
    /// The day on which it was last told of.
    told_at: Timestamp,
}

impl Known {
    pub(super) fn new(facts: &Facts, digest: Digest, now: Timestamp) -> Self {
        Self { bytes: facts.bytes, modified: facts.modified, inode: facts.inode, digest, told_at: now }
    }
}

impl Memory {
    /// What is remembered in `state`. What cannot be read is computed again: nothing is concluded from it.
    pub(super) fn load(state: &Path) -> Self {
        let bytes = durable::read(&file(state)).ok().flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Keeps it, as far as that can be done: without it files are read once more.
    pub(super) fn save(&self, state: &Path) {
        let Ok(json) = serde_json::to_vec(self) else { return };
        if let Err(error) = durable::write(&file(state), &json) {
            tracing::warn!(error = %error, "digests not remembered");
        }
    }

    /// The digest of the file at `path`, when it still is as it was read. Notes that it was told of, once a day.
    pub(super) fn known(&mut self, path: &str, facts: &Facts, now: Timestamp) -> Option<Digest> {
        let known = self.files.get_mut(path)?;
        let same = (known.bytes, known.modified, known.inode) == (facts.bytes, facts.modified, facts.inode);
        if same && now.duration_since(known.told_at) > SignedDuration::from_hours(24) {
            known.told_at = now;
        }
        same.then_some(known.digest)
    }

    pub(super) fn keep(&mut self, path: &str, known: Known) {
        if self.files.len() < MAX_FILES || self.files.contains_key(path) {
            self.files.insert(path.to_owned(), known);
        }
    }

    /// Forgets what was not told of for long.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.files.retain(|_, known| now.duration_since(known.told_at) < REMEMBERED);
    }
}

fn file(state: &Path) -> PathBuf {
    state.join("digests.json")
}
