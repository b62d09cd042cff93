//! How often a token may ask: so many times in each minute. A program that asks more is told when to come back.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Requests of one token in one minute.
const LIMIT: u32 = 120;

/// Counts the requests of the present minute. Only tokens that are good are counted, so it stays small.
#[derive(Debug, Default)]
pub(super) struct Rates(Mutex<(i64, BTreeMap<String, u32>)>);

impl Rates {
    /// Counts a request of the token `id`.
    ///
    /// # Errors
    /// When there were too many: how many seconds to wait.
    pub(super) fn count(&self, id: &str, now: Timestamp) -> Result<(), i64> {
        let (minute, second) = (now.as_second().div_euclid(60), now.as_second().rem_euclid(60));
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != minute {
            *counted = (minute, BTreeMap::new());
        }
        let requests = counted.1.entry(id.to_owned()).or_default();
        if *requests >= LIMIT {
            return Err(60 - second);
        }
        *requests += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_too_often_waits_for_the_next_minute() {
        let (rates, at) = (Rates::default(), |second| Timestamp::from_second(second).unwrap());
        for _ in 0..LIMIT {
            assert_eq!(rates.count("a", at(600)), Ok(()));
        }
        assert_eq!(rates.count("a", at(610)), Err(50));
        assert_eq!(rates.count("b", at(610)), Ok(()));
        assert_eq!(rates.count("a", at(660)), Ok(()));
    }
}
