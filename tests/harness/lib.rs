//! The test harness: a whole collector and whole agents in one process, so that a story reads as sentences.
//!
//! ```ignore
//! let collector = Collector::sqlite().start().await;
//! let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
//! agent.report().send().await.unwrap();
//! ```
//! Nothing is stubbed: the listeners are real, on free ports; TLS, CA, ledger and both stores are real. Only
//! the clock is moved by hand, and the host is a folder. [`process`] runs the real programs instead, for
//! what happens only to processes.
#![expect(clippy::expect_used, clippy::panic, reason = "a harness fails its test, loudly")]

pub mod agent;
pub mod clock;
pub mod collector;
pub mod fleet;
pub mod postgres;
pub mod process;
pub mod wait;
pub mod wire;

pub use agent::{Agent, Host};
pub use clock::HandClock;
pub use collector::Collector;
pub use wait::{until, until_or};
pub use wire::{Said, Wire};
