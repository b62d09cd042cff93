//! `backup/trees`: copies that rsync or cp keeps, where `agent.toml` names them.
//!
//! A mirror says nothing of when it was last made: what did not change is not touched. So the newest change inside
//! stands for the last run, by the clock of this host (ctime), which no copied time can feign. A mirror in which
//! nothing changes for weeks looks old, and the one who runs it may tell of each run by a hook.
//!
//! A pattern names copies beside each other, such as a folder for every day; then each is a run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::inside::{Names, inside};
use super::target::Surroundings;
use super::{Attempt, crossing, joined};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots, glob};
use crate::sensors::{Settings, TreeSettings};

/// The time one tree has: it may lie behind a server that does not answer.
const LIMIT: Duration = Duration::from_secs(120);
/// How many names are looked at in one set.
const NAMES: usize = 200_000;
/// How many of several copies are looked into, newest first; of the others the folder's own time is taken.
const LOOKED_INTO: usize = 3;

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    if settings.tree.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    joined(settings.tree.iter().map(|tree| attempt(roots, &surroundings, tree)).collect())
}

fn attempt(roots: &Roots, surroundings: &Surroundings, tree: &TreeSettings) -> Attempt {
    let (inner, path) = (roots.clone(), tree.path.clone());
    let seen = roots.within(&format!("files {path}"), LIMIT, move || Seen::of(&inner, &path));
    let (seen, failure) = match seen {
        Ok(seen) => (seen, None),
        Err(failure) => (Seen::default(), Some(failure)),
    };
    let place = place(&tree.path);
    let set = BackupSet {
        name: name(&tree.name),
        tool: Tool::Tree,
        holds: tree.holds.unwrap_or(Holds::Files),
        target: surroundings.target_of(roots, &place.to_string_lossy(), &tree.sources),
        basis: Basis::Files,
        count: seen.runs.len() as u64,
        oldest_at: seen.runs.last().map(|run| run.at),
        runs: seen.runs.into_iter().take(MAX_RUNS).collect(),
        encrypted: Some(surroundings.is_encrypted(roots, &place)),
        problems: seen.problems,
        sources: tree.sources.iter().map(|source| name(source)).collect(),
        one_filesystem: crossing::by_jobs(roots, &crossing::RSYNC, &tree.sources),
        ..BackupSet::default()
    };
    Attempt { set, failure }
}

/// The folder that a tree's path names, or all the folders that its pattern names lie in.
fn place(path: &str) -> PathBuf {
    if path.contains(['*', '?', '[']) { glob::fixed(path) } else { PathBuf::from(path) }
}

#[derive(Default)]
struct Seen {
    runs: Vec<Run>,
    problems: Vec<Problem>,
}

impl Seen {
    fn of(roots: &Roots, path: &str) -> Result<Self, Failure> {
        let place = place(path);
        if !roots.exists(&place) {
            // A disk that is not plugged in is not a disk without backups.
            return Err(Failure::malformed(&place.display().to_string(), "tidak ada"));
        }
        let mut folders: Vec<(Option<Timestamp>, PathBuf)> = if place == Path::new(path) {
            vec![(None, place)]
        } else {
            let found = glob::folders(roots, path)?.into_iter();
            found.map(|folder| (modified(roots, &folder), folder)).collect()
        };
        folders.sort_by(|a, b| b.cmp(a));
        let (mut seen, mut names) = (Self::default(), Names(NAMES));
        for (at, (modified, folder)) in folders.iter().enumerate() {
            seen.take(roots, folder, *modified, at < LOOKED_INTO, &mut names)?;
        }
        seen.collapsed();
        Ok(seen)
    }

    fn take(
        &mut self,
        roots: &Roots,
        folder: &Path,
        modified: Option<Timestamp>,
        is_looked_into: bool,
        names: &mut Names,
    ) -> Result<(), Failure> {
        let id = folder.file_name().map_or_else(|| "/".to_owned(), |last| name(&last.to_string_lossy()));
        let content = if is_looked_into { inside(roots, folder, names)? } else { None };
        let changed = content.as_ref().and_then(|content| content.changed);
        let Some(at) = changed.or(modified) else {
            // Nothing in it that could have a time.
            self.problems.push(Problem { about: id, kind: ProblemKind::NoFiles });
            return Ok(());
        };
        let content = content.filter(|content| content.is_all);
        let is_empty = content.as_ref().is_some_and(|content| content.files == 0);
        if is_empty {
            self.problems.push(Problem { about: id.clone(), kind: ProblemKind::NoFiles });
        }
        self.runs.push(Run {
            id,
            at,
            bytes: content.as_ref().map(|content| content.bytes),
            files: content.as_ref().map(|content| content.files),
            whole: is_empty.then_some(false),
            ..Run::default()
        });
        Ok(())
    }

