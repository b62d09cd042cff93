//! `AddressesPlanned`: the addresses of an office's servers are those that the Dinas gave it.
//!
//! Malang 23/2020 Pasal 5 ayat (1): "menggunakan Internet Protokol yang dikelola oleh Dinas"; ayat (2) gives the Dinas
//! the numbering. An address outside the plan, in another office's range, or of two devices is a breach; what only
//! looks like one (a fixed address in a DHCP pool, another gateway, a subnet that nobody registered, a DHCP server,
//! translated addresses) goes to a person.

use super::{Case, Ruling};
use crate::finding::Verdict;
use crate::wording::lan as words;

/// Judges one office.
pub(super) fn check(case: Case<'_>) -> Ruling {
    let found = match case.known(|lan| &lan.addressing) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let office = &case.office.name;
    let breaches = found.outside + found.elsewhere + found.duplicates;
    let doubts =
        found.in_pool + found.wrong_gateways + found.unregistered + found.strange_dhcp + found.translated;
    let mut ruling = if found.subnets == 0 && breaches == 0 {
        Ruling::of(Verdict::NoData, words::no_plan(office), words::PLAN)
    } else if breaches > 0 {
        Ruling::of(Verdict::NotCompliant, words::addresses_off(office, found), words::RENUMBER)
    } else if doubts > 0 {
        Ruling::of(Verdict::NeedsReview, words::addresses_doubtful(office, found), words::LOOK_AT_ADDRESSES)
    } else if found.addresses == 0 {
        Ruling::of(Verdict::NoData, words::no_addresses(office), words::LOOK)
    } else {
        Ruling::of(Verdict::Compliant, words::addresses_planned(office, found), "")
    };
    ruling.inputs.extend(words::address_facts(found));
    ruling
}
