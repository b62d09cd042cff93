//! The ledger: an append-only Merkle tree (RFC 6962) with signed checkpoints (C2SP). The arithmetic of the
//! tree, the signing key and the judgement of a stored ledger live here; its rows live in [`crate::store`].

mod signer;
pub mod tree;
mod verify;

pub use signer::Signer;
pub use verify::{Audit, Fault, Stored, StoredCheckpoint, StoredReport, Verified};
