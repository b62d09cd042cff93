mod hardware;

use patuh_protocol::inventory::{
    Container, Database, DatabaseEngine, DatabaseService, Filesystem, Guest, Kernel, Listener, Machine,
    Memory, Package, Repository, Site, System, Unit, UnitState,
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
fn listeners_and_sites() {
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
}

#[test]
fn databases() {
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
