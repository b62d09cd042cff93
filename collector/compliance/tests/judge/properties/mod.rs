//! What holds for every estate.

mod estates;
mod losses;

use jiff::Timestamp;
use jiff::civil::date;
use patuh_compliance::estate::{Backup, Cover, Estate, Known, LanStanding, Plan};
use patuh_compliance::finding::Finding;
use patuh_compliance::pack::Policy;
use patuh_compliance::{Pack, Verdict, evaluate};
use proptest::option;
use proptest::prelude::*;

use super::example::{findings, now, packs, plan as clean_plan};
use estates::{day, estate, unexempted};
use losses::{doubt, doubt_all, lose, loss, untouched};

/// Rules about where the server stands.
const OF_PLACE: [&str; 3] = ["MLG20-6.3", "MJL-15.1", "BKT-19.5"];
/// Rules that ask something of every set: a set that is gone is asked nothing.
const OF_EVERY_SET: [&str; 4] = ["KD-ISI", "KD-ENKRIPSI", "KD-PULIH", "KD-KUNCI"];

/// Rules about drills.
const OF_DRILLS: [&str; 4] = ["MJL-24.4", "BKT-33.4", "MDN-25.4", "KD-PULIH"];

/// Rules about an office's LAN: they ask nothing of a server.
const OF_LAN: [&str; 10] = [
    "MJL-18.5",
    "MLG20-4.3",
    "MLG20-5.1",
    "BKT-23.2",
    "BKT-24.2",
    "BKT-25.1",
    "BKT-25.2",
    "MDN-18.2",
    "MDN-20.1",
    "MDN-20.2",
];
/// Rules about what officials hand in.
const OF_HANDING_IN: [&str; 4] = ["BKT-25.1", "BKT-25.2", "MDN-20.1", "MDN-20.2"];

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

/// The shipped packs of a Dinas to which a lack of proof is a breach.
fn strict() -> Vec<Pack> {
    let mut packs = packs();
    for pack in &mut packs {
        let rules: Vec<(String, Vec<&str>)> =
            pack.rules.iter().map(|rule| (rule.id.clone(), rule.check.parameters())).collect();
        for (rule, _) in rules.iter().filter(|(_, own)| own.contains(&"strict")) {
            pack.apply(rule, &Policy { strict: Some(true), ..Policy::default() }).unwrap();
        }
    }
    packs
}

/// No finding of `after` is better than its counterpart of `before`, whether the Dinas is strict or not.
fn never_better(before: &Estate, after: &Estate) -> Result<(), TestCaseError> {
    never_better_but(before, after, &[])
}

/// The same, but for some rules.
fn never_better_but(before: &Estate, after: &Estate, but: &[&str]) -> Result<(), TestCaseError> {
    for packs in [packs(), strict()] {
        never_better_by(before, after, but, &packs)?;
    }
    Ok(())
}

fn never_better_by(
    before: &Estate,
    after: &Estate,
    but: &[&str],
    packs: &[Pack],
) -> Result<(), TestCaseError> {
    let (before, after) = (findings(before, packs, now()), findings(after, packs, now()));
    let asked = |finding: &&Finding| !but.contains(&finding.rule.as_str());
    for (before, after) in before.iter().filter(asked).zip(after.iter().filter(asked)) {
        prop_assert_eq!((&before.rule, &before.subject), (&after.rule, &after.subject));
        prop_assert!(rank(after.verdict) <= rank(before.verdict), "{before:#?}\n{after:#?}");
    }
    Ok(())
}

