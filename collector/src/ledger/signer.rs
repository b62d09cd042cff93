//! The key that signs checkpoints.

use patuh_protocol::checkpoint::{Checkpoint, Verifier};
use patuh_protocol::digest::Digest;
use ring::signature::{Ed25519KeyPair, KeyPair};

/// Signs the checkpoints of one ledger.
pub struct Signer {
    key: Ed25519KeyPair,
    origin: String,
}

impl Signer {
    /// Signs as `origin`, such as `patuh/contoh`, with `key`.
    #[must_use]
    pub const fn new(origin: String, key: Ed25519KeyPair) -> Self {
        Self { key, origin }
    }

    /// The key that agents and auditors check with.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier::new(&self.origin, self.key.public_key().as_ref())
    }

    /// The signed checkpoint of a tree of `size` leaves with root `root`.
    #[must_use]
    pub fn checkpoint(&self, size: u64, root: Digest) -> String {
        Checkpoint { origin: self.origin.clone(), size, root }.sign(&self.key)
    }
}
