//! Repositories asked and seen from outside; the last test with the real tool.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::roots::{Command, fixture};

const MOUNTS: (&str, &str) = ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
const HOSTNAME: (&str, &str) = ("proc/sys/kernel/hostname", "srv1\n");
const CACHE: &str = "root/.cache/restic/REPO/snapshots/aa/SNAP";
const RECORDED: (&str, &str) = ("etc/restic.password", "rahasia");

fn id(letter: &str) -> String {
    letter.repeat(64)
}

fn settings(repository: &str, has_password: bool) -> Settings {
    let restic = ResticSettings {
        name: "harian".into(),
        repository: repository.into(),
        password_file: has_password.then(|| "/etc/restic.password".into()),
        host: None,
        holds: None,
    };
    Settings { restic: vec![restic], ..Settings::default() }
}

/// A set, in short: its name, basis, the first letters of its snapshots, the number of its problems.
type Short<'a> = (&'a str, Basis, &'a [&'a str], usize);

fn check(files: &[(&str, &str)], settings: &Settings, expected: Result<&[Short<'_>], &str>) {
    let times = |path: &str| format!(r#""/{path}": {{"modified": "2026-11-21T18:00:00Z"}}"#);
    let recorded: Vec<String> = files.iter().map(|(path, _)| times(path)).collect();
    let recorded = format!("{{{}}}", recorded.join(","));
    let all = [files, &[MOUNTS, HOSTNAME, (".host/files.json", &recorded)]].concat();
    let host = fixture::host(&all);
    let sets = match read(&host.roots, settings, Timestamp::UNIX_EPOCH) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    };
    let short =
        |set: &BackupSet| set.runs.iter().map(|r| r.id.chars().take(2).collect()).collect::<Vec<String>>();
    let found = sets.as_ref().map(|sets| {
        sets.iter().map(|s| (s.name.as_str(), s.basis, short(s), s.problems.len())).collect::<Vec<_>>()
    });
    let expected = expected.map(|sets| {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        sets.iter()
            .map(|(name, basis, ids, problems)| (*name, *basis, owned(ids), *problems))
            .collect::<Vec<_>>()
    });
    assert_eq!(found.map_err(String::as_str), expected);
}

const ANSWER: &str = r#"[{"time":"2026-11-21T18:00:00Z","hostname":"srv1","id":"bb",
    "summary":{"total_files_processed":0,"total_bytes_processed":0}},
    {"time":"2026-11-20T18:00:00Z","hostname":"srv1","id":"cc"}]"#;
const ASKED: &str = ".host/cmd/restic_snapshots_sftp_dc_srv";

#[test]
fn a_repository_is_asked() {
    let remote = settings("sftp:u@dc:/srv", true);
    check(&[RECORDED, (ASKED, ANSWER)], &remote, Ok(&[("harian", Basis::Asked, &["bb", "cc"], 1)]));
    let failed = format!("{ASKED}.failed");
    check(
        &[RECORDED, (&failed, "kode keluar 12: wrong password")],
        &remote,
        Err("restic snapshots sftp:dc:/srv: kode keluar 12: wrong password"),
    );
    check(&[(ASKED, ANSWER)], &remote, Err("/etc/restic.password: berkas kata sandinya tidak ada"));
}

#[test]
fn the_job_tells_whether_other_file_systems_are_saved() {
    let answer = r#"[{"time":"2026-11-21T18:00:00Z","paths":["/"],"hostname":"srv1","id":"bb"}]"#;
    for (job, expected) in [("restic backup -x /", Some(true)), ("restic backup /", Some(false)), ("", None)]
    {
        let cron = format!("0 1 * * * root {job}\n");
        let host = fixture::host(&[MOUNTS, HOSTNAME, RECORDED, (ASKED, answer), ("etc/crontab", &cron)]);
        let found = read(&host.roots, &settings("sftp:u@dc:/srv", true), Timestamp::UNIX_EPOCH).unwrap();
        let Some(Reading::Backups(sets)) = found else { panic!("{found:?}") };
        assert_eq!(sets[0].one_filesystem, expected, "{job}");
    }
}

#[test]
fn a_folder_shows_its_snapshots_without_the_password() {
    let first = format!("srv/repo/snapshots/{}", id("a"));
    let files = [(first.as_str(), "x"), ("srv/repo/snapshots/half-written-tmp", "x")];
    check(&files, &settings("/srv/repo", false), Ok(&[("harian", Basis::Files, &["aa"], 0)]));
    check(&files, &settings("local:/srv/repo", false), Ok(&[("harian", Basis::Files, &["aa"], 0)]));
    // Asked in vain: what the files tell, and that it is less than it should be.
    check(&files, &settings("/srv/repo", true), Ok(&[("harian", Basis::Files, &["aa"], 1)]));
    check(&[], &settings("/srv/repo", false), Err("/srv/repo: tidak ada repositori di sana"));
}

