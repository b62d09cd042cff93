//! Backups as the host tells of them. Everything here is a claim: that a copy lies in the Pusat Data is
//! never believed on the agent's word alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One set of backups: one restic repository, or one pattern of dump files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSet {
    /// The name given in `agent.toml`, or the path where it was found.
    pub name: String,
    /// The tool that writes it.
    pub tool: Tool,
    /// What it holds.
    pub holds: Holds,
    /// Where it lies.
    pub target: Target,
    /// How the agent came to know.
    pub basis: Basis,
    /// The runs seen, newest first, at most [`crate::limits::MAX_RUNS`].
    pub runs: Vec<Run>,
    /// How many runs there are in all.
    pub count: u64,
    /// When the oldest run that is still there ended.
    pub oldest_at: Option<Timestamp>,
    /// Whether it lies encrypted; `None` when that cannot be told.
    pub encrypted: Option<bool>,
    /// What speaks against it: empty dumps, missing trailers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// The tool that writes a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// restic.
    Restic,
    /// `pg_dump` and `pg_dumpall`, plain or custom format.
    PgDump,
    /// `mysqldump` and `mariadb-dump`.
    MysqlDump,
    /// A dump file of a kind that is not recognised.
    Dump,
}

/// What a backup holds; Malang 23/2020 Pasal 19 ayat (2) asks for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Files ("file sistem").
    Files,
    /// Databases ("basis data").
    Database,
    /// Both.
    Both,
    /// Not known.
    Unknown,
}

/// Where a backup lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Path or URL, with user names and secrets taken out.
    pub location: String,
    /// The host that keeps it, when it is another one: a name or address out of the URL or mount source.
    pub host: Option<String>,
    /// How far it is from the data it protects.
    pub class: TargetClass,
}

/// How far a backup lies from what it protects, nearest first. An agent can see no further than
/// "another host": whether that host stands in the Pusat Data is for the collector to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetClass {
    /// On this host, perhaps on the very disk.
    SameHost,
    /// On a medium that can be taken out.
    Removable,
    /// On another host.
    OtherHost,
    /// Not known.
    Unknown,
}

/// How the agent came to know of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The tool was asked and the repository answered.
    Asked,
    /// The files of the backup were looked at.
    Files,
    /// Only the tool's own traces on this host (such as restic's cache) speak of it.
    Traces,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The tool's own name for it: a snapshot id, a file name.
    pub id: String,
    /// When it was made, by the host's clock.
    pub at: Timestamp,
    /// Bytes protected or written, as the tool gives it.
    pub bytes: Option<u64>,
    /// Files protected.
    pub files: Option<u64>,
    /// Whether its content looks whole (header, trailer); `None` when that was not looked at.
    pub whole: Option<bool>,
}

/// Something that speaks against a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The run or file it is about.
    pub about: String,
    /// What it is.
    pub kind: ProblemKind,
}

/// The kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// No bytes, or nothing but an empty archive.
    Empty,
    /// The end that the tool writes last is missing.
    Truncated,
    /// Less than half the median size of those before it.
    Collapsed,
    /// It could not be read.
    Unreadable,
    /// A snapshot without a single file.
    NoFiles,
}
