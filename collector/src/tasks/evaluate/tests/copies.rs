//! Claims beside sightings, drills, plans and stores, as the pages and the judge get them.

use patuh_compliance::estate::{Cover, Grade, Known, Place, Plan};
use patuh_protocol::backup::{BackupPlan, BackupSet, Drill, Holds, Run, Target, Tool};
use patuh_protocol::inventory::Site;
use patuh_protocol::witness::{Damaged, Layout, Vanished, WitnessedObject, WitnessedStore};

use super::super::copies::ServerCopies;
use super::*;
use crate::testimony::Standing;

const NOW: &str = "2026-11-22T03:00:00Z";

fn id(n: u8) -> String {
    patuh_protocol::digest::Digest::of(&[n]).to_string()
}

fn made(n: u8, at: &str) -> Run {
    Run { id: id(n), at: time(at), ..Run::default() }
}

fn claimed(runs: Vec<Run>) -> BackupSet {
    let target = Target { location: "sftp:c:/srv/restic/dinkes".to_owned(), ..Target::default() };
    let count = runs.len() as u64;
    BackupSet { name: "berkas".to_owned(), holds: Holds::Files, runs, count, target, ..BackupSet::default() }
}

fn object(n: u8, at: &str) -> WitnessedObject {
    WitnessedObject { id: id(n), first_seen: time(at), ..WitnessedObject::default() }
}

fn stored(objects: Vec<WitnessedObject>) -> WitnessedStore {
    let path = "/srv/restic/dinkes".to_owned();
    WitnessedStore { path, layout: Layout::Restic, objects, ..WitnessedStore::default() }
}

fn witness() -> ServerRow {
    ServerRow {
        agent: AgentId::of_key(&[2; 32]),
        site: Some("pusat-data".parse().unwrap()),
        hostname: "cadangan".to_owned(),
        ..row()
    }
}

/// The office's server that says `sections`, beside a witness that saw `store`.
fn beside(sections: Vec<CurrentSection>, store: WitnessedStore) -> (estate::Server, Copies) {
    beside_at(NOW, sections, store)
}

fn beside_at(now: &str, sections: Vec<CurrentSection>, store: WitnessedStore) -> (estate::Server, Copies) {
    let sections = Sections::from([
        (row().agent, sections),
        (witness().agent, vec![read("witness", Reading::Witnessed(vec![store]))]),
    ]);
    let (servers, copies) = joined(&[row(), witness()], &sections, &config(), time(now));
    (servers[0].clone(), copies)
}

#[test]
fn a_witness_that_fell_silent_is_named_and_is_no_fault_of_the_copy() {
    let seen_at = read("witness", Reading::Witnessed(vec![])).value.unwrap().at;
    let check = |now: &str, expected: Option<Timestamp>| {
        let runs = vec![made(1, "2026-11-22T01:00:00Z")];
        let sections = vec![read("backup/restic", Reading::Backups(vec![claimed(runs)]))];
        let (server, _) = beside_at(now, sections, stored(vec![object(1, "2026-11-21T02:00:00Z")]));
        let Known::Yes(backups) = &server.backups else { panic!("known") };
        assert_eq!((backups[0].unwatched_since, &backups[0].problems), (expected, &vec![]), "{now}");
    };
    check(NOW, None);
    check("2026-11-25T03:00:00Z", Some(seen_at));
}

fn own(copies: &Copies) -> &ServerCopies {
    &copies.servers[&row().agent]
}

#[test]
fn a_witness_lifts_a_claim_and_sees_through_it() {
    let seen = time("2026-11-21T02:00:00Z");
    let run = || made(1, "2026-11-22T01:00:00Z");
    let check = |runs: Vec<Run>, store: WitnessedStore, expected: (Grade, Option<Timestamp>, &str)| {
        let sections = vec![read("backup/restic", Reading::Backups(vec![claimed(runs)]))];
        let (server, _) = beside(sections, store);
        let Known::Yes(backups) = &server.backups else { panic!("known") };
        let backup = &backups[0];
        let spoilt = backup.spoilt.as_deref().unwrap_or_default();
        let spoilt: String = spoilt.chars().take_while(|c| *c != ',').collect();
        assert_eq!((backup.grade, backup.newest, spoilt.as_str()), expected);
        assert!(server.evidence.iter().any(|evidence| evidence.shows == "witness"));
        if expected.2.is_empty() {
            assert_eq!(backup.place, Place::Site("pusat-data".to_owned()));
        }
    };
    let store = stored(vec![object(1, "2026-11-21T02:00:00Z")]);
    check(vec![run()], store.clone(), (Grade::Witnessed, Some(seen), ""));
    let broken = Damaged { path: "data/ab".into(), what: "digest".into(), found_at: seen };
    let damaged = WitnessedStore { damaged: vec![broken], ..store.clone() };
    let claimed_at = Some(time("2026-11-22T01:00:00Z"));
    check(vec![run()], damaged, (Grade::Claimed, claimed_at, "RUSAK"));
    let gone = Vanished { id: id(1), first_seen: seen, last_seen: time("2026-11-21T03:00:00Z") };
    let emptied = WitnessedStore { objects: vec![], vanished: vec![gone], ..store };
    check(vec![], emptied, (Grade::Claimed, None, "HILANG"));
}