/// Changes the set at `index`, counted over all servers.
fn change_set(estate: &mut Estate, index: usize, change: impl Fn(&mut Backup)) {
    let sets = estate.servers.iter_mut().filter_map(|server| match &mut server.backups {
        Known::Yes(sets) => Some(sets),
        Known::No(_) => None,
    });
    sets.flatten().skip(index).take(1).for_each(change);
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
        if blind {
            silent.lans.clear();
        }
        for server in &mut silent.servers {
            if blind {
                server.last_report = None;
            } else {
                server.backups = Known::No("tidak terbaca".into());
                server.plans = Known::No("tidak terbaca".into());
            }
        }
        for found in judged(&silent) {
            let of_others = OF_PLACE.iter().chain(&OF_LAN).any(|rule| found.rule == *rule);
            if blind || !of_others {
                prop_assert_eq!(found.verdict, Verdict::NoData);
            }
        }
    }

    #[test]
    fn losing_evidence_for_a_copy_never_helps(estate in unexempted(), pick in 0_usize..12, loss in loss()) {
        let mut worse = estate.clone();
        change_set(&mut worse, pick, |set| lose(set, loss));
        never_better_but(&estate, &worse, untouched(loss))?;
    }

    #[test]
    fn losing_sight_of_a_copy_leaves_at_most_no_data(estate in unexempted(), pick in 0_usize..12) {
        let mut worse = estate.clone();
        change_set(&mut worse, pick, |set| (set.newest, set.unread) = (None, true));
        for packs in [packs(), strict()] {
            let pairs = findings(&estate, &packs, now()).into_iter().zip(findings(&worse, &packs, now()));
            for (before, after) in pairs {
                let most = rank(before.verdict).max(rank(Verdict::NoData));
                prop_assert!(rank(after.verdict) <= most, "{before:#?}\n{after:#?}");
            }
        }
    }

    #[test]
    fn losing_proof_never_helps(estate in unexempted(), doubt in doubt()) {
        let mut worse = estate.clone();
        doubt_all(&mut worse, doubt);
        never_better(&estate, &worse)?;
    }

    #[test]
    fn a_store_is_covered_by_evidence_only(estate in unexempted()) {
        let mut unsure = estate;
        for server in &mut unsure.servers {
            if let Known::Yes(stores) = &mut server.stores {
                stores.retain(|store| !matches!(store.cover, Cover::Exempted { .. }));
                stores.iter_mut().for_each(|store| store.cover = Cover::Unknown);
            }
        }
        for found in judged(&unsure).iter().filter(|found| found.rule.ends_with("-CAKUPAN")) {
            prop_assert_eq!(found.verdict, Verdict::NoData, "{}", found.sentence);
        }
    }

    #[test]
    fn what_is_not_known_of_drills_is_no_pass(estate in unexempted()) {
        let mut unknown = estate;
        for server in &mut unknown.servers {
            server.drills = Known::No("tidak terbaca".into());
        }
        for packs in [packs(), strict()] {
            for found in findings(&unknown, &packs, now()) {
                if OF_DRILLS.contains(&found.rule.as_str()) {
                    prop_assert!(found.verdict != Verdict::Compliant && found.verdict != Verdict::NeedsReview);
                }
            }
        }
    }

    #[test]
    fn what_is_not_known_of_jobs_is_no_verdict(estate in unexempted()) {
        let mut unknown = estate;
        for server in &mut unknown.servers {
            server.plans = match &server.plans {
                Known::Yes(_) => Known::Yes(vec![Plan { every_hours: None, ..clean_plan() }]),
                Known::No(why) => Known::No(why.clone()),
            };
        }
        for found in judged(&unknown).iter().filter(|found| found.rule == "KD-JADWAL") {
            prop_assert_eq!(found.verdict, Verdict::NoData);
        }
    }

    #[test]
    fn a_strict_dinas_is_never_milder(estate in unexempted()) {
        for (mild, strict) in judged(&estate).iter().zip(findings(&estate, &strict(), now())) {
            prop_assert!(rank(strict.verdict) <= rank(mild.verdict), "{mild:#?}\n{strict:#?}");
        }
    }

    #[test]
    fn losing_a_spare_set_never_helps(estate in unexempted(), pick in 0_usize..4) {
        let mut worse = estate.clone();
        for server in &mut worse.servers {
            if let Known::Yes(sets) = &mut server.backups && pick < sets.len() && is_spare(sets, pick) {
                sets.remove(pick);
            }
        }
        never_better_but(&estate, &worse, &OF_EVERY_SET)?;
    }

    #[test]
    fn losing_the_networks_word_never_makes_a_place_lawful(estate in unexempted()) {
        let mut worse = estate.clone();
        for server in &mut worse.servers {
            server.location.observed = None;
        }
        for (before, after) in judged(&estate).iter().zip(judged(&worse)) {
            let of_place = OF_PLACE.contains(&after.rule.as_str());
            if of_place && after.verdict == Verdict::Compliant {
                prop_assert_eq!(before.verdict, Verdict::Compliant);
            }
        }
    }

    #[test]
    fn a_draft_is_never_a_pass(estate in unexempted()) {
        let mut drafted = estate;
        for report in drafted.lans.iter_mut().flat_map(|lan| &mut lan.reports) {
            report.standing = LanStanding::Draft;
        }
        for found in judged(&drafted).iter().filter(|found| OF_HANDING_IN.contains(&found.rule.as_str())) {
            prop_assert!(found.verdict != Verdict::Compliant, "{}", found.sentence);
        }
    }

    #[test]
    fn losing_a_receipt_never_helps(estate in unexempted(), pick in 0_usize..4) {
        let mut worse = estate.clone();
        for report in worse.lans.iter_mut().flat_map(|lan| &mut lan.reports).skip(pick).take(1) {
            report.standing = match report.standing {
                LanStanding::Received => LanStanding::Submitted,
                LanStanding::Submitted => LanStanding::Draft,
                other => other,
            };
        }
        never_better(&estate, &worse)?;
    }

    #[test]
    fn a_lan_that_nobody_sees_any_more_is_not_judged_by_what_was_seen(estate in unexempted()) {
        let mut unseen = estate;
        unseen.lans.iter_mut().for_each(|lan| lan.seen_at = None);
        let of_sight = ["MLG20-4.3", "MLG20-5.1"];
        for found in judged(&unseen).iter().filter(|found| of_sight.contains(&found.rule.as_str())) {
            prop_assert_eq!(found.verdict, Verdict::NoData);
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
