//! A person who hands over, keeps or holds.

use serde::{Deserialize, Serialize};

/// Name, NIP and position of a person; empty is not known. Who is no civil servant has no NIP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Official {
    /// Name with titles.
    pub name: String,
    /// Nomor Induk Pegawai, as it is printed: `19851225 200903 1 003`.
    pub nip: String,
    /// "Jabatan".
    pub position: String,
}

impl Official {
    /// Whether nobody is named.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.name.is_empty()
    }

    /// `Budi Santoso, S.Kom., Pranata Komputer`; empty when nobody is named.
    #[must_use]
    pub fn words(&self) -> String {
        let parts = [self.name.as_str(), self.position.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// A NIP as it is printed: 18 digits, in groups of 8, 6, 1 and 3 (day of birth, month of appointment, sex, number).
///
/// # Errors
/// What is wrong with it, in Indonesian.
pub(super) fn nip(written: &str) -> Result<String, String> {
    let digits: String = written.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    if digits.is_empty() {
        return Ok(String::new());
    }
    if digits.len() != 18 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(format!("“{written}” bukan NIP; NIP terdiri atas 18 angka, 19851225 200903 1 003"));
    }
    let blank = |(place, digit): (usize, char)| {
        let gap = matches!(place, 8 | 14 | 15);
        gap.then_some(' ').into_iter().chain(std::iter::once(digit))
    };
    Ok(digits.chars().enumerate().flat_map(blank).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nip_has_eighteen_digits() {
        let check = |written: &str, expected: Option<&str>| {
            assert_eq!(nip(written).ok().as_deref(), expected, "{written}");
        };
        check("198512252009031003", Some("19851225 200903 1 003"));
        check("19851225 200903 1 003", Some("19851225 200903 1 003"));
        check("19851225.200903.1.003", Some("19851225 200903 1 003"));
        check("-", Some(""));
        check("", Some(""));
        check("1985122520090310031", None);
        check("19851225200903100x", None);
    }
}
