//! The closed lists of words of a plot: how they are written, and how they are read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a subnet is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The network of one office.
    #[default]
    Office,
    /// Several offices stand in it: the Pusat Data, the backbone.
    Shared,
    /// An office's own numbers behind a router that translates them (NAT, RFC 3022). Nobody else sees them, so that
    /// several offices may use the same.
    Translated,
    /// Kept free: nobody may stand in it.
    Reserved,
}

/// Whether a plot still holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    /// It holds.
    #[default]
    InForce,
    /// It was taken back; it stays in the register.
    Withdrawn,
}

macro_rules! words {
    ($type:ident, $what:literal, $($variant:ident: $slug:literal, $name:literal;)*) => {
        impl $type {
            /// All of them, in the order in which they are offered.
            pub const ALL: [Self; [$($slug),*].len()] = [$(Self::$variant),*];

            /// Its name in addresses.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            /// Its name for people.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let lower = text.trim().to_lowercase();
                let found = Self::ALL.into_iter().find(|it| lower == it.slug() || lower == it.name().to_lowercase());
                found.ok_or_else(|| {
                    let names: Vec<&str> = Self::ALL.iter().map(|it| it.name()).collect();
                    format!("{text:?} bukan {}; pilih {}", $what, names.join(", "))
                })
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

words! { Purpose, "peruntukan",
    Office: "pd", "Jaringan PD";
    Shared: "bersama", "Bersama";
    Translated: "nat", "Di balik NAT";
    Reserved: "cadangan", "Dicadangkan";
}

words! { Life, "keadaan subnet",
    InForce: "berlaku", "Berlaku";
    Withdrawn: "dicabut", "Dicabut";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.name().to_uppercase().parse(), Ok(purpose));
            assert_eq!(purpose.slug().parse(), Ok(purpose));
        }
        for life in Life::ALL {
            assert_eq!(life.to_string().parse(), Ok(life));
        }
        assert!("x".parse::<Purpose>().unwrap_err().contains("pilih Jaringan PD, Bersama"));
    }
}
