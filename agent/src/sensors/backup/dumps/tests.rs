//! Folders of dumps, as night after night leaves them.

use jiff::SignedDuration;
use patuh_protocol::backup::{BackupSet, Basis, Holds, ProblemKind, TargetClass, Tool};

use super::*;
use crate::roots::fixture;

const WHOLE: &str = "--\n-- PostgreSQL database dump\n--\n1\n-- PostgreSQL database dump complete\n--\n";
const CUT: &str = "--\n-- PostgreSQL database dump\n--\n1\n";

/// The files of a host: path, content, days before [`now`], size as recorded.
type Files<'a> = &'a [(&'a str, &'a str, i64, u64)];

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn host(files: Files<'_>) -> fixture::Host {
    let recorded: Vec<String> = files
        .iter()
        .map(|(path, _, days, bytes)| {
            let modified = now() - SignedDuration::from_hours(24 * days);
            format!(r#""/{path}": {{"modified": "{modified}", "bytes": {bytes}}}"#)
        })
        .collect();
    let recorded = format!("{{{}}}", recorded.join(","));
    let mut all = vec![
        (".host/files.json", recorded.as_str()),
        ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"),
    ];
    all.extend(files.iter().map(|(path, content, _, _)| (*path, *content)));
    fixture::host(&all)
}

fn told(glob: &str) -> Settings {
    let dumps = DumpSettings { name: "simpeg".into(), glob: glob.into(), holds: None };
    Settings { dumps: vec![dumps], ..Settings::default() }
}

fn sets(files: Files<'_>, settings: &Settings) -> Result<Vec<BackupSet>, String> {
    match read(&host(files).roots, settings, now()) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(None) => Ok(Vec::new()),
        other => Err(format!("{:?}", other.unwrap_err().to_string())),
    }
}

/// The problems of the only set of `files`, in words.
fn check(files: Files<'_>, expected: &[(&str, ProblemKind)]) {
    let sets = sets(files, &told("/srv/db/*.sql")).unwrap();
    let problems: Vec<_> = sets[0].problems.iter().map(|p| (p.about.as_str(), p.kind)).collect();
    assert_eq!(problems, expected);
}

#[test]
fn a_set_is_described_newest_first() {
    let sets = sets(
        &[
            ("srv/db/a-1.sql", WHOLE, 2, 90),
            ("srv/db/a-2.sql", WHOLE, 1, 100),
            ("srv/db/note.txt", "x", 0, 1),
        ],
        &told("/srv/db/*.sql"),
    )
    .unwrap();
    let [set] = sets.as_slice() else { panic!("{sets:?}") };
    assert_eq!((set.tool, set.holds, set.basis), (Tool::PgDump, Holds::Database, Basis::Files));
    assert_eq!((set.target.class, set.target.location.as_str()), (TargetClass::SameHost, "/srv/db"));
    assert_eq!((set.count, set.encrypted), (2, Some(false)));
    let runs: Vec<_> = set.runs.iter().map(|run| (run.id.as_str(), run.bytes, run.whole)).collect();
    assert_eq!(runs, [("a-2.sql", Some(100), Some(true)), ("a-1.sql", Some(90), Some(true))]);
    assert_eq!(set.oldest_at, Some(now() - SignedDuration::from_hours(48)));
}

#[test]
fn what_speaks_against_a_dump_is_said() {
    use ProblemKind::{Collapsed, Empty, Truncated};
    check(&[("srv/db/a-1.sql", WHOLE, 1, 100)], &[]);
    check(&[("srv/db/a-1.sql", CUT, 1, 100)], &[("a-1.sql", Truncated)]);
    check(&[("srv/db/a-1.sql", "", 1, 0)], &[("a-1.sql", Empty)]);
    let nights = [
        ("srv/db/a-1.sql", WHOLE, 4, 100),
        ("srv/db/a-2.sql", WHOLE, 3, 110),
        ("srv/db/a-3.sql", WHOLE, 2, 90),
    ];
    check(&[&nights[..], &[("srv/db/a-4.sql", WHOLE, 1, 49)]].concat(), &[("a-4.sql", Collapsed)]);
    check(&[&nights[..], &[("srv/db/a-4.sql", WHOLE, 1, 50)]].concat(), &[]);
    // Another database of another size is another series; two nights are too few to compare with.
    check(&[&nights[..], &[("srv/db/b-4.sql", WHOLE, 1, 1)]].concat(), &[]);
    check(&[&nights[1..], &[("srv/db/a-4.sql", WHOLE, 1, 1)]].concat(), &[]);
}

