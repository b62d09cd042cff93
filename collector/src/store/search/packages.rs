//! The packages that words find.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::id::AgentId;
use sqlx::AnyConnection;

use super::PackageHit;
use super::hits::Hits;
use super::words::{Fit, Word};
use crate::store::cell::{Cells as _, plain};
use crate::store::grouped::Grouped;
use crate::store::project::cell;
use crate::store::servers::escaped;
use crate::store::{Error, Store};

/// The most versions of packages that are looked at: those whose names are shortest, which are nearest to what was
/// typed. A word that is found in more says too little.
const CANDIDATES: i64 = 200;

/// Where words are found in names and versions; a question of fewer words repeats its last.
const CATALOGUE: &str = "SELECT id, sensor, name, version, search FROM software WHERE government = $1 \
    AND (search LIKE $2 ESCAPE '\\' OR search LIKE $3 ESCAPE '\\' OR search LIKE $4 ESCAPE '\\' \
    OR search LIKE $5 ESCAPE '\\' OR search LIKE $6 ESCAPE '\\' OR search LIKE $7 ESCAPE '\\') \
    ORDER BY LENGTH(name), id LIMIT $8";

const ID: &str =
    "SELECT id FROM software WHERE government = $1 AND name = $2 AND version = $3 AND sensor = $4";

/// Who is who among the servers with numbers; of those whose agent was retired, nothing is said.
const NUMBERS: &str = "SELECT n.agent, n.number FROM numbers n WHERE n.government = $1 AND NOT EXISTS \
    (SELECT 1 FROM merged m WHERE m.government = n.government AND m.agent = n.agent)";

/// The numbers of servers whose agent was retired, and how many numbers there are.
const RETIRED: &str = "SELECT n.number FROM numbers n JOIN merged m \
    ON m.government = n.government AND m.agent = n.agent WHERE n.government = $1";

const COUNT: &str = "SELECT COUNT(*) AS numbers FROM numbers WHERE government = $1";

const INSTALLED: Grouped =
    Grouped::keys("SELECT cell, servers FROM installed WHERE government = $1 AND cell IN (VALUES ", 1, ")");

/// A version of a package that a word finds.
struct Candidate {
    id: i64,
    sensor: String,
    name: String,
    version: String,
    /// How many of the words find it.
    found: usize,
    /// How well its name is found.
    fit: Fit,
    /// The words that do not find it, by their place: they must find its servers.
    missing: Vec<usize>,
}

/// Sets of servers: a row of bits for each block.
type Bits = BTreeMap<i64, u64>;

impl Candidate {
    /// Best first: by how many words find it, how well, and by name.
    fn order(&self, other: &Self) -> Ordering {
        let key = |it: &Self| (Reverse(it.found), it.fit, it.name.len());
        let named = || (&self.name, &self.version).cmp(&(&other.name, &other.version));
        key(self).cmp(&key(other)).then_with(named)
    }

    /// The servers that have it, of those that are listed, and that each word finds which does not find it.
    fn hit(&self, installed: &BTreeMap<i64, u64>, live: &Bits, words: &[Bits]) -> PackageHit {
        let servers = live.iter().map(|(block, live)| {
            let having = installed.get(&cell(*block, self.id)).copied().unwrap_or(0) & live;
            let of_word = |n: &usize| words.get(*n).and_then(|bits| bits.get(block)).copied().unwrap_or(0);
            self.missing.iter().map(of_word).fold(having, |all, some| all & some).count_ones()
        });
        let servers = servers.map(|count| count as usize).sum();
        let (sensor, name, version) = (self.sensor.clone(), self.name.clone(), self.version.clone());
        PackageHit { sensor, name, version, servers }
    }
}

impl Store {
    /// The packages that the words find, where each word that finds no package finds their servers.
    pub(super) async fn packages(
        &self,
        words: &[Word],
        by_word: &[Hits],
        limit: usize,
    ) -> Result<(Vec<PackageHit>, usize), Error> {
        let mut connection = self.pool.acquire().await?;
        let mut candidates = self.candidates(&mut connection, words).await?;
        let found_on_servers = |n: &usize| by_word.get(*n).is_some_and(|hits| !hits.is_empty());
        candidates.retain(|it| it.missing.iter().all(found_on_servers));
        candidates.sort_by(Candidate::order);
        if candidates.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let live = self.live(&mut connection).await?;
        let mut servers = Vec::new();
        if candidates.iter().any(|it| !it.missing.is_empty()) {
            let numbers = self.numbers(&mut connection).await?;
            let of = |hits: &Hits| bits(hits.keys().filter_map(|agent| numbers.get(agent)));
            servers = by_word.iter().map(of).collect();
        }
        let mut found = Vec::new();
        for chunk in candidates.chunks(64) {
            let installed = self.installed(&mut connection, chunk, live.keys()).await?;
            let counted = chunk.iter().map(|it| it.hit(&installed, &live, &servers));
            found.extend(counted.filter(|hit| hit.servers > 0));
        }
        let count = found.len();
        found.truncate(limit);
        Ok((found, count))
    }

