//! Configurations as administrators write them; the last test with the real tool.

use std::time::Duration;

use patuh_protocol::backup::Target;

use super::*;
use crate::roots::{Command, fixture};
use crate::sensors::BorgSettings;

const MOUNTS: (&str, &str) = ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
const MAIN: (&str, &str) = (
    "etc/borgmatic/config.yaml",
    "<<: !include common.yaml\nrepositories:\n  - path: ssh://opd@dc/./dinkes\n    label: pusat data\n\
     source_directories: [/srv, /etc]\nkeep_daily: 7\npostgresql_databases: [{name: simpeg, password: rahasia}]\n",
);
const COMMON: (&str, &str) = (
    "etc/borgmatic/common.yaml",
    "keep_daily: 99\nexclude_patterns: ['*.tmp']\nencryption_passphrase: rahasia\n",
);
const PART: (&str, &str) = (
    "etc/borgmatic.d/home.yml",
    "location:\n  repositories: ['opd@dc:dinkes']\n  source_directories: [/home]\n",
);

/// A set, in short: name, basis, runs, what it holds of what, for how long it is kept, when it was checked.
fn check(files: &[(&str, &str)], settings: &Settings, expected: Result<&[&str], &str>) {
    let times = |path: &str| format!(r#""/{path}": {{"modified": "2026-11-21T18:00:00Z"}}"#);
    let recorded: Vec<String> = files.iter().map(|(path, _)| times(path)).collect();
    let recorded = format!("{{{}}}", recorded.join(","));
    let host = fixture::host(&[files, &[MOUNTS, (".host/files.json", &recorded)]].concat());
    let sets = match read(&host.roots, settings, Timestamp::UNIX_EPOCH) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    };
    let short = |set: &BackupSet| {
        let lists = [&set.sources, &set.excludes, &set.databases].map(|list| list.join(" "));
        let checked = set.checked_at.map(|at| at.to_string()).unwrap_or_default();
        let BackupSet { name, basis, runs, holds, keep_days, .. } = set;
        format!("{name} {basis:?} {} {holds:?} {} {keep_days:?} {checked}", runs.len(), lists.join(" | "))
    };
    let found = sets.map(|sets| sets.iter().map(short).collect::<Vec<_>>());
    let expected = expected.map(|sets| sets.iter().map(|set| (*set).to_owned()).collect());
    assert_eq!(found, expected.map_err(str::to_owned));
}

#[test]
fn what_is_configured_is_told() {
    let none = Settings::default();
    check(
        &[MAIN, COMMON],
        &none,
        Ok(&["borgmatic pusat data Configured 0 Both /srv /etc | *.tmp | simpeg Some(7) "]),
    );
    // Two files, one repository in two spellings.
    check(
        &[MAIN, COMMON, PART],
        &none,
        Ok(&["borgmatic pusat data Configured 0 Both /etc /home /srv | *.tmp | simpeg Some(7) "]),
    );
    check(&[COMMON], &none, Ok(&[]));
    check(&[], &none, Ok(&[]));
    check(
        &[("etc/borgmatic/config.yaml", "repositories: [")],
        &none,
        Err(
            "/etc/borgmatic/config.yaml: while parsing a node, did not find expected node content at byte 15 line 2 column 1",
        ),
    );
}

#[test]
fn borgs_traces_tell_when() {
    let id = "ab".repeat(32);
    let security = |file: &str| format!("root/.config/borg/security/{id}/{file}");
    let (location, at) = (security("location"), security("manifest-timestamp"));
    let (old, new) = (
        format!("root/.borgmatic/checks/{id}/data"),
        format!("root/.local/state/borgmatic/checks/{id}/archives/all"),
    );
    let files = [
        MAIN,
        (location.as_str(), "ssh://opd@dc/./dinkes"),
        (&at, "2026-11-22T03:30:16.112425"),
        (&old, ""),
        (&new, ""),
    ];
    let told = "borgmatic pusat data Traces 1 Both /srv /etc |  | simpeg Some(7) 2026-11-21T18:00:00Z";
    check(&files, &Settings::default(), Ok(&[told]));
    let named = BorgSettings {
        name: "harian".into(),
        repository: "opd@dc:dinkes".into(),
        passphrase_file: None,
        key_file: None,
        host: None,
        holds: None,
    };
    check(&files, &Settings { borg: vec![named], ..Settings::default() }, Ok(&[]));
}

