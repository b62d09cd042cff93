//! `backup/borgmatic`: what borgmatic is configured to back up, joined with what borg's traces on this host
//! tell of it.
//!
//! borgmatic writes into repositories of borg, so this and `backup/borg` look at the same things. Each
//! repository is one set: here when only borgmatic's configuration names it, there when `agent.toml` does,
//! which then says what borgmatic's configuration knows of it ([`Job::complete`]). Its passphrase stands in the
//! same files, and is not read.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds};
use patuh_protocol::report::Reading;

use super::super::target::Surroundings;
use super::super::{Attempt, joined};
use super::Known;
use super::place::place;
use super::traces::{self, homes};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::{Settings, redact};

use config::Config;
use yaml::Value;

mod config;
mod yaml;

/// How many files of configuration are read, and how much of one.
const MAX_FILES: usize = 200;
const MAX_BYTES: u64 = 256 * 1024;
/// How deep files may include each other.
const MAX_INCLUDES: usize = 4;
/// Where borgmatic keeps when it last checked what, in a home: before version 1.9, and since.
const CHECKS: [&str; 2] = [".borgmatic/checks", ".local/state/borgmatic/checks"];

/// What borgmatic is told to do with one repository, by all of its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Job {
    /// Where the repository lies, as it is written.
    pub(super) location: String,
    label: Option<String>,
    config: Config,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let (mut jobs, failure) = configured(roots);
    if jobs.is_empty() {
        return failure.map_or(Ok(None), Err);
    }
    jobs.retain(|job| !settings.borg.iter().any(|named| place(&named.repository) == place(&job.location)));
    if jobs.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let (mut traces, _) = traces::all(roots);
    let attempts = jobs.into_iter().map(|job| {
        let mut known = Known::of(roots, &job.location, now);
        known.adopt(&mut traces);
        let called = job.label.clone().unwrap_or_else(|| redact::location(&job.location));
        let target = surroundings.target(roots, &job.location);
        let mut set = known.set(&format!("borgmatic {called}"), target);
        if set.runs.is_empty() && set.basis == Basis::Traces {
            set.basis = Basis::Configured;
        }
        job.complete(roots, &mut set);
        set.target = surroundings.target_of(roots, &job.location, &set.sources);
        Attempt { set, failure: known.into_failure() }
    });
    joined(attempts.collect())
}

/// The repositories that borgmatic is configured for, and what kept from reading a file, if anything did.
pub(super) fn configured(roots: &Roots) -> (Vec<Job>, Option<Failure>) {
    let (mut jobs, mut failure) = (Vec::<Job>::new(), None);
    for file in files(roots) {
        match tree(roots, &file, 0) {
            Ok(None) => {}
            Ok(Some(tree)) => {
                let config = Config::of(&tree);
                for (location, label) in config.repositories.clone() {
                    add(&mut jobs, Job { location, label, config: config.clone() });
                }
            }
            Err(why) => failure = failure.or(Some(why)),
        }
    }
    (jobs, failure)
}

/// Several files may write into one repository: then it holds what all of them name, and keeps for as long as
/// the most careless of them.
fn add(jobs: &mut Vec<Job>, job: Job) {
    let Some(known) = jobs.iter_mut().find(|known| place(&known.location) == place(&job.location)) else {
        jobs.push(job);
        return;
    };
    let merge = |into: &mut Vec<String>, from: Vec<String>| {
        into.extend(from);
        into.sort();
        into.dedup();
    };
    merge(&mut known.config.sources, job.config.sources);
    merge(&mut known.config.excludes, job.config.excludes);
    merge(&mut known.config.databases, job.config.databases);
    if known.config.one_filesystem != job.config.one_filesystem {
        known.config.one_filesystem = None;
    }
    known.label = known.label.take().or(job.label);
    known.config.keep_days = match (known.config.keep_days, job.config.keep_days) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
}

