//! Drills on recorded hosts, and what is made of files that came back. `agent/tests/drills.rs` has the real tools.

use std::fs;

use jiff::tz::TimeZone;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;

use super::sample::{Chooser, Chosen, Listed, judge};
use super::*;
use crate::roots::fixture;
use crate::schedule::{self, Cron};

const NOW: &str = "2026-11-22T03:30:00Z";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn restic(name: &str, password: Option<&str>) -> sensors::ResticSettings {
    sensors::ResticSettings {
        name: name.to_owned(),
        repository: "/srv/repo".to_owned(),
        password_file: password.map(PathBuf::from),
        host: None,
        holds: None,
    }
}

/// A place for drills, and the backups of a host.
struct Place {
    dir: tempfile::TempDir,
    settings: Settings,
    backup: sensors::Settings,
}

impl Place {
    fn new(restic: Vec<sensors::ResticSettings>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings { folder: dir.path().join("drill"), sample_files: 4, ..Settings::default() };
        Self { dir, settings, backup: sensors::Settings { restic, ..sensors::Settings::default() } }
    }

    fn order<'a>(&'a self, set: Option<&'a str>) -> Order<'a> {
        let state = self.dir.path();
        Order { settings: &self.settings, backup: &self.backup, state, set, by: "budi" }
    }

    /// Holds drills; what was told, and how many there were.
    fn run(&self, roots: &Roots, set: Option<&str>) -> (Vec<String>, Result<Tally, String>) {
        let mut told = Vec::new();
        let tally = run(roots, &self.order(set), &|| time(NOW), &mut |event| told.push(format!("{event:?}")));
        (told, tally.map_err(|error| error.to_string()))
    }

