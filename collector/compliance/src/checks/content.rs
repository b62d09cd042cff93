//! `ContentSane`: nothing that was seen speaks against a copy: empty, cut off, shrunk, unreadable.
//!
//! "penyediaan cadangan" (Majalengka 13/2021 Pasal 24 ayat (4)) is not met by an empty file, but no pasal says what
//! a sane copy is. Every set is asked: a job that quietly fails is worth knowing even where another one works. What
//! speaks against it goes to a person and is never a breach by itself, and so does a copy whose witness has fallen
//! silent: what became of it since, nobody knows.

use super::opinion::{self, Inquiry, Opinion};
use super::{Case, Ruling};
use crate::estate::Backup;
use crate::finding::Verdict;
use crate::wording::sets::{content as words, unwatched};

/// Judges one server.
pub(super) fn check(case: Case<'_>) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.voice, set),
        thresholds: Vec::new(),
        without: Verdict::NotCompliant,
    };
    let idle = Opinion::new(Verdict::NoData, words::none(case.server.called()));
    opinion::of_every(case, inquiry, &|set| Some(ask(case, set)), idle)
}

fn ask(case: Case<'_>, set: &Backup) -> Opinion {
    if let Some(opinion) = opinion::unusable(set) {
        return opinion;
    }
    match set.unwatched_since {
        _ if !set.problems.is_empty() => Opinion::new(Verdict::NeedsReview, words::troubled(set)),
        Some(since) => Opinion::new(Verdict::NeedsReview, unwatched(case.voice, since)),
        None => Opinion::new(Verdict::Compliant, words::sane(case.voice, set)),
    }
}
