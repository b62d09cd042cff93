//! Guests, volumes and file systems.

use patuh_protocol::backup::{Holds, Target, Tool};
use patuh_protocol::inventory::GuestKind;

use super::super::*;
use super::{Host, dumps, files, run, set, texts};

#[test]
fn guests_are_held_whole_or_by_their_disks() {
    let guest = |id: &str, kind, disk: &str| Guest {
        manager: "proxmox".into(),
        kind,
        id: id.into(),
        name: "simpeg".into(),
        running: Some(true),
        disks: texts(&[disk]),
        ..Guest::default()
    };
    let host = Host {
        guests: vec![
            guest("101", GuestKind::Machine, "tank:vm-101-disk-0"),
            guest("105", GuestKind::Container, "tank:subvol-105-disk-0"),
            Guest { manager: "libvirt".into(), ..guest("7", GuestKind::Machine, "/srv/vm/a.qcow2") },
        ],
        ..Host::default()
    };
    let whole = BackupSet { sources: texts(&["vm/101"]), ..set(Tool::Vzdump, Holds::Both) };
    host.check(std::slice::from_ref(&whole), "machine/proxmox/101", &Cover::Covered, &[0], "");
    host.check(&[whole], "machine/proxmox/105", &Cover::Uncovered, &[], "");
    let files_of = |id: &str| BackupSet { runs: vec![run(id, 21)], ..set(Tool::Dump, Holds::Both) };
    host.check(
        &[files_of("vzdump-lxc-105-2026_11_21.tar.zst")],
        "machine/proxmox/105",
        &Cover::Covered,
        &[0],
        "",
    );
    host.check(
        &[files_of("vzdump-qemu-1010-2026_11_21.vma")],
        "machine/proxmox/101",
        &Cover::Uncovered,
        &[],
        "",
    );
    let store =
        BackupSet { runs: vec![run("vm/101/2026-11-21T19:00:03Z", 21)], ..set(Tool::Pbs, Holds::Both) };
    host.check(&[store], "machine/proxmox/101", &Cover::Covered, &[0], "");
    host.check(&[files(&["/srv"], &[])], "machine/libvirt/7", &Cover::Inconsistent, &[0], "sedang berjalan");
    host.check(&[files(&["/srv"], &[])], "machine/proxmox/101", &Cover::Uncovered, &[], "");
}

#[test]
fn volumes_are_data_and_may_be_databases() {
    let container = |image: &str, volume: &str| Container {
        name: "kontainer".into(),
        image: image.into(),
        running: Some(true),
        volumes: texts(&[volume]),
        ..Container::default()
    };
    let host = Host {
        containers: vec![
            container("nextcloud:29", "/srv/nextcloud:/var/www/html"),
            container("postgres:15", "/var/lib/docker/volumes/simpeg_db/_data:/var/lib/postgresql/data"),
            container("x", "/etc/localtime:/etc/localtime"),
        ],
        ..Host::default()
    };
    let all = files(&["/srv", "/var/lib/docker/volumes"], &[]);
    host.check(std::slice::from_ref(&all), "volume/srv/nextcloud", &Cover::Covered, &[0], "");
    host.check(std::slice::from_ref(&all), "volume/simpeg_db", &Cover::Inconsistent, &[0], "sedang berjalan");
    let dump = dumps(Tool::PgDump, vec![run("x", 21)], &["*"]);
    host.check(&[dump], "volume/simpeg_db", &Cover::Covered, &[0], "");
    let named = dumps(Tool::PgDump, vec![run("x", 21)], &["simpeg"]);
    host.check(&[named], "volume/simpeg_db", &Cover::Unknown, &[], "nama basis datanya");
    assert_eq!(host.stores(&[], &[]).len(), 4, "two volumes, /etc, /home");
}

fn mount(path: &str, kind: &str) -> Filesystem {
    Filesystem { mount: path.into(), kind: kind.into(), used_bytes: Some(5 << 30), ..Filesystem::default() }
}

#[test]
fn file_systems_of_their_own_are_data_unless_they_are_spoken_for() {
    let host = Host {
        filesystems: vec![
            mount("/", "ext4"),
            mount("/home", "ext4"),
            mount("/srv", "xfs"),
            mount("/data", "ext4"),
            mount("/cadangan", "ext4"),
            mount("/var/log", "ext4"),
            mount("/nfs", "nfs4"),
        ],
        sites: vec![Site { root: Some("/data/www".into()), ..Site::default() }],
        ..Host::default()
    };
    let target = Target { location: "/cadangan/restic".into(), ..Target::default() };
    let set = BackupSet { target, ..files(&["/etc"], &[]) };
    let stores = host.stores(&[set], &[]);
    let keys: Vec<_> = stores.iter().map(|store| store.key.as_str()).collect();
    assert_eq!(keys, ["files/data/www", "files/etc", "files/home", "files/srv"]);
    host.check(&[], "files/home", &Cover::Uncovered, &[], "");
}

#[test]
fn a_set_that_stays_on_its_file_system_holds_no_other() {
    let host = Host {
        filesystems: vec![
            mount("/", "ext4"),
            mount("/srv", "xfs"),
            mount("/etc/pki", "ext4"),
            mount("/home/nas", "nfs4"),
        ],
        ..Host::default()
    };
    let saved = |sources: &[&str], one_filesystem| BackupSet { one_filesystem, ..files(sources, &[]) };
    let check = |set: &BackupSet, key: &str, cover: &Cover, why: &str| {
        let by: &[usize] = if matches!(cover, Cover::Covered | Cover::Partly) { &[0] } else { &[] };
        host.check(std::slice::from_ref(set), key, cover, by, why);
    };
    for (one_filesystem, srv, etc, why) in [
        (Some(false), Cover::Covered, Cover::Covered, ""),
        (Some(true), Cover::Uncovered, Cover::Partly, "tidak menyertakan sistem berkas"),
        (None, Cover::Unknown, Cover::Unknown, "tidak terlihat apakah set `malam` menyertakan sistem berkas"),
    ] {
        check(&saved(&["/"], one_filesystem), "files/srv", &srv, why);
        check(&saved(&["/"], one_filesystem), "files/etc", &etc, why);
        // Another host's data is another host's to tell of.
        check(&saved(&["/"], one_filesystem), "files/home", &Cover::Covered, "");
        check(&saved(&["/", "/srv/", "/etc/*"], one_filesystem), "files/srv", &Cover::Covered, "");
        check(&saved(&["/", "/srv/", "/etc/*"], one_filesystem), "files/etc", &Cover::Covered, "");
    }
    // What is left out for certain is not made unclear by what is not seen.
    let left_out = BackupSet { excludes: texts(&["/srv"]), ..saved(&["/"], None) };
    check(&left_out, "files/srv", &Cover::Uncovered, "mengecualikannya");
    let unseen = Inventory {
        databases: Heard::Known { sensor: "databases", items: &[], at: super::time(22) },
        sites: Heard::Known { sensor: "sites", items: &[], at: super::time(22) },
        filesystems: Heard::Unknown { sensor: "filesystems" },
        containers: vec![],
        guests: vec![],
    };
    let set = saved(&["/"], Some(true));
    let stores = stores(&unseen, Claims { sets: &[&set], unheard: &[] }, super::time(22));
    assert!(stores.iter().all(|store| store.cover == Cover::Unknown), "{stores:?}");
}
