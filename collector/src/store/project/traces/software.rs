//! Which server has which version of which package.
//!
//! A row for each package of each server would be millions. Each version of each package stands once in a
//! catalogue and gets a small number; servers get small numbers too; and one row says for 64 servers which of
//! them have it. The rows of one such block of servers lie side by side, so that a first report touches some
//! twenty pages, not a thousand: 2,000 servers with 1,000 packages each are a few hundred thousand narrow rows.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;
use sqlx::AnyConnection;

use super::super::Key;
use crate::store::Error;
use crate::store::cell::{Cells as _, plain};
use crate::store::grouped::{Bound, Grouped};

/// The longest name or version that is catalogued, in bytes, and the most packages of one sensor. (A row of an
/// index must fit into a page.)
const LONGEST: usize = 255;
const MAX_PACKAGES: usize = 20_000;

const KNOWN: Grouped = Grouped {
    head: "WITH k (name, version, sensor) AS (VALUES ",
    row: "(",
    columns: 3,
    tail: ") SELECT s.id, s.name, s.version, s.sensor FROM k CROSS JOIN software s WHERE s.government = $1 \
        AND s.name = k.name AND s.version = k.version AND s.sensor = k.sensor",
};

const NEXT: &str = "SELECT COALESCE(MAX(id) + 1, 0) AS next FROM software WHERE government = $1";

const ADD: Grouped = Grouped {
    head: "INSERT INTO software (government, id, sensor, name, version, search) VALUES ",
    row: "($1, ",
    columns: 5,
    tail: "",
};

const NUMBERS: Grouped = Grouped {
    head: "WITH k (agent) AS (VALUES ",
    row: "(",
    columns: 1,
    tail: ") SELECT n.agent, n.number FROM k CROSS JOIN numbers n \
        WHERE n.government = $1 AND n.agent = k.agent",
};

const NEXT_NUMBER: &str = "SELECT COALESCE(MAX(number) + 1, 0) AS next FROM numbers WHERE government = $1";

const ADD_NUMBERS: Grouped = Grouped {
    head: "INSERT INTO numbers (government, agent, number) VALUES ",
    row: "($1, ",
    columns: 2,
    tail: "",
};

const SET: Grouped = Grouped {
    head: "INSERT INTO installed (government, cell, servers) VALUES ",
    row: "($1, ",
    columns: 2,
    tail: " ON CONFLICT (government, cell) DO UPDATE SET servers = installed.servers | excluded.servers",
};

const CLEAR: Grouped = Grouped {
    head: "WITH k (cell, gone) AS (VALUES ",
    row: "(",
    columns: 2,
    tail: ") UPDATE installed SET servers = servers & ~(SELECT k.gone FROM k WHERE k.cell = installed.cell) \
        WHERE government = $1 AND cell IN (SELECT k.cell FROM k)",
};

const SWEEP: Grouped = Grouped {
    head: "DELETE FROM installed WHERE government = $1 AND servers = 0 AND cell IN (VALUES ",
    row: "(",
    columns: 1,
    tail: ")",
};

/// A version of a package: name, version, and the sensor that found it.
type Name = (String, String, String);

/// The packages that came and went in a batch.
#[derive(Debug, Default)]
pub(super) struct Software {
    /// Whether an agent has a package, as the last report says that speaks of it.
    has: BTreeMap<(AgentId, Name), bool>,
    /// The packages and agents that came, each once, in the order of the ledger: so they are numbered.
    came: Vec<Name>,
    met: BTreeSet<Name>,
    agents: Vec<AgentId>,
}

impl Software {
    pub(super) fn turned(&mut self, (agent, sensor): &Key, old: Option<&Reading>, new: Option<&Reading>) {
        let (old, new) = (names(sensor, old), names(sensor, new));
        if old == new {
            return;
        }
        if !self.agents.contains(agent) {
            self.agents.push(agent.clone());
        }
        for name in old.difference(&new) {
            self.has.insert((agent.clone(), name.clone()), false);
        }
        for name in new.difference(&old) {
            if self.met.insert(name.clone()) {
                self.came.push(name.clone());
            }
            self.has.insert((agent.clone(), name.clone()), true);
        }
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        if self.has.is_empty() {
            return Ok(());
        }
        let numbers = self.numbers(connection, government).await?;
        let ids = self.ids(connection, government).await?;
        let (mut set, mut clear) = (BTreeMap::<i64, i64>::new(), BTreeMap::<i64, i64>::new());
        for ((agent, name), has) in &self.has {
            let (Some(number), Some(id)) = (numbers.get(agent), ids.get(name)) else { continue };
            let cells = if *has { &mut set } else { &mut clear };
            *cells.entry(cell(*number / 64, *id)).or_default() |= 1 << (number % 64);
        }
        let bind = |query: Bound, (cell, servers): &(i64, i64)| query.bind(*cell).bind(*servers);
        let (set, clear): (Vec<_>, Vec<_>) = (set.into_iter().collect(), clear.into_iter().collect());
        SET.execute(connection, government, &set, bind).await?;
        CLEAR.execute(connection, government, &clear, bind).await?;
        SWEEP.execute(connection, government, &clear, |query, (cell, _)| query.bind(*cell)).await
    }

