//! Repositories asked and seen from outside; the last tests with the real tool.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;
use crate::roots::{Command, fixture};

const MOUNTS: (&str, &str) = ("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
const HOSTNAME: (&str, &str) = ("proc/sys/kernel/hostname", "opd-srv1\n");
const PASSPHRASE: (&str, &str) = ("etc/borg.passphrase", "rahasia");
const ASKED: &str = ".host/cmd/borg_list_dc_srv_borg";
const NOW: &str = "2026-11-22T04:00:00Z";

fn settings(repository: &str, has_passphrase: bool) -> Settings {
    let borg = BorgSettings {
        name: "harian".into(),
        repository: repository.into(),
        passphrase_file: has_passphrase.then(|| "/etc/borg.passphrase".into()),
        key_file: None,
        host: None,
        holds: None,
    };
    Settings { borg: vec![borg], ..Settings::default() }
}

fn sets(files: &[(&str, &str)], settings: &Settings) -> Result<Vec<BackupSet>, String> {
    let times = |path: &str| format!(r#""/{path}": {{"modified": "2026-11-21T18:00:00Z"}}"#);
    let recorded: Vec<String> = files.iter().map(|(path, _)| times(path)).collect();
    let recorded = format!("{{{}}}", recorded.join(","));
    let all = [files, &[MOUNTS, HOSTNAME, (".host/files.json", &recorded)]].concat();
    let host = fixture::host(&all);
    match read(&host.roots, settings, NOW.parse().unwrap()) {
        Ok(Some(Reading::Backups(sets))) => Ok(sets),
        Ok(_) => Ok(Vec::new()),
        Err(failure) => Err(failure.to_string()),
    }
}

/// A set, in short: its name, basis, the ids of its runs, the number of its problems.
type Short<'a> = (&'a str, Basis, &'a [&'a str], usize);

fn check(files: &[(&str, &str)], settings: &Settings, expected: Result<&[Short<'_>], &str>) {
    let sets = sets(files, settings);
    let ids = |set: &BackupSet| set.runs.iter().map(|run| run.id.clone()).collect::<Vec<_>>();
    let found = sets.as_ref().map(|sets| {
        sets.iter().map(|s| (s.name.as_str(), s.basis, ids(s), s.problems.len())).collect::<Vec<_>>()
    });
    let expected = expected.map(|sets| {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        sets.iter().map(|(name, basis, ids, n)| (*name, *basis, owned(ids), *n)).collect::<Vec<_>>()
    });
    assert_eq!(found.map_err(String::as_str), expected);
}

const ANSWER: &str = r#"{"archives": [
    {"id": "aa", "name": "a", "hostname": "opd-srv1", "start": "2026-11-21T03:30:12.000000",
     "command_line": ["borg", "create", "--exclude", "*.tmp", "::a", "/srv"]},
    {"id": "bb", "name": "b.checkpoint", "hostname": "opd-srv1", "start": "2026-11-22T03:30:12.000000"}],
    "encryption": {"mode": "authenticated"}, "repository": {"id": "22db"}}"#;

/// The traces of a repository at `location`, in the home of root.
fn traces(id: &str, location: &str) -> [(String, String); 3] {
    let at = |file: &str| format!("root/.config/borg/security/{}/{file}", id.repeat(32));
    [
        (at("location"), location.to_owned()),
        (at("manifest-timestamp"), "2026-11-22T03:30:16.112425".to_owned()),
        (at("key-type"), "5".to_owned()),
    ]
}

fn repository(id: &str) -> Vec<(String, String)> {
    let config = format!("[repository]\nappend_only = 0\nid = {}\n", id.repeat(32));
    let file = |name: &str, text: &str| (format!("srv/borg/{name}"), text.to_owned());
    let mut files = vec![file("config", &config), file("data/0/3", "x"), file("data/0/12", "x")];
    files.extend(["index.12", "hints.12"].map(|name| file(name, "")));
    files
}

