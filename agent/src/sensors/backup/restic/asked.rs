//! What a repository answers.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::Run;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::roots::lossy::name;
use crate::roots::{Command, Failure, Roots};
use crate::sensors::redact;

/// The time a repository has to answer.
const LIMIT: Duration = Duration::from_secs(120);

/// One element of the list; one that is not understood does not cost the others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Element {
    Snapshot(Snapshot),
    Other(IgnoredAny),
}

/// A snapshot, as far as it is needed. `summary` is there since restic 0.17.
#[derive(Deserialize)]
struct Snapshot {
    time: Timestamp,
    id: String,
    #[serde(default)]
    hostname: String,
    /// What it holds, as absolute paths; what was left out, as patterns (since restic 0.9.4).
    #[serde(default)]
    paths: Option<Vec<String>>,
    #[serde(default)]
    excludes: Option<Vec<String>>,
    #[serde(default)]
    summary: Option<Summary>,
}

/// What a repository tells of one host.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The snapshots, newest first.
    pub(super) runs: Vec<Run>,
    /// What they hold, and what they leave out.
    pub(super) sources: Vec<String>,
    pub(super) excludes: Vec<String>,
}

/// Jobs of one repository may save different folders on different days. What has not been saved for longer than
/// this before the newest snapshot is no longer part of it.
const KEPT_UP: SignedDuration = SignedDuration::from_hours(8 * 24);
/// How many folders and patterns are carried.
const MAX_PATHS: usize = 100;

#[derive(Default, Deserialize)]
struct Summary {
    #[serde(default)]
    total_files_processed: Option<u64>,
    #[serde(default)]
    total_bytes_processed: Option<u64>,
    #[serde(default)]
    data_added: Option<u64>,
}

/// What `repository` tells of `host`.
pub(super) fn ask(roots: &Roots, repository: &str, password: &Path, host: &str) -> Result<Asked, Failure> {
    let question = question(repository, password);
    answered(&roots.run(&question)?, host).map_err(|what| Failure::Malformed { at: question.label, what })
}

/// What is asked.
pub(in crate::sensors::backup) fn question(repository: &str, password: &Path) -> Command {
    Command {
        label: format!("restic snapshots {}", redact::location(repository)),
        program: "restic",
        arguments: ["--no-lock", "--no-cache", "--json", "snapshots"].map(str::to_owned).to_vec(),
        environment: vec![
            ("RESTIC_REPOSITORY", repository.to_owned()),
            ("RESTIC_PASSWORD_FILE", password.display().to_string()),
            // A home that cannot be written to. ssh finds its keys by the user's entry, not by this.
            ("HOME", "/nonexistent".to_owned()),
        ],
        limit: LIMIT,
    }
}

/// The snapshots of `host` that the answer tells of, newest first.
pub(in crate::sensors::backup) fn parse(answer: &[u8], host: &str) -> Result<Vec<Run>, String> {
    answered(answer, host).map(|asked| asked.runs)
}

fn answered(answer: &[u8], host: &str) -> Result<Asked, String> {
    // A repository without snapshots answers `null` in old versions.
    let elements: Option<Vec<Element>> = serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    let snapshots = elements.unwrap_or_default().into_iter().filter_map(|element| match element {
        Element::Snapshot(snapshot) => Some(snapshot),
        Element::Other(_) => None,
    });
    let (own, others): (Vec<Snapshot>, Vec<Snapshot>) =
        snapshots.partition(|s| is_same_host(&s.hostname, host));
    if own.is_empty()
        && let Some(other) = others.first()
    {
        let count = others.len();
        return Err(format!(
            "{count} snapshots, none of host {host}; the first is of {}",
            name(&other.hostname)
        ));
    }
    let (sources, excludes) = (told(&own, |it| it.paths.as_deref()), told(&own, |it| it.excludes.as_deref()));
    let mut runs: Vec<Run> = own.into_iter().map(run).collect();
    runs.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    Ok(Asked { runs, sources, excludes })
}

