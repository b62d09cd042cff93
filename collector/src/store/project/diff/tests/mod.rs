use patuh_protocol::inventory::{
    Container, Cpu, Database, DatabaseEngine, DatabaseService, Device, Disk, DiskHealth, Filesystem, Guest,
    Kernel, Listener, Machine, Memory, MemoryModule, Package, PowerSupply, Processor, Raid, RaidMember,
    Repository, Site, System, Temperature, Unit, UnitState, VolumeGroup,
};
use patuh_protocol::lan::Neighbour;

use super::*;

/// Changes in words, one a line: `kind subject: before > after`.
fn check(old: Option<&Reading>, new: Option<&Reading>, expected: &[&str]) {
    let word = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let line = |c: Change| format!("{} {}: {} > {}", c.kind, c.subject, word(c.before), word(c.after));
    assert_eq!(diff(old, new).into_iter().map(line).collect::<Vec<_>>(), expected);
    assert!(expected.is_empty() || new.or(old).is_some_and(watched));
}

fn packages(all: &[(&str, &str, &str)]) -> Reading {
    let package = |(name, version, architecture): &(&str, &str, &str)| Package {
        name: (*name).into(),
        version: (*version).into(),
        architecture: (*architecture).into(),
        ..Package::default()
    };
    Reading::Packages(all.iter().map(package).collect())
}

fn disk(name: &str, serial: Option<&str>, size_bytes: u64) -> Disk {
    let serial = serial.map(Into::into);
    Disk { name: name.into(), model: Some("WD40".into()), serial, size_bytes, ..Disk::default() }
}

fn interface(name: &str, mac: &str, addresses: &[&str], is_virtual: bool) -> Interface {
    let addresses = addresses.iter().map(|&address| address.into()).collect();
    Interface { name: name.into(), mac: Some(mac.into()), addresses, is_virtual, ..Interface::default() }
}

#[test]
fn packages_come_go_and_are_upgraded() {
    let old = packages(&[("bash", "5.1", "amd64"), ("libc6", "2.36", "amd64"), ("libc6", "2.36", "i386")]);
    let new = packages(&[("libc6", "2.41", "i386"), ("libc6", "2.36", "amd64"), ("nginx", "1.22", "amd64")]);
    let expected = ["package bash: 5.1 > -", "package libc6: 2.36 > 2.41", "package nginx: - > 1.22"];
    check(Some(&old), Some(&new), &expected);
    check(Some(&old), Some(&old.clone()), &[]);
    check(Some(&packages(&[("bash", "5.1", "")])), None, &["package bash: 5.1 > -"]);
    check(None, Some(&packages(&[("bash", "5.1", "")])), &["package bash: - > 5.1"]);
}

#[test]
fn a_package_may_be_installed_in_several_versions() {
    let old = packages(&[("kernel", "5.14-1", "x86_64")]);
    let new = packages(&[("kernel", "5.14-2", "x86_64"), ("kernel", "5.14-1", "x86_64")]);
    check(Some(&old), Some(&new), &["package kernel: 5.14-1 > 5.14-1, 5.14-2"]);
}

#[test]
fn disks_may_change_places() {
    let old = Reading::Disks(vec![disk("sda", Some("A"), 4_000_000_000_000), disk("sdb", Some("B"), 1)]);
    let new = Reading::Disks(vec![disk("sda", Some("B"), 1), disk("sdb", Some("A"), 4_000_000_000_000)]);
    check(Some(&old), Some(&new), &[]);
    let swapped = Reading::Disks(vec![disk("sda", Some("C"), 1), disk("sdb", Some("A"), 4_000_000_000_000)]);
    check(Some(&new), Some(&swapped), &["disk WD40 B: 0 GB > -", "disk WD40 C: - > 0 GB"]);
    let (small, large) = (disk("vda", None, 20_000_000_000), disk("vda", None, 40_000_000_000));
    let (small, large) = (Reading::Disks(vec![small]), Reading::Disks(vec![large]));
    check(Some(&small), Some(&large), &["disk vda: 20 GB > 40 GB"]);
}

