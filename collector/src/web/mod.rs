//! The pages: the only room with HTML.
//!
//! A request goes through [`headers`] (what every answer carries), the table in [`routes`] (every address
//! with its guard), [`session`] (who it is) and a handler in [`pages`]: that asks the store and the judge,
//! and hands what they say to a page. A page is a struct without a store handle, and its template under
//! `templates/` has the same name. All values go through [`escape`]; [`mod@format`] is how they are written.
//!
//! There is no JavaScript. Whatever is sorted, filtered or folded is a link, a form or `<details>`.

mod attempts;
mod chart;
mod error;
mod escape;
mod format;
mod guard;
mod headers;
mod input;
mod pages;
mod picture;
mod prose;
mod routes;
mod session;
mod shell;
mod stylesheet;
#[cfg(test)]
mod tests;
mod uploads;
mod verdict;

use std::sync::Arc;

use patuh_protocol::checkpoint::Verifier;

use crate::clock::Clock;
use crate::config::Config;
use crate::ledger::Signer;
use crate::lifecycle::Table;
use crate::register::Codes;
use crate::store::Store;
use crate::tasks::evaluate::Judge;

pub use pages::file;

/// What the pages are made from.
#[derive(Clone)]
pub struct Web {
    /// Where the rows are.
    pub store: Store,
    /// Whose collector it is.
    pub config: Arc<Config>,
    /// Who judges.
    pub judge: Arc<Judge>,
    /// Until when operating systems are supported.
    pub lifecycle: Arc<Table>,
    /// What checks the ledger's checkpoints.
    pub verifier: Verifier,
    /// What signs the acts of people into the ledger.
    pub signer: Arc<Signer>,
    /// What tells the time.
    pub clock: Clock,
    /// The kode barang.
    pub codes: Arc<Codes>,
}

/// All pages, ready to be served. A server that puts `ConnectInfo<SocketAddr>` into the requests lets
/// failed sign-ins be counted per address.
pub fn router(web: Web) -> axum::Router {
    stylesheet::set_colour(web.config.government.colour);
    routes::router(Arc::new(session::Desk::new(web)))
}