/// What the snapshots that are kept up tell, each once.
fn told(snapshots: &[Snapshot], list: impl Fn(&Snapshot) -> Option<&[String]>) -> Vec<String> {
    let newest = snapshots.iter().map(|snapshot| snapshot.time).max();
    let kept_up = |it: &&Snapshot| newest.is_some_and(|newest| newest.duration_since(it.time) <= KEPT_UP);
    let lists = snapshots.iter().filter(kept_up).filter_map(list);
    let mut told: Vec<String> = lists.flatten().map(|text| name(text)).collect();
    told.sort_unstable();
    told.dedup();
    told.truncate(MAX_PATHS);
    told
}

/// `srv1` and `srv1.kab.go.id` are the same host, as one or the other may have been set at the time.
pub(in crate::sensors::backup) fn is_same_host(one: &str, other: &str) -> bool {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    one.is_empty() || short(one) == short(other)
}

fn run(snapshot: Snapshot) -> Run {
    let summary = snapshot.summary.unwrap_or_default();
    Run {
        id: name(&snapshot.id),
        at: snapshot.time,
        bytes: summary.total_bytes_processed,
        files: summary.total_files_processed,
        added_bytes: summary.data_added,
        ..Run::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run: its id, its time, its number of files.
    type Short<'a> = (&'a str, &'a str, Option<u64>);

    fn check(answer: &str, expected: Result<&[Short<'_>], &str>) {
        let runs = parse(answer.as_bytes(), "opd-srv1");
        let runs = runs.as_ref().map(|runs| {
            runs.iter().map(|run| (run.id.as_str(), run.at.to_string(), run.files)).collect::<Vec<_>>()
        });
        let expected = expected.map(|runs| runs.iter().map(|(i, t, f)| (*i, (*t).to_owned(), *f)).collect());
        assert_eq!(runs.map_err(String::as_str), expected, "{answer}");
    }

    #[test]
    fn answers_of_all_versions_are_read_newest_first() {
        check(
            r#"[{"time":"2026-11-22T10:28:30.6+07:00","paths":["/srv"],"hostname":"opd-srv1","id":"aa"},
                {"time":"2026-11-22T03:28:33Z","hostname":"OPD-SRV1.kab.go.id","id":"bb",
                 "summary":{"total_files_processed":57,"total_bytes_processed":3840857}},
                {"time":"yesterday","id":"cc"}, 7,
                {"time":"2026-11-22T05:00:00Z","hostname":"other","id":"dd"}]"#,
            Ok(&[("bb", "2026-11-22T03:28:33Z", Some(57)), ("aa", "2026-11-22T03:28:30.6Z", None)]),
        );
        check("[]", Ok(&[]));
        check("null\n", Ok(&[]));
    }

    #[test]
    fn what_is_held_is_what_is_kept_up() {
        let answer = r#"[{"time":"2026-11-22T03:00:00Z","paths":["/srv","/etc"],"excludes":["*.tmp"],"id":"aa"},
            {"time":"2026-11-15T03:00:00Z","paths":["/srv","/home"],"excludes":null,"id":"bb",
             "summary":{"data_added":4096}},
            {"time":"2025-11-15T03:00:00Z","paths":["/var/lib/lama"],"excludes":["/x"],"id":"cc"}]"#;
        let asked = answered(answer.as_bytes(), "opd-srv1").unwrap();
        assert_eq!(
            (asked.sources, asked.excludes),
            (vec!["/etc".into(), "/home".into(), "/srv".into()], vec!["*.tmp".to_owned()])
        );
        assert_eq!(asked.runs[1].added_bytes, Some(4096));
    }

    #[test]
    fn what_is_no_answer_is_explained() {
        check("Fatal", Err("expected value at line 1 column 1"));
        check(
            r#"[{"time":"2026-11-22T05:00:00Z","hostname":"other","id":"dd"}]"#,
            Err("1 snapshots, none of host opd-srv1; the first is of other"),
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = (parse(&bytes, "x"), is_same_host(&text, "x"));
            let _ = parse(format!(r#"[{{"time":"{text}","id":"x"}}]"#).as_bytes(), &text);
        }
    }
}
