//! Only what changed travels, and what was lost on one side is asked for again.

use patuh_collector::store::{CurrentSection, Latest, Store};
use patuh_collector::tasks::evaluate::judge;
use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::receipt::NoProof;
use patuh_protocol::report::{Outcome, Report};
use patuh_protocol::seal::Sealed;
use patuh_tests::{Agent, Collector};
use sqlx::{AnyPool, Executor as _};

use crate::on_both_stores;

on_both_stores!(only_what_changed_travels, rows_that_were_lost_are_asked_for_again);

/// A report that was handed in: its bytes as they travelled, what it says, and its place in the ledger.
struct HandedIn {
    bytes: usize,
    report: Report,
    carried: Base,
    index: u64,
    asks: bool,
}

impl HandedIn {
    /// The sensors whose readings it carries.
    fn sensors(&self) -> Vec<&str> {
        let carried = |sensor: &&str| self.carried.get(sensor).is_some();
        self.report.sections.iter().map(|section| section.sensor.as_str()).filter(carried).collect()
    }

    fn same(&self) -> usize {
        self.report.sections.iter().filter(|section| section.outcome == Outcome::Same).count()
    }
}

/// Reads the host and hands in what came of it.
async fn hands_in(agent: &mut Agent) -> HandedIn {
    let (_, sealed) = agent.report().spool().oldest().unwrap().unwrap();
    let (report, carried) = body::open_with_base(&Sealed::parse(&sealed).unwrap().body).unwrap();
    let answers = agent.send().await.unwrap();
    let [answer] = answers.as_slice() else { panic!("{} answers", answers.len()) };
    HandedIn { bytes: sealed.len(), report, carried, index: answer.receipt.index, asks: answer.full }
}

async fn sections(store: &Store, agent: &Agent) -> Vec<CurrentSection> {
    store.sections(&agent.id()).await.unwrap()
}

/// The sections of which nothing is known but that they failed.
async fn lost(store: &Store, agent: &Agent) -> usize {
    let lost =
        |s: &&CurrentSection| matches!(&s.latest, Latest::Failed(why) if why.starts_with("dasarnya hilang"));
    sections(store, agent).await.iter().filter(lost).count()
}

async fn only_what_changed_travels(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    let store = collector.store().await;
    let first = hands_in(&mut agent).await;
    assert!(first.same() == 0 && first.sensors().contains(&"packages/dpkg") && !first.asks);
    let before = sections(&store, &agent).await;

    collector.clock.forward_hours(6);
    let mut agent = agent.reboot();
    let second = hands_in(&mut agent).await;
    assert_eq!(second.sensors(), [""; 0]);
    assert_eq!(second.same(), first.sensors().len());
    assert!(second.bytes <= 1000, "{} bytes for {} sections", second.bytes, second.report.sections.len());
    let now = collector.clock.now();
    for (old, new) in before.iter().zip(sections(&store, &agent).await) {
        assert_eq!((old.sensor.as_str(), &old.latest), (new.sensor.as_str(), &new.latest));
        assert_eq!((new.at, new.index), (now, second.index), "{}: read again", new.sensor);
        let (Some(old), Some(new)) = (&old.value, new.value) else { continue };
        assert_eq!((&old.reading, first.index), (&new.reading, new.carrier.index));
        assert_eq!((new.at, new.index), (now, second.index));
    }
    assert_eq!(store.changes(None, 9).await.unwrap(), vec![]);
    evidence_leads_to_both(&collector, &first, &second).await;

    collector.clock.forward_hours(6);
    agent.upgrade("openssl", "3.0.99-1~deb12u9");
    let third = hands_in(&mut agent).await;
    assert_eq!(third.sensors(), ["packages/dpkg"]);
    assert!(third.bytes < first.bytes);
    assert_eq!(store.changes(None, 9).await.unwrap().len(), 1);
    assert_eq!(store.rebuild().await.unwrap(), 3);
    assert_eq!(store.changes(None, 9).await.unwrap().len(), 1);
    assert_eq!(lost(&store, &agent).await, 0);
}

