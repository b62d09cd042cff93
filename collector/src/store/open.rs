//! Opening the database: drivers, PRAGMAs, migrations.

use std::sync::Arc;
use std::time::Duration;

use patuh_protocol::id::Code;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::{Any, AnyConnection, AnyPool, Executor as _, SqlSafeStr as _};
use tokio::sync::Mutex;

use super::{Engine, Error, Store};

/// `synchronous=FULL`, because with NORMAL a power cut takes rows that were already acknowledged.
/// `trusted_schema=OFF` and `cell_size_check=ON` are SQLite's own advice for files that may be damaged.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON";

/// The migrations, in order: their numbers and names, and their texts for SQLite and for PostgreSQL.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "ledger",
        include_str!("migrations/sqlite/0001_ledger.sql"),
        include_str!("migrations/postgres/0001_ledger.sql"),
    ),
    (
        2,
        "base",
        include_str!("migrations/sqlite/0002_base.sql"),
        include_str!("migrations/postgres/0002_base.sql"),
    ),
    (
        3,
        "history",
        include_str!("migrations/sqlite/0003_history.sql"),
        include_str!("migrations/postgres/0003_history.sql"),
    ),
    (
        4,
        "register",
        include_str!("migrations/sqlite/0004_register.sql"),
        include_str!("migrations/postgres/0004_register.sql"),
    ),
    (
        5,
        "api_tokens",
        include_str!("migrations/sqlite/0005_api_tokens.sql"),
        include_str!("migrations/postgres/0005_api_tokens.sql"),
    ),
    (
        6,
        "media",
        include_str!("migrations/sqlite/0006_media.sql"),
        include_str!("migrations/postgres/0006_media.sql"),
    ),
    (
        7,
        "lan",
        include_str!("migrations/sqlite/0007_lan.sql"),
        include_str!("migrations/postgres/0007_lan.sql"),
    ),
    (
        8,
        "ipplan",
        include_str!("migrations/sqlite/0008_ipplan.sql"),
        include_str!("migrations/postgres/0008_ipplan.sql"),
    ),
];

const MAKE_HEAD: &str = "INSERT INTO ledger_head (government, size, frontier) VALUES ($1, 0, $2) \
    ON CONFLICT (government) DO NOTHING";

impl Store {
    /// Opens (and migrates) the database at `url` for `government`: `sqlite:/var/lib/patuh-collector/patuh.db`,
    /// which is made when it is not there, or `postgres://…`.
    ///
    /// # Errors
    /// [`Error`], when the database cannot be reached or was migrated by another program.
    pub async fn open(url: &str, government: &Code) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let engine = if url.starts_with("sqlite:") { Engine::Sqlite } else { Engine::Postgres };
        let pool = connect(url, engine).await?;
        migrate(&pool, engine).await?;
        let store = Self { pool, engine, government: government.to_string(), turn: Arc::new(Mutex::new(())) };
        if store.head().await?.is_none() {
            store.query(MAKE_HEAD).bind(Vec::new()).execute(&store.pool).await?;
        }
        store.reform().await?;
        Ok(store)
    }
}

async fn connect(url: &str, engine: Engine) -> Result<AnyPool, Error> {
    let options = PoolOptions::<Any>::new().acquire_timeout(Duration::from_secs(10));
    let pool = match engine {
        Engine::Postgres => options.max_connections(16).connect(url).await?,
        Engine::Sqlite => {
            let options = options.max_connections(8).test_before_acquire(false);
            let options = options.after_connect(|connection, _| Box::pin(prepare(connection)));
            options.connect(&created(url)).await?
        }
    };
    Ok(pool)
}

async fn prepare(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    connection.execute(PRAGMAS).await.map(|_| ())
}

/// The URL of a SQLite database that is made when it is not there.
fn created(url: &str) -> String {
    match url.split_once('?') {
        Some((_, parameters)) if parameters.contains("mode=") => url.to_owned(),
        Some(_) => format!("{url}&mode=rwc"),
        None => format!("{url}?mode=rwc"),
    }
}

async fn migrate(pool: &AnyPool, engine: Engine) -> Result<(), Error> {
    let migrator = Migrator::with_migrations(migrations(engine));
    // Two programs that open a new SQLite file at the same moment both find it empty, and the one that comes second
    // must look again: once for each migration that the other made before it. (PostgreSQL is locked by sqlx while it
    // is migrated.)
    for _ in MIGRATIONS {
        if engine == Engine::Sqlite && migrator.run(pool).await.is_ok() {
            return Ok(());
        }
    }
    Ok(migrator.run(pool).await?)
}

fn migrations(engine: Engine) -> Vec<Migration> {
    let migration = |&(version, name, sqlite, postgres): &(i64, &'static str, &'static str, &'static str)| {
        let sql = match engine {
            Engine::Sqlite => sqlite,
            Engine::Postgres => postgres,
        };
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    MIGRATIONS.iter().map(migration).collect()
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;

    use super::*;

    /// What a power cut may take is decided here: nothing that was acknowledged.
    #[tokio::test]
    async fn every_connection_flushes_to_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
        let store = Store::open(&url, &"contoh".parse().unwrap()).await.unwrap();
        let (mut first, mut second) =
            (store.pool.acquire().await.unwrap(), store.pool.acquire().await.unwrap());
        for connection in [&mut first, &mut second] {
            let mut pragma = async |sql: &'static str| connection.fetch_one(sql).await.unwrap();
            assert_eq!(pragma("PRAGMA synchronous").await.get::<i64, _>(0), 2, "FULL");
            assert_eq!(pragma("PRAGMA journal_mode").await.get::<String, _>(0), "wal");
            assert_eq!(pragma("PRAGMA foreign_keys").await.get::<i64, _>(0), 1);
            assert_eq!(pragma("PRAGMA trusted_schema").await.get::<i64, _>(0), 0);
            assert_eq!(pragma("PRAGMA busy_timeout").await.get::<i64, _>(0), 5000);
        }
    }

    #[test]
    fn a_missing_sqlite_file_is_made() {
        let check = |url: &str, expected: &str| assert_eq!(created(url), expected);
        check("sqlite:/a/b.db", "sqlite:/a/b.db?mode=rwc");
        check("sqlite:/a/b.db?cache=private", "sqlite:/a/b.db?cache=private&mode=rwc");
        check("sqlite:/a/b.db?mode=ro", "sqlite:/a/b.db?mode=ro");
    }
}
