//! Checkpoints: the ledger's size and root, as a signed note.
//!
//! The form is C2SP's [tlog-checkpoint](https://c2sp.org/tlog-checkpoint) in a
//! [signed note](https://c2sp.org/signed-note) with an Ed25519 key, so that tools of the transparency
//! community can check them too.

use data_encoding::BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::digest::Digest;

/// The state of a ledger at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The ledger's name, such as `patuh/majalengka`.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root of the Merkle tree over them.
    pub root: Digest,
}

/// The key that checks a ledger's checkpoints, as text: `name+keyid+base64` (signed note "vkey").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The key's name: the ledger's origin.
    pub name: String,
    key: Vec<u8>,
}

/// Why a note is not a checkpoint of this ledger.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadNote {
    /// Not in the form of a checkpoint.
    #[error("not a checkpoint")]
    Form,
    /// Not signed by the ledger's key.
    #[error("checkpoint is not signed by the ledger's key")]
    Signature,
    /// Not a verifier key.
    #[error("not a verifier key (name+keyid+base64)")]
    Key,
}

/// The algorithm byte of Ed25519 in a signed note.
const ED25519_NOTE: u8 = 1;

impl Checkpoint {
    /// The note's text, which the signature covers.
    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(&self.root.0))
    }

    /// The checkpoint as a note signed by `key` under the origin's name.
    #[must_use]
    pub fn sign(&self, key: &Ed25519KeyPair) -> String {
        let text = self.text();
        let id = key_id(&self.origin, key.public_key().as_ref());
        let signature = [&id[..], key.sign(text.as_bytes()).as_ref()].concat();
        format!("{text}\n— {} {}\n", self.origin, BASE64.encode(&signature))
    }

    /// Reads a note that `verifier` signed.
    ///
    /// # Errors
    /// [`BadNote::Form`] or [`BadNote::Signature`].
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, BadNote> {
        let (text, signatures) = note.split_once("\n\n").ok_or(BadNote::Form)?;
        let text = format!("{text}\n");
        if !signatures.lines().any(|line| verifier.accepts(&text, line)) {
            return Err(BadNote::Signature);
        }
        let mut lines = text.lines();
        let mut line = || lines.next().ok_or(BadNote::Form);
        let (origin, size, root) = (line()?.to_owned(), line()?, line()?);
        let root = BASE64.decode(root.as_bytes()).ok().and_then(|b| Digest::from_bytes(&b));
        let size = size.parse().map_err(|_| BadNote::Form)?;
        Ok(Self { origin, size, root: root.ok_or(BadNote::Form)? })
    }
}

impl Verifier {
    /// The verifier of the ledger `name` whose Ed25519 public key is `key`.
    #[must_use]
    pub fn new(name: &str, key: &[u8]) -> Self {
        Self { name: name.to_owned(), key: key.to_vec() }
    }

    fn accepts(&self, text: &str, line: &str) -> bool {
        let Some((name, signature)) = line.strip_prefix("— ").and_then(|l| l.rsplit_once(' ')) else {
            return false;
        };
        let Ok(bytes) = BASE64.decode(signature.as_bytes()) else { return false };
        let Some((id, signature)) = bytes.split_at_checked(4) else { return false };
        name == self.name
            && id == key_id(&self.name, &self.key)
            && UnparsedPublicKey::new(&ED25519, &self.key).verify(text.as_bytes(), signature).is_ok()
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = data_encoding::HEXLOWER.encode(&key_id(&self.name, &self.key));
        let key = [&[ED25519_NOTE], &self.key[..]].concat();
        write!(f, "{}+{id}+{}", self.name, BASE64.encode(&key))
    }
}

impl std::str::FromStr for Verifier {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Self, BadNote> {
        let mut parts = text.splitn(3, '+');
        let mut part = || parts.next().ok_or(BadNote::Key);
        let (name, id, key) = (part()?, part()?, part()?);
        let key = BASE64.decode(key.as_bytes()).map_err(|_| BadNote::Key)?;
        let Some((&ED25519_NOTE, key)) = key.split_first() else { return Err(BadNote::Key) };
        if key.len() != 32 || id != data_encoding::HEXLOWER.encode(&key_id(name, key)) {
            return Err(BadNote::Key);
        }
        Ok(Self::new(name, key))
    }
}

/// The first four bytes of SHA-256(name ‖ "\n" ‖ algorithm ‖ key), as the signed note has it.
fn key_id(name: &str, key: &[u8]) -> [u8; 4] {
    let Digest(digest) = Digest::of_parts(&[name.as_bytes(), b"\n", &[ED25519_NOTE], key]);
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap()
    }

    fn verifier() -> Verifier {
        Verifier::new("patuh/contoh", key().public_key().as_ref())
    }

    #[test]
    fn a_checkpoint_survives_and_any_change_is_noticed() {
        let checkpoint = Checkpoint { origin: "patuh/contoh".into(), size: 7, root: Digest::of(b"x") };
        let note = checkpoint.sign(&key());
        assert_eq!(Checkpoint::open(&note, &verifier()).unwrap(), checkpoint);
        let bigger = note.replacen("\n7\n", "\n8\n", 1);
        assert_eq!(Checkpoint::open(&bigger, &verifier()), Err(BadNote::Signature));
        let other = Verifier::new("patuh/contoh", &[9; 32]);
        assert_eq!(Checkpoint::open(&note, &other), Err(BadNote::Signature));
    }

    #[test]
    fn a_verifier_is_written_and_read() {
        let text = verifier().to_string();
        assert_eq!(text.parse::<Verifier>().unwrap(), verifier());
        assert!(text.replacen('+', "x+", 1).parse::<Verifier>().is_err());
        // The example of the signed-note specification.
        let example = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(example.parse::<Verifier>().unwrap().to_string(), example);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Checkpoint::open(&text, &verifier());
            let _ = Checkpoint::open(&format!("{text}\n\n— patuh/contoh {text}\n"), &verifier());
            let _ = text.parse::<Verifier>();
        }
    }
}
