//! The API for programs: `/api/v1/…`, JSON and files, read only, on the people's listener. `docs/api.md` tells
//! it to people, [`openapi.json`](openapi) to programs.
//!
//! A request goes through the table in [`routes`] (every address with its guard), [`guard`] (a bearer token
//! that a person made on the command line, and how often it may ask) and a handler in [`answers`]. A token may
//! be bound to one office, and then sees nothing of the others. Files are made by `export`, each an act in the
//! ledger as if a person had taken it; reading JSON is not, because programs ask by the minute.

mod answers;
mod error;
mod guard;
mod openapi;
mod rates;
mod routes;
#[cfg(test)]
mod tests;
pub mod token;

use std::sync::Arc;

use jiff::Timestamp;
use patuh_protocol::receipt::ActLeaf;
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::Signer;
use crate::store::{self, Entry, Store};

use rates::Rates;

/// Files made at one time: each may hold a large part of the store in memory.
const FILES_AT_ONCE: usize = 2;

/// What the API is made from.
#[derive(Clone)]
pub struct Api {
    /// Where the rows are.
    pub store: Store,
    /// Whose collector it is.
    pub config: Arc<Config>,
    /// What signs the acts of programs into the ledger.
    pub signer: Arc<Signer>,
    /// What tells the time.
    pub clock: Clock,
}

/// The handlers' state: [`Api`], and what is remembered between requests.
struct Counter {
    api: Api,
    rates: Rates,
    files: Arc<Semaphore>,
}

/// The handlers' state.
type App = Arc<Counter>;

impl Counter {
    fn now(&self) -> Timestamp {
        (self.api.clock)()
    }

    /// Writes into the ledger what a program did.
    async fn record(&self, who: &str, act: &str, about: String) -> Result<(), store::Error> {
        let now = self.now();
        let leaf = ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about };
        self.api.store.append(&[Entry::Act(leaf)], &self.api.signer, now).await?;
        Ok(())
    }
}

/// The whole API, ready to be merged into the people's router.
pub fn router(api: Api) -> axum::Router {
    let counter = Counter { api, rates: Rates::default(), files: Arc::new(Semaphore::new(FILES_AT_ONCE)) };
    routes::router(Arc::new(counter))
}
