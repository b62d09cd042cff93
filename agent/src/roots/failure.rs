//! Why something of the host could not be read.

use std::io;
use std::path::Path;
use std::time::Duration;

/// Why something of the host could not be read: what and where, for the report's
/// `Outcome::Failed`. The cause is part of the text, since that text is all that crosses the wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The system refused.
    #[error("{at}: {why}")]
    Io {
        /// The path.
        at: String,
        /// The system's own words.
        why: String,
    },
    /// It is longer than what is read of it.
    #[error("{at}: larger than {limit}")]
    TooLarge {
        /// The path or command.
        at: String,
        /// The limit, with its unit.
        limit: String,
    },
    /// It was read, but it is not what it should be.
    #[error("{at}: {what}")]
    Malformed {
        /// The path or command.
        at: String,
        /// What is wrong with it.
        what: String,
    },
    /// A command did not end well.
    #[error("{command}: {what}")]
    Command {
        /// The command's name.
        command: String,
        /// How it ended, with the first line of what it said.
        what: String,
    },
    /// It did not answer in time and was given up; a hung mount does this.
    #[error("{what}: no answer in {} s", .limit.as_secs())]
    TimedOut {
        /// What was being done.
        what: String,
        /// The time it had.
        limit: Duration,
    },
    /// The attempt before this one was given up and still has not come back.
    #[error("{what}: still not back from an earlier attempt")]
    Stuck {
        /// What is being done.
        what: String,
    },
    /// A bug: the code that reads it panicked.
    #[error("{what}: the reading code failed")]
    Panicked {
        /// What was being done.
        what: String,
    },
}

impl Failure {
    /// `error`, met at `path`.
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { at: path.display().to_string(), why: error.to_string() }
    }

    /// `path` was read, but `what` is wrong with it.
    pub(crate) fn malformed(path: &str, what: &str) -> Self {
        Self::Malformed { at: path.to_owned(), what: what.to_owned() }
    }
}
