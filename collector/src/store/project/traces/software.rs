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
use crate::store::cell::{Cells as _, corrupt, plain};
use crate::store::grouped::{Bound, Grouped};

/// The longest name or version that is catalogued, in bytes, and the most packages of one sensor. (A row of an
/// index must fit into a page.)
const LONGEST: usize = 255;
const MAX_PACKAGES: usize = 20_000;

/// The place of a package in the batch stands beside its key, so that no texts come back.
const KNOWN: Grouped = Grouped::keys(
    "WITH k (place, name, version, sensor) AS (VALUES ",
    4,
    ") SELECT k.place, s.id FROM k CROSS JOIN software s WHERE s.government = $1 \
        AND s.name = k.name AND s.version = k.version AND s.sensor = k.sensor",
);

const NEXT: &str = "SELECT COALESCE(MAX(id) + 1, 0) AS next FROM software WHERE government = $1";

const ADD: Grouped =
    Grouped::insert("INSERT INTO software (government, id, sensor, name, version, search) VALUES ", 5, "");

const NUMBERS: Grouped = Grouped::keys(
    "WITH k (agent) AS (VALUES ",
    1,
    ") SELECT n.agent, n.number FROM k CROSS JOIN numbers n \
        WHERE n.government = $1 AND n.agent = k.agent",
);

const NEXT_NUMBER: &str = "SELECT COALESCE(MAX(number) + 1, 0) AS next FROM numbers WHERE government = $1";

const ADD_NUMBERS: Grouped =
    Grouped::insert("INSERT INTO numbers (government, agent, number) VALUES ", 2, "");

const SET: Grouped = Grouped::insert(
    "INSERT INTO installed (government, cell, servers) VALUES ",
    2,
    " ON CONFLICT (government, cell) DO UPDATE SET servers = installed.servers | excluded.servers",
);

const CLEAR: Grouped = Grouped::keys(
    "WITH k (cell, gone) AS (VALUES ",
    2,
    ") UPDATE installed SET servers = servers & ~(SELECT k.gone FROM k WHERE k.cell = installed.cell) \
        WHERE government = $1 AND cell IN (SELECT k.cell FROM k)",
);

const SWEEP: Grouped =
    Grouped::keys("DELETE FROM installed WHERE government = $1 AND servers = 0 AND cell IN (VALUES ", 1, ")");

/// A version of a package: name, version, and the sensor that found it.
type Name = (String, String, String);

/// The packages that came and went in a batch.
#[derive(Debug, Default)]
pub(super) struct Software {
    /// The agents and packages, each once, in the order of the ledger: so they are numbered.
    agents: Vec<AgentId>,
    names: Vec<Name>,
    places: BTreeMap<String, usize>,
    /// What happened, in this order: the places of an agent and a package, and whether it has it now.
    turns: Vec<(usize, usize, bool)>,
}

impl Software {
    pub(super) fn turned(&mut self, (agent, sensor): &Key, old: Option<&Reading>, new: Option<&Reading>) {
        let (old, new) = (packages(old), packages(new));
        if old.is_empty() && new.is_empty() {
            return;
        }
        let place = self.agents.iter().position(|it| it == agent).unwrap_or_else(|| {
            self.agents.push(agent.clone());
            self.agents.len() - 1
        });
        if old.is_empty() {
            return new.into_iter().for_each(|it| self.turn(place, sensor, name(it), true));
        }
        let (old, new): (BTreeSet<_>, BTreeSet<_>) =
            (old.into_iter().map(name).collect(), new.into_iter().map(name).collect());
        old.difference(&new).for_each(|it| self.turn(place, sensor, *it, false));
        new.difference(&old).for_each(|it| self.turn(place, sensor, *it, true));
    }

