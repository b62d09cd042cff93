//! `backup/…`: the backups this host knows of, one tool a file. All of it is the host's own claim.

use patuh_protocol::backup::{BackupSet, Problem, ProblemKind};
use patuh_protocol::report::Reading;

use crate::roots::Failure;
use crate::roots::lossy::name;
use crate::sensors::redact;

mod content;
pub(super) mod dumps;
pub(super) mod restic;
mod target;

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
