//! `DeletionResistant`: whoever holds the server, an intruder too, cannot delete its copies.
//!
//! No pasal asks for it. Two kinds of evidence count: the repository takes no deletions by its own configuration,
//! or a witness has watched long enough and saw no recovery point vanish before its time. A copy on the server
//! itself goes with the server.

use super::age::told_at;
use super::opinion::{self, Inquiry, Opinion};
use super::{Case, Ruling};
use crate::estate::{Backup, Grade, Place, days};
use crate::finding::Verdict;
use crate::wording::copies::least_evidence;
use crate::wording::sets::deletion as words;

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) watched_days: u32,
    pub(super) least_grade: Grade,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.estate, case.voice, set),
        thresholds: vec![words::watch(terms.watched_days), least_evidence(terms.least_grade)],
        without: Verdict::NotCompliant,
    };
    opinion::of_kinds(case, inquiry, &|set| ask(case, terms, set))
}

fn ask(case: Case<'_>, terms: Terms, set: &Backup) -> Opinion {
    let on_the_server = set.place == Place::SameHost;
    match opinion::unusable(set) {
        // Where it lies is known, also when the agent cannot look into it.
        Some(opinion) if !on_the_server || opinion.verdict == Verdict::NotCompliant => return opinion,
        _ => {}
    }
    if on_the_server {
        return Opinion::new(Verdict::NotCompliant, words::on_the_server());
    }
    if set.append_only == Some(true) && set.grade >= terms.least_grade {
        return Opinion::new(Verdict::Compliant, words::append_only(set));
    }
    if set.grade >= Grade::Witnessed {
        return watched(case, terms, set);
    }
    match set.append_only {
        Some(true) => Opinion::new(Verdict::NeedsReview, words::append_only_claimed()),
        Some(false) => Opinion::new(Verdict::NotCompliant, words::deletable()),
        None => Opinion::new(Verdict::NoData, words::unknown()),
    }
}

/// A witness watches, and saw nothing vanish.
fn watched(case: Case<'_>, terms: Terms, set: &Backup) -> Opinion {
    let long = |oldest| told_at(case).duration_since(oldest) >= days(terms.watched_days);
    match set.oldest {
        Some(oldest) if long(oldest) => {
            Opinion::new(Verdict::Compliant, words::nothing_vanished(case.voice, oldest))
        }
        Some(oldest) => Opinion::new(Verdict::NeedsReview, words::watched_shortly(case.voice, oldest)),
        None => Opinion::new(Verdict::NeedsReview, words::watched_unknown()),
    }
}
