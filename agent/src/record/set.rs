//! A set with one more run.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::digest::Digest;
use patuh_protocol::limits::MAX_RUNS;
use ring::digest::{Context, SHA256};

use super::Told;
use super::output::Output;
use crate::roots::lossy::name;
use crate::sensors::redact;

/// How many runs before it a size is compared with, and how many there must be.
const COMPARED: usize = 7;
const COMPARED_AT_LEAST: usize = 3;
/// The most databases of one set.
const MAX_DATABASES: usize = 200;

/// The file that a job made.
#[derive(Debug)]
pub(super) struct Made {
    path: PathBuf,
    /// Its size and SHA-256; `None` when it is not there.
    content: Option<(u64, Digest)>,
}

impl Made {
    /// Reads the whole file, once; a witness that finds the same bytes confirms it by its digest.
    pub(super) fn of(path: &Path) -> Result<Self, (PathBuf, io::Error)> {
        let content = match File::open(path).and_then(digest) {
            Ok(content) => Some(content),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err((path.to_owned(), error)),
        };
        Ok(Self { path: path.to_owned(), content })
    }
}

fn digest(mut file: File) -> io::Result<(u64, Digest)> {
    let (mut context, mut bytes, mut chunk) = (Context::new(&SHA256), 0, vec![0; 256 * 1024]);
    loop {
        let read = file.read(&mut chunk)?;
        let Some(new) = chunk.get(..read).filter(|new| !new.is_empty()) else { break };
        context.update(new);
        bytes += new.len() as u64;
    }
    let digest = Digest::from_bytes(context.finish().as_ref());
    Ok((bytes, digest.ok_or_else(|| io::Error::other("no digest"))?))
}

/// Adds the run that `told` and `output` speak of, and forgets the oldest where there are too many.
pub(super) fn add(set: &mut BackupSet, told: &Told, output: &Output, made: Option<&Made>, now: Timestamp) {
    let exit = told.exit.or(output.exit);
    let mut run = Run {
        id: output.id.clone().unwrap_or_else(|| now.to_string()),
        // Not of the future, should the tool's clock be another one's.
        at: output.ended_at.filter(|at| *at <= now).unwrap_or(now),
        bytes: output.bytes,
        files: output.files,
        added_bytes: output.added_bytes,
        exit,
        ..Run::default()
    };
    if let Some(made) = made {
        run.id = name(&made.path.file_name().unwrap_or_default().to_string_lossy());
        run.bytes = made.content.map(|(bytes, _)| bytes);
        run.digest = made.content.map(|(_, digest)| digest);
    }
    // The same file or snapshot told of twice is one run.
    set.runs.retain(|known| known.id != run.id);
    set.problems.retain(|problem| problem.about != run.id);
    describe(set, told, output_tool(set, told, output), output, made);
    let problem = problem(set, &run, output, made);
    set.problems.extend(problem.map(|kind| Problem { about: run.id.clone(), kind }));
    set.runs.insert(0, run);
    set.runs.truncate(MAX_RUNS);
    set.problems.retain(|problem| set.runs.iter().any(|run| run.id == problem.about));
    set.count = set.runs.iter().filter(|run| is_sound(set, run)).count() as u64;
}

fn output_tool(set: &BackupSet, told: &Told, output: &Output) -> Tool {
    told.tool.or(output.tool).unwrap_or(set.tool)
}

/// What is known of the set as a whole; what this run does not tell stays as it was.
fn describe(set: &mut BackupSet, told: &Told, tool: Tool, output: &Output, made: Option<&Made>) {
    set.name.clone_from(&told.set);
    (set.tool, set.basis) = (tool, Basis::Recorded);
    let folder = || made?.path.parent().map(|folder| folder.display().to_string());
    let told_location = told.repository.as_deref().map(redact::location);
    if let Some(location) = told_location.or_else(|| output.location.clone()).or_else(folder) {
        set.target.location = location;
    }
    set.encrypted = output.encrypted.or(set.encrypted);
    set.repository = output.repository.clone().or_else(|| set.repository.take());
    if !output.sources.is_empty() {
        set.sources.clone_from(&output.sources);
        set.excludes.clone_from(&output.excludes);
        set.one_filesystem = output.one_filesystem;
    }
    if !told.database.is_empty() {
        set.databases = told.database.iter().take(MAX_DATABASES).map(|database| name(database)).collect();
    }
    let has_files =
        matches!(tool, Tool::Restic | Tool::Borg | Tool::Rsnapshot | Tool::Tree | Tool::Duplicity);
    let has_databases = !set.databases.is_empty() || matches!(tool, Tool::PgDump | Tool::MysqlDump);
    set.holds = match (has_files, has_databases) {
        (true, true) => Holds::Both,
        (true, false) => Holds::Files,
        (false, true) => Holds::Database,
        (false, false) => Holds::Unknown,
    };
}

/// What speaks against a run. That a tool ended well is not enough: restic ends well with nothing in hand.
fn problem(set: &BackupSet, run: &Run, output: &Output, made: Option<&Made>) -> Option<ProblemKind> {
    match (run.exit, set.tool) {
        // "Some files could not be read": a snapshot was made (restic's manual, "Scripting"; borg(1)).
        (Some(3), Tool::Restic) | (Some(1), Tool::Borg) => return Some(ProblemKind::Incomplete),
        (Some(exit), _) if exit != 0 => return Some(ProblemKind::ToolFailed),
        _ => {}
    }
    if made.is_some_and(|made| made.content.is_none()) {
        return Some(ProblemKind::ToolFailed);
    }
    if made.is_some() && run.bytes == Some(0) {
        return Some(ProblemKind::Empty);
    }
    if run.files == Some(0) {
        return Some(ProblemKind::NoFiles);
    }
    if output.errors > 0 {
        return Some(ProblemKind::Incomplete);
    }
    let sound = set.runs.iter().filter(|known| is_sound(set, known)).filter_map(|known| known.bytes);
    let mut sizes: Vec<u64> = sound.take(COMPARED).collect();
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).copied().filter(|_| sizes.len() >= COMPARED_AT_LEAST)?;
    (run.bytes? < median / 2).then_some(ProblemKind::Collapsed)
}

fn is_sound(set: &BackupSet, run: &Run) -> bool {
    !set.problems.iter().any(|problem| problem.about == run.id)
}
