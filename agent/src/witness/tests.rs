//! Stores that change from look to look, laid out by hand; real repositories of real tools are looked at in
//! `tests/backup`.

use std::path::PathBuf;

use super::borg::tests::{created, entry_of, key};
use super::*;
use crate::roots::fixture::{self, Host};

const STORE: &str = "srv/restic/dinkes";

fn time(day: u32) -> Timestamp {
    format!("2026-11-{day:02}T03:00:00Z").parse().unwrap()
}

fn named(content: &[u8]) -> String {
    patuh_protocol::digest::Digest::of(content).to_string()
}

/// A restic repository with two packs and one snapshot.
fn restic() -> (Host, [String; 2], String) {
    let packs = [named(b"pack one"), named(b"pack two")];
    let snapshot = named(b"snapshot");
    let path = |below: &str| format!("{STORE}/{below}");
    let host = fixture::host(&[
        (path("config").as_str(), "locked away"),
        (&path("keys/aa"), "{}"),
        (&path(&format!("data/p1/{}", packs[0])), "pack one"),
        (&path(&format!("data/p2/{}", packs[1])), "pack two"),
        (&path(&format!("index/{}", named(b"index"))), "index"),
        (&path(&format!("snapshots/{snapshot}")), "snapshot"),
        (".host/space.json", r#"{"/srv/restic/dinkes": {"size_bytes": 1000, "used_bytes": 400}}"#),
    ]);
    (host, packs, snapshot)
}

struct Watch {
    host: Host,
    state: tempfile::TempDir,
    path: &'static str,
}

impl Watch {
    fn new(host: Host, path: &'static str) -> Self {
        Self { host, state: tempfile::tempdir().unwrap(), path }
    }

    fn outcome(&self, now: Timestamp) -> Outcome {
        let store = vec![StoreSettings { path: self.path.to_owned(), office: Some("dinkes".to_owned()) }];
        let settings = Settings { store, ..Settings::default() };
        section(&self.host.roots, &settings, self.state.path(), true, now).unwrap().outcome
    }

    fn look(&self, day: u32) -> WitnessedStore {
        match self.outcome(time(day)) {
            Outcome::Ok(Reading::Witnessed(mut stores)) => stores.remove(0),
            other => panic!("{other:?}"),
        }
    }

    fn fails(&self, now: Timestamp) -> String {
        match self.outcome(now) {
            Outcome::Failed(why) => why,
            other => panic!("{other:?}"),
        }
    }

    /// The host's mounts from now on: the root, and a disk at `point`.
    fn mount(&self, point: &str) {
        let table = format!("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / {point} rw - ext4 /dev/sdb1 rw\n");
        let folder = self.host.dir.path().join("proc/1");
        std::fs::create_dir_all(&folder).unwrap();
        fixture::lay(&folder.join("mountinfo"), table.as_bytes());
    }

    fn file(&self, below: &str) -> PathBuf {
        self.host.dir.path().join(self.path.trim_start_matches('/')).join(below)
    }
}

/// What a store says, in short: objects (v: read again), vanished, damaged.
fn check(store: &WitnessedStore, objects: &[&str], vanished: &[&str], damaged: &[(&str, &str)]) {
    let object = |object: &WitnessedObject| {
        let mark = if object.verified_at.is_some() { "v" } else { "" };
        format!("{}{mark}", object.id.chars().take(8).collect::<String>())
    };
    let short = |text: &str| text.chars().take(8).collect::<String>();
    assert_eq!(store.objects.iter().map(object).collect::<Vec<_>>(), objects, "{store:?}");
    assert_eq!(store.vanished.iter().map(|gone| short(&gone.id)).collect::<Vec<_>>(), vanished, "{store:?}");
    let found: Vec<_> = store.damaged.iter().map(|d| (d.path.as_str(), d.what.as_str())).collect();
    assert_eq!(found, damaged);
}

#[expect(clippy::disallowed_methods, reason = "a test's own folder outlives no power cut")]
fn put(path: PathBuf, content: impl AsRef<[u8]>) -> std::io::Result<()> {
    std::fs::write(path, content)
}

fn short(id: &str, mark: &str) -> String {
    format!("{}{mark}", id.chars().take(8).collect::<String>())
}

#[test]
fn a_clean_repository_is_read_again_and_stays_clean() {
    let (host, _, snapshot) = restic();
    let watch = Watch::new(host, "/srv/restic/dinkes");
    let store = watch.look(1);
    check(&store, &[&short(&snapshot, "v")], &[], &[]);
    assert_eq!((store.layout, store.count, store.office.as_deref()), (Layout::Restic, 1, Some("dinkes")));
    assert!(store.objects[0].existed_before);
    assert_eq!((store.space_bytes, store.free_bytes), (Some(1000), Some(600)));
    let later = watch.look(2);
    assert_eq!((later.objects[0].first_seen, later.watched_since), (time(1), time(1)));
    assert_eq!(later.objects[0].verified_at, Some(time(2)));
}

#[test]
fn a_flipped_byte_a_cut_pack_and_a_missing_one_are_damage() {
    let (host, packs, snapshot) = restic();
    let watch = Watch::new(host, "/srv/restic/dinkes");
    watch.look(1);
    let (one, two) = (format!("data/p1/{}", packs[0]), format!("data/p2/{}", packs[1]));
    put(watch.file(&one), "pack 0ne").unwrap();
    check(&watch.look(2), &[&short(&snapshot, "")], &[], &[(&one, "digest")]);
    put(watch.file(&one), "pack one").unwrap();
    check(&watch.look(3), &[&short(&snapshot, "v")], &[], &[]);
    put(watch.file(&two), "pack").unwrap();
    check(&watch.look(4), &[&short(&snapshot, "")], &[], &[(&two, "digest")]);
    std::fs::remove_file(watch.file(&two)).unwrap();
    check(&watch.look(5), &[&short(&snapshot, "")], &[], &[(&two, "missing")]);
}

#[test]
fn a_prune_is_no_damage_but_its_snapshot_is_gone() {
    let (host, packs, snapshot) = restic();
    let watch = Watch::new(host, "/srv/restic/dinkes");
    watch.look(1);
    std::fs::remove_file(watch.file(&format!("data/p2/{}", packs[1]))).unwrap();
    std::fs::remove_file(watch.file(&format!("index/{}", named(b"index")))).unwrap();
    std::fs::remove_file(watch.file(&format!("snapshots/{snapshot}"))).unwrap();
    put(watch.file(&format!("index/{}", named(b"new index"))), "new index").unwrap();
    let store = watch.look(2);
    check(&store, &[], &[&short(&snapshot, "")], &[]);
    assert_eq!((store.vanished[0].first_seen, store.vanished[0].last_seen), (time(1), time(1)));
}

#[test]
fn locks_grow_old() {
    let (host, _, _) = restic();
    let watch = Watch::new(host, "/srv/restic/dinkes");
    watch.look(1);
    std::fs::create_dir(watch.file("locks")).unwrap();
    put(watch.file("locks/ab"), "").unwrap();
    watch.look(2);
    let store = watch.look(4);
    assert_eq!((store.locks, store.oldest_lock_at), (1, Some(time(2))));
}

#[test]
fn borg_archives_come_and_go() {
    let config = format!("[repository]\nid = {}\n", key(0x22));
    let host = fixture::host(&[
        ("srv/borg/README", b"This is a Borg Backup repository.".as_slice()),
        ("srv/borg/config", config.as_bytes()),
        ("srv/borg/data/0/1", &created(0xab)),
    ]);
    let watch = Watch::new(host, "/srv/borg");
    let store = watch.look(1);
    assert_eq!((store.repository.clone(), store.layout), (Some(key(0x22)), Layout::Borg));
    check(&store, &["fefefefev", "ababababv"], &[], &[]);
    put(watch.file("data/0/2"), created(0xcd)).unwrap();
    let store = watch.look(2);
    assert_eq!(store.objects[0].first_seen, time(2));
    assert!(!store.objects[0].existed_before && store.count == 4);
    let deleted = [b"BORG_SEG".to_vec(), entry_of(1, Some([0xab; 32]), b""), entry_of(2, None, b"")].concat();
    put(watch.file("data/0/3"), deleted).unwrap();
    assert_eq!(watch.look(3).vanished[0].id, key(0xab));
    // Compaction: the live archive moves into a new segment.
    put(watch.file("data/0/4"), created(0xcd)).unwrap();
    for segment in ["data/0/1", "data/0/2", "data/0/3"] {
        std::fs::remove_file(watch.file(segment)).unwrap();
    }
    let store = watch.look(4);
    assert!(store.objects.iter().any(|object| object.id == key(0xcd) && object.first_seen == time(2)));
    assert!(store.damaged.is_empty(), "{:?}", store.damaged);
    let mut flipped = created(0xcd);
    flipped[2000] ^= 4;
    put(watch.file("data/0/4"), flipped).unwrap();
    let found = watch.look(5).damaged;
    assert_eq!((found[0].path.as_str(), found[0].what.as_str()), ("data/0/4", "crc"));
    std::fs::remove_file(watch.file("data/0/4")).unwrap();
    assert_eq!(watch.look(6).damaged[0].what, "missing");
}

#[test]
fn a_dump_under_a_new_name_has_the_old_digest() {
    let host = fixture::host(&[("srv/dump/a.sql", "-- Dump completed")]);
    let watch = Watch::new(host, "/srv/dump");
    let first = watch.look(1).objects[0].clone();
    put(watch.file("b.sql"), "-- Dump completed").unwrap();
    put(watch.file(".b.sql.part"), "half").unwrap();
    let store = watch.look(2);
    assert_eq!(store.objects.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(), ["b.sql", "a.sql"]);
    assert_eq!(store.objects[0].digest, first.digest);
    // Written over: the old content is gone, the new one is young.
    put(watch.file("a.sql"), "-- Dump completed, again").unwrap();
    let store = watch.look(3);
    assert_eq!((store.vanished[0].id.as_str(), store.vanished[0].first_seen), ("a.sql", time(1)));
    assert_eq!((store.objects[0].id.as_str(), store.objects[0].first_seen), ("a.sql", time(3)));
}

#[test]
fn an_empty_mount_point_is_not_an_empty_store() {
    let host = fixture::host(&[("srv/dump/a.sql", "x")]);
    let watch = Watch::new(host, "/srv/dump");
    watch.look(1);
    std::fs::remove_file(watch.file("a.sql")).unwrap();
    assert!(watch.fails(time(2)).contains("terpasang"));
}

#[test]
fn a_repository_that_was_deleted_whole_is_lost_and_not_merely_damaged() {
    let (host, _, snapshot) = restic();
    let watch = Watch::new(host, "/srv/restic/*");
    watch.mount("/srv");
    let store = watch.look(1);
    check(&store, &[&short(&snapshot, "v")], &[], &[]);
    std::fs::remove_dir_all(watch.host.dir.path().join(STORE)).unwrap();
    for day in [2, 3] {
        let store = watch.look(day);
        check(&store, &[], &[&short(&snapshot, "")], &[]);
        assert_eq!((store.path.as_str(), store.layout), ("/srv/restic/dinkes", Layout::Restic));
        assert_eq!((store.vanished[0].last_seen, store.office.as_deref()), (time(1), Some("dinkes")));
    }
    // Told for longer than anything is kept, then forgotten; then the pattern names nothing at all.
    assert!(watch.fails("2028-01-01T00:00:00Z".parse().unwrap()).contains("tidak ada"));
}

#[test]
fn what_an_unmounted_disk_held_is_out_of_sight_and_not_gone() {
    let (host, _, snapshot) = restic();
    let watch = Watch::new(host, "/srv/restic/*");
    watch.mount("/srv");
    watch.look(1);
    let (folder, aside) = (watch.host.dir.path().join("srv/restic"), watch.host.dir.path().join("aside"));
    std::fs::rename(&folder, &aside).unwrap();
    watch.mount("/elsewhere");
    assert!(watch.fails(time(2)).contains("mungkin penyimpanannya tidak terpasang"));
    std::fs::rename(&aside, &folder).unwrap();
    watch.mount("/srv");
    check(&watch.look(3), &[&short(&snapshot, "v")], &[], &[]);
}

#[test]
fn an_emptied_folder_and_a_repository_without_its_marks_are_still_what_they_were() {
    let (host, _, snapshot) = restic();
    let watch = Watch::new(host, "/srv/restic/*");
    watch.mount("/srv");
    watch.look(1);
    let below = |name: &str| watch.host.dir.path().join(STORE).join(name);
    std::fs::remove_file(below("config")).unwrap();
    let store = watch.look(2);
    check(&store, &[&short(&snapshot, "v")], &[], &[]);
    assert_eq!(store.layout, Layout::Restic);
    for name in ["keys", "data", "index", "snapshots"] {
        std::fs::remove_dir_all(below(name)).unwrap();
    }
    check(&watch.look(3), &[], &[&short(&snapshot, "")], &[]);
}

#[test]
fn a_printed_report_leaves_no_memory() {
    let host = fixture::host(&[("srv/dump/a.sql", "x")]);
    let state = tempfile::tempdir().unwrap();
    let store = vec![StoreSettings { path: "/srv/*".to_owned(), office: None }];
    let settings = Settings { store, ..Settings::default() };
    assert!(section(&host.roots, &settings, state.path(), false, time(1)).is_some());
    assert!(!state.path().join("witness").exists());
    assert_eq!(section(&host.roots, &Settings::default(), state.path(), true, time(1)), None);
}

#[test]
fn re_reading_goes_on_where_it_stopped() {
    let (host, _, _) = restic();
    let watch = Watch::new(host, "/srv/restic/dinkes");
    let settings = Settings {
        store: vec![StoreSettings { path: "/srv/restic/dinkes".to_owned(), office: None }],
        reread_mb: 0,
        ..Settings::default()
    };
    let read_at = |day| {
        let section = section(&watch.host.roots, &settings, watch.state.path(), true, time(day)).unwrap();
        let Outcome::Ok(Reading::Witnessed(stores)) = section.outcome else { panic!("no stores") };
        (stores[0].reread_bytes, stores[0].reread_at)
    };
    // Two packs, the index, the key and the snapshot: one at each look.
    assert_eq!(
        (1..=5).map(read_at).collect::<Vec<_>>(),
        [(8, None), (16, None), (21, None), (23, None), (0, Some(time(5))),]
    );
    assert_eq!(watch.look(6).objects[0].verified_at, Some(time(6)));
}
