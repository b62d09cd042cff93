//! Reading contents again, a part at each look, round after round.
//!
//! Disks forget quietly, and nobody notices until a restore. So everything is read again in turn: restic's files
//! are compared with their names (which are digests), borg's entries with their CRC, other files with the digest
//! of the first reading. What one look reads is bounded in bytes and time; the unit's I/O class is idle.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::witness::Layout;

use super::borg;
use super::layout::{self, Role, role};
use super::memory::Memory;
use crate::roots::Roots;
use crate::roots::digest::{self, Timed};

/// How much one look may read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Bytes; at least one file is read, however large.
    pub(super) bytes: u64,
    /// Time. A file that takes longer than all of it is given up and tried again when its turn comes.
    pub(super) time: Duration,
}

/// What came of reading one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read1 {
    /// Read and right, with its digest where one was computed.
    Right(Option<Digest>),
    /// Read and wrong: how.
    Wrong(&'static str),
    /// Not read: gone, or the time was up.
    Not,
}

/// Reads on where the last look stopped.
#[expect(clippy::disallowed_methods, reason = "how long this look has been reading")]
pub(super) fn reread(
    roots: &Roots,
    folder: &Path,
    layout: Layout,
    memory: &mut Memory,
    budget: Budget,
    now: Timestamp,
) {
    let until = Instant::now() + budget.time;
    // The tool's own digests of a Proxmox Backup Server cannot be computed without its key.
    if layout == Layout::Pbs || memory.files.is_empty() {
        return;
    }
    begin(memory, now);
    let (mut left, mut has_read) = (budget.bytes, false);
    let todo: Vec<String> =
        memory.files.range(after(&memory.round.at)..).map(|(path, _)| path.clone()).collect();
    for path in todo {
        if (has_read && left == 0) || Instant::now() >= until {
            return;
        }
        if matches!(role(layout, &path), Role::Object | Role::Content | Role::Index) {
            let bytes = memory.files.get(&path).map_or(0, |seen| seen.bytes);
            let read = read(roots, folder, layout, &path, until);
            (left, has_read) = (left.saturating_sub(bytes), true);
            memory.round.bytes += bytes;
            take(memory, &path, read, now);
        }
        memory.round.at = path;
    }
    // A file that was passed over because its time was up makes no whole round.
    let since = memory.round.since.unwrap_or(now);
    let whole = memory.files.iter().all(|(path, seen)| {
        let free = matches!(role(layout, path), Role::Lock | Role::Free);
        free || seen.verified_at.is_some_and(|at| at >= since) || memory.damaged.contains_key(path)
    });
    if whole {
        memory.round.last = Some((since, now));
    }
    memory.round = super::memory::Round { last: memory.round.last, ..Default::default() };
}

fn begin(memory: &mut Memory, now: Timestamp) {
    if memory.round.since.is_none() {
        memory.round.since = Some(now);
    }
}

/// The least text that comes after `path`.
fn after(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}\0") }
}

fn take(memory: &mut Memory, path: &str, read: Read1, now: Timestamp) {
    let Some(seen) = memory.files.get_mut(path) else { return };
    match read {
        Read1::Right(digest) if digest.is_some() && seen.digest.is_some() && digest != seen.digest => {
            memory.damage(path, "digest", now);
        }
        Read1::Right(digest) => {
            (seen.digest, seen.verified_at) = (digest.or(seen.digest), Some(now));
            memory.damaged.remove(path);
        }
        Read1::Wrong(what) => memory.damage(path, what, now),
        Read1::Not => {}
    }
}

fn read(roots: &Roots, folder: &Path, layout: Layout, path: &str, until: Instant) -> Read1 {
    let Ok(Some(file)) = roots.open(&folder.join(path)) else { return Read1::Not };
    let file = Timed { file, until };
    if layout == Layout::Borg {
        return match borg::read(file, true, |_| false) {
            Ok(segment) if segment.whole => Read1::Right(None),
            Ok(_) => Read1::Wrong("crc"),
            Err(_) => Read1::Not,
        };
    }
    let Ok(digest) = digest::of(file) else { return Read1::Not };
    match layout::promised(layout, path) {
        Some(promised) if promised == digest => Read1::Right(None),
        Some(_) => Read1::Wrong("digest"),
        None => Read1::Right(Some(digest)),
    }
}
