//! What holds for every estate.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{
    Backup, Estate, Exemption, Grade, Known, Location, Office, Place, Server, Subject,
};
use patuh_compliance::finding::Finding;
use patuh_compliance::{Pack, Verdict, evaluate};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::example::{estate as clean, findings, now, packs, server as clean_server};

const SITES: [&str; 4] = ["pusat-data", "ppb", "ruang-bkpsdm", "tidak-terdaftar"];
const OFFICES: [&str; 3] = ["bkpsdm", "dinkes", "tidak-terdaftar"];
const RULES: [&str; 3] = ["MJL-16.1", "MLG20-6.3", "BKT-19.5"];

fn hours_ago() -> impl Strategy<Value = Timestamp> {
    (0_i64..24 * 60 * 60).prop_map(|minutes| now() - SignedDuration::from_mins(minutes))
}

fn day() -> impl Strategy<Value = Date> {
    (2019_i16..2029, 1_i8..13, 1_i8..29).prop_map(|(year, month, day)| date(year, month, day))
}

fn site() -> impl Strategy<Value = String> {
    prop::sample::select(&SITES[..]).prop_map(str::to_owned)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::SameHost),
        Just(Place::Removable),
        Just(Place::Unknown),
        Just(Place::OtherHost("nas1".into())),
        site().prop_map(Place::Site),
        Just(Place::Site("pusat-data".into())),
    ]
}

fn grade() -> impl Strategy<Value = Grade> {
    prop::sample::select(&[Grade::Claimed, Grade::Witnessed, Grade::Verified, Grade::Restored][..])
}

fn backup() -> impl Strategy<Value = Backup> {
    let problems = prop_oneof![4 => Just(Vec::new()), 1 => Just(vec!["dump kosong".to_owned()])];
    (any::<bool>(), any::<bool>(), place(), option::weighted(0.9, hours_ago()), grade(), problems).prop_map(
        |(files, database, place, newest, grade, problems)| Backup {
            set: "malam".into(),
            tool: "restic".into(),
            files,
            database,
            place,
            newest,
            unread: false,
            spoilt: None,
            grade,
            problems,
            ..Backup::default()
        },
    )
}

fn backups() -> impl Strategy<Value = Known<Vec<Backup>>> {
    prop_oneof![
        6 => vec(backup(), 0..4).prop_map(Known::Yes),
        1 => Just(Known::No("restic tidak dapat dibaca".into())),
    ]
}

fn server(index: usize) -> impl Strategy<Value = Server> {
    let office = prop::sample::select(&OFFICES[..]);
    let times = (option::of(day()), option::weighted(0.9, hours_ago()));
    (office, times, option::of(site()), option::of(site()), backups()).prop_map(
        move |(office, (since, last_report), declared, observed, backups)| Server {
            id: format!("a{index}"),
            office: office.into(),
            since,
            last_report,
            location: Location { declared, observed, observation: None },
            backups,
            ..clean_server()
        },
    )
}

fn exemption() -> impl Strategy<Value = Exemption> {
    let subject = prop_oneof![
        Just(Subject::Server("a0".into())),
        Just(Subject::Office("dinkes".into())),
        Just(Subject::Office("kosong".into())),
    ];
    (prop::sample::select(&RULES[..]), subject, day()).prop_map(|(rule, subject, until)| Exemption {
        rule: rule.into(),
        subject,
        reason: "uji coba".into(),
        approver: "Kepala Dinas".into(),
        document: "Nota Dinas 1".into(),
        until,
    })
}

/// Up to three servers; two offices with them, one without.
fn estate() -> impl Strategy<Value = Estate> {
    let servers = (server(0), server(1), server(2), 0_usize..4);
    let offices = (option::of(0_u32..5), option::of(Just("Keputusan 12/2024".to_owned())));
    (servers, offices, vec(exemption(), 0..3)).prop_map(
        |((a, b, c, count), (registered_servers, mandiri_tik), exemptions)| {
            let office = |code: &str, mandiri_tik: Option<String>| Office {
                code: code.into(),
                name: code.into(),
                mandiri_tik,
                registered_servers,
            };
            Estate {
                offices: vec![office("bkpsdm", None), office("dinkes", mandiri_tik), office("kosong", None)],
                servers: [a, b, c].into_iter().take(count).collect(),
                exemptions,
                ..clean()
            }
        },
    )
}

/// The same without exemptions.
fn unexempted() -> impl Strategy<Value = Estate> {
    estate().prop_map(|estate| Estate { exemptions: Vec::new(), ..estate })
}

/// How far a verdict is from a breach.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotCompliant | Verdict::Transition => 0,
        Verdict::NoData => 1,
        Verdict::NeedsReview => 2,
        Verdict::Compliant | Verdict::Exempt => 3,
    }
}

fn judged(estate: &Estate) -> Vec<Finding> {
    findings(estate, &packs(), now())
}

/// No finding of `after` is better than its counterpart of `before`.
fn never_better(before: &Estate, after: &Estate) -> Result<(), TestCaseError> {
    for (before, after) in judged(before).iter().zip(judged(after)) {
        prop_assert_eq!((&before.rule, &before.subject), (&after.rule, &after.subject));
        prop_assert!(rank(after.verdict) <= rank(before.verdict), "{before:#?}\n{after:#?}");
    }
    Ok(())
}

