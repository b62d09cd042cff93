//! Names that are never bare strings.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// An agent's name: the first 16 bytes of the SHA-256 of its Ed25519 identity key, as 32 hex digits.
///
/// The name follows from the key, so it can be neither chosen nor taken over: host names, IP addresses,
/// machine ids and DMI UUIDs are all cloned in practice.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct AgentId(String);

/// The code of a Perangkat Daerah (or of a site), such as `dinkes`: 1 to 32 of `a-z`, `0-9`, `-`, beginning
/// with a letter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Code(String);

/// A text that is not such a name.
#[derive(Debug, thiserror::Error)]
pub enum BadId {
    /// Not an agent's name.
    #[error("nama agen adalah 32 digit heksadesimal kecil, bukan {0:?}")]
    Agent(String),
    /// Not a code.
    #[error("kode terdiri atas 1-32 huruf kecil, angka atau tanda hubung, diawali huruf, bukan {0:?}")]
    Code(String),
}

impl AgentId {
    /// The name of the agent whose identity key is `public_key` (32 bytes, RFC 8032).
    #[must_use]
    pub fn of_key(public_key: &[u8]) -> Self {
        let digest = Digest::of(public_key).to_string();
        Self(digest.chars().take(32).collect())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A number that is the same for ever for this agent and evenly spread over all agents.
    #[must_use]
    pub fn spread(&self) -> u64 {
        u64::from_str_radix(&self.0.chars().take(16).collect::<String>(), 16).unwrap_or(0)
    }
}

impl Code {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgentId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        match HEXLOWER.decode(text.as_bytes()) {
            Ok(bytes) if bytes.len() == 16 => Ok(Self(text.to_owned())),
            _ => Err(BadId::Agent(text.to_owned())),
        }
    }
}

impl FromStr for Code {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && text.len() <= 32 && text.chars().all(letters) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadId::Code(text.to_owned()))
        }
    }
}

macro_rules! text_name {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }
    };
}
text_name!(AgentId);
text_name!(Code);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agents_name_follows_from_its_key() {
        let id = AgentId::of_key(&[7; 32]);
        assert_eq!(id, AgentId::of_key(&[7; 32]));
        assert_ne!(id, AgentId::of_key(&[8; 32]));
        assert_eq!(id.as_str().parse::<AgentId>().unwrap(), id);
        assert_ne!(id.spread(), 0);
    }

    #[test]
    fn codes_are_plain() {
        for good in ["dinkes", "rsud-2", "a"] {
            assert!(good.parse::<Code>().is_ok(), "{good}");
        }
        for bad in ["", "2a", "Dinkes", "a b", "../a", "a\n", "é", &"a".repeat(33)] {
            assert!(bad.parse::<Code>().is_err(), "{bad}");
        }
    }
}
