//! What a host does for others: services, sockets, web sites and databases.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A service unit of systemd.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unit {
    /// Its name with suffix, such as `nginx.service`.
    pub name: String,
    /// Whether it starts with the host; `None` when that cannot be told.
    pub enabled: Option<bool>,
    /// How it is.
    pub state: UnitState,
}

/// The state of a [`Unit`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitState {
    /// It runs, or did its work and counts as active.
    Active,
    /// It does not run.
    Inactive,
    /// It failed.
    Failed,
    /// Not known.
    #[default]
    Unknown,
}

/// A socket that takes connections or datagrams.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Listener {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// The address it listens on; `*` for all.
    pub address: String,
    /// The port.
    pub port: u16,
    /// The program that holds it, by name; `None` when that may not be seen.
    pub process: Option<String>,
    /// The service it belongs to, such as `nginx.service`; `None` when the kernel does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// A web site that is configured, or a document root with an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Site {
    /// `apache`, `nginx`, `xampp`, or `files` where only the document root speaks.
    pub server: String,
    /// The names it answers to.
    pub names: Vec<String>,
    /// Where it listens, such as `*:443`.
    pub listen: Vec<String>,
    /// Its document root. A data store: it must be found in a backup.
    pub root: Option<String>,
    /// The application in the document root, such as `WordPress`.
    pub application: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The file that configures it.
    pub file: Option<String>,
}

/// A database server or database file. A data store: it must be found in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatabaseService {
    /// Its kind.
    pub engine: DatabaseEngine,
    /// Which of several: the cluster's or instance's name, or the path of a database file.
    pub name: String,
    /// Version, as far as files tell it.
    pub version: Option<String>,
    /// PostgreSQL's system identifier, MariaDB's or MySQL's server UUID: survives renaming and moving.
    pub system_id: Option<String>,
    /// Where its data lie.
    pub data_dir: Option<String>,
    /// The port it is configured for.
    pub port: Option<u16>,
    /// Whether it runs; `None` when that cannot be told.
    pub running: Option<bool>,
    /// Size of its data in bytes, rounded up: it is there to tell large from small, and must not make every
    /// report a change. `None` when it was not measured.
    pub size_bytes: Option<u64>,
    /// Its databases, as far as they can be seen.
    pub databases: Vec<Database>,
    /// Why `databases` is empty or incomplete, when it is.
    pub note: Option<String>,
}

/// The kinds of [`DatabaseService`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseEngine {
    /// PostgreSQL.
    Postgresql,
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
    /// MongoDB.
    Mongodb,
    /// Redis or Valkey.
    Redis,
    /// A file of SQLite.
    Sqlite,
    /// Another one.
    #[default]
    Other,
}

/// One database of a [`DatabaseService`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Database {
    /// Its name; PostgreSQL's object id (`oid 16384`) where only files were seen.
    pub name: String,
    /// Size in bytes, rounded up.
    pub size_bytes: Option<u64>,
    /// The day its files were last written, as its first moment in UTC.
    pub modified_at: Option<Timestamp>,
}
