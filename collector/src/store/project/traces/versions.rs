//! When the value of a sensor changed, and which report carries it.
//!
//! A change that is told gets a row of its own. Values that change all the time and are never told (space in use,
//! neighbours) would fill the store with one row for each report; of these the last of each day is kept.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::super::{Key, Taken};
use crate::store::cell::micros;
use crate::store::grouped::Grouped;
use crate::store::{Error, Latest};

/// Days end when the first clock of Indonesia shows midnight (WIT, 15.00 UTC), so that the last value of a day is
/// at most two hours old when the day ends in the other zones.
const DAY_ENDS: i64 = 9 * 3600;

const PUT: Grouped = Grouped::insert(
    "INSERT INTO versions (government, agent, sensor, slot, idx, at, outcome) VALUES ",
    6,
    " ON CONFLICT (government, agent, sensor, slot) DO UPDATE SET idx = excluded.idx, \
        at = excluded.at, outcome = excluded.outcome",
);

/// How a sensor's value is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store::project) enum Turn {
    /// In a way that is told.
    Told,
    /// In a way that nobody is told of.
    Silent,
}

/// What stood in a report.
#[derive(Clone, Copy, Debug)]
struct Version {
    index: u64,
    at: Timestamp,
    outcome: &'static str,
}

/// The versions of a batch.
#[derive(Debug, Default)]
pub(in crate::store::project) struct Versions(BTreeMap<(Key, i64), Version>);

impl Versions {
    /// Takes in that a sensor's value is another since `taken`, which says `latest` and carries the value or not.
    pub(in crate::store::project) fn turned(
        &mut self,
        key: &Key,
        taken: &Taken<'_>,
        (latest, carried): (&Latest, bool),
        turn: Turn,
    ) {
        let outcome = match latest {
            Latest::Ok if carried => "ok",
            Latest::Ok => "same",
            Latest::Nothing => "nothing",
            Latest::Failed(_) => "failed",
        };
        let slot = match turn {
            Turn::Told => taken.index.cast_signed(),
            Turn::Silent => -1 - day(taken.at()),
        };
        self.0.insert((key.clone(), slot), Version { index: taken.index, at: taken.at(), outcome });
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        let rows: Vec<_> = self.0.into_iter().collect();
        let put = PUT.execute(connection, government, &rows, |query, (((agent, sensor), slot), version)| {
            let query = query.bind(agent.as_str()).bind(sensor.as_str()).bind(*slot);
            let query = query.bind(version.index.cast_signed()).bind(micros(version.at));
            query.bind(version.outcome)
        });
        put.await
    }
}

/// The day, counted from the first of 1970; what is before counts as the first.
fn day(at: Timestamp) -> i64 {
    at.as_second().saturating_add(DAY_ENDS).max(0) / 86_400
}
