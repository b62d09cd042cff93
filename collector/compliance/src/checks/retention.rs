//! `RetentionHeld`: recovery points reach as far back as they should.
//!
//! No pasal gives a number of days. What counts is the oldest recovery point that is still there, not what a
//! configuration promises: a point that is old enough proves the retention. Where none is, a configuration that
//! keeps less is a breach by its own word; otherwise the set may be young, and a person has to look. A single old
//! point is no history, so a number of points is asked for too.
//!
//! How far back is counted from the last report: what was pruned since then is not known.

use super::age::{CLOCK_TOLERANCE, told_at};
use super::opinion::{self, Inquiry, Opinion};
use super::{Case, Ruling};
use crate::estate::{Backup, days};
use crate::finding::Verdict;
use crate::wording::sets::retention as words;

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) keep_days: u32,
    pub(super) least_points: u32,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.voice, set),
        thresholds: words::limits(terms.keep_days, terms.least_points),
        without: Verdict::NotCompliant,
    };
    opinion::of_kinds(case, inquiry, &|set| ask(case, terms, set))
}

fn ask(case: Case<'_>, terms: Terms, set: &Backup) -> Opinion {
    if let Some(opinion) = opinion::unusable(set) {
        return opinion;
    }
    let Some(oldest) = set.oldest else { return Opinion::new(Verdict::NoData, words::unknown(set)) };
    let reach = told_at(case).duration_since(oldest);
    if reach < -CLOCK_TOLERANCE {
        return Opinion::new(Verdict::NeedsReview, words::ahead(case.voice, set, oldest));
    }
    if reach < days(terms.keep_days) {
        return match set.keep_days.filter(|kept| *kept < terms.keep_days) {
            Some(kept) => {
                Opinion::new(Verdict::NotCompliant, words::set_too_short(set, kept, terms.keep_days))
            }
            None => Opinion::new(Verdict::NeedsReview, words::too_young(case.voice, oldest, terms.keep_days)),
        };
    }
    if set.points < u64::from(terms.least_points) {
        return Opinion::new(
            Verdict::NeedsReview,
            words::too_few(case.voice, set, oldest, terms.least_points),
        );
    }
    Opinion::new(Verdict::Compliant, words::held(case.voice, set, oldest))
}
