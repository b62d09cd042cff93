//! What a change changed, in the words of the columns.

use std::fmt;

use super::{Asset, Field};

/// A field that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which field.
    pub field: Field,
    /// What was in it; empty: nothing.
    pub before: String,
    /// What is in it; empty: nothing.
    pub after: String,
}

/// The fields in which `new` differs from `old`, in the order of the columns.
#[must_use]
pub fn differences(old: &Asset, new: &Asset) -> Vec<Difference> {
    let fields = Field::ALL.into_iter().map(|field| Difference {
        field,
        before: field.get(old),
        after: field.get(new),
    });
    fields.filter(|difference| difference.before != difference.after).collect()
}

impl fmt::Display for Difference {
    /// `Kondisi: Baik → Rusak Berat`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        write!(f, "{}: {} → {}", self.field.heading(), word(&self.before), word(&self.after))
    }
}
