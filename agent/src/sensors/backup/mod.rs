//! `backup/…`: the backups this host knows of, one tool a file. All of it is the host's own claim.

use std::path::Path;
use std::time::Duration;

use patuh_protocol::backup::{BackupSet, Problem, ProblemKind, Run};
use patuh_protocol::report::Reading;

use crate::roots::lossy::name;
use crate::roots::{Command, Failure, Roots};
use crate::sensors::{BorgSettings, redact};

pub(super) mod backupninja;
pub(super) mod bareos;
pub(super) mod borg;
mod collapse;
mod content;
mod crossing;
pub(super) mod dumps;
pub(super) mod duplicity;
mod files;
mod inside;
mod logtime;
pub(super) mod pbs;
pub(super) mod pgbackrest;
pub(super) mod plans;
pub(super) mod restic;
pub(super) mod rsnapshot;
mod target;
pub(super) mod trees;
pub(super) mod vzdump;

pub(crate) use borg::Told as BorgTold;

/// A backup set and, when it could not be read as it should, why.
struct Attempt {
    set: BackupSet,
    failure: Option<Failure>,
}

/// The sets of one sensor. A set that could not be read says so by a problem of its own; only when nothing
/// at all is known the whole reading failed, so that what was known before stays.
fn joined(attempts: Vec<Attempt>) -> Result<Option<Reading>, Failure> {
    if attempts.iter().all(|attempt| attempt.failure.is_some() && attempt.set.runs.is_empty())
        && let Some(failure) = attempts.iter().find_map(|attempt| attempt.failure.clone())
    {
        return Err(failure);
    }
    let sets: Vec<BackupSet> = attempts.into_iter().map(Attempt::into_set).collect();
    Ok(super::listed(sets, Reading::Backups))
}

/// Says of sets that somebody else put together where they lie, as far as this host can see.
pub(crate) fn located(roots: &Roots, sets: &mut [BackupSet]) -> Result<(), Failure> {
    let mut placed = sets.iter_mut().filter(|set| !set.target.location.is_empty()).peekable();
    if placed.peek().is_some() {
        let surroundings = target::Surroundings::read(roots)?;
        placed.for_each(|set| set.target = surroundings.target_of(roots, &set.target.location, &set.sources));
    }
    Ok(())
}

/// The question for the snapshots of a repository of restic. Without password in sight.
pub(crate) fn restic_question(repository: &str, password: &Path) -> Command {
    restic::question(repository, password)
}

/// The snapshots of `host` that the answer tells of, newest first.
pub(crate) fn restic_answer(answer: &[u8], host: &str) -> Result<Vec<Run>, String> {
    restic::parse(answer, host)
}

/// A call of borg that asks nobody and leaves nothing in anybody's home but `home`. Without passphrase in sight.
pub(crate) fn borg_command(
    settings: &BorgSettings,
    home: &Path,
    label: String,
    arguments: &[&str],
    limit: Duration,
) -> Command {
    borg::command(settings, home, label, arguments, limit)
}

/// Whether two names are one host's: `srv1` and `srv1.kab.go.id`, as one or the other was set at the time.
pub(crate) fn is_same_host(one: &str, other: &str) -> bool {
    restic::is_same_host(one, other)
}

/// What a command line of `borg create` tells.
pub(crate) fn borg_told(line: &[String]) -> BorgTold {
    borg::told(line)
}

impl Attempt {
    fn into_set(self) -> BackupSet {
        let mut set = self.set;
        let unreadable = self.failure.map(|failure| Problem {
            about: name(&redact::text(&failure.to_string())),
            kind: ProblemKind::Unreadable,
        });
        set.problems.extend(unreadable);
        set
    }
}
