//! What can be taken from the evidence.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{Backup, Cover, DataStore, Drill, Estate, Grade, Known, Place, Plan};
use proptest::prelude::*;

use crate::example::now;

/// Rules that do not ask for the copies that lie on the server itself.
const OF_COPIES_OUTSIDE: [&str; 1] = ["KD-ENKRIPSI"];

/// What can be taken from the evidence for a copy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loss {
    Older(i64),
    Claimed,
    Troubled,
    NoRun,
    BesideTheData,
    Spoilt,
    Unwatched,
    Younger(i64),
    FewerPoints,
    Unexamined,
    ExaminedEarlier(i64),
    Unprotected,
    Open,
    Nameless,
}

pub(super) fn loss() -> impl Strategy<Value = Loss> {
    prop_oneof![
        (1_i64..2_000).prop_map(Loss::Older),
        Just(Loss::Claimed),
        Just(Loss::Troubled),
        Just(Loss::NoRun),
        Just(Loss::BesideTheData),
        Just(Loss::Spoilt),
        Just(Loss::Unwatched),
        (1_i64..2_000).prop_map(Loss::Younger),
        Just(Loss::FewerPoints),
        Just(Loss::Unexamined),
        (1_i64..2_000).prop_map(Loss::ExaminedEarlier),
        Just(Loss::Unprotected),
        Just(Loss::Open),
        Just(Loss::Nameless),
    ]
}

pub(super) fn lose(backup: &mut Backup, loss: Loss) {
    match loss {
        Loss::Older(hours) => {
            backup.newest = backup.newest.map(|newest| newest - SignedDuration::from_hours(hours));
        }
        Loss::Claimed => backup.grade = Grade::Claimed,
        Loss::Troubled => backup.problems.push("dump terpotong".into()),
        // That there is none is known. That nobody can look is another loss, which may leave no data.
        Loss::NoRun => (backup.newest, backup.unread) = (None, false),
        Loss::BesideTheData => backup.place = Place::SameHost,
        Loss::Spoilt => backup.spoilt = Some("HILANG".into()),
        Loss::Unwatched => backup.unwatched_since = Some(now()),
        Loss::Younger(hours) => {
            let younger = |oldest: Timestamp| (oldest + SignedDuration::from_hours(hours)).min(now());
            backup.oldest = backup.oldest.map(younger);
        }
        Loss::FewerPoints => backup.points /= 4,
        // A copy that was examined too long ago is known to be unproven; one that never was, is too.
        Loss::Unexamined => backup.checked = None,
        Loss::ExaminedEarlier(hours) => {
            backup.checked = backup.checked.map(|checked| checked - SignedDuration::from_hours(hours));
        }
        Loss::Unprotected => backup.append_only = Some(false),
        Loss::Open => backup.encrypted = backup.encrypted.map(|_| false),
        Loss::Nameless => backup.medium = None,
    }
}

/// Rules of which a loss is none: a copy that comes to lie on the server is no longer one outside, and one that
/// lies open has no key to be kept.
pub(super) fn untouched(loss: Loss) -> &'static [&'static str] {
    match loss {
        Loss::BesideTheData => &OF_COPIES_OUTSIDE,
        Loss::Open => &["KD-KUNCI"],
        _ => &[],
    }
}

/// What can be taken from the proof that copies come back, that jobs run, or that stores lie in a copy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doubt {
    DrilledEarlier(i64),
    DrillFailed,
    DrillEmpty,
    DrillDiffers,
    DrillSlower,
    DrillsForgotten,
    RanEarlier(i64),
    JobFailed,
    StoreOut,
    StorePartly,
    StoreRaw,
    StoreWithoutSets,
    Unregistered,
    Unattested,
    AttestedEarlier,
}

pub(super) fn doubt() -> impl Strategy<Value = Doubt> {
    prop_oneof![
        (1_i64..6_000).prop_map(Doubt::DrilledEarlier),
        (1_i64..2_000).prop_map(Doubt::RanEarlier),
        prop::sample::select(vec![
            Doubt::DrillFailed,
            Doubt::DrillEmpty,
            Doubt::DrillDiffers,
            Doubt::DrillSlower,
            Doubt::DrillsForgotten,
            Doubt::JobFailed,
            Doubt::StoreOut,
            Doubt::StorePartly,
            Doubt::StoreRaw,
            Doubt::StoreWithoutSets,
            Doubt::Unregistered,
            Doubt::Unattested,
            Doubt::AttestedEarlier,
        ]),
    ]
}

fn doubt_drill(drill: &mut Drill, doubt: Doubt) {
    match doubt {
        Doubt::DrilledEarlier(hours) => drill.at -= SignedDuration::from_hours(hours),
        Doubt::DrillFailed => drill.passed = false,
        Doubt::DrillEmpty => drill.items = 0,
        Doubt::DrillDiffers => drill.compared = (5, 4),
        Doubt::DrillSlower => drill.took_ms += 86_400_000,
        _ => {}
    }
}

fn doubt_plan(plan: &mut Plan, doubt: Doubt) {
    match doubt {
        Doubt::RanEarlier(hours) => {
            plan.last_ran = plan.last_ran.map(|ran| ran - SignedDuration::from_hours(hours));
        }
        Doubt::JobFailed => plan.last_exit = Some(1),
        _ => {}
    }
}

fn doubt_store(store: &mut DataStore, doubt: Doubt) {
    let (covered, exempt) = (store.cover == Cover::Covered, matches!(store.cover, Cover::Exempted { .. }));
    match doubt {
        Doubt::StoreOut => store.cover = Cover::Uncovered,
        Doubt::StorePartly if covered => store.cover = Cover::Partly,
        Doubt::StoreRaw if covered => store.cover = Cover::Inconsistent,
        Doubt::StoreWithoutSets if !exempt => store.sets = Vec::new(),
        _ => {}
    }
}

/// Takes it from everything in the estate.
pub(super) fn doubt_all(estate: &mut Estate, doubt: Doubt) {
    match doubt {
        Doubt::Unregistered => estate.media = Vec::new(),
        Doubt::Unattested => estate.escrows = Vec::new(),
        Doubt::AttestedEarlier => {
            estate.escrows.iter_mut().for_each(|escrow| escrow.attested_on = date(2018, 1, 1));
        }
        _ => {}
    }
    for server in &mut estate.servers {
        match (&mut server.drills, doubt) {
            (Known::Yes(drills), Doubt::DrillsForgotten) => drills.clear(),
            (Known::Yes(drills), _) => {
                // The newest of a set counts: one that failed must not sink below one that did not.
                let passed = |drill: &&mut Drill| drill.passed && drill.items > 0;
                drills.iter_mut().filter(passed).for_each(|drill| doubt_drill(drill, doubt));
            }
            (Known::No(_), _) => {}
        }
        if let Known::Yes(plans) = &mut server.plans {
            plans.iter_mut().for_each(|plan| doubt_plan(plan, doubt));
        }
        if let Known::Yes(stores) = &mut server.stores {
            stores.iter_mut().for_each(|store| doubt_store(store, doubt));
        }
    }
}
