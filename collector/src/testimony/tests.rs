//! One office, one set, one store, and what each of them may say.

use patuh_protocol::backup::Target;
use patuh_protocol::digest::Digest;

use super::*;

fn time(day: u32) -> Timestamp {
    format!("2026-11-{day:02}T03:00:00Z").parse().unwrap()
}

fn id(n: u8) -> String {
    Digest::of(&[n]).to_string()
}

fn run(n: u8, day: u32) -> Run {
    Run { id: id(n), at: time(day), ..Run::default() }
}

fn seen(n: u8, day: u32) -> WitnessedObject {
    WitnessedObject { id: id(n), first_seen: time(day), ..WitnessedObject::default() }
}

fn restic(runs: Vec<Run>) -> BackupSet {
    let target = Target { location: "sftp:patuh@cadangan:/srv/restic/dinkes".into(), ..Target::default() };
    BackupSet { name: "berkas".into(), runs, target, ..BackupSet::default() }
}

fn store(objects: Vec<WitnessedObject>) -> WitnessedStore {
    let path = "/srv/restic/dinkes".to_owned();
    WitnessedStore { path, layout: Layout::Restic, objects, ..WitnessedStore::default() }
}

fn gone(n: u8, first: u32, last: u32) -> Vanished {
    Vanished { id: id(n), first_seen: time(first), last_seen: time(last) }
}

fn damaged(what: &str) -> Vec<Damaged> {
    vec![Damaged { path: "data/ab".into(), what: what.into(), found_at: time(20) }]
}

/// Joins one claim and one store, looked at on `day`, as of 22 November.
fn check(set: &BackupSet, store: &WitnessedStore, day: u32, standing: Standing, newest: Option<u32>) {
    let (agent, office) = (AgentId::of_key(&[1]), "dinkes".parse().unwrap());
    let claim = Claim { server: &agent, office: &office, set, said_at: time(22) };
    let sighting = Sighting { witness: &agent, site: None, store, seen_at: time(day) };
    let (told, _) = join(&[claim], &[sighting], Terms::default(), time(22));
    assert_eq!((told[0].standing, told[0].newest), (standing, newest.map(time)), "{told:?}");
}

#[test]
fn what_both_sides_say_is_met_and_as_old_as_the_witness_says() {
    let set = restic(vec![run(2, 22), run(1, 21)]);
    check(&set, &store(vec![seen(2, 21), seen(1, 20)]), 22, Standing::Met, Some(21));
    // The clock of the office runs ahead, or somebody copied an old snapshot: the witness's clock counts.
    check(&restic(vec![run(1, 22)]), &store(vec![seen(1, 3)]), 22, Standing::Met, Some(3));
    // What lay there before the watch is as old as claimed.
    let before = WitnessedObject { existed_before: true, ..seen(1, 20) };
    check(&restic(vec![run(1, 5)]), &store(vec![before]), 22, Standing::Met, Some(5));
    // An id may be shortened.
    let short = Run { id: id(1).chars().take(8).collect(), ..run(1, 20) };
    check(&restic(vec![short]), &store(vec![seen(1, 20)]), 22, Standing::Met, Some(20));
}

#[test]
fn a_claim_alone_stays_a_claim() {
    check(&restic(vec![run(9, 22)]), &store(vec![]), 22, Standing::ClaimOnly, None);
    let elsewhere = WitnessedStore { path: "/srv/other".into(), ..store(vec![seen(1, 20)]) };
    check(&restic(vec![run(9, 22)]), &elsewhere, 22, Standing::ClaimOnly, None);
    // The newest never arrived, an older one did: the set is met, and as old as that.
    check(&restic(vec![run(9, 22), run(1, 18)]), &store(vec![seen(1, 18)]), 22, Standing::Met, Some(18));
    let others = WitnessedStore { office: Some("disdik".into()), ..store(vec![]) };
    check(&restic(vec![]), &others, 22, Standing::ClaimOnly, None);
}

#[test]
fn a_witness_that_stopped_looking_proves_nothing() {
    check(&restic(vec![run(1, 20)]), &store(vec![seen(1, 20)]), 20, Standing::WitnessSilent, None);
}

