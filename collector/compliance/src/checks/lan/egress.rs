//! `InternetByDinas`: an office comes to the Internet by the Dinas, and by no line of its own.
//!
//! Malang 23/2020 Pasal 4 ayat (3): "Penyediaan layanan Internet bagi seluruh Perangkat Daerah … dilakukan oleh
//! Dinas". A second way out may stand in a contract that nobody showed to a machine, so it goes to a person, unless
//! the Dinas is `strict`.

use super::{Case, Ruling};
use crate::finding::Verdict;
use crate::wording::lan as words;

/// Judges one office.
pub(super) fn check(case: Case<'_>, strict: bool) -> Ruling {
    let found = match case.known(|lan| &lan.addressing) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let office = &case.office.name;
    if found.second_egress > 0 {
        let verdict = if strict { Verdict::NotCompliant } else { Verdict::NeedsReview };
        return Ruling::of(verdict, words::second_egress(office, found), words::CLOSE_EGRESS);
    }
    if found.addresses == 0 {
        return Ruling::of(Verdict::NoData, words::no_addresses(office), words::LOOK);
    }
    let servers = case.lan.map_or(0, |lan| lan.servers);
    Ruling::of(Verdict::Compliant, words::one_egress(office, servers), "")
}