#[test]
fn the_pages_see_claims_and_sightings_side_by_side() {
    let runs = vec![made(2, "2026-11-22T01:00:00Z"), made(1, "2026-11-21T01:00:00Z")];
    let set = BackupSet { oldest_at: Some(time("2026-01-01T01:00:00Z")), ..claimed(runs) };
    let objects = vec![object(3, "2026-11-21T23:00:00Z"), object(1, "2026-11-21T01:30:00Z")];
    let sections = vec![read("backup/restic", Reading::Backups(vec![set.clone()]))];
    let (server, copies) = beside(sections, stored(objects));
    let view = &own(&copies).sets[0];
    assert_eq!((view.sensor.as_str(), view.entry, &view.set), ("backup/restic", 2, &set));
    assert_eq!(view.store, Some((0, "/srv/restic/dinkes".to_owned())));
    let standings: Vec<_> =
        view.runs.iter().map(|(standing, object)| (*standing, object.is_some())).collect();
    assert_eq!(standings, [(Standing::ClaimOnly, false), (Standing::Met, true)]);
    assert_eq!((view.standing, view.judged.points), (Standing::Met, 1));
    // By the witness's clock, whatever the claim says of older ones.
    assert_eq!(view.judged.oldest, Some(time("2026-11-21T01:30:00Z")));
    let Known::Yes(backups) = &server.backups else { panic!("known") };
    assert_eq!(&backups[0], &view.judged);
    let [witness] = &copies.witnesses[..] else { panic!("one witness: {:?}", copies.witnesses) };
    assert_eq!(
        (witness.hostname.as_str(), witness.site.as_ref().map(|s| s.as_str())),
        ("cadangan", Some("pusat-data"))
    );
    let unclaimed: Vec<_> = witness.stores[0].1.iter().map(|object| object.id.clone()).collect();
    assert_eq!(unclaimed, [id(3)]);
}

#[test]
fn agents_that_are_no_witnesses_are_none() {
    let sections = Sections::from([(row().agent, vec![section("witness", Latest::Nothing, None)])]);
    let (servers, copies) = joined(&[row()], &sections, &config(), time(NOW));
    assert_eq!((servers.len(), copies.witnesses.len(), own(&copies).sets.len()), (1, 0, 0));
    assert_eq!(own(&copies).plans, []);
    assert_eq!(servers[0].plans, Known::No("agen belum melaporkan jadwal pencadangan".to_owned()));
    assert_eq!(servers[0].drills, Known::No("agen belum melaporkan uji pulih".to_owned()));
}

#[test]
fn a_drill_lifts_only_what_a_witness_saw() {
    let drill = |n: u8, at: &str| Drill {
        set: "berkas".into(),
        tool: Tool::Restic,
        object: id(n).chars().take(8).collect(),
        at: time(at),
        items: 12,
        compared: 12,
        same: 12,
        passed: true,
        ..Drill::default()
    };
    let check = |drill: Drill, seen: u8, grade: Grade, passed: bool| {
        let runs = vec![made(1, "2026-11-22T01:00:00Z")];
        let set = BackupSet { tool: Tool::Restic, ..claimed(runs) };
        let sections = vec![
            read("backup/restic", Reading::Backups(vec![set])),
            read("drills", Reading::Drills(vec![drill])),
        ];
        let (server, copies) = beside(sections, stored(vec![object(seen, "2026-11-22T01:10:00Z")]));
        let view = &own(&copies).sets[0];
        let Known::Yes(drills) = &server.drills else { panic!("known") };
        assert_eq!((view.judged.grade, drills[0].passed), (grade, passed));
        assert_eq!(own(&copies).drills[0].1, 2, "the entry that carries it");
    };
    let recent = "2026-11-20T01:00:00Z";
    check(drill(1, recent), 1, Grade::Restored, true);
    // No witness saw what was brought back: a claim, however well it went.
    check(drill(1, recent), 9, Grade::Claimed, true);
    // Too long ago, of another set, in the future, with nothing in it, with other bytes.
    check(drill(1, "2026-04-01T01:00:00Z"), 1, Grade::Witnessed, true);
    check(drill(1, "2026-11-22T09:00:00Z"), 1, Grade::Witnessed, true);
    check(Drill { set: "lain".into(), ..drill(1, recent) }, 1, Grade::Witnessed, true);
    check(Drill { items: 0, ..drill(1, recent) }, 1, Grade::Witnessed, false);
    check(Drill { same: 11, ..drill(1, recent) }, 1, Grade::Witnessed, false);
    check(Drill { passed: false, ..drill(1, recent) }, 1, Grade::Witnessed, false);
    // What was brought back is older than the list of runs.
    check(drill(7, recent), 1, Grade::Restored, true);
}

