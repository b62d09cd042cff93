//! The TLS key (P-256) and its certificate.
//!
//! Each certificate comes with a fresh key. Both are kept in one PEM file, `tls.pem`, so that one rename
//! replaces them together: whatever interrupts a renewal, key and certificate belong to each other.

use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use rcgen::{CertificateParams, DnType, KeyPair, PublicKeyData};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use crate::durable;

const FILE: &str = "tls.pem";

/// A new key that has no certificate yet.
pub struct Fresh(KeyPair);

/// A key with its certificate.
pub struct Pair {
    pem: String,
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    /// From when it holds; the collector sets it back by a day against wrong clocks.
    pub not_before: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
}

/// There is no key and certificate that belong to each other.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] durable::Error),
    /// The key could not be made.
    #[error("kunci TLS tidak dapat dibuat")]
    Key(#[from] rcgen::Error),
    /// Not PEM, not a certificate, or the certificate of another key.
    #[error("sertifikat agen tidak dapat dipakai: {0}")]
    Unusable(&'static str),
}

impl Fresh {
    /// Makes a key.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn generate() -> Result<Self, Error> {
        Ok(Self(KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?))
    }

    /// A PKCS#10 request for `agent`, PEM.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn request(&self, agent: &AgentId) -> Result<String, Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, agent.as_str());
        Ok(params.serialize_request(&self.0)?.pem()?)
    }

    /// Joins the key with the certificate that was granted for it, PEM.
    ///
    /// # Errors
    /// [`Error::Unusable`] when the certificate is not this key's.
    pub fn with(self, certificate: &str) -> Result<Pair, Error> {
        Pair::parse(format!("{}{certificate}", self.0.serialize_pem()))
    }
}

impl Pair {
    /// The pair kept in the state directory.
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn load(state: &Path) -> Result<Self, Error> {
        let bytes = durable::read(&state.join(FILE))?.ok_or(Error::Unusable("berkas tls.pem tidak ada"))?;
        Self::parse(String::from_utf8(bytes).map_err(|_| Error::Unusable("berkas tls.pem bukan teks PEM"))?)
    }

    /// Keeps it in the state directory, in place of the one before.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, state: &Path) -> Result<(), Error> {
        Ok(durable::write(&state.join(FILE), self.pem.as_bytes())?)
    }

    /// The private key.
    ///
    /// # Errors
    /// [`Error::Unusable`]; not for a pair that was loaded or made.
    pub fn key(&self) -> Result<PrivatePkcs8KeyDer<'static>, Error> {
        PrivatePkcs8KeyDer::from_pem_slice(self.pem.as_bytes())
            .map_err(|_| Error::Unusable("kunci TLS tidak ada di dalamnya"))
    }

    fn parse(pem: String) -> Result<Self, Error> {
        let key = KeyPair::from_pem(&pem).map_err(|_| Error::Unusable("kunci TLS tidak terbaca"))?;
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| Error::Unusable("sertifikat tidak terbaca"))?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&certificate)
            .map_err(|_| Error::Unusable("sertifikat tidak terbaca"))?;
        if parsed.public_key().subject_public_key.data.as_ref() != key.der_bytes() {
            return Err(Error::Unusable("sertifikat bukan milik kunci TLS ini"));
        }
        let time = |time: x509_parser::time::ASN1Time| {
            Timestamp::from_second(time.timestamp()).map_err(|_| Error::Unusable("masa berlaku tidak wajar"))
        };
        let validity = parsed.validity();
        let (not_before, not_after) = (time(validity.not_before)?, time(validity.not_after)?);
        Ok(Self { pem, certificate, not_before, not_after })
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pair({} .. {})", self.not_before, self.not_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(fresh: &Fresh) -> String {
        CertificateParams::default().self_signed(&fresh.0).unwrap().pem()
    }

    #[test]
    fn key_and_certificate_are_kept_together() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Pair::load(dir.path()).unwrap_err().to_string().contains("tls.pem tidak ada"));
        let fresh = Fresh::generate().unwrap();
        let certificate = granted(&fresh);
        fresh.with(&certificate).unwrap().save(dir.path()).unwrap();
        let pair = Pair::load(dir.path()).unwrap();
        assert!(pair.not_before < pair.not_after);
        assert!(!format!("{pair:?}").contains("PRIVATE"));
        pair.key().unwrap();
    }

    #[test]
    fn another_keys_certificate_is_refused() {
        let certificate = granted(&Fresh::generate().unwrap());
        let error = Fresh::generate().unwrap().with(&certificate).unwrap_err();
        assert!(error.to_string().contains("bukan milik kunci"), "{error}");
        assert!(Fresh::generate().unwrap().with("rubbish").is_err());
    }

    #[test]
    fn a_request_names_the_agent_and_proves_the_key() {
        let agent = AgentId::of_key(&[1; 32]);
        let fresh = Fresh::generate().unwrap();
        let request =
            rcgen::CertificateSigningRequestParams::from_pem(&fresh.request(&agent).unwrap()).unwrap();
        let name = request.params.distinguished_name.get(&DnType::CommonName).cloned();
        assert_eq!(name, Some(agent.as_str().into()));
        assert_eq!(request.public_key.der_bytes(), fresh.0.der_bytes());
    }
}
