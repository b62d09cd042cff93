use patuh_compliance::estate::{Backup, Known, Location, Place};
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Target, TargetClass, Tool};
use patuh_protocol::id::AgentId;
use patuh_protocol::lan::Interface;

use super::*;
use crate::store::{Carrier, Latest, Value};

mod copies;
mod guests;
mod signs;

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Diskominfo"
timezone = "Asia/Jakarta"
packs = []
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"
servers = 2
[[site]]
code = "pusat-data"
name = "Pusat Data"
kind = "data_centre"
networks = ["10.10.0.0/24", "2001:db8:10::/64"]
hosts = ["cadangan.contoh.go.id"]
[[site]]
code = "dinkes"
name = "Ruang Dinkes"
kind = "office_room"
networks = ["10.20.1.0/24", "172.16.0.0/12"]
"#;

pub(super) fn config() -> Config {
    Config::parse("collector.toml", CONFIG).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn row() -> ServerRow {
    ServerRow {
        site: Some("dinkes".parse().unwrap()),
        agent_version: "0.1.0".to_owned(),
        last_report: Some(time("2026-11-22T03:00:00Z")),
        ..ServerRow::named(AgentId::of_key(&[1; 32]), "dinkes", "simpus", time("2026-11-01T18:00:00Z"))
    }
}

fn section(sensor: &str, latest: Latest, reading: Option<Reading>) -> CurrentSection {
    let at = time("2026-11-22T03:00:00Z");
    let (at_value, carrier) = (time("2026-11-21T03:00:00Z"), time("2026-11-01T03:00:00Z"));
    let carrier = Carrier { at: carrier, index: 2 };
    let value = reading.map(|reading| Value { reading, at: at_value, index: 3, carrier });
    CurrentSection { sensor: sensor.to_owned(), latest, at, index: 9, took_us: 1, value }
}

fn read(sensor: &str, reading: Reading) -> CurrentSection {
    section(sensor, Latest::Ok, Some(reading))
}

fn interface(name: &str, is_virtual: bool, addresses: &[&str]) -> Interface {
    let addresses = addresses.iter().map(|a| (*a).to_owned()).collect();
    Interface { name: name.to_owned(), is_virtual, addresses, ..Interface::default() }
}

fn set(class: TargetClass, host: Option<&str>) -> BackupSet {
    let run = |id: &str, at: &str, whole| Run { id: id.to_owned(), at: time(at), whole, ..Run::default() };
    BackupSet {
        name: "simpus".to_owned(),
        tool: Tool::PgDump,
        holds: Holds::Database,
        target: Target {
            location: "/backup".to_owned(),
            host: host.map(ToOwned::to_owned),
            class,
            ..Target::default()
        },
        basis: Basis::Files,
        runs: vec![
            run("terpotong.sql", "2026-11-22T01:00:00Z", Some(false)),
            run("kosong.sql", "2026-11-21T01:00:00Z", None),
            run("utuh.sql", "2026-11-20T01:00:00Z", Some(true)),
            run("lama.sql", "2026-11-19T01:00:00Z", None),
        ],
        count: 4,
        oldest_at: None,
        encrypted: None,
        problems: vec![Problem { about: "kosong.sql".to_owned(), kind: ProblemKind::Empty }],
        ..BackupSet::default()
    }
}

/// The server that these sections make.
fn translated(sections: &[CurrentSection]) -> estate::Server {
    server(&row(), sections, &backups::claimed(sections), &config())
}

#[test]
fn a_server_stands_where_its_real_addresses_are() {
    let check = |interfaces: Vec<Interface>, expected: Option<(&str, &str)>| {
        let Location { declared, observed, observation, .. } =
            translated(&[read("interfaces", Reading::Interfaces(interfaces))]).location;
        assert_eq!(declared.as_deref(), Some("dinkes"));
        assert_eq!(observed.as_deref().zip(observation.as_deref()), expected);
    };
    let centre = Some(("pusat-data", "10.10.0.5 dalam jaringan Pusat Data"));
    let docker = interface("docker0", true, &["172.17.0.1/16"]);
    check(vec![interface("eth0", false, &["10.10.0.5/24"]), docker.clone()], centre);
    check(vec![interface("eth0", false, &["192.0.2.5/24"]), docker.clone()], None);
    check(
        vec![interface("eth0", false, &[]), interface("vmbr0", true, &["10.10.0.5/24"]), docker.clone()],
        centre,
    );
    check(vec![interface("eth0", false, &["fe80::1/64", "169.254.1.1/16"]), docker], None);
    let v6 = Some(("pusat-data", "2001:db8:10::5 dalam jaringan Pusat Data"));
    check(vec![interface("eth0", false, &["2001:db8:10::5/64", "rubbish"])], v6);
    check(vec![], None);
}

#[test]
fn a_copy_lies_where_its_target_stands() {
    let check = |class, host, expected: Place| {
        let interfaces = Reading::Interfaces(vec![interface("eth0", false, &["10.20.1.7/24"])]);
        let sets = Reading::Backups(vec![set(class, host)]);
        let server = translated(&[read("interfaces", interfaces), read("backup/dumps", sets)]);
        let Known::Yes(backups) = server.backups else { panic!("known") };
        assert_eq!(backups[0].place, expected, "{host:?}");
    };
    check(TargetClass::SameHost, None, Place::SameHost);
    check(TargetClass::Removable, None, Place::Removable);
    check(TargetClass::OtherHost, Some("Cadangan.contoh.go.id."), Place::Site("pusat-data".to_owned()));
    check(TargetClass::OtherHost, Some("10.10.0.9"), Place::Site("pusat-data".to_owned()));
    check(TargetClass::OtherHost, Some("[2001:db8:10::9]"), Place::Site("pusat-data".to_owned()));
    check(TargetClass::OtherHost, Some("s3.example"), Place::OtherHost("s3.example".to_owned()));
    check(TargetClass::OtherHost, Some("10.20.1.7"), Place::SameHost);
    check(TargetClass::OtherHost, Some("SIMPUS"), Place::SameHost);
    check(TargetClass::OtherHost, Some("127.0.0.1"), Place::SameHost);
    check(TargetClass::OtherHost, None, Place::Unknown);
    check(TargetClass::Unknown, None, Place::Unknown);
}

#[test]
fn only_a_sound_run_counts_as_the_newest() {
    let sets = Reading::Backups(vec![set(TargetClass::SameHost, None)]);
    let Known::Yes(backups) = translated(&[read("backup/dumps", sets)]).backups else { panic!("known") };
    let [Backup { newest, files, database, problems, .. }] = &backups[..] else { panic!("one") };
    assert_eq!(*newest, Some(time("2026-11-20T01:00:00Z")));
    assert_eq!((*files, *database), (false, true));
    assert_eq!(problems, &["kosong.sql kosong"]);
}

#[test]
fn no_data_is_not_no_backup() {
    let failed = |sensor| section(sensor, Latest::Failed("izin ditolak".to_owned()), None);
    let nothing = |sensor| section(sensor, Latest::Nothing, None);
    let check = |sections: &[CurrentSection], expected: Result<usize, &str>| {
        let known = match translated(sections).backups {
            Known::Yes(backups) => Ok(backups.len()),
            Known::No(reason) => Err(reason),
        };
        assert_eq!(known.as_ref().copied().map_err(String::as_str), expected);
    };
    check(&[], Err("agen belum melaporkan pencadangan"));
    check(&[nothing("backup/restic"), nothing("backup/dumps")], Ok(0));
    let reason = "bagian backup/restic gagal dibaca: izin ditolak";
    check(&[failed("backup/restic"), nothing("backup/dumps")], Err(reason));
    let sets = Reading::Backups(vec![set(TargetClass::SameHost, None)]);
    check(&[failed("backup/restic"), read("backup/dumps", sets.clone())], Ok(1));
    // Failed now, but read before: the value before it still holds, at its own age.
    let kept = section("backup/dumps", Latest::Failed("izin ditolak".to_owned()), Some(sets));
    check(&[nothing("backup/restic"), kept], Ok(1));
}

#[test]
fn grace_begins_at_the_earliest_date_that_can_be_believed() {
    let check = |bios: Option<&str>, guest: Option<&str>, expected: &str| {
        let own = |text: &str| text.to_owned();
        let machine = Machine { bios_date: bios.map(own), guest_of: guest.map(own), ..Machine::default() };
        let server = translated(&[read("machine", Reading::Machine(Box::new(machine)))]);
        assert_eq!(server.since.unwrap().to_string(), expected);
    };
    // Enrolled at one o'clock at night, in Jakarta.
    check(None, None, "2026-11-02");
    check(Some("06/15/2019"), None, "2019-06-15");
    check(Some("06/15/2019"), Some("kvm"), "2026-11-02");
    check(Some("01/01/1998"), None, "2026-11-02");
    check(Some("06/15/2031"), None, "2026-11-02");
    check(Some("gestern"), None, "2026-11-02");
}

#[test]
fn evidence_is_the_entry_that_carries_the_value_and_the_newest_that_confirms_it() {
    let sets = Reading::Backups(vec![]);
    let server = translated(&[read("backup/dumps", sets), section("backup/restic", Latest::Nothing, None)]);
    let evidence: Vec<_> = server.evidence.iter().map(|e| (e.shows.as_str(), e.index)).collect();
    assert_eq!(evidence, [("backup/dumps", 2), ("backup/dumps", 3), ("backup/restic", 9)]);
}

#[tokio::test]
async fn a_judgement_is_kept_for_a_minute() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
    let config = Arc::new(config());
    let store = Store::open(&url, &config.government.code).await.unwrap();
    let judge = Judge::new(store, config, vec![]);
    let first = judge.current(time("2026-11-22T03:00:00Z")).await.unwrap();
    assert_eq!((first.size, first.estate.offices.len(), first.estate.sites.len()), (0, 1, 2));
    let same = judge.current(time("2026-11-22T03:00:59Z")).await.unwrap();
    assert!(Arc::ptr_eq(&first, &same));
    for other in ["2026-11-22T03:01:00Z", "2026-11-22T02:59:00Z"] {
        let other = judge.current(time(other)).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &other));
    }
}

#[tokio::test]
async fn a_judgement_of_many_servers_stands_a_while_although_the_ledger_grows() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
    let store = Store::open(&url, &config().government.code).await.unwrap();
    let mut judged = judge(&store, &config(), &[], time("2026-11-22T03:00:00Z")).await.unwrap();
    for (servers, seconds) in [(0, 0), (99, 0), (2_000, 20), (1_000_000, 60)] {
        judged.estate.servers = vec![estate::Server::default(); servers];
        assert_eq!(judged.stands(), SignedDuration::from_secs(seconds), "{servers}");
    }
}
