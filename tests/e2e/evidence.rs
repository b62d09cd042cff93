//! The evidence: any change of what was stored is found, and what the pages show follows from it.

use patuh_agent::uplink::SendError;
use patuh_collector::ledger::Verified;
use patuh_collector::store::{ChangeRow, CurrentSection, ServerFilter, ServerRow};
use patuh_protocol::receipt::NoProof;
use patuh_tests::{Agent, Collector};
use sqlx::{AnyPool, AssertSqlSafe};

use crate::on_both_stores;

on_both_stores!(every_change_of_the_store_is_found, a_rebuild_gives_the_same_rows);

/// What somebody with the database's password might do to report `$1`.
const TAMPERINGS: &[(&str, &str)] = &[
    ("a report under another number", "UPDATE reports SET sequence = sequence + 100 WHERE idx = $1"),
    ("a report taken away", "DELETE FROM reports WHERE idx = $1"),
    ("another time", "UPDATE leaves SET leaf = replace(leaf, 'T01:', 'T02:') WHERE idx = $1"),
    ("another office", "UPDATE leaves SET leaf = replace(leaf, 'dinkes', 'dinsos') WHERE idx = $1"),
    ("a leaf taken away", "DELETE FROM leaves WHERE idx = $1"),
    ("another hash", "DELETE FROM nodes WHERE level = 0 AND idx = $1"),
];

/// The tables that hold the ledger.
const LEDGER: &[&str] = &["reports", "leaves", "nodes"];

async fn every_change_of_the_store_is_found(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    for _ in 0..4 {
        agent.report();
    }
    let answers = agent.send().await.unwrap();
    let [_, second, ..] = answers.as_slice() else { panic!("{} answers", answers.len()) };
    let index = second.receipt.index;
    assert_eq!(verify(&collector).await.fault, None);

    let database = AnyPool::connect(&collector.config().store_url()).await.unwrap();
    run(&database, LEDGER.iter().map(|table| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")))
        .await;
    for (what, sql) in TAMPERINGS {
        let changed = sqlx::query(*sql).bind(i64::try_from(index).unwrap()).execute(&database).await.unwrap();
        assert_eq!(changed.rows_affected(), 1, "{what}");
        found(&collector, what, index).await;
        put_back(&database).await;
    }
    let mut sealed = collector.store().await.sealed(index).await.unwrap().unwrap();
    *sealed.last_mut().unwrap() ^= 1;
    let change =
        sqlx::query("UPDATE reports SET sealed = $2 WHERE idx = $1").bind(i64::try_from(index).unwrap());
    change.bind(sealed).execute(&database).await.unwrap();
    found(&collector, "one bit of a body", index).await;
    put_back(&database).await;
    assert_eq!(verify(&collector).await.fault, None, "all was put back");
}

async fn verify(collector: &Collector) -> Verified {
    collector.store().await.verify(&collector.verifier(), &[]).await.unwrap()
}

async fn found(collector: &Collector, what: &str, index: u64) {
    let fault = verify(collector).await.fault.unwrap_or_else(|| panic!("{what}: not found"));
    assert_eq!(fault.index, index, "{what}: {}", fault.what);
    assert!(!fault.what.is_empty(), "{what}: says what is wrong");
}

async fn put_back(database: &AnyPool) {
    run(database, LEDGER.iter().map(|table| format!("DELETE FROM {table}"))).await;
    run(database, LEDGER.iter().map(|table| format!("INSERT INTO {table} SELECT * FROM kept_{table}"))).await;
}

async fn run(database: &AnyPool, statements: impl Iterator<Item = String>) {
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement)).execute(database).await.unwrap();
    }
}

/// Everything the pages can show.
async fn shown(
    collector: &Collector,
    agents: &[&Agent],
) -> (Vec<ServerRow>, Vec<Vec<CurrentSection>>, Vec<ChangeRow>) {
    let store = collector.store().await;
    let mut sections = Vec::new();
    for agent in agents {
        sections.push(store.sections(&agent.id()).await.unwrap());
    }
    let servers = store.servers(&ServerFilter::default()).await.unwrap();
    (servers, sections, store.changes(None, 1000).await.unwrap())
}

async fn a_rebuild_gives_the_same_rows(collector: Collector) {
    let mut one = Agent::of_host("debian12-bare").enrol(&collector).await;
    let mut two = Agent::of_host("debian12-bare").enrol(&collector).await;
    for round in 0..3 {
        one.upgrade("openssl", &format!("3.0.{round}-1"));
        one.report().send().await.unwrap();
        two.report().send().await.unwrap();
        collector.clock.forward_hours(24);
    }
    let before = shown(&collector, &[&one, &two]).await;
    assert_eq!(before.2.len(), 2, "two upgrades");
    assert_eq!(collector.store().await.rebuild().await.unwrap(), 6);
    assert_eq!(shown(&collector, &[&one, &two]).await, before);
}

/// Somebody puts an old copy of the database back, ledger key and all: nothing inside it is wrong, but an
/// agent that was given a later checkpoint knows better.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_was_set_back_is_noticed_by_an_agent() {
    let mut collector = Collector::sqlite().start().await;
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    agent.report().send().await.unwrap();
    collector.stop().await;
    let (kept, current) = (collector.folder().join("kept.db"), collector.state().join("patuh.db"));
    let database = AnyPool::connect(&collector.config().store_url()).await.unwrap();
    run(&database, std::iter::once(format!("VACUUM INTO '{}'", kept.display()))).await;
    database.close().await;
    collector.start_again().await;
    agent.report().send().await.unwrap();
    collector.stop().await;
    for file in ["patuh.db-wal", "patuh.db-shm"] {
        let _ = std::fs::remove_file(collector.state().join(file));
    }
    std::fs::rename(kept, current).unwrap();
    collector.start_again().await;

    assert_eq!(verify(&collector).await.fault, None, "the ledger is sound in itself");
    match agent.report().send().await {
        Err(SendError::Unproven(NoProof::Rewritten)) => {}
        other => panic!("{:?}", other.err()),
    }
    assert_eq!(agent.spool().queue().measure().unwrap().reports, 1, "and the report is kept");
}
