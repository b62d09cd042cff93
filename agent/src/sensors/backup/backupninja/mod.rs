//! `backup/backupninja`: the actions of backupninja that make backups, a set each.
//!
//! An action that leaves dump files is judged by these, since the tool itself is content too easily: when
//! `pg_dumpall` fails, a fresh `gzip` of nothing (20 bytes) lies there and the log speaks of a warning. What other
//! actions made lies in repositories, and of these the log is the only witness here.

use std::path::PathBuf;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Problem, ProblemKind, Run, Target, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use self::action::{Action, Kind, Places};
use self::log::{Log, Verdict};
use super::content::Budget;
use super::target::Surroundings;
use super::{Attempt, files, joined, plans};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots, glob};
use crate::sensors::{DumpSettings, Settings};

mod action;
mod log;

/// How many bytes of packed dumps are unpacked in one reading.
const BUDGET: u64 = 32 * 1024 * 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let places = Places::read(roots);
    let Some(actions) = action::actions(roots, &places.actions)? else { return Ok(None) };
    let made = |action: &Action| action.tool(plans::tool_in);
    let actions: Vec<(Tool, Action)> =
        actions.into_iter().filter_map(|action| Some((made(&action)?, action))).collect();
    if actions.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let log = Log::read(roots, &places.logfile);
    let mut budget = Budget(BUDGET);
    let attempts = actions.iter().map(|(tool, action)| {
        let mut attempt = match action.files() {
            Some(pattern) => dumps(roots, &surroundings, action, *tool, pattern, now, &mut budget),
            None => Attempt { set: BackupSet::default(), failure: None },
        };
        described(roots, &surroundings, &mut attempt.set, *tool, action);
        told(&mut attempt.set, action, &log);
        attempt
    });
    joined(attempts.collect())
}

/// The folders in which actions leave dumps: these are told of here, with what the log says of them.
pub(super) fn folders(roots: &Roots) -> Vec<PathBuf> {
    let places = Places::read(roots);
    let actions = action::actions(roots, &places.actions).ok().flatten().unwrap_or_default();
    actions.iter().filter_map(Action::files).map(|pattern| glob::fixed(&pattern)).collect()
}

/// What lies where an action leaves its dumps.
fn dumps(
    roots: &Roots,
    surroundings: &Surroundings,
    action: &Action,
    tool: Tool,
    pattern: String,
    now: Timestamp,
    budget: &mut Budget,
) -> Attempt {
    let dumps = DumpSettings { name: action.called.clone(), glob: pattern, holds: Some(action.holds()) };
    let mut attempt = files::attempt(roots, surroundings, &dumps, |_| true, now, budget);
    if attempt.set.count == 0 {
        attempt.set.basis = Basis::Configured;
    }
    attempt.set.tool = tool;
    attempt
}

/// What the action's own file says.
fn described(roots: &Roots, surroundings: &Surroundings, set: &mut BackupSet, tool: Tool, action: &Action) {
    set.name = name(&format!("backupninja {}", action.called));
    set.tool = tool;
    set.holds = action.holds();
    set.sources = action.sources().iter().map(|path| name(path)).collect();
    set.excludes = action.excludes().iter().map(|pattern| name(pattern)).collect();
    set.databases = action.databases().iter().map(|database| name(database)).collect();
    set.keep_days = action.keep_days();
    if action.kind == Kind::Restic {
        // It knows no other way.
        set.encrypted = Some(true);
    }
    if action.files().is_none() {
        set.basis = Basis::Configured;
        set.target = match action.location() {
            Some(location) => surroundings.target_of(roots, &location, &set.sources),
            None => Target::default(),
        };
    }
}