    /// Whether the newest copy holds less than half of what the one before it holds.
    fn collapsed(&mut self) {
        let mut runs = self.runs.iter();
        if let (Some(newest), Some(before)) = (runs.next(), runs.next())
            && let (Some(small), Some(large)) = (newest.bytes, before.bytes)
            && small < large / 2
            && small > 0
        {
            self.problems.push(Problem { about: newest.id.clone(), kind: ProblemKind::Collapsed });
        }
    }
}

fn modified(roots: &Roots, folder: &Path) -> Option<Timestamp> {
    roots.facts(folder).ok().flatten().map(|facts| facts.modified)
}

#[cfg(test)]
mod tests {
    use patuh_protocol::backup::TargetClass;

    use super::*;
    use crate::roots::fixture;

    /// The files of a host: path, size, day of November when they were changed.
    type Files<'a> = &'a [(&'a str, u64, u32)];

    fn set(path: &str, files: Files<'_>) -> Result<BackupSet, String> {
        let times: Vec<String> = files
            .iter()
            .map(|(path, bytes, day)| {
                format!(r#""/{path}": {{"modified": "2026-11-{day:02}T00:00:00Z", "bytes": {bytes}}}"#)
            })
            .collect();
        let times = format!("{{{}}}", times.join(","));
        let mut all = vec![
            (".host/files.json", times.as_str()),
            ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
            ("srv/empty/", ""),
        ];
        all.extend(files.iter().filter(|(_, bytes, _)| *bytes > 0).map(|(path, _, _)| (*path, "")));
        let host = fixture::host(&all);
        let tree = TreeSettings {
            name: "cermin".into(),
            path: path.into(),
            sources: vec!["/var/www".into()],
            holds: None,
        };
        let settings = Settings { tree: vec![tree], ..Settings::default() };
        match read(&host.roots, &settings, Timestamp::UNIX_EPOCH) {
            Ok(Some(Reading::Backups(mut sets))) => Ok(sets.remove(0)),
            other => Err(format!("{other:?}")),
        }
    }

    fn check(
        path: &str,
        files: Files<'_>,
        runs: &[(&str, u32, Option<u64>)],
        problems: &[(&str, ProblemKind)],
    ) {
        let set = set(path, files).unwrap();
        let day = |day: &u32| format!("2026-11-{day:02}T00:00:00Z").parse().unwrap();
        let expected: Vec<(&str, Timestamp, Option<u64>)> =
            runs.iter().map(|(id, at, bytes)| (*id, day(at), *bytes)).collect();
        let found: Vec<_> = set.runs.iter().map(|run| (run.id.as_str(), run.at, run.bytes)).collect();
        assert_eq!(found, expected);
        let found: Vec<_> = set.problems.iter().map(|p| (p.about.as_str(), p.kind)).collect();
        assert_eq!(found, problems);
    }

    #[test]
    fn the_newest_change_inside_stands_for_the_last_run() {
        let files: Files<'_> =
            &[("srv/mirror/a", 10, 3), ("srv/mirror/deep/b", 5, 20), ("srv/mirror/deep", 0, 1)];
        check("/srv/mirror", files, &[("mirror", 20, Some(15))], &[]);
        let set = set("/srv/mirror", files).unwrap();
        assert_eq!((set.tool, set.holds, set.basis, set.count), (Tool::Tree, Holds::Files, Basis::Files, 1));
        assert_eq!((set.target.class, set.encrypted), (TargetClass::SameFilesystem, Some(false)));
        assert_eq!((set.target.location.as_str(), set.sources), ("/srv/mirror", vec!["/var/www".to_owned()]));
    }

    #[test]
    fn copies_beside_each_other_are_runs() {
        use ProblemKind::{Collapsed, NoFiles};
        let files: Files<'_> = &[
            ("srv/daily/18", 0, 18),
            ("srv/daily/18/a", 100, 18),
            ("srv/daily/19", 0, 19),
            ("srv/daily/19/a", 100, 19),
            ("srv/daily/20", 0, 20),
            ("srv/daily/20/a", 100, 20),
            ("srv/daily/21", 0, 21),
            ("srv/daily/21/a", 40, 21),
        ];
        let runs = [("21", 21, Some(40)), ("20", 20, Some(100)), ("19", 19, Some(100)), ("18", 18, None)];
        check("/srv/daily/*", files, &runs, &[("21", Collapsed)]);
        check("/srv/empt?", &[("srv/empty", 0, 5)], &[("empty", 5, Some(0))], &[("empty", NoFiles)]);
        check("/srv/empty", &[], &[], &[("empty", NoFiles)]);
    }

    #[test]
    fn a_tree_that_is_not_there_is_a_failure() {
        assert!(set("/media/usb/mirror", &[]).unwrap_err().contains("tidak ada"));
        let host = fixture::host(&[("etc/x", "")]);
        assert_eq!(read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap(), None);
    }
}
