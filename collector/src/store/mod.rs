//! The store: the only room with SQL. One SQL text, through sqlx's `Any` driver, for SQLite (the default)
//! and PostgreSQL.
//!
//! The ledger's rows (`leaves`, `reports`, `nodes`, `checkpoints`) are written once and never changed; the
//! projections (`servers`, `sections`, `changes`) follow from them and can be dropped and replayed.

mod access;
mod append;
mod leaves;
mod open;
mod people;
mod project;
mod proofs;
mod servers;
mod verify;
mod view;

use jiff::Timestamp;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::receipt::{ActLeaf, Answer, Receipt};
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;

use crate::ledger::{Signer, Verified};

pub use view::*;

/// The store of one government.
#[derive(Clone, Debug)]
pub struct Store {}

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row that this program did not write.
    #[error("row of {table} cannot be read: {what}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What is wrong.
        what: String,
    },
}

/// Something to be written into the ledger.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A report that was admitted: sealed by an enrolled agent, opened and understood.
    Report {
        /// As it came.
        sealed: Sealed,
        /// What it says.
        report: Report,
        /// The agent's office.
        office: Code,
    },
    /// An administrative act.
    Act(ActLeaf),
}

/// What came of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It stands in the ledger, now or since before.
    Stands(Receipt),
    /// The agent has already handed in another report under this number.
    Conflict,
}

/// What came of showing a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolment {
    /// The agent is enrolled, now or (the same key) since before.
    Enrolled(AgentRow),
    /// The token is unknown, expired, or was used by another key: which.
    Refused(&'static str),
}