/// A judgement of a backup that has not changed rests on the report that tells of it and on the newest that says it
/// is still so.
async fn evidence_leads_to_both(collector: &Collector, first: &HandedIn, second: &HandedIn) {
    let store = collector.store().await;
    let judged = judge(&store, collector.config(), &[], collector.clock.now()).await.unwrap();
    let [server] = judged.estate.servers.as_slice() else { panic!("one server") };
    let backups = server.evidence.iter().filter(|e| e.shows == "backup/dumps");
    let expected = [(first.index, first.report.taken_at), (second.index, second.report.taken_at)];
    assert_eq!(backups.map(|e| (e.index, e.taken_at)).collect::<Vec<_>>(), expected);
}

async fn rows_that_were_lost_are_asked_for_again(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    let first = hands_in(&mut agent).await;
    let store = collector.store().await;
    let database = AnyPool::connect(&collector.config().store_url()).await.unwrap();
    database.execute("DELETE FROM sections").await.unwrap();
    database.execute("DELETE FROM readings").await.unwrap();

    collector.clock.forward_hours(6);
    let second = hands_in(&mut agent).await;
    assert!(second.asks, "the collector asks for everything");
    assert_eq!(lost(&store, &agent).await, second.same());
    assert_eq!(store.changes(None, 9).await.unwrap(), vec![], "nothing was removed");
    assert!(agent.spool().asks_for_all(Some(1)), "and the agent reads everything at once");
    let third = hands_in(&mut agent).await;
    assert_eq!((third.same(), third.sensors()), (0, first.sensors()));
    assert!(!third.asks && !agent.spool().asks_for_all(Some(3)));
    assert_eq!(lost(&store, &agent).await, 0);
    let kept = |s: &CurrentSection| s.value.as_ref().is_none_or(|value| value.carrier.index == third.index);
    assert!(sections(&store, &agent).await.iter().all(kept));
    assert_eq!(hands_in(&mut agent).await.sensors(), [""; 0]);
}

/// The collector is restored from a backup that is older than what its agents were given receipts for. The agent
/// notices, keeps its report, and once somebody has looked into it and laid the checkpoint aside, all is healed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_was_restored_gets_everything() {
    let mut collector = Collector::sqlite().start().await;
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    hands_in(&mut agent).await;
    let (kept, current) = (collector.folder().join("kept.db"), collector.state().join("patuh.db"));
    let database = AnyPool::connect(&collector.config().store_url()).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("VACUUM INTO '{}'", kept.display())))
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
    agent.upgrade("openssl", "3.0.99-1~deb12u9");
    hands_in(&mut agent).await;
    collector.stop().await;
    for file in ["patuh.db-wal", "patuh.db-shm"] {
        let _ = std::fs::remove_file(collector.state().join(file));
    }
    std::fs::rename(kept, current).unwrap();
    collector.start_again().await;

    let error = agent.report().send().await.err().unwrap();
    assert!(
        matches!(error, patuh_agent::uplink::SendError::Unproven(NoProof::Rewritten)),
        "the ledger that the agent knew is gone: {error}"
    );
    let checkpoint = agent.state().join("checkpoint");
    std::fs::rename(&checkpoint, checkpoint.with_extension("before")).unwrap();
    let mut agent = agent.reboot();
    let answers = agent.send().await.unwrap();
    assert!(
        answers.last().is_some_and(|answer| answer.full),
        "the packages it rests on were never handed in here"
    );
    let store = collector.store().await;
    assert!(lost(&store, &agent).await > 0);
    let healing = hands_in(&mut agent).await;
    assert_eq!((healing.same(), healing.asks), (0, false));
    assert_eq!(lost(&store, &agent).await, 0);
    let told = store.changes(Some(&agent.id()), 9).await.unwrap();
    let [change] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((change.kind.as_str(), change.after.as_deref()), ("package", Some("3.0.99-1~deb12u9")));
}
