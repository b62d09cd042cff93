//! The facts that are judged. The judge owns these types, so that it does not change when the wire does;
//! the collector translates its store into them.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

mod backup;
mod lan;
mod location;

pub use backup::{Backup, Cover, DataStore, Drill, Escrow, Grade, Medium, Place, Plan, StoreKind};
pub use lan::{Addressing, IntranetUse, Lan, LanReport, LanStanding, LanVersion, Reach};
pub use location::{Certainty, Location, OnSite, Sign, SignKind};

/// One government's servers, offices and sites, and the terms on which they are judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estate {
    /// The offices (Perangkat Daerah), by code.
    pub offices: Vec<Office>,
    /// The sites: data centres, recovery centres, server rooms.
    pub sites: Vec<Site>,
    /// The servers, by name, then by id.
    pub servers: Vec<Server>,
    /// What somebody with the power to do so set free, in writing.
    pub exemptions: Vec<Exemption>,
    /// The portable media on which copies are kept, as they stand in the register of media.
    pub media: Vec<Medium>,
    /// Who holds a second key to encrypted backups, as somebody attested.
    pub escrows: Vec<Escrow>,
    /// What is known of the offices' LANs, by office. An office that is not in it has none that anybody saw.
    pub lans: Vec<Lan>,
    /// The clock by which dates are written and days are counted.
    pub zone: Zone,
    /// Without a report for longer than this, an agent counts as silent: its data is judged, and its age is
    /// said. `kebijakan Dinas`.
    pub silent_after_hours: u32,
    /// Without a report for longer than this, nothing is known any more. `kebijakan Dinas`.
    pub unknown_after_hours: u32,
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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
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
    /// What on it ought to lie in a backup, or why that is not known.
    pub stores: Known<Vec<DataStore>>,
    /// Its planned backup jobs, or why nothing is known of them.
    pub plans: Known<Vec<Plan>>,
    /// Attempts to bring its backups back, newest first, or why nothing is known of them.
    pub drills: Known<Vec<Drill>>,
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

/// Not known, for no reason that anybody gave.
impl<T> Default for Known<T> {
    fn default() -> Self {
        Self::No(String::new())
    }
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

/// A duty lifted from a server, or from all servers of an office, until a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exemption {
    /// The rule's id, such as `MJL-16.1`.
    pub rule: String,
    /// The server; or the office, for all its servers.
    pub subject: Subject,
    /// Why, in a few words.
    pub reason: String,
    /// Who approved it: name and position.
    pub approver: String,
    /// The document that says so: kind, number and date in words.
    pub document: String,
    /// Its last day.
    pub until: Date,
}

/// What is judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Subject {
    /// A server, by its agent's name.
    Server(String),
    /// An office, by its code.
    Office(String),
}

/// The three zones of Indonesia; none has summer time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    #[default]
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

/// How fresh what is known of a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Its agent reports; last at this time.
    Current(Timestamp),
    /// Its agent is silent since this time; what it said then is still judged.
    Silent(Timestamp),
    /// Its agent is silent since this time, too long for anything to be said.
    Lost(Timestamp),
    /// Its agent never reported.
    Never,
}

/// Default of [`Estate::silent_after_hours`]: a day and two hours, so that one late nightly run does not count.
pub const SILENT_AFTER_HOURS: u32 = 26;

/// Default of [`Estate::unknown_after_hours`]: seven days, so that a long weekend without power does not count.
pub const UNKNOWN_AFTER_HOURS: u32 = 7 * 24;

/// Empty, in WIB, with the default terms.
impl Default for Estate {
    fn default() -> Self {
        Self {
            offices: Vec::new(),
            sites: Vec::new(),
            servers: Vec::new(),
            exemptions: Vec::new(),
            media: Vec::new(),
            escrows: Vec::new(),
            lans: Vec::new(),
            zone: Zone::default(),
            silent_after_hours: SILENT_AFTER_HOURS,
            unknown_after_hours: UNKNOWN_AFTER_HOURS,
        }
    }
}

