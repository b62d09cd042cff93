//! The whole collector in one process, spoken to over real sockets by a client made by hand.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use patuh_collector::clock::Clock;
use patuh_collector::config::Config;
use patuh_collector::{Collector, Error, Premises, identity};
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use patuh_protocol::id::AgentId;
use patuh_protocol::receipt::{Answer, Leaf};
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use patuh_protocol::{CERTIFICATE_PATH, ENROL_PATH, REPORTS_PATH, body};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::time_provider::TimeProvider;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const NOW: &str = "2026-11-22T03:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn clock() -> Clock {
    Arc::new(now)
}

/// A configuration on free ports, in a directory of its own.
fn config(dir: &TempDir) -> Config {
    let shipped = include_str!("../../../config/collector.toml");
    let mut config = Config::parse("collector.toml", shipped).unwrap();
    config.state = dir.path().join("state");
    config.packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/packs");
    config.agents.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.web.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config
}

/// An agent made by hand.
struct Agent {
    key: Ed25519KeyPair,
    tls: KeyPair,
}

/// What the collector said: status and body.
type Said = (u16, String);

impl Agent {
    fn new(seed: u8) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        Self { key, tls: KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap() }
    }

    fn request(&self, token: Option<&Token>) -> String {
        let csr = CertificateParams::default().serialize_request(&self.tls).unwrap().pem().unwrap();
        serde_json::to_string(&CertificateRequest::new(&self.key, csr, token)).unwrap()
    }

    fn report(&self, sequence: u64, agent_version: &str) -> Sealed {
        let (taken_at, agent_version) = (now(), agent_version.to_owned());
        let report = Report { version: 1, agent_version, taken_at, sections: vec![], gap: None };
        let agent = AgentId::of_key(self.key.public_key().as_ref());
        Sealed::new(&self.key, agent, sequence, taken_at, body::pack(&report).unwrap())
    }
}

/// The time of the stories, for the client's side of TLS.
#[derive(Debug)]
struct Now;

impl TimeProvider for Now {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

/// A collector, and what speaks to it.
struct Story {
    dir: TempDir,
    config: Config,
    collector: Collector,
}

impl Story {
    async fn begin() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = config(&dir);
        let collector = Collector::start(config.clone(), clock()).await.unwrap();
        Self { dir, config, collector }
    }

    async fn premises(&self) -> Premises {
        Premises::open(self.config.clone(), clock()).await.unwrap()
    }

    async fn token(&self) -> Token {
        let premises = self.premises().await;
        let office = "dinkes".parse().unwrap();
        let token = identity::enrolment::token(office, premises.authority.digest()).unwrap();
        let secret = Digest::of(token.secret.as_bytes());
        let expires = now() + jiff::SignedDuration::from_hours(1);
        premises.store.add_token(&token.id, secret, &token.office, None, now(), expires).await.unwrap();
        token
    }

    async fn enrol(&self, agent: &Agent) -> Grant {
        let token = self.token().await;
        let (status, body) = self.post(ENROL_PATH, agent.request(Some(&token)).as_bytes(), None).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Posts `body`, showing the certificate of `shown`.
    async fn post(&self, path: &str, body: &[u8], shown: Option<(&Agent, &Grant)>) -> Said {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let stream = TcpStream::connect(self.collector.agents_addr()).await.unwrap();
        let connector = TlsConnector::from(Arc::new(self.tls(shown)));
        let name = ServerName::try_from(self.config.agents.hosts[0].clone()).unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        exchange(stream, &[head.as_bytes(), body].concat()).await
    }

    fn tls(&self, shown: Option<(&Agent, &Grant)>) -> rustls::ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.config.state.join("ca.crt")).unwrap()).unwrap();
        let builder = rustls::ClientConfig::builder_with_details(Arc::new(default_provider()), Arc::new(Now));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let Some((agent, grant)) = shown else { return builder.with_no_client_auth() };
        let chain = vec![CertificateDer::from_pem_slice(grant.certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::try_from(agent.tls.serialize_der()).unwrap();
        builder.with_client_auth_cert(chain, key).unwrap()
    }
}

/// Sends a request and reads to the end.
async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> Said {
    // A refusal may come before all is written.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, body.to_owned())
}

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
    std::fs::remove_file(story.config.state.join("ledger.key")).unwrap();
    let started = Collector::start(story.config.clone(), clock()).await;
    assert!(matches!(started, Err(Error::OtherLedgerKey)));
}
