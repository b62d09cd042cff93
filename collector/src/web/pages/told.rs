//! The changes of what people enter, told.

use super::super::format::{Format, When};
use crate::store::Version;

/// A change, told.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) when: When,
    pub(super) who: String,
    /// The act in the ledger.
    pub(super) index: u64,
    pub(super) told: Vec<String>,
}

/// Every change, newest first, each version (newest first) told against the one before it.
pub(super) fn changes<T, D: ToString>(
    versions: &[Version<T>],
    differences: impl Fn(&T, &T) -> Vec<D>,
    format: &Format,
) -> Vec<Change> {
    let before = versions.iter().skip(1).map(Some).chain(std::iter::once(None));
    let told = versions.iter().zip(before).map(|(version, before)| Change {
        when: format.when(version.at),
        who: version.who.clone(),
        index: version.index,
        told: match before {
            Some(before) => {
                differences(&before.content, &version.content).iter().map(ToString::to_string).collect()
            }
            None => vec!["dicatat dalam register".to_owned()],
        },
    });
    told.collect()
}
