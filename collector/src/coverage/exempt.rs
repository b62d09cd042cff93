//! What need not lie in a backup, because somebody with the power to do so said so in writing; and what is no
//! longer known, because an agent fell silent.

use jiff::civil::Date;
use patuh_compliance::estate::Cover;

use super::DataStore;
use super::paths::is_like;

/// A duty to back up data stores, lifted until a day.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    /// The keys of the stores; `*` stands for anything.
    pub pattern: &'a str,
    /// Who approved it: name and position.
    pub approver: &'a str,
    /// Why, in a few words.
    pub reason: &'a str,
    /// Its last day.
    pub until: Date,
}

/// Sets free what `releases` name, as of `today`. What lies in a backup anyway needs none; of several the longest
/// counts.
pub fn exempt(stores: &mut [DataStore], releases: &[Release<'_>], today: Date) {
    for store in stores.iter_mut().filter(|store| store.cover != Cover::Covered) {
        let mine = releases.iter().filter(|r| r.until >= today && is_like(r.pattern, &store.key));
        let Some(longest) = mine.max_by_key(|r| (r.until, r.approver, r.reason)) else { continue };
        store.cover = Cover::Exempted {
            approver: longest.approver.to_owned(),
            reason: longest.reason.to_owned(),
            until: longest.until,
        };
    }
}

/// Takes back what was known: whatever an agent said before it fell silent may have changed since.
pub fn silence(stores: &mut [DataStore], why: &str) {
    for store in stores {
        store.cover = Cover::Unknown;
        why.clone_into(&mut store.reason);
    }
}
