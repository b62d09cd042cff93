//! The resident watch: notices when the network of this host changes, and lets that be told at once.
//!
//! The kernel says that something happened ([`Watch`]); what it says is never taken for the truth. When it has settled,
//! the network sensors look, and what they read is held against what was told last ([`Memory`]). Only a difference
//! that matters makes a report:
//!
//! * the links to the LAN, addresses, gateways, routes, the switches that announce themselves: at once. A link that
//!   flaps all day may use up an [`allowance`], and then waits.
//! * a host that was never seen here: at once, but then no more often than every quarter of an hour. A host that is
//!   gone is none: the kernel forgets hosts all day (with more than 128 of them, about two in a second).
//!
//! The collector believes a change only when it sees it again: so it is told again, after a minute, six and eleven,
//! in reports of which little but "the same" travels. What was told is remembered in the state directory, so that neither
//! a new start nor a reboot is a change.

mod allowance;
mod ear;
mod facts;
mod memory;

use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

pub(crate) use ear::Watch;
pub(crate) use memory::{Memory, Verdict};

/// The `[watch]` table of `agent.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whether changes of the network are told at once, and not only when the schedule says so.
    pub network: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { network: true }
    }
}

/// How long things are waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// After the last thing that happened.
    pub(crate) settle: Duration,
    /// After the first of many, and after a loss.
    pub(crate) storm: Duration,
    /// After these times a change is told again.
    pub(crate) again: Vec<SignedDuration>,
    /// The least time between two reports of new hosts.
    pub(crate) hosts: SignedDuration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            settle: Duration::from_secs(5),
            storm: Duration::from_secs(30),
            // A collector wants configuration twice in a minute, a neighbour for five, a router's address for ten.
            again: [75, 6 * 60, 11 * 60].map(SignedDuration::from_secs).into(),
            hosts: SignedDuration::from_mins(15),
        }
    }
}

#[cfg(test)]
mod tests;
