//! The closed lists of words of a plot: how they are written, and how they are read.

use serde::{Deserialize, Serialize};

use crate::words::words;

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

words! { pub Purpose, written:
    Office, "pd", "Jaringan PD";
    Shared, "bersama", "Bersama";
    Translated, "nat", "Di balik NAT";
    Reserved, "cadangan", "Dicadangkan";
}

words! { pub Life, written:
    InForce, "berlaku", "Berlaku";
    Withdrawn, "dicabut", "Dicabut";
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
            assert_eq!(life.name().parse(), Ok(life));
        }
        assert!("x".parse::<Purpose>().unwrap_err().contains("pilih Jaringan PD, Bersama"));
    }
}
