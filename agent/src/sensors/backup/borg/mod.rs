//! `backup/borg`: repositories of borg 1.x, asked where a passphrase is at hand, else looked at from outside.
//!
//! 1. With a passphrase file the repository is asked ([`asked`]): `--bypass-lock`, so that no lock is left
//!    should it be killed, and a home of its own, so that no cache of those who back up is touched. One thing
//!    makes borg write all the same: an index that does not know of what was committed (a power cut, a restored
//!    repository). A repository in a folder that is in that state is not asked; elsewhere it is the far side
//!    that would write, and nobody here can see it.
//! 2. Without one, or when it does not answer, a repository in a folder shows its id, whether it takes
//!    deletions, and when its last segment was written ([`repository`]).
//! 3. Of a repository elsewhere the files in the home of the user who backs up tell when its manifest was last
//!    written ([`traces`]).
//!
//! In 2 and 3 the moment is carried as a run, though no archive can be named: thinning out old archives writes
//! too. That is why these are `Files` and `Traces`, and why no witness will ever meet such a run.
//!
//! What borgmatic is configured for is told by `backup/borgmatic`, unless `agent.toml` names the repository:
//! then it is told here, with what borgmatic's configuration says of it.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Target, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::target::Surroundings;
use super::{Attempt, joined};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::{BorgSettings, Settings, system};

use asked::Asked;
use repository::Repository;

mod asked;
pub(in crate::sensors) mod borgmatic;
pub(super) mod place;
mod repository;
pub(super) mod traces;

pub(crate) use asked::Told;
pub(super) use asked::{command, told};
use place::{folder, place};
use traces::Trace;

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    read_within(asked::LIMIT, roots, settings, now)
}

/// `limit` is the time that one question to a repository has.
fn read_within(
    limit: Duration,
    roots: &Roots,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let (mut traces, unreadable) = traces::all(roots);
    if settings.borg.is_empty() && traces.is_empty() {
        // Whoever may not look into /root cannot say that there is nothing.
        return unreadable.map_or(Ok(None), Err);
    }
    let configured = borgmatic::configured(roots).0;
    let surroundings = Surroundings::read(roots)?;
    let mut attempts = Vec::new();
    for settings in &settings.borg {
        let target = surroundings.target(roots, &settings.repository);
        let mut known = Known::of(roots, &settings.repository, now);
        known.adopt(&mut traces);
        let mut attempt = named(limit, roots, settings, target, known);
        if let Some(job) = configured.iter().find(|job| place(&job.location) == place(&settings.repository)) {
            job.complete(roots, &mut attempt.set);
        }
        attempt.set.target = surroundings.target_of(roots, &settings.repository, &attempt.set.sources);
        attempts.push(attempt);
    }
    traces.retain(|trace| !configured.iter().any(|job| place(&job.location) == place(&trace.location)));
    attempts.extend(traces.into_iter().map(|trace| {
        let target = surroundings.target(roots, &trace.location);
        let mut known = Known::of(roots, &trace.location, now);
        let short: String = trace.id.chars().take(8).collect();
        known.adopt(&mut vec![trace]);
        Attempt { set: known.set(&format!("borg {short}"), target), failure: None }
    }));
    if attempts.is_empty() { Ok(None) } else { joined(attempts) }
}

/// What is known of a repository without asking it.
#[derive(Default)]
pub(super) struct Known {
    repository: Option<Repository>,
    trace: Option<Trace>,
    location: String,
    failure: Option<Failure>,
}

impl Known {
    /// What the repository at `location` shows, when it lies in a folder of this host.
    pub(super) fn of(roots: &Roots, location: &str, now: Timestamp) -> Self {
        let mut known = Self { location: location.to_owned(), ..Self::default() };
        let Some(folder) = folder(location) else { return known };
        match repository::look(roots, Path::new(&folder), now) {
            Ok(Some(repository)) => known.repository = Some(repository),
            Ok(None) => known.failure = Some(Failure::malformed(&folder, "tidak ada repositori di sana")),
            Err(failure) => known.failure = Some(failure),
        }
        known
    }

    /// Takes the traces of this repository out of `traces`: those of its id, else those of its place.
    pub(super) fn adopt(&mut self, traces: &mut Vec<Trace>) {
        let id = self.repository.as_ref().and_then(|repository| repository.id.as_deref());
        let here = place(&self.location);
        let is_own = |trace: &Trace| match id {
            Some(id) => trace.id == id,
            None => place(&trace.location) == here,
        };
        for trace in std::mem::take(traces) {
            match is_own(&trace) {
                true if self.trace.as_ref().is_none_or(|known| known.at < trace.at) => {
                    self.trace = Some(trace)
                }
                // An older repository that lay in the same place is no longer there.
                true => {}
                false => traces.push(trace),
            }
        }
    }

