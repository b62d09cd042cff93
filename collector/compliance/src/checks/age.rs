//! How old something is, held against a limit.
//!
//! Too old is a breach only if it was so already when the agent last spoke; what has grown too old since then
//! may have been done again without our knowing.

use jiff::{SignedDuration, Timestamp};

use super::Case;

/// A host's clock may be this far ahead of ours before its times are doubted.
pub(super) const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// How old something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Within the limit.
    Fresh,
    /// It comes from the future.
    Ahead,
    /// It has grown too old since the agent last spoke.
    Unseen,
    /// It was too old when the agent last spoke.
    Late,
}

/// How old what happened at `at` is.
pub(super) fn of(case: Case<'_>, at: Timestamp, limit: SignedDuration) -> Age {
    let age = case.voice.now.duration_since(at);
    if age < -CLOCK_TOLERANCE {
        Age::Ahead
    } else if age <= limit {
        Age::Fresh
    } else if told_at(case).duration_since(at) <= limit {
        Age::Unseen
    } else {
        Age::Late
    }
}

/// As of when the facts of the server are known.
pub(super) fn told_at(case: Case<'_>) -> Timestamp {
    case.server.last_report.unwrap_or(case.voice.now).min(case.voice.now)
}
