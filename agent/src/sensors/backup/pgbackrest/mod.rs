//! `backup/pgbackrest`: the backups that pgBackRest makes of PostgreSQL, one set per stanza and repository.
//!
//! 1. `/etc/pgbackrest` tells the stanzas, where their repositories lie and for how long backups are kept.
//! 2. A repository in a folder of this host holds `backup/STANZA/backup.info`: labels, times, sizes and the
//!    cluster's system identifier, by which a set meets its databases ([`info`]). Encrypted, only the names and
//!    times of the backups' folders are to be seen.
//! 3. Of a repository elsewhere nothing is to be seen from here. Where `agent.toml` says so (`ask = true`),
//!    `pgbackrest info` is asked: it takes no lock and, with its log switched off, writes nothing.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::target::Surroundings;
use super::{Attempt, joined};
use crate::roots::lossy::name;
use crate::roots::{Command, Failure, Kind, Roots};
use crate::sensors::{PgbackrestSettings, Settings};

use config::{Config, Repository};
use info::Info;

mod config;
mod info;

/// The time a repository has to answer.
const LIMIT: Duration = Duration::from_secs(120);
/// The most that is read of a `backup.info`.
const MAX_INFO: u64 = 16 * 1024 * 1024;
/// The file that lists backups, and its copy, which is written after it.
const INFOS: [&str; 2] = ["backup.info", "backup.info.copy"];
/// The file that a backup ends with.
const MANIFEST: &str = "backup.manifest";

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let config = config::read(roots)?.unwrap_or_default();
    let mut stanzas = config.stanzas();
    stanzas.extend(settings.pgbackrest.iter().map(|told| told.stanza.clone()));
    stanzas.sort();
    stanzas.dedup();
    if stanzas.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let of_stanza = |stanza: &String| {
        let told = settings.pgbackrest.iter().find(|told| told.stanza == *stanza);
        self::stanza(roots, &surroundings, &config, stanza, told)
    };
    joined(stanzas.iter().flat_map(of_stanza).collect())
}

/// The sets of a stanza: one per repository.
fn stanza(
    roots: &Roots,
    surroundings: &Surroundings,
    config: &Config,
    stanza: &str,
    told: Option<&PgbackrestSettings>,
) -> Vec<Attempt> {
    let mut asked = told.filter(|told| told.ask).map(|_| ask(roots, stanza));
    let repositories = config.repositories(stanza);
    let is_only = repositories.len() == 1;
    let mut attempts = Vec::new();
    for repository in repositories {
        let called = told.map_or_else(|| format!("pgbackrest {stanza}"), |told| told.name.clone());
        let called = if is_only { called } else { format!("{called} repo{}", repository.number) };
        let sources: Vec<String> = config.data(stanza).map(name).into_iter().collect();
        let mut set = BackupSet {
            name: name(&called),
            tool: Tool::Pgbackrest,
            holds: Holds::Database,
            target: surroundings.target_of(roots, &repository.location, &sources),
            basis: Basis::Configured,
            encrypted: repository.encrypted,
            keep_days: repository.keep_days,
            sources,
            databases: vec!["*".to_owned()],
            ..BackupSet::default()
        };
        let failure = match &mut asked {
            Some(Ok(infos)) => match infos.remove(&repository.number) {
                Some(info) => answered(&mut set, info),
                None => {
                    Some(Failure::malformed(stanza, &format!("tidak menyebut repo{}", repository.number)))
                }
            },
            Some(Err(failure)) => {
                looked(roots, &mut set, &repository, stanza).or_else(|| Some(failure.clone()))
            }
            None => looked(roots, &mut set, &repository, stanza),
        };
        // What pgBackRest leaves in the clear may lie on a disk that does not.
        let folder = repository.folder.as_deref().map(Path::new);
        if set.encrypted == Some(false)
            && folder.is_some_and(|folder| surroundings.is_encrypted(roots, folder))
        {
            set.encrypted = Some(true);
        }
        attempts.push(Attempt { set, failure });
    }
    attempts
}

