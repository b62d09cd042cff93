//! `backup/bareos`: what a client of Bareos or Bacula can know of its backups. The catalogue is the director's: the
//! client neither knows which folders a job takes nor where its volumes lie. It knows
//!
//! 1. which directors may call it ([`config`]): without more, one set that is only configured;
//! 2. the last ten jobs it took part in ([`state`]): one set per job, whose runs are its own traces.
//!
//! Whether the daemon runs is told by `units`. What a job holds and which host keeps it an administrator may say in
//! `agent.toml`; otherwise both are not known, and are not guessed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::target::Surroundings;
use super::{Attempt, joined};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::{BareosSettings, Settings};

use config::Config;
use state::Job;

mod config;
mod state;

/// The most that is read of a state file.
const MAX_STATE: u64 = 64 * 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let configs = config::read(roots)?;
    if configs.is_empty() && settings.bareos.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let mut told: Vec<&BareosSettings> = settings.bareos.iter().collect();
    let mut attempts = Vec::new();
    for config in &configs {
        let (jobs, failure) = jobs(roots, config);
        if jobs.is_empty() && told.is_empty() {
            let called = name(&format!("bareos {}", config.directors.join(", ")));
            let set = BackupSet { name: called, encrypted: config.encrypted, ..configured() };
            attempts.push(Attempt { set, failure });
            continue;
        }
        for (called, jobs) in jobs {
            let own = told.iter().position(|told| told.job == called).map(|own| told.swap_remove(own));
            let mut set = set(&called, &jobs, config.encrypted);
            describe(roots, &surroundings, &mut set, own);
            attempts.push(Attempt { set, failure: None });
        }
    }
    for told in told {
        let mut set = BackupSet { name: name(&format!("bareos {}", told.job)), ..configured() };
        describe(roots, &surroundings, &mut set, Some(told));
        let failure = Failure::malformed(&told.job, "klien tidak mengingat pekerjaan itu");
        attempts.push(Attempt { set, failure: Some(failure) });
    }
    attempts.sort_by(|a, b| a.set.name.cmp(&b.set.name));
    joined(attempts)
}

fn configured() -> BackupSet {
    BackupSet { tool: Tool::Bareos, basis: Basis::Configured, ..BackupSet::default() }
}

/// The backups that the client remembers, by the names of their jobs, newest first; and what kept from reading.
fn jobs(roots: &Roots, config: &Config) -> (BTreeMap<String, Vec<Job>>, Option<Failure>) {
    let (mut jobs, mut failure) = (BTreeMap::<String, Vec<Job>>::new(), None);
    // `bareos-fd.9102.state`; a director's own on the same host tells of other clients' jobs.
    let is_state = |file: &&String| file.contains("-fd.") && file.ends_with(".state");
    let files = roots.list(&config.working).unwrap_or_else(|why| {
        failure = Some(why);
        None
    });
    for file in files.unwrap_or_default().iter().filter(is_state) {
        match roots.head(&config.working.join(file), MAX_STATE) {
            Ok(bytes) => {
                let found = state::jobs(&bytes.unwrap_or_default()).unwrap_or_default();
                for job in found.into_iter().filter(|job| job.kind == b'B') {
                    jobs.entry(called(&job.id).to_owned()).or_default().push(job);
                }
            }
            Err(why) => failure = failure.or(Some(why)),
        }
    }
    for jobs in jobs.values_mut() {
        jobs.sort_by(|a, b| (b.ended, &b.id).cmp(&(a.ended, &a.id)));
        jobs.dedup();
    }
    (jobs, failure)
}

/// The job's name: `harian` of `harian.2026-11-21_19.05.00_04`.
fn called(id: &str) -> &str {
    let is_date = |text: &str| {
        let shape = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c });
        shape.collect::<String>() == "0000-00-00"
    };
    let mut dots = id.match_indices('.').map(|(at, _)| at);
    let dated = dots.find(|at| id.get(at + 1..at + 11).is_some_and(is_date));
    dated.and_then(|at| id.get(..at)).filter(|called| !called.is_empty()).unwrap_or(id)
}

/// The set of one job. `jobs` are newest first.
fn set(called: &str, jobs: &[Job], encrypted: Option<bool>) -> BackupSet {
    let about = |job: &Job, kind| Problem { about: name(&job.id), kind };
    // Of one that was broken off there is nothing to count on; what failed before another went well is history.
    let failed = jobs.iter().take_while(|job| !job.is_well()).map(|job| about(job, ProblemKind::ToolFailed));
    let lacking = jobs.iter().filter(|job| job.is_well()).filter_map(|job| match job {
        Job { files: 0, level: b'F', .. } => Some(about(job, ProblemKind::NoFiles)),
        // Files that could not be read do not end a job.
        Job { errors: 0, status: b'T', .. } => None,
        _ => Some(about(job, ProblemKind::Incomplete)),
    });
    let problems = failed.chain(lacking).collect();
    let runs: Vec<Run> = jobs.iter().filter(|job| job.is_well()).map(Job::run).collect();
    BackupSet {
        name: name(&format!("bareos {called}")),
        basis: Basis::Traces,
        encrypted,
        count: runs.len() as u64,
        runs: runs.into_iter().take(MAX_RUNS).collect(),
        problems,
        ..configured()
    }
}

impl Job {
    /// Whether it came to its end: `T` well, `W` with warnings.
    const fn is_well(&self) -> bool {
        matches!(self.status, b'T' | b'W')
    }

    fn run(&self) -> Run {
        Run {
            id: name(&self.id),
            at: self.ended,
            bytes: Some(self.bytes),
            files: Some(self.files),
            exit: Some(0),
            ..Run::default()
        }
    }
}

/// Takes what an administrator says of a job.
fn describe(roots: &Roots, surroundings: &Surroundings, set: &mut BackupSet, told: Option<&BareosSettings>) {
    let Some(told) = told else { return };
    set.holds = told.holds.unwrap_or_default();
    set.sources = told.sources.iter().map(|source| name(source)).collect();
    if let Some(host) = &told.storage {
        set.target = surroundings.target(roots, &format!("{host}:/"));
        set.target.location = name(host);
    }
}

#[cfg(test)]
mod tests;
