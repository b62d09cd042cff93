//! `backup/vzdump`: the dump files that Proxmox VE makes of its guests, in its storages that are folders, its own or
//! mounted. One set per guest and storage; what a guest holds only the guest knows, so its source is the guest
//! itself, `vm/100` or `ct/101`.
//!
//! `vzdump` writes under another name and renames at the end, and lays its log beside the file. A file counts as
//! whole when it begins (and, where that costs nothing, ends) as its ending promises and the log says that it was
//! finished. A run that failed leaves its log and no file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::collapse::is_collapsed;
use super::target::Surroundings;
use super::{Attempt, joined};
use crate::roots::lossy::name;
use crate::roots::{Entry, Failure, Kind, Roots};
use crate::sensors::Settings;

use log::{End, Log};
use names::Dump;
use storages::{Folder, Storage};

pub(super) mod jobs;
pub(super) mod log;
mod names;
pub(super) mod storages;
pub(super) mod tasks;

/// The time one storage has: it may lie behind a server that does not answer.
const LIMIT: Duration = Duration::from_secs(60);
/// A file changed this recently may still be being written.
const SETTLED: SignedDuration = SignedDuration::from_mins(2);
/// Of how many runs of a guest the log and the file itself are looked at, newest first.
const MAX_LOOKS: usize = 7;
/// How many guests of one storage are carried.
const MAX_GUESTS: usize = 500;
/// The most that is read of a log, from its end: how it went stands there.
const MAX_LOG: u64 = 16 * 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let storages = storages::storages(roots)?.unwrap_or_default();
    let folders: Vec<Folder> = storages.into_iter().filter_map(Storage::folder).collect();
    if folders.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let attempts: Vec<Attempt> =
        folders.iter().flat_map(|folder| of_folder(roots, &surroundings, folder, now)).collect();
    if attempts.is_empty() { Ok(None) } else { joined(attempts) }
}

impl Storage {
    fn folder(self) -> Option<Folder> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Server(_) => None,
        }
    }
}

/// The sets of one storage; when it cannot be looked into, one that says so.
fn of_folder(roots: &Roots, surroundings: &Surroundings, folder: &Folder, now: Timestamp) -> Vec<Attempt> {
    let (kept_by_job, has_job) = jobs::keeping(roots, &folder.id);
    let location = folder.dumps.display().to_string();
    let frame = BackupSet {
        tool: Tool::Vzdump,
        holds: Holds::Both,
        target: surroundings.target(roots, &location),
        basis: Basis::Files,
        // vzdump itself encrypts nothing; the disk below may.
        encrypted: (!folder.is_mounted).then(|| surroundings.is_encrypted(roots, &folder.dumps)),
        keep_days: kept_by_job.or(folder.keep_days),
        ..BackupSet::default()
    };
    let (inner, dumps) = (roots.clone(), folder.dumps.clone());
    let looked = roots.within(&format!("files {location}"), LIMIT, move || guests(&inner, &dumps, now));
    let failure = match looked {
        Ok(Some(guests)) => {
            let set = |guest: Guest| guest.set(&folder.id, &frame);
            return guests.into_iter().map(|guest| Attempt { set: set(guest), failure: None }).collect();
        }
        // A folder that nobody ever wrote to is not there; one that is mounted, or that a job writes to, should be.
        Ok(None) if !has_job && !folder.is_mounted => return Vec::new(),
        Ok(None) => {
            Failure::malformed(&location, "tidak ada; mungkin penyimpanannya tidak terpasang (mount)")
        }
        Err(failure) => failure,
    };
    let set = BackupSet { name: name(&format!("vzdump {}", folder.id)), ..frame };
    vec![Attempt { set, failure: Some(failure) }]
}

/// What a storage holds of one guest.
#[derive(Debug, Default)]
struct Guest {
    /// `vm/100`.
    id: String,
    /// Newest first.
    runs: Vec<Run>,
    count: u64,
    oldest_at: Option<Timestamp>,
    problems: Vec<Problem>,
}

/// Files of one guest: dumps newest first, and the logs of those that are not there.
#[derive(Default)]
struct Files {
    dumps: Vec<(Dump, Entry)>,
    logs: BTreeMap<String, Option<Timestamp>>,
}

