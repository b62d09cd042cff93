//! What is known of backups: the copies, what ought to be in them, when they were planned, and whether they came back.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// A set of backups of a server.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Backup {
    /// Its name.
    pub set: String,
    /// The tool, such as `restic`.
    pub tool: String,
    /// Whether it holds files.
    pub files: bool,
    /// Whether it holds databases.
    pub database: bool,
    /// Where it lies.
    pub place: Place,
    /// When the newest whole run was made.
    pub newest: Option<Timestamp>,
    /// Whether the agent could not look into it: that no run is known then says nothing.
    pub unread: bool,
    /// What is known of it beyond the claim.
    pub grade: Grade,
    /// What speaks against it, each in a few words.
    pub problems: Vec<String>,
    /// A witness saw by itself that it is damaged, or that it went before its time: how, in a few words.
    pub spoilt: Option<String>,
    /// `SAKSI DIAM`: the witness that watches where it lies has not looked since this time, so that nobody knows
    /// what lies there now.
    pub unwatched_since: Option<Timestamp>,
    /// When the oldest recovery point that is still there was made; by the witness's clock where it saw it.
    pub oldest: Option<Timestamp>,
    /// How many recovery points there are.
    pub points: u64,
    /// For how many days they are to be kept, as configured.
    pub keep_days: Option<u32>,
    /// Whether it lies encrypted; `None` when that cannot be told.
    pub encrypted: Option<bool>,
    /// Whether its repository takes no deletions, as its own configuration says.
    pub append_only: Option<bool>,
    /// When its content was last found sound, by a witness that read it again or by the tool's own check.
    pub checked: Option<Timestamp>,
    /// The medium's own identity, where it lies on one that can be taken out.
    pub medium: Option<String>,
}

/// Something on a server that ought to lie in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataStore {
    /// What it is called, for people: `basis data simpeg (PostgreSQL)`, `/var/www/html`.
    pub name: String,
    /// What kind of data it is.
    pub kind: StoreKind,
    /// Whether it lies in a backup.
    pub cover: Cover,
    /// The backup sets that hold it, by name.
    pub sets: Vec<String>,
    /// Why it is not covered, or only partly: a clause. Empty when it is covered.
    pub reason: String,
}

/// The kinds of [`DataStore`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// A database of a database server, or a database in a file.
    Database,
    /// A document root, home folders, a folder of data.
    #[default]
    Files,
    /// The disk of a virtual machine or system container.
    Machine,
    /// A volume of an application container.
    Volume,
    /// The host's own configuration.
    Configuration,
}

/// Whether a [`DataStore`] lies in a backup, worst first.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// No backup set holds it.
    Uncovered,
    /// Part of it is left out.
    Partly,
    /// Files of a running database are copied as they lie: such a copy may not start.
    Inconsistent,
    /// It cannot be told.
    #[default]
    Unknown,
    /// Somebody set it free, until a day.
    Exempted {
        /// Who approved it: name and position.
        approver: String,
        /// Why, in a few words.
        reason: String,
        /// Its last day.
        until: Date,
    },
    /// A backup set holds it.
    Covered,
}

/// A planned backup job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The timer's unit or the cron entry.
    pub name: String,
    /// The tool that it starts.
    pub tool: String,
    /// When, as it is written there.
    pub schedule: String,
    /// The longest time between two runs by that schedule, in hours, rounded up; `None` when it cannot be told.
    pub every_hours: Option<u32>,
    /// Whether it is switched on; `None` when that cannot be told.
    pub enabled: Option<bool>,
    /// When it last ran: by its timer, or by the newest run of a set of the same tool.
    pub last_ran: Option<Timestamp>,
    /// How it ended then, where that is known.
    pub last_exit: Option<i32>,
}

/// An attempt to bring a backup back: "pemulihan".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drill {
    /// The backup set.
    pub set: String,
    /// What was done, for people.
    pub method: String,
    /// When.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Files, tables or rows that came back.
    pub items: u64,
    /// Bytes that came back.
    pub bytes: u64,
    /// How many items were compared with what was recorded before, and how many of these were the same.
    pub compared: (u64, u64),
    /// Whether it counts.
    pub passed: bool,
    /// Why not, or what is to be known.
    pub note: Option<String>,
    /// Who asked for it.
    pub by: String,
}

/// A portable medium in the register of media.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Medium {
    /// Its number on the label.
    pub label: String,
    /// Its own identity as agents report it (serial number or file system UUID), when an officer tied it.
    pub identity: Option<String>,
    /// The office whose data it holds.
    pub office: String,
    /// Where it is kept.
    pub place: String,
    /// Who keeps it.
    pub custodian: String,
    /// When an agent last saw it written, or an officer last wrote so.
    pub written_at: Option<Timestamp>,
    /// When a person last saw it in its place.
    pub seen_on: Option<Date>,
}

/// Somebody attested that a second person can open encrypted backups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Escrow {
    /// The office whose backups they are.
    pub office: String,
    /// The set it is about; `None` for all of the office.
    pub set: Option<String>,
    /// The second holder: name and position.
    pub holder: String,
    /// The document that says so.
    pub document: String,
    /// The day it was attested.
    pub attested_on: Date,
}

/// Where a backup lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// On the server itself.
    SameHost,
    /// On a medium that can be taken out.
    Removable,
    /// On a host of this site.
    Site(String),
    /// On another host, whose site is not registered: its name or address.
    OtherHost(String),
    /// Not known.
    #[default]
    Unknown,
}

/// How good the evidence for a backup is, worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The agent says so.
    #[default]
    Claimed,
    /// A second agent at the Pusat Data's storage found the object by itself.
    Witnessed,
    /// Its content hash was read again.
    Verified,
    /// A drill brought files back.
    Restored,
}