#[test]
fn what_went_before_its_time_is_lost() {
    let all_gone = WitnessedStore { vanished: vec![gone(2, 21, 22), gone(1, 20, 22)], ..store(vec![]) };
    check(&restic(vec![run(2, 21), run(1, 20)]), &all_gone, 22, Standing::Vanished, None);
    // What only a cache knows of the same repository, without a place, lies nowhere else.
    let traces = BackupSet { target: Target::default(), ..restic(vec![run(2, 21)]) };
    check(&traces, &all_gone, 22, Standing::Vanished, None);
    // The agent that lists an empty repository claims nothing any more; the path still binds.
    check(&restic(vec![]), &all_gone, 22, Standing::Vanished, None);
    // Thinned out: the evening's snapshot stands for the morning's.
    let thinned = WitnessedStore { vanished: vec![gone(1, 20, 22)], ..store(vec![seen(2, 21)]) };
    check(&restic(vec![run(2, 21)]), &thinned, 22, Standing::Met, Some(21));
    // Kept as long as it was to be kept.
    let old = WitnessedStore { vanished: vec![gone(1, 1, 18)], ..store(vec![seen(2, 21)]) };
    let week = BackupSet { keep_days: Some(7), ..restic(vec![run(2, 21)]) };
    check(&week, &old, 22, Standing::Met, Some(21));
    check(&restic(vec![run(2, 21)]), &old, 22, Standing::Vanished, Some(21));
}

#[test]
fn what_others_lost_is_their_loss() {
    let point = |id: &str, day| WitnessedObject {
        id: id.into(),
        first_seen: time(day),
        ..WitnessedObject::default()
    };
    let left = |id: &str| Vanished { id: id.into(), first_seen: time(20), last_seen: time(21) };
    let set = |id: &str| restic(vec![Run { id: id.into(), at: time(21), ..Run::default() }]);
    let shared = |layout, objects, vanished| WitnessedStore { layout, vanished, ..store(objects) };

    let guest = point("vm/101/2026-11-21T03:00:00Z", 21);
    let other = shared(Layout::Pbs, vec![guest.clone()], vec![left("ct/102/2026-11-21T03:00:00Z")]);
    check(&set("vm/101/2026-11-21T03:00:00Z"), &other, 22, Standing::Met, Some(21));
    let own = shared(
        Layout::Pbs,
        vec![point("ct/102/2026-11-20T03:00:00Z", 20), guest],
        vec![left("vm/101/2026-11-18T03:00:00Z")],
    );
    check(&set("vm/101/2026-11-21T03:00:00Z"), &own, 22, Standing::Met, Some(21));

    // A neighbour's dump of the same night stands for nothing of this one's.
    let neighbour = WitnessedObject { bytes: Some(7), ..point("simpus-20261120.sql.gz", 20) };
    let dumps = shared(Layout::Files, vec![neighbour], vec![left("simpeg-20261120.sql.gz")]);
    check(&set("simpeg-20261120.sql.gz"), &dumps, 22, Standing::Vanished, None);
}

#[test]
fn damage_outweighs_presence() {
    let store = WitnessedStore { damaged: damaged("digest"), ..store(vec![seen(1, 20)]) };
    check(&restic(vec![run(1, 20)]), &store, 22, Standing::Damaged, None);
}

#[test]
fn files_meet_by_digest_or_by_name_and_size() {
    let digest = Some(Digest::of(b"dump"));
    let file = |name: &str, day, digest| WitnessedObject {
        id: format!("simpeg/{name}"),
        bytes: Some(4000),
        digest,
        ..seen(0, day)
    };
    let files = |objects, damaged| WitnessedStore {
        path: "/srv/dump".into(),
        layout: Layout::Files,
        objects,
        damaged,
        ..WitnessedStore::default()
    };
    let dump = |digest| {
        let run =
            Run { id: "simpeg-22.sql".into(), at: time(22), bytes: Some(4000), digest, ..Run::default() };
        BackupSet { runs: vec![run], ..restic(vec![]) }
    };
    let named = |mut object: WitnessedObject, name: &str| {
        object.id = format!("simpeg/{name}");
        object
    };
    let one = || vec![file("simpeg-22.sql", 22, None)];
    check(&dump(None), &files(one(), vec![]), 22, Standing::Met, Some(22));
    // Its digest is claimed, and the witness has not read it yet.
    check(&dump(digest), &files(one(), vec![]), 22, Standing::Met, Some(22));
    // Yesterday's bytes under today's name.
    let renamed = vec![file("simpeg-22.sql", 22, digest), file("simpeg-3.sql", 3, digest)];
    check(&dump(digest), &files(renamed, vec![]), 22, Standing::Met, Some(3));
    // Other bytes than claimed.
    let other = vec![file("simpeg-22.sql", 22, Some(Digest::of(b"other")))];
    check(&dump(digest), &files(other, vec![]), 22, Standing::ClaimOnly, None);
    let wrong = |path: &str| vec![Damaged { path: path.into(), what: "digest".into(), found_at: time(22) }];
    check(&dump(None), &files(one(), wrong("simpeg/simpeg-22.sql")), 22, Standing::Damaged, None);
    check(&dump(None), &files(one(), wrong("simpeg/other.sql")), 22, Standing::Met, Some(22));
    // Two files that cannot be told apart prove neither.
    let twins = vec![file("simpeg-22.sql", 22, None), named(file("x", 20, None), "old/simpeg-22.sql")];
    check(&dump(None), &files(twins, vec![]), 22, Standing::ClaimOnly, None);
}

