//! Snapshots as the real rsnapshot 1.4.5 leaves them.

use patuh_protocol::backup::TargetClass;

use super::*;
use crate::roots::fixture;

const CONFIG: &str = "snapshot_root\t/srv/rs/root/\nretain\talpha\t3\nretain\tdaily\t7\nlogfile\t/var/log/rsnapshot.log\n\
    lockfile\t/run/rsnapshot.pid\nbackup\t/srv/src/etc/\tlocalhost/\nbackup_script\t/srv/ok.sh\tdb/\n";
const LOG: &str = include_str!("samples/mixed.log");
const DUMP: &str = "-- PostgreSQL database dump\n1\n-- PostgreSQL database dump complete\n";

/// A file of the host: its path, its content, when it was changed.
type Files<'a> = &'a [(&'a str, &'a str, &'a str)];

/// Two snapshots, the newest of which kept the script's old output.
const ROLLED_BACK: Files<'_> = &[
    ("var/log/rsnapshot.log", LOG, "2026-11-22T11:29:53Z"),
    ("srv/rs/root/alpha.0", "/", "2026-11-22T11:29:53Z"),
    ("srv/rs/root/alpha.1", "/", "2026-11-22T11:29:52Z"),
    ("srv/rs/root/alpha.0/localhost/srv/src/etc/x", "a", "2024-01-01T00:00:00Z"),
    ("srv/rs/root/alpha.1/localhost/srv/src/etc/x", "a", "2024-01-01T00:00:00Z"),
    ("srv/rs/root/alpha.0/db/dump.sql", DUMP, "2026-11-22T11:29:52Z"),
    ("srv/rs/root/alpha.1/db/dump.sql", DUMP, "2026-11-22T11:29:52Z"),
];

fn host(config: &str, files: Files<'_>) -> fixture::Host {
    let times: Vec<String> =
        files.iter().map(|(path, _, at)| format!(r#""/{path}": {{"modified": "{at}"}}"#)).collect();
    let times = format!("{{{}}}", times.join(","));
    let mut all = vec![
        ("etc/rsnapshot.conf", config),
        (".host/files.json", times.as_str()),
        ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
    ];
    // A folder comes with what lies in it.
    all.extend(files.iter().filter(|(_, text, _)| *text != "/").map(|(path, text, _)| (*path, *text)));
    fixture::host(&all)
}

fn sets(config: &str, files: Files<'_>) -> Result<Vec<BackupSet>, String> {
    let host = host(config, files);
    match read(&host.roots, &Settings::default(), "2026-11-22T12:00:00Z".parse().unwrap()) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(None) => Ok(Vec::new()),
        other => Err(format!("{other:?}")),
    }
}

fn run<'a>(
    id: &'a str,
    at: &str,
    exit: Option<i32>,
    whole: Option<bool>,
) -> (&'a str, Timestamp, Option<i32>, Option<bool>) {
    (id, at.parse().unwrap(), exit, whole)
}

fn runs(set: &BackupSet) -> Vec<(&str, Timestamp, Option<i32>, Option<bool>)> {
    set.runs.iter().map(|run| (run.id.as_str(), run.at, run.exit, run.whole)).collect()
}

fn problems(set: &BackupSet) -> Vec<(&str, ProblemKind)> {
    set.problems.iter().map(|problem| (problem.about.as_str(), problem.kind)).collect()
}

/// The log without what came after the run whose script failed.
fn until_rolled_back() -> String {
    let lines = LOG.lines().take_while(|line| !line.contains("on line 13"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_point_that_was_rolled_back_is_not_fresh_though_its_folder_is() {
    let log = until_rolled_back();
    let mut files = ROLLED_BACK.to_vec();
    files[0].1 = &log;
    let sets = sets(CONFIG, &files).unwrap();
    let [files, database] = sets.as_slice() else { panic!("{sets:?}") };
    let (now, before) = ("2026-11-22T11:29:53Z", "2026-11-22T11:29:52Z");
    assert_eq!(
        runs(files),
        [run("alpha.0/localhost", now, Some(0), None), run("alpha.1/localhost", before, Some(0), None)]
    );
    assert_eq!(problems(files), []);
    assert_eq!(
        runs(database),
        [run("alpha.0/db", before, Some(3), Some(false)), run("alpha.1/db", before, Some(0), None)]
    );
    assert_eq!(problems(database), [("alpha.0/db", ProblemKind::ToolFailed)]);
    assert_eq!((files.holds, database.holds), (Holds::Files, Holds::Database));
    assert_eq!(
        (files.name.as_str(), files.basis, files.keep_days),
        ("rsnapshot localhost", Basis::Files, Some(7))
    );
    assert_eq!((files.sources.as_slice(), files.count), (["/srv/src/etc".to_owned()].as_slice(), 2));
    assert_eq!((files.target.class, files.encrypted), (TargetClass::SameFilesystem, Some(false)));
    assert_eq!(database.target.class, TargetClass::SameHost);
}

#[test]
fn nights_in_one_second_are_told_apart() {
    let log = until_rolled_back();
    let mut files = ROLLED_BACK.to_vec();
    files[0].1 = &log;
    // As when tests run it twice in a moment: both folders bear the time of the second run.
    files[2].2 = files[1].2;
    let sets = sets(CONFIG, &files).unwrap();
    assert_eq!(problems(&sets[1]), [("alpha.0/db", ProblemKind::ToolFailed)]);
}

#[test]
fn a_run_that_never_began_is_a_problem_of_every_point() {
    let sets = sets(CONFIG, ROLLED_BACK).unwrap();
    let died = "alpha 2026-11-22T18:29:53: backup /srv/src/home/y/z localhost/";
    assert!(problems(&sets[0]).contains(&(died, ProblemKind::ToolFailed)), "{:?}", sets[0].problems);
    assert!(problems(&sets[1]).contains(&(died, ProblemKind::ToolFailed)));
    assert_eq!(sets[0].runs[0].exit, Some(0), "the one before it went well");
}

#[test]
fn without_a_log_what_a_script_left_tells_its_age_itself() {
    let old: Files<'_> = &[
        ("srv/rs/root/alpha.0", "/", "2026-11-22T00:00:00Z"),
        ("srv/rs/root/alpha.1", "/", "2026-11-21T00:00:00Z"),
        ("srv/rs/root/alpha.0/db/dump.sql", DUMP, "2026-11-01T00:00:00Z"),
        ("srv/rs/root/alpha.1/db/dump.sql", DUMP, "2026-11-01T00:00:00Z"),
        ("srv/rs/root/_delete.99", "/", "2026-11-01T00:00:00Z"),
        ("srv/rs/root/_delete.99/db/dump.sql", DUMP, "2026-11-01T00:00:00Z"),
    ];
    let sets = sets(CONFIG, old).unwrap();
    let at = "2026-11-01T00:00:00Z";
    assert_eq!(runs(&sets[1]), [run("alpha.0/db", at, None, None), run("alpha.1/db", at, None, None)]);
    assert_eq!((sets[0].basis, sets[0].count), (Basis::Configured, 0));
}

#[test]
fn what_lies_inside_speaks_against_it() {
    let check = |dump: &str, kind: ProblemKind| {
        let files: Files<'_> = &[
            ("srv/rs/root/alpha.0", "/", "2026-11-22T00:00:00Z"),
            ("srv/rs/root/alpha.0/db/dump.sql", dump, "2026-11-22T00:00:00Z"),
        ];
        let sets = sets(CONFIG, files).unwrap();
        assert_eq!(problems(&sets[1]), [("alpha.0/db", kind)], "{dump}");
        assert_eq!(sets[1].runs[0].whole, Some(false));
    };
    check("", ProblemKind::Empty);
    check("-- PostgreSQL database dump\n1\n", ProblemKind::Truncated);
    let host = host(CONFIG, &[("srv/rs/root/alpha.0", "/", "2026-11-22T00:00:00Z")]);
    std::fs::create_dir_all(host.dir.path().join("srv/rs/root/alpha.0/localhost")).unwrap();
    let Ok(Some(Reading::Backups(sets))) =
        read(&host.roots, &Settings::default(), "2026-11-22T12:00:00Z".parse().unwrap())
    else {
        panic!("no sets")
    };
    assert_eq!(problems(&sets[0]), [("alpha.0/localhost", ProblemKind::NoFiles)]);
}

#[test]
fn less_than_half_of_the_one_before_is_said() {
    let long = "x".repeat(100);
    let files: Files<'_> = &[
        ("srv/rs/root/alpha.0", "/", "2026-11-22T00:00:00Z"),
        ("srv/rs/root/daily.0", "/", "2026-11-21T00:00:00Z"),
        ("srv/rs/root/alpha.0/localhost/x", "xxx", "2026-11-22T00:00:00Z"),
        ("srv/rs/root/daily.0/localhost/x", &long, "2026-11-21T00:00:00Z"),
        ("run/rsnapshot.pid", "123", "2026-11-20T00:00:00Z"),
    ];
    let sets = sets(CONFIG, files).unwrap();
    let expected = [("alpha.0/localhost", ProblemKind::Collapsed), ("lockfile", ProblemKind::StaleLock)];
    assert_eq!(problems(&sets[0]), expected);
    assert_eq!((sets[0].runs[0].bytes, sets[0].runs[1].bytes), (Some(3), Some(100)));
}

#[test]
fn a_disk_that_is_not_there_is_no_disk_without_backups() {
    let log: Files<'_> = &[("var/log/rsnapshot.log", LOG, "2026-11-22T11:29:53Z")];
    assert!(sets(CONFIG, log).unwrap_err().contains("tidak ada"));
    assert_eq!(sets(CONFIG, &[]).unwrap()[0].basis, Basis::Configured, "it never ran");
    assert_eq!(sets("retain\talpha\t3\n", &[]).unwrap(), []);
    let plain = fixture::host(&[("etc/passwd", "")]);
    assert_eq!(read(&plain.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap(), None);
}
