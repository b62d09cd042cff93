//! What is wrong with a machine, in words: on the overview, in the list of servers, on a server's page.

use super::super::format::date;
use super::section::Sign;
use crate::tasks::condition::{Kind, Trouble};

/// A kind of trouble, ready to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TroubleMark {
    pub(crate) kind: Kind,
    /// Its name in addresses.
    pub(crate) slug: &'static str,
    pub(crate) sign: Sign,
    /// On a server: `Disk gagal`.
    pub(crate) word: &'static str,
    /// On a tile, after the number: `server dengan disk yang gagal`.
    pub(crate) counted: &'static str,
    /// The servers of which it is known: `server yang kesehatan disknya terbaca`.
    pub(crate) known: &'static str,
}

impl From<Kind> for TroubleMark {
    fn from(kind: Kind) -> Self {
        let (slug, sign, word, counted, known) = match kind {
            Kind::Disk => (
                "disk",
                Sign::Wrong,
                "Disk gagal",
                "dengan disk yang menyatakan diri gagal",
                "yang kesehatan disknya terbaca",
            ),
            Kind::Raid => (
                "raid",
                Sign::Wrong,
                "RAID tidak lengkap",
                "dengan RAID yang kehilangan anggota",
                "yang memiliki RAID yang terbaca",
            ),
            Kind::Unsupported => (
                "dukungan",
                Sign::Wrong,
                "OS tidak didukung",
                "dengan sistem operasi yang dukungannya sudah berakhir",
                "yang rilisnya ada dalam tabel akhir dukungan",
            ),
            Kind::Restart => (
                "mulai-ulang",
                Sign::Look,
                "Perlu mulai ulang",
                "menunggu mulai ulang",
                "yang kernelnya terbaca",
            ),
        };
        Self { kind, slug, sign, word, counted, known }
    }
}

impl TroubleMark {
    /// All of them, in the order in which they are shown.
    pub(crate) fn all() -> [Self; 4] {
        Kind::ALL.map(Self::from)
    }

    /// The kind with this name in an address.
    pub(crate) fn named(slug: &str) -> Option<Self> {
        Self::all().into_iter().find(|mark| mark.slug == slug)
    }
}

/// What is wrong, in a sentence.
pub(crate) fn sentence(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Disk(disk) => format!(
            "Disk {disk} menyatakan dirinya gagal. Siapkan penggantinya, dan periksa cadangannya lebih dahulu."
        ),
        Trouble::Raid(name, lost) if lost.is_empty() => {
            format!(
                "Larik RAID {name} kehilangan anggota. Satu disk lagi yang gagal dapat menghilangkan datanya."
            )
        }
        Trouble::Raid(name, lost) => format!(
            "Larik RAID {name} kehilangan {}. Satu disk lagi yang gagal dapat menghilangkan datanya.",
            lost.join(", ")
        ),
        Trouble::Unsupported(release, ended) => {
            format!("Dukungan {release} berakhir {}: tidak ada lagi pembaruan keamanan.", date(*ended))
        }
        Trouble::Restart(reasons) if reasons.is_empty() => "Mesin menunggu mulai ulang.".to_owned(),
        Trouble::Restart(reasons) => {
            format!("Mesin menunggu mulai ulang, karena {}.", reasons.join(", "))
        }
    }
}

/// The part of a server's page that tells more, below the server's address.
pub(crate) const fn place(kind: Kind) -> &'static str {
    match kind {
        Kind::Disk => "perangkat-keras#disk",
        Kind::Raid => "perangkat-keras#raid",
        Kind::Unsupported => "sistem#sistem",
        Kind::Restart => "sistem#kernel",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_name() {
        for mark in TroubleMark::all() {
            assert_eq!(TroubleMark::named(mark.slug), Some(mark));
            assert!(place(mark.kind).contains('#'));
        }
        assert_eq!(TroubleMark::named("lain"), None);
    }

    #[test]
    fn troubles_are_told_in_sentences() {
        let check = |trouble: &Trouble, expected: &str| assert_eq!(sentence(trouble), expected);
        let ended = "2024-06-30".parse().unwrap();
        check(
            &Trouble::Unsupported("CentOS Linux 7".into(), ended),
            "Dukungan CentOS Linux 7 berakhir 30 Juni 2024: tidak ada lagi pembaruan keamanan.",
        );
        check(&Trouble::Restart(vec![]), "Mesin menunggu mulai ulang.");
        check(
            &Trouble::Raid("md0".into(), vec!["sdb1".into()]),
            "Larik RAID md0 kehilangan sdb1. Satu disk lagi yang gagal dapat menghilangkan datanya.",
        );
    }
}
