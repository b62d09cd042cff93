//! A client that sends what no agent would: for everything that must be refused.

use std::path::Path;
use std::sync::Arc;

use patuh_agent::identity::tls::Pair;
use reqwest::Client;
use rustls::RootCertStore;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::agent::Agent;
use crate::collector::Collector;

/// Connections to a collector, kept open as an agent keeps its own.
pub struct Wire {
    client: Client,
    url: String,
}

/// What the collector said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

impl Wire {
    /// Connections without a client certificate.
    ///
    /// # Panics
    /// When they cannot be set up.
    #[must_use]
    pub fn nobody(collector: &Collector) -> Self {
        let config = trusting(collector).with_no_client_auth();
        Self::with(config, collector)
    }

    /// Connections that show `agent`'s certificate.
    ///
    /// # Panics
    /// When they cannot be set up.
    #[must_use]
    pub fn of(agent: &Agent, collector: &Collector) -> Self {
        Self::of_state(&agent.state(), collector)
    }

    /// Connections that show the certificate of the agent whose state directory is `state`.
    ///
    /// # Panics
    /// When they cannot be set up.
    #[must_use]
    pub fn of_state(state: &Path, collector: &Collector) -> Self {
        let pair = Pair::load(state).expect("a certificate");
        let key = pair.key().expect("its key").into();
        let config = trusting(collector).with_client_auth_cert(vec![pair.certificate], key);
        Self::with(config.expect("a sound pair"), collector)
    }

    fn with(config: rustls::ClientConfig, collector: &Collector) -> Self {
        let client = Client::builder().tls_backend_preconfigured(config).no_proxy().build();
        Self { client: client.expect("a client"), url: collector.url() }
    }

    /// Posts `body` to `path`; `None` when the connection was closed instead of an answer.
    pub async fn post(&self, path: &str, body: Vec<u8>) -> Option<Said> {
        let sent = self.client.post(format!("{}{path}", self.url)).body(body).send().await;
        Self::said(sent).await
    }

    /// Asks for `path`.
    pub async fn get(&self, path: &str) -> Option<Said> {
        let sent = self.client.get(format!("{}{path}", self.url)).send().await;
        Self::said(sent).await
    }

    async fn said(sent: reqwest::Result<reqwest::Response>) -> Option<Said> {
        let response = sent.ok()?;
        let status = response.status().as_u16();
        Some(Said { status, text: response.text().await.ok()? })
    }
}

fn trusting(
    collector: &Collector,
) -> rustls::ConfigBuilder<rustls::ClientConfig, rustls::client::WantsClientCert> {
    let provider = Arc::new(default_provider());
    let time = Arc::new(collector.clock.clone());
    let builder =
        rustls::ClientConfig::builder_with_details(provider, time).with_safe_default_protocol_versions();
    builder.expect("protocol versions").with_root_certificates(ca(&collector.state().join("ca.crt")))
}

fn ca(path: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(path).expect("the CA's certificate")).expect("a sound one");
    roots
}
