//! `ledger.key`: the Ed25519 key that signs the ledger's checkpoints (PKCS#8, PEM), made at first start.

use std::path::Path;

use rcgen::{KeyPair, PKCS_ED25519};
use ring::signature::Ed25519KeyPair;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;

use super::ca::read;
use super::error::Error;
use crate::durable;

const FILE: &str = "ledger.key";

/// Whether the state directory holds the key.
#[must_use]
pub fn exists(state: &Path) -> bool {
    state.join(FILE).exists()
}

/// Loads `ledger.key` from the state directory; makes it when it is not there.
///
/// # Errors
/// [`Error::Broken`] for a damaged file; it is never overwritten.
pub fn load_or_create(state: &Path) -> Result<Ed25519KeyPair, Error> {
    let path = state.join(FILE);
    let pem = if let Some(pem) = read(&path)? {
        pem
    } else {
        let pem = KeyPair::generate_for(&PKCS_ED25519)?.serialize_pem();
        durable::create(&path, pem.as_bytes()).map_err(Error::write(&path))?;
        pem
    };
    let key = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(Error::broken(&path))?;
    Ed25519KeyPair::from_pkcs8(key.secret_pkcs8_der()).map_err(Error::broken(&path))
}
