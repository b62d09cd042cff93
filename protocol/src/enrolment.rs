//! How an agent gets its name and its certificate.
//!
//! An agent has two keys. The Ed25519 *identity key* is made once and signs every report; its fingerprint
//! is the agent's name. The P-256 *TLS key* is renewed with each certificate. A one-time [`Token`] binds a
//! new identity key to one office. Later certificates need only the identity key's signature: a host that
//! was switched off for a month comes back by itself, and there is no shared secret to steal.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::id::{AgentId, Code};
use crate::seal::{self, Unsound};

/// A one-time enrolment token: `office.id.secret.ca`.
///
/// It names the office, carries 128 bits of secret, and pins the collector's CA by the SHA-256 of its
/// certificate, so that the first contact already needs no trust in anything else.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The office that the agent will belong to.
    pub office: Code,
    /// The token's public name: 8 hex digits.
    pub id: String,
    /// The secret: 32 hex digits. The collector keeps only its digest.
    pub secret: String,
    /// SHA-256 of the CA certificate (DER).
    pub ca: Digest,
}

/// The text is not a token.
#[derive(Debug, thiserror::Error)]
#[error(
    "token tidak utuh: salin seluruhnya dari `patuh-collector token create`, dalam bentuk pd.id.rahasia.ca"
)]
pub struct BadToken;

/// A request for a certificate; with a token it enrols, without one it renews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRequest {
    /// The identity key's public half, base64 of 32 bytes.
    pub identity: String,
    /// A PKCS#10 request in PEM. Only its public key is used.
    pub csr: String,
    /// The token's id and secret; `None` to renew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenProof>,
    /// The identity key's signature over the fields above, base64.
    pub signature: String,
}

/// The part of a token that is shown to the collector.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenProof {
    /// The token's public name.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// What the collector grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The agent's name.
    pub agent: AgentId,
    /// The office it belongs to.
    pub office: Code,
    /// Its certificate, PEM.
    pub certificate: String,
    /// The CA's certificate, PEM.
    pub ca: String,
    /// The key that checks the ledger's checkpoints ([`crate::checkpoint::Verifier`] as text).
    pub ledger: String,
}

impl CertificateRequest {
    /// A request signed with the identity key.
    #[must_use]
    pub fn new(key: &Ed25519KeyPair, csr: String, token: Option<&Token>) -> Self {
        let identity = BASE64.encode(key.public_key().as_ref());
        let token = token.map(|t| TokenProof { id: t.id.clone(), secret: t.secret.clone() });
        let mut request = Self { identity, csr, token, signature: String::new() };
        request.signature = BASE64.encode(key.sign(request.signed_text().as_bytes()).as_ref());
        request
    }

    /// The text that the signature covers.
    fn signed_text(&self) -> String {
        let token = self.token.as_ref().map_or("-", |t| &t.id);
        format!("patuh-certificate/1\nidentity {}\ntoken {token}\n{}\n", self.identity, self.csr)
    }

    /// Checks the signature; returns the identity key's public half and the agent's name.
    ///
    /// # Errors
    /// [`Unsound::Line`] when a field is malformed, [`Unsound::Signature`] when it was not made by the key.
    pub fn verify(&self) -> Result<(Vec<u8>, AgentId), Unsound> {
        let key = BASE64.decode(self.identity.as_bytes()).map_err(|_| Unsound::Line("identity"))?;
        let signature = BASE64.decode(self.signature.as_bytes()).map_err(|_| Unsound::Line("signature"))?;
        let agent = AgentId::of_key(&key);
        seal::verify(&key, &agent, self.signed_text().as_bytes(), &signature)?;
        Ok((key, agent))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.office, self.id, self.secret, self.ca)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}.{}.…)", self.office, self.id)
    }
}

impl fmt::Debug for TokenProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenProof({}.…)", self.id)
    }
}

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let mut parts = text.trim().split('.');
        let mut part = || parts.next().ok_or(BadToken);
        let hex = |text: &str, len| text.len() == len && text.chars().all(|c| c.is_ascii_hexdigit());
        let office = part()?.parse().map_err(|_| BadToken)?;
        let (id, secret) = (part()?.to_owned(), part()?.to_owned());
        let ca = part()?.parse().map_err(|_| BadToken)?;
        if parts.next().is_some() || !hex(&id, 8) || !hex(&secret, 32) {
            return Err(BadToken);
        }
        Ok(Self { office, id, secret, ca })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        let (id, secret) = ("0a1b2c3d".into(), "00112233445566778899aabbccddeeff".into());
        Token { office: "dinkes".parse().unwrap(), id, secret, ca: Digest::of(b"ca") }
    }

    #[test]
    fn a_token_survives_copying_and_hides_its_secret() {
        let text = token().to_string();
        assert_eq!(format!(" {text}\n").parse::<Token>().unwrap(), token());
        assert!(!format!("{:?}", token()).contains(&token().secret));
        for cut in [1, 10, text.len() - 1] {
            let part: String = text.chars().take(cut).collect();
            assert!(part.parse::<Token>().is_err());
            assert!(format!("{text}.x").parse::<Token>().is_err());
        }
    }

    #[test]
    fn a_request_is_bound_to_its_key_and_its_csr() {
        let key = Ed25519KeyPair::from_seed_unchecked(&[4; 32]).unwrap();
        let request = CertificateRequest::new(&key, "CSR".into(), Some(&token()));
        let (public, agent) = request.verify().unwrap();
        assert_eq!((public.len(), agent), (32, AgentId::of_key(key.public_key().as_ref())));
        let swapped = CertificateRequest { csr: "OTHER".into(), ..request };
        assert_eq!(swapped.verify(), Err(Unsound::Signature));
    }
}