#[test]
fn addresses_interfaces_and_gateways() {
    let old = Reading::Interfaces(vec![interface("eth0", "aa", &["10.0.0.5/24", "fe80::1/64"], false)]);
    let new = Reading::Interfaces(vec![
        interface("eth0", "bb", &["fe80::2/64"], false),
        interface("br0", "cc", &["10.0.0.5/24", "10.0.0.6/24"], true),
    ]);
    let expected =
        ["address 10.0.0.5/24: eth0 > br0", "address 10.0.0.6/24: - > br0", "interface eth0: aa > bb"];
    check(Some(&old), Some(&new), &expected);
    let gateway = |address: &str, mac: Option<&str>| {
        let (address, interface, mac) = (address.into(), "eth0".into(), mac.map(Into::into));
        Reading::Gateways(vec![Gateway { address, interface, mac }])
    };
    check(Some(&gateway("10.0.0.1", None)), Some(&gateway("10.0.0.1", Some("aa"))), &[]);
    let (old, new) = (gateway("10.0.0.1", None), gateway("10.0.0.254", None));
    check(Some(&old), Some(&new), &["gateway eth0: 10.0.0.1 > 10.0.0.254"]);
}

#[test]
fn the_system_and_the_machine() {
    let system = |hostname: &str, kernel: &str| {
        let (hostname, kernel) = (hostname.into(), Some(kernel.into()));
        Reading::System(System { hostname, kernel, name: Some("Debian 12".into()), ..System::default() })
    };
    let expected = ["system hostname: a > b", "system kernel: 6.1 > 6.12"];
    check(Some(&system("a", "6.1")), Some(&system("b", "6.12")), &expected);
    let machine = |serial: &str| {
        Reading::Machine(Box::new(Machine { serial: Some(serial.into()), ..Machine::default() }))
    };
    check(Some(&machine("1")), Some(&machine("2")), &["machine serial: 1 > 2"]);
}

#[test]
fn what_changes_by_itself_makes_no_noise() {
    let mount = |mount: &str, source: &str, used_bytes| {
        let (mount, source, kind) = (mount.into(), source.into(), "ext4".into());
        Filesystem { mount, source, kind, used_bytes, ..Filesystem::default() }
    };
    let old = Reading::Filesystems(vec![mount("/", "/dev/sda1", Some(1))]);
    let new = Reading::Filesystems(vec![mount("/", "/dev/sdb1", Some(2)), mount("/data", "/dev/sda1", None)]);
    check(Some(&old), Some(&new), &["filesystem /data: - > /dev/sda1 (ext4)"]);
    let memory = |total_bytes| Reading::Memory(Memory { total_bytes, swap_bytes: 0 });
    check(Some(&memory(1)), Some(&memory(2)), &[]);
    check(Some(&Reading::Neighbours(vec![Neighbour::default()])), Some(&Reading::Neighbours(vec![])), &[]);
}

/// What is told when one thing becomes another, and when nothing is told the other way round either.
fn becomes<T>(reading: fn(Vec<T>) -> Reading, old: T, new: T, expected: &[&str]) {
    let (old, new) = (reading(vec![old]), reading(vec![new]));
    check(Some(&old), Some(&new), expected);
    assert_eq!(expected.is_empty(), diff(Some(&new), Some(&old)).is_empty());
}

