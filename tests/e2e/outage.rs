//! The collector is down, or the disk is full: nothing is lost, and nothing is lost silently.

use patuh_agent::spool::Limits;
use patuh_agent::uplink::SendError;
use patuh_protocol::body;
use patuh_protocol::receipt::Leaf;
use patuh_protocol::seal::Sealed;
use patuh_tests::{Agent, Collector};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::on_both_stores;

on_both_stores!(reports_wait_until_the_collector_is_back);

async fn reports_wait_until_the_collector_is_back(mut collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    collector.stop().await;
    for _ in 0..5 {
        agent.report();
        assert!(agent.send().await.is_err(), "nobody is there");
        collector.clock.forward_hours(6);
    }
    assert_eq!(agent.spool().queue().measure().unwrap().reports, 5);

    collector.start_again().await;
    let mut agent = agent.reboot();
    let answers = agent.send().await.unwrap();
    let sequences: Vec<_> = answers.iter().map(|answer| sequence(&answer.receipt.leaf)).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5], "oldest first, none lost");
    assert!(answers.iter().map(|answer| answer.receipt.index).is_sorted());
    assert_eq!(agent.spool().queue().measure().unwrap().reports, 0);
}

/// Somebody holds the database, as a backup of the collector might: reports are refused for now, and kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_cannot_write_costs_no_report() {
    let collector = Collector::sqlite().start().await;
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    sqlx::any::install_default_drivers();
    let mut holder = AnyConnection::connect(&collector.config().store_url()).await.unwrap();
    holder.execute("BEGIN EXCLUSIVE").await.unwrap();
    match agent.report().send().await {
        Err(SendError::Transient { retry_after: Some(pause), .. }) => {
            assert!(pause.as_secs() >= 30, "{pause:?}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(agent.spool().queue().measure().unwrap().reports, 1);
    holder.execute("ROLLBACK").await.unwrap();
    assert_eq!(agent.send().await.unwrap().len(), 1);
}

/// A month of a collector that is gone, with a spool of one MiB: old reports are given up, and the gap says
/// which.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_spool_tells_of_its_gap() {
    let mut collector = Collector::sqlite().start().await;
    let limits = Limits { max_mb: 1, min_free_percent: 0 };
    let mut agent = Agent::of_host("debian12-bare").with_spool(limits).enrol(&collector).await;
    collector.stop().await;
    agent.report();
    let (_, first) = agent.spool().oldest().unwrap().unwrap();
    let fit = 1024 * 1024 / first.len();
    for _ in 0..fit + 20 {
        collector.clock.forward_hours(1);
        agent.report();
    }
    let pushed = u64::try_from(fit + 21).unwrap();
    let waiting = agent.spool().queue().measure().unwrap();
    assert!(waiting.bytes <= 1024 * 1024 && waiting.reports < pushed, "{waiting:?}");

    collector.start_again().await;
    assert!(agent.renew().await.unwrap(), "its certificate expired meanwhile");
    let answers = agent.send().await.unwrap();
    let store = collector.store().await;
    let (mut reports, mut told) = (0, 0);
    for answer in &answers {
        let bytes = store.sealed(answer.receipt.index).await.unwrap().unwrap();
        let report = body::open(&Sealed::parse(&bytes).unwrap().body).unwrap();
        reports += 1;
        told += report.gap.map_or(0, |gap| gap.count);
    }
    assert_eq!(reports + told, pushed, "every report was sent, or is told of as given up");
}

fn sequence(leaf: &str) -> u64 {
    match serde_json::from_str(leaf).unwrap() {
        Leaf::Report(report) => report.sequence,
        Leaf::Act(act) => panic!("{act:?}"),
    }
}
