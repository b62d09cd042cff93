//! Rule packs: one regulation each, read from `config/packs/*.toml`.

use jiff::civil::Date;
use serde::Deserialize;

use crate::estate::Grade;

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
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Duties that are not evaluated, and why: pasal that are not in the text we have.
    #[serde(default, rename = "missing")]
    pub missing: Vec<Missing>,
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

/// The closed list of algorithms. A number here that no law gives is `kebijakan Dinas`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Check {
    /// The server stands in the Pusat Data.
    Placement {
        /// "data dan/atau server": a server outside passes when its data is in the Pusat Data.
        #[serde(default)]
        data_suffices: bool,
        /// A server of a Perangkat Daerah Mandiri TIK outside the Pusat Data goes to a person.
        #[serde(default)]
        mandiri_tik_review: bool,
        /// A Pusat Pemulihan Bencana is a lawful place too.
        #[serde(default)]
        recovery_centre: bool,
        /// Where `data_suffices`: the oldest a copy in the Pusat Data may be, in hours.
        #[serde(default)]
        max_age_hours: Option<u32>,
        /// Where `data_suffices`: the least evidence for that copy.
        #[serde(default)]
        least_grade: Option<Grade>,
    },
    /// The server's data is backed up into the Pusat Data.
    BackupToDataCentre {
        /// The oldest a copy of databases may be, in hours.
        database_hours: u32,
        /// The oldest a copy of files may be, in hours.
        files_hours: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
    /// Both file system and databases are backed up, wherever.
    BackupBothKinds {
        /// The oldest a copy of databases may be, in hours.
        database_hours: u32,
        /// The oldest a copy of files may be, in hours.
        files_hours: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
    /// A copy lies on a portable medium or in a place apart from the server's room.
    SeparateCopy {
        /// The oldest a copy in another place may be, in hours.
        apart_hours: u32,
        /// The oldest a copy on a portable medium may be, in hours.
        portable_hours: u32,
        /// The least evidence that counts as done.
        least_grade: Grade,
    },
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
