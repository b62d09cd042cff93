//! The packages of a server: counted, filtered by name, and never so many that the page grows heavy.

use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::super::super::format::number;
use super::SectionState;
use super::machine::readings;
use crate::store::CurrentSection;

/// Packages listed on the page; the rest is found by the filter or in the download.
const SHOWN: usize = 300;

/// The packages of a server.
#[derive(Clone, Debug)]
pub(super) struct PackagesView {
    /// How many there are.
    pub(super) total: String,
    /// What is looked for.
    pub(super) search: String,
    /// How many were found.
    pub(super) found: usize,
    pub(super) found_text: String,
    pub(super) lines: Vec<Package>,
    /// Whether more were found than are listed.
    pub(super) cut: bool,
    pub(super) state: SectionState,
}

impl PackagesView {
    pub(super) fn new(sections: &[CurrentSection], search: &str, state: SectionState) -> Self {
        let lists = readings(sections).filter_map(|reading| match reading {
            Reading::Packages(list) => Some(list),
            _ => None,
        });
        let all: Vec<&Package> = lists.flatten().collect();
        let (total, wanted) = (all.len(), search.trim().to_lowercase());
        let found: Vec<_> = all.into_iter().filter(|p| p.name.to_lowercase().contains(&wanted)).collect();
        Self {
            total: number(total as u64),
            search: search.trim().to_owned(),
            found: found.len(),
            found_text: number(found.len() as u64),
            cut: found.len() > SHOWN,
            lines: found.into_iter().take(SHOWN).cloned().collect(),
            state,
        }
    }
}
