//! The ledger: an append-only Merkle tree (RFC 6962) with signed checkpoints (C2SP). The arithmetic of the
//! tree and the signing key live here; its rows live in [`crate::store`].

mod signer;
mod verify;

pub use signer::Signer;
pub use verify::{Fault, Verified};
