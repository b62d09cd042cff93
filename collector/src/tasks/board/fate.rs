//! What would become of a data store if its server were lost tonight.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{Cover, Grade, Place};

use super::Subject;
use crate::tasks::evaluate::copies::SetView;
use crate::testimony::Standing;
use crate::words::words;

/// What would become of it, worst first. Of several sets that hold it the best one decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// There is no copy.
    Uncovered,
    /// A witness found the copies damaged, or saw them vanish before their time.
    Spoilt,
    /// The copies lie on the server that they are to stand for.
    Near,
    /// The newest copy is too old.
    Stale,
    /// Something is left out, or files of a running database are copied as they lie.
    Partly,
    /// It cannot be told.
    Unknown,
    /// Its server says there is a copy, and nobody else has seen it.
    Claimed,
    /// Somebody set it free.
    Exempted,
    /// A witness has seen a young copy.
    Seen,
    /// So it has, and the set was brought back in a drill.
    Restored,
}

/// The same in the six shapes of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing comes back.
    Gone,
    /// Part of it comes back, or an old state.
    Part,
    /// Not known.
    Unknown,
    /// Nobody but the server itself says that it comes back.
    Doubtful,
    /// Set free.
    Exempted,
    /// It comes back.
    Safe,
}

/// Which rows are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those with this outcome.
    Outcome(Outcome),
    /// Those with this fate.
    Fate(Fate),
}

words! { pub Fate:
    Uncovered, "tanpa-salinan", "Tanpa salinan";
    Spoilt, "rusak", "Salinan rusak atau hilang";
    Near, "server-sendiri", "Hanya di server itu sendiri";
    Stale, "terlalu-lama", "Salinan terlalu lama";
    Partly, "sebagian-isi", "Sebagian saja";
    Unknown, "belum-diketahui", "Belum diketahui";
    Claimed, "hanya-klaim", "Hanya klaim";
    Exempted, "dikecualikan", "Dikecualikan";
    Seen, "disaksikan", "Disaksikan";
    Restored, "teruji", "Teruji pulih";
}

words! { pub Outcome:
    Gone, "hilang", "Hilang";
    Part, "sebagian", "Kembali sebagian";
    Unknown, "tidak-diketahui", "Belum diketahui";
    Doubtful, "klaim", "Hanya klaim";
    Exempted, "kecuali", "Dikecualikan";
    Safe, "selamat", "Selamat";
}

impl Fate {
    /// What it amounts to.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Uncovered | Self::Spoilt | Self::Near => Outcome::Gone,
            Self::Stale | Self::Partly => Outcome::Part,
            Self::Unknown => Outcome::Unknown,
            Self::Claimed => Outcome::Doubtful,
            Self::Exempted => Outcome::Exempted,
            Self::Seen | Self::Restored => Outcome::Safe,
        }
    }
}

impl Outcome {
    /// What it means, below its number.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Gone => "tanpa salinan, salinannya rusak, atau hanya ada di server itu sendiri",
            Self::Part => "salinannya terlalu lama, atau tidak memuat semuanya",
            Self::Unknown => "servernya tidak melapor, atau isinya belum terbaca",
            Self::Doubtful => "menurut servernya ada, belum dilihat saksi",
            Self::Exempted => "dengan persetujuan tertulis, sampai tanggal tertentu",
            Self::Safe => "salinan baru dilihat saksi di tempat penyimpanan",
        }
    }
}

impl Wanted {
    /// What this name in an address asks for.
    #[must_use]
    pub fn named(slug: &str) -> Option<Self> {
        Outcome::of_slug(slug).map(Self::Outcome).or_else(|| Fate::of_slug(slug).map(Self::Fate))
    }

    /// Its name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Outcome(outcome) => outcome.slug(),
            Self::Fate(fate) => fate.slug(),
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outcome(outcome) => outcome.name(),
            Self::Fate(fate) => fate.name(),
        }
    }

    /// Whether a row of this fate is asked for.
    #[must_use]
    pub fn has(self, fate: Fate) -> bool {
        match self {
            Self::Outcome(outcome) => fate.outcome() == outcome,
            Self::Fate(wanted) => fate == wanted,
        }
    }
}

/// How good a copy one set is: never better than what the judge takes it for.
pub(super) fn of_set(view: &SetView, limit: SignedDuration, now: Timestamp) -> Fate {
    let judged = &view.judged;
    let spoilt = judged.spoilt.is_some() || matches!(view.standing, Standing::Damaged | Standing::Vanished);
    match (judged.newest, view.standing) {
        _ if spoilt => Fate::Spoilt,
        (None, _) if judged.unread => Fate::Unknown,
        (None, _) => Fate::Uncovered,
        _ if judged.place == Place::SameHost => Fate::Near,
        (Some(newest), _) if now.duration_since(newest) > limit => Fate::Stale,
        (_, Standing::Met) if judged.grade == Grade::Restored => Fate::Restored,
        (_, Standing::Met) => Fate::Seen,
        _ => Fate::Claimed,
    }
}

/// What becomes of `subject`, whose best set is as good as `told`.
pub(super) fn of(subject: &Subject<'_>, told: Option<Fate>) -> Fate {
    let cover = match subject {
        Subject::Nothing(_) => return Fate::Unknown,
        Subject::Set(_) => &Cover::Covered,
        Subject::Store(store) => &store.cover,
    };
    match (cover, told) {
        (Cover::Exempted { .. }, _) => Fate::Exempted,
        (Cover::Uncovered, _) => Fate::Uncovered,
        (Cover::Unknown, _) | (Cover::Covered, None) => Fate::Unknown,
        (Cover::Partly | Cover::Inconsistent, told) => {
            told.map_or(Fate::Partly, |told| told.min(Fate::Partly))
        }
        (Cover::Covered, Some(told)) => told,
    }
}
