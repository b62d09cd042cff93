//! `backup/restic`: repositories of restic, asked where a password is at hand, else looked at from outside.
//!
//! 1. With a password file the repository is asked: `restic --no-lock --no-cache --json snapshots`. It
//!    takes no lock (a lock left behind by a killed `restic` stops the next backup) and writes nothing.
//! 2. Without one, or when it does not answer, a repository in a folder shows the names and times of its
//!    snapshots: the name of a file in `snapshots/` is the snapshot's id.
//! 3. Of a repository elsewhere the cache of the user who backs up tells the same, as of the last time
//!    that user looked. A cache that belongs to no configured repository is a backup of its own.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Target, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::target::Surroundings;
use super::{Attempt, crossing, joined};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::{ResticSettings, Settings, system};

use asked::Asked;
pub(super) use asked::{is_same_host, parse, question};
use traces::Cache;

mod asked;
mod traces;

/// What is known of one repository.
#[derive(Default)]
struct Seen {
    basis: Basis,
    /// Newest first.
    runs: Vec<Run>,
    sources: Vec<String>,
    excludes: Vec<String>,
    one_filesystem: Option<bool>,
    failure: Option<Failure>,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let (mut caches, unreadable) = traces::caches(roots);
    let mut seen: Vec<(&ResticSettings, Seen)> = Vec::new();
    for repository in &settings.restic {
        seen.push((repository, Seen::of(roots, repository)));
    }
    let known: BTreeSet<&str> =
        seen.iter().flat_map(|(_, seen)| &seen.runs).map(|run| run.id.as_str()).collect();
    caches.retain(|cache| !cache.runs.iter().any(|run| known.contains(run.id.as_str())));
    adopt(&mut seen, &mut caches);
    let mut attempts = Vec::new();
    if !seen.is_empty() {
        let surroundings = Surroundings::read(roots)?;
        attempts.extend(seen.into_iter().map(|(repository, seen)| {
            let target = surroundings.target_of(roots, bare(&repository.repository), &seen.sources);
            seen.attempt(&repository.name, repository.holds, target)
        }));
    }
    attempts.extend(caches.into_iter().map(Cache::attempt));
    match unreadable {
        // Whoever may not look into /root cannot say that there is nothing.
        Some(failure) if attempts.is_empty() => Err(failure),
        _ => joined(attempts),
    }
}

/// A single repository of which nothing is known and a single cache that belongs to none are taken to
/// belong together: the cache has a number of its own and does not say where its repository lies.
fn adopt(seen: &mut [(&ResticSettings, Seen)], caches: &mut Vec<Cache>) {
    let mut unknown = seen.iter_mut().filter(|(_, seen)| seen.runs.is_empty() && seen.basis == Basis::Traces);
    if let (Some((_, seen)), None, 1) = (unknown.next(), unknown.next(), caches.len())
        && let Some(cache) = caches.pop()
    {
        seen.runs = cache.runs;
        // Without a password there was nothing else to be had.
        seen.failure = seen.failure.take().filter(|failure| !matches!(failure, Failure::Malformed { .. }));
    }
}

impl Seen {
    fn of(roots: &Roots, settings: &ResticSettings) -> Self {
        let asked = settings.password_file.as_deref().map(|password| ask(roots, settings, password));
        let failure = match asked {
            Some(Ok(Asked { runs, sources, excludes })) => {
                let one_filesystem = crossing::by_jobs(roots, &crossing::RESTIC, &sources);
                return Self { basis: Basis::Asked, runs, sources, excludes, one_filesystem, failure: None };
            }
            Some(Err(failure)) => Some(failure),
            None => None,
        };
        if Path::new(bare(&settings.repository)).is_absolute() {
            return match traces::in_repository(roots, Path::new(bare(&settings.repository))) {
                Ok(runs) => Self { basis: Basis::Files, runs, failure, ..Self::default() },
                Err(why) => Self { basis: Basis::Files, failure: failure.or(Some(why)), ..Self::default() },
            };
        }
        let unknown = || {
            Failure::malformed(
                &settings.name,
                "password_file tidak diisi, dan tidak ada cache yang menyebutnya",
            )
        };
        Self { failure: failure.or_else(|| Some(unknown())), ..Self::default() }
    }

    fn attempt(self, called: &str, holds: Option<Holds>, target: Target) -> Attempt {
        let set = BackupSet {
            name: name(called),
            tool: Tool::Restic,
            holds: holds.unwrap_or(Holds::Files),
            target,
            basis: self.basis,
            count: self.runs.len() as u64,
            oldest_at: self.runs.last().map(|run| run.at),
            // restic knows no other way.
            encrypted: Some(true),
            problems: without_files(&self.runs),
            sources: self.sources,
            excludes: self.excludes,
            one_filesystem: self.one_filesystem,
            runs: self.runs.into_iter().take(MAX_RUNS).collect(),
            ..BackupSet::default()
        };
        Attempt { set, failure: self.failure }
    }
}

/// The repository without the scheme that only says "a folder".
fn bare(repository: &str) -> &str {
    repository.strip_prefix("local:").unwrap_or(repository)
}

/// Asks, for the snapshots of this host only: another's are no backup of this one.
fn ask(roots: &Roots, settings: &ResticSettings, password: &Path) -> Result<Asked, Failure> {
    if !roots.exists(password) {
        return Err(Failure::Io {
            at: password.display().to_string(),
            why: "berkas kata sandinya tidak ada".to_owned(),
        });
    }
    let host = match &settings.host {
        Some(host) => host.clone(),
        None => system::hostname(roots)?,
    };
    asked::ask(roots, &settings.repository, password, &host)
}

/// Snapshots without a single file: restic makes them, and ends well, when a source folder is empty.
fn without_files(runs: &[Run]) -> Vec<Problem> {
    let empty = runs.iter().take(MAX_RUNS).filter(|run| run.files == Some(0));
    empty.map(|run| Problem { about: run.id.clone(), kind: ProblemKind::NoFiles }).collect()
}

impl Cache {
    /// A cache that belongs to no configured repository, as a set of its own.
    fn attempt(self) -> Attempt {
        let short: String = self.repository.chars().take(8).collect();
        let location = name(&self.folder.to_string_lossy());
        let target = Target { location, ..Target::default() };
        let seen = Seen { runs: self.runs, ..Seen::default() };
        seen.attempt(&format!("restic {short}"), None, target)
    }
}

#[cfg(test)]
mod tests;
