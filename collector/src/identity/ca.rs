//! The collector's own certificate authority: a P-256 key and a certificate of ten years, made at first
//! start. Agents trust nothing else: the token pins the certificate's digest, the grant carries it whole.
//!
//! There are no revocation lists: the collector is authority and relying party in one, and asks the store
//! about the agent at every request.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PublicKeyData, SanType, SerialNumber,
};
use ring::rand::{SecureRandom, SystemRandom};
use rustls::crypto::ring::default_provider;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::error::Error;
use super::peer;
use crate::durable;

/// How long the CA's certificate lives.
const CA_LIFE: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);
/// How long an agent's certificate lives: office servers are switched off over holidays, so not a day.
pub const AGENT_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long the server's certificate lives; it is remade in memory long before.
pub const SERVER_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How far every certificate is dated back, for hosts whose clock is behind.
pub const BACKDATED: SignedDuration = SignedDuration::from_hours(24);

/// The certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// Loads `ca.key` and `ca.crt` from the state directory; makes them when neither is there. `name` is the
    /// government's name, for people who look at the certificate.
    ///
    /// # Errors
    /// [`Error::Broken`] for a file that is damaged or alone; nothing is ever overwritten.
    pub fn load_or_create(state: &Path, name: &str, now: Timestamp) -> Result<Self, Error> {
        let (key_file, certificate_file) = (state.join("ca.key"), state.join("ca.crt"));
        let key = match (read(&key_file)?, certificate_file.exists()) {
            (Some(pem), _) => KeyPair::from_pem(&pem).map_err(Error::broken(&key_file))?,
            (None, true) => return Err(Error::broken(&key_file)("ca.crt ada, tetapi ca.key tidak ada")),
            (None, false) => {
                let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
                durable::create(&key_file, key.serialize_pem().as_bytes())
                    .map_err(Error::write(&key_file))?;
                key
            }
        };
        // The key alone: a power cut came between the two files, and no certificate was given out yet.
        let pem = if let Some(pem) = read(&certificate_file)? {
            pem
        } else {
            let pem = ca_params(name, now)?.self_signed(&key)?.pem();
            durable::create(&certificate_file, pem.as_bytes()).map_err(Error::write(&certificate_file))?;
            pem
        };
        Self::new(key, pem).map_err(Error::broken(&certificate_file))
    }

    fn new(key: KeyPair, pem: String) -> Result<Self, String> {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| e.to_string())?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&certificate).map_err(|e| e.to_string())?;
        if parsed.public_key().subject_public_key.data.as_ref() != key.der_bytes() {
            return Err("sertifikat CA bukan milik ca.key".to_owned());
        }
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|e| e.to_string())?;
        Ok(Self { issuer, certificate, pem })
    }

    /// The certificate, PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate, DER.
    #[must_use]
    pub const fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The certificate's digest, which tokens pin.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.certificate)
    }

    /// A certificate for an agent's TLS key, PEM. The name is ours: from a request nothing is taken but the
    /// public key.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn agent_certificate(
        &self,
        agent: &AgentId,
        key: &impl PublicKeyData,
        now: Timestamp,
    ) -> Result<String, Error> {
        let mut params = leaf_params(agent.as_str(), AGENT_LIFE, now)?;
        let urn = peer::urn(agent).as_str().try_into()?;
        params.subject_alt_names = vec![SanType::URI(urn)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(params.signed_by(key, &self.issuer)?.pem())
    }

    /// A new key and certificate for a listener reached by `hosts`, with the CA's certificate behind it.
    ///
    /// # Errors
    /// When a host cannot stand in a certificate, or it cannot be signed.
    pub fn server_certificate(&self, hosts: &[String], now: Timestamp) -> Result<CertifiedKey, Error> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = leaf_params("Patuh", SERVER_LIFE, now)?;
        params.subject_alt_names = CertificateParams::new(hosts.to_vec())?.subject_alt_names;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = params.signed_by(&key, &self.issuer)?;
        let chain = vec![leaf.der().clone(), self.certificate.clone()];
        Ok(CertifiedKey::from_der(chain, PrivateKeyDer::from(key), &default_provider())?)
    }
}

/// Never shows the key.
impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority({})", self.digest())
    }
}

fn ca_params(name: &str, now: Timestamp) -> Result<CertificateParams, Error> {
    let mut params = leaf_params(&format!("CA Patuh {name}"), CA_LIFE, now)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = false;
    Ok(params)
}

fn leaf_params(name: &str, life: SignedDuration, now: Timestamp) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let (from, to) = (now - BACKDATED, now + life);
    let at = |time: Timestamp| {
        // Up to the year 9000: the addition of `time` would panic past 9999.
        let seconds = time.as_second().clamp(0, 221_845_392_000).unsigned_abs();
        rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(seconds)
    };
    (params.not_before, params.not_after) = (at(from), at(to));
    params.serial_number = Some(serial()?);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// A random positive serial number of 127 bits (RFC 5280 section 4.1.2.2).
fn serial() -> Result<SerialNumber, Error> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::Random)?;
    let [first, rest @ ..] = bytes;
    let serial = [&[first & 0x7f], &rest[..]].concat();
    Ok(SerialNumber::from(serial))
}

/// The text of a file; `None` when it is not there.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(Error::broken(path)(error)),
        Err(error) => Err(Error::read(path)(error)),
    }
}
