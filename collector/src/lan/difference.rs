//! The difference of two versions of a LAN.

use std::collections::BTreeSet;

use patuh_protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use super::fact::Fact;

/// What is other in a second set of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Came.
    pub added: BTreeSet<Fact>,
    /// Went.
    pub gone: BTreeSet<Fact>,
    /// Is the same, at another place or with another value: as it was, as it is.
    pub moved: BTreeSet<(Fact, Fact)>,
}

impl Difference {
    /// What of `before` is other in `after`.
    #[must_use]
    pub fn between(before: &BTreeSet<Fact>, after: &BTreeSet<Fact>) -> Self {
        let mut gone: BTreeSet<Fact> = before.difference(after).cloned().collect();
        let mut added: BTreeSet<Fact> = after.difference(before).cloned().collect();
        let mut fits: Vec<_> = Vec::new();
        for old in &gone {
            fits.extend(added.iter().filter_map(|new| Some((old.became(new)?, old.clone(), new.clone()))));
        }
        // The best fits first, so that nothing is taken from its better half.
        fits.sort();
        let mut moved = BTreeSet::new();
        for (_, old, new) in fits {
            if gone.contains(&old) && added.contains(&new) {
                gone.remove(&old);
                added.remove(&new);
                moved.insert((old, new));
            }
        }
        Self { added, gone, moved }
    }

    /// Whether nothing is other.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.moved.is_empty()
    }
}

/// The fingerprint of a set of facts: SHA-256 of their JSON, one a line, in their order. Equal facts have equal
/// fingerprints, on whatever machine they were gathered. Of the core it is the name of a version of the diagram;
/// of the hosts it says whether a day brought anything.
#[must_use]
pub fn fingerprint(facts: &BTreeSet<Fact>) -> Digest {
    let mut text = String::new();
    for fact in facts {
        // A fact has no map with other keys than texts, and so always a JSON.
        text.push_str(&serde_json::to_string(fact).unwrap_or_default());
        text.push('\n');
    }
    Digest::of(text.as_bytes())
}
