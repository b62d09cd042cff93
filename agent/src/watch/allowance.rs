//! How many changes may be told, however often they come.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many may be told one right after the other.
const MOST: i32 = 6;
/// After this time one more.
const EACH: SignedDuration = SignedDuration::from_mins(10);

/// Six at once, and one more every ten minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Allowance {
    /// When it is whole again.
    whole: Option<Timestamp>,
}

impl Allowance {
    /// When the next may be told: not later than `now` when one is left.
    pub(super) fn next(self, now: Timestamp) -> Timestamp {
        self.whole(now, MOST) - EACH * (MOST - 1)
    }

    /// One is told.
    pub(super) fn take(&mut self, now: Timestamp) {
        self.whole = Some(self.whole(now, MOST - 1) + EACH);
    }

    /// When it is whole again, now that at most `taken` are missing: a clock that was wrong does not make it wait for
    /// long.
    fn whole(self, now: Timestamp, taken: i32) -> Timestamp {
        self.whole.map_or(now, |whole| whole.clamp(now, now + EACH * taken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_at_once_and_one_every_ten_minutes() {
        let mut allowance = Allowance::default();
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut told = Vec::new();
        for minute in 0..60 {
            if allowance.next(at(minute)) <= at(minute) {
                allowance.take(at(minute));
                told.push(minute);
            }
        }
        assert_eq!(told, [0, 1, 2, 3, 4, 5, 10, 20, 30, 40, 50]);
        assert_eq!(allowance.next(at(55)), at(60));
        // A clock that was a year ahead.
        allowance.take(at(525_600));
        assert!(allowance.next(at(60)) <= at(70));
    }
}
