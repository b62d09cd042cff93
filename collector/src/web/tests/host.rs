//! What one hand-made server reported: a whole one, with a failed sensor, a broken backup and changes.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Target, TargetClass, Tool};
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::{Cpu, Disk, Filesystem, Machine, Memory, Package, System};
use patuh_protocol::lan::{Gateway, Interface, Neighbour};
use patuh_protocol::report::{Outcome, Reading, Report, Section};

use super::{contents, parts};
use crate::store::{Carrier, ChangeRow, CurrentSection, Latest, Value};

/// Says what an agent says.
pub(super) type Say<'a> = &'a dyn Fn(&str) -> String;

/// All that the server's sensors read, by name.
fn readings(now: Timestamp, say: Say<'_>) -> Vec<(&'static str, Reading)> {
    let mut all = basics(now, say);
    all.extend(parts::readings(now, say));
    all.extend(contents::readings(now, say));
    all.sort_by_key(|(sensor, _)| *sensor);
    all
}

/// What every host tells.
fn basics(now: Timestamp, say: Say<'_>) -> Vec<(&'static str, Reading)> {
    let some = |text: &str| Some(say(text));
    vec![
        ("backup/dumps", Reading::Backups(vec![dumps(now, say)])),
        ("backup/restic", Reading::Backups(vec![restic(now, say)])),
        (
            "cpu",
            Reading::Cpu(Cpu {
                model: some("Intel(R) Xeon(R) Silver 4214R CPU @ 2.40GHz"),
                sockets: 2,
                cores: 24,
                threads: 48,
            }),
        ),
        ("disks", Reading::Disks(disks(say))),
        ("filesystems", Reading::Filesystems(filesystems(say))),
        (
            "gateways",
            Reading::Gateways(vec![Gateway {
                address: say("10.10.0.1"),
                interface: say("eno1"),
                mac: some("00:1b:21:aa:bb:01"),
            }]),
        ),
        ("interfaces", Reading::Interfaces(interfaces(say))),
        ("machine", Reading::Machine(Box::new(machine(say)))),
        ("memory", Reading::Memory(Memory { total_bytes: 67_431_763_968, swap_bytes: 8_589_930_496 })),
        ("neighbours", Reading::Neighbours(neighbours(say))),
        ("packages/dpkg", Reading::Packages(packages(say))),
        ("system", Reading::System(system(now, say))),
    ]
}

/// The sections as the store keeps them.
pub(super) fn sections(now: Timestamp, say: Say<'_>) -> Vec<CurrentSection> {
    let at = now - SignedDuration::from_mins(12);
    let read = |(sensor, reading): (&str, Reading)| CurrentSection {
        sensor: sensor.into(),
        latest: if sensor == "disks" {
            Latest::Failed(say("Permission denied (os error 13)"))
        } else {
            Latest::Ok
        },
        at,
        index: 1,
        took_us: 1_812 + 37 * sensor.len() as u64 * sensor.len() as u64,
        value: Some(Value { reading, at, index: 1, carrier: Carrier { at, index: 1 } }),
    };
    let mut sections: Vec<_> = readings(now, say).into_iter().map(read).collect();
    sections.push(CurrentSection {
        sensor: "packages/rpm".into(),
        latest: Latest::Nothing,
        at,
        index: 1,
        took_us: 21,
        value: None,
    });
    sections.sort_by(|a, b| a.sensor.cmp(&b.sensor));
    sections
}

/// The same as the report that brought them.
pub(super) fn report(now: Timestamp, say: Say<'_>) -> Report {
    let section = |(sensor, reading): (&str, Reading)| Section {
        sensor: sensor.into(),
        took_us: 2_400,
        outcome: if sensor == "disks" {
            Outcome::Failed(say("Permission denied (os error 13)"))
        } else {
            Outcome::Ok(reading)
        },
    };
    let mut sections: Vec<_> = readings(now, say).into_iter().map(section).collect();
    sections.push(Section { sensor: "packages/rpm".into(), took_us: 21, outcome: Outcome::Nothing });
    let taken_at = now - SignedDuration::from_mins(12);
    Report { version: 1, agent_version: say("0.1.0"), taken_at, sections, gap: None, base: None }
}