    /// The numbers of the batch's agents; those that have none yet get the next ones.
    async fn numbers(
        &self,
        connection: &mut AnyConnection,
        government: &str,
    ) -> Result<BTreeMap<AgentId, i64>, Error> {
        let bind = |query: Bound, agent: &AgentId| query.bind(agent.as_str());
        let mut numbers = BTreeMap::new();
        for row in NUMBERS.fetch(connection, government, &self.agents, bind).await? {
            numbers.insert(row.parsed("agent")?, row.number("number")?.cast_signed());
        }
        let new: Vec<_> = self.agents.iter().filter(|agent| !numbers.contains_key(*agent)).collect();
        let new: Vec<_> = new.into_iter().zip(next(connection, government, NEXT_NUMBER).await?..).collect();
        let add = ADD_NUMBERS.execute(connection, government, &new, |query, (agent, number)| {
            query.bind(agent.as_str()).bind(*number)
        });
        add.await?;
        numbers.extend(new.into_iter().map(|(agent, number)| (agent.clone(), number)));
        Ok(numbers)
    }

    /// The catalogue's numbers of the batch's packages; those that have none yet get the next ones.
    async fn ids(
        &self,
        connection: &mut AnyConnection,
        government: &str,
    ) -> Result<BTreeMap<Name, i64>, Error> {
        let wanted: BTreeSet<&Name> = self.has.keys().map(|(_, name)| name).chain(&self.came).collect();
        let wanted: Vec<_> = wanted.into_iter().collect();
        let bind = |query: Bound, (name, version, sensor): &&Name| {
            query.bind(name.as_str()).bind(version.as_str()).bind(sensor.as_str())
        };
        let mut ids = BTreeMap::new();
        for row in KNOWN.fetch(connection, government, &wanted, bind).await? {
            let name = (row.text("name")?, row.text("version")?, row.text("sensor")?);
            ids.insert(name, row.number("id")?.cast_signed());
        }
        let new: Vec<_> = self.came.iter().filter(|name| !ids.contains_key(*name)).collect();
        if new.is_empty() {
            return Ok(ids);
        }
        let new: Vec<_> = new.into_iter().zip(next(connection, government, NEXT).await?..).collect();
        let add = ADD.execute(connection, government, &new, |query, ((name, version, sensor), id)| {
            let search = format!("{name} {version}").to_lowercase();
            query.bind(*id).bind(sensor.as_str()).bind(name.as_str()).bind(version.as_str()).bind(search)
        });
        add.await?;
        ids.extend(new.into_iter().map(|(name, id)| (name.clone(), id)));
        Ok(ids)
    }
}

async fn next(connection: &mut AnyConnection, government: &str, sql: &'static str) -> Result<i64, Error> {
    let row = sqlx::query(sql).bind(government).fetch_one(connection).await?;
    Ok(row.number("next")?.cast_signed())
}

/// The key of the row of a block of servers and a package.
pub(in crate::store) const fn cell(block: i64, id: i64) -> i64 {
    (block << 32) | id
}

fn names(sensor: &str, reading: Option<&Reading>) -> BTreeSet<Name> {
    let Some(Reading::Packages(packages)) = reading else { return BTreeSet::new() };
    let fits = |it: &&Package| it.name.len() <= LONGEST && it.version.len() <= LONGEST && !it.name.is_empty();
    let fitting = packages.iter().filter(fits).take(MAX_PACKAGES);
    fitting.map(|it| (plain(&it.name), plain(&it.version), sensor.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::grouped::tests::check_plan;

    #[tokio::test]
    async fn rows_are_found_by_their_key() {
        check_plan(&KNOWN, "(government=? AND name=? AND version=? AND sensor=?)").await;
        check_plan(&NUMBERS, "(government=? AND agent=?)").await;
        check_plan(&CLEAR, "(government=? AND cell=?)").await;
        check_plan(&SWEEP, "(government=? AND cell=?)").await;
    }
}
