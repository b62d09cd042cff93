//! `EncryptedAtTarget`: a copy that leaves the server lies encrypted.
//!
//! No pasal names encryption; it is one means to "kerahasiaan dan keamanan data yang disimpan dalam Pusat Data"
//! (Majalengka 13/2021 Pasal 17, Bukittinggi Pasal 22). Every set is asked, since one that anybody can read gives
//! away what all the others protect; but none that lies on the server itself, where the data lies open anyway.

use super::opinion::{self, Inquiry, Opinion};
use super::{Case, Ruling};
use crate::estate::{Backup, Place};
use crate::finding::Verdict;
use crate::wording::sets::encryption as words;

/// Judges one server.
pub(super) fn check(case: Case<'_>) -> Ruling {
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(case.estate, set),
        thresholds: Vec::new(),
        without: Verdict::NoData,
    };
    let idle = Opinion::new(Verdict::NoData, words::nothing_outside(case.server.called()));
    opinion::of_every(case, inquiry, &|set| ask(case, set), idle)
}

fn ask(case: Case<'_>, set: &Backup) -> Option<Opinion> {
    if set.place == Place::SameHost {
        return None;
    }
    Some(match set.encrypted {
        Some(false) => Opinion::new(Verdict::NotCompliant, words::open(case.estate, set)),
        None => Opinion::new(Verdict::NoData, words::unknown(set)),
        Some(true) if set.newest.is_none() => Opinion::new(Verdict::NoData, words::empty(set)),
        Some(true) => Opinion::new(Verdict::Compliant, words::closed(case.estate, set)),
    })
}
