//! `RecoveryDrilled`: a backup was brought back, and not only made.
//!
//! "Penjaminan ketersediaan … dilakukan melalui penyediaan cadangan dan pemulihan" (Majalengka 13/2021 Pasal 24
//! ayat (4), Bukittinggi Pasal 33 ayat (4), Madiun 41/2023 Pasal 25 ayat (4)). "Cadangan": a whole copy that
//! nobody saw damaged. "Pemulihan": the newest drill of the set brought something back, all that was compared was
//! the same, and it was quick enough. The sentences do not say how often recovery is to be proven, so where the
//! copy is there and the proof is not, a person has to look, unless the Dinas is strict.
//!
//! The newest drill of a set counts, not its best: one that fails takes back what those before it proved.

use super::age::{self, Age};
use super::opinion::{self, Inquiry, Opinion, unproven, unseen};
use super::{Case, Ruling};
use crate::estate::{Backup, Drill, Known, days};
use crate::finding::Verdict;
use crate::wording::drill as words;

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) max_age_days: u32,
    pub(super) max_minutes: u32,
    pub(super) every_set: bool,
    pub(super) strict: bool,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.voice, set, newest(case, set)),
        thresholds: words::limits(terms.max_age_days, terms.max_minutes),
        without: Verdict::NotCompliant,
    };
    let ask = |set: &Backup| ask(case, terms, set);
    if terms.every_set {
        let idle = Opinion::new(Verdict::NoData, words::unknown(""));
        opinion::of_every(case, inquiry, &|set| Some(ask(set)), idle)
    } else {
        opinion::of_any(case, inquiry, &ask)
    }
}

fn ask(case: Case<'_>, terms: Terms, set: &Backup) -> Opinion {
    if let Some(opinion) = opinion::unusable(set) {
        return opinion;
    }
    if let Known::No(why) = &case.server.drills {
        return Opinion::new(Verdict::NoData, words::unknown(why));
    }
    let Some(drill) = newest(case, set) else {
        return Opinion::new(unproven(terms.strict), words::never(set));
    };
    if !brought_back(drill) {
        return Opinion::new(unproven(terms.strict), words::failed(case.voice, set, drill));
    }
    let late = || words::late(case.voice, set, drill, terms.max_age_days);
    match age::of(case, drill.at, days(terms.max_age_days)) {
        Age::Late => Opinion::new(unproven(terms.strict), late()),
        Age::Unseen => Opinion::new(unseen(terms.strict), late()),
        Age::Ahead => Opinion::new(Verdict::NeedsReview, words::ahead(case.voice, drill)),
        Age::Fresh if drill.took_ms > u64::from(terms.max_minutes).saturating_mul(60_000) => {
            Opinion::new(unproven(terms.strict), words::slow(case.voice, set, drill, terms.max_minutes))
        }
        Age::Fresh => Opinion::new(Verdict::Compliant, words::proven(case.voice, drill)),
    }
}

/// Something came back, and all that was compared was the same, whatever the drill says of itself.
fn brought_back(drill: &Drill) -> bool {
    let (compared, same) = drill.compared;
    drill.passed && drill.items > 0 && same >= compared
}

fn newest<'a>(case: Case<'a>, set: &Backup) -> Option<&'a Drill> {
    let Known::Yes(drills) = &case.server.drills else { return None };
    drills.iter().filter(|drill| drill.set == set.set).max_by_key(|drill| (drill.at, !drill.passed))
}
