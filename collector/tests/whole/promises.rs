//! What the whole promises to agents, people and its administrator.

use std::sync::Arc;

use patuh_collector::{Collector, Error, identity};
use patuh_protocol::receipt::{Answer, Leaf};
use patuh_protocol::{CERTIFICATE_PATH, ENROL_PATH, REPORTS_PATH};
use rustls_pki_types::ServerName;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::story::{Agent, Story, clock, config, exchange};

#[tokio::test]
async fn a_report_gets_its_receipt_and_the_same_one_again() {
    let story = Story::begin().await;
    let agent = Agent::new(1);
    let grant = story.enrol(&agent).await;
    let sealed = agent.report(1, "0.1.0");
    let verifier = grant.ledger.parse().unwrap();
    let mut receipts = vec![];
    for _ in 0..2 {
        let (status, body) = story.post(REPORTS_PATH, &sealed.to_bytes(), Some((&agent, &grant))).await;
        assert_eq!(status, 200, "{body}");
        let answer: Answer = serde_json::from_str(&body).unwrap();
        answer.verify(&sealed, None, &verifier).unwrap();
        receipts.push(answer.receipt);
    }
    assert_eq!(receipts[0], receipts[1]);
    let other = agent.report(1, "0.2.0").to_bytes();
    let (status, _) = story.post(REPORTS_PATH, &other, Some((&agent, &grant))).await;
    assert_eq!(status, 409, "the same number with other content");
    let premises = story.premises().await;
    story.collector.stop().await;
    let verified = premises.store.verify(&verifier, &[receipts[0].checkpoint.clone()]).await.unwrap();
    assert_eq!(verified.fault, None);
    assert_eq!(verified.size, 3, "started, enrolled, reported");
}

#[tokio::test]
async fn who_does_not_belong_is_refused() {
    let story = Story::begin().await;
    let (agent, other) = (Agent::new(1), Agent::new(2));
    let grant = story.enrol(&agent).await;
    let others = story.enrol(&other).await;
    let sealed = agent.report(1, "0.1.0").to_bytes();
    assert_eq!(story.post(REPORTS_PATH, &sealed, None).await.0, 401);
    assert_eq!(story.post(REPORTS_PATH, &sealed, Some((&other, &others))).await.0, 403);
    assert_eq!(story.post(REPORTS_PATH, &vec![b'a'; 2 << 20], Some((&agent, &grant))).await.0, 413);
    assert_eq!(story.post(REPORTS_PATH, b"hello", Some((&agent, &grant))).await.0, 400);
    assert_eq!(story.post("/v1/rahasia", b"", Some((&agent, &grant))).await.0, 404);
    story.premises().await.store.set_active(&grant.agent, false).await.unwrap();
    assert_eq!(story.post(REPORTS_PATH, &sealed, Some((&agent, &grant))).await.0, 403);
    assert_eq!(story.post(CERTIFICATE_PATH, agent.request(None).as_bytes(), None).await.0, 403);
    story.collector.stop().await;
}

#[tokio::test]
async fn a_token_serves_one_key_however_often() {
    let story = Story::begin().await;
    let token = story.token().await;
    let (agent, thief) = (Agent::new(1), Agent::new(2));
    for _ in 0..2 {
        assert_eq!(story.post(ENROL_PATH, agent.request(Some(&token)).as_bytes(), None).await.0, 200);
    }
    let (status, body) = story.post(ENROL_PATH, thief.request(Some(&token)).as_bytes(), None).await;
    assert_eq!(status, 403);
    assert!(body.contains("token sudah dipakai"), "{body}");
    assert_eq!(story.post(ENROL_PATH, thief.request(None).as_bytes(), None).await.0, 400);
    assert_eq!(story.post(CERTIFICATE_PATH, thief.request(None).as_bytes(), None).await.0, 403);
    assert_eq!(story.post(CERTIFICATE_PATH, agent.request(None).as_bytes(), None).await.0, 200);
    let with_token = agent.request(Some(&token));
    assert_eq!(story.post(CERTIFICATE_PATH, with_token.as_bytes(), None).await.0, 400);
    story.collector.stop().await;
}

#[tokio::test]
async fn starting_is_recorded_and_the_first_login_is_made_once() {
    let story = Story::begin().await;
    let file = story.config.state.join("first-login.txt");
    let first = std::fs::read_to_string(&file).unwrap();
    let password = first.lines().find_map(|line| line.strip_prefix("Kata sandi: ")).unwrap();
    let premises = story.premises().await;
    let admin = premises.store.user("admin").await.unwrap().unwrap();
    assert!(admin.must_change && identity::password::verify(password, &admin.password));
    let leaves = premises.store.leaves(None, 10).await.unwrap();
    assert!(matches!(&leaves[0].leaf, Leaf::Act(act) if act.act == "collector.start"));
    story.collector.stop().await;
    let again = Collector::start(story.config.clone(), clock()).await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    again.stop().await;
    drop(story.dir);
}

#[tokio::test]
async fn the_two_listeners_answer_only_their_own() {
    let story = Story::begin().await;
    let web = story.collector.web_addr();
    let ask = async |path: &str| {
        let stream = TcpStream::connect(web).await.unwrap();
        exchange(
            stream,
            format!("GET {path} HTTP/1.1\r\nhost: {web}\r\nconnection: close\r\n\r\n").as_bytes(),
        )
        .await
    };
    assert_ne!(ask(REPORTS_PATH).await.0, 200);
    assert_eq!(story.post("/masuk", b"", None).await.0, 404);
    let (status, _) = ask("/").await;
    assert!((200..400).contains(&status), "{status}");
    story.collector.stop().await;
}

#[tokio::test]
async fn another_ledger_key_is_noticed_before_anything_is_written() {
    let story = Story::begin().await;
    story.collector.stop().await;
    let key = story.config.state.join("ledger.key");
    std::fs::remove_file(&key).unwrap();
    let start = async || Collector::start(story.config.clone(), clock()).await;
    assert!(matches!(start().await, Err(Error::LostLedgerKey)));
    assert!(!key.exists(), "no new one is made");
    identity::ledger_key::load_or_create(&story.config.state).unwrap();
    assert!(matches!(start().await, Err(Error::OtherLedgerKey)));
}

#[tokio::test]
async fn a_taken_address_is_noticed_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut config = config(&dir);
    config.web.listen = taken.local_addr().unwrap();
    let started = Collector::start(config.clone(), clock()).await;
    assert!(matches!(started, Err(Error::Server(_))));
    assert!(!config.state.join("first-login.txt").exists());
    let premises = patuh_collector::Premises::open(config, clock()).await.unwrap();
    assert_eq!(premises.store.size().await.unwrap(), 0);
}

#[tokio::test]
async fn pages_beyond_this_host_are_encrypted_with_the_own_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(&dir);
    config.web.listen = "0.0.0.0:0".parse().unwrap();
    let collector = Collector::start(config.clone(), clock()).await.unwrap();
    let port = collector.web_addr().port();
    let story = Story { dir, config, collector };
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let name = ServerName::try_from(story.config.agents.hosts[0].clone()).unwrap();
    let stream = TlsConnector::from(Arc::new(story.tls(None))).connect(name, stream).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: patuh\r\nconnection: close\r\n\r\n";
    let (status, _) = exchange(stream, request).await;
    assert!((200..400).contains(&status), "{status}");
    let plain = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    assert_eq!(exchange(plain, request).await.0, 0, "nothing is said in the clear");
    story.collector.stop().await;
}
