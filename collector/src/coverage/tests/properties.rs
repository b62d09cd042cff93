//! What holds of every host and every set.

use patuh_protocol::backup::{Holds, Run, Target, Tool};
use patuh_protocol::inventory::{Database, DatabaseEngine};
use proptest::prelude::*;

use super::super::*;
use super::{Host, run, server, set, texts};

/// Sets of all kinds, near what the host of the properties has.
fn any_set() -> impl Strategy<Value = BackupSet> {
    let tools =
        [Tool::Restic, Tool::Borg, Tool::PgDump, Tool::MysqlDump, Tool::Dump, Tool::Vzdump, Tool::Pgbackrest];
    let sources =
        ["/", "/srv", "/var/lib", "/var/lib/db", "/etc", "/home/*", "vm/101", "rel", "/var/backups"];
    let excludes = ["*.tmp", "*.pdf", "/srv/www/x", "/srv/www", "re:x", "**/x", "*.sql"];
    let databases = ["simpeg", "siak", "*", "lain"];
    let ids = ["simpeg-1.sql", "siak_2.sql", "semua.sql", "vzdump-qemu-101-x", "a1"];
    (
        proptest::sample::select(tools.to_vec()),
        proptest::sample::select(vec![Holds::Files, Holds::Database, Holds::Both, Holds::Unknown]),
        proptest::sample::subsequence(sources.to_vec(), 0..=3),
        proptest::sample::subsequence(excludes.to_vec(), 0..=2),
        proptest::sample::subsequence(databases.to_vec(), 0..=2),
        proptest::sample::subsequence(ids.to_vec(), 0..=3),
        proptest::option::of(proptest::sample::select(vec!["7710", "1"])),
        (1_u32..28, any::<bool>(), any::<Option<bool>>()),
    )
        .prop_map(
            move |(
                tool,
                holds,
                sources,
                excludes,
                databases,
                ids,
                system_id,
                (day, whole, one_filesystem),
            )| {
                let run = |id: &&str| Run { whole: (!whole).then_some(false), ..run(id, day) };
                BackupSet {
                    name: format!("{tool:?} {day}"),
                    tool,
                    holds,
                    runs: ids.iter().map(run).collect(),
                    sources: texts(&sources),
                    excludes: texts(&excludes),
                    one_filesystem,
                    databases: texts(&databases),
                    system_id: system_id.map(Into::into),
                    target: Target { location: "/var/backups/db".into(), ..Target::default() },
                    ..BackupSet::default()
                }
            },
        )
}

/// A host with one of everything.
fn full() -> Host {
    let guest = Guest {
        manager: "proxmox".into(),
        id: "101".into(),
        disks: texts(&["/srv/vm/a.raw"]),
        ..Guest::default()
    };
    Host {
        databases: vec![
            server(DatabaseEngine::Mariadb, &["simpeg", "siak"]),
            server(DatabaseEngine::Postgresql, &["oid 1", "oid 2"]),
        ],
        sites: vec![Site { root: Some("/srv/www".into()), ..Site::default() }],
        guests: vec![guest],
        filesystems: vec![
            Filesystem { mount: "/srv/www".into(), kind: "ext4".into(), ..Filesystem::default() },
            Filesystem { mount: "/srv/www/x".into(), kind: "ext4".into(), ..Filesystem::default() },
        ],
        ..Host::default()
    }
}

/// Covers by key, with the reasons.
fn covers(sets: &[BackupSet]) -> Vec<(String, Cover, String)> {
    full().stores(sets, &[]).into_iter().map(|store| (store.key, store.cover, store.reason)).collect()
}

proptest! {
    #[test]
    fn order_changes_nothing(sets in proptest::collection::vec(any_set(), 0..5), turn in 0_usize..5) {
        let mut turned = sets.clone();
        turned.rotate_left(turn.min(sets.len()));
        prop_assert_eq!(covers(&sets), covers(&turned));
    }

    #[test]
    fn one_more_set_makes_no_cover_worse(sets in proptest::collection::vec(any_set(), 0..4), more in any_set()) {
        let before = covers(&sets);
        let after = covers(&[sets, vec![more]].concat());
        for ((key, before, _), (_, after, why)) in before.into_iter().zip(after) {
            prop_assert!(after >= before, "{key}: {before:?} {after:?} {why}");
        }
    }

    #[test]
    fn no_text_makes_it_panic(texts in proptest::collection::vec(".*", 12), near in "[/*.:a-z0-9 ]{0,20}") {
        let mut text = texts.into_iter().chain([near]).cycle();
        let mut next = || text.next().unwrap_or_default();
        let host = Host {
            databases: vec![DatabaseService {
                name: next(),
                data_dir: Some(next()),
                databases: vec![Database { name: next(), ..Database::default() }],
                ..server(DatabaseEngine::Postgresql, &[])
            }],
            sites: vec![Site { root: Some(next()), application: Some(next()), ..Site::default() }],
            filesystems: vec![Filesystem { mount: next(), kind: "ext4".into(), used_bytes: Some(u64::MAX), ..Filesystem::default() }],
            containers: vec![Container { image: next(), volumes: vec![next(), format!("{}:{}", next(), next())], ..Container::default() }],
            guests: vec![Guest { id: next(), disks: vec![next()], ..Guest::default() }],
        };
        let set = BackupSet {
            runs: vec![run(&next(), 21)],
            sources: vec![next(), next()],
            excludes: vec![next()],
            databases: vec![next()],
            ..set(Tool::Borg, Holds::Unknown)
        };
        let keys: Vec<_> = host.stores(&[set], &[]).into_iter().map(|store| store.key).collect();
        prop_assert!(keys.iter().any(|key| key == "files/etc"));
    }
}
