//! Backups as the host tells of them. Everything here is a claim: that a copy lies in the Pusat Data is
//! never believed on the agent's word alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// One set of backups: one repository of one tool, or one pattern of dump files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The repository's own id (restic's and borg's, 64 hex digits), by which a witness knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Folders and files that it holds, as absolute paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// What is left out of `sources`, as the tool's own patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<String>,
    /// Whether it stays on the file systems that its sources lie on and leaves out what is mounted below them;
    /// `None` when that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_filesystem: Option<bool>,
    /// Databases that it holds, by name; `*` for all of a server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<String>,
    /// The system identifier of the database server that it holds, where the tool keeps it (pgBackRest).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_id: Option<String>,
    /// For how many days runs are to be kept, as configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u32>,
    /// Whether the repository takes no deletions, as its own configuration says; whoever can write to that
    /// configuration can change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub append_only: Option<bool>,
    /// When the tool last checked that the repository is sound, by its own traces on this host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<Timestamp>,
}

/// The tool that writes a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// restic.
    Restic,
    /// `pg_dump` and `pg_dumpall`, plain or custom format.
    PgDump,
    /// `mysqldump` and `mariadb-dump`.
    MysqlDump,
    /// A dump file of a kind that is not recognised.
    #[default]
    Dump,
    /// borg 1.x.
    Borg,
    /// rsnapshot.
    Rsnapshot,
    /// A tree that rsync or cp keeps.
    Tree,
    /// tar archives.
    Tar,
    /// 7z and zip archives.
    Zip,
    /// duplicity.
    Duplicity,
    /// pgBackRest.
    Pgbackrest,
    /// Bareos or Bacula; the client knows little, the director knows all.
    Bareos,
    /// Proxmox VE's `vzdump` files.
    Vzdump,
    /// Proxmox Backup Server.
    Pbs,
}

/// What a backup holds; Malang 23/2020 Pasal 19 ayat (2) asks for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Files ("file sistem").
    Files,
    /// Databases ("basis data").
    Database,
    /// Both.
    Both,
    /// Not known.
    #[default]
    Unknown,
}

/// Where a backup lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Path or URL, with user names and secrets taken out.
    pub location: String,
    /// The host that keeps it, when it is another one: a name or address out of the URL or mount source.
    pub host: Option<String>,
    /// How far it is from the data it protects.
    pub class: TargetClass,
    /// The medium's own identity, where it can be taken out: model and serial number, or the file system's UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
}

/// How far a backup lies from what it protects, nearest first. An agent can see no further than
/// "another host": whether that host stands in the Pusat Data is for the collector to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetClass {
    /// On the very file system.
    SameFilesystem,
    /// On another file system of the same disk.
    SameDisk,
    /// On this host; which of its disks, the agent could not tell or it is another one.
    SameHost,
    /// On a medium that can be taken out.
    Removable,
    /// On another host.
    OtherHost,
    /// Not known.
    #[default]
    Unknown,
}

/// How the agent came to know of a backup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The tool was asked and the repository answered.
    Asked,
    /// The files of the backup were looked at.
    Files,
    /// The job's own hook handed over what the tool said (`patuh-agent record backup`).
    Recorded,
    /// Only its configuration speaks of it.
    Configured,
    /// Only the tool's own traces on this host (such as restic's cache) speak of it.
    #[default]
    Traces,
}

/// One run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Bytes that this run added to the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_bytes: Option<u64>,
    /// SHA-256 of the file, for backups that are files; a witness that finds the same bytes confirms it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// How the tool ended, where a hook or a log tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<i32>,
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
    /// The tool said that it failed.
    ToolFailed,
    /// The tool said that not everything was taken along.
    Incomplete,
    /// A lock older than a day lies in the repository: backups may be failing on it.
    StaleLock,
}

/// A job that is planned to run: a systemd timer or cron entry that starts a backup tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackupPlan {
    /// The timer's unit or the cron file with its line.
    pub name: String,
    /// The tool it starts.
    pub tool: Tool,
    /// When: the calendar expression or the cron fields.
    pub schedule: String,
    /// What is run, with secrets taken out.
    pub command: String,
    /// Whether it is switched on; `None` when that cannot be told.
    pub enabled: Option<bool>,
    /// When the timer last started it.
    pub last_at: Option<Timestamp>,
    /// How it ended, where systemd tells.
    pub last_exit: Option<i32>,
}

/// An attempt to bring backups back: evidence of "pemulihan".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Drill {
    /// The backup set.
    pub set: String,
    /// The tool.
    pub tool: Tool,
    /// What was done: `restore sample`, `pg_restore to nothing`, `load into a scratch server`.
    pub method: String,
    /// The snapshot, archive or file that was brought back.
    pub object: String,
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Files, tables or rows that came back. Zero is a failure.
    pub items: u64,
    /// Bytes that came back.
    pub bytes: u64,
    /// How many items were compared with what was recorded before.
    pub compared: u64,
    /// How many of these were the same.
    pub same: u64,
    /// Age of the newest thing that came back (the canary), in seconds at the time of the drill.
    pub canary_age_s: Option<u64>,
    /// Whether it counts.
    pub passed: bool,
    /// Why not, or what is to be known.
    pub note: Option<String>,
    /// Who asked for it: `schedule`, or the account on the host.
    pub by: String,
}
