//! A *laporan perubahan* (and the first *penyerahan diagram*): what the machine drafts, what an official hands in, what
//! the Dinas receives.
//!
//! The machine sees that something changed; the duty is met by a named person's act and by another's receipt. So a
//! draft is worth nothing by itself: Bukittinggi Pasal 25 ayat (1) "wajib menyerahkan diagram", ayat (2) "wajib
//! melaporkan detail perubahan"; Madiun Pasal 20 ayat (1) and (2).
//!
//! ```text
//! Draft ──submit──▶ Submitted ──receive──▶ Received
//!   │ ▲                 │
//!   │ └── submit ──┐    └──return (sent back by the Dinas)──▶ Draft
//!   └──dismiss──▶ Dismissed (by the office; the Dinas may confirm it, or somebody submits it after all)
//! ```

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use serde::{Deserialize, Serialize};

use super::change::{Change, ChangeSet};

/// A report of changes, from its draft to its receipt. It counts in the ledger by the acts only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeReport {
    /// Counts from 1 within the government; 0 of one that was not written yet.
    pub id: u64,
    /// The office.
    pub office: Code,
    /// The version before the changes; none: a diagram is handed in (*penyerahan diagram LAN*) and no change reported.
    pub before: Option<u32>,
    /// The version after them, whose diagram is handed in. A draft goes on to newer versions as long as its changes
    /// belong together; the draft of a diagram does so until it is handed in.
    pub after: u32,
    /// The changes in words.
    pub sentences: Vec<String>,
    /// When the first change was certain.
    pub from_at: Timestamp,
    /// When the last was.
    pub to_at: Timestamp,
    /// The changes themselves, in their order.
    pub changes: Vec<Change>,
    /// How it stands.
    pub standing: ReportStanding,
    /// Why the LAN was changed, or why there is nothing to report, in the officer's words.
    #[serde(default)]
    pub reason: String,
    /// Who made the change (`dilakukan_oleh`): a change of the Dinas is not held against the office.
    #[serde(default)]
    pub done_by: Option<Party>,
    /// SHA-256 of the diagram (SVG) that was handed in.
    #[serde(default)]
    pub diagram: Option<Digest>,
    /// The handing in.
    #[serde(default)]
    pub submitted: Option<Act>,
    /// The receipt of the Dinas.
    #[serde(default)]
    pub received: Option<Act>,
    /// That it was set aside, by whom.
    #[serde(default)]
    pub dismissed: Option<Act>,
    /// That the Dinas sent it back the last time, with its reason in [`Act::note`].
    #[serde(default)]
    pub returned: Option<Act>,
}

/// How a report stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStanding {
    /// Drafted by the machine: nobody has handed it in.
    #[default]
    Draft,
    /// Handed in, not yet received.
    Submitted,
    /// Received by the Dinas.
    Received,
    /// Set aside: there is nothing to report.
    Dismissed,
}

/// Who did something: the office itself, or the Dinas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The office (Perangkat Daerah).
    Office,
    /// The Dinas.
    Dinas,
}

/// What an official did with a report, as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The user who entered it.
    pub who: String,
    /// The official: name, and position or NIP.
    pub name: String,
    /// For whom: the office, or the Dinas (on its behalf).
    pub party: Party,
    /// What was said to it.
    #[serde(default)]
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// Its place in the ledger.
    pub leaf: u64,
}

/// What is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The version that the official has seen: a draft that has gone on since is not handed in unseen.
    pub after: u32,
    /// The official who hands it in: name, and position or NIP.
    pub name: String,
    /// For whom it is handed in: the office does it, or the Dinas on its behalf.
    pub party: Party,
    /// Who made the change (`dilakukan_oleh`).
    pub done_by: Party,
    /// Why the LAN was changed.
    pub reason: String,
    /// The diagram that is handed in: SVG, kept as it is.
    pub diagram: String,
}

/// What an official decides on a report that stands: receipt, return, setting aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The official: name, and position or NIP.
    pub name: String,
    /// For whom.
    pub party: Party,
    /// Why, in words. Needed to send back and to set aside.
    pub note: String,
}

