use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{Backup, Cover, Estate, Grade, Known, Place, Server, StoreKind};
use patuh_protocol::backup::{BackupSet, Drill, Run, Tool};
use patuh_protocol::id::AgentId;
use patuh_protocol::witness::{Vanished, WitnessedObject};

use super::*;
use crate::testimony::Standing::{self, ClaimOnly, Damaged, Met, Vanished as Lost};

/// Sunday morning in Jakarta.
fn now() -> Timestamp {
    "2026-11-22T00:30:00Z".parse().unwrap()
}

fn hours(n: i64) -> Timestamp {
    now() - SignedDuration::from_hours(n)
}

/// A set that ran so many hours ago each, and how each run stands.
fn set(runs: &[(i64, Standing)], place: Place) -> SetView {
    let claimed = |(n, _): &(i64, Standing)| Run {
        id: format!("run-{n}"),
        at: hours(*n),
        bytes: Some(1_000),
        ..Run::default()
    };
    let seen = |(n, standing): &(i64, Standing)| {
        let object = WitnessedObject { id: format!("run-{n}"), first_seen: hours(*n - 1), ..<_>::default() };
        (*standing, (*standing == Met).then_some(object))
    };
    SetView {
        set: BackupSet {
            name: "harian".into(),
            tool: Tool::PgDump,
            runs: runs.iter().map(claimed).collect(),
            ..BackupSet::default()
        },
        sensor: "backup/dumps".into(),
        said_at: now(),
        entry: 1,
        judged: Backup {
            database: true,
            newest: runs.first().map(|(n, _)| hours(*n)),
            place,
            ..Backup::default()
        },
        standing: runs.first().map_or(ClaimOnly, |(_, standing)| *standing),
        runs: runs.iter().map(seen).collect(),
        lost: vec![],
        damaged: vec![],
        store: None,
    }
}

fn store(cover: Cover, sets: &[usize]) -> DataStore {
    DataStore {
        key: "postgresql/1/simpeg".into(),
        name: "basis data simpeg".into(),
        kind: StoreKind::Database,
        bytes: Some(9),
        cover,
        sets: sets.to_vec(),
        reason: String::new(),
        sensor: "databases",
        at: now(),
    }
}

fn judged(copies: ServerCopies, silent_hours: i64) -> (Estate, Copies) {
    let agent = AgentId::of_key(b"x");
    let server = Server {
        id: agent.to_string(),
        name: "db".into(),
        office: "rsud".into(),
        last_report: Some(hours(silent_hours)),
        ..Server::default()
    };
    let copies = Copies { servers: BTreeMap::from([(agent, copies)]), witnesses: vec![] };
    (Estate { servers: vec![server], ..Estate::default() }, copies)
}

/// The fate of the only row, and its days as the first letters of their names.
fn told(copies: ServerCopies, silent_hours: i64) -> (Fate, String) {
    let (estate, copies) = judged(copies, silent_hours);
    let board = Ground::new(&estate, &copies, Terms::default(), now()).board();
    assert_eq!((board.rows.len(), board.days.len()), (1, DAYS));
    assert_eq!(board.days.last().map(ToString::to_string).as_deref(), Some("2026-11-22"));
    let row = &board.rows[0];
    (row.fate, row.days.iter().map(|day| day.sign.slug().chars().next().unwrap()).collect())
}

fn one(cover: Cover, view: SetView) -> ServerCopies {
    ServerCopies { stores: Known::Yes(vec![store(cover, &[0])]), sets: vec![view], ..ServerCopies::default() }
}

fn check(copies: ServerCopies, fate: Fate, days: &str) {
    assert_eq!(told(copies, 1), (fate, days.to_owned()));
}

#[test]
fn what_a_witness_saw_is_safe_and_what_only_the_server_says_is_not() {
    let dc = || Place::Site("pusat-data".into());
    check(
        one(Cover::Covered, set(&[(5, Met), (29, Met), (53, ClaimOnly)], dc())),
        Fate::Seen,
        "nnnnnnnnnnnkss",
    );
    check(one(Cover::Covered, set(&[(5, ClaimOnly)], dc())), Fate::Claimed, "nnnnnnnnnnnnnk");
    check(one(Cover::Partly, set(&[(5, Met)], dc())), Fate::Partly, "nnnnnnnnnnnnns");
    check(one(Cover::Inconsistent, set(&[(50, Met)], dc())), Fate::Stale, "nnnnnnnnnnnstt");
}

#[test]
fn a_day_without_a_copy_is_missing_once_the_one_before_is_too_old() {
    let runs = [(5, Met), (101, Met), (125, Met)];
    check(one(Cover::Covered, set(&runs, Place::Unknown)), Fate::Seen, "nnnnnnnnssttts");
    let mut files = one(Cover::Covered, set(&[(101, Met)], Place::Unknown));
    files.stores = Known::Yes(vec![DataStore { kind: StoreKind::Files, ..store(Cover::Covered, &[0]) }]);
    check(files, Fate::Seen, "nnnnnnnnnsmmmm");
}

