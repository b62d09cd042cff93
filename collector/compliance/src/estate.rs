//! The facts that are judged. The judge owns these types, so that it does not change when the wire does;
//! the collector translates its store into them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// One government's servers, offices and sites.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Estate {
    /// The offices (Perangkat Daerah), by code.
    pub offices: Vec<Office>,
    /// The sites: data centres, recovery centres, server rooms.
    pub sites: Vec<Site>,
    /// The servers, by name, then by id.
    pub servers: Vec<Server>,
}

/// A Perangkat Daerah.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Office {
    /// Its code, such as `dinkes`.
    pub code: String,
    /// Its name, such as `Dinas Kesehatan`.
    pub name: String,
    /// The decree (number and date in words) that makes it a Perangkat Daerah Mandiri TIK.
    pub mandiri_tik: Option<String>,
    /// How many servers it has by its own count, with or without an agent.
    pub registered_servers: Option<u32>,
}

/// A place where servers or copies stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Its code, such as `pusat-data`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind of place it is.
    pub kind: SiteKind,
}

/// The kinds of [`Site`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// The Pusat Data that the Dinas runs, or the national one.
    DataCentre,
    /// The Pusat Pemulihan Bencana (Malang: Pusat Pemulihan Data).
    RecoveryCentre,
    /// A room of an office.
    OfficeRoom,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Server {
    /// The agent's name; our key.
    pub id: String,
    /// The host's name, for people.
    pub name: String,
    /// The code of its office.
    pub office: String,
    /// When it first came into use, as far as can be told; an estimate. Grace protects only what stood
    /// before a regulation.
    pub since: Option<Date>,
    /// When its agent last reported.
    pub last_report: Option<Timestamp>,
    /// Where it stands.
    pub location: Location,
    /// Its backups, or why nothing is known of them.
    pub backups: Known<Vec<Backup>>,
    /// The ledger entries that say so.
    pub evidence: Vec<Evidence>,
}

/// A fact that may not be known.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    /// It is known.
    Yes(T),
    /// It is not known: why, in a few words for an officer.
    No(String),
}

/// Where a server stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The site that an officer declared.
    pub declared: Option<String>,
    /// The site that its network addresses speak for.
    pub observed: Option<String>,
    /// What was observed, in a few words: `10.20.1.5 dalam jaringan Pusat Data`.
    pub observation: Option<String>,
}

/// A set of backups of a server.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// What is known of it beyond the claim.
    pub grade: Grade,
    /// What speaks against it, each in a few words.
    pub problems: Vec<String>,
}

/// Where a backup lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    Unknown,
}

/// How good the evidence for a backup is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The agent says so.
    Claimed,
    /// A second agent at the Pusat Data's storage found the object by itself.
    Witnessed,
    /// Its content hash was read again.
    Verified,
    /// A drill brought files back.
    Restored,
}

/// A ledger entry that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// Its index in the ledger.
    pub index: u64,
    /// What it shows: the sensor's name.
    pub shows: String,
    /// When the report was taken, by the host's clock.
    pub taken_at: Timestamp,
}

impl Estate {
    /// The site with this code.
    #[must_use]
    pub fn site(&self, code: &str) -> Option<&Site> {
        self.sites.iter().find(|s| s.code == code)
    }

    /// The office with this code.
    #[must_use]
    pub fn office(&self, code: &str) -> Option<&Office> {
        self.offices.iter().find(|o| o.code == code)
    }
}
