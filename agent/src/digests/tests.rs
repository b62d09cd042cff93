//! Dump files that are read once, and again when they changed.

use patuh_protocol::backup::Target;

use super::*;
use crate::roots::fixture;

/// The files of a host: name, content, size as recorded, hours before [`now`].
type Files<'a> = &'a [(&'a str, &'a str, i64)];

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn host(files: Files<'_>) -> fixture::Host {
    let path = |name: &str| format!("srv/db/{name}");
    let times: Vec<String> = files
        .iter()
        .map(|(name, _, hours)| {
            let at = now() - SignedDuration::from_hours(*hours);
            format!(r#""/{}": {{"modified": "{at}"}}"#, path(name))
        })
        .collect();
    let mut all = vec![(".host/files.json".to_owned(), format!("{{{}}}", times.join(",")))];
    all.extend(files.iter().map(|(name, content, _)| (path(name), (*content).to_owned())));
    let all: Vec<(&str, &str)> =
        all.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
    fixture::host(&all)
}

fn section(files: Files<'_>) -> Vec<Section> {
    let runs = files.iter().map(|(name, content, hours)| Run {
        id: (*name).to_owned(),
        at: now() - SignedDuration::from_hours(*hours),
        bytes: Some(content.len() as u64),
        ..Run::default()
    });
    let set = BackupSet {
        tool: Tool::PgDump,
        basis: Basis::Files,
        target: Target { location: "/srv/db".to_owned(), ..Target::default() },
        runs: runs.collect(),
        ..BackupSet::default()
    };
    let outcome = Outcome::Ok(Reading::Backups(vec![set]));
    vec![Section { sensor: "backup/dumps".to_owned(), took_us: 0, outcome }]
}

const PLENTY: Budget = Budget { bytes: 1 << 20, time: Duration::from_secs(60) };

/// Which of the files have a digest, and whether it is theirs.
fn check(
    host: &fixture::Host,
    files: Files<'_>,
    budget: Budget,
    state: &Path,
    keep: bool,
    expected: &[Option<&str>],
) {
    let mut sections = section(files);
    within(&host.roots, &mut sections, budget, state, keep, now());
    let set = sets(&sections).next().unwrap();
    let found: Vec<_> = set.runs.iter().map(|run| run.digest).collect();
    let expected: Vec<_> =
        expected.iter().map(|content| content.map(|text| Digest::of(text.as_bytes()))).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_file_is_read_once_and_again_when_it_changed() {
    let state = tempfile::tempdir().unwrap();
    let files: Files<'_> = &[("a.sql", "abc", 1), ("b.sql", "defg", 2)];
    let host = host(files);
    check(&host, files, PLENTY, state.path(), true, &[Some("abc"), Some("defg")]);
    // The same size and time: it is not read again, so the change is not seen.
    fixture::lay(&host.dir.path().join("srv/db/a.sql"), b"xyz");
    check(&host, files, PLENTY, state.path(), true, &[Some("abc"), Some("defg")]);
    // Another time: it is.
    let later: Files<'_> = &[("a.sql", "xyz", 0), ("b.sql", "defg", 2)];
    let host = self::host(&[("a.sql", "xyz", 3), ("b.sql", "defg", 2)]);
    check(&host, later, PLENTY, state.path(), true, &[Some("xyz"), Some("defg")]);
}

#[test]
fn the_newest_come_first_and_the_rest_at_the_next_report() {
    let state = tempfile::tempdir().unwrap();
    let files: Files<'_> = &[("a.sql", "abcd", 3), ("b.sql", "efgh", 1), ("c.sql", "ijkl", 2)];
    let host = host(files);
    let little = Budget { bytes: 5, ..PLENTY };
    check(&host, files, little, state.path(), true, &[None, Some("efgh"), None]);
    check(&host, files, little, state.path(), true, &[None, Some("efgh"), Some("ijkl")]);
    // The largest is read too, whatever the bound.
    let least = Budget { bytes: 0, ..PLENTY };
    check(&host, files, least, state.path(), true, &[Some("abcd"), Some("efgh"), Some("ijkl")]);
}

#[test]
fn a_printed_report_reads_nothing_and_one_being_written_waits() {
    let state = tempfile::tempdir().unwrap();
    let files: Files<'_> = &[("a.sql", "abc", 1), ("b.sql", "now", 0)];
    let host = host(files);
    let mut sections = section(files);
    add(&host.roots, &mut sections, &Settings::default(), state.path(), false, now());
    assert!(sets(&sections).all(|set| set.runs.iter().all(|run| run.digest.is_none())));
    assert!(!state.path().join("digests.json").exists());
    check(&host, files, PLENTY, state.path(), true, &[Some("abc"), None]);
    add(&host.roots, &mut sections, &Settings::default(), state.path(), false, now());
    let known = sets(&sections).next().unwrap().runs[0].digest;
    assert_eq!(known, Some(Digest::of(b"abc")), "what is remembered is told");
}

#[test]
fn only_files_of_this_host_are_read() {
    let run = Run { id: "a".into(), bytes: Some(1), ..Run::default() };
    let target = Target { location: "/srv/db".into(), ..Target::default() };
    let dump = BackupSet { tool: Tool::Tar, basis: Basis::Files, target, ..BackupSet::default() };
    assert_eq!(wanted(&dump, &run).map(|wanted| wanted.path), Some(PathBuf::from("/srv/db/a")));
    let asked = BackupSet { basis: Basis::Asked, ..dump.clone() };
    let restic = BackupSet { tool: Tool::Restic, ..dump.clone() };
    let elsewhere =
        BackupSet { target: Target { location: "sftp:dc:/x".into(), ..Target::default() }, ..dump };
    assert!([asked, restic, elsewhere].iter().all(|set| wanted(set, &run).is_none()));
}

#[test]
fn a_broken_memory_is_no_memory() {
    let state = tempfile::tempdir().unwrap();
    fixture::lay(&state.path().join("digests.json"), b"{rubbish");
    let files: Files<'_> = &[("a.sql", "abc", 1)];
    check(&host(files), files, PLENTY, state.path(), true, &[Some("abc")]);
    assert_eq!(Memory::load(state.path()), Memory::load(state.path()));
    assert!(Memory::load(state.path()) != Memory::default());
}
