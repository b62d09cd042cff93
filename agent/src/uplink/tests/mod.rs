mod collector;

use std::fs;
use std::time::Duration;

use patuh_protocol::receipt::Answer;
use tempfile::TempDir;

use self::collector::{Collector, Response};
use super::*;

const NOW: &str = "2026-11-22T03:00:00Z";

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A host that is enrolled with a collector.
struct Host {
    dir: TempDir,
    collector: Arc<Collector>,
}

impl Host {
    async fn enrolled() -> Self {
        let (dir, collector) = (tempfile::tempdir().unwrap(), Collector::new());
        let url = collector.listen("127.0.0.1").await;
        enrol(dir.path(), &url, &collector.token(), time(NOW)).await.unwrap();
        Self { dir, collector }
    }

    fn uplink(&self) -> Uplink {
        Uplink::open(self.dir.path()).unwrap()
    }

    fn sealed(&self, sequence: u64) -> Vec<u8> {
        let identity = Identity::load(self.dir.path()).unwrap().unwrap();
        Sealed::new(identity.key(), identity.agent(), sequence, time(NOW), b"body".to_vec()).to_bytes()
    }

    async fn send(&self, sequence: u64) -> Result<Answer, SendError> {
        self.uplink().send(&self.sealed(sequence), time(NOW)).await
    }

    fn answers(&self, response: Response) {
        *self.collector.instead.lock().unwrap() = Some(response);
    }

    fn checkpoint(&self) -> Option<String> {
        fs::read_to_string(self.dir.path().join(CHECKPOINT)).ok()
    }
}

async fn refused_enrolment(url: &str, token_of: &Collector, at: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let error = enrol(dir.path(), url, &token_of.token(), time(at)).await.unwrap_err().to_string();
    assert!(Enrolment::load(dir.path()).unwrap().is_none(), "nothing is kept of it");
    error
}

#[tokio::test]
async fn enrolling_again_with_the_same_key_is_harmless() {
    let (dir, collector) = (tempfile::tempdir().unwrap(), Collector::new());
    assert!(matches!(Uplink::open(dir.path()), Err(Error::NotEnrolled)));
    let url = collector.listen("127.0.0.1").await;
    let first = enrol(dir.path(), &url, &collector.token(), time(NOW)).await.unwrap();
    let second = enrol(dir.path(), &url, &collector.token(), time(NOW)).await.unwrap();
    assert_eq!((&first.agent, &first.ledger), (&second.agent, &second.ledger));
    assert_eq!(first.agent, Identity::load(dir.path()).unwrap().unwrap().agent());
    Uplink::open(dir.path()).unwrap();
}

#[tokio::test]
async fn a_collector_that_is_not_the_tokens_is_refused() {
    let (other, collector) = (Collector::new(), Collector::new());
    let url = other.listen("127.0.0.1").await;
    let error = refused_enrolment(&url, &collector, NOW).await;
    assert!(error.contains("bukan kolektor pembuat token ini"), "{error}");
    assert!(other.seen.lock().unwrap().is_empty(), "the token was not shown to it");
}

