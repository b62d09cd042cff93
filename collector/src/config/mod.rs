//! The configuration: `collector.toml` (complete and commented: `config/collector.toml`) and the rule packs
//! it names.
//!
//! One small struct per concern. Reading gathers *all* faults, each with file, line, key and remedy, so that
//! an administrator mends a file once and not once per fault.

mod network;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use patuh_compliance::estate::Grade;
use patuh_compliance::estate::SiteKind;
use patuh_protocol::id::Code;

pub use network::{BadNetwork, Network};

/// What `collector.toml` says, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Directory of keys, the embedded database and the first login.
    pub state: PathBuf,
    /// Directory of the rule packs.
    pub packs: PathBuf,
    /// Whose collector this is.
    pub government: Government,
    /// The agents' listener.
    pub agents: AgentsListener,
    /// The people's listener.
    pub web: WebListener,
    /// Where the rows lie.
    pub store: StoreConfig,
    /// After how many hours without a report an agent counts as silent.
    pub silent_after_hours: u32,
    /// The offices (Perangkat Daerah), as written.
    pub offices: Vec<Office>,
    /// The sites, as written.
    pub sites: Vec<Site>,
    /// What the Dinas sets differently from a pack, by rule id.
    pub policy: BTreeMap<String, Policy>,
}

/// Whose collector this is.
#[derive(Clone, Debug, PartialEq)]
pub struct Government {
    /// Its code; every row of the store begins with it.
    pub code: Code,
    /// Its name, such as `Pemerintah Kabupaten Contoh`.
    pub name: String,
    /// The name of its Dinas Kominfo.
    pub dinas: String,
    /// The time zone in which times are shown.
    pub timezone: TimeZone,
    /// The ids of the rule packs in force, in the order they are shown.
    pub packs: Vec<String>,
    /// Promulgation dates of packs whose text gives none, by pack id.
    pub promulgated: BTreeMap<String, Date>,
}

/// The agents' listener: always TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentsListener {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Names and addresses by which agents reach it: the server certificate's SANs.
    pub hosts: Vec<String>,
}

/// The people's listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebListener {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The certificate to show. `None`: plain HTTP on a loopback address, else a certificate of the own CA.
    pub tls: Option<PemFiles>,
}

/// A certificate chain and its key, PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PemFiles {
    /// The chain, leaf first.
    pub certificate: PathBuf,
    /// The leaf's private key.
    pub key: PathBuf,
}

/// Where the rows lie.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoreConfig {
    /// A `postgres://` URL; `None`: SQLite in the state directory.
    pub url: Option<String>,
}

/// A Perangkat Daerah.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Its code, such as `dinkes`.
    pub code: Code,
    /// Its name, such as `Dinas Kesehatan`.
    pub name: String,
    /// The decree (number and date in words) that makes it a Perangkat Daerah Mandiri TIK.
    pub mandiri_tik: Option<String>,
    /// How many servers it has by its own count, with or without an agent.
    pub servers: Option<u32>,
}

/// A place where servers or copies stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its code, such as `pusat-data`.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// The networks of its servers.
    pub networks: Vec<Network>,
    /// Names of hosts that stand there.
    pub hosts: Vec<String>,
}

/// What the Dinas sets differently from a rule's check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The oldest a copy of databases may be, in hours.
    pub database_hours: Option<u32>,
    /// The oldest a copy of files may be, in hours.
    pub files_hours: Option<u32>,
    /// The oldest a copy in another place may be, in hours.
    pub apart_hours: Option<u32>,
    /// The oldest a copy on a portable medium may be, in hours.
    pub portable_hours: Option<u32>,
    /// The oldest a copy that stands for the server may be, in hours.
    pub max_age_hours: Option<u32>,
    /// The least evidence that counts as done.
    pub least_grade: Option<Grade>,
    /// A server of a Perangkat Daerah Mandiri TIK goes to a person.
    pub mandiri_tik_review: Option<bool>,
    /// A server outside passes when its data is in the Pusat Data.
    pub data_suffices: Option<bool>,
}

impl Config {
    /// The store's URL: the one that was set, or SQLite in the state directory.
    #[must_use]
    pub fn store_url(&self) -> String {
        let sqlite = || format!("sqlite:{}", self.state.join("patuh.db").display());
        self.store.url.clone().unwrap_or_else(sqlite)
    }

    /// The office with this code.
    #[must_use]
    pub fn office(&self, code: &Code) -> Option<&Office> {
        self.offices.iter().find(|o| o.code == *code)
    }

    /// The site with this code.
    #[must_use]
    pub fn site(&self, code: &Code) -> Option<&Site> {
        self.sites.iter().find(|s| s.code == *code)
    }
}

/// The URL may hold a password: it is never shown.
impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.url.is_some() { "StoreConfig(postgres://…)" } else { "StoreConfig(sqlite)" })
    }
}
