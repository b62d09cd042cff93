//! What on a server ought to lie in a backup, set beside the backup sets that hold it. Pure.
//!
//! Counted per data store, never per job: a new database beside a dump list that names the old ones is the
//! commonest hole, and a job that runs well does not show it.

use jiff::Timestamp;
use patuh_compliance::estate::{Cover, StoreKind};

/// A data store of a server, and whether it lies in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataStore {
    /// What names it among the stores of its server, the same from day to day: `postgresql/7710…/simpeg`,
    /// `files/var/www/html`, `machine/101/scsi0`, `volume/nextcloud_data`.
    pub key: String,
    /// What it is called, for people.
    pub name: String,
    /// What kind of data it is.
    pub kind: StoreKind,
    /// Its size in bytes, where it was measured.
    pub bytes: Option<u64>,
    /// Whether it lies in a backup.
    pub cover: Cover,
    /// The sets that hold it: indices into the claims of its server.
    pub sets: Vec<usize>,
    /// Why it is not covered, or only partly: an Indonesian clause. Empty when it is covered.
    pub reason: String,
    /// The sensor that found it.
    pub sensor: &'static str,
    /// When it was found there, by the host's clock.
    pub at: Timestamp,
}