#[test]
fn caches_speak_for_what_nobody_else_speaks_for() {
    let trace = CACHE.replace("REPO", &id("d")).replace("SNAP", &id("a"));
    let other = CACHE.replace("root/", "home/budi/").replace("REPO", &id("e")).replace("SNAP", &id("f"));
    let none = Settings::default();
    check(&[(&trace, "x")], &none, Ok(&[("restic dddddddd", Basis::Traces, &["aa"], 0)]));
    check(&[("root/.cache/restic/CACHEDIR.TAG", "x")], &none, Ok(&[]));
    // The only cache belongs to the only repository; of two nobody knows which.
    let remote = settings("sftp:u@dc:/srv", false);
    check(&[(&trace, "x")], &remote, Ok(&[("harian", Basis::Traces, &["aa"], 0)]));
    check(
        &[(&trace, "x"), (&other, "x")],
        &remote,
        Ok(&[
            ("harian", Basis::Traces, &[], 1),
            ("restic dddddddd", Basis::Traces, &["aa"], 0),
            ("restic eeeeeeee", Basis::Traces, &["ff"], 0),
        ]),
    );
    // The same snapshots in the repository itself: one set.
    let first = format!("srv/repo/snapshots/{}", id("a"));
    let files = [(first.as_str(), "x"), (trace.as_str(), "x")];
    check(&files, &settings("/srv/repo", false), Ok(&[("harian", Basis::Files, &["aa"], 0)]));
    check(&[], &remote, Err("harian: password_file tidak diisi, dan tidak ada cache yang menyebutnya"));
}

/// Every file below `folder` with its size.
fn files_below(folder: &Path) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path().display().to_string(), entry.metadata().unwrap().len());
            }
        }
    }
    found
}

#[test]
fn the_real_tool_is_asked_and_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let (repository, password) = (at("repo"), at("password"));
    fixture::lay(&password, b"rahasia");
    std::fs::create_dir(at("source")).unwrap();
    fixture::lay(&at("source/data"), b"isi");
    let roots = Roots::live();
    let restic = |arguments: &[&str]| {
        let environment = vec![
            ("RESTIC_REPOSITORY", repository.display().to_string()),
            ("RESTIC_PASSWORD_FILE", password.display().to_string()),
            ("HOME", dir.path().display().to_string()),
        ];
        let arguments = arguments.iter().map(|a| (*a).to_owned()).collect();
        let label = "restic".to_owned();
        let limit = Duration::from_secs(60);
        let command = Command { label, program: "restic", arguments, environment, limit };
        roots.run(&command).expect("restic is needed for this test; `make test` installs it")
    };
    restic(&["--no-cache", "init"]);
    restic(&["--no-cache", "backup", &at("source").display().to_string()]);
    let before = files_below(dir.path());

    let read_with = |password_file: Option<&Path>| {
        let mut settings = settings(&repository.display().to_string(), false);
        settings.restic[0].password_file = password_file.map(Path::to_owned);
        let Some(Reading::Backups(sets)) = read(&roots, &settings, Timestamp::UNIX_EPOCH).unwrap() else {
            panic!("no sets")
        };
        sets.into_iter().find(|set| set.name == "harian").unwrap()
    };
    let asked = read_with(Some(&password));
    let seen = read_with(None);
    assert_eq!((asked.basis, seen.basis), (Basis::Asked, Basis::Files));
    assert_eq!((asked.count, seen.count), (1, 1));
    assert_eq!(asked.runs[0].id, seen.runs[0].id);
    assert_eq!(
        (asked.problems, asked.target.class),
        (vec![], patuh_protocol::backup::TargetClass::SameFilesystem)
    );

    fixture::lay(&password, b"salah");
    let refused = read_with(Some(&password));
    assert_eq!((refused.basis, refused.problems[0].kind), (Basis::Files, ProblemKind::Unreadable));
    fixture::lay(&password, b"rahasia");
    assert_eq!(files_below(dir.path()), before, "reading changed the repository, or left a cache");
    assert!(std::fs::read_dir(repository.join("locks")).unwrap().next().is_none(), "a lock was left");
}
