//! `SeparateCopy`: a copy lies on a portable medium or in a place apart from the server's room.
//!
//! "dalam media penyimpanan (portable) dan atau diletakkan di suatu tempat yang aman terpisah dari ruang
//! server" (Malang 23/2020 Pasal 19 ayat (3), number inferred). A copy on the same host never counts, nor
//! one on another host of the same site. "Aman" is not measured.

use super::copies::{self, Demand, Doubt, Fit};
use super::{Case, Ruling};
use crate::estate::{Backup, Grade, Place};
use crate::wording::copies::{Goal, age_limit, least_evidence};

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) apart_hours: u32,
    pub(super) portable_hours: u32,
    pub(super) least_grade: Grade,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let demand = Demand {
        goal: Goal::Apart,
        both: false,
        least_grade: terms.least_grade,
        fit: &|set| apart(case, set),
        limit: &|_, set| {
            if set.place == Place::Removable { terms.portable_hours } else { terms.apart_hours }
        },
        thresholds: vec![
            age_limit("di lokasi lain", terms.apart_hours),
            age_limit("pada media portabel", terms.portable_hours),
            least_evidence(terms.least_grade),
        ],
    };
    copies::judge(case, demand)
}

fn apart(case: Case<'_>, set: &Backup) -> Fit {
    match &set.place {
        Place::SameHost => Fit::Wrong,
        Place::Removable => Fit::Right,
        Place::OtherHost(_) => Fit::Unclear(Doubt::Unregistered),
        Place::Unknown => Fit::Unclear(Doubt::Nowhere),
        Place::Site(code) if case.estate.site(code).is_none() => Fit::Unclear(Doubt::Unregistered),
        Place::Site(code) => away_from(&own_sites(case), code),
    }
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
