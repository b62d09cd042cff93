//! `backup/pbs`: what this host sends to a Proxmox Backup Server. Nothing is asked: that would need a token, and what
//! the server itself would say is for the witness on it to see.
//!
//! 1. On a host of Proxmox VE the storages of kind `pbs` name server, datastore and namespace, and whether there is a
//!    key ([`super::vzdump::storages`]). The logs of the node's tasks tell which snapshots were finished ([`told`]),
//!    by the ids that the datastore knows them by, so that a witness can meet them. One set per guest and storage.
//! 2. On any other host the client's list of repositories, and the jobs that call it, tell as much as can be known
//!    without a token ([`client`]). When a backup was made they do not tell; that is in `backup/plans`.
//!
//! A log remembers snapshots that the server has thinned out since, so the oldest that is still there is not known.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::target::Surroundings;
use super::vzdump::jobs;
use super::vzdump::log::{End, Guest, Log};
use super::vzdump::storages::{Server, Storage, storages};
use super::vzdump::tasks;
use super::{Attempt, joined};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

mod client;

/// How many logs are read, newest first, and how many bytes of all of them.
const MAX_LOGS: usize = 60;
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// How many guests of one storage are carried.
const MAX_GUESTS: usize = 500;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let servers: Vec<Server> =
        storages(roots)?.unwrap_or_default().into_iter().filter_map(Storage::server).collect();
    let (clients, unreadable) = client::repositories(roots, &servers);
    if servers.is_empty() && clients.is_empty() {
        // Whoever may not look into /root cannot say that there is nothing.
        return unreadable.map_or(Ok(None), Err);
    }
    let surroundings = Surroundings::read(roots)?;
    let (backups, failure) = if servers.is_empty() { (Vec::new(), None) } else { told(roots, &servers) };
    let mut attempts = Vec::new();
    for (place, server) in servers.iter().enumerate() {
        let own = backups.iter().filter(|(storage, _)| *storage == place).map(|(_, guest)| guest);
        attempts.extend(of_server(roots, &surroundings, server, own, failure.as_ref()));
    }
    attempts.extend(clients.into_iter().map(|client| {
        let mut set = client.set();
        set.target = surroundings.target(roots, &set.target.location);
        Attempt { set, failure: None }
    }));
    joined(attempts)
}

impl Storage {
    fn server(self) -> Option<Server> {
        match self {
            Self::Server(server) => Some(server),
            Self::Folder(_) => None,
        }
    }
}

/// The backups of guests that the logs of this node tell of, newest first, each with the server it went to; and
/// what kept from reading, if anything did.
fn told(roots: &Roots, servers: &[Server]) -> (Vec<(usize, Guest)>, Option<Failure>) {
    let tasks = match tasks::backups(roots) {
        Ok(tasks) => tasks,
        Err(failure) => return (Vec::new(), Some(failure)),
    };
    let (mut backups, mut failure, mut left) = (Vec::new(), None, MAX_BYTES);
    for task in tasks.into_iter().take(MAX_LOGS) {
        let (log, read) = match log(roots, &task.log, left) {
            Ok(Some(read)) => read,
            // Old logs are cleared away; the list remembers them for longer.
            Ok(None) => continue,
            Err(why) => {
                failure = failure.or(Some(why));
                continue;
            }
        };
        left = left.saturating_sub(read);
        let Some(server) = server_of(&log, servers) else { continue };
        backups.extend(log.guests.into_iter().rev().map(|guest| (server, guest)));
        if left == 0 {
            break;
        }
    }
    (backups, failure)
}

fn log(roots: &Roots, path: &Path, limit: u64) -> Result<Option<(Log, u64)>, Failure> {
    let bytes = roots.head(path, limit)?;
    Ok(bytes.map(|bytes| (Log::of(&bytes), bytes.len() as u64)))
}

/// The server that a job wrote to: by the name of the storage it was called with; one that was called without any
/// took the node's default, which can only be a server when there is but one.
fn server_of(log: &Log, servers: &[Server]) -> Option<usize> {
    let named = |storage: &str| servers.iter().position(|server| server.id == storage);
    match (&log.storage, servers) {
        (Some(storage), _) => named(storage),
        (None, [_]) => log.guests.iter().any(|guest| guest.snapshot.is_some()).then_some(0),
        (None, _) => None,
    }
}

/// The sets of one server: one per guest; without any, what is configured. `backups` are newest first.
fn of_server<'a>(
    roots: &Roots,
    surroundings: &Surroundings,
    server: &Server,
    backups: impl Iterator<Item = &'a Guest>,
    failure: Option<&Failure>,
) -> Vec<Attempt> {
    let mut guests = BTreeMap::<&str, Vec<&Guest>>::new();
    for backup in backups {
        guests.entry(backup.guest.as_str()).or_default().push(backup);
    }
    let place = namespace(server.namespace.as_deref());
    let location = format!("{}:{}", server.host, server.datastore);
    let shown =
        if place.is_empty() { location } else { format!("{location}/{}", place.trim_end_matches('/')) };
    let frame = BackupSet {
        name: name(&format!("pbs {}", server.id)),
        tool: Tool::Pbs,
        holds: Holds::Both,
        target: surroundings.target(roots, &shown),
        basis: Basis::Configured,
        encrypted: Some(server.encrypted),
        keep_days: jobs::keeping(roots, &server.id).0.or(server.keep_days),
        ..BackupSet::default()
    };
    if guests.is_empty() {
        return vec![Attempt { set: frame, failure: failure.cloned() }];
    }
    let set = |(guest, backups): (&str, Vec<&Guest>)| Attempt {
        set: set(&frame, &place, guest, &backups),
        failure: None,
    };
    guests.into_iter().take(MAX_GUESTS).map(set).collect()
}

/// The set of one guest, its backups newest first.
fn set(frame: &BackupSet, place: &str, guest: &str, backups: &[&Guest]) -> BackupSet {
    let run = |backup: &&Guest| {
        let snapshot = backup.snapshot.as_deref().filter(|_| backup.end == End::Finished)?;
        let at = snapshot.rsplit('/').next()?.parse().ok()?;
        Some(Run {
            id: name(&format!("{place}{snapshot}")),
            at,
            bytes: backup.bytes,
            exit: Some(0),
            ..Run::default()
        })
    };
    // What failed before something succeeded is history.
    let failed =
        backups.iter().take_while(|backup| backup.end != End::Finished).filter(|b| b.end == End::Failed);
    let problems = failed.take(MAX_RUNS).map(|backup| {
        let about = backup.snapshot.as_deref().map(|snapshot| format!("{place}{snapshot}"));
        Problem { about: name(&about.unwrap_or_else(|| guest.to_owned())), kind: ProblemKind::ToolFailed }
    });
    let mut runs: Vec<Run> = backups.iter().filter_map(run).collect();
    runs.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    BackupSet {
        name: name(&format!("{} {guest}", frame.name)),
        basis: Basis::Traces,
        sources: vec![guest.to_owned()],
        count: runs.len() as u64,
        problems: problems.collect(),
        runs: runs.into_iter().take(MAX_RUNS).collect(),
        ..frame.clone()
    }
}

/// The folders of a namespace below its datastore: `a/b` lies in `ns/a/ns/b/`.
fn namespace(namespace: Option<&str>) -> String {
    let parts = namespace.unwrap_or_default().split('/').filter(|part| !part.is_empty());
    parts.map(|part| format!("ns/{part}/")).collect()
}

#[cfg(test)]
mod tests;
