//! The digests of backups that are files: dumps, archives.
//!
//! By its digest a witness in the Pusat Data knows a file again, under whatever name, and a file of the same name
//! and size with other content is no copy. Files are large, so each is read once: what was computed is remembered
//! ([`memory`]) for as long as its path, size, time and inode stay. What one report reads is bounded in bytes and
//! time, newest first, so that the copy that matters most is known first and old ones follow report by report.
//!
//! A report that is only printed reads nothing anew.

mod memory;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Basis, Run, Tool};
use patuh_protocol::digest::Digest;
use patuh_protocol::report::{Outcome, Reading, Section};

use self::memory::{Known, Memory};
use crate::roots::Roots;
use crate::sensors::Settings;

/// How many MiB one report reads when nobody says otherwise.
const MEBIBYTES: u64 = 4096;
/// How long one report reads. A file that takes longer than all of it is given up, and tried again.
const TIME: Duration = Duration::from_secs(10 * 60);
/// A file changed this recently may still be being written.
const SETTLED: SignedDuration = SignedDuration::from_mins(2);

/// A run that is a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    at: Timestamp,
    path: PathBuf,
    bytes: u64,
}

/// How much one report may read.
#[derive(Clone, Copy, Debug)]
struct Budget {
    /// Bytes; one file is read whatever its size, or the largest would never be known.
    bytes: u64,
    time: Duration,
}

/// Puts digests to the runs of `sections` that are files of this host. Computes those that are not known yet, and
/// remembers them in `state`, only when the report is to be handed in.
pub(crate) fn add(
    roots: &Roots,
    sections: &mut [Section],
    settings: &Settings,
    state: &Path,
    handed_in: bool,
    now: Timestamp,
) {
    let bytes = settings.digest_mb.unwrap_or(MEBIBYTES).saturating_mul(1024 * 1024);
    let time = if handed_in && bytes > 0 { TIME } else { Duration::ZERO };
    within(roots, sections, Budget { bytes, time }, state, handed_in, now);
}

fn within(roots: &Roots, sections: &mut [Section], budget: Budget, state: &Path, keep: bool, now: Timestamp) {
    let mut wanted: Vec<Wanted> =
        sets(sections).flat_map(|set| set.runs.iter().filter_map(move |run| wanted(set, run))).collect();
    if wanted.is_empty() {
        return;
    }
    wanted.sort_by(|a, b| (b.at, &a.path).cmp(&(a.at, &b.path)));
    wanted.dedup_by(|a, b| a.path == b.path);
    let memory = Memory::load(state);
    let (inner, before) = (roots.clone(), memory.clone());
    let limit = budget.time + Duration::from_secs(60);
    let work = move || Ok(digests(&inner, &wanted, before, budget, now));
    // A store that does not answer costs the digests of this report, and nothing else.
    let Ok((found, after)) = roots.within("digests of backups", limit, work) else { return };
    if keep && after != memory {
        after.save(state);
    }
    for set in sets_mut(sections) {
        let (location, is_files) = (PathBuf::from(&set.target.location), is_files(set));
        for run in set.runs.iter_mut().filter(|_| is_files) {
            run.digest = run.digest.or_else(|| found.get(&location.join(&run.id)).copied());
        }
    }
}

fn sets(sections: &[Section]) -> impl Iterator<Item = &BackupSet> {
    sections
        .iter()
        .filter_map(|section| match &section.outcome {
            Outcome::Ok(Reading::Backups(sets)) => Some(sets),
            _ => None,
        })
        .flatten()
}

fn sets_mut(sections: &mut [Section]) -> impl Iterator<Item = &mut BackupSet> {
    sections
        .iter_mut()
        .filter_map(|section| match &mut section.outcome {
            Outcome::Ok(Reading::Backups(sets)) => Some(sets),
            _ => None,
        })
        .flatten()
}

/// Whether the runs of a set are files below its location.
fn is_files(set: &BackupSet) -> bool {
    let is_file = match set.tool {
        Tool::Dump | Tool::PgDump | Tool::MysqlDump | Tool::Tar | Tool::Zip | Tool::Vzdump => true,
        Tool::Restic
        | Tool::Borg
        | Tool::Rsnapshot
        | Tool::Tree
        | Tool::Duplicity
        | Tool::Pgbackrest
        | Tool::Bareos
        | Tool::Pbs => false,
    };
    is_file && set.basis == Basis::Files && set.target.location.starts_with('/')
}

fn wanted(set: &BackupSet, run: &Run) -> Option<Wanted> {
    let bytes = run.bytes.filter(|bytes| *bytes > 0 && is_files(set) && run.digest.is_none())?;
    Some(Wanted { at: run.at, path: Path::new(&set.target.location).join(&run.id), bytes })
}

/// The digests of `wanted`, newest first, as far as they are remembered or `budget` goes.
#[expect(clippy::disallowed_methods, reason = "how long this report has been reading")]
fn digests(
    roots: &Roots,
    wanted: &[Wanted],
    mut memory: Memory,
    budget: Budget,
    now: Timestamp,
) -> (BTreeMap<PathBuf, Digest>, Memory) {
    let until = Instant::now() + budget.time;
    let (mut left, mut has_read) = (budget.bytes, false);
    let mut found = BTreeMap::new();
    for Wanted { path, bytes, .. } in wanted {
        let Ok(Some(facts)) = roots.facts(path) else { continue };
        // What changed since the sensor looked is another file than the one it told of.
        if facts.bytes != *bytes {
            continue;
        }
        let key = path.to_string_lossy();
        let mut digest = memory.known(&key, &facts, now);
        let is_settled = !(SignedDuration::ZERO..SETTLED).contains(&now.duration_since(facts.modified));
        let may_read = (*bytes <= left || !has_read) && is_settled && Instant::now() < until;
        if digest.is_none() && may_read {
            (left, has_read) = (left.saturating_sub(*bytes), true);
            let read = roots.digest(path, until).ok().flatten();
            digest = read.filter(|_| roots.facts(path).ok().flatten() == Some(facts));
            if let Some(digest) = digest {
                memory.keep(&key, Known::new(&facts, digest, now));
            }
        }
        found.extend(digest.map(|digest| (path.clone(), digest)));
    }
    memory.forget(now);
    (found, memory)
}

#[cfg(test)]
mod tests;
