//! `LanReachable`: the Dinas reaches the office's LAN, or manages it.
//!
//! Bukittinggi Pasal 24 ayat (2): "Infrastruktur LAN Perangkat Daerah harus dapat diakses dan/atau dikelola oleh
//! Dinas". The text does not say how; here the office's gateway is tried from the collector. A line that is down for
//! a while is no breach: between the two limits a person looks.

use super::{Case, Ruling};
use crate::estate::{Reach, days, hours};
use crate::finding::Verdict;
use crate::wording::lan as words;

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    /// An answer this young is an answer.
    pub(super) answered_hours: u32,
    /// Without one for this long it is not reached.
    pub(super) never_days: u32,
}

/// Judges one office.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let reach = match case.lan.map(|lan| &lan.reach) {
        Some(crate::estate::Known::Yes(reach)) => reach,
        Some(crate::estate::Known::No(why)) => {
            return Ruling::of(Verdict::NoData, words::not_tried(&case.office.name, why), words::TRY);
        }
        None => return Ruling::of(Verdict::NoData, words::not_tried(&case.office.name, ""), words::TRY),
    };
    let ruling = tried(case, reach, terms);
    ruling.within(words::reach_limit(terms.answered_hours)).within(words::unreached_limit(terms.never_days))
}

fn tried(case: Case<'_>, reach: &Reach, terms: Terms) -> Ruling {
    let (office, voice) = (&case.office.name, case.voice);
    if let Some(document) = &reach.managed {
        return Ruling::of(Verdict::Compliant, words::managed(office, document), "");
    }
    let age = |at| voice.now.duration_since(at);
    let is_young = |at: &_| age(*at) <= hours(terms.answered_hours);
    if let Some(at) = reach.answered.filter(is_young) {
        return Ruling::of(Verdict::Compliant, words::reached(office, voice, &reach.target, at), "");
    }
    if reach.tried.filter(is_young).is_none() {
        return Ruling::of(
            Verdict::NoData,
            words::not_tried(office, "belum dicoba akhir-akhir ini"),
            words::TRY,
        );
    }
    let is_long = |at| age(at) > days(terms.never_days);
    // Since when nothing is heard: the last answer, else the first try.
    let silent = reach.answered.or(reach.since);
    let verdict = if silent.is_some_and(is_long) { Verdict::NotCompliant } else { Verdict::NeedsReview };
    Ruling::of(verdict, words::unreached(office, voice, reach), words::OPEN_WAY)
}
