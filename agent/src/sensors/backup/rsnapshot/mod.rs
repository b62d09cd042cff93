//! `backup/rsnapshot`: every backup point of rsnapshot's configurations, a set each.
//!
//! A snapshot's folder proves little. When a part fails, rsnapshot puts yesterday's copy of it into today's folder
//! and touches that, and without `link_dest` a failed rsync leaves a mixture there; `daily.0` is fresh either way.
//! So every point is judged by itself: by what the log says of it in the run that touched the folder ([`log`]),
//! and by what lies inside. What a script made is as old as its newest file, since it writes anew each time; what
//! rsync copied keeps the times of its sources, and then only the folder and the log tell when that was.
//!
//! A run that never began (a source that is gone ends it all) leaves no folder, and is told as a problem until a
//! later one went well.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use self::config::{Config, Point};
use super::content::{Budget, look};
use super::inside::{Inside, Names, inside};
use super::target::Surroundings;
use super::{Attempt, joined, logtime};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

mod config;
mod log;

/// Where configurations lie: the packages' own, and those of administrators beside it.
const ETC: &str = "/etc";
const USUAL: &str = "/etc/rsnapshot.conf";
/// The most configurations.
const MAX_CONFIGS: usize = 20;
/// How much of the end of a log is read.
const LOG: u64 = 1024 * 1024;
/// The time one configuration has.
const LIMIT: Duration = Duration::from_secs(120);
/// How many names are looked at inside the snapshots of one configuration.
const NAMES: usize = 100_000;
/// How many bytes of packed dumps are unpacked for one configuration.
const BUDGET: u64 = 16 * 1024 * 1024;
/// The touch of a folder and the line that says so are no farther apart.
const APART: SignedDuration = SignedDuration::from_mins(2);
/// A run, and a lock, that has lasted longer than this is stuck.
const STUCK: SignedDuration = SignedDuration::from_hours(24);

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let names = roots.list(ETC)?.unwrap_or_default();
    let is_config = |file: &&String| file.starts_with("rsnapshot") && file.ends_with(".conf");
    let paths: Vec<PathBuf> = names.iter().filter(is_config).map(|file| Path::new(ETC).join(file)).collect();
    if paths.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let mut attempts = Vec::new();
    for path in paths.iter().take(MAX_CONFIGS) {
        attempts.extend(of_config(roots, &surroundings, path, now)?);
    }
    if attempts.is_empty() { Ok(None) } else { joined(attempts) }
}

/// The sets of one configuration.
fn of_config(
    roots: &Roots,
    surroundings: &Surroundings,
    path: &Path,
    now: Timestamp,
) -> Result<Vec<Attempt>, Failure> {
    let Some(config) = Config::read(roots, path)? else { return Ok(Vec::new()) };
    let Some(root) = config.root.clone() else { return Ok(Vec::new()) };
    let (inner, known, place) = (roots.clone(), config.clone(), root.clone());
    let work = move || Ok(seen(&inner, &known, &place, now));
    let seen = roots.within(&format!("files {}", root.display()), LIMIT, work);
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let called = if path == Path::new(USUAL) { "rsnapshot" } else { stem.as_str() };
    let attempts = config.points.iter().enumerate().map(|(at, point)| {
        let (seen, failure) = match &seen {
            Ok(seen) => (seen.get(at).cloned().unwrap_or_default(), None),
            Err(failure) => (Seen::default(), Some(failure.clone())),
        };
        let location = root.to_string_lossy();
        let mut set = seen.set(&config, point, &format!("{called} {}", point.dest));
        set.target = surroundings.target_of(roots, &location, &point.sources);
        set.encrypted = Some(surroundings.is_encrypted(roots, &root));
        Attempt { set, failure: failure.or(seen.failure) }
    });
    Ok(attempts.collect())
}

/// What is known of one backup point.
#[derive(Clone, Debug, Default)]
struct Seen {
    runs: Vec<Run>,
    problems: Vec<Problem>,
    holds: Holds,
    /// Whether there is anything but the configuration.
    has_files: bool,
    failure: Option<Failure>,
}

impl Seen {
    fn set(&self, config: &Config, point: &Point, called: &str) -> BackupSet {
        let is_sound = |run: &&Run| run.whole != Some(false);
        BackupSet {
            name: name(called),
            tool: Tool::Rsnapshot,
            holds: self.holds,
            basis: if self.has_files { Basis::Files } else { Basis::Configured },
            count: self.runs.len() as u64,
            oldest_at: self.runs.iter().filter(is_sound).map(|run| run.at).min(),
            runs: self.runs.iter().take(MAX_RUNS).cloned().collect(),
            problems: self.problems.clone(),
            sources: point.sources.iter().map(|source| name(source)).collect(),
            excludes: config.excludes(point).iter().map(|pattern| name(pattern)).collect(),
            one_filesystem: config.one_filesystem(point),
            keep_days: config.keep_days(),
            ..BackupSet::default()
        }
    }
}

/// A snapshot: a folder below the root.
struct Snapshot {
    called: String,
    folder: PathBuf,
    at: Timestamp,
    /// What the log says of the run that made it.
    run: Option<log::Run>,
}

