//! Drills of restic: `snapshots`, `ls`, `restore --verify`, each with `--no-lock` and without the cache of those
//! who back up.
//!
//! A repository in a folder is read as it lies. Of one elsewhere the metadata would be fetched piece by piece, so
//! there restic gets a cache in the scratch folder, which goes with it.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::backup::{Drill, Run};
use serde::Deserialize;

use super::Bench;
use super::kept::Files;
use super::sample::{Chooser, Listed, judge};
use super::trouble::{Trouble, both};
use crate::roots::job::Job;
use crate::roots::{Command, Failure};
use crate::sensors::{self, ResticSettings, redact};

/// What is read of a list of snapshots, in bytes.
const MAX_LIST: u64 = 32 * 1024 * 1024;
/// The longest line of a list that is understood, in bytes.
const MAX_LINE: u64 = 64 * 1024;

/// A line of `restic ls --json`: the snapshot first, then what it holds.
#[derive(Deserialize)]
struct Node {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    mtime: Option<Timestamp>,
}

/// Brings a sample of the newest snapshot back.
pub(super) fn hold(
    bench: &Bench<'_>,
    set: &ResticSettings,
    files: &mut Files,
    drill: &mut Drill,
) -> Result<Vec<String>, Trouble> {
    "restore sample".clone_into(&mut drill.method);
    let Some(password) = &set.password_file else {
        return Err(Trouble::Skipped("password_file tidak disebut di agent.toml".to_owned()));
    };
    let newest = newest(bench, set, password)?;
    newest.id.clone_into(&mut drill.object);
    let mut chooser = Chooser::new(bench, files);
    let list = job(bench, set, password, "ls", vec!["--json".to_owned(), newest.id.clone()]);
    bench.roots.converse(&list, None, |pipe| {
        lines(pipe, |line| {
            if let Some(listed) = node(line) {
                chooser.offer(listed);
            }
        })
    })?;
    let chosen = chooser.chosen()?;
    bench.needs(chosen.bytes())?;
    let out = bench.folder("out", None)?;
    let mut arguments =
        vec![newest.id.clone(), "--verify".to_owned(), "--target".to_owned(), out.display().to_string()];
    for listed in chosen.all() {
        arguments.extend(["--include".to_owned(), escaped(&listed.path)]);
    }
    let restore = job(bench, set, password, "restore", arguments);
    let restored = bench.roots.converse(&restore, None, |pipe| lines(pipe, |_| {}));
    both(restored.err(), judge(bench, &chosen, &out, true, files, drill))
}

/// The newest snapshot of this host: another's is no backup of this one.
fn newest(bench: &Bench<'_>, set: &ResticSettings, password: &Path) -> Result<Run, Trouble> {
    let question = Job::of(sensors::restic_question(&set.repository, password), Path::new("/"));
    let answer = bench.roots.converse(&question, None, |pipe| all(pipe, &question.label))?.output;
    let host = match &set.host {
        Some(host) => host.clone(),
        None => sensors::hostname(bench.roots)?,
    };
    let runs = sensors::restic_answer(&answer, &host).map_err(Trouble::Failed)?;
    runs.into_iter().next().ok_or_else(|| Trouble::Failed("tidak ada satu snapshot pun".to_owned()))
}

/// All that a job says, up to what a list may reasonably be.
pub(super) fn all(pipe: &mut (dyn Read + Send), label: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = pipe.take(MAX_LIST).read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|error| Failure::malformed(label, &error.to_string()))
}

fn job(bench: &Bench<'_>, set: &ResticSettings, password: &Path, what: &str, rest: Vec<String>) -> Job {
    let repository = set.repository.strip_prefix("local:").unwrap_or(&set.repository);
    let mut arguments = vec!["--no-lock".to_owned()];
    if repository.starts_with('/') {
        arguments.push("--no-cache".to_owned());
    } else {
        let cache = bench.scratch.path().join("cache");
        arguments.extend(["--cache-dir".to_owned(), cache.display().to_string()]);
    }
    arguments.push(what.to_owned());
    arguments.extend(rest);
    let command = Command {
        label: format!("restic {what} {}", redact::location(&set.repository)),
        program: "restic",
        arguments,
        environment: vec![
            ("RESTIC_REPOSITORY", set.repository.clone()),
            ("RESTIC_PASSWORD_FILE", password.display().to_string()),
            // A home that cannot be written to. ssh finds its keys by the user's entry, not by this.
            ("HOME", "/nonexistent".to_owned()),
            ("TMPDIR", bench.scratch.path().display().to_string()),
        ],
        limit: bench.left(),
    };
    Job::of(command, Path::new("/"))
}

/// A path as a pattern that matches nothing else (filepath.Match of Go).
fn escaped(path: &str) -> String {
    let mut pattern = String::new();
    for c in path.chars() {
        if matches!(c, '\\' | '*' | '?' | '[' | ']') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn node(line: &[u8]) -> Option<Listed> {
    let node: Node = serde_json::from_slice(line).ok()?;
    (node.kind == "file").then_some(Listed { path: node.path, bytes: node.size, modified: node.mtime })
}

/// Hands on every line of `pipe`, however many there are; one that is too long is passed over.
pub(super) fn lines(pipe: &mut (dyn Read + Send), mut each: impl FnMut(&[u8])) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::malformed("pipe", &error.to_string());
    let (mut pipe, mut line) = (BufReader::with_capacity(64 * 1024, pipe), Vec::new());
    loop {
        line.clear();
        if (&mut pipe).take(MAX_LINE).read_until(b'\n', &mut line).map_err(failed)? == 0 {
            return Ok(());
        }
        if line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n') {
            pipe.skip_until(b'\n').map_err(failed)?;
        } else {
            each(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, u64)>) {
        let node = node(line.as_bytes());
        assert_eq!(node.as_ref().map(|listed| (listed.path.as_str(), listed.bytes)), expected, "{line}");
    }

    #[test]
    fn files_are_told_from_all_else() {
        let time = "2026-11-22T18:33:20.320364254+07:00";
        check(
            &format!(r#"{{"name":"x","type":"file","path":"/a/x","size":4,"mtime":"{time}"}}"#),
            Some(("/a/x", 4)),
        );
        check(r#"{"name":"x","type":"file","path":"/a/x"}"#, Some(("/a/x", 0)));
        check(r#"{"name":"a","type":"dir","path":"/a","mtime":"2026-11-22T11:33:20Z"}"#, None);
        check(r#"{"time":"2026-11-22T11:33:20Z","paths":["/a"],"struct_type":"snapshot"}"#, None);
        check("Fatal", None);
    }

    #[test]
    fn a_pattern_means_the_path_itself() {
        assert_eq!(escaped(r"/a/[b]*?\.txt"), r"/a/\[b\]\*\?\\.txt");
    }

    #[test]
    fn lines_of_any_length_go_by() {
        let mut text = vec![b'x'; 3 * 64 * 1024];
        text.extend_from_slice(
            b"
one
two",
        );
        let mut seen = Vec::new();
        lines(&mut text.as_slice(), |line| seen.push(line.to_vec())).unwrap();
        assert_eq!(seen, [b"one\n".to_vec(), b"two".to_vec()]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = (node(&bytes), escaped(&text));
            let _ = node(format!(r#"{{"type":"file","path":"/x","mtime":"{text}"}}"#).as_bytes());
            let _ = lines(&mut bytes.as_slice(), |_| {});
        }
    }
}
