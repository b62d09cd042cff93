//! `IntegrityVerified`: the content of the copies was read again and found sound.
//!
//! "pendeteksian modifikasi" (Majalengka 13/2021 Pasal 24 ayat (3), Bukittinggi Pasal 33 ayat (3), Madiun 41/2023
//! Pasal 25 ayat (3)) is asked of all data and applications; this is the part of it that concerns copies. A tool's
//! own check does not see a flipped byte, a witness's reading does: which of them will do is what `least_grade`
//! says. A copy that nobody examined is not known to be bad, and so goes to a person, unless the Dinas is strict.

use super::age::{self, Age};
use super::opinion::{self, Inquiry, Opinion, unproven, unseen};
use super::{Case, Ruling};
use crate::estate::{Backup, Grade, days};
use crate::finding::Verdict;
use crate::wording::copies::least_evidence;
use crate::wording::sets::integrity as words;

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) max_age_days: u32,
    pub(super) least_grade: Grade,
    pub(super) strict: bool,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.voice, set),
        thresholds: vec![words::limit_of(terms.max_age_days), least_evidence(terms.least_grade)],
        without: Verdict::NotCompliant,
    };
    opinion::of_kinds(case, inquiry, &|set| ask(case, terms, set))
}

fn ask(case: Case<'_>, terms: Terms, set: &Backup) -> Opinion {
    if let Some(opinion) = opinion::unusable(set) {
        return opinion;
    }
    let Some(checked) = set.checked else { return Opinion::new(unproven(terms.strict), words::never(set)) };
    let late = || words::late(case.voice, set, checked, terms.max_age_days);
    match age::of(case, checked, days(terms.max_age_days)) {
        Age::Late => Opinion::new(unproven(terms.strict), late()),
        Age::Unseen => Opinion::new(unseen(terms.strict), late()),
        Age::Ahead => Opinion::new(Verdict::NeedsReview, words::ahead(case.voice, checked)),
        Age::Fresh if set.grade < terms.least_grade => {
            Opinion::new(Verdict::NeedsReview, words::weak(case.voice, set, checked, terms.least_grade))
        }
        Age::Fresh => Opinion::new(Verdict::Compliant, words::sound(case.voice, set, checked)),
    }
}
