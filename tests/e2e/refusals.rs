//! What is refused, with which reason, and that it costs the collector nothing.

use patuh_agent::identity::Identity;
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::Refusal;
use patuh_protocol::seal::Sealed;
use patuh_protocol::{CERTIFICATE_PATH, ENROL_PATH, REPORTS_PATH, body, limits};
use patuh_tests::{Agent, Collector, Said, Wire};

use crate::on_both_stores;

on_both_stores!(bad_reports_are_refused_with_a_reason);

/// Checks that `said` is a refusal with `status` whose reason holds `reason`.
fn check(what: &str, said: Option<Said>, status: u16, reason: &str) {
    let said = said.unwrap_or_else(|| panic!("{what}: no answer"));
    assert_eq!(said.status, status, "{what}: {}", said.text);
    let refusal: Refusal =
        serde_json::from_str(&said.text).unwrap_or_else(|_| panic!("{what}: {}", said.text));
    assert!(refusal.error.contains(reason), "{what}: {}", refusal.error);
}

async fn bad_reports_are_refused_with_a_reason(collector: Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(&collector).await;
    let other = Agent::of_host("debian12-bare").enrol(&collector).await;
    agent.report();
    let (_, good) = agent.spool().oldest().unwrap().unwrap();
    let size = collector.store().await.size().await.unwrap();
    let (key, id) = (Identity::load(&agent.state()).unwrap().unwrap(), agent.id());
    let sealed = |body| Sealed::new(key.key(), id.clone(), 1, collector.clock.now(), body);

    let mine = Wire::of(&agent, &collector);
    check("rubbish", mine.post(REPORTS_PATH, b"halo".to_vec()).await, 400, "tidak dapat dibaca");
    check(
        "no JSON",
        mine.post(REPORTS_PATH, sealed(packed(b"[1]")).to_bytes()).await,
        400,
        "tidak dapat dibaca",
    );
    let unsigned = Sealed { signature: [0; 64], ..Sealed::parse(&good).unwrap() };
    check("unsigned", mine.post(REPORTS_PATH, unsigned.to_bytes()).await, 403, "tanda tangan");
    let foreign = Sealed::new(other.identity().key(), agent.id(), 1, collector.clock.now(), packed(b"{}"));
    check("another's signature", mine.post(REPORTS_PATH, foreign.to_bytes()).await, 403, "tanda tangan");
    let bomb = sealed(packed(&vec![b' '; limits::MAX_OPENED + 1]));
    check("a bomb", mine.post(REPORTS_PATH, bomb.to_bytes()).await, 413, "melebihi");
    check("a path", mine.get("/v1/lain").await, 404, "tidak ada");
    // A body that is refused before it is read whole may cost the connection too.
    if let Some(said) = mine.post(REPORTS_PATH, vec![b'a'; limits::MAX_SEALED + 1]).await {
        check("a giant", Some(said), 413, "melebihi");
    }

    let stranger = Wire::nobody(&collector);
    check("no certificate", stranger.post(REPORTS_PATH, good.clone()).await, 401, "sertifikat");
    check("no request", stranger.post(ENROL_PATH, b"{}".to_vec()).await, 400, "tidak dapat dibaca");
    check("no request", stranger.post(CERTIFICATE_PATH, b"{}".to_vec()).await, 400, "tidak dapat dibaca");
    let theirs = Wire::of(&other, &collector);
    check(
        "another's certificate",
        theirs.post(REPORTS_PATH, good.clone()).await,
        403,
        "sertifikat bukan milik",
    );
    assert_eq!(collector.store().await.size().await.unwrap(), size, "nothing came into the ledger");

    agent.send().await.unwrap();
    let taken = sealed(body::pack(&agent.read()).unwrap());
    assert_ne!(taken.body_digest, Digest::of(&Sealed::parse(&good).unwrap().body));
    check("a number twice", mine.post(REPORTS_PATH, taken.to_bytes()).await, 409, "nomor laporan");
}

fn packed(text: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(text, 9).unwrap()
}