#[tokio::test]
async fn a_certificate_for_another_host_or_another_time_is_refused() {
    let collector = Collector::new();
    let url = collector.listen("lain.contoh.go.id").await;
    let error = refused_enrolment(&url, &collector, NOW).await;
    assert!(error.contains("tidak tercantum dalam sertifikat"), "{error}");
    let url = collector.listen("127.0.0.1").await;
    let error = refused_enrolment(&url, &collector, "1970-01-01T00:10:00Z").await;
    assert!(error.contains("belum berlaku menurut jam server ini"), "{error}");
    let error = refused_enrolment(&url, &collector, "2036-01-01T00:00:00Z").await;
    assert!(error.contains("sudah kedaluwarsa menurut jam server ini"), "{error}");
    assert!(collector.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_collector_that_does_not_answer_is_said_in_words() {
    let collector = Collector::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = refused_enrolment(&format!("https://127.0.0.1:{port}"), &collector, NOW).await;
    assert!(error.contains("sambungan ditolak"), "{error}");
}

#[tokio::test]
async fn a_report_is_handed_in_with_the_agents_certificate_and_its_receipt_is_kept() {
    let host = Host::enrolled().await;
    let answer = host.send(1).await.unwrap();
    assert_eq!(receipt(host.dir.path()).unwrap(), Some(answer.receipt));
    assert_eq!(host.checkpoint(), Some(answer.checkpoint));
    for sequence in 2..6 {
        assert_eq!(host.send(sequence).await.unwrap().receipt.index, sequence - 1);
    }
    let seen = host.collector.seen.lock().unwrap();
    assert_eq!((seen[0].0.as_str(), seen[0].1), ("/v1/enrol", false));
    assert!(seen.iter().skip(1).all(|(path, shown)| path == "/v1/reports" && *shown));
}

#[tokio::test]
async fn failures_are_sorted_and_the_collectors_words_are_given_on() {
    let host = Host::enrolled().await;
    let refusal = || br#"{"error":"agen ini dinonaktifkan"}"#.to_vec();
    host.answers(Response(403, "", refusal()));
    let error = host.send(1).await.unwrap_err();
    assert!(
        matches!(&error, SendError::Refused { status: 403, what } if what == "agen ini dinonaktifkan"),
        "{error}"
    );
    host.answers(Response(409, "", refusal()));
    assert!(matches!(host.send(1).await, Err(SendError::Rejected { status: 409, .. })));
    host.answers(Response(503, "retry-after: 17\r\n", Vec::new()));
    let error = host.send(1).await.unwrap_err();
    let asked = Some(Duration::from_secs(17));
    assert!(matches!(&error, SendError::Transient { retry_after, .. } if *retry_after == asked), "{error}");
    host.answers(Response(200, "", vec![b' '; patuh_protocol::limits::MAX_ANSWER + 1]));
    assert!(matches!(host.send(1).await, Err(SendError::Refused { status: 200, .. })));
    host.answers(Response(302, "location: https://127.0.0.1/\r\n", Vec::new()));
    assert!(matches!(host.send(1).await, Err(SendError::Refused { status: 302, .. })));
    assert_eq!(host.checkpoint(), None);
}

#[tokio::test]
async fn a_receipt_of_another_report_is_refused() {
    let host = Host::enrolled().await;
    let other = host.collector.take(&Sealed::parse(&host.sealed(7)).unwrap(), None);
    host.answers(Response(200, "", serde_json::to_vec(&other).unwrap()));
    let error = host.send(1).await.unwrap_err();
    assert!(matches!(error, SendError::Unproven(patuh_protocol::receipt::NoProof::OtherReport)), "{error}");
    assert_eq!(host.checkpoint(), None);
}

#[tokio::test]
async fn a_rewritten_or_shortened_ledger_is_an_alarm() {
    let host = Host::enrolled().await;
    for sequence in 1..4 {
        host.send(sequence).await.unwrap();
    }
    let before = host.checkpoint();
    let rewrite = |change: fn(&mut Vec<String>)| change(&mut host.collector.leaves.lock().unwrap());
    let honest = host.collector.leaves.lock().unwrap().clone();
    for change in [(|leaves| leaves[1].push(' ')) as fn(&mut Vec<String>), |leaves| leaves.truncate(1)] {
        rewrite(change);
        let error = host.send(4).await.unwrap_err();
        assert!(error.to_string().contains("riwayat buku bukti di kolektor berubah"), "{error}");
        assert_eq!(host.checkpoint(), before, "what was proved before is kept");
        host.collector.leaves.lock().unwrap().clone_from(&honest);
    }
    host.send(4).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_stands_at_1970_hinders_nothing_and_one_ahead_fails_closed() {
    let host = Host::enrolled().await;
    let mut uplink = host.uplink();
    uplink.send(&host.sealed(1), Timestamp::UNIX_EPOCH).await.unwrap();
    assert!(!uplink.renew_if_due(Timestamp::UNIX_EPOCH).await.unwrap());
    let error = uplink.send(&host.sealed(2), time("2036-11-22T00:00:00Z")).await.unwrap_err();
    assert!(error.to_string().contains("kedaluwarsa menurut jam server ini"), "{error}");
}

#[tokio::test]
async fn a_certificate_is_renewed_at_half_its_life_even_when_it_has_expired() {
    let host = Host::enrolled().await;
    let key = || fs::read_to_string(host.dir.path().join("tls.pem")).unwrap();
    let mut uplink = host.uplink();
    let due = uplink.renewal();
    assert!((time("2026-11-22T04:00:00Z")..time("2026-11-23T20:00:00Z")).contains(&due), "{due}");
    let before = key();
    assert!(!uplink.renew_if_due(due - SignedDuration::from_secs(1)).await.unwrap());
    assert_eq!(key(), before);
    assert!(uplink.renew_if_due(due).await.unwrap());
    assert_ne!(key(), before, "a fresh key");
    assert!(uplink.renew_if_due(time("2026-12-24T00:00:00Z")).await.unwrap(), "expired");
    assert_eq!(host.collector.seen.lock().unwrap().last(), Some(&("/v1/certificate".into(), false)));
    uplink.send(&host.sealed(1), time(NOW)).await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_got_lost_is_fetched_again() {
    let host = Host::enrolled().await;
    let path = host.dir.path().join("tls.pem");
    for torn in [None, Some(b"torn")] {
        fs::remove_file(&path).unwrap();
        torn.into_iter().for_each(|torn| durable::write(&path, torn).unwrap());
        let mut uplink = host.uplink();
        assert!(uplink.renew_if_due(time(NOW)).await.unwrap());
        uplink.send(&host.sealed(1), time(NOW)).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_for_another_key_changes_nothing() {
    let host = Host::enrolled().await;
    let grant = Enrolment::load(host.dir.path()).unwrap().unwrap().grant;
    host.answers(Response(200, "", serde_json::to_vec(&grant).unwrap()));
    let mut uplink = host.uplink();
    let error = uplink.renew_if_due(time("2026-11-25T00:00:00Z")).await.unwrap_err();
    assert!(error.to_string().contains("bukan milik kunci TLS ini"), "{error}");
    Pair::load(host.dir.path()).unwrap();
}

#[tokio::test]
async fn enrolling_with_another_ledger_lays_the_old_checkpoint_aside() {
    let host = Host::enrolled().await;
    host.send(1).await.unwrap();
    let old = host.checkpoint();
    let mut enrolment = Enrolment::load(host.dir.path()).unwrap().unwrap();
    enrolment.grant.ledger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".into();
    durable::write(&host.dir.path().join("enrolment.json"), &serde_json::to_vec(&enrolment).unwrap())
        .unwrap();
    assert!(matches!(Uplink::open(host.dir.path()), Err(Error::Checkpoint(_))));
    let url = host.collector.listen("127.0.0.1").await;
    enrol(host.dir.path(), &url, &host.collector.token(), time(NOW)).await.unwrap();
    assert_eq!(host.checkpoint(), None);
    assert_eq!(fs::read_to_string(host.dir.path().join("checkpoint.before")).ok(), old);
    host.send(2).await.unwrap();
}
