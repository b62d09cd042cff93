//! Jobs that tell of themselves, and what the next reading carries.

use patuh_protocol::backup::{Basis, Holds, ProblemKind, TargetClass};

use super::*;
use crate::roots::fixture;
use crate::sensors::ResticSettings;

const SUMMARY: &str = r#"{"message_type":"summary","total_files_processed":57,"total_bytes_processed":1000,
    "data_added":10,"snapshot_id":"SNAP"}"#;

fn at(minute: i32) -> Timestamp {
    format!("2026-11-22T01:{minute:02}:00Z").parse().unwrap()
}

fn told(set: &str, exit: Option<i32>) -> Told {
    Told { set: set.to_owned(), exit, ..Told::default() }
}

fn summary(id: &str) -> String {
    SUMMARY.replace('\n', "").replace("SNAP", id)
}

/// A state directory in which these outputs with their exit statuses were recorded, one a minute.
fn recorded(outputs: &[(&str, Option<i32>)]) -> (tempfile::TempDir, BackupSet) {
    let dir = tempfile::tempdir().unwrap();
    let mut last = BackupSet::default();
    for (minute, (output, exit)) in (0..).zip(outputs) {
        last = backup(dir.path(), &told("harian", *exit), output.as_bytes(), at(minute)).unwrap();
    }
    (dir, last)
}

/// The ids of the runs, newest first, each with what speaks against it.
fn check(outputs: &[(&str, Option<i32>)], expected: &[(&str, Option<ProblemKind>)]) {
    let (_dir, set) = recorded(outputs);
    let of = |id: &str| set.problems.iter().find(|problem| problem.about == id).map(|problem| problem.kind);
    let found: Vec<_> = set.runs.iter().map(|run| (run.id.as_str(), of(&run.id))).collect();
    assert_eq!(found, expected);
    let sound = expected.iter().filter(|(_, problem)| problem.is_none()).count();
    assert_eq!((set.count, set.basis), (sound as u64, Basis::Recorded));
}

#[test]
fn runs_are_added_newest_first() {
    let [a, b] = ["aaaaaaaa", "bbbbbbbb"].map(summary);
    check(&[(&a, Some(0)), (&b, None)], &[("bbbbbbbb", None), ("aaaaaaaa", None)]);
    check(&[(&a, Some(0)), (&a, Some(0))], &[("aaaaaaaa", None)]);
    check(
        &[("", Some(1)), (&a, Some(3))],
        &[
            ("aaaaaaaa", Some(ProblemKind::Incomplete)),
            ("2026-11-22T01:00:00Z", Some(ProblemKind::ToolFailed)),
        ],
    );
    let none = a.replace("57", "0");
    check(&[(&none, Some(0))], &[("aaaaaaaa", Some(ProblemKind::NoFiles))]);
    let error = format!("{}\n{a}", r#"{"message_type":"error","item":"/x"}"#);
    check(&[(&error, None)], &[("aaaaaaaa", Some(ProblemKind::Incomplete))]);
}

#[test]
fn what_became_small_is_said() {
    let [a, b, c] = ["aaaaaaaa", "bbbbbbbb", "cccccccc"].map(summary);
    let small = summary("dddddddd").replace("1000", "499");
    check(
        &[(&a, None), (&b, None), (&c, None), (&small, Some(0))],
        &[
            ("dddddddd", Some(ProblemKind::Collapsed)),
            ("cccccccc", None),
            ("bbbbbbbb", None),
            ("aaaaaaaa", None),
        ],
    );
}

#[test]
fn the_history_is_bounded() {
    let failed: Vec<(&str, Option<i32>)> = vec![("", Some(1)); 50];
    let (_dir, set) = recorded(&failed);
    assert_eq!((set.runs.len(), set.problems.len(), set.count), (40, 40, 0));
    assert_eq!(set.runs.first().map(|run| run.at), Some(at(49)));
}

#[test]
fn a_file_is_known_by_its_digest() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("simpeg.dump");
    let told = Told {
        tool: Some(Tool::PgDump),
        file: Some(dump.clone()),
        database: vec!["simpeg".to_owned()],
        ..told("simpeg", Some(0))
    };
    let run = |minute| backup(dir.path(), &told, io::empty(), at(minute)).unwrap();
    assert_eq!(run(0).problems.first().map(|problem| problem.kind), Some(ProblemKind::ToolFailed), "no file");
    fixture::lay(&dump, b"");
    assert_eq!(run(1).problems.first().map(|problem| problem.kind), Some(ProblemKind::Empty));
    fixture::lay(&dump, b"abc");
    let set = run(2);
    assert_eq!((set.holds, set.databases.as_slice()), (Holds::Database, &["simpeg".to_owned()][..]));
    assert_eq!((set.problems.len(), set.runs.len(), set.runs[0].bytes), (0, 1, Some(3)));
    let digest = set.runs[0].digest.unwrap().to_string();
    assert!(digest.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "{digest}");
    assert_eq!(set.target.location, dir.path().display().to_string());
}

