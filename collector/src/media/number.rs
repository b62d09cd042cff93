//! The numbers of media and escrows: they count up from 1 and stay.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "-{:06}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let digits = text.strip_prefix(concat!($letter, "-")).filter(|digits| digits.len() >= 6);
                let digits = digits.filter(|digits| digits.chars().all(|c| c.is_ascii_digit()));
                let number = digits.and_then(|digits| digits.parse().ok());
                number.map(Self).ok_or_else(|| {
                    format!(concat!("bukan nomor ", $what, ": {}; contoh: ", $letter, "-000001"), text)
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

number! {
    /// The number of a medium in this register, written `M-000001`. What is on its label is the keeper's own.
    MediumId, "M", "media"
}

number! {
    /// The number of an attestation that somebody else holds a key, written `K-000001`.
    EscrowId, "K", "pemegang kunci"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_one_way() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(text.parse::<MediumId>().ok(), expected.map(MediumId), "{text}");
        };
        check("M-000001", Some(1));
        check("M-1234567", Some(1_234_567));
        check("M-1", None);
        check("M-+00001", None);
        check("K-000001", None);
        check("M-99999999999999999999", None);
        assert_eq!(MediumId(42).to_string(), "M-000042");
        assert_eq!("K-000007".parse(), Ok(EscrowId(7)));
    }
}