/// borgmatic's places, system wide and of each user ("How to set up backups", "make per-application backups").
fn files(roots: &Roots) -> Vec<PathBuf> {
    let mut bases: Vec<(PathBuf, PathBuf)> = vec![("/etc/borgmatic".into(), "/etc/borgmatic.d".into())];
    bases.extend(homes(roots).into_iter().map(|home| {
        let config = home.join(".config");
        (config.join("borgmatic"), config.join("borgmatic.d"))
    }));
    let mut files = Vec::new();
    for (folder, parts) in bases {
        files.push(folder.join("config.yaml"));
        let names = roots.list(&parts).ok().flatten().unwrap_or_default();
        let is_yaml = |name: &&String| name.ends_with(".yaml") || name.ends_with(".yml");
        files.extend(names.iter().filter(is_yaml).map(|name| parts.join(name)));
    }
    files.truncate(MAX_FILES);
    files
}

/// One file with what it includes; `None` when there is no such file.
fn tree(roots: &Roots, file: &Path, depth: usize) -> Result<Option<Value>, Failure> {
    let Some(bytes) = roots.head(file, MAX_BYTES)? else { return Ok(None) };
    let malformed = |what: String| Failure::malformed(&file.display().to_string(), &what);
    let tree = yaml::parse(&String::from_utf8_lossy(&bytes)).map_err(malformed)?;
    Ok(Some(included(roots, file, tree, depth)))
}

/// `tree` with the files that it includes in their places: `<<: !include FILE` adds the keys of a file, those
/// at hand count before them. A file that cannot be read adds nothing.
fn included(roots: &Roots, file: &Path, value: Value, depth: usize) -> Value {
    let load = |path: &str| {
        let path = file.parent().unwrap_or(Path::new("/")).join(path);
        let is_deep = depth >= MAX_INCLUDES;
        if is_deep { None } else { tree(roots, &path, depth + 1).ok().flatten() }
    };
    match value {
        Value::Include(path) => load(&path).unwrap_or_default(),
        Value::Table(entries) => {
            let mut table = Vec::new();
            for (key, value) in entries {
                match (key.as_str(), value) {
                    ("<<", merged) => {
                        if let Value::Table(more) = included(roots, file, merged, depth) {
                            // Behind those at hand: the first of a name is found.
                            table.extend(more.into_iter().map(|(key, value)| (true, key, value)));
                        }
                    }
                    (_, Value::Include(path)) => table.push((false, key, load(&path).unwrap_or_default())),
                    (_, value) => table.push((false, key, value)),
                }
            }
            table.sort_by_key(|(is_included, ..)| *is_included);
            Value::Table(table.into_iter().map(|(_, key, value)| (key, value)).collect())
        }
        other => other,
    }
}

impl Job {
    /// Says of a set of this repository what the configuration says, where the set does not know it.
    pub(super) fn complete(&self, roots: &Roots, set: &mut BackupSet) {
        let config = &self.config;
        if set.sources.is_empty() {
            set.sources.clone_from(&config.sources);
        }
        if set.excludes.is_empty() {
            set.excludes.clone_from(&config.excludes);
        }
        set.one_filesystem = set.one_filesystem.or(config.one_filesystem);
        set.databases.clone_from(&config.databases);
        set.keep_days = config.keep_days;
        set.holds = match (config.databases.is_empty(), config.sources.is_empty()) {
            (true, _) => set.holds,
            (false, true) => Holds::Database,
            (false, false) => Holds::Both,
        };
        set.checked_at = set.repository.as_deref().and_then(|id| checked_at(roots, id));
    }
}

/// When borgmatic last checked the repository: the time of the newest file it touched for that.
fn checked_at(roots: &Roots, id: &str) -> Option<Timestamp> {
    let id = name(id);
    let homes = homes(roots);
    let folders = homes.iter().flat_map(|home| CHECKS.map(|checks| home.join(checks).join(&id)));
    let mut newest = None;
    for folder in folders {
        let entries = roots.entries(&folder, |_| true).ok().flatten().unwrap_or_default();
        for entry in entries {
            newest = newest.max(match entry.kind {
                crate::roots::Kind::File => entry.modified,
                crate::roots::Kind::Folder => {
                    let inner = roots.entries(&folder.join(&entry.name), |_| true).ok().flatten();
                    inner.unwrap_or_default().iter().filter_map(|entry| entry.modified).max()
                }
                crate::roots::Kind::Other => None,
            });
        }
    }
    newest
}

#[cfg(test)]
mod tests;