#[test]
fn a_dump_that_is_being_written_is_not_judged() {
    let sets = sets(&[("srv/db/a-1.sql", CUT, 0, 100)], &told("/srv/db/*.sql")).unwrap();
    assert_eq!((sets[0].runs[0].whole, sets[0].problems.len()), (None, 0));
    // One from the future was written by a wrong clock, not just now.
    check(&[("srv/db/a-1.sql", CUT, -1, 100)], &[("a-1.sql", ProblemKind::Truncated)]);
}

#[test]
fn usual_folders_are_looked_into_by_themselves() {
    let found = sets(
        &[
            ("var/backups/postgresql/a.sql", WHOLE, 1, 100),
            ("var/backups/postgresql/deep/b.dump", "PGDMP", 2, 100),
            ("var/backups/postgresql/md5sums", "x", 1, 1),
            ("var/backups/mysql/readme", "x", 1, 1),
        ],
        &Settings::default(),
    )
    .unwrap();
    let [set] = found.as_slice() else { panic!("{found:?}") };
    let runs: Vec<_> = set.runs.iter().map(|run| run.id.as_str()).collect();
    assert_eq!((set.name.as_str(), runs), ("/var/backups/postgresql", vec!["a.sql", "deep/b.dump"]));
    assert_eq!(sets(&[], &Settings::default()).unwrap(), []);
    // What the administrator speaks of is not found a second time.
    let told = told("/var/backups/postgresql/*.sql");
    assert_eq!(sets(&[("var/backups/postgresql/a.sql", WHOLE, 1, 100)], &told).unwrap().len(), 1);
}

#[test]
fn a_missing_folder_is_a_failure_and_an_empty_one_a_set_without_runs() {
    assert!(sets(&[], &told("/mnt/usb/db/*.sql")).unwrap_err().contains("/mnt/usb/db: tidak ada"));
    let empty = sets(&[("srv/db/readme", "", 1, 1)], &told("/srv/db/*.sql")).unwrap();
    assert_eq!((empty[0].count, empty[0].tool, empty[0].holds), (0, Tool::Dump, Holds::Unknown));
    // One that cannot be read does not hide the others.
    let mut both = told("/mnt/usb/db/*.sql");
    both.dumps.extend(told("/srv/db/*.sql").dumps);
    let sets = sets(&[("srv/db/a.sql", WHOLE, 1, 100)], &both).unwrap();
    assert_eq!(sets[0].problems[0].kind, ProblemKind::Unreadable);
    assert_eq!((sets.len(), sets[1].count), (2, 1));
}

#[test]
fn a_folder_of_the_directory_format_is_one_dump() {
    let files: Files<'_> = &[
        ("srv/db/a-1/toc.dat", "PGDMP", 2, 100),
        ("srv/db/a-1/3055.dat.gz", "x", 1, 900),
        ("srv/db/a-1/3056.dat.gz", "x", 1, 1000),
        ("srv/db/b.sql", WHOLE, 3, 50),
    ];
    let sets = sets(files, &told("/srv/db/**/*")).unwrap();
    let runs: Vec<_> = sets[0].runs.iter().map(|run| (run.id.as_str(), run.bytes, run.whole)).collect();
    assert_eq!(runs, [("a-1", Some(2000), None), ("b.sql", Some(50), Some(true))]);
    assert_eq!((sets[0].tool, sets[0].runs[0].at), (Tool::PgDump, now() - SignedDuration::from_hours(24)));
}

#[test]
fn archives_hold_files_and_dumps_lie_beside_their_databases() {
    let found =
        sets(&[("srv/db/a.sql", "PK\x05\x06 no archive any more", 1, 100)], &told("/srv/db/*.sql")).unwrap();
    assert_eq!((found[0].tool, found[0].holds), (Tool::Zip, Holds::Files));
    assert_eq!(found[0].problems[0].kind, ProblemKind::Truncated);
    let files: Files<'_> =
        &[("srv/db/a.sql", WHOLE, 1, 100), ("var/lib/postgresql/15/main/PG_VERSION", "15", 1, 3)];
    let found = sets(files, &told("/srv/db/*.sql")).unwrap();
    assert_eq!(found[0].target.class, TargetClass::SameFilesystem);
}

#[test]
fn endings_name_dumps() {
    for (file, is) in [
        ("a.sql", true),
        ("A.SQL.GZ", true),
        ("a.dump.zst.gpg", true),
        ("a.gz", false),
        ("a.sql.md5", false),
        ("a.log", false),
    ] {
        assert_eq!(is_dump(Path::new(file)), is, "{file}");
    }
}
