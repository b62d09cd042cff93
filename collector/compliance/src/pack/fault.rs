//! What is wrong with a pack, in words for the person who writes it.

use std::fmt;

/// Why a pack, or a policy set upon it, is refused: every fault that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PackError {
    /// The faults, in the order of the text.
    pub faults: Vec<Fault>,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the text, from 1; `None` when it is about no single line.
    pub line: Option<usize>,
    /// What is wrong and what to do, in Indonesian, the key in backticks.
    pub what: String,
}

impl PackError {
    /// An error about no single line.
    pub(super) fn one(what: String) -> Self {
        Self { faults: vec![Fault { line: None, what }] }
    }
}

/// One fault a line.
impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "baris {line}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}
