//! One host: what its sensors found, what it claims, and what comes of it.

use super::*;
use patuh_protocol::backup::{Holds, Problem, ProblemKind, Run, Target, Tool};
use patuh_protocol::inventory::{Database, DatabaseEngine};

mod places;
mod properties;

fn time(day: u32) -> Timestamp {
    format!("2026-11-{day:02}T03:00:00Z").parse().unwrap()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

/// What a host has; everything is looked at.
#[derive(Default)]
struct Host {
    databases: Vec<DatabaseService>,
    sites: Vec<Site>,
    filesystems: Vec<Filesystem>,
    containers: Vec<Container>,
    guests: Vec<Guest>,
}

impl Host {
    fn stores(&self, sets: &[BackupSet], unheard: &[String]) -> Vec<DataStore> {
        fn known<'a, T>(sensor: &'static str, items: &'a [T]) -> Heard<'a, T> {
            Heard::Known { sensor, items, at: time(22) }
        }
        let inventory = Inventory {
            databases: known("databases", &self.databases),
            sites: known("sites", &self.sites),
            filesystems: known("filesystems", &self.filesystems),
            containers: vec![known("containers/docker", &self.containers)],
            guests: vec![known("guests/proxmox", &self.guests)],
        };
        let sets: Vec<&BackupSet> = sets.iter().collect();
        stores(&inventory, Claims { sets: &sets, unheard }, time(22))
    }

    /// How the store `key` stands: its cover, the sets that hold it, and part of the reason.
    fn check(&self, sets: &[BackupSet], key: &str, cover: &Cover, by: &[usize], why: &str) {
        let all = self.stores(sets, &[]);
        let Some(store) = all.iter().find(|store| store.key == key) else {
            panic!("{key} is none of {:?}", all.iter().map(|store| &store.key).collect::<Vec<_>>())
        };
        assert_eq!((&store.cover, store.sets.as_slice()), (cover, by), "{store:?}");
        assert!(store.reason.contains(why), "{store:?}");
        assert_eq!(store.reason.is_empty(), store.cover == Cover::Covered, "{store:?}");
    }
}

fn server(engine: DatabaseEngine, names: &[&str]) -> DatabaseService {
    let database = |name: &&str| Database { name: (*name).to_owned(), ..Database::default() };
    DatabaseService {
        engine,
        name: "15/main".into(),
        system_id: Some("7710".into()),
        data_dir: Some("/var/lib/db".into()),
        running: Some(true),
        size_bytes: Some(1 << 30),
        databases: names.iter().map(database).collect(),
        ..DatabaseService::default()
    }
}

fn with(service: DatabaseService) -> Host {
    Host { databases: vec![service], ..Host::default() }
}

fn run(id: &str, day: u32) -> Run {
    Run { id: id.into(), at: time(day), ..Run::default() }
}

fn set(tool: Tool, holds: Holds) -> BackupSet {
    BackupSet {
        name: "malam".into(),
        tool,
        holds,
        runs: vec![run("a1", 21)],
        count: 1,
        ..BackupSet::default()
    }
}

/// A backup of the files in `sources`.
fn files(sources: &[&str], excludes: &[&str]) -> BackupSet {
    let (sources, excludes) = (texts(sources), texts(excludes));
    BackupSet { sources, excludes, ..set(Tool::Restic, Holds::Files) }
}

/// Dumps of databases in `/var/backups/db`.
fn dumps(tool: Tool, runs: Vec<Run>, databases: &[&str]) -> BackupSet {
    let target = Target { location: "/var/backups/db".into(), ..Target::default() };
    BackupSet { runs, databases: texts(databases), target, ..set(tool, Holds::Database) }
}

#[test]
fn databases_are_held_by_name() {
    use DatabaseEngine::{Mariadb, Postgresql};
    let host = with(server(Mariadb, &["simpeg", "siak"]));
    let (key, other) = ("mariadb/7710/simpeg", "mariadb/7710/siak");
    let named = dumps(Tool::MysqlDump, vec![run("x", 21)], &["simpeg"]);
    host.check(&[], key, &Cover::Uncovered, &[], "tidak ada set cadangan");
    host.check(std::slice::from_ref(&named), key, &Cover::Covered, &[0], "");
    // The new database that nobody put into the list.
    host.check(std::slice::from_ref(&named), other, &Cover::Uncovered, &[], "daftar basis data set `malam`");
    let all = dumps(Tool::MysqlDump, vec![run("x", 21)], &["*"]);
    host.check(&[named.clone(), all], other, &Cover::Covered, &[1], "");
    // By the names of the files.
    let by_file = dumps(Tool::MysqlDump, vec![run("simpeg-2026-11-21.sql.gz", 21)], &[]);
    host.check(std::slice::from_ref(&by_file), key, &Cover::Covered, &[0], "");
    host.check(std::slice::from_ref(&by_file), other, &Cover::Uncovered, &[], "di antara dump set `malam`");
    let nameless = dumps(Tool::MysqlDump, vec![run("semua.sql.gz", 21)], &[]);
    host.check(&[nameless], key, &Cover::Unknown, &[], "tidak menyebut basis data");
    // Another engine's dumps, another engine's name.
    let other_engine = dumps(Tool::PgDump, vec![run("x", 21)], &["*"]);
    host.check(&[other_engine], key, &Cover::Uncovered, &[], "");
    // Two servers have the name.
    let two = Host {
        databases: vec![server(Mariadb, &["simpeg"]), named_server("8820", &["simpeg"])],
        ..Host::default()
    };
    two.check(&[named], key, &Cover::Unknown, &[], "lebih dari satu");
    let host = with(server(Postgresql, &["simpeg"]));
    host.check(
        &[set(Tool::Borg, Holds::Both)],
        "postgresql/7710/simpeg",
        &Cover::Unknown,
        &[],
        "tidak menyebut",
    );
    host.check(&[set(Tool::Borg, Holds::Files)], "postgresql/7710/simpeg", &Cover::Uncovered, &[], "");
}

fn named_server(id: &str, names: &[&str]) -> DatabaseService {
    DatabaseService {
        system_id: Some(id.into()),
        data_dir: Some(format!("/data/{id}")),
        ..server(DatabaseEngine::Mariadb, names)
    }
}

#[test]
fn databases_are_held_by_their_servers_identifier() {
    let host = with(server(DatabaseEngine::Postgresql, &["oid 16384", "oid 16385"]));
    let key = "postgresql/7710";
    let physical =
        |id: &str| BackupSet { system_id: Some(id.into()), ..set(Tool::Pgbackrest, Holds::Database) };
    host.check(&[physical("7710")], key, &Cover::Covered, &[0], "");
    host.check(&[physical("9999")], key, &Cover::Uncovered, &[], "");
    let by_path = |id: Option<&str>| BackupSet {
        sources: texts(&["/var/lib/db/"]),
        system_id: id.map(Into::into),
        ..set(Tool::Pgbackrest, Holds::Database)
    };
    host.check(&[by_path(None)], key, &Cover::Covered, &[0], "");
    host.check(&[by_path(Some("9999"))], key, &Cover::Uncovered, &[], "");
    let all = dumps(Tool::PgDump, vec![run("x", 21)], &["*"]);
    host.check(&[all], key, &Cover::Covered, &[0], "");
    // Names against numbers: too few leave some out, enough prove nothing.
    let one = dumps(Tool::PgDump, vec![run("simkes-2026-11-21.dump", 21)], &[]);
    host.check(std::slice::from_ref(&one), key, &Cover::Partly, &[0], "1 dari 2");
    let own = dumps(Tool::PgDump, vec![run("x", 21)], &["postgres", "simkes"]);
    host.check(&[own], key, &Cover::Partly, &[0], "1 dari 2");
    let other = dumps(Tool::PgDump, vec![run("x", 21)], &["epus"]);
    host.check(&[one, other], key, &Cover::Unknown, &[], "nama basis datanya tidak terlihat");
}

#[test]
fn files_of_a_running_database_are_no_backup_of_it() {
    let host = with(server(DatabaseEngine::Mariadb, &["simpeg"]));
    let key = "mariadb/7710/simpeg";
    let raw = files(&["/var/lib"], &[]);
    host.check(std::slice::from_ref(&raw), key, &Cover::Inconsistent, &[0], "sedang berjalan");
    let but = files(&["/var/lib"], &["/var/lib/db"]);
    host.check(&[but], key, &Cover::Uncovered, &[], "mengecualikannya");
    let dump = dumps(Tool::MysqlDump, vec![run("simpeg.sql", 20)], &[]);
    host.check(&[raw.clone(), dump], key, &Cover::Covered, &[0, 1], "");
    // At rest since before the copy.
    let mut rested = server(DatabaseEngine::Mariadb, &["simpeg"]);
    rested.running = Some(false);
    rested.databases[0].modified_at = Some(time(18));
    with(rested.clone()).check(std::slice::from_ref(&raw), key, &Cover::Covered, &[0], "");
    rested.databases[0].modified_at = Some(time(21));
    with(rested).check(std::slice::from_ref(&raw), key, &Cover::Inconsistent, &[0], "");
    // Redis writes its dump aside.
    let redis = DatabaseService {
        system_id: None,
        name: "/etc/redis.conf".into(),
        ..server(DatabaseEngine::Redis, &["dump.rdb"])
    };
    with(redis).check(&[raw], "redis/etc/redis.conf", &Cover::Covered, &[0], "");
}

#[test]
fn a_dump_inside_a_backup_of_files_is_held_twice() {
    let host = with(server(DatabaseEngine::Mariadb, &["simpeg"]));
    let key = "mariadb/7710/simpeg";
    let dump = |day| dumps(Tool::MysqlDump, vec![run("simpeg-1.sql.gz", day)], &[]);
    let check =
        |day, set: BackupSet, by: &[usize]| host.check(&[dump(day), set], key, &Cover::Covered, by, "");
    check(20, files(&["/var/backups"], &[]), &[0, 1]);
    check(20, files(&["/var/backups"], &["*.sql.gz"]), &[0]);
    check(20, files(&["/srv"], &[]), &[0]);
    // The dump is newer than the backup of files.
    check(22, files(&["/var/backups"], &[]), &[0]);
}

#[test]
fn sqlite_is_a_file_that_is_written_to() {
    let mut file = server(DatabaseEngine::Sqlite, &["arsip.db"]);
    (file.name, file.system_id, file.running) = ("/srv/arsip/arsip.db".into(), None, None);
    let key = "sqlite/srv/arsip/arsip.db";
    file.databases[0].modified_at = Some(time(21));
    with(file.clone()).check(&[files(&["/srv"], &[])], key, &Cover::Inconsistent, &[0], "berkas basis data");
    let named = BackupSet { databases: vec![file.name.clone()], ..files(&["/etc"], &[]) };
    with(file.clone()).check(&[named], key, &Cover::Covered, &[0], "");
    file.databases[0].modified_at = Some(time(2));
    with(file.clone()).check(&[files(&["/srv"], &["*.db"])], key, &Cover::Uncovered, &[], "pola `*.db`");
    with(file).check(&[files(&["/srv"], &["*.tmp"])], key, &Cover::Covered, &[0], "");
}

#[test]
fn folders_are_held_by_sources_but_for_exclusions() {
    let site = |root: &str, application: Option<&str>| Site {
        root: Some(root.into()),
        application: application.map(Into::into),
        ..Site::default()
    };
    let host = Host {
        sites: vec![
            site("/var/www/siak", None),
            site("/srv/simkes/public", Some("Laravel")),
            site("/etc/../x", None),
        ],
        ..Host::default()
    };
    let key = "files/var/www/siak";
    host.check(&[files(&["/var/www"], &[])], key, &Cover::Covered, &[0], "");
    host.check(&[files(&["/"], &["*.tmp", "**/cache"])], key, &Cover::Covered, &[0], "");
    host.check(&[files(&["/var/www"], &["/var/www/siak/unggahan"])], key, &Cover::Partly, &[0], "unggahan");
    host.check(&[files(&["/var/www/siak/a"], &[])], key, &Cover::Partly, &[0], "sebagian");
    host.check(&[files(&["/var/www"], &["/var/www/siak"])], key, &Cover::Uncovered, &[], "mengecualikannya");
    host.check(&[files(&["/var/www"], &["*.pdf"])], key, &Cover::Unknown, &[], "`*.pdf`");
    host.check(&[files(&["/srv"], &[])], key, &Cover::Uncovered, &[], "tidak ada set");
    host.check(&[set(Tool::Restic, Holds::Files)], key, &Cover::Unknown, &[], "tidak menyebut folder");
    // The application lies around its document root.
    host.check(&[files(&["/srv/simkes/public"], &[])], "files/srv/simkes", &Cover::Partly, &[0], "");
    host.check(&[files(&["/"], &[])], "files/etc/../x", &Cover::Unknown, &[], "tidak dapat dipastikan");
    host.check(&[files(&["/"], &[])], "files/etc", &Cover::Covered, &[0], "");
    host.check(&[], "files/etc", &Cover::Uncovered, &[], "");
    // Nobody knows whether there is anything in it.
    host.check(&[], "files/home", &Cover::Unknown, &[], "berisi data");
    host.check(&[files(&["/home"], &[])], "files/home", &Cover::Covered, &[0], "");
}

#[test]
fn a_set_counts_when_it_has_a_sound_run() {
    let host = Host::default();
    let empty = BackupSet { runs: vec![], ..files(&["/etc"], &[]) };
    host.check(std::slice::from_ref(&empty), "files/etc", &Cover::Uncovered, &[], "belum memiliki");
    let unread = Problem { about: "x".into(), kind: ProblemKind::Unreadable };
    let unread = BackupSet { problems: vec![unread], ..empty };
    host.check(&[unread], "files/etc", &Cover::Unknown, &[], "tidak dapat dibaca");
    let broken = Run { whole: Some(false), ..run("a", 21) };
    let torn = BackupSet { runs: vec![broken], ..files(&["/etc"], &[]) };
    host.check(&[torn], "files/etc", &Cover::Uncovered, &[], "belum memiliki");
    let db = with(server(DatabaseEngine::Mariadb, &["bphtb", "pajak"]));
    let problem = Problem { about: "bphtb_20261121.sql.gz".into(), kind: ProblemKind::Empty };
    let runs = vec![run("bphtb_20261121.sql.gz", 21), run("pajak_20261121.sql.gz", 21)];
    let dump = BackupSet { problems: vec![problem], ..dumps(Tool::MysqlDump, runs, &[]) };
    db.check(std::slice::from_ref(&dump), "mariadb/7710/pajak", &Cover::Covered, &[0], "");
    db.check(&[dump], "mariadb/7710/bphtb", &Cover::Uncovered, &[], "di antara dump");
}

#[test]
fn what_was_not_looked_at_is_unknown() {
    let unheard = texts(&["bagian backup/restic gagal dibaca: izin ditolak"]);
    let stores = Host::default().stores(&[], &unheard);
    assert!(
        stores.iter().all(|store| store.cover == Cover::Unknown && store.reason.contains("izin ditolak"))
    );
    let inventory = Inventory {
        databases: Heard::Unknown { sensor: "databases" },
        sites: Heard::Unknown { sensor: "sites" },
        filesystems: Heard::Unknown { sensor: "filesystems" },
        containers: vec![],
        guests: vec![],
    };
    let stores = super::stores(&inventory, Claims { sets: &[&files(&["/"], &[])], unheard: &[] }, time(22));
    let last = stores.last().unwrap();
    assert_eq!((last.key.as_str(), &last.cover), ("unread", &Cover::Unknown));
    assert!(last.reason.contains("bagian databases, sites"), "{last:?}");
}

#[test]
fn what_is_set_free_is_exempted_until_its_last_day() {
    let day = |text: &str| text.parse().unwrap();
    let release =
        |pattern, until: &str| Release { pattern, approver: "Kadis", reason: "latihan", until: day(until) };
    let check = |releases: &[Release<'_>], sets: &[BackupSet], expected: &str| {
        let mut stores = Host::default().stores(sets, &[]);
        exempt(&mut stores, releases, day("2026-11-22"));
        let cover = &stores.iter().find(|store| store.key == "files/etc").unwrap().cover;
        let until =
            if let Cover::Exempted { until, .. } = cover { until.to_string() } else { format!("{cover:?}") };
        assert_eq!(until, expected);
    };
    check(&[release("files/etc", "2026-11-22")], &[], "2026-11-22");
    check(&[release("files/*", "2026-12-01"), release("files/etc", "2026-11-30")], &[], "2026-12-01");
    check(&[release("files/etc", "2026-11-21")], &[], "Uncovered");
    check(&[release("files/home", "2026-12-01")], &[], "Uncovered");
    check(&[release("files/etc", "2026-12-01")], &[files(&["/etc"], &[])], "Covered");
    let mut stores = Host::default().stores(&[files(&["/"], &[])], &[]);
    silence(&mut stores, "agen diam");
    assert!(stores.iter().all(|store| store.cover == Cover::Unknown && store.reason == "agen diam"));
}
