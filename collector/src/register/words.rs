//! What kinds, stages and conditions are called: in the address and the store (`slug`), and for people (`name`).

use std::str::FromStr;

use super::{AssetKind, Condition, Stage};

impl AssetKind {
    /// All kinds, in the order of lists.
    pub const ALL: [Self; 9] = [
        Self::Server,
        Self::Storage,
        Self::Network,
        Self::Security,
        Self::Power,
        Self::Computer,
        Self::Peripheral,
        Self::Licence,
        Self::Other,
    ];

    /// Its name in the store and in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Storage => "storage",
            Self::Network => "network",
            Self::Security => "security",
            Self::Power => "power",
            Self::Computer => "computer",
            Self::Peripheral => "peripheral",
            Self::Licence => "licence",
            Self::Other => "other",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Storage => "Media penyimpanan",
            Self::Network => "Perangkat jaringan",
            Self::Security => "Perangkat keamanan",
            Self::Power => "Daya listrik",
            Self::Computer => "Komputer",
            Self::Peripheral => "Periferal",
            Self::Licence => "Lisensi",
            Self::Other => "Lainnya",
        }
    }
}

impl Stage {
    /// All stages, in the order of Majalengka 13/2021 Pasal 36 ayat (1).
    pub const ALL: [Self; 7] = [
        Self::Planned,
        Self::Requested,
        Self::Procured,
        Self::Received,
        Self::Recorded,
        Self::Managed,
        Self::Removed,
    ];

    /// Its name in the store and in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Requested => "requested",
            Self::Procured => "procured",
            Self::Received => "received",
            Self::Recorded => "recorded",
            Self::Managed => "managed",
            Self::Removed => "removed",
        }
    }

    /// Its name for people: the word of the regulations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "Perencanaan",
            Self::Requested => "Permintaan",
            Self::Procured => "Pengadaan",
            Self::Received => "Penerimaan",
            Self::Recorded => "Pencatatan",
            Self::Managed => "Pengelolaan",
            Self::Removed => "Penghapusan",
        }
    }

    /// The document that usually shows it.
    #[must_use]
    pub const fn document(self) -> &'static str {
        match self {
            Self::Planned => "RKBMD",
            Self::Requested => "surat permintaan",
            Self::Procured => "SPK atau kontrak",
            Self::Received => "BAST",
            Self::Recorded => "KIB",
            Self::Managed => "SK Penggunaan",
            Self::Removed => "SK Penghapusan",
        }
    }
}

impl Condition {
    /// All conditions, best first.
    pub const ALL: [Self; 3] = [Self::Good, Self::Worn, Self::Broken];

    /// Its name in the store and in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Worn => "worn",
            Self::Broken => "broken",
        }
    }
}

/// A word that stands for nothing known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} tidak dikenal")]
pub struct UnknownWord(String);

/// The member of `all` that is called `text`, by slug or name, in any case.
fn named<T: Copy>(all: &[T], text: &str, names: impl Fn(T) -> Vec<&'static str>) -> Result<T, UnknownWord> {
    let wanted = text.trim().to_lowercase();
    let found = all.iter().find(|one| names(**one).iter().any(|name| name.to_lowercase() == wanted));
    found.copied().ok_or_else(|| UnknownWord(text.to_owned()))
}

impl FromStr for AssetKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, text, |kind| vec![kind.slug(), kind.name()])
    }
}

impl FromStr for Stage {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, text, |stage| vec![stage.slug(), stage.name()])
    }
}

impl FromStr for Condition {
    type Err = UnknownWord;

    /// Both vocabularies are understood: `B`, `KB`, `RB` and `Baik`, `Kurang Baik` or `Rusak Ringan`,
    /// `Rusak Berat`.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        named(&Self::ALL, text, |condition| {
            let other = match condition {
                Self::Worn => vec!["Kurang Baik", "RR"],
                Self::Good | Self::Broken => vec![],
            };
            [vec![condition.slug(), condition.letters(), condition.words()], other].concat()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back() {
        for kind in AssetKind::ALL {
            assert_eq!(kind.slug().parse(), Ok(kind));
            assert_eq!(kind.name().to_uppercase().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.slug()));
        }
        for stage in Stage::ALL {
            assert_eq!(stage.slug().parse(), Ok(stage));
            assert_eq!(stage.name().parse(), Ok(stage));
            assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{}\"", stage.slug()));
        }
        for condition in Condition::ALL {
            assert_eq!(condition.slug().parse(), Ok(condition));
            assert_eq!(serde_json::to_string(&condition).unwrap(), format!("\"{}\"", condition.slug()));
        }
    }

    #[test]
    fn both_vocabularies_of_condition_are_understood() {
        let check =
            |text: &str, expected: Option<Condition>| assert_eq!(text.parse().ok(), expected, "{text}");
        check("B", Some(Condition::Good));
        check(" kb ", Some(Condition::Worn));
        check("Rusak Ringan", Some(Condition::Worn));
        check("kurang baik", Some(Condition::Worn));
        check("RB", Some(Condition::Broken));
        check("Hilang", None);
        check("", None);
    }
}
