//! The agent's keys.
//!
//! The *identity key* (Ed25519, `identity.key`, PKCS#8) is made once and never leaves the host: the agent's
//! name follows from it, it signs every report, and with it the agent gets new certificates. A key that
//! cannot be read is therefore never replaced silently: a new key is another agent.
//!
//! The *TLS key* (P-256) lives as long as its certificate; both stand in one file, see [`tls`].

pub mod tls;

use std::path::Path;

use patuh_protocol::id::AgentId;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::durable;

/// The agent's identity key and the name that follows from it.
#[derive(Debug)]
pub struct Identity {
    agent: AgentId,
    key: Ed25519KeyPair,
}

/// There is no identity to work with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] durable::Error),
    /// The file is there, but holds no key.
    #[error(
        "kunci identitas {0} rusak; pulihkan berkas itu dari cadangan, atau hapus lalu daftarkan ulang \
         sebagai agen baru: patuh-agent enrol"
    )]
    Torn(String),
    /// The kernel gave no random bytes.
    #[error("kunci identitas tidak dapat dibuat: sistem tidak memberi bilangan acak")]
    Random,
}

const FILE: &str = "identity.key";

impl Identity {
    /// The identity kept in the state directory; made there when there is none.
    ///
    /// # Errors
    /// [`Error`]; a key that is torn stays as it is.
    pub fn load_or_create(state: &Path) -> Result<Self, Error> {
        if let Some(identity) = Self::load(state)? {
            return Ok(identity);
        }
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| Error::Random)?;
        durable::create_dir(state)?;
        durable::write(&state.join(FILE), document.as_ref())?;
        Self::load(state)?.ok_or(Error::Random)
    }

    /// The identity kept in the state directory, when there is one.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Torn`].
    pub fn load(state: &Path) -> Result<Option<Self>, Error> {
        let path = state.join(FILE);
        let Some(bytes) = durable::read(&path)? else { return Ok(None) };
        let torn = || Error::Torn(path.display().to_string());
        let key = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| torn())?;
        Ok(Some(Self { agent: AgentId::of_key(key.public_key().as_ref()), key }))
    }

    /// The agent's name.
    #[must_use]
    pub fn agent(&self) -> AgentId {
        self.agent.clone()
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Ed25519KeyPair {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_identity_is_made_once() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        assert!(Identity::load(&state).unwrap().is_none());
        let first = Identity::load_or_create(&state).unwrap();
        assert_eq!(Identity::load_or_create(&state).unwrap().agent(), first.agent());
    }

    #[test]
    fn a_torn_key_is_an_error_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        Identity::load_or_create(dir.path()).unwrap();
        let path = dir.path().join(FILE);
        let whole = fs::read(&path).unwrap();
        for torn in [&whole[..0], &whole[..10], &whole[..whole.len() - 1], b"0123456789"] {
            durable::write(&path, torn).unwrap();
            let error = Identity::load_or_create(dir.path()).unwrap_err();
            assert!(error.to_string().contains("identity.key rusak"), "{error}");
            assert_eq!(fs::read(&path).unwrap(), torn);
        }
    }
}
