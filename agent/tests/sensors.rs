//! Every sensor over every host in `tests/fixtures/hosts`, compared with `tests/golden/reports`.
//!
//! After a change that is meant, write the golden files anew and read the difference before committing:
//! `cargo test -p patuh-agent --test sensors -- --ignored bless`.

#![expect(clippy::unwrap_used, reason = "a fixture that is not as it should be fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Group, Settings};
use patuh_protocol::inventory::same_uuid;
use patuh_protocol::report::{Outcome, Reading, Report};

const GROUPS: [Group; 4] = [Group::Hardware, Group::Software, Group::Network, Group::Backup];

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

/// The `[backup]` table of the host's own `agent.toml`.
fn settings(host: &Path) -> Settings {
    let text = fs::read_to_string(host.join("etc/patuh/agent.toml")).unwrap_or_default();
    let mut table: BTreeMap<String, toml::Value> = toml::from_str(&text).unwrap();
    table.remove("backup").map(|backup| backup.try_into().unwrap()).unwrap_or_default()
}

fn report(host: &Path) -> Report {
    let taken_at: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
    let mut sections = sensors::read(&Roots::at(host), &settings(host), &GROUPS, taken_at);
    for section in &mut sections {
        section.took_us = 0;
    }
    Report {
        version: patuh_protocol::VERSION,
        agent_version: "0.0.0".into(),
        taken_at,
        sections,
        gap: None,
        base: None,
    }
}

/// Each host's folder and its golden file.
fn hosts() -> Vec<(PathBuf, PathBuf)> {
    let entries = fs::read_dir(tests().join("fixtures/hosts")).unwrap();
    let mut hosts: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    hosts.sort();
    let golden = |host: &Path| {
        let name = host.file_name().unwrap().to_string_lossy().into_owned();
        tests().join("golden/reports").join(format!("{name}.json"))
    };
    hosts.into_iter().map(|host| (host.clone(), golden(&host))).collect()
}

fn pretty(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap() + "\n"
}

/// The first line that differs, and some lines from there on either side.
fn difference(golden: &str, found: &str) -> String {
    let same = golden.lines().zip(found.lines()).take_while(|(golden, found)| golden == found).count();
    let shown = |text: &str, sign: &str| -> String {
        text.lines().skip(same.saturating_sub(2)).take(8).map(|line| format!("  {sign}{line}\n")).collect()
    };
    format!("from line {}:\n{}{}", same.saturating_sub(1), shown(golden, "- "), shown(found, "+ "))
}

#[test]
fn every_host_reads_as_its_golden_file_says() {
    let hosts = hosts();
    assert!(hosts.len() >= 8, "{hosts:?}");
    let mut wrong = String::new();
    for (host, golden) in hosts {
        let known = fs::read_to_string(&golden).unwrap_or_default();
        let found = pretty(&report(&host));
        if known != found {
            wrong += &format!("{}\n{}", golden.display(), difference(&known, &found));
        }
    }
    assert!(
        wrong.is_empty(),
        "{wrong}when this is meant: cargo test -p patuh-agent --test sensors -- --ignored bless"
    );
}

#[test]
fn no_golden_file_is_left_over() {
    let known: Vec<PathBuf> = hosts().into_iter().map(|(_, golden)| golden).collect();
    for entry in fs::read_dir(tests().join("golden/reports")).unwrap() {
        let path = entry.unwrap().path();
        assert!(known.contains(&path), "{} belongs to no host", path.display());
    }
}

#[test]
fn a_host_reads_the_same_twice_and_survives_the_wire() {
    for (host, _) in hosts() {
        let once = report(&host);
        assert_eq!(pretty(&once), pretty(&report(&host)), "{}", host.display());
        let packed = patuh_protocol::body::pack(&once).unwrap();
        assert_eq!(patuh_protocol::body::open(&packed).unwrap(), once);
    }
}

#[test]
fn only_the_hostile_host_has_failed_sections() {
    for (host, _) in hosts() {
        let failed = report(&host).sections.iter().any(|s| matches!(s.outcome, Outcome::Failed(_)));
        assert_eq!(failed, host.ends_with("hostile"), "{}", host.display());
    }
}

#[test]
fn what_is_hostile_or_secret_does_not_leave_the_host() {
    for (host, _) in hosts() {
        let text = pretty(&report(&host));
        assert!(!text.contains("rahasia"), "a password left {}", host.display());
        assert!(!text.contains("root:x:0"), "a file of another host was read by {}", host.display());
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{}", host.display());
        assert!(!text.contains("\\u00"), "an escaped control character left {}", host.display());
        assert!(text.lines().all(|line| line.len() < 2000), "{}", host.display());
    }
}

#[test]
fn commands_are_run_only_where_no_file_tells() {
    let expected = [
        ("alpine-containers", 0),
        ("tower-junk-dmi", 0),
        ("usb-backup", 0),
        ("centos7", 1),
        ("debian12-bare", 1),
        // lldpd runs there, and only its own command tells what it heard.
        ("proxmox-host", 1),
        // Two disks of which smartd does not tell.
        ("raid-two-nics", 2),
    ];
    for (name, commands) in expected {
        let host = tests().join("fixtures/hosts").join(name);
        let roots = Roots::at(&host);
        let taken_at = Timestamp::UNIX_EPOCH;
        assert_eq!(sensors::read(&roots, &settings(&host), &GROUPS, taken_at).len(), sensors::ALL.len());
        assert_eq!(roots.commands_run(), commands, "{name}");
    }
}

#[test]
fn a_guest_is_known_to_its_host() {
    let of = |name: &str| report(&tests().join("fixtures/hosts").join(name));
    let (host, guest) = (of("proxmox-host"), of("ubuntu2204-proxmox-guest"));
    let Some(Reading::Guests(guests)) = host.reading("guests/proxmox") else { panic!("{host:?}") };
    let Some(Reading::Machine(machine)) = guest.reading("machine") else { panic!("{guest:?}") };
    let same = |uuid: &Option<String>| {
        same_uuid(uuid.as_deref().unwrap_or_default(), machine.uuid.as_deref().unwrap_or_default())
    };
    let known: Vec<&str> = guests.iter().filter(|it| same(&it.uuid)).map(|it| it.name.as_str()).collect();
    assert_eq!(known, ["bapenda-web"]);
}

#[test]
#[ignore = "writes the golden files anew"]
fn bless() {
    for (host, golden) in hosts() {
        write(&golden, &pretty(&report(&host)));
    }
}

#[expect(clippy::disallowed_methods, reason = "version control keeps the golden files")]
fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}
