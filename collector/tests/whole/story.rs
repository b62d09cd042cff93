//! A collector in this process and a client made by hand.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use patuh_collector::clock::Clock;
use patuh_collector::config::Config;
use patuh_collector::{Collector, Premises, identity};
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use patuh_protocol::id::AgentId;
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use patuh_protocol::{ENROL_PATH, body};
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

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(crate) fn clock() -> Clock {
    Arc::new(now)
}

/// A configuration on free ports, in a directory of its own.
pub(crate) fn config(dir: &TempDir) -> Config {
    let shipped = include_str!("../../../config/collector.toml");
    let mut config = Config::parse("collector.toml", shipped).unwrap();
    config.state = dir.path().join("state");
    config.packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/packs");
    config.agents.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.web.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config
}

/// An agent made by hand.
pub(crate) struct Agent {
    key: Ed25519KeyPair,
    tls: KeyPair,
}

/// What the collector said: status and body.
pub(crate) type Said = (u16, String);

impl Agent {
    pub(crate) fn new(seed: u8) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        Self { key, tls: KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap() }
    }

    pub(crate) fn request(&self, token: Option<&Token>) -> String {
        let csr = CertificateParams::default().serialize_request(&self.tls).unwrap().pem().unwrap();
        serde_json::to_string(&CertificateRequest::new(&self.key, csr, token)).unwrap()
    }

    pub(crate) fn report(&self, sequence: u64, agent_version: &str) -> Sealed {
        let (taken_at, agent_version) = (now(), agent_version.to_owned());
        let report = Report { version: 1, agent_version, taken_at, sections: vec![], gap: None, base: None };
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
pub(crate) struct Story {
    pub(crate) dir: TempDir,
    pub(crate) config: Config,
    pub(crate) collector: Collector,
}

impl Story {
    pub(crate) async fn begin() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = config(&dir);
        let collector = Collector::start(config.clone(), clock()).await.unwrap();
        Self { dir, config, collector }
    }

    pub(crate) async fn premises(&self) -> Premises {
        Premises::open(self.config.clone(), clock()).await.unwrap()
    }

    pub(crate) async fn token(&self) -> Token {
        let premises = self.premises().await;
        let office = "dinkes".parse().unwrap();
        let token = identity::enrolment::token(office, premises.authority.digest()).unwrap();
        let secret = Digest::of(token.secret.as_bytes());
        let expires = now() + jiff::SignedDuration::from_hours(1);
        premises.store.add_token(&token.id, secret, &token.office, None, now(), expires).await.unwrap();
        token
    }

    pub(crate) async fn enrol(&self, agent: &Agent) -> Grant {
        let token = self.token().await;
        let (status, body) = self.post(ENROL_PATH, agent.request(Some(&token)).as_bytes(), None).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Posts `body`, showing the certificate of `shown`.
    pub(crate) async fn post(&self, path: &str, body: &[u8], shown: Option<(&Agent, &Grant)>) -> Said {
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

    pub(crate) fn tls(&self, shown: Option<(&Agent, &Grant)>) -> rustls::ClientConfig {
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
pub(crate) async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> Said {
    // A refusal may come before all is written.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, body.to_owned())
}