#[test]
fn parts_of_the_machine() {
    let module = |slot: &str, gib: u64, serial: &str| MemoryModule {
        slot: slot.into(),
        size_bytes: gib << 30,
        vendor: Some("Samsung".into()),
        serial: Some(serial.into()),
        ..MemoryModule::default()
    };
    let memory = |all: Vec<MemoryModule>| Reading::MemoryModules(all);
    becomes(
        memory,
        module("A1", 16, "1"),
        module("A1", 32, "2"),
        &["memory module A1: 16 GB Samsung SN 1 > 32 GB Samsung SN 2"],
    );
    becomes(
        memory,
        module("A1", 16, "1"),
        module("A1", 0, ""),
        &["memory module A1: 16 GB Samsung SN 1 > -"],
    );
    let socket = |populated| Processor { socket: "CPU 2".into(), populated, ..Processor::default() };
    becomes(Reading::Processors, socket(false), socket(true), &["processor CPU 2: - > "]);
    let cpu = |threads| Reading::Cpu(Cpu { threads, ..Cpu::default() });
    check(Some(&cpu(4)), Some(&cpu(8)), &["cpu threads: 4 > 8"]);
    let device = |address: &str, product: &str| Device {
        bus: "pci".into(),
        address: address.into(),
        id: "8086:1533".into(),
        product: Some(product.into()),
        ..Device::default()
    };
    becomes(Reading::Devices, device("03:00.0", "I210"), device("04:00.0", "I210 Gigabit"), &[]);
    let two = Reading::Devices(vec![device("03:00.0", "I210"), device("04:00.0", "I210")]);
    let one = Reading::Devices(vec![device("03:00.0", "I210")]);
    check(Some(&one), Some(&two), &["device pci 8086:1533: I210 > I210 (2)"]);
    check(Some(&one), Some(&Reading::Devices(vec![])), &["device pci 8086:1533: I210 > -"]);
}

#[test]
fn arrays_and_volumes() {
    let raid = |degraded, state: &str, members: [(&str, &str); 2]| Raid {
        name: "md0".into(),
        kind: "md".into(),
        level: Some("raid1".into()),
        state: Some(state.into()),
        degraded,
        members: members.map(|(disk, state)| RaidMember { disk: disk.into(), state: state.into() }).into(),
        ..Raid::default()
    };
    let (a, b) = (("sda1", "in_sync"), ("sdb1", "in_sync"));
    let whole = raid(Some(false), "clean", [a, b]);
    becomes(Reading::Raids, whole.clone(), raid(Some(false), "active", [b, a]), &[]);
    becomes(Reading::Raids, whole.clone(), raid(Some(false), "active", [("sdc1", "in_sync"), a]), &[]);
    becomes(
        Reading::Raids,
        whole,
        raid(Some(true), "degraded", [a, ("sdb1", "faulty")]),
        &["raid members md0: 2 in_sync > 1 faulty, 1 in_sync", "raid state md0: whole > degraded"],
    );
    becomes(Reading::Raids, raid(None, "", [a, b]), raid(Some(false), "", [a, b]), &[]);
    let group = |free, logical: &[(&str, u64)]| VolumeGroup {
        name: "vg0".into(),
        size_bytes: Some(500_000_000_000),
        free_bytes: Some(free),
        logical: logical.iter().map(|(name, bytes)| ((*name).into(), *bytes)).collect(),
        ..VolumeGroup::default()
    };
    let old = group(9, &[("root", 20_000_000_000)]);
    becomes(
        Reading::VolumeGroups,
        old,
        group(5, &[("root", 40_000_000_000), ("data", 1_000_000_000)]),
        &["volume vg0/data: - > 1 GB", "volume vg0/root: 20 GB > 40 GB"],
    );
}

#[test]
fn the_health_of_disks_is_told_in_steps() {
    let health = |passed, reallocated, used_percent, hours| DiskHealth {
        model: Some("WD40".into()),
        serial: Some("A".into()),
        passed,
        reallocated: Some(reallocated),
        used_percent: Some(used_percent),
        power_on_hours: Some(hours),
        celsius: Some(30),
        ..DiskHealth::default()
    };
    let check = |old, new, expected: &[&str]| becomes(Reading::DiskHealth, old, new, expected);
    check(health(Some(true), 0, 1, 1), health(Some(true), 0, 3, 2), &[]);
    check(
        health(Some(true), 0, 1, 1),
        health(Some(false), 0, 1, 1),
        &["disk health WD40 A: passed > failed"],
    );
    check(health(Some(true), 0, 1, 1), health(None, 0, 1, 1), &[]);
    check(health(None, 0, 1, 1), health(None, 1, 1, 1), &["disk sectors replaced WD40 A: 0 > 1"]);
    check(health(None, 1, 1, 1), health(None, 9, 1, 1), &[]);
    check(health(None, 9, 1, 1), health(None, 12, 1, 1), &["disk sectors replaced WD40 A: 9 > 12"]);
    check(health(None, 0, 79, 1), health(None, 0, 80, 1), &["disk wear WD40 A: 79 % > 80 %"]);
    check(health(None, 0, 80, 1), health(None, 0, 84, 1), &[]);
}

