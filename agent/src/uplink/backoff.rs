//! How long to wait before the next try. Pure: the randomness is an argument.
//!
//! *Full jitter*: anywhere between a second and a ceiling that doubles with every failed try. The jitter
//! stays at the cap too, so that ten thousand agents that lost the same collector do not come back in the
//! same second.

use std::time::Duration;

const FIRST_CEILING: Duration = Duration::from_secs(4);
const CAP: Duration = Duration::from_secs(300);
const LEAST: Duration = Duration::from_secs(1);
/// The longest that a collector may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);
/// What a refusal waits for is a person, not the network.
const SLOW: Duration = Duration::from_secs(1800);

/// How long to wait after `failures` tries in a row failed for now. `asked` is what the collector asked
/// for (`Retry-After`); it is kept, and the jitter comes on top.
#[must_use]
pub fn soon(failures: u32, asked: Option<Duration>, random: u64) -> Duration {
    let ceiling = FIRST_CEILING.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(CAP);
    asked.unwrap_or(Duration::ZERO).min(LONGEST_ASKED) + between(LEAST, ceiling, random)
}

/// How long to wait after a refusal that only a person can lift.
#[must_use]
pub fn later(random: u64) -> Duration {
    between(SLOW / 2, SLOW * 3 / 2, random)
}

fn between(least: Duration, most: Duration, random: u64) -> Duration {
    let span = u64::try_from(most.saturating_sub(least).as_millis()).unwrap_or(u64::MAX);
    least + Duration::from_millis(random % span.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let check = |failures, seconds: u64| {
            let most = seconds * 1000 - 1000;
            assert_eq!(soon(failures, None, most), Duration::from_secs(seconds), "{failures}");
            assert_eq!(soon(failures, None, most + 1), LEAST, "{failures}");
        };
        for (failures, seconds) in [(0, 4), (1, 4), (2, 8), (3, 16), (8, 300), (40, 300), (u32::MAX, 300)] {
            check(failures, seconds);
        }
    }

    #[test]
    fn the_jitter_stays_at_the_cap() {
        let waits: std::collections::BTreeSet<_> =
            (0..1000).map(|i| soon(99, None, i * 299_993).as_secs()).collect();
        assert!(waits.len() > 200, "only {} different waits", waits.len());
    }

    #[test]
    fn what_the_collector_asks_for_is_kept_within_reason() {
        let asked = Duration::from_secs(120);
        assert!((120..=124).contains(&soon(1, Some(asked), 7777).as_secs()));
        assert!(soon(1, Some(Duration::MAX), 0) <= LONGEST_ASKED + FIRST_CEILING);
        assert!((900..=2700).contains(&later(u64::MAX).as_secs()));
    }
}