#[test]
fn the_next_reading_carries_it() {
    let host = fixture::host(&[("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")]);
    let read = |settings: &Settings, state: &Path| section(&host.roots, settings, state).map(|s| s.outcome);
    let (dir, set) = recorded(&[(&summary("aaaaaaaa"), Some(0))]);
    let mut settings = Settings::default();
    assert_eq!(read(&settings, dir.path()), Some(Outcome::Ok(Reading::Backups(vec![set]))));
    settings.restic.push(ResticSettings {
        name: "harian".into(),
        repository: "sftp:opd@dc:/srv".into(),
        password_file: None,
        host: None,
        holds: None,
    });
    let Some(Outcome::Ok(Reading::Backups(sets))) = read(&settings, dir.path()) else { panic!("no sets") };
    let target = &sets[0].target;
    assert_eq!((target.location.as_str(), target.host.as_deref()), ("sftp:dc:/srv", Some("dc")));
    assert_eq!(target.class, TargetClass::OtherHost);

    let empty = tempfile::tempdir().unwrap();
    assert_eq!(read(&settings, empty.path()), None, "nobody ever told anything");
    fs::remove_file(dir.path().join("recorded/harian.json")).unwrap();
    assert_eq!(read(&settings, dir.path()), Some(Outcome::Nothing), "the last set was taken away");
    fixture::lay(&dir.path().join("recorded/x.json"), b"{");
    assert_eq!(
        read(&settings, dir.path()),
        Some(Outcome::Nothing),
        "what is not understood costs only itself"
    );
}

#[test]
fn what_cannot_be_recorded_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let fails = |state: &Path, told: &Told, input: &str| {
        backup(state, told, input.as_bytes(), at(0)).unwrap_err().to_string()
    };
    let error = fails(dir.path(), &told("harian", None), "selesai\n");
    assert!(error.starts_with("tidak ada yang dapat dicatat"), "{error}");
    let error = fails(&dir.path().join("none"), &told("harian", Some(0)), "");
    assert!(error.contains("none tidak ada; pasang"), "{error}");
    std::os::unix::fs::symlink("/tmp", dir.path().join(FOLDER)).unwrap();
    let error = fails(dir.path(), &told("harian", Some(0)), "");
    assert!(error.starts_with("tidak berhak menulis"), "not through a link: {error}");
}

#[test]
fn names_are_names_of_files() {
    for good in ["harian", "Cadangan Dinkes 2", "a.b_c-d"] {
        assert_eq!(set_name(good).as_deref(), Ok(good));
    }
    for bad in ["", "../x", "a/b", ".x", "-x", "a\nb", &"x".repeat(65)] {
        assert!(set_name(bad).is_err(), "{bad}");
    }
    assert_eq!((tool("mysqldump"), tool("restic")), (Ok(Tool::MysqlDump), Ok(Tool::Restic)));
    assert!(tool("kopia").unwrap_err().contains("restic"));
}

proptest::proptest! {
    #[test]
    fn no_file_makes_the_reading_panic(bytes: Vec<u8>, name in ".*") {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(FOLDER)).unwrap();
        fixture::lay(&dir.path().join("recorded/x.json"), &bytes);
        let _ = (section(&Roots::at(dir.path()), &Settings::default(), dir.path()), set_name(&name), tool(&name));
    }
}
