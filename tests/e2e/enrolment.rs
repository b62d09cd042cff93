//! Who may speak: tokens, certificates, revocation, and clocks that are wrong.

use patuh_protocol::REPORTS_PATH;
use patuh_tests::{Agent, Collector, Wire};

use crate::on_both_stores;

on_both_stores!(
    a_token_serves_one_key,
    a_revoked_agent_is_refused_at_once,
    an_expired_certificate_recovers,
    a_wrong_clock_costs_nothing,
);

async fn a_token_serves_one_key(collector: Collector) {
    let token = collector.token("dinkes").await;
    let first = Agent::of_host("debian12-bare").enrol_with(&collector, &token).await.unwrap();
    let refused = Agent::of_host("debian12-bare").enrol_with(&collector, &token).await.err().unwrap();
    assert!(refused.to_string().contains("token"), "{refused}");

    // The same key may come again: an answer that was lost costs no token.
    let again = first.enrol_again(&collector, &token).await;
    again.unwrap().report().send().await.unwrap();

    collector.clock.forward_hours(24 * 30);
    let late = collector.token("dinkes").await;
    collector.clock.forward_hours(24 * 30);
    let refused = Agent::of_host("debian12-bare").enrol_with(&collector, &late).await.err().unwrap();
    assert!(refused.to_string().contains("token"), "{refused}");
}

async fn a_revoked_agent_is_refused_at_once(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    agent.report();
    let (_, sealed) = agent.spool().oldest().unwrap().unwrap();
    let open = Wire::of(&agent, &collector);
    assert_eq!(open.post(REPORTS_PATH, sealed.clone()).await.unwrap().status, 200);

    collector.store().await.set_active(&agent.id(), false).await.unwrap();
    let said = open.post(REPORTS_PATH, sealed).await.unwrap();
    assert_eq!(said.status, 403, "on the connection that was open before");
    assert!(said.text.contains("dinonaktifkan"), "{}", said.text);
    collector.clock.forward_hours(24 * 8);
    assert!(agent.renew().await.is_err(), "and gets no new certificate");
}

async fn an_expired_certificate_recovers(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    agent.report().send().await.unwrap();

    collector.clock.forward_hours(24 * 30);
    let mut agent = agent.reboot();
    assert!(agent.renew().await.unwrap(), "a month is longer than a certificate lives");
    let answers = agent.report().send().await.unwrap();
    assert_eq!(answers.len(), 1);
    assert!(!agent.renew().await.unwrap(), "a fresh one is kept");
    collector.clock.forward_hours(24 * 4);
    assert!(agent.renew().await.unwrap(), "past half of its life");
}

async fn a_wrong_clock_costs_nothing(collector: Collector) {
    for hours in [-24 * 365 * 10, -20, 20] {
        let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
        agent.clock_jumps(hours);
        agent.report().send().await.unwrap();
        let store = collector.store().await;
        let server = store.server(&agent.id()).await.unwrap().unwrap();
        assert_eq!(server.last_report, Some(collector.clock.now()), "{hours} h: by the collector's clock");
        let [report] = &store.reports_of(&agent.id(), 5).await.unwrap()[..] else { panic!("one report") };
        let patuh_protocol::receipt::Leaf::Report(leaf) = &report.leaf else { panic!("a report") };
        assert_eq!(leaf.taken_at, agent.now(), "{hours} h: the host's clock is kept too");
    }
    let token = collector.token("dinkes").await;
    let host = Agent::of_host("debian12-bare").hours_ahead(24 * 365 * 10);
    let error = host.enrol_with(&collector, &token).await.err().unwrap();
    assert!(error.to_string().contains("jam"), "a clock ten years ahead is named as the cause: {error}");
}