/// What can be taken from the evidence for a copy.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Older(i64),
    Claimed,
    Troubled,
    NoRun,
    BesideTheData,
}

fn loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        (1_i64..2_000).prop_map(Loss::Older),
        Just(Loss::Claimed),
        Just(Loss::Troubled),
        Just(Loss::NoRun),
        Just(Loss::BesideTheData),
    ]
}

fn lose(backup: &mut Backup, loss: Loss) {
    match loss {
        Loss::Older(hours) => {
            backup.newest = backup.newest.map(|newest| newest - SignedDuration::from_hours(hours));
        }
        Loss::Claimed => backup.grade = Grade::Claimed,
        Loss::Troubled => backup.problems.push("dump terpotong".into()),
        Loss::NoRun => backup.newest = None,
        Loss::BesideTheData => backup.place = Place::SameHost,
    }
}

/// Whether what `sets[index]` is said to hold is said of another set too.
fn is_spare(sets: &[Backup], index: usize) -> bool {
    let others = || sets.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, set)| set);
    let set = &sets[index];
    let (files, database) = (others().any(|set| set.files), others().any(|set| set.database));
    if set.files || set.database {
        (!set.files || files) && (!set.database || database)
    } else {
        others().next().is_some()
    }
}

proptest! {
    #[test]
    fn the_same_input_gives_the_same_bytes(estate in estate()) {
        for pack in packs() {
            let bytes = || serde_json::to_vec(&evaluate(&estate, &pack, now())).unwrap();
            prop_assert_eq!(bytes(), bytes());
        }
    }

    #[test]
    fn the_order_of_servers_and_offices_does_not_matter(estate in estate()) {
        let mut turned = estate.clone();
        turned.servers.reverse();
        turned.offices.reverse();
        turned.exemptions.reverse();
        prop_assert_eq!(judged(&estate), judged(&turned));
    }

    #[test]
    fn every_time_can_be_judged(estate in estate(), now in i64::from(i32::MIN)..i64::from(u32::MAX)) {
        let now = Timestamp::from_second(now).unwrap();
        for finding in findings(&estate, &packs(), now) {
            prop_assert!(finding.sentence.ends_with('.'));
            prop_assert_eq!(finding.remedy.is_empty(), finding.verdict == Verdict::Compliant);
        }
    }

    #[test]
    fn no_data_is_never_a_pass_and_never_a_breach(estate in unexempted(), blind in any::<bool>()) {
        let mut silent = estate;
        for server in &mut silent.servers {
            if blind { server.last_report = None } else { server.backups = Known::No("tidak terbaca".into()) }
        }
        for found in judged(&silent) {
            let of_place = ["MLG20-6.3", "MJL-15.1", "BKT-19.5"].contains(&found.rule.as_str());
            if blind || !of_place {
                prop_assert_eq!(found.verdict, Verdict::NoData);
            }
        }
    }

    #[test]
    fn losing_evidence_for_a_copy_never_helps(estate in unexempted(), pick in 0_usize..12, loss in loss()) {
        let mut worse = estate.clone();
        let sets = worse.servers.iter_mut().filter_map(|server| match &mut server.backups {
            Known::Yes(sets) => Some(sets),
            Known::No(_) => None,
        });
        for set in sets.flatten().skip(pick).take(1) {
            lose(set, loss);
        }
        never_better(&estate, &worse)?;
    }

    #[test]
    fn losing_a_spare_set_never_helps(estate in unexempted(), pick in 0_usize..4) {
        let mut worse = estate.clone();
        for server in &mut worse.servers {
            if let Known::Yes(sets) = &mut server.backups && pick < sets.len() && is_spare(sets, pick) {
                sets.remove(pick);
            }
        }
        never_better(&estate, &worse)?;
    }

    #[test]
    fn losing_the_networks_word_never_makes_a_place_lawful(estate in unexempted()) {
        let mut worse = estate.clone();
        for server in &mut worse.servers {
            server.location.observed = None;
        }
        for (before, after) in judged(&estate).iter().zip(judged(&worse)) {
            let of_place = ["MLG20-6.3", "MJL-15.1", "BKT-19.5"].contains(&after.rule.as_str());
            if of_place && after.verdict == Verdict::Compliant {
                prop_assert_eq!(before.verdict, Verdict::Compliant);
            }
        }
    }

    #[test]
    fn grace_touches_breaches_only(estate in estate(), years in 1_i16..10, promulgated in option::of(day())) {
        for pack in packs() {
            let bare = Pack { grace_years: 0, promulgated: Some(date(2019, 1, 1)), ..pack.clone() };
            let graced = Pack { grace_years: years, promulgated, ..pack };
            let (before, after) = (evaluate(&estate, &bare, now()), evaluate(&estate, &graced, now()));
            for (before, after) in before.findings.iter().zip(after.findings) {
                if before.verdict == Verdict::NotCompliant {
                    let lawful = [Verdict::NotCompliant, Verdict::Transition, Verdict::NeedsReview];
                    prop_assert!(lawful.contains(&after.verdict));
                } else {
                    prop_assert_eq!(before.verdict, after.verdict);
                }
            }
        }
    }
}
