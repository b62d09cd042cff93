//! restic.

use patuh_agent::sensors::{self, Group, ResticSettings, Settings};

use super::*;

/// A repository with two snapshots, seen once by the witness.
fn repository() -> Bench {
    let bench = Bench::new();
    assert!(restic(&bench, &["init"]));
    assert!(restic(&bench, &["backup", &bench.text("data")]));
    put(&bench.at("data/etc/hosts"), b"127.0.0.1 localhost");
    assert!(restic(&bench, &["backup", &bench.text("data")]));
    bench.look(0);
    bench
}

/// Whether restic succeeded.
fn restic(bench: &Bench, arguments: &[&str]) -> bool {
    let (repo, password) = (bench.text("repo"), bench.text("password"));
    let environment =
        [("RESTIC_REPOSITORY", repo.as_str()), ("RESTIC_PASSWORD_FILE", &password), ("GOMAXPROCS", "2")];
    let arguments = [&["--no-cache"], arguments].concat();
    tool(&bench.at("home"), "restic", &arguments, &environment).status.success()
}

/// What the office's agent claims.
fn claim(bench: &Bench) -> BackupSet {
    let repository = ResticSettings {
        name: "berkas".to_owned(),
        repository: bench.text("repo"),
        password_file: Some(bench.at("password")),
        host: None,
        holds: None,
    };
    let settings = Settings { restic: vec![repository], ..Settings::default() };
    let sections = sensors::read(&Roots::live(), &settings, &[Group::Backup], bench.now);
    let sets = sections.into_iter().filter_map(|section| match section.outcome {
        Outcome::Ok(Reading::Backups(sets)) => Some(sets),
        _ => None,
    });
    sets.flatten().find(|set| set.name == "berkas").expect("the set of this test")
}

fn forge(bench: &Bench) {
    let content: Vec<u8> = (0..241_u8).map(|n| n.wrapping_mul(97) ^ 0x5a).collect();
    let name = patuh_protocol::digest::Digest::of(&content).to_string();
    put(&bench.at("repo/snapshots").join(name), &content);
}

/// The claim was made before the fault, as an agent's last report would have been; for what only a fresh claim
/// shows, it is made again.
fn check(fault: Fault, fresh: bool, expected: (bool, &[&str], usize, Standing, usize)) {
    let bench = repository();
    let before = claim(&bench);
    match fault {
        Fault::Forged => forge(&bench),
        Fault::Deleted => {
            for entry in fs::read_dir(bench.at("repo/snapshots")).unwrap() {
                fs::remove_file(entry.unwrap().path()).unwrap();
            }
        }
        other => damage(&bench.at("repo/data"), other),
    }
    let store = bench.look(1);
    let claim = if fresh { claim(&bench) } else { before };
    let said = bench.said(&claim, &store, restic(&bench, &["check"]));
    let damaged: Vec<&str> = said.damaged.iter().map(String::as_str).collect();
    let found = (said.check, damaged.as_slice(), said.vanished, said.standing, said.unclaimed);
    assert_eq!(found, expected, "{fault:?}");
}

#[test]
fn a_sound_repository_is_met() {
    check(Fault::None, true, (true, &[], 0, Standing::Met, 0));
}

#[test]
fn a_flipped_byte_escapes_the_check_and_not_the_witness() {
    check(Fault::Flip, true, (true, &["digest"], 0, Standing::Damaged, 0));
}

#[test]
fn a_missing_pack_is_missed_by_who_remembers_it() {
    check(Fault::Missing, true, (false, &["missing"], 0, Standing::Damaged, 0));
}

#[test]
fn a_pack_cut_short_is_seen_by_both() {
    check(Fault::Cut, true, (false, &["digest"], 0, Standing::Damaged, 0));
}

#[test]
fn a_forged_snapshot_looks_right_to_the_witness_and_nobody_claims_it() {
    check(Fault::Forged, false, (false, &[], 0, Standing::Met, 1));
}

#[test]
fn deleted_snapshots_are_remembered() {
    // Neither the check nor a fresh list of snapshots says that anything is wrong.
    check(Fault::Deleted, true, (true, &[], 2, Standing::Vanished, 0));
    check(Fault::Deleted, false, (true, &[], 2, Standing::Vanished, 0));
}

#[test]
fn a_prune_by_the_rules_is_no_loss() {
    let bench = repository();
    assert!(restic(&bench, &["forget", "--keep-last", "1", "--prune"]));
    let store = bench.look(1);
    let said = bench.said(&claim(&bench), &store, restic(&bench, &["check"]));
    let expected = (true, 0, 1, Standing::Met);
    assert_eq!((said.check, said.damaged.len(), said.vanished, said.standing), expected, "{said:?}");
}

#[test]
fn looking_leaves_the_repository_as_it_is() {
    let bench = repository();
    let listing =
        || tool(&bench.at("home"), "find", &[&bench.text("repo"), "-printf", "%p %s %T@ %m\n"], &[]).stdout;
    let before = listing();
    bench.look(1);
    claim(&bench);
    assert_eq!(listing(), before);
}
