//! All sensors together, on nothing and on this very host.

use std::collections::BTreeSet;

use super::*;
use crate::roots::fixture;

const EVERYTHING: [Group; 4] = [Group::Hardware, Group::Software, Group::Network, Group::Backup];

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

#[test]
fn names_are_unique() {
    let names: BTreeSet<_> = ALL.iter().map(|sensor| sensor.name).collect();
    assert_eq!(names.len(), ALL.len());
}

#[test]
fn times_have_one_digit() {
    for (took, expected) in [(0, 0), (9, 0), (999, 0), (1000, 1000), (1234, 1000), (59_999, 50_000)] {
        assert_eq!(rounded(took), expected);
    }
    assert_eq!(rounded(u64::MAX), 10_000_000_000_000_000_000);
}

#[test]
fn only_the_groups_asked_for_are_read() {
    let host = fixture::host(&[("proc/meminfo", "MemTotal: 4 kB\n")]);
    let sections = read(&host.roots, &Settings::default(), &[Group::Network], now());
    let names: Vec<_> = sections.iter().map(|section| section.sensor.as_str()).collect();
    let of_network = ALL.iter().filter(|sensor| sensor.group == Group::Network).map(|sensor| sensor.name);
    assert_eq!(names, of_network.collect::<Vec<_>>());
    assert!(read(&host.roots, &Settings::default(), &[], now()).is_empty());
}

#[test]
fn a_host_of_which_nothing_is_known_still_gives_every_section() {
    let host = fixture::host(&[("x", "")]);
    let sections = read(&host.roots, &Settings::default(), &EVERYTHING, now());
    assert_eq!(sections.len(), ALL.len());
    for section in sections {
        // Of the network something is always there to be asked.
        let network = ["interfaces", "gateways", "neighbours", "routes", "bridge_entries"];
        let needed = ["system", "cpu", "memory", "filesystems"];
        let expected = network.iter().chain(&needed).any(|name| *name == section.sensor);
        let failed = matches!(&section.outcome, Outcome::Failed(why) if why.contains("tidak ada"));
        assert_eq!(failed, expected, "{section:?}");
        assert!(failed || section.outcome == Outcome::Nothing, "{section:?}");
    }
}

#[test]
fn a_bug_in_one_sensor_is_a_failed_section() {
    let broken = Sensor { name: "broken", group: Group::Hardware, read: |_, _, _| panic!("a bug") };
    let section = broken.section(&Roots::live(), &Settings::default(), now());
    assert_eq!(section.outcome, Outcome::Failed("broken: kode pembacanya gagal".into()));
}

/// A call into a dead NFS server, or a sick disk: it never returns, and no signal ends it.
fn hang(_: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    loop {
        std::thread::park();
    }
}

#[test]
fn what_hangs_is_cut_off_and_named_and_the_rest_is_whole() {
    let host = fixture::host(&[("proc/meminfo", "MemTotal: 4 kB\nSwapTotal: 0 kB\n")]);
    let hanging = Sensor { name: "hanging", group: Group::Hardware, read: hang };
    let memory = *ALL.iter().find(|sensor| sensor.name == "memory").unwrap();
    let report = |patience: u64| -> Vec<Section> {
        let limits = [(hanging, Duration::from_millis(patience)), (memory, memory.limit())];
        limits
            .map(|(sensor, limit)| sensor.section_within(limit, &host.roots, &Settings::default(), now()))
            .into()
    };
    let once = report(50);
    assert_eq!(once[0].outcome, Outcome::Failed("hanging: tidak menjawab dalam 0 detik".into()));
    assert!(matches!(&once[1].outcome, Outcome::Ok(Reading::Memory(memory)) if memory.total_bytes == 4096));
    // No second thread is lost on it: it is not tried again before it is back.
    let again = report(60_000);
    assert_eq!(again[0].outcome, Outcome::Failed("hanging: belum kembali dari percobaan sebelumnya".into()));
    assert_eq!(again[1].outcome, once[1].outcome);
}

#[test]
fn this_host_is_read() {
    let roots = Roots::live();
    let sections = read(&roots, &Settings::default(), &EVERYTHING, now());
    for section in &sections {
        // Without root some of it may not be read, which is told.
        let refused = |why: &str| why.contains("akses ditolak") || why.contains("not permitted");
        // Where nobody listens for announcements, that is told, too.
        let refused = |why: &str| refused(why) || why.contains("tidak ada yang mendengarkan");
        assert!(!matches!(&section.outcome, Outcome::Failed(why) if !refused(why)), "{section:?}");
    }
    let outcome = |name: &str| &sections.iter().find(|section| section.sensor == name).unwrap().outcome;
    let Outcome::Ok(Reading::System(system)) = outcome("system") else { panic!("{sections:?}") };
    assert!(!system.hostname.is_empty() && system.kernel.is_some() && system.booted_at.is_some());
    let Outcome::Ok(Reading::Cpu(cpu)) = outcome("cpu") else { panic!("{sections:?}") };
    assert!(cpu.threads >= cpu.cores && cpu.cores >= cpu.sockets && cpu.sockets > 0);
    let Outcome::Ok(Reading::Memory(memory)) = outcome("memory") else { panic!("{sections:?}") };
    assert!(memory.total_bytes > 64 * 1024 * 1024);
    let Outcome::Ok(Reading::Filesystems(filesystems)) = outcome("filesystems") else {
        panic!("{sections:?}")
    };
    assert!(filesystems.iter().any(|filesystem| filesystem.mount == "/" && filesystem.size_bytes > Some(0)));
    let Outcome::Ok(Reading::Interfaces(interfaces)) = outcome("interfaces") else { panic!("{sections:?}") };
    assert!(interfaces.iter().all(|interface| interface.name != "lo"));
}
