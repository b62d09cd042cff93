//! The coverage in words: of how many servers anything is known. It stands above every count.

use patuh_compliance::Coverage;

use super::super::chart::Bar;
use super::super::format::{number, percent};

/// The coverage in words.
pub(crate) struct CoverageLine {
    /// Whether there is no server at all.
    pub(crate) none: bool,
    pub(crate) reporting: String,
    pub(crate) registered: String,
    pub(crate) percent: String,
    pub(crate) hours: u32,
    pub(crate) without_agent: u64,
    pub(crate) silent: u64,
    pub(crate) bar: Bar,
    /// The office's code; empty when it is all of them.
    pub(crate) office: String,
}

impl CoverageLine {
    /// `coverage` in words; silent means `hours` without a report.
    pub(crate) fn new(coverage: Coverage, hours: u32) -> Self {
        let [registered, reporting] = [coverage.registered, coverage.reporting].map(u64::from);
        let [silent, without_agent] = [coverage.silent(), coverage.without_agent()].map(u64::from);
        Self {
            none: registered == 0,
            reporting: number(reporting),
            registered: number(registered),
            percent: percent(reporting, registered),
            hours,
            without_agent,
            silent,
            bar: Bar::new(&[
                ("lapor", "melapor", reporting),
                ("senyap", "tidak melapor", silent),
                ("nihil", "tanpa agen", without_agent),
            ]),
            office: String::new(),
        }
    }
}
