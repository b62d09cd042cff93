//! Checking a ledger, leaf by leaf.

/// What came of checking a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many leaves were found sound, from the first on.
    pub size: u64,
    /// The first thing that is wrong; `None` when all is sound.
    pub fault: Option<Fault>,
}

/// Something that was changed, or is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The first leaf it is seen at.
    pub index: u64,
    /// What is wrong: a sentence in Indonesian.
    pub what: String,
}