/// What is known of every point, in their order.
fn seen(roots: &Roots, config: &Config, root: &Path, now: Timestamp) -> Vec<Seen> {
    let log = Log::read(roots, config);
    let snapshots = match snapshots(roots, config, root, &log) {
        Ok(snapshots) => snapshots,
        Err(failure) => {
            return vec![Seen { failure: Some(failure), ..Seen::default() }; config.points.len()];
        }
    };
    let locked = config.lockfile.as_ref().and_then(|lock| roots.facts(lock).ok().flatten());
    let is_locked = locked.is_some_and(|facts| now.duration_since(facts.modified) > STUCK);
    let mut names = Names(NAMES);
    let mut budget = Budget(BUDGET);
    let with_notes = |point: &Point| {
        let mut seen = of_point(roots, point, &snapshots, &mut names, &mut budget);
        let notes = [
            log.unfinished(config, now).map(|about| (about, ProblemKind::ToolFailed)),
            is_locked.then(|| ("lockfile".to_owned(), ProblemKind::StaleLock)),
            config.unread.first().map(|file| (format!("include_conf {file}"), ProblemKind::Unreadable)),
        ];
        let notes = notes.into_iter().flatten().map(|(about, kind)| Problem { about: name(&about), kind });
        seen.problems.extend(notes);
        seen
    };
    config.points.iter().map(with_notes).collect()
}

/// The snapshots below the root, newest first. A root that is not there is a failure when something was ever put
/// into it: a disk that is not plugged in is not a disk without backups.
fn snapshots(roots: &Roots, config: &Config, root: &Path, log: &Log) -> Result<Vec<Snapshot>, Failure> {
    let Some(folders) = roots.list(root)? else {
        let why = || Failure::malformed(&root.display().to_string(), "tidak ada");
        return if log.runs.is_empty() { Ok(Vec::new()) } else { Err(why()) };
    };
    let mut snapshots = Vec::new();
    for called in folders.into_iter().filter(|folder| is_snapshot(config, folder)) {
        let folder = root.join(&called);
        // One that vanished since is no failure: old ones are deleted while we look.
        let Some(facts) = roots.facts(&folder)? else { continue };
        snapshots.push(Snapshot { called, folder, at: facts.modified, run: None });
    }
    snapshots.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.called.cmp(&b.called)));
    // A run touches one folder, so each is the run of one only.
    let mut taken = BTreeSet::new();
    for snapshot in &mut snapshots {
        snapshot.run = log.that_touched(snapshot.at, &mut taken).cloned();
    }
    Ok(snapshots)
}

/// `daily.0`; not `_delete.123`, nor `.sync`, which becomes one.
fn is_snapshot(config: &Config, folder: &str) -> bool {
    let Some((level, number)) = folder.rsplit_once('.') else { return false };
    number.bytes().all(|b| b.is_ascii_digit())
        && !number.is_empty()
        && config.levels.iter().any(|known| known.name == level)
}

fn of_point(
    roots: &Roots,
    point: &Point,
    snapshots: &[Snapshot],
    names: &mut Names,
    budget: &mut Budget,
) -> Seen {
    let mut seen = Seen::default();
    if !point.sources.is_empty() {
        seen.holds = Holds::Files;
    }
    let here = snapshots.iter().map(|snapshot| (snapshot, snapshot.folder.join(&point.dest)));
    let here: Vec<_> = here.filter(|(_, folder)| roots.exists(folder)).collect();
    for (place, (snapshot, folder)) in here.iter().enumerate() {
        let id = name(&format!("{}/{}", snapshot.called, point.dest));
        let mut run = Run { id, at: snapshot.at, ..Run::default() };
        // Only the newest and the one before it are looked into: a snapshot may hold a whole server.
        let content = (place < 2).then(|| inside(roots, folder, names).ok().flatten()).flatten();
        if let Some(content) = &content {
            filled(&mut run, point, content);
        }
        judged(&mut seen, &mut run, point, snapshot, content.as_ref());
        if place == 0
            && let Some(content) = content.filter(|_| !point.scripts.is_empty())
        {
            dumps(roots, &mut seen, &mut run, &content, budget);
        }
        seen.runs.push(run);
    }
    collapsed(&mut seen);
    if is_made_anew(point) {
        // What was put back is in the snapshots before it too, and none of these is newer than the newest.
        let mut newest = Timestamp::MAX;
        for run in &mut seen.runs {
            newest = newest.min(run.at);
            run.at = newest;
        }
    }
    seen.has_files = !seen.runs.is_empty();
    seen.runs.sort_by_key(|run| Reverse(run.at));
    seen
}

fn filled(run: &mut Run, point: &Point, content: &Inside) {
    if content.is_all {
        (run.files, run.bytes) = (Some(content.files), Some(content.bytes));
    }
    if let Some(newest) = content.modified.filter(|_| is_made_anew(point) && content.is_all) {
        run.at = run.at.min(newest);
    }
}