    fn turn(&mut self, agent: usize, sensor: &str, (name, version): (&str, &str), has: bool) {
        // One text, because it is quickly compared; with lengths, so that no two names make the same.
        let key = plain(&format!("{} {} {name}{version}{sensor}", name.len(), version.len()));
        let place = self.places.get(&key).copied().unwrap_or_else(|| {
            self.names.push((plain(name), plain(version), sensor.to_owned()));
            self.places.insert(key, self.names.len() - 1);
            self.names.len() - 1
        });
        self.turns.push((agent, place, has));
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        if self.turns.is_empty() {
            return Ok(());
        }
        let numbers = self.numbers(connection, government).await?;
        let ids = self.ids(connection, government).await?;
        // By cell, the servers that have it now and those that have it no more.
        let mut cells = BTreeMap::<i64, (i64, i64)>::new();
        for (agent, name, has) in &self.turns {
            let number = self.agents.get(*agent).and_then(|agent| numbers.get(agent));
            let (Some(number), Some(id)) = (number, ids.get(name)) else { continue };
            let (set, clear) = cells.entry(cell(*number / 64, *id)).or_default();
            let bit = 1 << (number % 64);
            (*set, *clear) = if *has { (*set | bit, *clear & !bit) } else { (*set & !bit, *clear | bit) };
        }
        let masks = |mask: fn(&(i64, i64)) -> i64| -> Vec<(i64, i64)> {
            cells.iter().map(|(cell, masks)| (*cell, mask(masks))).filter(|(_, mask)| *mask != 0).collect()
        };
        let (set, clear) = (masks(|masks| masks.0), masks(|masks| masks.1));
        let bind = |query: Bound, (cell, servers): &(i64, i64)| query.bind(*cell).bind(*servers);
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
        if new.is_empty() {
            return Ok(numbers);
        }
        let new: Vec<_> = new.into_iter().zip(next(connection, government, NEXT_NUMBER).await?..).collect();
        let add = ADD_NUMBERS.execute(connection, government, &new, |query, (agent, number)| {
            query.bind(agent.as_str()).bind(*number)
        });
        add.await?;
        numbers.extend(new.into_iter().map(|(agent, number)| (agent.clone(), number)));
        Ok(numbers)
    }

    /// The catalogue's numbers of the batch's packages, by their places; those that have none yet get the next
    /// ones. (One that only went, and has none, was never had.)
    async fn ids(
        &self,
        connection: &mut AnyConnection,
        government: &str,
    ) -> Result<BTreeMap<usize, i64>, Error> {
        let places: Vec<(usize, &Name)> = self.names.iter().enumerate().collect();
        let bind = |query: Bound, (place, (name, version, sensor)): &(usize, &Name)| {
            let query = query.bind(i64::try_from(*place).unwrap_or(i64::MAX));
            query.bind(name.clone()).bind(version.clone()).bind(sensor.clone())
        };
        let mut ids = BTreeMap::new();
        for row in KNOWN.fetch(connection, government, &places, bind).await? {
            let place = usize::try_from(row.number("place")?).map_err(|error| corrupt("place", error))?;
            ids.insert(place, row.number("id")?.cast_signed());
        }
        let new: Vec<_> = places.into_iter().filter(|(place, _)| !ids.contains_key(place)).collect();
        if new.is_empty() {
            return Ok(ids);
        }
        let new: Vec<_> = new.into_iter().zip(next(connection, government, NEXT).await?..).collect();
        let add = ADD.execute(connection, government, &new, |query, ((_, (name, version, sensor)), id)| {
            let search = format!("{name} {version}").to_lowercase();
            query.bind(*id).bind(sensor.clone()).bind(name.clone()).bind(version.clone()).bind(search)
        });
        add.await?;
        ids.extend(new.into_iter().map(|((place, _), id)| (place, id)));
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

/// The packages that are catalogued.
fn packages(reading: Option<&Reading>) -> Vec<&Package> {
    let Some(Reading::Packages(packages)) = reading else { return Vec::new() };
    let fits = |it: &&Package| it.name.len() <= LONGEST && it.version.len() <= LONGEST && !it.name.is_empty();
    packages.iter().filter(fits).take(MAX_PACKAGES).collect()
}

fn name(package: &Package) -> (&str, &str) {
    (&package.name, &package.version)
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
