//! How a connection to the collector is secured: TLS 1.2 or 1.3, one root, time as an argument.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::identity::tls::Pair;

/// The time that certificates are checked against: what the caller said last.
#[derive(Debug, Default)]
pub(super) struct GivenTime(AtomicI64);

impl GivenTime {
    pub(super) fn set(&self, now: Timestamp) {
        self.0.store(now.as_second(), Ordering::Relaxed);
    }
}

impl TimeProvider for GivenTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.load(Ordering::Relaxed)).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}

/// No certificate of the collector is the CA that the token names.
#[derive(Debug)]
pub(super) struct NotPinned;

impl fmt::Display for NotPinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "yang menjawab bukan kolektor pembuat token ini; periksa alamatnya, atau mintalah token baru",
        )
    }
}

impl std::error::Error for NotPinned {}

/// Trusts the CA whose certificate has the digest that the token names, once the collector presents it;
/// everything else is checked as usual.
#[derive(Debug)]
struct Pinned {
    ca: Digest,
    provider: Arc<CryptoProvider>,
}

/// A connection for the first contact: the CA is the one that the token names.
pub(super) fn pinned(ca: Digest, time: Arc<GivenTime>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Pinned { ca, provider: Arc::clone(&provider) });
    let config = ClientConfig::builder_with_details(provider, time)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(finish(config))
}

/// A connection to the collector whose CA is known; with `pair`, the agent shows its certificate.
pub(super) fn known(
    ca: CertificateDer<'static>,
    pair: Option<&Pair>,
    time: Arc<GivenTime>,
) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(ca)?;
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_details(provider, time)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let config = match pair {
        None => config.with_no_client_auth(),
        Some(pair) => {
            let key = pair.key().map_err(|error| rustls::Error::General(error.to_string()))?;
            config.with_client_auth_cert(vec![pair.certificate.clone()], key.into())?
        }
    };
    Ok(finish(config))
}

fn finish(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // One collector: the default keeps room for 256.
    config.resumption = Resumption::in_memory_sessions(2);
    config
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut presented = intermediates.iter().chain([end_entity]);
        let ca = presented.find(|certificate| Digest::of(certificate) == self.ca);
        let ca = ca.ok_or_else(|| CertificateError::Other(OtherError(Arc::new(NotPinned))))?;
        let mut roots = RootCertStore::empty();
        roots.add(ca.clone().into_owned())?;
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
                .build()
                .map_err(|error| rustls::Error::General(error.to_string()))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
