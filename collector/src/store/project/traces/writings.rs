//! When media that can be taken out were last written, as agents see it. A section says so only as long as the medium
//! is plugged in; what it said is kept here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, TargetClass};
use patuh_protocol::id::AgentId;
use patuh_protocol::report::Reading;
use sqlx::AnyConnection;

use crate::store::Error;
use crate::store::cell::{micros, plain};
use crate::store::grouped::Grouped;

/// The longest identity, name and place that are kept, in characters.
const LONGEST: usize = 200;

/// The most sets of one report that are kept.
const MAX_SETS: usize = 64;

/// A medium that was written again later is written later; of one that was not, the newest report counts.
const PUT: Grouped = Grouped::insert(
    "INSERT INTO writings (government, agent, medium, backup_set, location, newest, idx) VALUES ",
    6,
    " ON CONFLICT (government, agent, medium, backup_set) DO UPDATE SET location = excluded.location, \
        newest = excluded.newest, idx = excluded.idx WHERE excluded.newest >= writings.newest",
);

/// What was written: where, when, and the report that says so.
type Written = (String, Timestamp, u64);

/// The writings of a batch.
#[derive(Debug, Default)]
pub(in crate::store) struct Writings {
    /// By agent, medium and set.
    written: BTreeMap<(AgentId, String, String), Written>,
    /// Of the report that is being taken in.
    glimpse: Vec<(String, String, String, Timestamp)>,
}

impl Writings {
    /// Takes in what a section says anew.
    pub(super) fn turned(&mut self, new: Option<&Reading>) {
        let Some(Reading::Backups(sets)) = new else { return };
        self.glimpse.extend(sets.iter().filter_map(seen).take(MAX_SETS));
    }

    /// Takes in that the report of `agent` at `index` ends. A run cannot be newer than the report, taken `at`.
    pub(super) fn taken(&mut self, agent: &AgentId, at: Timestamp, index: u64) {
        for (medium, set, location, newest) in self.glimpse.drain(..) {
            let newest = newest.min(at);
            let entry = self.written.entry((agent.clone(), medium, set));
            let entry = entry.or_insert_with(|| (String::new(), Timestamp::MIN, 0));
            if newest >= entry.1 {
                *entry = (location, newest, index);
            }
        }
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        let rows: Vec<_> = self.written.into_iter().collect();
        let put = PUT.execute(connection, government, &rows, |query, ((agent, medium, set), written)| {
            let (location, newest, index) = written;
            query
                .bind(agent.to_string())
                .bind(medium.clone())
                .bind(set.clone())
                .bind(location.clone())
                .bind(micros(*newest))
                .bind(index.cast_signed())
        });
        put.await
    }
}

/// The medium, the set, its place and its newest run; of sets on media that can be taken out and told apart.
fn seen(set: &BackupSet) -> Option<(String, String, String, Timestamp)> {
    let medium = set.target.medium.as_deref().filter(|_| set.target.class == TargetClass::Removable)?;
    let medium = short(medium.trim());
    let newest = set.runs.iter().map(|run| run.at).max()?;
    (!medium.is_empty()).then(|| (medium, short(&set.name), short(&set.target.location), newest))
}

fn short(text: &str) -> String {
    plain(text).chars().take(LONGEST).collect()
}
