//! From where agents come: noted beside the reports, never in their way. What was noted within the last hour is not
//! written again.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::AgentId;

use crate::store::Store;

/// An arrival from the same address is written again after this long.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What was noted last of each agent.
#[derive(Debug, Default)]
pub(super) struct Arrivals(Mutex<BTreeMap<AgentId, (IpAddr, Timestamp)>>);

impl Arrivals {
    /// Notes that an agent, whose report was taken, came from `address`. A store that fails costs the note only.
    pub(super) async fn note(&self, store: &Store, agent: &AgentId, address: IpAddr, now: Timestamp) {
        if !self.is_news(agent, address, now) {
            return;
        }
        if let Err(error) = store.note_arrival(agent, address, now).await {
            tracing::error!(%error, "arrival not noted");
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(agent);
        }
    }

    /// Whether it is to be written; it counts as written from now on.
    fn is_news(&self, agent: &AgentId, address: IpAddr, now: Timestamp) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            noted.get(agent).is_some_and(|(from, at)| *from == address && now.duration_since(*at) < AGAIN);
        if !known {
            noted.insert(agent.clone(), (address, now));
        }
        !known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_is_written_once_an_hour() {
        let (arrivals, agent) = (Arrivals::default(), AgentId::of_key(b"1"));
        let check = |address: &str, minute: i64, expected: bool| {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
            assert_eq!(
                arrivals.is_news(&agent, address.parse().unwrap(), now),
                expected,
                "{address} {minute}"
            );
        };
        check("10.20.3.4", 0, true);
        check("10.20.3.4", 59, false);
        check("10.20.3.4", 60, true);
        check("36.66.1.9", 61, true);
        check("10.20.3.4", 62, true);
    }
}