/// Whether only scripts fill it: what they make is made anew, and what is older than that was put back.
fn is_made_anew(point: &Point) -> bool {
    point.sources.is_empty() && !point.has_remote && !point.scripts.is_empty()
}

/// What the log and a look inside say against a run.
fn judged(seen: &mut Seen, run: &mut Run, point: &Point, snapshot: &Snapshot, content: Option<&Inside>) {
    let faults = snapshot.run.iter().flat_map(|run| &run.faults);
    let worst = faults.filter_map(|fault| fault.of(point)).min_by_key(|status| *status == PARTIAL);
    run.exit = snapshot.run.as_ref().map(|_| worst.unwrap_or(0));
    let is_empty = content.is_some_and(|content| content.is_all && content.files == 0);
    let kind = match worst {
        Some(PARTIAL) => Some(ProblemKind::Incomplete),
        Some(_) => Some(ProblemKind::ToolFailed),
        None => is_empty.then_some(ProblemKind::NoFiles),
    };
    if matches!(kind, Some(ProblemKind::ToolFailed | ProblemKind::NoFiles)) {
        run.whole = Some(false);
    }
    seen.problems.extend(kind.map(|kind| Problem { about: run.id.clone(), kind }));
}

/// The status by which rsync says that not everything could be read.
const PARTIAL: i32 = 23;

/// Looks at what a script left: whether these are dumps of databases, and whether they are whole.
fn dumps(roots: &Roots, seen: &mut Seen, run: &mut Run, content: &Inside, budget: &mut Budget) {
    for (_, path, bytes) in &content.newest {
        let Ok(look) = look(roots, path, *bytes, true, budget) else { continue };
        if matches!(look.tool, Tool::PgDump | Tool::MysqlDump) {
            seen.holds = if seen.holds == Holds::Files { Holds::Both } else { Holds::Database };
        }
        let kind = match (look.is_empty, look.whole) {
            (true, _) => ProblemKind::Empty,
            (false, Some(false)) => ProblemKind::Truncated,
            (false, Some(true) | None) => continue,
        };
        run.whole = Some(false);
        seen.problems.push(Problem { about: run.id.clone(), kind });
        return;
    }
}

/// Whether the newest holds less than half of what the one before it held.
fn collapsed(seen: &mut Seen) {
    let mut sizes = seen.runs.iter().map(|run| (run.id.clone(), run.bytes));
    if let (Some((id, Some(newest))), Some((_, Some(before)))) = (sizes.next(), sizes.next())
        && newest < before / 2
    {
        seen.problems.push(Problem { about: id, kind: ProblemKind::Collapsed });
    }
}

/// The log, with its zone found out.
struct Log {
    runs: Vec<log::Run>,
    ahead: Option<SignedDuration>,
}

impl Log {
    /// The end of the log file; of the one before it when nothing was written since it was rotated.
    fn read(roots: &Roots, config: &Config) -> Self {
        let Some(path) = &config.logfile else { return Self { runs: Vec::new(), ahead: None } };
        let rotated = PathBuf::from(format!("{}.1", path.display()));
        let of_file = |path: &Path| {
            let text = roots.tail(path, LOG).ok().flatten()?;
            let (runs, last) = log::runs(&String::from_utf8_lossy(&text));
            let modified = roots.facts(path).ok().flatten().map(|facts| facts.modified);
            let ahead = last.zip(modified).and_then(|(last, modified)| logtime::ahead(last, modified));
            (!runs.is_empty()).then_some(Self { runs, ahead })
        };
        of_file(path).or_else(|| of_file(&rotated)).unwrap_or(Self { runs: Vec::new(), ahead: None })
    }

    /// The run that touched a folder at `at`, if it is none of those `taken` already.
    fn that_touched(&self, at: Timestamp, taken: &mut BTreeSet<usize>) -> Option<&log::Run> {
        let ahead = self.ahead?;
        let apart = |run: &log::Run| Some(logtime::moment(run.touched?, ahead)?.duration_since(at).abs());
        let left = self.runs.iter().enumerate().rev().filter(|(place, _)| !taken.contains(place));
        let near = left.filter_map(|(place, run)| Some((apart(run)?, place, run)));
        let (_, place, run) =
            near.min_by_key(|(apart, _, _)| *apart).filter(|(apart, _, _)| *apart <= APART)?;
        taken.insert(place);
        Some(run)
    }

    /// Why the newest run that should have backed up did not, where nothing went well since.
    fn unfinished(&self, config: &Config, now: Timestamp) -> Option<String> {
        let first = config.levels.first().map(|level| level.name.as_str());
        let makes = |run: &&log::Run| {
            if config.sync_first { run.level == "sync" } else { Some(run.level.as_str()) == first }
        };
        let newest = self.runs.iter().rfind(makes)?;
        let about = |why: &str| format!("{} {}: {why}", newest.level, newest.began);
        if let Some(why) = &newest.died {
            return Some(about(why));
        }
        let began = logtime::moment(newest.began, self.ahead?)?;
        let is_stuck = !newest.has_ended && newest.touched.is_none() && now.duration_since(began) > STUCK;
        is_stuck.then(|| about("did not end"))
    }
}

#[cfg(test)]
mod tests;
