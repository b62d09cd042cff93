//! What this machine can do at best: the limits above the collector.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use patuh_tests::postgres::Database;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor as _};

use crate::figure::{Figure, Watch, short};

/// As large as a sealed report of a server with a thousand packages.
const ROW: usize = 20 * 1024;
/// Rows of one transaction, as the collector's writer would group them.
const GROUP: usize = 64;
/// Groups that are timed.
const GROUPS: usize = 40;

/// The machine, in a line.
pub(crate) fn machine() -> Result<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let threads = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let status = fs::read_to_string("/var/lib/dpkg/status").unwrap_or_default();
    let packages = status.lines().filter(|line| line.starts_with("Package: ")).count();
    let model = model.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    Ok(format!(
        "Machine: {model}, {threads} logical processors, Linux {}, {packages} dpkg packages.",
        kernel.trim()
    ))
}

/// The table of limits.
pub(crate) async fn table() -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut text =
        format!("\n## Physical limits in this run (rows of {} kB)\n\n| limit | |\n|---|---|\n", ROW / 1024);
    let flush = flush(folder.path())?;
    let _ = writeln!(text, "| append + fdatasync, p50 | {} µs |", short(flush.median()));
    let sqlite = pool(&format!("sqlite:{}?mode=rwc", folder.path().join("raw.db").display())).await?;
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
    sqlite.execute(pragmas).await?;
    let _ = writeln!(
        text,
        "| SQLite, WAL, FULL, {GROUP} rows a transaction | {} rows/s |",
        inserts(&sqlite, "BLOB").await?
    );
    let database = Database::durable();
    let postgres = pool(&database.url).await?;
    let _ = writeln!(
        text,
        "| PostgreSQL, fsync on, {GROUP} rows a transaction | {} rows/s |",
        inserts(&postgres, "BYTEA").await?
    );
    postgres.close().await;
    Ok(text)
}

/// Microseconds of one append and flush.
fn flush(folder: &Path) -> Result<Figure> {
    let mut file = File::create(folder.join("flush"))?;
    let row = vec![b'x'; ROW];
    let mut times = Vec::new();
    for _ in 0..500 {
        let watch = Watch::start();
        file.write_all(&row)?;
        file.sync_data()?;
        times.push(watch.ms() * 1e3);
    }
    Ok(Figure::of(times))
}

async fn pool(url: &str) -> Result<AnyPool> {
    sqlx::any::install_default_drivers();
    AnyPoolOptions::new().max_connections(1).connect(url).await.context("a database for the limits")
}

/// Rows a second, in groups.
async fn inserts(pool: &AnyPool, kind: &'static str) -> Result<Figure> {
    let create = if kind == "BLOB" {
        "CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB)"
    } else {
        "CREATE TABLE raw (id BIGINT PRIMARY KEY, body BYTEA)"
    };
    pool.execute(create).await?;
    let mut rates = Vec::new();
    let mut id = 0_i64;
    for _ in 0..GROUPS {
        let watch = Watch::start();
        let mut transaction = pool.begin().await?;
        for _ in 0..GROUP {
            id += 1;
            // Noise: PostgreSQL must not compress it away, as it cannot compress a sealed report.
            let body: Vec<u8> = (0..ROW).map(|i| noise(id, i)).collect();
            sqlx::query("INSERT INTO raw (id, body) VALUES ($1, $2)")
                .bind(id)
                .bind(body)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        rates.push(64.0 / watch.passed().as_secs_f64());
    }
    Ok(Figure::of(rates))
}

fn noise(row: i64, place: usize) -> u8 {
    let mixed = row.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (place as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    (mixed.wrapping_mul(0xFF51_AFD7_ED55_8CCD) >> 56) as u8
}
