//! Dump files and archives of one pattern: what they are, and what speaks against them.
//!
//! The directory format of `pg_dump` is a folder with a `toc.dat` and a file for every table: it is one dump, of
//! the size of all of them, wherever a pattern names its `toc.dat`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;

use super::Attempt;
use super::collapse::is_collapsed;
use super::content::{Budget, Look, look};
use super::target::Surroundings;
use crate::roots::lossy::name;
use crate::roots::{Facts, Failure, Roots, glob};
use crate::sensors::DumpSettings;

/// The time one set has: it may lie behind a server that does not answer.
const LIMIT: Duration = Duration::from_secs(60);
/// A file changed this recently may still be being written; its end says nothing yet.
const SETTLED: SignedDuration = SignedDuration::from_mins(2);
/// The table of contents of the directory format.
const CONTENTS: &str = "toc.dat";
/// Where the servers keep what these dumps are of.
const OF_POSTGRESQL: [&str; 2] = ["/var/lib/postgresql", "/var/lib/pgsql"];
const OF_MYSQL: [&str; 1] = ["/var/lib/mysql"];

/// Which files of a pattern are taken.
pub(super) type Taken = fn(&Path) -> bool;

/// One dump of a set: a file, or a folder of the directory format.
struct Dump {
    path: PathBuf,
    /// The file that is looked at.
    head: PathBuf,
    facts: Facts,
    /// Its path without digits: files of one series are of one database.
    series: String,
}

/// Reads one set, with a time limit: the files of its pattern that are `taken`.
pub(super) fn attempt(
    roots: &Roots,
    surroundings: &Surroundings,
    dumps: &DumpSettings,
    taken: Taken,
    now: Timestamp,
    budget: &mut Budget,
) -> Attempt {
    let folder = glob::fixed(&dumps.glob);
    let (inner, pattern, left) = (roots.clone(), dumps.glob.clone(), budget.0);
    let work = move || {
        let mut budget = Budget(left);
        let seen = Seen::of(&inner, &pattern, taken, now, &mut budget)?;
        Ok((seen, budget))
    };
    let (seen, failure) = match roots.within(&format!("files {}", dumps.glob), LIMIT, work) {
        Ok((seen, rest)) => {
            *budget = rest;
            (seen, None)
        }
        Err(failure) => (Seen::default(), Some(failure)),
    };
    let (recognised, beside): (_, &[&str]) = match seen.tool {
        Tool::PgDump => (Holds::Database, &OF_POSTGRESQL),
        Tool::MysqlDump => (Holds::Database, &OF_MYSQL),
        Tool::Tar | Tool::Zip => (Holds::Files, &[]),
        _ => (Holds::Unknown, &[]),
    };
    let beside: Vec<String> =
        beside.iter().filter(|data| roots.exists(data)).map(|data| (*data).to_owned()).collect();
    let set = BackupSet {
        name: name(&dumps.name),
        tool: seen.tool,
        holds: dumps.holds.unwrap_or(recognised),
        target: surroundings.target_of(roots, &folder.to_string_lossy(), &beside),
        basis: Basis::Files,
        runs: seen.runs,
        count: seen.count,
        oldest_at: seen.oldest_at,
        encrypted: seen.encrypted,
        problems: seen.problems,
        ..BackupSet::default()
    };
    Attempt { set, failure }
}

/// What the files of a set told.
struct Seen {
    tool: Tool,
    runs: Vec<Run>,
    count: u64,
    oldest_at: Option<Timestamp>,
    encrypted: Option<bool>,
    problems: Vec<Problem>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            tool: Tool::Dump,
            runs: Vec::new(),
            count: 0,
            oldest_at: None,
            encrypted: None,
            problems: Vec::new(),
        }
    }
}

