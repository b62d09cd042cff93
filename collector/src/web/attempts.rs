//! Failed sign-ins, counted per account and address: five in a quarter of an hour, then a pause.
//!
//! An attempt is counted before the password is looked at and forgiven when it was right, so that many
//! attempts at once gain nothing.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Failures within [`WINDOW`] after which an account is closed to an address.
const LIMIT: usize = 5;
/// How long a failure is remembered.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How many pairs of account and address are remembered; beyond, the oldest give way.
const CAPACITY: usize = 10_000;

type Failures = BTreeMap<(String, IpAddr), Vec<Timestamp>>;

/// The failed sign-ins of the last quarter of an hour.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<Failures>);

impl Attempts {
    /// Counts an attempt.
    ///
    /// # Errors
    /// When there were too many: how many minutes remain.
    pub(super) fn begin(&self, account: &str, from: IpAddr, now: Timestamp) -> Result<(), i64> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, times| {
            times.retain(|at| now.duration_since(*at) < WINDOW);
            !times.is_empty()
        });
        if failures.len() >= CAPACITY {
            failures.pop_first();
        }
        let times = failures.entry((account.to_owned(), from)).or_default();
        match times.first() {
            Some(first) if times.len() >= LIMIT => {
                let left = WINDOW - now.duration_since(*first);
                Err(left.as_secs().div_euclid(60) + 1)
            }
            _ => {
                times.push(now);
                Ok(())
            }
        }
    }

    /// Forgives an account's attempts: the password was right.
    pub(super) fn forgive(&self, account: &str, from: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(account.to_owned(), from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 1, 1, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 1, 1, 2));

    fn minute(n: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + n * 60).unwrap()
    }

    #[test]
    fn the_sixth_attempt_waits_and_others_do_not() {
        let attempts = Attempts::default();
        for n in 0..5 {
            assert_eq!(attempts.begin("sari", HERE, minute(n)), Ok(()));
        }
        assert_eq!(attempts.begin("sari", HERE, minute(5)), Err(11));
        assert_eq!(attempts.begin("sari", THERE, minute(5)), Ok(()));
        assert_eq!(attempts.begin("budi", HERE, minute(5)), Ok(()));
        assert_eq!(attempts.begin("sari", HERE, minute(14)), Err(2));
        assert_eq!(attempts.begin("sari", HERE, minute(15)), Ok(()));
    }

    #[test]
    fn a_right_password_forgives() {
        let attempts = Attempts::default();
        for n in 0..4 {
            assert_eq!(attempts.begin("sari", HERE, minute(n)), Ok(()));
        }
        attempts.forgive("sari", HERE);
        for n in 4..9 {
            assert_eq!(attempts.begin("sari", HERE, minute(n)), Ok(()));
        }
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..50 {
            let _ = attempts.begin(&format!("{n:08}"), HERE, minute(0));
        }
        assert!(attempts.0.lock().unwrap().len() <= CAPACITY);
    }
}
