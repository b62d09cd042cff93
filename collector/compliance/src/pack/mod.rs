//! Rule packs: one regulation each, read from `config/packs/*.toml`.
//!
//! A pack is data: whose duty, in which words, held how. It is read by [`Pack::parse`]; what the Dinas sets
//! differently comes in by [`apply`]; the promulgation date of a text that gives none by
//! [`Pack::with_promulgated`].

mod check;
mod fault;
mod parse;
mod policy;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

pub use check::Check;
pub use fault::{Fault, PackError};
pub use policy::{Policy, apply};

/// The rules of one regulation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Its id, such as `mjl-2021`.
    pub id: String,
    /// The regulation's full title.
    pub title: String,
    /// Its short name, such as `Perbup Majalengka 13/2021`.
    pub short: String,
    /// Whether it is in force, in words: `berlaku`, `perlu konfirmasi Bagian Hukum`.
    pub status: String,
    /// Whether it is no regulation at all but the Dinas's own policy: there is no pasal, and it binds from the
    /// day that the Dinas sets.
    #[serde(default)]
    pub policy: bool,
    /// Notes that every page and letter made from this pack must show.
    #[serde(default)]
    pub notes: Vec<String>,
    /// When it was promulgated ("diundangkan"). `None`: the text does not say, and the user must set it.
    pub promulgated: Option<Date>,
    /// How many years of grace it gives to offices that were there before it.
    #[serde(default)]
    pub grace_years: i16,
    /// The pasal that gives the grace.
    pub grace_article: Option<String>,
    /// The steps in the life of an ICT asset that it names.
    #[serde(default)]
    pub asset_stages: Option<AssetStages>,
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Duties that are not evaluated, and why: pasal that are not in the text we have.
    #[serde(default, rename = "missing")]
    pub missing: Vec<Missing>,
}

/// The steps in the life of an ICT asset ("manajemen aset teknologi informasi dan komunikasi").
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetStages {
    /// Pasal and ayat, such as `Pasal 36 ayat (1)`.
    pub article: String,
    /// The steps, in the order of the text.
    pub stages: Vec<AssetStage>,
}

/// A step in the life of an ICT asset, by its word in the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum AssetStage {
    /// Perencanaan.
    #[serde(rename = "perencanaan")]
    Planned,
    /// Permintaan.
    #[serde(rename = "permintaan")]
    Requested,
    /// Pengadaan.
    #[serde(rename = "pengadaan")]
    Procured,
    /// Penerimaan.
    #[serde(rename = "penerimaan")]
    Received,
    /// Pencatatan.
    #[serde(rename = "pencatatan")]
    Recorded,
    /// Pengelolaan.
    #[serde(rename = "pengelolaan")]
    Managed,
    /// Penghapusan.
    #[serde(rename = "penghapusan")]
    Removed,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id, such as `MJL-16.1`.
    pub id: String,
    /// Its short name on tiles and in tables, such as `Pencadangan ke Pusat Data`.
    pub title: String,
    /// Pasal and ayat, such as `Pasal 16 ayat (1)`.
    pub article: String,
    /// The statutory words.
    pub text: String,
    /// Who is obliged.
    pub obliged: Obliged,
    /// How it is checked, with its parameters.
    pub check: Check,
    /// How the words are read where they leave room, for the finding's page.
    #[serde(default)]
    pub reading: Option<String>,
}

/// Who is obliged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Obliged {
    /// Every Perangkat Daerah.
    Office,
    /// The Dinas Kominfo.
    Dinas,
    /// The government: office and Dinas together.
    Government,
}

/// A duty that is not evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// Pasal and ayat, as far as known.
    pub article: String,
    /// Why it is not evaluated.
    pub why: String,
}

impl Pack {
    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id == id)
    }

    /// The last day of its grace: `grace_years` after its promulgation, 29 February falling on the 28th.
    /// `None` when it gives no grace, or its promulgation is not known.
    #[must_use]
    pub fn grace_end(&self) -> Option<Date> {
        let promulgated = self.promulgated.filter(|_| self.grace_years > 0)?;
        promulgated.checked_add(i64::from(self.grace_years).years()).ok()
    }

    /// The pack with the promulgation date that its own text does not give.
    ///
    /// # Errors
    /// When the text gives another one.
    pub fn with_promulgated(mut self, date: Date) -> Result<Self, PackError> {
        match self.promulgated {
            Some(own) if own != date => Err(PackError::one(format!(
                "paket `{}`: tanggal pengundangan sudah tertulis dalam naskahnya ({own}); hapus tanggal {date} \
                 dari pengaturan",
                self.id
            ))),
            _ => {
                self.promulgated = Some(date);
                Ok(self)
            }
        }
    }
}
