//! All that is known, as JSON lines: one object a line, each with its `type`. The first says whose and as of
//! when, the last how many lines there were, so that a reader knows it has all. Server by server, so that
//! memory stays bounded.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::json::{Change, Whole};
use super::pieces::{self, Out, Pieces};
use super::{Error, Filter};
use crate::config::Config;
use crate::register::Asset;
use crate::store::{AssetFilter, ChangesAfter, ServerRow, Store};

/// Changes that are asked for at once.
const CHANGES: u32 = 1000;

/// A line.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    /// What follows.
    Export { version: u8, government: &'a str, name: &'a str, made_at: Timestamp },
    /// A server with all its sections.
    Server(Whole<'a>),
    /// An asset of the register.
    Asset { asset: &'a Asset },
    /// A change.
    Change(Change<'a>),
    /// The end: how many lines came before this one.
    End { lines: u64 },
}

/// All about `servers`.
pub(super) fn make(
    servers: Vec<ServerRow>,
    filter: &Filter,
    store: &Store,
    config: &Arc<Config>,
    now: Timestamp,
) -> Pieces {
    let (store, config, filter) = (store.clone(), Arc::clone(config), filter.clone());
    pieces::stream(async move |out| {
        let mut lines = Lines { out, count: 0 };
        let (government, name) = (config.government.code.as_str(), config.government.name.as_str());
        lines.line(&Line::Export { version: 1, government, name, made_at: now }).await?;
        for server in &servers {
            let sections = store.sections(&server.agent).await?;
            lines.line(&Line::Server(Whole::new(server, &sections, &config))).await?;
        }
        let wanted = AssetFilter { office: filter.office.clone(), ..AssetFilter::default() };
        for asset in store.assets(&wanted).await?.iter().filter(|asset| filter.takes(asset)) {
            lines.line(&Line::Asset { asset }).await?;
        }
        lines.changes(&store, &filter, &servers).await?;
        let count = lines.count;
        lines.line(&Line::End { lines: count }).await?;
        Ok(lines.out)
    })
}

struct Lines {
    out: Out,
    count: u64,
}

impl Lines {
    async fn line(&mut self, line: &Line<'_>) -> Result<(), Error> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.put(b"\n");
        self.count += 1;
        self.out.pass().await
    }

    /// The changes of `servers`, oldest first.
    async fn changes(&mut self, store: &Store, filter: &Filter, servers: &[ServerRow]) -> Result<(), Error> {
        let all = *filter == Filter::default();
        let mut after = ChangesAfter::default();
        loop {
            let page = store.changes_after(after, CHANGES).await?;
            for row in &page.changes {
                if all || servers.iter().any(|server| server.agent == row.agent) {
                    self.line(&Line::Change(Change::new(row))).await?;
                }
            }
            match page.next {
                Some(next) if page.more => after = next,
                _ => return Ok(()),
            }
        }
    }
}