impl Estate {
    /// The site with this code.
    #[must_use]
    pub fn site(&self, code: &str) -> Option<&Site> {
        self.sites.iter().find(|s| s.code == code)
    }

    /// The portable medium with this identity.
    #[must_use]
    pub fn medium(&self, identity: &str) -> Option<&Medium> {
        self.media.iter().find(|m| m.identity.as_deref() == Some(identity))
    }

    /// The office with this code.
    #[must_use]
    pub fn office(&self, code: &str) -> Option<&Office> {
        self.offices.iter().find(|o| o.code == code)
    }

    /// How fresh what is known of `server` is as of `now`. A report from the future counts as current.
    #[must_use]
    pub fn freshness(&self, server: &Server, now: Timestamp) -> Freshness {
        let Some(last) = server.last_report else { return Freshness::Never };
        let age = now.duration_since(last);
        if age > hours(self.unknown_after_hours) {
            Freshness::Lost(last)
        } else if age > hours(self.silent_after_hours) {
            Freshness::Silent(last)
        } else {
            Freshness::Current(last)
        }
    }
}

impl Server {
    /// What people call it: its name, or its id as long as it has not said its name.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

impl Subject {
    /// The server's or office's own name.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Server(id) | Self::Office(id) => id,
        }
    }
}

impl Zone {
    /// The zone that an IANA name such as `Asia/Jakarta` stands for; `None` outside Indonesia.
    #[must_use]
    pub fn named(iana: &str) -> Option<Self> {
        match iana {
            "Asia/Jakarta" | "Asia/Pontianak" => Some(Self::Wib),
            "Asia/Makassar" => Some(Self::Wita),
            "Asia/Jayapura" => Some(Self::Wit),
            _ => None,
        }
    }

    /// Its letters, as they stand behind a time.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// Its distance from UTC.
    #[must_use]
    pub fn offset(self) -> Offset {
        match self {
            Self::Wib => Offset::constant(7),
            Self::Wita => Offset::constant(8),
            Self::Wit => Offset::constant(9),
        }
    }

    /// The day that `at` falls on.
    #[must_use]
    pub fn day(self, at: Timestamp) -> Date {
        self.offset().to_datetime(at).date()
    }
}

/// A threshold in hours as a duration.
pub(crate) fn hours(hours: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(hours))
}

/// A threshold in days of 24 hours as a duration.
pub(crate) fn days(days: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(days) * 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(minutes_ago: Option<i64>) -> Freshness {
        let now: Timestamp = "2026-11-22T00:30:00Z".parse().unwrap();
        let server = Server {
            id: "a1".into(),
            last_report: minutes_ago.map(|minutes| now - SignedDuration::from_mins(minutes)),
            ..Server::default()
        };
        Estate::default().freshness(&server, now)
    }

    #[test]
    fn silence_begins_after_the_limit() {
        assert!(matches!(reported(Some(-5)), Freshness::Current(_)));
        assert!(matches!(reported(Some(26 * 60)), Freshness::Current(_)));
        assert!(matches!(reported(Some(26 * 60 + 1)), Freshness::Silent(_)));
        assert!(matches!(reported(Some(7 * 24 * 60)), Freshness::Silent(_)));
        assert!(matches!(reported(Some(7 * 24 * 60 + 1)), Freshness::Lost(_)));
        assert_eq!(reported(None), Freshness::Never);
    }

    #[test]
    fn days_turn_at_local_midnight() {
        let evening: Timestamp = "2026-11-21T16:30:00Z".parse().unwrap();
        let check = |iana: &str, expected: &str| {
            assert_eq!(Zone::named(iana).unwrap().day(evening).to_string(), expected, "{iana}");
        };
        check("Asia/Jakarta", "2026-11-21");
        check("Asia/Makassar", "2026-11-22");
        check("Asia/Jayapura", "2026-11-22");
        assert_eq!(Zone::named("Asia/Singapore"), None);
    }
}
