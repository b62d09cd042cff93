//! Every Indonesian word the judge says. Short, polite, exact: names in backticks, numbers with their
//! limits, times with their age. A machine's finding never says more than its evidence.
//!
//! Reasons are clauses without capital and full stop; `sentence` makes them one. Public here: the
//! words that pages and exports share with the judge.

pub(crate) mod copies;
pub(crate) mod drill;
pub(crate) mod lan;
pub(crate) mod location;
pub(crate) mod plans;
pub(crate) mod sets;
pub(crate) mod standing;
pub(crate) mod stores;
mod time;

use crate::estate::Grade;
use crate::finding::Verdict;

pub(crate) use time::Voice;
pub use time::{date, duration, hours, moment, number};

/// Who sets a threshold that no law gives.
pub const POLICY_OF_DINAS: &str = "kebijakan Dinas";

impl Verdict {
    /// The verdict on pages and tiles, such as `Tidak patuh`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Compliant => "Patuh",
            Self::NotCompliant => "Tidak patuh",
            Self::Transition => "Masa peralihan",
            Self::Exempt => "Dikecualikan",
            Self::NoData => "Belum ada data",
            Self::NeedsReview => "Perlu penilaian",
        }
    }

    /// The verdict in letters and on the command line, such as `TIDAK PATUH`.
    #[must_use]
    pub fn statutory(self) -> &'static str {
        match self {
            Self::Compliant => "PATUH",
            Self::NotCompliant => "TIDAK PATUH",
            Self::Transition => "MASA PERALIHAN",
            Self::Exempt => "DIKECUALIKAN",
            Self::NoData => "BELUM ADA DATA",
            Self::NeedsReview => "PERLU PENILAIAN",
        }
    }

    /// The shape that stands beside the word everywhere, so that no verdict is colour alone.
    #[must_use]
    pub fn shape(self) -> &'static str {
        match self {
            Self::Compliant => "●",
            Self::NotCompliant => "▲",
            Self::Transition => "◐",
            Self::Exempt => "○",
            Self::NoData => "–",
            Self::NeedsReview => "?",
        }
    }
}

impl Grade {
    /// How good the evidence is, to follow a copy: `menurut klaim agen`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Claimed => "menurut klaim agen",
            Self::Witnessed => "disaksikan agen di tempat penyimpanan",
            Self::Verified => "isinya sudah dibaca ulang",
            Self::Restored => "sudah diuji pulih",
        }
    }
}

/// How a duty stands, to follow its name: `terpenuhi`.
pub(crate) fn state(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Compliant => "terpenuhi",
        Verdict::NeedsReview => "perlu dinilai",
        Verdict::NoData => "belum dapat dipastikan",
        Verdict::NotCompliant | Verdict::Transition | Verdict::Exempt => "belum terpenuhi",
    }
}

/// Clauses as one sentence: capital letter, full stop.
pub(crate) fn sentence(clauses: &[String]) -> String {
    let whole = clauses.join("; ");
    let mut letters = whole.chars();
    let Some(first) = letters.next() else { return String::new() };
    first.to_uppercase().chain(letters).chain(std::iter::once('.')).collect()
}

/// `a`, `a dan b`, `a, b dan c`.
pub(crate) fn listed(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] => format!("{} dan {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_become_one_sentence() {
        assert_eq!(sentence(&[]), "");
        assert_eq!(sentence(&["server `a` senyap".into(), "periksa".into()]), "Server `a` senyap; periksa.");
    }

    #[test]
    fn lists_read_as_spoken() {
        assert_eq!(listed(&["berkas"]), "berkas");
        assert_eq!(listed(&["a", "b", "c"]), "a, b dan c");
    }

    #[test]
    fn no_two_verdicts_look_alike() {
        for pick in [Verdict::word, Verdict::statutory, Verdict::shape] {
            let mut all = Verdict::ALL.map(pick).to_vec();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), Verdict::ALL.len());
        }
    }
}