#[test]
fn what_is_damaged_gone_or_at_home_is_lost() {
    check(
        one(Cover::Covered, set(&[(5, Damaged), (29, Met)], Place::Unknown)),
        Fate::Spoilt,
        "nnnnnnnnnnnnsr",
    );
    let mut gone = set(&[(5, Lost)], Place::Unknown);
    gone.lost = vec![Vanished { id: "x".into(), first_seen: hours(77), last_seen: hours(30) }];
    check(one(Cover::Covered, gone), Fate::Spoilt, "nnnnnnnnnnhtth");
    check(one(Cover::Covered, set(&[(5, ClaimOnly)], Place::SameHost)), Fate::Near, "nnnnnnnnnnnnnk");
    check(one(Cover::Covered, set(&[], Place::Unknown)), Fate::Uncovered, "tttttttttttttt");
}

#[test]
fn a_drill_marks_the_copy_that_it_brought_back() {
    let mut copies = one(Cover::Covered, set(&[(5, Met), (29, Met)], Place::Unknown));
    let drill = |object: &str, at, items| Drill {
        set: "harian".into(),
        tool: Tool::PgDump,
        object: object.into(),
        at,
        items,
        passed: true,
        ..Drill::default()
    };
    copies.drills = vec![(drill("run-29", hours(3), 7), 7)];
    check(copies.clone(), Fate::Seen, "nnnnnnnnnnnnps");
    copies.sets[0].judged.grade = Grade::Restored;
    check(copies.clone(), Fate::Restored, "nnnnnnnnnnnnps");
    copies.drills = vec![(drill("gone", hours(101), 7), 7), (drill("run-5", hours(2), 0), 8)];
    check(copies, Fate::Restored, "nnnnnnnnnpnnss");
}

#[test]
fn what_is_not_known_has_its_row() {
    let nothing = ServerCopies { stores: Known::No("agen lama".into()), ..ServerCopies::default() };
    check(nothing.clone(), Fate::Unknown, "nnnnnnnnnnnnnn");
    let bare = ServerCopies { stores: Known::Yes(vec![store(Cover::Uncovered, &[])]), ..<_>::default() };
    check(bare, Fate::Uncovered, "tttttttttttttt");
    let sets = ServerCopies { sets: vec![set(&[(5, Met)], Place::Unknown)], ..nothing };
    check(sets.clone(), Fate::Seen, "nnnnnnnnnnnnns");
    assert_eq!(told(sets, 24 * 8), (Fate::Unknown, "nnnnnnnnnnnnns".into()), "silent for too long");
}

#[test]
fn a_renamed_copy_is_as_old_as_its_first_name() {
    let mut view = set(&[(5, Met)], Place::Unknown);
    if let Some((_, Some(object))) = view.runs.first_mut() {
        object.first_seen = hours(101);
    }
    let (_, days) = told(one(Cover::Covered, view), 1);
    assert_eq!(days, "nnnnnnnnnstttt");
}

#[test]
fn the_better_of_two_sets_decides() {
    let mut copies = one(Cover::Covered, set(&[(5, Damaged)], Place::Unknown));
    copies.sets.push(set(&[(6, Met)], Place::Unknown));
    copies.stores = Known::Yes(vec![store(Cover::Covered, &[0, 1, 9])]);
    let (estate, all) = judged(copies, 1);
    let board = Ground::new(&estate, &all, Terms::default(), now()).board();
    let row = &board.rows[0];
    assert_eq!((row.fate, row.sets.as_slice(), row.days[13].runs), (Fate::Seen, [1, 0].as_slice(), 2));
    assert!(row.why.starts_with("dilihat saksi"), "{}", row.why);
    assert_eq!(key(&row.copies.sets[0]).len(), 12);
}

#[test]
fn the_strictest_terms_of_the_packs_count() {
    let packs = ["mjl-2021", "mlg-2020"].map(|pack| {
        let path = format!("{}/../config/packs/{pack}.toml", env!("CARGO_MANIFEST_DIR"));
        Pack::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    });
    let terms = Terms::of(&packs);
    assert_eq!((terms.database_hours, terms.files_hours), (24, 168));
    assert_eq!(Terms::of(&[]), Terms::default());
}

#[test]
fn what_is_asked_for_is_found_by_its_name() {
    for wanted in Outcome::ALL.map(Wanted::Outcome).into_iter().chain(Fate::ALL.map(Wanted::Fate)) {
        assert_eq!(Wanted::named(wanted.slug()), Some(wanted));
    }
    assert_eq!(Wanted::named("lain"), None);
    assert!(Wanted::Outcome(Outcome::Gone).has(Fate::Near) && !Wanted::Fate(Fate::Near).has(Fate::Spoilt));
    assert!(Fate::ALL.is_sorted());
}