#[test]
fn power_that_is_lost_is_told_and_charging_is_not() {
    let supply = |state: &str, charge| PowerSupply {
        name: "ups0".into(),
        kind: "ups".into(),
        state: Some(state.into()),
        charge_percent: Some(charge),
        ..PowerSupply::default()
    };
    becomes(Reading::PowerSupplies, supply("Full", 100), supply("Charging", 90), &[]);
    becomes(
        Reading::PowerSupplies,
        supply("Full", 100),
        supply("Discharging", 90),
        &["power ups0: online > offline"],
    );
    becomes(Reading::PowerSupplies, supply("Unknown", 100), supply("Discharging", 90), &[]);
    let degrees = |celsius| Temperature { celsius, ..Temperature::default() };
    becomes(Reading::Temperatures, degrees(30), degrees(90), &[]);
}

#[test]
fn guests_and_containers() {
    let guest = |name: &str, running, gib: u64| Guest {
        manager: "proxmox".into(),
        id: "101".into(),
        name: name.into(),
        running,
        memory_bytes: Some(gib << 30),
        ..Guest::default()
    };
    becomes(
        Reading::Guests,
        guest("web", Some(true), 4),
        guest("web", Some(false), 8),
        &["guest size 101: 4 GB > 8 GB", "guest state 101: running > stopped"],
    );
    becomes(Reading::Guests, guest("web", None, 4), guest("web", Some(false), 4), &[]);
    becomes(Reading::Guests, guest("web", None, 4), guest("app", None, 4), &["guest name 101: web > app"]);
    check(None, Some(&Reading::Guests(vec![guest("web", Some(true), 4)])), &["guest 101: - > web"]);
    let container = |id: &str, image: &str, restarts, running| Container {
        engine: "docker".into(),
        id: id.into(),
        name: "db".into(),
        image: image.into(),
        restarts,
        running: Some(running),
        ..Container::default()
    };
    let old = container("1", "postgres:15", Some(true), true);
    becomes(Reading::Containers, old.clone(), container("2", "postgres:15", Some(true), true), &[]);
    becomes(
        Reading::Containers,
        old.clone(),
        container("2", "postgres:16", Some(true), false),
        &["container db: postgres:15 > postgres:16", "container state db: running > stopped"],
    );
    let once = Reading::Containers(vec![container("1", "alpine", Some(false), true)]);
    check(Some(&once), Some(&Reading::Containers(vec![])), &[]);
}

#[test]
fn kernel_repositories_and_services() {
    let kernel = |running: &str, reboot_pending, reason: &str| {
        let reasons = if reason.is_empty() { vec![] } else { vec![reason.to_owned()] };
        Reading::Kernel(Kernel { running: running.into(), reboot_pending, reasons, ..Kernel::default() })
    };
    let (old, new) = (kernel("6.1", Some(false), ""), kernel("6.1", Some(true), "libc6"));
    check(Some(&old), Some(&new), &["kernel restart: not due > due: libc6"]);
    check(Some(&new), Some(&kernel("6.1", Some(true), "libc6, dbus")), &[]);
    check(Some(&new), Some(&kernel("6.1", None, "")), &[]);
    let repository = |enabled, signed| Repository {
        kind: "apt".into(),
        address: "http://deb.debian.org/debian".into(),
        suite: Some("bookworm".into()),
        components: vec!["main".into()],
        enabled,
        signed,
        ..Repository::default()
    };
    becomes(
        Reading::Repositories,
        repository(true, None),
        repository(false, Some(false)),
        &["repository http://deb.debian.org/debian bookworm: enabled main > disabled main unsigned"],
    );
    let unit = |enabled, state| Unit { name: "nginx.service".into(), enabled, state };
    let check = |old, new, expected: &[&str]| becomes(Reading::Units, old, new, expected);
    check(unit(Some(true), UnitState::Active), unit(Some(true), UnitState::Inactive), &[]);
    check(
        unit(None, UnitState::Active),
        unit(None, UnitState::Failed),
        &["service state nginx.service: ok > failed"],
    );
    check(unit(None, UnitState::Unknown), unit(None, UnitState::Active), &[]);
    let (on, off) = (unit(Some(true), UnitState::Active), unit(Some(false), UnitState::Active));
    check(on.clone(), off.clone(), &["service nginx.service: enabled > disabled"]);
    let none = || Reading::Units(vec![]);
    self::check(Some(&none()), Some(&Reading::Units(vec![on])), &["service nginx.service: - > enabled"]);
    self::check(Some(&none()), Some(&Reading::Units(vec![off])), &[]);
}