#[test]
fn what_nobody_claims_is_told() {
    let (agent, office) = (AgentId::of_key(&[1]), "dinkes".parse().unwrap());
    let (set, store) = (restic(vec![run(1, 20)]), store(vec![seen(2, 21), seen(1, 20)]));
    let claim = Claim { server: &agent, office: &office, set: &set, said_at: time(22) };
    let sighting = Sighting { witness: &agent, site: None, store: &store, seen_at: time(22) };
    let unclaimed = |claims: &[Claim<'_>]| {
        let (_, unclaimed) = join(claims, &[sighting], Terms::default(), time(22));
        unclaimed.into_iter().flat_map(|u| u.objects).map(|o| o.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(unclaimed(&[claim]), [id(2)]);
    assert_eq!(unclaimed(&[]), [id(2), id(1)]);
}

#[test]
fn a_set_reaches_as_far_back_as_the_witness_saw() {
    let check = |set: &BackupSet, store: &WitnessedStore, oldest: Option<u32>, points: Option<u64>| {
        let (agent, office) = (AgentId::of_key(&[1]), "dinkes".parse().unwrap());
        let claim = Claim { server: &agent, office: &office, set, said_at: time(22) };
        let sighting = Sighting { witness: &agent, site: None, store, seen_at: time(22) };
        let (told, _) = join(&[claim], &[sighting], Terms::default(), time(22));
        assert_eq!((told[0].depth.oldest, told[0].depth.points), (oldest.map(time), points), "{told:?}");
    };
    let both = || vec![run(2, 21), run(1, 20)];
    let claimed = |count| BackupSet { count, oldest_at: Some(time(1)), ..restic(both()) };
    let seen_store = |count, objects| WitnessedStore { count, ..store(objects) };
    // All runs are listed: what was met counts, however old the claim says it is.
    check(&claimed(2), &seen_store(2, vec![seen(2, 21), seen(1, 20)]), Some(20), Some(2));
    check(&claimed(2), &seen_store(1, vec![seen(2, 21)]), Some(21), Some(1));
    // More than are listed, in a store of its own: what lies there counts.
    let three = || vec![seen(2, 21), seen(1, 20), seen(3, 10)];
    check(&claimed(3), &seen_store(3, three()), Some(10), Some(3));
    let before = vec![seen(2, 21), seen(1, 20), WitnessedObject { existed_before: true, ..seen(3, 10) }];
    check(&claimed(3), &seen_store(3, before), Some(1), Some(3));
    // Others write there too, or not all objects are carried: nothing is known of the oldest.
    check(&claimed(3), &seen_store(4, three()), None, None);
    check(&claimed(9), &seen_store(9, three()), None, Some(9));
    check(&claimed(2), &seen_store(0, vec![]), None, None);
}

#[test]
fn soundness_is_when_any_point_was_read_again() {
    let (agent, office) = (AgentId::of_key(&[1]), "dinkes".parse().unwrap());
    let set = BackupSet { count: 2, ..restic(vec![run(2, 22), run(1, 20)]) };
    let read = WitnessedObject { verified_at: Some(time(21)), ..seen(1, 20) };
    let store = store(vec![seen(2, 22), read]);
    let claim = Claim { server: &agent, office: &office, set: &set, said_at: time(22) };
    let sighting = Sighting { witness: &agent, site: None, store: &store, seen_at: time(22) };
    let (told, _) = join(&[claim], &[sighting], Terms::default(), time(22));
    assert_eq!((told[0].newest_verified, told[0].depth.checked_at), (false, Some(time(21))));
}