fn machine(say: Say<'_>) -> Machine {
    let some = |text: &str| Some(say(text));
    Machine {
        vendor: some("Dell Inc."),
        product: some("PowerEdge R740"),
        serial: some("7XK42N2"),
        board_vendor: some("Dell Inc."),
        board_product: some("0923K0"),
        board_serial: some("CNIVC008AB0123"),
        uuid: some("4c4c4544-0058-4b10-8034-b7c04f4e3232"),
        chassis: some("rack mount"),
        bios_vendor: some("Dell Inc."),
        bios_version: some("2.19.1"),
        bios_date: some("06/04/2023"),
        guest_of: None,
        machine_id: some("5f3a9c1e5f3a9c1e5f3a9c1e5f3a9c1e"),
        ..Machine::default()
    }
}

fn system(now: Timestamp, say: Say<'_>) -> System {
    let some = |text: &str| Some(say(text));
    System {
        hostname: say("db-diskominfo-01"),
        id: some("debian"),
        version: some("12"),
        name: some("Debian GNU/Linux 12 (bookworm)"),
        kernel: some("6.1.0-26-amd64"),
        architecture: some("x86_64"),
        booted_at: Some(now - SignedDuration::from_hours(24 * 63)),
        timezone: some("Asia/Jakarta"),
    }
}

fn disks(say: Say<'_>) -> Vec<Disk> {
    let disk = |name: &str, model: &str, size_bytes, rotational, removable| Disk {
        name: say(name),
        model: Some(say(model)),
        serial: Some(say("S4EVNX0R701234")),
        size_bytes,
        rotational,
        removable,
        ..Disk::default()
    };
    vec![
        disk("nvme0n1", "Samsung SSD 970 EVO Plus 1TB", 1_000_204_886_016, Some(false), false),
        disk("sda", "ST4000NM0035-1V4107", 4_000_787_030_016, Some(true), false),
        disk("sdb", "Elements 25A2", 2_000_365_289_472, Some(true), true),
    ]
}

fn filesystems(say: Say<'_>) -> Vec<Filesystem> {
    let fs = |mount: &str, source: &str, kind: &str, space: Option<(u64, u64)>, read_only| Filesystem {
        mount: say(mount),
        source: say(source),
        kind: say(kind),
        size_bytes: space.map(|(size, _)| size),
        used_bytes: space.map(|(_, used)| used),
        read_only,
    };
    vec![
        fs("/", "/dev/nvme0n1p2", "ext4", Some((502_392_610_816, 196_021_248_000)), false),
        fs("/srv", "/dev/sda1", "xfs", Some((3_998_832_107_520, 3_812_600_000_000)), false),
        fs("/mnt/cadangan", "10.10.0.9:/cadangan", "nfs4", None, false),
        fs("/media/usb", "/dev/sdb1", "exfat", Some((2_000_000_000_000, 120_000_000_000)), true),
    ]
}

fn interfaces(say: Say<'_>) -> Vec<Interface> {
    let interface = |name: &str, addresses: &[&str], is_virtual, speed_mbps| Interface {
        name: say(name),
        mac: Some(say("00:1b:21:3c:4d:5e")),
        up: Some(true),
        speed_mbps,
        mtu: Some(1500),
        is_virtual,
        addresses: addresses.iter().map(|a| say(a)).collect(),
        ..Interface::default()
    };
    vec![
        interface("docker0", &["172.17.0.1/16"], true, None),
        interface("eno1", &["10.10.0.21/24", "fe80::21b:21ff:fe3c:4d5e/64"], false, Some(1000)),
        Interface { name: say("eno2"), up: Some(false), ..Interface::default() },
    ]
}

fn neighbours(say: Say<'_>) -> Vec<Neighbour> {
    let neighbour = |n: u8| Neighbour {
        address: say(&format!("10.10.0.{n}")),
        mac: say(&format!("00:1b:21:aa:bb:{n:02x}")),
        interface: say("eno1"),
    };
    (1..14).map(neighbour).collect()
}

fn packages(say: Say<'_>) -> Vec<Package> {
    let names = [
        "apache2",
        "bash",
        "ca-certificates",
        "curl",
        "libc6",
        "libssl3",
        "mariadb-server",
        "openssh-server",
    ];
    let package = |n: usize| Package {
        name: say(&format!("{}{}", names[n % 8], if n < 8 { String::new() } else { format!("-{n}") })),
        version: say(&format!("1:10.11.{}-0+deb12u{}", n % 17, n % 3)),
        architecture: say("amd64"),
        ..Package::default()
    };
    (0..612).map(package).collect()
}