/// What the log says. Of files it says only what speaks against them.
fn told(set: &mut BackupSet, action: &Action, log: &Log) {
    let has_files = action.files().is_some();
    for (place, (end, at)) in log.of_action(&action.path).take(MAX_RUNS).enumerate() {
        let about = name(&format!("{} {}", action.called, end.at));
        let kind = match end.verdict {
            Verdict::Success => None,
            Verdict::Warning => Some(ProblemKind::Incomplete),
            Verdict::Failed => Some(ProblemKind::ToolFailed),
        };
        if has_files {
            // Only how it ended last: the files before it are there to be looked at.
            if place == 0 {
                set.problems.extend(kind.map(|kind| Problem { about, kind }));
            }
            continue;
        }
        let Some(at) = at else { continue };
        set.basis = Basis::Traces;
        set.problems.extend(kind.map(|kind| Problem { about: about.clone(), kind }));
        set.runs.push(Run {
            id: about,
            at,
            whole: (end.verdict == Verdict::Failed).then_some(false),
            ..Run::default()
        });
    }
    if !has_files {
        set.count = set.runs.len() as u64;
        set.oldest_at = set.runs.last().map(|run| run.at);
    }
    let died = log.died.iter().map(|why| Problem { about: name(why), kind: ProblemKind::ToolFailed });
    set.problems.extend(died);
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use patuh_protocol::backup::{Holds, TargetClass};

    use super::*;
    use crate::roots::fixture;

    const LOG: &str = include_str!("samples/backupninja.log");
    const BORG: &str =
        "[source]\ninclude = /etc\n[dest]\ndirectory = /srv/borg\nhost = dc\npassphrase = rahasia\n";

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn sets(files: &[(&str, &[u8])]) -> Vec<BackupSet> {
        let times = r#"{
            "/var/log/backupninja.log": {"modified": "2026-11-21T20:46:12Z"},
            "/var/backups/postgres/vm-all.sql.gz": {"modified": "2026-11-21T20:46:12Z"}
        }"#;
        let mut all: Vec<(&str, &[u8])> = vec![
            (".host/files.json", times.as_bytes()),
            ("proc/self/mountinfo", b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
            ("var/log/backupninja.log", LOG.as_bytes()),
        ];
        all.extend(files);
        let host = fixture::host(&all);
        match read(&host.roots, &Settings::default(), "2026-11-22T03:00:00Z".parse().unwrap()) {
            Ok(Some(Reading::Backups(sets))) => sets,
            Ok(None) => Vec::new(),
            other => panic!("{other:?}"),
        }
    }

    fn problems(set: &BackupSet) -> Vec<(&str, ProblemKind)> {
        set.problems.iter().map(|problem| (problem.about.as_str(), problem.kind)).collect()
    }

    #[test]
    fn twenty_fresh_bytes_are_no_dump() {
        let empty = gzip("");
        assert_eq!(empty.len(), 20);
        let found = sets(&[
            ("etc/backup.d/30.pgsql", b"backupdir = /var/backups/postgres\n"),
            ("var/backups/postgres/vm-all.sql.gz", &empty),
        ]);
        let [set] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (set.name.as_str(), set.tool, set.holds),
            ("backupninja 30.pgsql", Tool::PgDump, Holds::Database)
        );
        let expected = [
            ("vm-all.sql.gz", ProblemKind::Empty),
            ("30.pgsql 2026-11-22T03:46:12", ProblemKind::Incomplete),
        ];
        assert_eq!(problems(set), expected);
        assert_eq!((set.runs[0].whole, set.basis), (Some(false), Basis::Files));
        assert_eq!(set.databases, ["*"]);
    }

    #[test]
    fn of_a_repository_the_log_tells() {
        let found = sets(&[
            ("etc/backup.d/10.sh", b"borg create dc:/srv/borg::x /etc\n"),
            ("etc/backup.d/20.sh", b"restic backup /etc\n"),
            ("etc/backup.d/90.borg", BORG.as_bytes()),
            ("etc/backup.d/95.sh", b"echo halo\n"),
        ]);
        let [first, second, third] = found.as_slice() else { panic!("{found:?}") };
        let at = "2026-11-21T20:46:11Z".parse().unwrap();
        let run = |set: &BackupSet| set.runs.iter().map(|run| (run.at, run.whole)).collect::<Vec<_>>();
        assert_eq!((first.tool, run(first), first.basis), (Tool::Borg, vec![(at, None)], Basis::Traces));
        assert_eq!((second.tool, run(second)), (Tool::Restic, vec![(at, Some(false))]));
        assert_eq!(problems(second), [("20.sh 2026-11-22T03:46:11", ProblemKind::ToolFailed)]);
        assert_eq!((third.tool, run(third), third.basis), (Tool::Borg, vec![], Basis::Configured));
        assert_eq!((third.target.class, third.target.host.as_deref()), (TargetClass::OtherHost, Some("dc")));
        assert_eq!((third.sources.as_slice(), third.keep_days), (["/etc".to_owned()].as_slice(), Some(30)));
    }

    #[test]
    fn nothing_there_is_nothing() {
        assert_eq!(sets(&[("etc/backup.d/README", b"")]), []);
        assert_eq!(sets(&[]), []);
    }

    #[test]
    fn its_folders_are_left_to_it() {
        let host = fixture::host(&[("etc/backup.d/30.mysql", "sqldump = yes\n")]);
        assert_eq!(folders(&host.roots), [PathBuf::from("/var/backups/mysql/sqldump")]);
    }
}
