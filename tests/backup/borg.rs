//! borg 1.x.

use patuh_protocol::backup::{Run, Tool};
use serde::Deserialize;

use super::*;

/// What `borg list --json` says.
#[derive(Deserialize)]
struct List {
    archives: Vec<Archive>,
    repository: Repository,
}

#[derive(Deserialize)]
struct Archive {
    id: String,
    start: String,
}

#[derive(Deserialize)]
struct Repository {
    id: String,
}

fn repository() -> Bench {
    let bench = Bench::new();
    assert!(borg(&bench, &["init", "--encryption=repokey", &bench.text("repo")]).status.success());
    backup(&bench, "satu");
    put(&bench.at("data/etc/hosts"), b"127.0.0.1 localhost");
    backup(&bench, "dua");
    bench.look(0);
    bench
}

fn backup(bench: &Bench, name: &str) {
    let archive = format!("{}::{name}", bench.text("repo"));
    let made = borg(bench, &["create", "--compression", "none", &archive, &bench.text("data")]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn borg(bench: &Bench, arguments: &[&str]) -> Output {
    let environment = [("BORG_PASSPHRASE", "rahasia"), ("BORG_EXIT_CODES", "legacy")];
    tool(&bench.at("home"), "borg", arguments, &environment)
}

fn claim(bench: &Bench) -> BackupSet {
    let listed = borg(bench, &["list", "--json", &bench.text("repo")]);
    let list: List = serde_json::from_slice(&listed.stdout).unwrap();
    let run = |archive: Archive| {
        let at: jiff::civil::DateTime = archive.start.parse().unwrap();
        let at = at.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        Run { id: archive.id, at, ..Run::default() }
    };
    BackupSet {
        name: "berkas".to_owned(),
        tool: Tool::Borg,
        runs: list.archives.into_iter().map(run).collect(),
        repository: Some(list.repository.id),
        ..BackupSet::default()
    }
}

fn check(fault: Fault, expected: (bool, &[&str], Standing)) {
    let bench = repository();
    let claim = claim(&bench);
    assert_eq!(claim.runs.len(), 2);
    damage(&bench.at("repo/data"), fault);
    let store = bench.look(1);
    let repo = bench.text("repo");
    let sound = borg(&bench, &["check", "--repository-only", &repo]).status.success();
    let said = bench.said(&claim, &store, sound);
    let damaged: Vec<&str> = said.damaged.iter().map(String::as_str).collect();
    assert_eq!((said.check, damaged.as_slice(), said.standing), expected, "{fault:?}");
}

#[test]
fn a_sound_repository_is_met_by_its_archives_ids() {
    check(Fault::None, (true, &[], Standing::Met));
}

#[test]
fn damage_is_seen_by_both_without_the_passphrase() {
    check(Fault::Flip, (false, &["crc"], Standing::Damaged));
    check(Fault::Cut, (false, &["crc"], Standing::Damaged));
}

#[test]
fn a_missing_segment_is_missed_by_who_remembers_it() {
    check(Fault::Missing, (false, &["missing"], Standing::Damaged));
}

#[test]
fn a_deleted_archive_is_gone_and_compaction_is_no_damage() {
    let bench = repository();
    let before = claim(&bench);
    let repo = bench.text("repo");
    for archive in ["satu", "dua"] {
        assert!(borg(&bench, &["delete", &format!("{repo}::{archive}")]).status.success());
    }
    let store = bench.look(1);
    assert_eq!(bench.said(&before, &store, true).standing, Standing::Vanished);
    assert_eq!(
        bench.said(&claim(&bench), &store, true).standing,
        Standing::Vanished,
        "the repository's id binds"
    );
    backup(&bench, "tiga");
    assert!(borg(&bench, &["compact", &repo]).status.success());
    let store = bench.look(2);
    assert!(store.damaged.is_empty(), "{:?}", store.damaged);
    let newest = claim(&bench).runs[0].id.clone();
    assert!(store.objects.iter().any(|object| object.id == newest), "{newest} among {:?}", store.objects);
}

#[test]
fn a_planted_archive_that_nobody_claims_proves_nothing() {
    let bench = repository();
    let mut forged = claim(&bench);
    forged.runs = vec![Run { id: "ab".repeat(32), at: bench.now, ..Run::default() }];
    let said = bench.said(&forged, &bench.look(1), true);
    assert_eq!(said.standing, Standing::ClaimOnly, "an id that is in no segment was never backed up");
}
