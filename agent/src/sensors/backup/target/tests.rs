//! Locations as administrators write them, seen from one host.

use super::*;
use crate::roots::fixture;

const MOUNTINFO: &str = "\
    1 0 8:1 / / rw - ext4 /dev/sda1 rw\n\
    2 1 8:17 / /media/usb rw - ext4 /dev/sdb1 rw\n\
    3 1 0:44 / /mnt/dc rw - nfs4 10.9.0.5:/backup/dinkes rw\n\
    4 1 0:45 / /mnt/win rw - cifs //cadangan/opd rw\n\
    5 1 0:46 / /mnt/self rw - nfs4 10.1.0.9:/srv rw\n\
    6 1 0:47 / /mnt/auto rw - autofs systemd-1 rw\n\
    7 1 0:48 / /mnt/host rw - virtiofs tag rw\n";

fn host() -> fixture::Host {
    fixture::host(&[
        ("proc/self/mountinfo", MOUNTINFO),
        ("proc/sys/kernel/hostname", "SIMPEG.kab.go.id\n"),
        ("etc/hosts", "127.0.1.1 simpeg-lama # old\n10.9.0.5 cadangan\n10.1.0.9 data\nrubbish\n"),
        (".host/addresses.json", r#"{"eno1": ["10.1.0.9/24", "fd00::9/64"]}"#),
        ("sys/dev/block/8:1", "-> ../../devices/pci0/ata1/block/sda/sda1"),
        ("sys/devices/pci0/ata1/block/sda/sda1/partition", "1"),
        ("sys/dev/block/8:17", "-> ../../devices/pci0/usb2/block/sdb/sdb1"),
        ("sys/devices/pci0/usb2/block/sdb/sdb1/partition", "1"),
        ("var/backups/link", "-> /media/usb/deep"),
        ("media/usb/deep/x", ""),
    ])
}

fn check(location: &str, shown: &str, at: Option<&str>, class: TargetClass) {
    let host = host();
    let found = Surroundings::read(&host.roots).unwrap().target(&host.roots, location);
    assert_eq!(
        found,
        Target { location: shown.into(), host: at.map(str::to_owned), class, ..Target::default() },
        "{location}"
    );
}

#[test]
fn urls_name_hosts_and_lose_their_secrets() {
    use TargetClass::{OtherHost, SameHost, Unknown};
    check(
        "sftp:patuh@dc.kab.go.id:/srv/dinkes",
        "sftp:dc.kab.go.id:/srv/dinkes",
        Some("dc.kab.go.id"),
        OtherHost,
    );
    check("sftp://u:p@10.9.0.5:2222//srv/x", "sftp://10.9.0.5:2222//srv/x", Some("10.9.0.5"), OtherHost);
    check("sftp://u@[fd00::5]:22//srv", "sftp://[fd00::5]:22//srv", Some("fd00::5"), OtherHost);
    check("rest:https://opd:rah%40sia@dc:8000/x?token=1", "rest:https://dc:8000/x", Some("dc"), OtherHost);
    check("rest:https://opd:ra/ha@sia@dc:8000/x", "rest:https://dc:8000/x", Some("dc"), OtherHost);
    check(
        "s3:https://minio.kab.go.id:9000/b",
        "s3:https://minio.kab.go.id:9000/b",
        Some("minio.kab.go.id"),
        OtherHost,
    );
    check("s3:s3.amazonaws.com/b", "s3:s3.amazonaws.com/b", Some("s3.amazonaws.com"), OtherHost);
    check("admin@dc:backup", "dc:backup", Some("dc"), OtherHost);
    check("b2:bucket:path", "b2:bucket:path", None, OtherHost);
    check("rclone:gdrive:x", "rclone:gdrive:x", None, Unknown);
    check("relative/path", "relative/path", None, Unknown);
    check("", "", None, Unknown);
    check("rest:http://localhost:8000/", "rest:http://localhost:8000/", None, SameHost);
    check("rest:http://127.0.0.53:8000/", "rest:http://127.0.0.53:8000/", None, SameHost);
    check("sftp:u@10.1.0.9:/x", "sftp:10.1.0.9:/x", None, SameHost);
    check("sftp:u@simpeg:/x", "sftp:simpeg:/x", None, SameHost);
    check("sftp:u@SIMPEG-lama:/x", "sftp:SIMPEG-lama:/x", None, SameHost);
    check("sftp:u@data:/x", "sftp:data:/x", None, SameHost);
}

#[test]
fn paths_lie_where_their_mount_lies() {
    use TargetClass::{OtherHost, Removable, SameHost, Unknown};
    check("/var/backups/db", "/var/backups/db", None, SameHost);
    check("local:/var/backups", "local:/var/backups", None, SameHost);
    check("/media/usb/db", "/media/usb/db", None, Removable);
    check("/var/backups/link/x", "/var/backups/link/x", None, Removable);
    check("/mnt/dc/x@y", "/mnt/dc/x@y", Some("10.9.0.5"), OtherHost);
    check("/mnt/win/x", "/mnt/win/x", Some("cadangan"), OtherHost);
    check("/mnt/self/x", "/mnt/self/x", None, SameHost);
    check("/mnt/host/x", "/mnt/host/x", None, OtherHost);
    check("/mnt/auto/x", "/mnt/auto/x", None, Unknown);
}

#[test]
fn a_system_on_a_usb_disk_backs_up_to_itself() {
    let host = fixture::host(&[
        ("proc/self/mountinfo", "1 0 8:17 / / rw - ext4 /dev/sdb1 rw\n"),
        ("sys/dev/block/8:17", "-> ../../devices/pci0/usb2/block/sdb/sdb1"),
        ("sys/devices/pci0/usb2/block/sdb/sdb1/partition", "1"),
    ]);
    let found = Surroundings::read(&host.roots).unwrap().target(&host.roots, "/var/backups");
    assert_eq!(found.class, TargetClass::SameHost);
}

/// A host with one disk of three partitions (one under LVM, one encrypted), a second disk, an image in a file, two
/// folders of one pool, and a USB disk.
fn disks() -> fixture::Host {
    let sda = "sys/devices/pci0/ata1/block/sda";
    let usb = "sys/devices/pci0/usb2/block/sdc";
    let at = |folder: &str, file: &str| format!("{folder}/{file}");
    let files = [
        (at("proc/self", "mountinfo"), MANY),
        (at("sys/dev/block", "8:1"), "-> ../../devices/pci0/ata1/block/sda/sda1"),
        (at("sys/dev/block", "8:16"), "-> ../../devices/pci0/ata2/block/sdb"),
        (at("sys/dev/block", "8:33"), "-> ../../devices/pci0/usb2/block/sdc/sdc1"),
        (at("sys/dev/block", "253:0"), "-> ../../devices/virtual/block/dm-0"),
        (at("sys/dev/block", "253:1"), "-> ../../devices/virtual/block/dm-1"),
        (at("sys/dev/block", "7:0"), "-> ../../devices/virtual/block/loop0"),
        (at(sda, "sda1/partition"), "1"),
        (at(sda, "sda2/partition"), "2"),
        (at(sda, "sda3/partition"), "3"),
        (at("sys/devices/pci0/ata2/block/sdb", "removable"), "0"),
        (at("sys/devices/virtual/block/dm-0/slaves", "sda2"), "-> ../../../../pci0/ata1/block/sda/sda2"),
        (at("sys/devices/virtual/block/dm-1/slaves", "sda3"), "-> ../../../../pci0/ata1/block/sda/sda3"),
        (at("sys/devices/virtual/block/dm-1/dm", "uuid"), "CRYPT-LUKS2-1-cadangan"),
        (at("sys/devices/virtual/block/loop0/loop", "backing_file"), "/srv/disk.img"),
        (at(usb, "sdc1/partition"), "1"),
        (at(usb, "dev"), "8:32"),
        (at(usb, "device/vendor"), "Seagate"),
        (at(usb, "device/model"), "Expansion"),
        (at("run/udev/data", "b8:32"), "E:ID_SERIAL_SHORT=NA8ABCDE\n"),
        (at("run/udev/data", "b8:33"), "E:ID_FS_UUID=6A3E-11F2\n"),
    ];
    let folders = [
        "srv/data/",
        "aman/",
        "disk2/",
        "var/lib/mysql/",
        "image/",
        "tank/data/",
        "tank/backup/",
        "media/usb/",
    ];
    let folders = folders.into_iter().map(|folder| (folder.to_owned(), ""));
    let files = files.into_iter().chain(folders);
    let files: Vec<(String, &str)> = files.collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    fixture::host(&files)
}

const MANY: &str = "\
    1 0 8:1 / / rw - ext4 /dev/sda1 rw\n\
    2 1 253:0 / /srv rw - xfs /dev/mapper/vg-srv rw\n\
    3 1 253:1 / /aman rw - ext4 /dev/mapper/aman rw\n\
    4 1 8:16 / /disk2 rw - ext4 /dev/sdb rw\n\
    5 1 8:16 /db /var/lib/mysql rw - ext4 /dev/sdb rw\n\
    6 1 7:0 / /image rw - ext4 /dev/loop0 rw\n\
    7 1 0:60 / /tank/data rw - zfs tank/data rw\n\
    8 1 0:61 / /tank/backup rw - zfs tank/backup rw\n\
    9 1 8:33 / /media/usb rw - ext4 /dev/sdc1 rw\n\
    10 1 0:44 / /mnt/dc rw - nfs4 10.9.0.5:/backup rw\n";

fn check_near(location: &str, sources: &[&str], class: TargetClass, medium: Option<&str>) {
    let host = disks();
    let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
    let found = Surroundings::read(&host.roots).unwrap().target_of(&host.roots, location, &sources);
    assert_eq!((found.class, found.medium.as_deref()), (class, medium), "{location} {sources:?}");
}

#[test]
fn a_copy_is_as_near_as_the_nearest_thing_it_protects() {
    use TargetClass::{OtherHost, Removable, SameDisk, SameFilesystem, SameHost};
    check_near("/var/backups", &["/etc"], SameFilesystem, None);
    check_near("/var/backups", &["/srv/data"], SameDisk, None);
    check_near("/var/backups", &["/disk2/x"], SameHost, None);
    check_near("/var/backups", &["/disk2/x", "/etc"], SameFilesystem, None);
    // A bind mount is another folder of the same file system.
    check_near("/disk2/dump", &["/var/lib/mysql"], SameFilesystem, None);
    // An image lies where its file lies.
    check_near("/image/x", &["/srv/data"], SameFilesystem, None);
    check_near("/image/x", &["/etc"], SameDisk, None);
    check_near("/tank/backup/x", &["/tank/data"], SameDisk, None);
    check_near("/media/usb/x", &["/etc"], Removable, Some("Seagate Expansion NA8ABCDE"));
    check_near("/media/usb/x", &["/media/usb/data"], SameFilesystem, None);
    check_near("/mnt/dc/x", &["/etc"], OtherHost, None);
    // What lies elsewhere, or is not known, says nothing.
    check_near("/var/backups", &["/mnt/dc/data"], SameHost, None);
    check_near("/var/backups", &["web1:/etc"], SameHost, None);
    check_near("/var/backups", &[], SameHost, None);
}

#[test]
fn a_medium_in_a_nameless_box_is_known_by_its_file_system() {
    let host = disks();
    std::fs::remove_file(host.dir.path().join("run/udev/data/b8:32")).unwrap();
    let found = Surroundings::read(&host.roots).unwrap().target(&host.roots, "/media/usb/x");
    assert_eq!(found.medium.as_deref(), Some("UUID 6A3E-11F2"));
}

#[test]
fn an_encrypted_file_system_is_known() {
    let host = disks();
    let surroundings = Surroundings::read(&host.roots).unwrap();
    let found =
        ["/aman/x", "/srv/x", "/mnt/dc/x"].map(|p| surroundings.is_encrypted(&host.roots, Path::new(p)));
    assert_eq!(found, [true, false, false]);
}

#[test]
fn servers_are_found_in_mount_sources() {
    for (source, expected) in [
        ("10.0.0.5:/x", Some("10.0.0.5")),
        ("[fd00::5]:/x", Some("fd00::5")),
        ("mon1:6789,mon2:6789:/", Some("mon1")),
        ("u@h:", Some("h")),
        ("https://dav.example/x", Some("dav.example")),
        ("s3fs", None),
        (":/x", None),
        ("", None),
    ] {
        assert_eq!(server(source).as_deref(), expected, "{source}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".*", path in "[/:@a-z\\[\\]?#]{0,20}") {
        for text in [&text, &path] {
            let _ = (server(text), taken_apart(text), taken_apart(&format!("x://{text}")));
        }
    }
}