/// What an official does with a report.
#[derive(Clone, Copy, Debug)]
pub enum Filing<'a> {
    /// Hands it in. What was set aside may be handed in after all.
    Submit(&'a Submission),
    /// Receives what was handed in, for the Dinas: only then the duty is met.
    Receive(&'a Decision),
    /// Sends back what was handed in, for the Dinas: it waits to be handed in again.
    Return(&'a Decision),
    /// Sets a draft aside: there is nothing to report ("sudah diketahui"). What the office set aside the Dinas may
    /// confirm by setting it aside too.
    Dismiss(&'a Decision),
}

/// What came of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// It stands in the ledger; the report as it is now.
    Done(Box<ChangeReport>),
    /// Nothing was written.
    Refused(FilingRefusal),
}

/// Why an act on a report is refused. `Display` is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilingRefusal {
    /// There is no report of this number.
    #[error("laporan perubahan LAN nomor {0} tidak ada")]
    Unknown(u64),
    /// It stands otherwise: somebody else was faster.
    #[error("laporan ini sudah {0}; muat ulang halamannya")]
    Stands(ReportStanding),
    /// The draft has gone on since it was read.
    #[error(
        "draf ini bertambah sejak Anda membukanya (kini sampai versi {0}); periksa isinya yang baru, lalu ulangi"
    )]
    Overtaken(u32),
    /// A name is missing.
    #[error("isi nama pejabat yang melakukannya")]
    NoName,
    /// A reason is missing.
    #[error("isi alasannya")]
    NoReason,
    /// The diagram is missing.
    #[error("diagram yang diserahkan kosong")]
    NoDiagram,
    /// Only the Dinas receives and sends back.
    #[error("hanya Dinas yang menerima atau mengembalikan laporan")]
    NotTheDinas,
}

/// Which reports a list is to hold, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Only of this office.
    pub office: Option<Code>,
    /// Only those that stand so.
    pub standing: Option<ReportStanding>,
}

impl ChangeReport {
    /// The draft of a report, of which nothing is told yet.
    #[must_use]
    pub const fn draft(office: Code, before: Option<u32>, at: Timestamp) -> Self {
        Self {
            id: 0,
            office,
            before,
            after: 0,
            sentences: Vec::new(),
            from_at: at,
            to_at: at,
            changes: Vec::new(),
            standing: ReportStanding::Draft,
            reason: String::new(),
            done_by: None,
            diagram: None,
            submitted: None,
            received: None,
            dismissed: None,
            returned: None,
        }
    }

    /// Whether it hands in a diagram and reports no change: the first diagram, or one that shows more (or less) of the
    /// same LAN than the one before.
    #[must_use]
    pub const fn is_diagram_only(&self) -> bool {
        self.before.is_none()
    }

    /// Whether its duty is not met yet: nobody has handed it in, and nobody set it aside.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.standing, ReportStanding::Draft)
    }

    /// The last day on which handing it in is in time, `days` after the change was certain (no regulation names a
    /// number: `kebijakan Dinas`).
    #[must_use]
    pub fn due(&self, days: u32, zone: &TimeZone) -> Date {
        let day = self.from_at.to_zoned(zone.clone()).date();
        day.saturating_add(i64::from(days).days())
    }

    /// Its changes, as one set.
    #[must_use]
    pub fn set(&self) -> ChangeSet {
        ChangeSet { from: self.from_at, to: self.to_at, changes: self.changes.clone() }
    }
}

impl ReportStanding {
    /// Its name in links and in the store.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Draft => "draf",
            Self::Submitted => "diserahkan",
            Self::Received => "diterima",
            Self::Dismissed => "dikesampingkan",
        }
    }

    /// The standing of that name.
    #[must_use]
    pub fn named(slug: &str) -> Option<Self> {
        [Self::Draft, Self::Submitted, Self::Received, Self::Dismissed]
            .into_iter()
            .find(|standing| standing.slug() == slug)
    }
}

impl fmt::Display for ReportStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "menunggu diserahkan",
            Self::Submitted => "diserahkan, menunggu diterima Dinas",
            Self::Received => "diterima Dinas",
            Self::Dismissed => "dikesampingkan",
        })
    }
}

impl Party {
    /// Its name in forms and in the ledger.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Office => "pd",
            Self::Dinas => "dinas",
        }
    }

    /// The party of that name.
    #[must_use]
    pub fn named(slug: &str) -> Option<Self> {
        [Self::Office, Self::Dinas].into_iter().find(|party| party.slug() == slug)
    }

    /// What it is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Office => "Perangkat Daerah",
            Self::Dinas => "Dinas",
        }
    }
}
