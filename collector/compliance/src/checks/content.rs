//! `ContentSane`: nothing that was seen speaks against a copy: empty, cut off, shrunk, unreadable.
//!
//! "penyediaan cadangan" (Majalengka 13/2021 Pasal 24 ayat (4)) is not met by an empty file, but no pasal says what
//! a sane copy is. Every set is asked: a job that quietly fails is worth knowing even where another one works.

use super::opinion::{self, Inquiry, Opinion, unproven};
use super::{Case, Ruling};
use crate::estate::Backup;
use crate::finding::Verdict;
use crate::wording::sets::content as words;

/// Judges one server. `strict`: what speaks against a copy is a breach.
pub(super) fn check(case: Case<'_>, strict: bool) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.voice, set),
        thresholds: Vec::new(),
        without: Verdict::NotCompliant,
    };
    let idle = Opinion::new(Verdict::NoData, words::none(case.server.called()));
    opinion::of_every(case, inquiry, &|set| Some(ask(case, strict, set)), idle)
}

fn ask(case: Case<'_>, strict: bool, set: &Backup) -> Opinion {
    if let Some(opinion) = opinion::unusable(set) {
        return opinion;
    }
    if set.problems.is_empty() {
        Opinion::new(Verdict::Compliant, words::sane(case.voice, set))
    } else {
        Opinion::new(unproven(strict), words::troubled(set))
    }
}
