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
fn only_the_groups_asked_for_are_read() {
    let host = fixture::host(&[("proc/meminfo", "MemTotal: 4 kB\n")]);
    let sections = read(&host.roots, &Settings::default(), &[Group::Network], now());
    let names: Vec<_> = sections.iter().map(|section| section.sensor.as_str()).collect();
    assert_eq!(names, ["interfaces", "gateways", "neighbours"]);
    assert!(read(&host.roots, &Settings::default(), &[], now()).is_empty());
}

#[test]
fn a_host_of_which_nothing_is_known_still_gives_every_section() {
    let host = fixture::host(&[("x", "")]);
    let sections = read(&host.roots, &Settings::default(), &EVERYTHING, now());
    assert_eq!(sections.len(), ALL.len());
    for section in sections {
        let expected = matches!(section.sensor.as_str(), "system" | "cpu" | "memory" | "filesystems");
        let failed = matches!(&section.outcome, Outcome::Failed(why) if why.contains("is missing"));
        assert_eq!(failed, expected, "{section:?}");
        assert!(failed || section.outcome == Outcome::Nothing, "{section:?}");
    }
}

#[test]
fn a_bug_in_one_sensor_is_a_failed_section() {
    let broken = Sensor { name: "broken", group: Group::Hardware, read: |_, _, _| panic!("a bug") };
    let section = broken.section(&Roots::live(), &Settings::default(), now());
    assert_eq!(section.outcome, Outcome::Failed("broken: the reading code failed".into()));
}

#[test]
fn this_host_is_read() {
    let roots = Roots::live();
    let sections = read(&roots, &Settings::default(), &EVERYTHING, now());
    for section in &sections {
        assert!(!matches!(section.outcome, Outcome::Failed(_)), "{section:?}");
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
