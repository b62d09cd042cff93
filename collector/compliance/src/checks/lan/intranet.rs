//! `IntranetUsed`: an office uses the intranet of the government.
//!
//! Majalengka Pasal 18 ayat (5), Bukittinggi Pasal 23 ayat (2), Madiun Pasal 18 ayat (2): "harus menggunakan Jaringan
//! Intra Pemerintah Daerah". What is seen of it is one thing only: by which address the office's servers come to the
//! collector. An office that is not connected yet goes by "akses internet yang diamankan" (Majalengka Pasal 18 ayat
//! (6), `secured_internet`); how well it is secured a machine does not see.

use super::{Case, Ruling};
use crate::finding::Verdict;
use crate::wording::lan as words;

/// Judges one office.
pub(super) fn check(case: Case<'_>, secured_internet: bool) -> Ruling {
    let office = &case.office.name;
    let Some(lan) = case.lan else { return Ruling::unseen(words::unseen(office)) };
    let used = match case.told(&lan.intranet) {
        Ok(used) => used,
        Err(ruling) => return ruling,
    };
    if used.outside == 0 {
        if used.inside == 0 {
            return Ruling::unseen(words::no_way_seen(office));
        }
        return Ruling::of(Verdict::Compliant, words::by_intranet(office, used), "");
    }
    match &used.not_connected {
        Some(why) => {
            let reason = words::not_connected(office, used, why, secured_internet);
            Ruling::of(Verdict::NeedsReview, reason, words::JUDGE_SECURED)
        }
        None => Ruling::of(Verdict::NotCompliant, words::by_internet(office, used), words::CONNECT),
    }
}