#[test]
fn a_repository_in_a_folder_is_looked_at() {
    let config = ("etc/borgmatic/config.yaml", "repositories: [/srv/borg]\nsource_directories: [/home]\n");
    let missing = Err("/srv/borg: tidak ada repositori di sana");
    check(&[config], &Settings::default(), missing);
    let repository = [config, ("srv/borg/config", "[repository]\n"), ("srv/borg/data/0/3", "")];
    check(&repository, &Settings::default(), Ok(&["borgmatic /srv/borg Files 1 Files /home |  |  None "]));
}

#[test]
fn files_that_include_each_other_end() {
    let (one, other) =
        ("<<: !include b.yaml\nkeep_daily: 1\n", "<<: !include config.yaml\nrepositories: [x:y]\n");
    check(
        &[("etc/borgmatic/config.yaml", one), ("etc/borgmatic/b.yaml", other)],
        &Settings::default(),
        Ok(&["borgmatic x:y Configured 0 Files  |  |  Some(1) "]),
    );
}

#[test]
fn the_real_tool_is_understood() {
    let dir = tempfile::tempdir().unwrap();
    let text = |name: &str| dir.path().join(name).display().to_string();
    std::fs::create_dir(dir.path().join("source")).unwrap();
    fixture::lay(&dir.path().join("source/data"), b"isi");
    let config = format!(
        "location:\n    repositories:\n        - {}\n    source_directories:\n        - {}\nstorage:\n    \
         encryption_passphrase: rahasia\nretention:\n    keep_daily: 7\nconsistency:\n    checks:\n        - name: repository\n",
        text("repo"),
        text("source")
    );
    fixture::lay(&dir.path().join("config.yaml"), config.as_bytes());
    let live = Roots::live();
    for action in [&["rcreate", "--encryption", "repokey"][..], &["create"], &["check", "--force"]] {
        let config = ["--config".to_owned(), text("config.yaml")];
        let arguments = config.into_iter().chain(action.iter().map(|word| (*word).to_owned())).collect();
        let environment = vec![("HOME", text("root"))];
        let (label, limit) = ("borgmatic".to_owned(), Duration::from_secs(120));
        let command = Command { label, program: "borgmatic", arguments, environment, limit };
        live.run(&command).expect("borgmatic is needed for this test; `make test` installs it");
    }
    // Its home as that of root, and its configuration where it belongs, of a host that is this folder.
    std::fs::create_dir_all(dir.path().join("etc/borgmatic")).unwrap();
    std::fs::rename(dir.path().join("config.yaml"), dir.path().join("etc/borgmatic/config.yaml")).unwrap();
    let roots = Roots::at(dir.path());
    let (jobs, failure) = configured(&roots);
    assert_eq!((jobs.len(), failure), (1, None));
    let mut known = Known::of(&roots, &text("repo"), Timestamp::UNIX_EPOCH);
    known.adopt(&mut traces::all(&roots).0);
    let mut set = known.set("x", Target::default());
    jobs[0].complete(&roots, &mut set);
    assert_eq!((set.basis, set.runs.len(), set.encrypted), (Basis::Traces, 1, Some(true)));
    assert_eq!((set.sources, set.keep_days), (vec![text("source")], Some(7)));
    let checks = dir.path().join(".borgmatic");
    let id = set.repository.unwrap();
    let touched = |root: &str| dir.path().join(root).join(&id).join("repository").exists();
    assert!(touched("root/.borgmatic/checks") || touched("root/.local/state/borgmatic/checks"), "{checks:?}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = configured(&fixture::host(&[("etc/borgmatic/config.yaml", &bytes)]).roots);
    }
}
