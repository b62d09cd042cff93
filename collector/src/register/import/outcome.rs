//! What comes of the rows of a file, whatever list they are of.

use std::fmt::{Debug, Display};

use patuh_protocol::digest::Digest;
use serde::Serialize;

use super::super::Asset;
use crate::difference::Difference;

/// What a list is made of, and a row of a file means one of.
pub trait Entry: Clone + Serialize {
    /// Its number in the list.
    type Id: Copy + Debug + Display + PartialEq;
    /// Its columns.
    type Field: Clone + Debug + PartialEq;

    /// Its number.
    fn id(&self) -> Self::Id;
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RowPlan<T: Entry = Asset> {
    /// The sheet it stands on; empty in a CSV.
    pub sheet: String,
    /// Its number on the sheet.
    pub row: u32,
    /// What people call it, as it stands there.
    pub name: String,
    /// What comes of it.
    pub outcome: Outcome<T>,
    /// What a person should look at.
    pub notices: Vec<String>,
}

/// What comes of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome<T: Entry = Asset> {
    /// A new entry.
    New(Box<T>),
    /// An entry that changes, and in what.
    Changed(Box<T>, Vec<Difference<T::Field>>),
    /// It says what the list says.
    Same(T::Id),
    /// It is none of the list: why.
    Skipped(String),
    /// It cannot be taken: why.
    Wrong(Vec<Problem>),
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// In which column: its letters, its heading, or both; empty when it is not one column's.
    pub column: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl<T: Entry> Outcome<T> {
    /// Its place in [`Planned::counts`].
    #[must_use]
    pub const fn place(&self) -> usize {
        match self {
            Self::New(_) => 0,
            Self::Changed(..) => 1,
            Self::Same(_) => 2,
            Self::Skipped(_) => 3,
            Self::Wrong(_) => 4,
        }
    }

    /// Its word for people.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New(_) => "Baru",
            Self::Changed(..) => "Berubah",
            Self::Same(_) => "Sama",
            Self::Skipped(_) => "Dilewati",
            Self::Wrong(_) => "Salah",
        }
    }

    /// What it would write.
    #[must_use]
    pub fn written(&self) -> Option<&T> {
        match self {
            Self::New(entry) | Self::Changed(entry, _) => Some(entry),
            Self::Same(_) | Self::Skipped(_) | Self::Wrong(_) => None,
        }
    }
}

/// What a file would do: row by row, before anything is written.
pub trait Planned {
    /// What it would write.
    type Entry: Entry;

    /// Its rows, in order.
    fn rows(&self) -> &[RowPlan<Self::Entry>];

    /// The entries that would be written.
    fn writes(&self) -> Vec<Self::Entry> {
        self.rows().iter().filter_map(|row| row.outcome.written()).cloned().collect()
    }

    /// How many rows are new, changed, the same, skipped and wrong.
    fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for row in self.rows() {
            if let Some(count) = counts.get_mut(row.outcome.place()) {
                *count += 1;
            }
        }
        counts
    }

    /// Of all that would be written: whoever accepts a plan accepts this one and no other.
    fn digest(&self) -> Digest {
        let text = serde_json::to_string(&self.writes()).unwrap_or_default();
        Digest::of(text.as_bytes())
    }
}