fn lent(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

#[test]
fn a_repository_is_asked() {
    let remote = settings("ssh://opd@dc/srv/borg", true);
    let files = [PASSPHRASE, (".host/cmd/borg_list_ssh_dc_srv_borg", ANSWER)];
    check(&files, &remote, Ok(&[("harian", Basis::Asked, &["bb", "aa"], 1)]));
    let set = sets(&files, &remote).unwrap().remove(0);
    assert_eq!((set.encrypted, set.count, set.repository.as_deref()), (Some(false), 2, Some("22db")));
    assert_eq!((set.sources, set.excludes), (vec!["/srv".to_owned()], vec!["*.tmp".to_owned()]));
    assert_eq!(set.target.host.as_deref(), Some("dc"));
    let scp = settings("opd@dc:/srv/borg", true);
    let failed = format!("{ASKED}.failed");
    check(
        &[PASSPHRASE, (&failed, "kode keluar 2: passphrase supplied is incorrect")],
        &scp,
        Err("borg list dc:/srv/borg: kode keluar 2: passphrase supplied is incorrect"),
    );
    check(&[(ASKED, ANSWER)], &scp, Err("/etc/borg.passphrase: berkas frasa sandinya tidak ada"));
}

#[test]
fn traces_speak_for_what_nobody_else_speaks_for() {
    let none = Settings::default();
    let remote = traces("ab", "ssh://opd@dc/./dinkes\n");
    check(&lent(&remote), &none, Ok(&[("borg abababab", Basis::Traces, &["manifest"], 0)]));
    let set = sets(&lent(&remote), &none).unwrap().remove(0);
    assert_eq!(
        (set.encrypted, set.runs[0].at.to_string()),
        (Some(true), "2026-11-22T03:30:16.112425Z".into())
    );
    // Named in agent.toml in another spelling: one set.
    check(
        &lent(&remote),
        &settings("opd@dc:dinkes", false),
        Ok(&[("harian", Basis::Traces, &["manifest"], 0)]),
    );
    check(&[], &none, Ok(&[]));
    check(
        &[],
        &settings("opd@dc:dinkes", false),
        Err("harian: passphrase_file tidak diisi, dan tidak ada jejak borg yang menyebutnya"),
    );
}

#[test]
fn a_folder_shows_its_last_segment() {
    let (folder, none) = (settings("/srv/borg", false), Settings::default());
    let files = repository("ab");
    check(&lent(&files), &folder, Ok(&[("harian", Basis::Files, &["segment 12"], 0)]));
    let set = sets(&lent(&files), &folder).unwrap().remove(0);
    assert_eq!((set.append_only, set.repository), (Some(false), Some("ab".repeat(32))));
    // Found through its traces; those of a repository that lay there before speak for nothing.
    let found = [files.clone(), traces("ab", "/srv/borg").to_vec()].concat();
    check(&lent(&found), &none, Ok(&[("borg abababab", Basis::Files, &["segment 12"], 0)]));
    check(&[], &folder, Err("/srv/borg: tidak ada repositori di sana"));
    let lock = [files, vec![("srv/borg/lock.exclusive".to_owned(), String::new())]].concat();
    let later = |files: &[(&str, &str)]| sets(files, &folder).unwrap().remove(0).problems;
    assert!(later(&lent(&lock)).is_empty(), "of this night");
}

#[test]
fn what_borg_would_write_anew_is_not_asked() {
    let mut files = repository("ab");
    files.extend([(PASSPHRASE.0.to_owned(), PASSPHRASE.1.to_owned())]);
    files.push((".host/cmd/borg_list_srv_borg".to_owned(), ANSWER.to_owned()));
    check(&lent(&files), &settings("/srv/borg", true), Ok(&[("harian", Basis::Asked, &["bb", "aa"], 1)]));
    files.retain(|(path, _)| !path.ends_with("index.12"));
    check(&lent(&files), &settings("/srv/borg", true), Ok(&[("harian", Basis::Files, &["segment 12"], 1)]));
}

#[test]
fn what_borgmatic_is_configured_for_is_one_set() {
    let mut files = traces("ab", "ssh://opd@dc/./dinkes").to_vec();
    let config =
        "repositories:\n  - path: ssh://opd@dc/./dinkes\nsource_directories: [/srv]\nkeep_daily: 7\n";
    files.push(("etc/borgmatic/config.yaml".to_owned(), config.to_owned()));
    check(&lent(&files), &Settings::default(), Ok(&[]));
    let named = sets(&lent(&files), &settings("opd@dc:dinkes", false)).unwrap().remove(0);
    assert_eq!(
        (named.name.as_str(), named.keep_days, named.sources),
        ("harian", Some(7), vec!["/srv".to_owned()])
    );
}

/// A bench with a repository, two archives and a passphrase.
struct Bench {
    dir: tempfile::TempDir,
    roots: Roots,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let roots = Roots::live().with_scratch(&dir.path().join("scratch"));
        let bench = Self { dir, roots };
        std::fs::create_dir(bench.at("source")).unwrap();
        fixture::lay(&bench.at("source/data"), b"isi");
        fixture::lay(&bench.at("passphrase"), b"rahasia\n");
        bench.borg(&["init", "--encryption", "repokey", &bench.text("repo")]);
        bench.create("satu");
        bench.create("dua");
        bench
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn create(&self, archive: &str) {
        let archive = format!("{}::{archive}", self.text("repo"));
        self.borg(&["create", "--exclude", "*.tmp", &archive, &self.text("source")]);
    }

    /// As the user who backs up.
    fn borg(&self, arguments: &[&str]) {
        let environment = vec![
            ("BORG_BASE_DIR", self.text("home")),
            ("HOME", self.text("home")),
            ("BORG_PASSPHRASE", "rahasia".to_owned()),
        ];
        let arguments = arguments.iter().map(|a| (*a).to_owned()).collect();
        let (label, limit) = ("borg".to_owned(), Duration::from_secs(120));
        let command = Command { label, program: "borg", arguments, environment, limit };
        self.roots.run(&command).expect("borg is needed for this test; `make test` installs it");
    }

    fn read(&self, limit: Duration) -> BackupSet {
        let mut settings = settings(&self.text("repo"), false);
        settings.borg[0].passphrase_file = Some(self.at("passphrase"));
        let reading = read_within(limit, &self.roots, &settings, Timestamp::UNIX_EPOCH).unwrap();
        let Some(Reading::Backups(sets)) = reading else { panic!("no sets") };
        sets.into_iter().find(|set| set.name == "harian").unwrap()
    }

    /// Every file of the repository and of the home of the user who backs up, with what is in it.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut found, mut folders) = (BTreeMap::new(), vec![self.at("repo"), self.at("home")]);
        while let Some(folder) = folders.pop() {
            found.insert(folder.clone(), Vec::new());
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.insert(entry.path(), std::fs::read(entry.path()).unwrap());
                }
            }
        }
        found
    }

    fn is_scratch_empty(&self) -> bool {
        std::fs::read_dir(self.at("scratch")).unwrap().next().is_none()
    }
}

