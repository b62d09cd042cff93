use super::*;
use crate::roots::fixture;

const ROOT: &str = "CapEff:\t000001ffffffffff\n";
const NOBODY: &str = "CapEff:\t0000000000000000\n";

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A host with two ATA disks that has smartctl, with `files`, read with the rights of `status`.
fn host(status: &str, files: &[(&str, &str)]) -> fixture::Host {
    let disk = |name: &str| format!("-> ../devices/pci0/ata1/block/{name}");
    let (sda, sdb) = (disk("sda"), disk("sdb"));
    let own = [
        ("sys/block/sda", sda.as_str()),
        ("sys/devices/pci0/ata1/block/sda/size", "8"),
        ("sys/devices/pci0/ata1/block/sda/device/model", "ST1000"),
        ("sys/devices/pci0/ata1/block/sda/device/serial", "Z 1"),
        ("sys/block/sdb", sdb.as_str()),
        ("sys/devices/pci0/ata1/block/sdb/size", "8"),
        ("sys/devices/pci0/ata1/block/sdb/device/serial", "Z2"),
        ("usr/sbin/smartctl", ""),
        ("proc/self/status", status),
    ];
    fixture::host(&[&own[..], files].concat())
}

fn check(host: &fixture::Host, commands: u64, expected: &[DiskHealth]) {
    let read = read(&host.roots, &Settings::default(), now()).unwrap();
    assert_eq!(read, listed(expected.to_vec(), Reading::DiskHealth));
    assert_eq!(host.roots.commands_run(), commands);
}

fn asked(disk: &str, serial: &str) -> DiskHealth {
    DiskHealth {
        disk: Some(disk.into()),
        model: (disk == "sda").then(|| "ST1000".into()),
        serial: Some(serial.into()),
        read_at: Some(now()),
        source: "smartctl".into(),
        ..DiskHealth::default()
    }
}

#[test]
fn a_disk_that_hangs_is_named_and_costs_the_others_nothing() {
    let host = host(
        ROOT,
        &[
            (".host/cmd/smartctl_sda.hangs", ""),
            (".host/cmd/smartctl_sdb", r#"{"smart_status": {"passed": true}}"#),
        ],
    );
    let note = Some("smartctl sda: tidak menjawab dalam 8 detik".into());
    check(
        &host,
        2,
        &[
            DiskHealth { note, ..asked("sda", "Z 1") },
            DiskHealth { passed: Some(true), ..asked("sdb", "Z2") },
        ],
    );
}

#[test]
fn what_smartd_told_lately_is_not_asked_for() {
    let files = [
        (
            "var/lib/smartmontools/smartd.ST1000-Z_1.ata.state",
            "ata-smart-attribute.0.id = 5\nata-smart-attribute.0.raw = 3\n",
        ),
        (
            "var/lib/smartmontools/smartd.GONE-Z9.ata.state",
            "ata-smart-attribute.0.id = 5\nata-smart-attribute.0.raw = 3\n",
        ),
        ("var/lib/smartmontools/smartd.NVME-S1-n1.nvme.state", "nvme-err-log-entries = 0\n"),
        (
            ".host/files.json",
            r#"{"/var/lib/smartmontools/smartd.ST1000-Z_1.ata.state": {"modified": "2026-11-22T02:30:00Z"},
            "/var/lib/smartmontools/smartd.GONE-Z9.ata.state": {"modified": "2026-01-22T02:30:00Z"}}"#,
        ),
        (".host/cmd/smartctl_sdb", r#"{"smart_status": {"passed": true}}"#),
    ];
    let told = DiskHealth {
        reallocated: Some(3),
        read_at: Some("2026-11-22T02:30:00Z".parse().unwrap()),
        source: "smartd".into(),
        ..asked("sda", "Z 1")
    };
    check(&host(ROOT, &files), 1, &[told.clone(), DiskHealth { passed: Some(true), ..asked("sdb", "Z2") }]);
    check(&host(NOBODY, &files), 0, &[told]);
}

#[test]
fn without_the_right_nobody_is_asked_and_that_is_told() {
    let host = host(NOBODY, &[]);
    let failure = read(&host.roots, &Settings::default(), now()).unwrap_err();
    assert!(failure.to_string().starts_with("smartctl: tidak berhak"), "{failure}");
    assert_eq!(host.roots.commands_run(), 0);
}

#[test]
fn virtual_disks_and_hosts_without_tools_are_nothing() {
    let disk = |model: &str, transport: &str| Disk {
        model: Some(model.into()),
        transport: Some(transport.into()),
        ..Disk::default()
    };
    assert!(is_real(&disk("ST1000", "sata")) && is_real(&disk("X", "nvme")));
    assert!(!is_real(&disk("QEMU HARDDISK", "sata")) && !is_real(&disk("X", "virtio")));
    assert!(!is_real(&disk("DELL PERC H730", "raid")) && !is_real(&disk("X", "usb")));
    check(&fixture::host(&[("x", "")]), 0, &[]);
    check(&fixture::host(&[("usr/sbin/smartctl", ""), ("sys/block/vda/size", "8")]), 0, &[]);
}

#[test]
fn a_disk_that_the_kernel_gave_up_is_not_asked() {
    let host = host(
        ROOT,
        &[
            ("sys/devices/pci0/ata1/block/sda/device/state", "offline\n"),
            (".host/cmd/smartctl_sdb.failed", "kode keluar 1"),
        ],
    );
    let note = |text: &str| Some(text.to_owned());
    check(
        &host,
        1,
        &[
            DiskHealth {
                note: note("smartctl sda: tidak ditanya: kernel menyebutnya offline"),
                ..asked("sda", "Z 1")
            },
            DiskHealth { note: note("smartctl sdb: kode keluar 1"), ..asked("sdb", "Z2") },
        ],
    );
}
