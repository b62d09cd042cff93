//! A sealed report: a short text that names the report, its signature, and the body.
//!
//! ```text
//! patuh-report/1
//! agent 5f3a…            the agent, by the fingerprint of its identity key
//! sequence 42            counts up by one for each report of this agent
//! taken 2026-11-22T03:00:00Z
//! body 9c1e…             SHA-256 of the body, as it lies there
//! signature m3s…         Ed25519 (RFC 8032) over all lines above, base64
//!
//! <the body: one zstd frame>
//! ```
//! These bytes are what the spool keeps, what crosses the wire, what the ledger's digest covers and what
//! an auditor checks: they are never written again by anybody else. The signature is checked before a
//! byte of the body is opened.

use std::fmt::Write as _;

use data_encoding::BASE64;
use jiff::Timestamp;
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};

use crate::digest::Digest;
use crate::id::AgentId;
use crate::limits;

const MAGIC: &str = "patuh-report/1";

/// A sealed report, its header read. The body is still closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Who sealed it, or says so: see [`Sealed::verify`].
    pub agent: AgentId,
    /// Its number.
    pub sequence: u64,
    /// When it was taken, by the host's clock, in whole seconds.
    pub taken_at: Timestamp,
    /// The digest of the body.
    pub body_digest: Digest,
    /// The agent's signature.
    pub signature: [u8; 64],
    /// The zstd frame.
    pub body: Vec<u8>,
}

/// Why bytes are not a sealed report that may be trusted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unsound {
    /// More than [`limits::MAX_SEALED`] bytes.
    #[error("report is larger than {} bytes", limits::MAX_SEALED)]
    TooLarge,
    /// Not in the form above; the line that is wrong.
    #[error("report has no sound {0} line")]
    Line(&'static str),
    /// The body is not the one that was signed.
    #[error("body does not have the digest that its header gives")]
    Body,
    /// The key is not the one the agent's name follows from, or did not make the signature.
    #[error("signature is not the named agent's")]
    Signature,
}

impl Sealed {
    /// Seals a body with the agent's identity key.
    #[must_use]
    pub fn new(
        key: &Ed25519KeyPair,
        agent: AgentId,
        sequence: u64,
        taken_at: Timestamp,
        body: Vec<u8>,
    ) -> Self {
        let taken_at = Timestamp::from_second(taken_at.as_second()).unwrap_or(taken_at);
        let body_digest = Digest::of(&body);
        let mut sealed = Self { agent, sequence, taken_at, body_digest, signature: [0; 64], body };
        let signature = key.sign(sealed.signed_text().as_bytes());
        sealed.signature.copy_from_slice(signature.as_ref());
        sealed
    }

    /// The text that the signature covers.
    #[must_use]
    pub fn signed_text(&self) -> String {
        let Self { agent, sequence, taken_at, body_digest, .. } = self;
        format!("{MAGIC}\nagent {agent}\nsequence {sequence}\ntaken {taken_at}\nbody {body_digest}\n")
    }

    /// The bytes that travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = self.signed_text();
        let _ = write!(text, "signature {}\n\n", BASE64.encode(&self.signature));
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads the header and checks the body's digest. Says nothing yet about who sealed it.
    ///
    /// # Errors
    /// [`Unsound`], naming the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unsound> {
        if bytes.len() > limits::MAX_SEALED {
            return Err(Unsound::TooLarge);
        }
        let end = bytes.windows(2).take(1024).position(|w| w == b"\n\n").ok_or(Unsound::Line("empty"))?;
        let (head, body) = bytes.split_at_checked(end + 2).ok_or(Unsound::Line("empty"))?;
        let head = std::str::from_utf8(head).map_err(|_| Unsound::Line(MAGIC))?;
        let mut lines = head.lines();
        if lines.next() != Some(MAGIC) {
            return Err(Unsound::Line(MAGIC));
        }
        let mut field = |name: &'static str| {
            let value = lines.next().and_then(|l| l.strip_prefix(name)).and_then(|l| l.strip_prefix(' '));
            value.ok_or(Unsound::Line(name))
        };
        let sealed = Self {
            agent: field("agent")?.parse().map_err(|_| Unsound::Line("agent"))?,
            sequence: field("sequence")?.parse().map_err(|_| Unsound::Line("sequence"))?,
            taken_at: field("taken")?.parse().map_err(|_| Unsound::Line("taken"))?,
            body_digest: field("body")?.parse().map_err(|_| Unsound::Line("body"))?,
            signature: signature(field("signature")?)?,
            body: body.to_vec(),
        };
        // One report, one text: what parses is what would be written.
        if sealed.to_bytes() != bytes {
            return Err(Unsound::Line(MAGIC));
        }
        if Digest::of(&sealed.body) != sealed.body_digest {
            return Err(Unsound::Body);
        }
        Ok(sealed)
    }

    /// Whether `public_key` is the named agent's identity key and made the signature.
    ///
    /// # Errors
    /// [`Unsound::Signature`].
    pub fn verify(&self, public_key: &[u8]) -> Result<(), Unsound> {
        verify(public_key, &self.agent, self.signed_text().as_bytes(), &self.signature)
    }
}

/// Whether `public_key` is `agent`'s identity key and signed `text`.
///
/// # Errors
/// [`Unsound::Signature`].
pub fn verify(public_key: &[u8], agent: &AgentId, text: &[u8], signature: &[u8]) -> Result<(), Unsound> {
    if AgentId::of_key(public_key) != *agent {
        return Err(Unsound::Signature);
    }
    UnparsedPublicKey::new(&ED25519, public_key).verify(text, signature).map_err(|_| Unsound::Signature)
}

fn signature(text: &str) -> Result<[u8; 64], Unsound> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| Unsound::Line("signature"))?;
    bytes.try_into().map_err(|_| Unsound::Line("signature"))
}

#[cfg(test)]
mod tests {
    use ring::signature::KeyPair;

    use super::*;

    fn sealed() -> (Vec<u8>, Sealed) {
        let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
        let public = key.public_key().as_ref().to_vec();
        let at = "2026-11-22T03:00:00.25Z".parse().unwrap();
        let sealed = Sealed::new(&key, AgentId::of_key(&public), 42, at, b"body\n\nof bytes".to_vec());
        (public, sealed)
    }

    #[test]
    fn a_sealed_report_survives_the_wire() {
        let (public, sealed) = sealed();
        let read = Sealed::parse(&sealed.to_bytes()).unwrap();
        assert_eq!(read, sealed);
        read.verify(&public).unwrap();
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let (public, sealed) = sealed();
        let bytes = sealed.to_bytes();
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 1;
            let noticed = Sealed::parse(&changed).and_then(|s| s.verify(&public));
            assert!(noticed.is_err(), "byte {i}");
        }
    }

    #[test]
    fn another_key_is_refused_even_for_its_own_signature() {
        let (_, sealed) = sealed();
        let other = Ed25519KeyPair::from_seed_unchecked(&[2; 32]).unwrap();
        let mut forged = sealed;
        let signature = other.sign(forged.signed_text().as_bytes());
        forged.signature.copy_from_slice(signature.as_ref());
        assert_eq!(forged.verify(other.public_key().as_ref()), Err(Unsound::Signature));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = Sealed::parse(&bytes);
            let _ = Sealed::parse(&[MAGIC.as_bytes(), b"\nagent ", &bytes].concat());
        }
    }
}