#[test]
fn the_real_tool_is_asked_and_leaves_no_trace() {
    let bench = Bench::new();
    let before = bench.files();
    let set = bench.read(asked::LIMIT);
    assert_eq!((set.basis, set.count, set.encrypted, set.problems.len()), (Basis::Asked, 2, Some(true), 0));
    assert_eq!((set.runs[0].files, set.runs[0].bytes, set.runs[1].files), (Some(1), Some(3), None));
    assert_eq!(
        (set.sources.as_slice(), set.excludes.as_slice()),
        (&[bench.text("source")][..], &["*.tmp".to_owned()][..])
    );
    assert_eq!(set.repository.as_ref().map(String::len), Some(64));
    fixture::lay(&bench.at("passphrase"), b"salah");
    let refused = bench.read(asked::LIMIT);
    assert_eq!((refused.basis, refused.problems[0].kind), (Basis::Files, ProblemKind::Unreadable));
    assert_eq!(refused.repository, set.repository);
    assert!(bench.files() == before, "reading changed the repository, or the home of the user who backs up");
    assert!(bench.is_scratch_empty());
}

#[test]
fn the_real_tool_killed_in_the_middle_harms_nothing() {
    let bench = Bench::new();
    let before = bench.files();
    let lasts = |millis| bench.read(Duration::from_millis(millis)).basis;
    let bases: Vec<Basis> = [20, 150, 250, 350, 450].into_iter().map(lasts).collect();
    assert_eq!(bases.first(), Some(&Basis::Files), "20 ms are not enough for any answer");
    assert!(bench.files() == before, "a reading that was killed changed the repository");
    assert!(!bench.at("repo/lock.exclusive").exists() && !bench.at("repo/lock.roster").exists());
    assert!(bench.is_scratch_empty());
    // The next backup works, and the next reading sees it.
    bench.create("tiga");
    assert_eq!(bench.read(asked::LIMIT).count, 3);
}

#[test]
fn the_real_tool_is_not_asked_when_it_would_write() {
    let bench = Bench::new();
    for entry in std::fs::read_dir(bench.at("repo")).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("index.") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let before = bench.files();
    let set = bench.read(asked::LIMIT);
    assert_eq!((set.basis, set.problems[0].kind), (Basis::Files, ProblemKind::Unreadable));
    assert!(bench.files() == before, "borg wrote its index anew");
}