/// The guests of a folder; `None` when there is no such folder.
fn guests(roots: &Roots, folder: &Path, now: Timestamp) -> Result<Option<Vec<Guest>>, Failure> {
    let Some(entries) = roots.entries(folder, |name| name.starts_with("vzdump-"))? else { return Ok(None) };
    let (mut guests, elsewhere) = (BTreeMap::<String, Files>::new(), storages::elsewhere(roots));
    for entry in entries.into_iter().filter(|entry| entry.kind == Kind::File) {
        if let Some(dump) = names::dump(&entry.name) {
            guests.entry(dump.guest.clone()).or_default().dumps.push((dump, entry));
        } else if let Some((guest, stem)) = names::log(&entry.name) {
            guests.entry(guest).or_default().logs.insert(stem, entry.modified);
        }
    }
    // Nodes share storages; each tells of its own guests.
    let guests = guests.into_iter().filter(|(guest, _)| !elsewhere.contains(guest)).take(MAX_GUESTS);
    let looked = guests.map(|(id, files)| files.looked_at(roots, folder, id, now));
    Ok(Some(looked.filter(|guest| guest.count > 0 || !guest.problems.is_empty()).collect()))
}

impl Files {
    fn looked_at(mut self, roots: &Roots, folder: &Path, id: String, now: Timestamp) -> Guest {
        // A file without a time has none that could be told.
        self.dumps.retain(|(_, entry)| entry.modified.is_some());
        self.dumps.sort_by(|(_, a), (_, b)| (b.modified, &b.name).cmp(&(a.modified, &a.name)));
        let newest = self.dumps.first().and_then(|(_, entry)| entry.modified);
        let mut guest = Guest {
            id,
            count: self.dumps.len() as u64,
            oldest_at: self.dumps.last().and_then(|(_, entry)| entry.modified),
            ..Guest::default()
        };
        let failed = self.logs.iter().filter(|(_, at)| at.is_some() && **at > newest);
        for (stem, _) in failed.rev().take(MAX_LOOKS) {
            if !self.dumps.iter().any(|(dump, _)| dump.stem == *stem)
                && ended(roots, folder, stem) == End::Failed
            {
                guest.problems.push(Problem { about: name(stem), kind: ProblemKind::ToolFailed });
            }
        }
        for (place, (dump, entry)) in self.dumps.iter().enumerate().take(MAX_RUNS) {
            let at = entry.modified.unwrap_or_default();
            let is_settled = !(SignedDuration::ZERO..SETTLED).contains(&now.duration_since(at));
            let end = if place < MAX_LOOKS { ended(roots, folder, &dump.stem) } else { End::Open };
            let sound =
                (place < MAX_LOOKS && is_settled).then(|| names::is_sound(roots, folder, entry, dump));
            let before = self.dumps.iter().skip(place + 1).map(|(_, entry)| entry.bytes);
            let run = Run { id: name(&entry.name), at, bytes: Some(entry.bytes), ..Run::default() };
            guest.take(run, sound, end, is_settled && is_collapsed(entry.bytes, before));
        }
        guest
    }
}

impl Guest {
    /// Takes the next older run. `sound`: whether the file is what its name promises, where that was looked at.
    fn take(&mut self, run: Run, sound: Option<Result<bool, Failure>>, end: End, collapsed: bool) {
        let (whole, problem) = match (sound, end) {
            (Some(Err(_)), _) => (None, Some(ProblemKind::Unreadable)),
            (Some(Ok(false)), _) if run.bytes == Some(0) => (Some(false), Some(ProblemKind::Empty)),
            (Some(Ok(false)), _) => (Some(false), Some(ProblemKind::Truncated)),
            // The file was renamed before something failed: it may be whole, but the tool is not content with it.
            (_, End::Failed) => (None, Some(ProblemKind::ToolFailed)),
            (Some(Ok(true)), End::Finished) => (Some(true), None),
            _ => (None, None),
        };
        let problem = problem.or(collapsed.then_some(ProblemKind::Collapsed));
        self.problems.extend(problem.map(|kind| Problem { about: run.id.clone(), kind }));
        self.runs.push(Run { whole, ..run });
    }

    fn set(self, storage: &str, frame: &BackupSet) -> BackupSet {
        BackupSet {
            name: name(&format!("vzdump {storage} {}", self.id)),
            sources: vec![self.id],
            runs: self.runs,
            count: self.count,
            oldest_at: self.oldest_at,
            problems: self.problems,
            ..frame.clone()
        }
    }
}

/// How the run of this name ended, by the log beside it.
fn ended(roots: &Roots, folder: &Path, stem: &str) -> End {
    let log = roots.tail(&folder.join(format!("{stem}.log")), MAX_LOG).ok().flatten().unwrap_or_default();
    // The tail may have lost the line that names the guest; the name of the file has it.
    let number = stem.split('-').nth(2).unwrap_or_default();
    let kind = stem.split('-').nth(1).unwrap_or_default();
    let mut read = Log::of(format!("INFO: Starting Backup of VM {number} ({kind})").as_bytes());
    log.split(|byte| *byte == b'\n').for_each(|line| read.take(line));
    read.guests.last().map(|guest| guest.end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
