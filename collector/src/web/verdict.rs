//! How a verdict is shown: never by colour alone, always a shape and a word. The same six everywhere: in
//! tables, charts and on paper.

use std::collections::BTreeMap;

use patuh_compliance::{Finding, Verdict};

/// A verdict, ready to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Its name in classes, ids and URLs.
    pub(crate) slug: &'static str,
    /// Its word, as in `Tidak patuh`.
    pub(crate) word: &'static str,
    /// What a count of it is called on a tile: `indikasi tidak patuh`.
    pub(crate) counted: &'static str,
}

impl From<Verdict> for Mark {
    fn from(verdict: Verdict) -> Self {
        let (slug, counted) = match verdict {
            Verdict::Compliant => ("patuh", "patuh"),
            Verdict::NotCompliant => ("tidak", "indikasi tidak patuh"),
            Verdict::Transition => ("peralihan", "masa peralihan"),
            Verdict::Exempt => ("kecuali", "dikecualikan"),
            Verdict::NoData => ("nihil", "belum ada data"),
            Verdict::NeedsReview => ("nilai", "perlu penilaian"),
        };
        Self { verdict, slug, word: verdict.word(), counted }
    }
}

impl Mark {
    /// The verdict with this name in a URL.
    #[must_use]
    pub(crate) fn named(slug: &str) -> Option<Self> {
        Verdict::ALL.into_iter().map(Self::from).find(|mark| mark.slug == slug)
    }
}

/// How often each verdict was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<Verdict, u64>);

impl Tally {
    /// The tally of these findings.
    pub(crate) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            tally.add(finding.verdict, 1);
        }
        tally
    }

    /// Counts `n` more of `verdict`.
    pub(crate) fn add(&mut self, verdict: Verdict, n: u64) {
        *self.0.entry(verdict).or_default() += n;
    }

    /// Counts what `other` counted too.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (verdict, n) in &other.0 {
            self.add(*verdict, *n);
        }
    }

    /// How often `verdict` was given.
    #[must_use]
    pub(crate) fn count(&self, verdict: Verdict) -> u64 {
        self.0.get(&verdict).copied().unwrap_or(0)
    }

    /// How many there are in all.
    #[must_use]
    pub(crate) fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Those that were given, in the order in which they are shown.
    pub(crate) fn given(&self) -> impl Iterator<Item = (Mark, u64)> {
        Verdict::ALL.into_iter().map(|v| (Mark::from(v), self.count(v))).filter(|(_, n)| *n > 0)
    }

    /// The one that needs action most.
    #[must_use]
    pub(crate) fn worst(&self) -> Option<Mark> {
        self.given().next().map(|(mark, _)| mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_its_own_name_and_word() {
        for verdict in Verdict::ALL {
            let mark = Mark::from(verdict);
            assert_eq!(Mark::named(mark.slug).map(|m| m.verdict), Some(verdict));
        }
        assert_eq!(Mark::named("lulus"), None);
    }

    #[test]
    fn a_tally_shows_first_what_needs_action() {
        let mut tally = Tally::default();
        assert_eq!((tally.total(), tally.worst()), (0, None));
        tally.add(Verdict::Compliant, 7);
        tally.add(Verdict::NoData, 2);
        let given: Vec<_> = tally.given().map(|(mark, n)| (mark.slug, n)).collect();
        assert_eq!((given, tally.total()), (vec![("nihil", 2), ("patuh", 7)], 9));
    }
}