    /// A set of what is known. What is at hand of the repository itself counts before what is remembered of it.
    pub(super) fn set(&self, called: &str, target: Target) -> BackupSet {
        let remembered = || self.trace.as_ref().and_then(|trace| trace.at).map(repository::manifest);
        let run = match &self.repository {
            Some(repository) => repository.newest.clone(),
            None => remembered(),
        };
        let problems = self.repository.iter().filter(|repository| repository.is_stale);
        BackupSet {
            name: name(called),
            tool: Tool::Borg,
            holds: Holds::Files,
            target,
            basis: if self.repository.is_some() { Basis::Files } else { Basis::Traces },
            count: u64::from(run.is_some()),
            runs: run.into_iter().collect(),
            encrypted: self.trace.as_ref().and_then(|trace| trace.encrypted),
            problems: problems
                .map(|_| Problem { about: "lock.exclusive".to_owned(), kind: ProblemKind::StaleLock })
                .collect(),
            repository: self.id(),
            append_only: self.repository.as_ref().and_then(|repository| repository.append_only),
            ..BackupSet::default()
        }
    }

    /// Why the repository could not be looked at, if it should have been.
    pub(super) fn into_failure(self) -> Option<Failure> {
        self.failure
    }

    /// The repository's id.
    pub(super) fn id(&self) -> Option<String> {
        let seen = self.repository.as_ref().and_then(|repository| repository.id.clone());
        seen.or_else(|| self.trace.as_ref().map(|trace| name(&trace.id)))
    }
}

/// A repository of `agent.toml`.
fn named(limit: Duration, roots: &Roots, settings: &BorgSettings, target: Target, known: Known) -> Attempt {
    let mut set = known.set(&settings.name, target);
    set.holds = settings.holds.unwrap_or(Holds::Files);
    let asked = settings.passphrase_file.as_deref().map(|file| ask(limit, roots, settings, file, &known));
    let failure = match asked {
        Some(Ok(asked)) => {
            answered(&mut set, asked);
            return Attempt { set, failure: None };
        }
        Some(Err(failure)) => Some(failure),
        None => None,
    };
    let unknown = || {
        Failure::malformed(
            &settings.name,
            "passphrase_file tidak diisi, dan tidak ada jejak borg yang menyebutnya",
        )
    };
    let failure = failure.or(known.failure).or_else(|| set.runs.is_empty().then(unknown));
    Attempt { set, failure }
}

fn ask(
    limit: Duration,
    roots: &Roots,
    settings: &BorgSettings,
    passphrase: &Path,
    known: &Known,
) -> Result<Asked, Failure> {
    if !roots.exists(passphrase) {
        return Err(Failure::Io {
            at: passphrase.display().to_string(),
            why: "berkas frasa sandinya tidak ada".to_owned(),
        });
    }
    if known.repository.as_ref().is_some_and(|repository| !repository.is_settled) {
        let why = "its index does not know of all that was committed; asking would make borg write there";
        return Err(Failure::malformed(&settings.repository, why));
    }
    let host = match &settings.host {
        Some(host) => host.clone(),
        None => system::hostname(roots)?,
    };
    asked::ask(roots, settings, &host, limit)
}

/// Takes the answer of the repository itself.
fn answered(set: &mut BackupSet, asked: Asked) {
    let empty = asked.runs.iter().take(MAX_RUNS).filter(|run| run.files == Some(0));
    let empty = empty.map(|run| Problem { about: run.id.clone(), kind: ProblemKind::NoFiles });
    let unfinished = asked.unfinished.iter().take(MAX_RUNS);
    let unfinished = unfinished.map(|id| Problem { about: id.clone(), kind: ProblemKind::Incomplete });
    set.problems.extend(empty.chain(unfinished));
    set.basis = Basis::Asked;
    set.count = asked.runs.len() as u64;
    set.oldest_at = asked.runs.last().map(|run| run.at);
    set.runs = asked.runs.into_iter().take(MAX_RUNS).collect();
    set.repository = asked.repository.or_else(|| set.repository.take());
    set.encrypted = asked.encrypted;
    set.sources = asked.sources;
    set.excludes = asked.excludes;
    set.one_filesystem = asked.one_filesystem;
}

#[cfg(test)]
mod tests;
