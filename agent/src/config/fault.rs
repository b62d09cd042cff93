//! What is wrong with a configuration, for the person who has to mend it.

use std::fmt;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key, such as `spool.max_mb`; empty when the fault is not one key's.
    pub key: String,
    /// What is wrong, one Indonesian clause.
    pub what: String,
    /// What to do, one Indonesian sentence.
    pub remedy: String,
}

/// All faults of a configuration, at least one, by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} baris {}", self.file, self.line)?;
        if !self.key.is_empty() {
            write!(f, ", kunci `{}`", self.key)?;
        }
        write!(f, ": {}. {}", self.what, self.remedy)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "konfigurasi memuat {} kesalahan:", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n- {fault}"))
    }
}

impl std::error::Error for Faults {}
