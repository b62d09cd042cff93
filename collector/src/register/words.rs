//! What kinds, stages and conditions are called: in the address and the store (`slug`), and for people (`name`).

use std::str::FromStr;

use super::{AssetKind, Condition, Stage};
use crate::words::{self, words};

words! { pub AssetKind, written:
    Server, "server", "Server";
    Storage, "storage", "Media penyimpanan";
    Network, "network", "Perangkat jaringan";
    Security, "security", "Perangkat keamanan";
    Power, "power", "Daya listrik";
    Computer, "computer", "Komputer";
    Peripheral, "peripheral", "Periferal";
    Licence, "licence", "Lisensi";
    Other, "other", "Lainnya";
}

// The words and the order of Majalengka 13/2021 Pasal 36 ayat (1).
words! { pub Stage, written:
    Planned, "planned", "Perencanaan";
    Requested, "requested", "Permintaan";
    Procured, "procured", "Pengadaan";
    Received, "received", "Penerimaan";
    Recorded, "recorded", "Pencatatan";
    Managed, "managed", "Pengelolaan";
    Removed, "removed", "Penghapusan";
}

// Best first, in the words of Permendagri 47/2021.
words! { pub Condition:
    Good, "good", "Baik";
    Worn, "worn", "Rusak Ringan";
    Broken, "broken", "Rusak Berat";
}

impl Stage {
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
    /// `B`, `KB`, `RB` (the KIB and KIR forms).
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Good => "B",
            Self::Worn => "KB",
            Self::Broken => "RB",
        }
    }
}

impl FromStr for Condition {
    type Err = String;

    /// Both vocabularies are understood: `B`, `KB`, `RB` and `Baik`, `Kurang Baik` or `Rusak Ringan`,
    /// `Rusak Berat`.
    fn from_str(text: &str) -> Result<Self, String> {
        words::read(text, &Self::ALL, Self::name, |it| {
            let other = if it == Self::Worn { vec!["Kurang Baik", "RR"] } else { vec![] };
            [vec![it.slug(), it.letters(), it.name()], other].concat()
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
