//! What a witness sees: an agent on the storage of the Pusat Data that looks at repositories without any
//! password. It tells what lies there by its own eyes and its own clock; the collector joins that with what the
//! offices' agents claim.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// One repository, or one tree of files, on the storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WitnessedStore {
    /// The folder on the storage.
    pub path: String,
    /// How it is laid out.
    pub layout: Layout,
    /// The repository's own id, where it can be read without a password (borg).
    pub repository: Option<String>,
    /// The office's code that the witness was told it belongs to.
    pub office: Option<String>,
    /// Objects that matter (snapshots, archives, files), newest first, at most
    /// [`crate::limits::MAX_OBJECTS`].
    pub objects: Vec<WitnessedObject>,
    /// How many of them there are.
    pub count: u64,
    /// Bytes of everything in it.
    pub bytes: u64,
    /// Objects that were seen and are gone, newest first, at most [`crate::limits::MAX_OBJECTS`].
    pub vanished: Vec<Vanished>,
    /// Files whose content is not what their name or an earlier reading says.
    pub damaged: Vec<Damaged>,
    /// Lock files, and when the oldest was made.
    pub locks: u32,
    /// When the oldest lock was first seen.
    pub oldest_lock_at: Option<Timestamp>,
    /// How far the rolling re-reading has come: bytes read again in this round, and when the round began.
    pub reread_bytes: u64,
    /// When the round of re-reading began.
    pub reread_since: Option<Timestamp>,
    /// When the last whole round ended.
    pub reread_at: Option<Timestamp>,
    /// When it was first looked at: what lay there then is of unknown age.
    pub watched_since: Timestamp,
    /// Space of the file system under it, in bytes.
    pub space_bytes: Option<u64>,
    /// Free space of it, in bytes.
    pub free_bytes: Option<u64>,
}

/// How a store is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A restic repository: names are SHA-256 of contents.
    Restic,
    /// A borg 1.x repository: segments.
    Borg,
    /// A datastore of Proxmox Backup Server.
    Pbs,
    /// Plain files: dumps, rsync trees.
    #[default]
    Files,
}

/// A snapshot, archive or file that lies on the storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WitnessedObject {
    /// restic's snapshot id, borg's archive id, PBS's group and time, or the path below the store.
    pub id: String,
    /// Size in bytes, where the object is a file.
    pub bytes: Option<u64>,
    /// SHA-256 of its content, once it was read.
    pub digest: Option<Digest>,
    /// When the witness first saw it, by its own clock.
    pub first_seen: Timestamp,
    /// It was there when the watch began, so it may be older than `first_seen`.
    pub existed_before: bool,
    /// When its content was last read again and found right.
    pub verified_at: Option<Timestamp>,
}

/// An object that was seen and is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Vanished {
    /// As in [`WitnessedObject`].
    pub id: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
}

/// A file whose content is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Damaged {
    /// Its path below the store.
    pub path: String,
    /// What is wrong: `digest`, `crc`, `size`, `missing`.
    pub what: String,
    /// When that was found.
    pub found_at: Timestamp,
}