#[test]
fn listeners_sites_and_databases() {
    let listener = |port, process: Option<&str>| Listener {
        protocol: "tcp".into(),
        address: "*".into(),
        port,
        process: process.map(Into::into),
        ..Listener::default()
    };
    let check_one = |old, new, expected: &[&str]| becomes(Reading::Listeners, old, new, expected);
    check_one(
        listener(80, Some("nginx")),
        listener(80, Some("apache2")),
        &["listener process tcp *:80: nginx > apache2"],
    );
    check_one(listener(80, Some("nginx")), listener(80, None), &[]);
    check_one(
        listener(80, None),
        listener(443, None),
        &["listener tcp *:443: - > ", "listener tcp *:80:  > -"],
    );
    check_one(listener(40_000, Some("rpc.statd")), listener(41_000, Some("rpc.statd")), &[]);
    check_one(listener(40_000, None), listener(41_000, None), &[]);
    let site = |names: &[&str], version: Option<&str>| Site {
        server: "nginx".into(),
        names: names.iter().map(|&name| name.into()).collect(),
        root: Some("/srv/www".into()),
        application: version.map(|_| "WordPress".into()),
        version: version.map(Into::into),
        ..Site::default()
    };
    becomes(
        Reading::Sites,
        site(&["a.go.id"], Some("6.1")),
        site(&["a.go.id", "b.go.id"], Some("6.2")),
        &[
            "site b.go.id: - > /srv/www",
            "site application a.go.id: WordPress 6.1 > WordPress 6.2",
            "site application b.go.id: - > WordPress 6.2",
        ],
    );
    let server = |version: &str, databases: &[&str], note: Option<&str>| DatabaseService {
        engine: DatabaseEngine::Postgresql,
        name: "15/main".into(),
        version: Some(version.into()),
        size_bytes: Some(version.len() as u64),
        databases: databases
            .iter()
            .map(|&name| Database { name: name.into(), size_bytes: None, modified_at: None })
            .collect(),
        note: note.map(Into::into),
        ..DatabaseService::default()
    };
    becomes(
        Reading::Databases,
        server("15.1", &["simda", "tmp"], None),
        server("15.10", &["simda"], None),
        &[
            "database Postgresql 15/main/tmp:  > -",
            "database server version Postgresql 15/main: 15.1 > 15.10",
        ],
    );
    let blind = server("15.1", &[], Some("permission denied"));
    becomes(Reading::Databases, server("15.1", &["simda"], None), blind, &[]);
}

#[test]
fn the_firmware_is_told_and_the_boot_id_is_not() {
    let machine = |bios: &str, boot_id: &str, uuid: Option<&str>| {
        let (bios_version, boot_id, uuid) = (Some(bios.into()), Some(boot_id.into()), uuid.map(Into::into));
        Reading::Machine(Box::new(Machine { bios_version, boot_id, uuid, ..Machine::default() }))
    };
    check(Some(&machine("1.2", "a", None)), Some(&machine("1.2", "b", Some("u"))), &[]);
    check(Some(&machine("1.2", "a", None)), Some(&machine("1.3", "a", None)), &["machine bios: 1.2 > 1.3"]);
}
