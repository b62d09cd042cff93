//! `SeparateCopy`: a copy lies on a portable medium or in a place apart from the server's room.
//!
//! "dalam media penyimpanan (portable) dan atau diletakkan di suatu tempat yang aman terpisah dari ruang
//! server" (Malang 23/2020 Pasal 19 ayat (3), number inferred). A copy on the same host never counts, nor
//! one on another host of the same site.
//!
//! "Aman" is not measured. But a portable disk that stays plugged in lies no safer than the server: where the
//! Dinas asks for it (`medium_seen_days`), a medium counts once the register of media says where it is kept and by
//! whom, and somebody saw it there not long ago. Until then it goes to a person, never more: the words ask for a
//! portable medium, not for a register.

use super::copies::{self, Demand, Doubt, Fit, Medium};
use super::{Case, Ruling};
use crate::estate::{Backup, Grade, Place, days};
use crate::wording::copies::{Goal, age_limit, least_evidence, medium_limit};

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) apart_hours: u32,
    pub(super) portable_hours: u32,
    pub(super) medium_seen_days: Option<u32>,
    pub(super) least_grade: Grade,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let mut thresholds = vec![
        age_limit("di lokasi lain", terms.apart_hours),
        age_limit("pada media portabel", terms.portable_hours),
        least_evidence(terms.least_grade),
    ];
    thresholds.extend(terms.medium_seen_days.map(medium_limit));
    let demand = Demand {
        goal: Goal::Apart,
        both: false,
        least_grade: terms.least_grade,
        fit: &|set| apart(case, terms.medium_seen_days, set),
        limit: &|_, set| {
            if set.place == Place::Removable { terms.portable_hours } else { terms.apart_hours }
        },
        thresholds,
    };
    copies::judge(case, demand)
}

fn apart(case: Case<'_>, medium_seen_days: Option<u32>, set: &Backup) -> Fit {
    match &set.place {
        Place::SameHost => Fit::Wrong,
        Place::Removable => match medium_seen_days.and_then(|days| left_open(case, days, set)) {
            Some(open) => Fit::Unclear(Doubt::Medium(open)),
            None => Fit::Right,
        },
        Place::OtherHost(_) => Fit::Unclear(Doubt::Unregistered),
        Place::Unknown => Fit::Unclear(Doubt::Nowhere),
        Place::Site(code) if case.estate.site(code).is_none() => Fit::Unclear(Doubt::Unregistered),
        Place::Site(code) => away_from(&own_sites(case), code),
    }
}

/// What the register leaves open about the medium of a set; nothing when it says all.
fn left_open(case: Case<'_>, seen_days: u32, set: &Backup) -> Option<Medium> {
    let Some(identity) = set.medium.as_deref() else { return Some(Medium::Nameless) };
    let Some(medium) = case.estate.medium(identity) else { return Some(Medium::Unregistered) };
    if medium.office != case.server.office {
        return Some(Medium::Foreign);
    }
    if medium.place.trim().is_empty() || medium.custodian.trim().is_empty() {
        return Some(Medium::Unkept);
    }
    let today = case.voice.zone.day(case.voice.now);
    let recent = |day| day <= today && today.duration_since(day) <= days(seen_days);
    (!medium.seen_on.is_some_and(recent)).then_some(Medium::Unseen(seen_days))
}

/// The registered sites where the server may stand: one when officer and network agree.
fn own_sites(case: Case<'_>) -> Vec<&str> {
    let location = &case.server.location;
    let named = [location.declared.as_deref(), location.observed.as_deref()];
    named.into_iter().flatten().filter(|code| case.estate.site(code).is_some()).collect()
}

fn away_from(own: &[&str], code: &str) -> Fit {
    let here = own.iter().filter(|site| **site == code).count();
    match (own.len(), here) {
        (0, _) => Fit::Unclear(Doubt::OwnPlace),
        (_, 0) => Fit::Right,
        (all, here) if all == here => Fit::Wrong,
        _ => Fit::Unclear(Doubt::OwnPlace),
    }
}
