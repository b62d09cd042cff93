//! A bearer token: `patuh_0a1b2c3d_…`, its public name and 256 bits of secret. The collector keeps only the
//! digest of the secret.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use patuh_protocol::digest::Digest;
use ring::rand::{SecureRandom, SystemRandom};

/// How a token begins, so that whoever finds one knows what it opens.
const PREFIX: &str = "patuh_";

/// A token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Its public name: 8 hex digits.
    pub id: String,
    /// The secret: 64 hex digits.
    secret: String,
}

/// The text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token of the API")]
pub struct NoToken;

/// There is no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sumber bilangan acak sistem tidak dapat dibaca")]
pub struct NoRandomness;

impl Token {
    /// A new token.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn new() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 36];
        SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
        let (id, secret) = bytes.split_at(4);
        Ok(Self { id: HEXLOWER.encode(id), secret: HEXLOWER.encode(secret) })
    }

    /// What the collector keeps of the secret.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(self.secret.as_bytes())
    }
}

/// The whole token; shown once, to who asked for it.
impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}_{}", self.id, self.secret)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}_…", self.id)
    }
}

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let hex = |text: &str, digits| {
            text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
        let sound = parts.filter(|(id, secret)| hex(id, 8) && hex(secret, 64));
        sound.map(|(id, secret)| Self { id: id.to_owned(), secret: secret.to_owned() }).ok_or(NoToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_hides_in_logs() {
        let token = Token::new().unwrap();
        let text = token.to_string();
        assert_eq!(text.parse::<Token>().unwrap(), token);
        assert_ne!(Token::new().unwrap(), token);
        assert_eq!(format!("{token:?}"), format!("patuh_{}_…", token.id));
        for bad in
            ["", "patuh_", "patuh_0a1b2c3d", &text.to_uppercase(), &format!("{text}0"), &format!(" {text}")]
        {
            assert_eq!(bad.parse::<Token>(), Err(NoToken), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = text.parse::<Token>();
        }
    }
}
