//! TLS of the two listeners: ring, no session tickets, no resumption: each connection is checked anew.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring::default_provider;
use rustls::server::{NoServerSessionStorage, ServerConfig, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::time_provider::TimeProvider;
use rustls::{RootCertStore, version};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

use super::Error;
use crate::clock::Clock;
use crate::config::PemFiles;
use crate::identity::listener::ListenerCertificate;
use crate::identity::{self, Authority};

/// The agents' side: TLS 1.3 only. A client certificate is checked against the own CA when one is shown;
/// routes that need one refuse requests without (enrolment has none yet).
pub(super) fn agents(
    authority: &Authority,
    certificate: ListenerCertificate,
    clock: Clock,
) -> Result<ServerConfig, identity::Error> {
    let provider = Arc::new(default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate().clone())?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .allow_unauthenticated()
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))?;
    let builder = ServerConfig::builder_with_details(provider, Arc::new(Time(clock)));
    let builder = builder.with_protocol_versions(&[&version::TLS13])?;
    let config = builder.with_client_cert_verifier(verifier).with_cert_resolver(Arc::new(certificate));
    Ok(without_resumption(config))
}

/// The people's side, with a certificate of the own CA.
pub(super) fn web(certificate: ListenerCertificate) -> Result<ServerConfig, identity::Error> {
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_no_client_auth();
    Ok(without_resumption(builder.with_cert_resolver(Arc::new(certificate))))
}

/// The people's side, with a certificate that was given.
pub(super) fn web_with(files: &PemFiles) -> Result<ServerConfig, Error> {
    let key = load(files).map_err(|what| Error::Certificate {
        certificate: files.certificate.clone(),
        key: files.key.clone(),
        what,
    })?;
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(identity::Error::from)?;
    let resolver = Arc::new(SingleCertAndKey::from(key));
    Ok(without_resumption(builder.with_no_client_auth().with_cert_resolver(resolver)))
}

fn load(files: &PemFiles) -> Result<CertifiedKey, String> {
    let chain = CertificateDer::pem_file_iter(&files.certificate).map_err(|error| error.to_string())?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    if chain.is_empty() {
        return Err("berkas sertifikat tidak memuat satu sertifikat pun".to_owned());
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| error.to_string())?;
    CertifiedKey::from_der(chain, key, &default_provider()).map_err(|error| error.to_string())
}

fn without_resumption(mut config: ServerConfig) -> ServerConfig {
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// The clock, as certificates are checked by it.
struct Time(Clock);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Time")
    }
}
