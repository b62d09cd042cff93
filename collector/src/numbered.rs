//! The numbers by which a register knows what stands in it. They count up from 1, stay when everything else changes,
//! and are written with the letter of their register and at least six digits, so that nobody takes one register's
//! number for another's. Pure.

/// A kind of number: `numbered! { /// What it is the number of. AssetId, "A", "aset" }` makes the type, its letter
/// and what people call the thing. 0 stands in what was not written into its register yet, and is never read.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub u64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($letter, "-{:06}"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let number = text.strip_prefix(concat!($letter, "-")).and_then($crate::numbered::counted);
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

pub(crate) use numbered;

/// The number in the digits behind the letter.
pub(crate) fn counted(digits: &str) -> Option<u64> {
    let written = digits.len() >= 6 && digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|number| written && *number > 0)
}

#[cfg(test)]
mod tests {
    numbered! {
        /// The number of a probe.
        ProbeId, "P", "contoh"
    }

    fn check(text: &str, expected: Option<u64>) {
        let expected = expected.map(ProbeId).ok_or(format!("bukan nomor contoh: {text}; contoh: P-000001"));
        assert_eq!(text.parse(), expected, "{text}");
        assert_eq!(serde_json::from_value(text.into()).ok(), expected.ok(), "{text}");
    }

    #[test]
    fn numbers_are_written_one_way() {
        check("P-000001", Some(1));
        check("P-1234567", Some(1_234_567));
        check("P-1", None);
        check("P-000000", None);
        check("P-+00001", None);
        check("P-99999999999999999999", None);
        check("Q-000001", None);
        check("1", None);
        check("", None);
        assert_eq!(ProbeId(42).to_string(), "P-000042");
        assert_eq!(serde_json::to_value(ProbeId(42)).ok(), Some("P-000042".into()));
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_is_written_again(text in "[PQ]?-?[0-9]{0,9}", any: String) {
            if let Ok(id) = text.parse::<ProbeId>() {
                proptest::prop_assert_eq!(id.to_string().parse(), Ok(id));
            }
            let _ = any.parse::<ProbeId>();
        }
    }
}
