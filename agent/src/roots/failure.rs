//! Why something of the host could not be read. It is shown to officers beside what was read, so it is Indonesian.

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
        /// Why: in our words where they are known, else in the system's own.
        why: String,
    },
    /// It is longer than what is read of it.
    #[error("{at}: lebih besar daripada {limit}")]
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
    #[error("{what}: tidak menjawab dalam {} detik", .limit.as_secs())]
    TimedOut {
        /// What was being done.
        what: String,
        /// The time it had.
        limit: Duration,
    },
    /// The attempt before this one was given up and still has not come back.
    #[error("{what}: belum kembali dari percobaan sebelumnya")]
    Stuck {
        /// What is being done.
        what: String,
    },
    /// A bug: the code that reads it panicked.
    #[error("{what}: kode pembacanya gagal")]
    Panicked {
        /// What was being done.
        what: String,
    },
}

impl Failure {
    /// `error`, met at `path`.
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { at: path.display().to_string(), why: words(error) }
    }

    /// `path` was read, but `what` is wrong with it.
    pub(crate) fn malformed(path: &str, what: &str) -> Self {
        Self::Malformed { at: path.to_owned(), what: what.to_owned() }
    }
}

/// What befalls an agent without rights, in the words of its readers.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "akses ditolak".to_owned(),
        io::ErrorKind::NotFound => "tidak ada".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: i32, expected: &str) {
        let failure = Failure::io(Path::new("/x"), &io::Error::from_raw_os_error(code));
        assert_eq!(failure.to_string(), expected);
    }

    #[test]
    fn what_is_common_is_said_in_our_words() {
        check(13, "/x: akses ditolak");
        check(1, "/x: akses ditolak");
        check(2, "/x: tidak ada");
        check(5, "/x: Input/output error (os error 5)");
    }
}