impl Seen {
    fn of(
        roots: &Roots,
        pattern: &str,
        taken: Taken,
        now: Timestamp,
        budget: &mut Budget,
    ) -> Result<Self, Failure> {
        let folder = glob::fixed(pattern);
        if !roots.exists(&folder) {
            // A disk that is not plugged in is not a disk without backups.
            return Err(Failure::malformed(&folder.to_string_lossy(), "tidak ada"));
        }
        let dumps = gather(roots, pattern, taken)?;
        let mut seen = Self {
            count: dumps.len() as u64,
            oldest_at: dumps.last().map(|dump| dump.facts.modified),
            ..Self::default()
        };
        let mut series = BTreeSet::new();
        for (place, dump) in dumps.iter().enumerate().take(MAX_RUNS) {
            let id = name(&dump.path.strip_prefix(&folder).unwrap_or(&dump.path).to_string_lossy());
            let is_settled =
                !(SignedDuration::ZERO..SETTLED).contains(&now.duration_since(dump.facts.modified));
            let is_newest = series.insert(dump.series.as_str());
            let looked = look(roots, &dump.head, dump.facts.bytes, is_newest && is_settled, budget);
            let older = dumps.get(place + 1..).unwrap_or_default();
            seen.take(id, dump, looked.ok(), is_settled.then_some(older));
        }
        Ok(seen)
    }

    /// Takes the next older file. `look` is what it looks like, if it could be read; `older` are those
    /// before it, when it is done being written.
    fn take(&mut self, id: String, dump: &Dump, look: Option<Look>, older: Option<&[Dump]>) {
        let problem = match (&look, older) {
            (None, _) => Some(ProblemKind::Unreadable),
            (Some(look), Some(older)) => fault(look, dump, older),
            (Some(_), None) => None,
        };
        self.problems.extend(problem.map(|kind| Problem { about: id.clone(), kind }));
        if let Some(look) = look.filter(|look| !look.is_empty) {
            if self.tool == Tool::Dump {
                self.tool = look.tool;
            }
            self.encrypted = self.encrypted.or(look.encrypted);
        }
        let whole = look.and_then(|look| if look.is_empty { Some(false) } else { look.whole });
        let whole = whole.filter(|_| older.is_some());
        self.runs.push(Run {
            id,
            at: dump.facts.modified,
            bytes: Some(dump.facts.bytes),
            whole,
            ..Run::default()
        });
    }
}

/// What speaks against a file.
fn fault(look: &Look, dump: &Dump, older: &[Dump]) -> Option<ProblemKind> {
    if look.is_empty {
        return Some(ProblemKind::Empty);
    }
    if look.whole == Some(false) {
        return Some(ProblemKind::Truncated);
    }
    let same = older.iter().filter(|other| other.series == dump.series);
    is_collapsed(dump.facts.bytes, same.map(|other| other.facts.bytes)).then_some(ProblemKind::Collapsed)
}

/// The files of `pattern` that are `taken`, newest first.
fn gather(roots: &Roots, pattern: &str, taken: Taken) -> Result<Vec<Dump>, Failure> {
    let files = glob::files(roots, pattern)?;
    let is_contents = |path: &&PathBuf| path.file_name().is_some_and(|name| name == CONTENTS);
    let folders: BTreeSet<PathBuf> =
        files.iter().filter(is_contents).filter_map(|path| path.parent().map(Path::to_owned)).collect();
    let mut dumps = Vec::new();
    for path in files {
        let folder = path.parent().filter(|folder| folders.contains(*folder)).map(Path::to_owned);
        let is_part = folder.is_some() && !is_contents(&&path);
        if is_part || (folder.is_none() && !taken(&path)) {
            continue;
        }
        // One that vanished since is no failure: old ones are deleted while we look.
        let Some(facts) = roots.facts(&path)? else { continue };
        let facts = match &folder {
            Some(folder) => of_folder(roots, folder, facts)?,
            None => facts,
        };
        let (path, head) = (folder.unwrap_or_else(|| path.clone()), path);
        let series = path.to_string_lossy().chars().filter(|c| !c.is_ascii_digit()).collect();
        dumps.push(Dump { path, head, facts, series });
    }
    dumps.sort_by(|a, b| (b.facts.modified, &b.path).cmp(&(a.facts.modified, &a.path)));
    Ok(dumps)
}

/// The size of all files of a dump in the directory format, and when the last of them was written.
fn of_folder(roots: &Roots, folder: &Path, contents: Facts) -> Result<Facts, Failure> {
    let parts = roots.entries(folder, |name| name != CONTENTS)?.unwrap_or_default();
    Ok(parts.iter().fold(contents, |sum, part| Facts {
        bytes: sum.bytes.saturating_add(part.bytes),
        modified: part.modified.map_or(sum.modified, |at| at.max(sum.modified)),
        ..sum
    }))
}