fn run(id: &str, at: Timestamp, bytes: Option<u64>, whole: Option<bool>, say: Say<'_>) -> Run {
    Run { id: say(id), at, bytes, whole, ..Run::default() }
}

fn dumps(now: Timestamp, say: Say<'_>) -> BackupSet {
    let night = |back: i64| now - SignedDuration::from_hours(24 * back + 5);
    let runs = (0_i64..30).filter(|n| ![4, 11, 12].contains(n)).map(|n| {
        let whole = n != 2;
        let size = if whole { 1_812_000_000 - 4_000_000 * n.unsigned_abs() } else { 12_288 };
        run(&format!("siak-{n:02}.sql.gz"), night(n), Some(size), Some(whole), say)
    });
    BackupSet {
        name: say("/srv/cadangan/mysql"),
        tool: Tool::MysqlDump,
        holds: Holds::Database,
        target: Target {
            location: say("/srv/cadangan/mysql/siak-*.sql.gz"),
            host: None,
            class: TargetClass::SameHost,
            ..Target::default()
        },
        basis: Basis::Files,
        runs: runs.collect(),
        count: 27,
        oldest_at: Some(night(29)),
        encrypted: Some(false),
        problems: vec![
            Problem { about: say("siak-02.sql.gz"), kind: ProblemKind::Truncated },
            Problem { about: say("siak-02.sql.gz"), kind: ProblemKind::Collapsed },
        ],
        ..BackupSet::default()
    }
}

fn restic(now: Timestamp, say: Say<'_>) -> BackupSet {
    let night = |back: i64| now - SignedDuration::from_hours(24 * 7 * back + 7);
    let runs = (0..5).map(|n| run(&format!("8d2e0c4{n}"), night(n), Some(48_120_000_000), None, say));
    BackupSet {
        name: say("berkas"),
        tool: Tool::Restic,
        holds: Holds::Files,
        target: Target {
            location: say("rest:https://cadangan.contoh.go.id/berkas"),
            host: Some(say("cadangan.contoh.go.id")),
            class: TargetClass::OtherHost,
            ..Target::default()
        },
        basis: Basis::Asked,
        runs: runs.collect(),
        count: 41,
        oldest_at: Some(night(40)),
        encrypted: Some(true),
        ..BackupSet::default()
    }
}

/// What changed on the servers.
pub(super) fn changes(agents: &[(AgentId, String)], now: Timestamp, say: Say<'_>) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    let mut add =
        |host: usize, hours: i64, kind: &str, subject: &str, before: Option<&str>, after: Option<&str>| {
            let Some((agent, hostname)) = agents.get(host % agents.len().max(1)) else { return };
            rows.push(ChangeRow {
                agent: agent.clone(),
                hostname: hostname.clone(),
                at: now - SignedDuration::from_hours(hours),
                index: 1,
                kind: kind.into(),
                subject: say(subject),
                before: before.map(say),
                after: after.map(say),
            });
        };
    add(3, 2, "address", "10.10.7.21/24", None, Some("10.10.7.21/24"));
    for name in ["libssl3", "openssl", "openssh-server", "openssh-client", "curl", "libcurl4"] {
        add(0, 9, "package", name, Some("3.0.14-1~deb12u1"), Some("3.0.14-1~deb12u2"));
    }
    add(5, 11, "disk", "sdb", None, Some("4 TB"));
    add(1, 26, "system", "kernel", Some("6.1.0-25-amd64"), Some("6.1.0-26-amd64"));
    add(4, 31, "backup", "/srv/cadangan/mysql", Some("mysqldump"), None);
    add(2, 50, "gateway", "10.10.4.1", Some("10.10.4.254"), Some("10.10.4.1"));
    add(0, 60, "raid state", "md0", Some("whole"), Some("degraded"));
    add(0, 61, "disk health", "ST4000NM0035 ZC1A2B3C", Some("passed"), Some("failed"));
    add(0, 62, "kernel", "restart", Some("not due"), Some("due: linux-image-6.1.0-26-amd64"));
    add(0, 75, "filesystem", "/media/usb", None, Some("/dev/sdb1"));
    add(0, 24 * 12, "package", "php8.2", Some("8.2.20"), None);
    rows
}
