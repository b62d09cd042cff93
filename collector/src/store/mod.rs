//! The store: the only room with SQL. One SQL text, through sqlx's `Any` driver, for SQLite (the default)
//! and PostgreSQL.
//!
//! The ledger's rows (`leaves`, `reports`, `nodes`, `checkpoints`) are written once and never changed; the
//! projections (`servers`, `sections`, `readings`, `changes`; `versions` for history, `terms`, `software`, `numbers`
//! and `installed` for search, `sightings` for doubled servers, `writings` for media; a little
//! behind them `lan_states` and `lan_seen`) follow from them and can be dropped and replayed.
//! Why it is built this way: `docs/decisions/0001-store-and-ledger.md`.

// PostgreSQL keeps a prepared statement with the width of the first number bound to it: every number is an `i64`.
#![cfg_attr(not(test), deny(clippy::default_numeric_fallback))]

mod access;
mod api_tokens;
mod append;
mod arrivals;
mod cell;
mod duplicates;
mod feed;
mod grouped;
mod history;
mod ipplan;
mod kept;
mod lan;
mod leaves;
mod media;
mod open;
mod people;
mod project;
mod proofs;
mod register;
mod search;
mod servers;
mod verify;
mod version;
mod view;

use std::sync::Arc;

use patuh_protocol::base::Base;
use patuh_protocol::id::Code;
use patuh_protocol::receipt::{ActLeaf, Receipt};
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use sqlx::AnyPool;
use tokio::sync::Mutex;

use self::grouped::Bound;

pub use api_tokens::ApiToken;
pub use duplicates::{Answered, Lineage};
pub use feed::{ChangePage, ChangesAfter, NoPlace};
pub use history::{ChangedDay, Compared, Past, Purged, compare};
pub use ipplan::{PlotFilter, PlotRefusal, PlotsBooked};
pub use lan::{LanBatch, LanProgress, LanSeen, LanTaken, NewVersion, SeenSection};
pub use media::{Attested, MediaFilter, MediumBooked, MediumRefusal};
pub use register::{AssetFilter, AssetRefusal, Booked, ImportedFile};
pub use search::{Found, Hit, PackageHit};
pub use version::Version;
pub use view::*;

/// The store of one government. A clone is another handle to the same store.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    engine: Engine,
    government: String,
    /// Taken by writers of the ledger: they queue here in the order they came, instead of at the database.
    turn: Arc<Mutex<()>>,
}

impl Store {
    /// A query about this government, which is always `$1`.
    fn query(&self, sql: &'static str) -> Bound {
        sqlx::query(sql).bind(self.government.as_str())
    }
}

/// The database below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A value that this program did not write.
    #[error("stored {table} cannot be read: {what}")]
    Corrupt {
        /// What was stored: the table or the column.
        table: &'static str,
        /// What is wrong.
        what: String,
    },
}

/// Something to be written into the ledger.
#[expect(clippy::large_enum_variant, reason = "nearly every entry is a report")]
#[derive(Clone, Debug)]
pub enum Entry {
    /// A report that was admitted: sealed by an enrolled agent, opened and understood.
    Report {
        /// As it came.
        sealed: Sealed,
        /// What it says.
        report: Report,
        /// The digests of the readings in it, as they travelled.
        carried: Base,
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
