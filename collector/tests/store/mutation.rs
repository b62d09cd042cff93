//! Random single bits of the stored ledger, turned over: every one must be seen, at its leaf.

use patuh_collector::ledger::tree::Node;
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, AssertSqlSafe, Column as _, Executor as _, Row as _};

use crate::bench::{Bench, verifier};
use crate::tamper::{fill, restore};

/// A small generator of numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }
}

const TABLES: [&str; 4] = ["leaves", "reports", "nodes", "checkpoints"];
const KEYS: [&str; 3] = ["idx", "level", "size"];

/// The last leaf at which a change of this row must be seen.
fn place(table: &str, row: &AnyRow) -> u64 {
    let number = |column: &str| row.get::<i64, _>(column).cast_unsigned();
    match table {
        "nodes" => ((number("idx") + 1) << Node::leaf(0).level.max(row.get::<i64, _>("level") as u8)) - 1,
        "checkpoints" => number("size") - 1,
        _ => number("idx"),
    }
}

/// Turns over one bit of one value of one row. Returns what was done and where it must be seen, and whether
/// exactly there; `None` when the database itself refused.
async fn flip(sql: &AnyPool, random: &mut Random) -> Option<(String, u64, bool)> {
    let table = TABLES[random.below(TABLES.len())];
    let all = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch_all(sql).await.unwrap();
    let row = &all[random.below(all.len())];
    let column = row.columns()[random.below(row.columns().len())].name().to_owned();
    let keys: Vec<_> = row.columns().iter().map(|c| c.name()).filter(|c| KEYS.contains(c)).collect();
    let found: Vec<_> = keys.iter().map(|key| format!("{key} = {}", row.get::<i64, _>(*key))).collect();
    let (query, bit) = if let Ok(number) = row.try_get::<i64, _>(&*column) {
        let bit = random.below(64);
        (set(table, &column, "$1", &found).bind(number ^ (1 << bit)), bit)
    } else {
        let text = row.try_get::<String, _>(&*column).map(String::into_bytes);
        let cast = if text.is_ok() { "CAST($1 AS TEXT)" } else { "$1" };
        let mut bytes = text.unwrap_or_else(|_| row.get(&*column));
        let bit = random.below(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        (set(table, &column, cast, &found).bind(bytes), bit)
    };
    query.execute(sql).await.ok()?;
    // A checkpoint that cannot be found or read is missed at the first leaf under it.
    let exact = table != "checkpoints" && !KEYS.contains(&&*column);
    Some((format!("bit {bit} of {table}.{column} where {found:?}"), place(table, row), exact))
}

fn set(
    table: &str,
    column: &str,
    value: &str,
    found: &[String],
) -> sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments> {
    let sql = format!("UPDATE {table} SET {column} = {value} WHERE {}", found.join(" AND "));
    sqlx::query(AssertSqlSafe(sql))
}

async fn check(mutations: usize, seed: u64) {
    let bench = Bench::sqlite().await;
    fill(&bench).await;
    let options = AnyPoolOptions::new().max_connections(1);
    let sql = options.connect(&bench.url).await.unwrap();
    sql.execute("PRAGMA foreign_keys = OFF").await.unwrap();
    let (mut random, mut seen) = (Random(seed), 0);
    while seen < mutations {
        let Some((what, place, exact)) = flip(&sql, &mut random).await else { continue };
        let verified = bench.store.verify(&verifier(), &[]).await.unwrap();
        let fault = verified.fault.unwrap_or_else(|| panic!("seed {seed}: not seen: {what}"));
        assert!(fault.index <= place, "seed {seed}: {what}, seen only at {}: {}", fault.index, fault.what);
        assert!(
            !exact || fault.index == place,
            "seed {seed}: {what}, seen at {}: {}",
            fault.index,
            fault.what
        );
        restore(&bench).await;
        seen += 1;
    }
}

#[tokio::test]
async fn fifty_random_bits_are_seen() {
    check(50, 1).await;
}

#[tokio::test]
#[ignore = "takes a while"]
async fn a_thousand_random_bits_are_seen() {
    for seed in 0..10 {
        check(100, 1000 + seed).await;
    }
}
