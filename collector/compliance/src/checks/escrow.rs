//! `KeyEscrowed`: a second person can open what lies encrypted.
//!
//! No pasal asks for it; without it "pemulihan" depends on one person's memory. It is attested by people, in a
//! document, and the register of attestations keeps it; no machine can see it. Every set that lies encrypted is
//! asked. Where every set is known to lie open there is no key to keep.

use jiff::civil::Date;

use super::opinion::{self, Inquiry, Opinion, unproven};
use super::{Case, Ruling};
use crate::estate::{Backup, Escrow, days};
use crate::finding::Verdict;
use crate::wording::sets::escrow as words;

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) max_age_days: u32,
    pub(super) strict: bool,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let today = case.voice.zone.day(case.voice.now);
    let inquiry = Inquiry {
        duty: words::duty(case.server.called()),
        fact: &|set| words::fact(set, attested(case, set, today)),
        thresholds: vec![words::limit_of(terms.max_age_days)],
        without: Verdict::NoData,
    };
    let idle = Opinion::new(Verdict::Compliant, words::no_key(case.server.called()));
    opinion::of_every(case, inquiry, &|set| ask(case, terms, set, today), idle)
}

fn ask(case: Case<'_>, terms: Terms, set: &Backup, today: Date) -> Option<Opinion> {
    if set.encrypted == Some(false) {
        return None;
    }
    let attested = attested(case, set, today);
    let age = |escrow: &Escrow| today.duration_since(escrow.attested_on);
    let holds = |escrow: &&Escrow| age(escrow) <= days(terms.max_age_days);
    Some(match (attested.filter(holds), attested, set.encrypted) {
        (Some(escrow), ..) => Opinion::new(Verdict::Compliant, words::held(escrow)),
        (None, _, None) => Opinion::new(Verdict::NoData, words::unknown(set)),
        (None, Some(old), _) => Opinion::new(unproven(terms.strict), words::old(old, terms.max_age_days)),
        (None, None, _) => Opinion::new(unproven(terms.strict), words::nobody(set)),
    })
}

/// The newest attestation about the set, or about all of its office's.
fn attested<'a>(case: Case<'a>, set: &Backup, today: Date) -> Option<&'a Escrow> {
    let about =
        |e: &&Escrow| e.office == case.server.office && e.set.as_ref().is_none_or(|name| *name == set.set);
    let counts = |e: &&Escrow| e.attested_on <= today && !e.holder.trim().is_empty();
    let found = case.estate.escrows.iter().filter(about).filter(counts);
    found.max_by_key(|e| (e.attested_on, &e.document, &e.holder, &e.set))
}