/// Asks for `stanza`, in all of its repositories.
fn ask(roots: &Roots, stanza: &str) -> Result<std::collections::BTreeMap<u32, Info>, Failure> {
    let label = format!("pgbackrest info {}", name(stanza));
    let arguments = [
        &format!("--stanza={stanza}"),
        "--output=json",
        // Its log lies where backups write theirs.
        "--log-level-file=off",
        "--log-level-console=off",
        "--log-level-stderr=error",
        "info",
    ];
    let answer = roots.run(&Command {
        label: label.clone(),
        program: "pgbackrest",
        arguments: arguments.map(str::to_owned).to_vec(),
        environment: vec![("HOME", "/nonexistent".to_owned())],
        limit: LIMIT,
    })?;
    info::of_answer(&answer, stanza).map_err(|what| Failure::Malformed { at: label, what })
}

/// Takes the answer about one repository.
fn answered(set: &mut BackupSet, info: Info) -> Option<Failure> {
    let complaint = info.complaint.as_deref().map(|complaint| Failure::malformed(&set.name, complaint));
    set.basis = Basis::Asked;
    take(set, info);
    complaint
}

/// Looks at a repository in a folder of this host.
fn looked(roots: &Roots, set: &mut BackupSet, repository: &Repository, stanza: &str) -> Option<Failure> {
    let folder = repository.folder.as_deref()?;
    // The name of a stanza is a word (`src/config/parse.c`); whatever else stands there is no folder.
    if stanza.contains('/') {
        return None;
    }
    let (inner, folder) = (roots.clone(), Path::new(folder).join("backup").join(stanza));
    let what = format!("files {}", folder.display());
    match roots.within(&what, LIMIT, move || look(&inner, &folder)) {
        Ok((info, missing)) => {
            set.basis = Basis::Files;
            take(set, info);
            set.problems
                .extend(missing.into_iter().map(|about| Problem { about, kind: ProblemKind::Incomplete }));
            None
        }
        Err(failure) => Some(failure),
    }
}

/// What a stanza's folder shows, and the backups that are listed and not there.
fn look(roots: &Roots, folder: &Path) -> Result<(Info, Vec<String>), Failure> {
    for file in INFOS {
        let Some(bytes) = roots.head(&folder.join(file), MAX_INFO)? else { continue };
        if bytes.starts_with(info::SEALED) {
            return Ok((names(roots, folder)?, Vec::new()));
        }
        let info = info::of_file(&String::from_utf8_lossy(&bytes));
        let newest = info.runs.iter().take(MAX_RUNS);
        let missing = newest.filter(|run| !roots.exists(folder.join(&run.id).join(MANIFEST)));
        let missing = missing.map(|run| run.id.clone()).collect();
        return Ok((info, missing));
    }
    Err(Failure::malformed(&folder.display().to_string(), "tidak memuat backup.info"))
}

/// The backups of an encrypted repository, by their folders: `20261122-112845F`, those with a manifest.
fn names(roots: &Roots, folder: &Path) -> Result<Info, Failure> {
    let is_label = |name: &str| {
        let date = name.get(..15).unwrap_or_default();
        name.len() >= 16
            && name.ends_with(['F', 'D', 'I'])
            && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    };
    let entries = roots.entries(folder, is_label)?.unwrap_or_default();
    let folders = entries.into_iter().filter(|entry| entry.kind == Kind::Folder);
    let whole = folders.filter(|entry| roots.exists(folder.join(&entry.name).join(MANIFEST)));
    let runs =
        whole.filter_map(|entry| Some(Run { id: name(&entry.name), at: entry.modified?, ..Run::default() }));
    let mut runs: Vec<Run> = runs.collect();
    runs.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    Ok(Info { runs, encrypted: Some(true), ..Info::default() })
}

fn take(set: &mut BackupSet, info: Info) {
    set.encrypted = info.encrypted.or(set.encrypted);
    set.system_id = info.system_id;
    set.count = info.runs.len() as u64;
    set.oldest_at = info.runs.last().map(|run| run.at);
    set.runs = info.runs.into_iter().take(MAX_RUNS).collect();
    // `backup-error`: pages whose checksums were wrong were copied as they are.
    let damaged = info.damaged.into_iter().take(MAX_RUNS);
    set.problems.extend(damaged.map(|about| Problem { about, kind: ProblemKind::ToolFailed }));
}

#[cfg(test)]
mod tests;
