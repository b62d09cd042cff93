use std::fs;
use std::path::PathBuf;

use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn words(status: &Status) -> String {
    let zone = TimeZone::fixed(jiff::tz::offset(7));
    Words { status, zone, now: time("2026-11-22T07:30:00Z") }.to_string()
}

fn read(state: &Path) -> Status {
    let config = Config { state: state.to_owned(), ..Config::default() };
    Status::read(&config, TimeZone::UTC, time("2026-11-22T07:30:00Z")).unwrap()
}

/// Compares with a golden file beside this one.
fn check(status: &Status, golden: &str) {
    assert_eq!(words(status), golden, "\n{}", words(status));
}

#[test]
fn a_host_that_is_not_enrolled_is_told_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    check(&read(&dir.path().join("none")), include_str!("golden/new.txt"));
}

#[test]
fn everything_is_told_in_words() {
    let trouble = |what: &str| Trouble {
        since: time("2026-11-21T02:00:00Z"),
        at: time("2026-11-22T07:12:00Z"),
        what: what.to_owned(),
    };
    let status = Status {
        version: "0.1.0",
        agent: Some(AgentId::of_key(&[1; 32])),
        office: Some("dinkes".parse().unwrap()),
        collector: Some("https://patuh.contoh.go.id:8443".into()),
        last_report: Some(Numbered { sequence: 1042, taken_at: time("2026-11-22T05:15:00Z") }),
        next_report: Some(time("2026-11-22T11:15:00Z")),
        receipt: Some(Received {
            sequence: 1039,
            ledger_index: 51_233,
            ledger_size: Some(60_001),
            received_at: time("2026-11-21T01:15:09Z"),
        }),
        spool: Waiting {
            reports: 3,
            bytes: 61_440,
            oldest: Some(time("2026-11-21T05:15:00Z")),
            set_aside: vec![7, 9],
        },
        certificate_until: Some(time("2026-11-20T00:00:00Z")),
        failed_sensors: [("disks".to_owned(), "/sys/block: permission denied".to_owned())].into(),
        troubles: vec![trouble("kolektor belum dapat dihubungi: sambungan ditolak")],
        alarm: Some(trouble("riwayat buku bukti di kolektor berubah")),
        rejected: vec![Rejected { sequence: 9, at: time("2026-11-01T00:00:00Z"), what: "tidak sah".into() }],
    };
    check(&status, include_str!("golden/full.txt"));
}

#[test]
fn damage_is_a_trouble_and_not_an_end() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["identity.key", "enrolment.json", SENSED, SENT] {
        fs::File::create(dir.path().join(file)).unwrap();
    }
    let troubles: Vec<_> = read(dir.path()).troubles.into_iter().map(|t| t.what).collect();
    assert_eq!(troubles.len(), 2, "{troubles:?}");
    assert!(troubles[0].contains("identity.key rusak") && troubles[1].contains("enrolment.json rusak"));
}

#[test]
fn what_may_not_be_read_is_an_error() {
    let config = Config { state: PathBuf::from("/dev/null"), ..Config::default() };
    let error = Status::read(&config, TimeZone::UTC, time("2026-11-22T07:30:00Z")).unwrap_err();
    assert_eq!(told(&error), "membaca /dev/null/spool gagal: bagian dari jalur itu bukan direktori");
}

#[test]
fn a_sensor_is_failed_until_it_runs_well() {
    let section = |outcome| Section { sensor: "disks".into(), took_us: 1, outcome };
    let report = Numbered { sequence: 1, taken_at: time("2026-11-22T05:15:00Z") };
    let mut sensed = Sensed::default();
    sensed.took(&["hardware"], report, &[section(Outcome::Failed("why".into()))]);
    assert_eq!(sensed.failed.get("disks").map(String::as_str), Some("why"));
    sensed.took(&["network"], report, &[]);
    assert_eq!(sensed.failed.len(), 1, "not read this time");
    sensed.took(&["hardware"], report, &[section(Outcome::Nothing)]);
    assert!(sensed.failed.is_empty());
    let dir = tempfile::tempdir().unwrap();
    sensed.save(dir.path());
    assert_eq!(Sensed::load(dir.path()), sensed);
    assert_eq!(sensed.taken.keys().collect::<Vec<_>>(), ["hardware", "network"]);
}

#[test]
fn a_trouble_keeps_its_beginning() {
    let first = Trouble::new(None, "x".into(), time("2026-11-22T05:00:00Z"));
    let again = Trouble::new(Some(&first), "x".into(), time("2026-11-22T06:00:00Z"));
    assert_eq!((again.since, again.at), (first.at, time("2026-11-22T06:00:00Z")));
    let other = Trouble::new(Some(&again), "y".into(), time("2026-11-22T07:00:00Z"));
    assert_eq!(other.since, time("2026-11-22T07:00:00Z"));
}
