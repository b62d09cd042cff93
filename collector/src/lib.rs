//! The central collector: takes reports in, keeps them in a ledger, judges them and shows what it found.
//!
//! The rooms, upper ones importing from lower ones only (held by `tests/tidy.rs`):
//! `server · web · export · tasks · ingest · store · ledger · identity · config · clock · durable`.

pub mod clock;
pub mod config;
pub mod durable;
pub mod export;
pub mod identity;
pub mod ingest;
pub mod ledger;
pub mod store;
pub mod tasks;
pub mod web;
