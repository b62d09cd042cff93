//! A server is enrolled, reports, and an officer finds it: what it is, what runs on it, what changed.

use patuh_collector::store::ServerFilter;
use patuh_protocol::receipt::Leaf;
use patuh_protocol::report::Reading;
use patuh_tests::{Agent, Collector};

use crate::on_both_stores;

on_both_stores!(a_report_goes_the_whole_way, an_upgrade_is_a_change, a_duplicate_gets_the_same_receipt);

async fn a_report_goes_the_whole_way(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    let answers = agent.report().send().await.unwrap();
    let [answer] = answers.as_slice() else { panic!("{} answers", answers.len()) };

    let store = collector.store().await;
    let leaf = store.leaf(answer.receipt.index).await.unwrap().unwrap();
    let Leaf::Report(report) = leaf.leaf else { panic!("no report at {}", answer.receipt.index) };
    assert_eq!((report.agent, report.sequence), (agent.id(), 1));
    assert_eq!(report.received_at, collector.clock.now());

    // By which way it came: the address that the collector saw, not one that the host tells.
    let came: Vec<_> = store.arrivals_of(&agent.id()).await.unwrap();
    let [from] = came.as_slice() else { panic!("{came:?}") };
    assert!(from.address.is_loopback() && from.last_at == collector.clock.now(), "{from:?}");

    let read = agent.read();
    let server = store.server(&agent.id()).await.unwrap().unwrap();
    assert_eq!(server.office.as_str(), "dinkes");
    assert_eq!(server.last_report, Some(collector.clock.now()));
    assert!(!server.hostname.is_empty() && server.packages > 0);
    let sections = store.sections(&agent.id()).await.unwrap();
    assert_eq!(sections.len(), read.sections.len());
    let packages = sections.into_iter().find(|section| section.sensor == "packages/dpkg").unwrap();
    let Some(Reading::Packages(packages)) = packages.value.map(|value| value.reading) else {
        panic!("no packages")
    };
    assert!(packages.iter().any(|package| package.name == "openssl"), "{packages:?}");

    let found = |words: &str| ServerFilter { search: Some(words.to_owned()), ..ServerFilter::default() };
    assert_eq!(store.servers(&found(&server.hostname)).await.unwrap(), vec![server]);
    assert_eq!(store.servers(&found("tidak-ada-server-ini")).await.unwrap(), vec![]);
}

async fn an_upgrade_is_a_change(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    agent.report().send().await.unwrap();
    let store = collector.store().await;
    assert_eq!(store.changes(None, 10).await.unwrap(), vec![], "a first report changes nothing");

    collector.clock.forward_hours(24);
    agent.upgrade("openssl", "3.0.99-1~deb12u9");
    agent.report().send().await.unwrap();
    let changes = store.changes(Some(&agent.id()), 10).await.unwrap();
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((change.kind.as_str(), change.after.as_deref()), ("package", Some("3.0.99-1~deb12u9")));
    assert!(change.subject.starts_with("openssl") && change.before.is_some());
    assert_eq!(change.at, collector.clock.now());
}

async fn a_duplicate_gets_the_same_receipt(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    agent.report();
    let (_, sealed) = agent.spool().oldest().unwrap().unwrap();
    let first = agent.uplink().send(&sealed, collector.clock.now()).await.unwrap();
    let size = collector.store().await.size().await.unwrap();

    collector.clock.forward_hours(1);
    let again = agent.uplink().send(&sealed, collector.clock.now()).await.unwrap();
    assert_eq!(again.receipt, first.receipt);
    assert_eq!(collector.store().await.size().await.unwrap(), size, "nothing was added");
}