#[test]
fn plans_are_told_with_how_often_and_when_last() {
    let plan = |name: &str, tool, schedule: &str, last_at: Option<&str>| BackupPlan {
        name: name.into(),
        tool,
        schedule: schedule.into(),
        enabled: Some(true),
        last_at: last_at.map(time),
        ..BackupPlan::default()
    };
    let plans = vec![
        plan("/etc/cron.d/a:1", Tool::Restic, "0 1 * * *", None),
        plan("malam.timer", Tool::Borg, "Sun *-*-* 02:00", Some("2026-11-15T02:00:00Z")),
        plan("/etc/cron.d/b:1", Tool::MysqlDump, "@reboot", None),
    ];
    let set = BackupSet { tool: Tool::Restic, ..claimed(vec![made(1, "2026-11-22T01:00:00Z")]) };
    let sections = vec![
        read("backup/plans", Reading::BackupPlans(plans)),
        read("backup/restic", Reading::Backups(vec![set])),
    ];
    let (server, copies) = beside(sections, stored(vec![]));
    let Known::Yes(plans) = &server.plans else { panic!("known") };
    let told = |plan: &Plan| (plan.tool.clone(), plan.every_hours, plan.last_ran);
    let told: Vec<_> = plans.iter().map(told).collect();
    assert_eq!(
        told,
        [
            ("restic".to_owned(), Some(24), Some(time("2026-11-22T01:00:00Z"))),
            ("borg".to_owned(), Some(168), Some(time("2026-11-15T02:00:00Z"))),
            ("mysqldump".to_owned(), None, None),
        ]
    );
    assert_eq!(own(&copies).plans.len(), 3);
    assert!(server.evidence.iter().any(|evidence| evidence.shows == "backup/plans"));
}

#[test]
fn what_ought_to_be_in_a_backup_is_set_beside_it() {
    let site = Site { root: Some("/srv/www".into()), ..Site::default() };
    let nothing = [
        "containers/docker",
        "containers/podman",
        "databases",
        "guests/libvirt",
        "guests/lxc",
        "guests/proxmox",
    ];
    let mut sections: Vec<_> = nothing.iter().map(|sensor| section(sensor, Latest::Nothing, None)).collect();
    let set = BackupSet { sources: vec!["/srv".into()], ..claimed(vec![made(1, "2026-11-22T01:00:00Z")]) };
    sections.push(read("backup/restic", Reading::Backups(vec![set])));
    sections.push(read("sites", Reading::Sites(vec![site])));
    let told = |config: &Config, now: &str| {
        let sections = Sections::from([(row().agent, sections.clone())]);
        let (servers, _) = joined(&[row()], &sections, config, time(now));
        let Known::Yes(stores) = &servers[0].stores else { panic!("known") };
        stores[0].reason.clone()
    };
    let silent = told(&config(), "2026-11-24T03:00:00Z");
    assert_eq!(silent, "agen diam sejak 22 November 2026 pukul 10.00 WIB");
    let check = |config: &Config, now: &str, expected: [&Cover; 3]| {
        let sections = Sections::from([(row().agent, sections.clone())]);
        let (servers, copies) = joined(&[row()], &sections, config, time(now));
        let Known::Yes(stores) = &servers[0].stores else { panic!("known") };
        let covers: Vec<_> = stores.iter().map(|store| &store.cover).collect();
        assert_eq!(covers, expected, "/etc, /home, /srv/www: {stores:?}");
        let Known::Yes(own) = &own(&copies).stores else { panic!("known") };
        assert_eq!(own[2].sets.len(), stores[2].sets.len());
    };
    check(&config(), NOW, [&Cover::Uncovered, &Cover::Unknown, &Cover::Covered]);
    // Silent for more than a day.
    check(&config(), "2026-11-24T03:00:00Z", [&Cover::Unknown; 3]);
    let exempt = "[[exemption]]\nstore = \"files/etc\"\noffice = \"dinkes\"\nreason = \"dipasang ulang\"\n\
                  approver = \"Kadis\"\ndocument = \"ND 1\"\nuntil = \"2026-11-30\"\n";
    let exempted = Config::parse("collector.toml", &format!("{CONFIG}{exempt}")).unwrap();
    let until = "2026-11-30".parse().unwrap();
    let cover = Cover::Exempted { approver: "Kadis".into(), reason: "dipasang ulang".into(), until };
    check(&exempted, NOW, [&cover, &Cover::Unknown, &Cover::Covered]);
}

#[test]
fn written_exemptions_reach_the_judge() {
    let exempt = "[[exemption]]\nrule = \"MJL-16.1\"\noffice = \"dinkes\"\nreason = \"uji\"\n\
                  approver = \"Kadis\"\ndocument = \"ND 1\"\nuntil = \"2026-11-30\"\n";
    let config = Config::parse("collector.toml", &format!("{CONFIG}{exempt}")).unwrap();
    let estate = estate(vec![], &config);
    let [exemption] = &estate.exemptions[..] else { panic!("one: {:?}", estate.exemptions) };
    assert_eq!(
        (exemption.rule.as_str(), exemption.subject.id(), exemption.document.as_str()),
        ("MJL-16.1", "dinkes", "ND 1")
    );
}