    async fn candidates(
        &self,
        connection: &mut AnyConnection,
        words: &[Word],
    ) -> Result<Vec<Candidate>, Error> {
        // Short words are found everywhere: beside others they only choose among what those find.
        let long: Vec<&Word> = words.iter().filter(|word| !word.is_short()).collect();
        let any = |word: &&Word| format!("%{}%", escaped(word.as_str()));
        let beginning = |word: &Word| format!("{}%", escaped(word.as_str()));
        let patterns: Vec<String> = match long.is_empty() {
            true => words.iter().map(beginning).collect(),
            false => long.iter().map(any).collect(),
        };
        let Some(last) = patterns.last() else { return Ok(Vec::new()) };
        let filled = patterns.iter().chain(std::iter::repeat(last)).take(6);
        let query = filled.fold(self.query(CATALOGUE), |query, pattern| query.bind(pattern.clone()));
        let mut candidates = Vec::new();
        for row in query.bind(CANDIDATES).fetch_all(connection).await? {
            let search = row.text("search")?;
            let finds = |word: &Word| search.contains(word.as_str());
            let missing = words.iter().enumerate().filter(|(_, word)| !finds(word)).map(|(n, _)| n);
            let missing: Vec<usize> = missing.collect();
            let name = row.text("name")?;
            let lower = name.to_lowercase();
            candidates.push(Candidate {
                id: row.number("id")?.cast_signed(),
                sensor: row.text("sensor")?,
                version: row.text("version")?,
                found: words.len() - missing.len(),
                fit: words.iter().filter_map(|word| word.fit(&lower)).min().unwrap_or(Fit::Anywhere),
                missing,
                name,
            });
        }
        Ok(candidates)
    }

    /// The servers that are listed, by their numbers.
    async fn live(&self, connection: &mut AnyConnection) -> Result<Bits, Error> {
        let count = self.query(COUNT).fetch_one(&mut *connection).await?.number("numbers")?;
        let retired = self.query(RETIRED).fetch_all(connection).await?;
        let retired = retired.iter().map(|row| row.number("number"));
        let retired = retired.collect::<Result<BTreeSet<u64>, Error>>()?;
        let live = (0..count).filter(|number| !retired.contains(number)).map(u64::cast_signed);
        Ok(bits(live.collect::<Vec<_>>().iter()))
    }

    async fn numbers(&self, connection: &mut AnyConnection) -> Result<BTreeMap<AgentId, i64>, Error> {
        let rows = self.query(NUMBERS).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.parsed("agent")?, row.number("number")?.cast_signed()))).collect()
    }

    /// The rows of bits of some packages in some blocks, by cell.
    async fn installed<'a>(
        &self,
        connection: &mut AnyConnection,
        candidates: &[Candidate],
        blocks: impl Iterator<Item = &'a i64> + Clone,
    ) -> Result<BTreeMap<i64, u64>, Error> {
        let cells = candidates.iter().flat_map(|it| blocks.clone().map(|block| cell(*block, it.id)));
        let cells: Vec<i64> = cells.collect();
        let rows = INSTALLED.fetch(connection, &self.government, &cells, |query, cell| query.bind(*cell));
        rows.await?
            .iter()
            .map(|row| Ok((row.number("cell")?.cast_signed(), row.number("servers")?)))
            .collect()
    }

    /// The agents whose servers have a version of a package.
    pub(super) async fn having(
        &self,
        sensor: &str,
        name: &str,
        version: &str,
    ) -> Result<BTreeSet<AgentId>, Error> {
        let mut connection = self.pool.acquire().await?;
        let query = self.query(ID).bind(plain(name)).bind(plain(version)).bind(plain(sensor));
        let Some(row) = query.fetch_optional(&mut *connection).await? else { return Ok(BTreeSet::new()) };
        let id = row.number("id")?.cast_signed();
        let numbers = self.numbers(&mut connection).await?;
        let cells: BTreeSet<i64> = numbers.values().map(|number| cell(number / 64, id)).collect();
        let cells: Vec<i64> = cells.into_iter().collect();
        let rows =
            INSTALLED.fetch(&mut connection, &self.government, &cells, |query, cell| query.bind(*cell));
        let mut installed = BTreeMap::new();
        for row in rows.await? {
            installed.insert(row.number("cell")?.cast_signed(), row.number("servers")?);
        }
        let has = |number: i64| {
            installed.get(&cell(number / 64, id)).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
        };
        Ok(numbers.into_iter().filter(|(_, number)| has(*number)).map(|(agent, _)| agent).collect())
    }
}

fn bits<'a>(numbers: impl Iterator<Item = &'a i64>) -> Bits {
    let mut bits = Bits::new();
    for number in numbers {
        *bits.entry(number / 64).or_default() |= 1 << (number % 64);
    }
    bits
}
