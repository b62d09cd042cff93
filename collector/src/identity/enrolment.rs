//! The part of enrolment that needs no store: what a request proves, what a grant holds, how a token is
//! made.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use patuh_protocol::id::{AgentId, Code};
use rcgen::{CertificateSigningRequestParams, PKCS_ECDSA_P256_SHA256, PublicKey, PublicKeyData};
use ring::rand::{SecureRandom, SystemRandom};

use super::ca::Authority;
use super::error::Error;

/// The bytes of a P-256 point as a certificate holds it: 4, x, y (SEC 1, section 2.3.3).
const P256_POINT: usize = 65;

/// Who asks for a certificate, both keys proven: it signed the request with the identity key, and the PKCS#10
/// request with the TLS key.
#[derive(Debug)]
pub struct Applicant {
    /// The identity key's public half.
    pub public_key: Vec<u8>,
    /// The name that follows from it.
    pub agent: AgentId,
    tls: PublicKey,
}

/// Why a request proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    /// The identity key did not sign it.
    #[error("permintaan tidak ditandatangani kunci identitas agen: {0}")]
    Identity(#[from] patuh_protocol::seal::Unsound),
    /// The PKCS#10 request is malformed or not signed by its own key.
    #[error("permintaan sertifikat (PKCS#10) rusak atau tidak ditandatangani kuncinya sendiri")]
    Request(#[source] rcgen::Error),
    /// Another kind of key.
    #[error("kunci TLS harus P-256 (ECDSA dengan SHA-256)")]
    KeyKind,
}

impl Applicant {
    /// Checks what `request` proves.
    ///
    /// # Errors
    /// [`Unproven`], with the reason.
    pub fn of(request: &CertificateRequest) -> Result<Self, Unproven> {
        let (public_key, agent) = request.verify()?;
        let csr = CertificateSigningRequestParams::from_pem(&request.csr).map_err(Unproven::Request)?;
        let tls = csr.public_key;
        // The algorithm is the signature's; the point's length tells the curve.
        if *tls.algorithm() != PKCS_ECDSA_P256_SHA256 || tls.der_bytes().len() != P256_POINT {
            return Err(Unproven::KeyKind);
        }
        Ok(Self { public_key, agent, tls })
    }

    /// The grant for this applicant, as an agent of `office`.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn grant(
        &self,
        office: Code,
        authority: &Authority,
        ledger: &Verifier,
        now: Timestamp,
    ) -> Result<Grant, Error> {
        Ok(Grant {
            agent: self.agent.clone(),
            office,
            certificate: authority.agent_certificate(&self.agent, &self.tls, now)?,
            ca: authority.pem().to_owned(),
            ledger: ledger.to_string(),
        })
    }
}

/// A new token for an agent of `office`, with 128 random bits of secret.
///
/// # Errors
/// [`Error::Random`].
pub fn token(office: Code, ca: Digest) -> Result<Token, Error> {
    let mut bytes = [0; 20];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::Random)?;
    let (id, secret) = bytes.split_at(4);
    Ok(Token { office, id: HEXLOWER.encode(id), secret: HEXLOWER.encode(secret), ca })
}