    fn drills(&self) -> Vec<Drill> {
        match section(Some(&self.settings)).map(|section| section.outcome) {
            Some(Outcome::Ok(Reading::Drills(drills))) => drills,
            None => Vec::new(),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn only_what_can_be_drilled_is() {
    let host = fixture::host(&[("etc/x", "")]);
    let none = Place::new(Vec::new());
    assert!(none.run(&host.roots, None).1.unwrap_err().starts_with("tidak ada cadangan yang dapat dilatih"));
    let place = Place::new(vec![restic("harian", None), restic("mingguan", None)]);
    let error = place.run(&host.roots, Some("bulanan")).1.unwrap_err();
    assert_eq!(error, "tidak ada cadangan bernama \"bulanan\" di agent.toml; yang ada: harian, mingguan");
    let (told, tally) = place.run(&host.roots, Some("harian"));
    assert_eq!(tally.unwrap(), Tally { skipped: 1, ..Tally::default() });
    assert!(told.len() == 2 && told[1].contains("password_file tidak disebut"), "{told:?}");
    assert_eq!(place.drills(), [], "what was not tried is no evidence");
}

#[test]
fn a_repository_that_does_not_answer_is_a_drill_that_failed() {
    let host = fixture::host(&[
        ("etc/p", "x"),
        ("proc/sys/kernel/hostname", "srv1\n"),
        (
            ".host/cmd/restic_snapshots_srv_repo.failed",
            "kode keluar 1: Fatal: wrong password or no key found",
        ),
    ]);
    let place = Place::new(vec![restic("harian", Some("/etc/p"))]);
    assert_eq!(place.run(&host.roots, None).1.unwrap(), Tally { failed: 1, ..Tally::default() });
    let drills = place.drills();
    let drill = &drills[0];
    assert_eq!((drill.passed, drill.items, drill.by.as_str()), (false, 0, "budi"));
    assert_eq!((drill.set.as_str(), drill.tool, drill.at), ("harian", Tool::Restic, time(NOW)));
    let note = drill.note.as_deref().unwrap();
    assert!(
        note.starts_with("restic snapshots /srv/repo gagal") && note.contains("wrong password"),
        "{note}"
    );
    place.run(&host.roots, None).1.unwrap();
    assert_eq!(place.drills().len(), 2);
}

#[test]
fn an_empty_snapshot_and_files_that_do_not_come_are_failures() {
    let id = "a".repeat(64);
    let snapshots = format!(r#"[{{"time":"2026-11-22T01:00:00Z","hostname":"srv1","id":"{id}"}}]"#);
    let space = r#"{"SCRATCH":{"size_bytes":100000000000,"used_bytes":0}}"#;
    let check = |list: &str, expected: &str| {
        let place = Place::new(vec![restic("harian", Some("/etc/p"))]);
        let scratch = place.settings.folder.join("patuh-drill-scratch/1").display().to_string();
        let space = space.replace("SCRATCH", &scratch);
        let host = fixture::host(&[
            ("etc/p", "x"),
            ("proc/sys/kernel/hostname", "srv1\n"),
            (".host/space.json", &space),
            (".host/cmd/restic_snapshots_srv_repo", &snapshots),
            (".host/cmd/restic_ls_srv_repo", list),
            // It says that all went well.
            (".host/cmd/restic_restore_srv_repo", "finished verifying 0 files"),
        ]);
        place.run(&host.roots, None).1.unwrap();
        let drill = &place.drills()[0];
        assert_eq!((drill.passed, drill.items, drill.object.as_str()), (false, 0, id.as_str()));
        let note = drill.note.as_deref().unwrap();
        assert!(note.starts_with(expected), "{note}");
        assert_eq!(fs::read_dir(place.settings.folder.join("patuh-drill-scratch")).unwrap().count(), 0);
    };
    check(r#"{"paths":["/srv"],"struct_type":"snapshot"}"#, "tidak ada satu berkas pun");
    check(r#"{"type":"file","path":"/srv/x","size":0}"#, "tidak satu pun dari 1 berkas");
    check(r#"{"type":"file","path":"/srv/x","size":4}"#, "tidak kembali: /srv/x");
    check(r#"{"type":"file","path":"/srv/../x","size":4}"#, "tidak satu pun dari 1 berkas");
}

/// A bench of its own.
fn with_bench<T>(place: &Place, roots: &Roots, work: impl FnOnce(&Bench<'_>) -> T) -> T {
    with_seed(place, roots, 7, work)
}

fn with_seed<T>(place: &Place, roots: &Roots, seed: u64, work: impl FnOnce(&Bench<'_>) -> T) -> T {
    let workshop = Workshop::open(&place.settings.folder).unwrap();
    let (order, canaries) = (place.order(None), Canaries::load(place.dir.path()));
    let bench = Bench {
        roots,
        order: &order,
        scratch: workshop.scratch().unwrap(),
        canaries: &canaries,
        clock: &|| time(NOW),
        begun: time(NOW),
        seed,
    };
    work(&bench)
}

fn listed(path: &str, bytes: u64) -> Listed {
    Listed { path: path.to_owned(), bytes, modified: Some(time("2026-11-20T00:00:00.5Z")) }
}

fn known(content: &str, modified: &str) -> kept::File {
    let digest = Digest::of(content.as_bytes());
    kept::File { bytes: content.len() as u64, modified: Some(time(modified)), digest, at: time(NOW) }
}

#[test]
fn what_is_known_is_taken_first_and_no_more_than_wanted() {
    let mut place = Place::new(Vec::new());
    place.settings.sample_mb = 1;
    let host = fixture::host(&[("etc/x", "")]);
    let files: kept::Files =
        (0..9).map(|n| (format!("/known/{n}"), known("isi", "2026-11-20T00:00:00.5Z"))).collect();
    let choose = |seed: u64| {
        with_seed(&place, &host.roots, seed, |bench| {
            let mut chooser = Chooser::new(bench, &files);
            for n in 0..1000 {
                chooser.offer(listed(&format!("/known/{n}"), 3));
                chooser.offer(listed(&format!("/large/{n}"), 2 << 20));
                chooser.offer(listed(&format!("/empty/{n}"), 0));
            }
            chooser.offer(listed("/b/canary/kenari-patuh.txt", 100));
            chooser.chosen().unwrap()
        })
    };
    let one = choose(7);
    assert_eq!(one.files.len(), 4);
    assert_eq!(one.files.iter().filter(|listed| files.contains_key(&listed.path)).count(), 2, "half of them");
    assert_eq!(one.canary.as_ref().map(|listed| listed.path.as_str()), Some("/b/canary/kenari-patuh.txt"));
    assert_eq!(choose(7), one, "a seed chooses the same");
    assert_ne!(choose(8), one);
}

/// Compared, same, items, and the beginning of what is said.
type Judged<'a> = (u64, u64, u64, Result<(), &'a str>);

fn check(came: &[(&str, &str)], live: Option<&str>, expected: Judged<'_>) {
    let place = Place::new(Vec::new());
    let files_json = r#"{"/srv/live":{"modified":"2026-11-20T00:00:00.500001400Z"}}"#;
    let host = fixture::host(&[("srv/live", live.unwrap_or("xxx")), (".host/files.json", files_json)]);
    let mut files: kept::Files = [("/srv/known".to_owned(), known("isi", "2026-11-20T00:00:00.5Z"))].into();
    with_bench(&place, &host.roots, |bench| {
        let out = bench.folder("out", None).unwrap();
        for (path, content) in came {
            let path = out.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fixture::lay(&path, content.as_bytes());
        }
        let wanted = ["/srv/live", "/srv/known", "/srv/new"].map(|path| listed(path, 3));
        let chosen = Chosen { files: wanted.into(), canary: None };
        let mut drill = Drill::default();
        let said = judge(bench, &chosen, &out, true, &mut files, &mut drill);
        let said = said.map(|_| ()).map_err(|trouble| format!("{trouble:?}"));
        assert_eq!((drill.compared, drill.same, drill.items), (expected.0, expected.1, expected.2));
        match (said, expected.3) {
            (Ok(()), Ok(())) => assert!(files.contains_key("/srv/new"), "it is remembered"),
            (Err(said), Err(expected)) => assert!(said.contains(expected), "{said}"),
            (said, expected) => panic!("{said:?}, not {expected:?}"),
        }
    });
}

#[test]
fn what_came_is_compared_with_the_live_file_and_with_what_came_before() {
    let all = [("srv/live", "isi"), ("srv/known", "isi"), ("srv/new", "isi")];
    check(&all, Some("isi"), (2, 2, 3, Ok(())));
    check(&all, Some("lain"), (1, 1, 3, Ok(())));
    check(&all, Some("isj"), (2, 1, 3, Err("isinya lain daripada yang dicatat: /srv/live")));
    let other = [("srv/live", "isi"), ("srv/known", "isj"), ("srv/new", "isi")];
    check(&other, Some("isi"), (2, 1, 3, Err("isinya lain daripada yang dicatat: /srv/known")));
    check(&[("srv/live", "isi")], Some("isi"), (1, 1, 1, Err("tidak kembali: /srv/known, /srv/new")));
    let short = [("srv/live", "isi"), ("srv/known", "is"), ("srv/new", "isi")];
    check(&short, Some("isi"), (1, 1, 2, Err("tidak kembali: /srv/known")));
    check(&[], None, (0, 0, 0, Err("tidak kembali")));
}

#[test]
fn a_canary_proves_path_key_and_age() {
    let place = Place::new(Vec::new());
    let day = SignedDuration::from_hours(24);
    canary::tend(place.dir.path(), day, time("2026-11-21T18:30:00Z")).unwrap();
    let content = fs::read(canary::path(place.dir.path())).unwrap();
    let host = fixture::host(&[("etc/x", "")]);
    let bring = |content: &[u8]| {
        with_bench(&place, &host.roots, |bench| {
            let out = bench.folder("out", None).unwrap();
            fixture::lay(&out.join("kenari-patuh.txt"), content);
            let listed =
                Listed { path: "/kenari-patuh.txt".into(), bytes: content.len() as u64, modified: None };
            let chosen = Chosen { files: Vec::new(), canary: Some(listed) };
            let mut drill = Drill::default();
            let said = judge(bench, &chosen, &out, true, &mut kept::Files::new(), &mut drill);
            (drill.canary_age_s, drill.items, said.is_ok())
        })
    };
    assert_eq!(bring(&content), (Some(9 * 3600), 1, true));
    assert_eq!(bring(b"dari server lain"), (None, 1, false));
}

#[test]
fn the_reading_half_asks_when_the_schedule_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let table = schedule::Settings { splay_minutes: 0, ..schedule::Settings::default() };
    let table = Timetable::new(&table, &AgentId::of_key(&[]), TimeZone::UTC);
    let schedule = Cron::try_from("0 30 3 * * Sun".to_owned()).unwrap();
    let settings = Settings { schedule: Some(schedule), ..Settings::default() };
    let asked = |settings: &Settings, now: &str| {
        tend(Some(settings), dir.path(), &table, time(now));
        fs::remove_file(dir.path().join(DUE)).is_ok()
    };
    assert!(!asked(&Settings::default(), "2026-11-21T12:00:00Z"));
    assert!(canary::path(dir.path()).exists());
    assert!(!asked(&settings, "2026-11-21T12:00:00Z"), "not at the moment it is configured");
    assert!(!asked(&settings, "2026-11-22T03:29:00Z"));
    assert!(asked(&settings, "2026-11-22T03:30:00Z"), "a Sunday");
    assert!(!asked(&settings, "2026-11-22T03:31:00Z"), "once");
    assert!(asked(&settings, "2026-12-08T00:00:00Z"), "switched off for two weeks");
}
