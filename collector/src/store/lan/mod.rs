//! The offices' LANs: what is believed of them (projections, made by [`crate::tasks::topology`] from the ledger's
//! reports in their order), the versions of their diagrams, and what officials handed in ([`filing`]).
//!
//! Versions and reports are records. What was handed in stays as it was, and each act on it stands beside the act in
//! the ledger that tells of it, with the SHA-256 of the diagram.

mod filing;
mod follow;

pub use follow::{LanBatch, LanProgress, LanSeen, LanTaken, NewVersion, SeenSection};

use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use sqlx::any::AnyRow;

use super::cell::Cells as _;
use super::{Error, Store};
use crate::lan::{ChangeReport, Event, ReportFilter, State, Version, VersionSummary};

const STATES: &str =
    "SELECT office, state FROM lan_states WHERE government = $1 AND ($2 = '' OR office = $2) ORDER BY office";

const VERSIONS: &str = "SELECT office, number, at, digest, sentences FROM lan_versions \
    WHERE government = $1 AND office = $2 ORDER BY number DESC";

const VERSION: &str =
    "SELECT version FROM lan_versions WHERE government = $1 AND office = $2 AND number = $3";

const NEWEST_OF_ALL: &str = "SELECT v.office, v.number, v.at, v.digest, v.sentences FROM lan_versions v \
    WHERE v.government = $1 AND v.number = (SELECT MAX(w.number) FROM lan_versions w \
    WHERE w.government = v.government AND w.office = v.office) ORDER BY v.office";

const NEWEST: &str = "SELECT v.version, v.changes FROM lan_versions v WHERE v.government = $1 AND v.office = $2 \
    ORDER BY v.number DESC LIMIT 1";

/// An empty text stands for any.
const REPORTS: &str = "SELECT report FROM lan_reports WHERE government = $1 \
    AND ($2 = '' OR office = $2) AND ($3 = '' OR standing = $3) ORDER BY id DESC";

const REPORT: &str = "SELECT report FROM lan_reports WHERE government = $1 AND id = $2";

const LAST_REPORT: &str = "SELECT COALESCE(MAX(id), 0) AS last FROM lan_reports WHERE government = $1";

const DIAGRAM: &str = "SELECT svg FROM lan_diagrams WHERE government = $1 AND digest = $2";

const EVENTS: &str = "SELECT event FROM lan_events WHERE government = $1 AND office = $2 \
    ORDER BY at DESC, n DESC LIMIT $3";

impl Store {
    /// What is believed of an office's LAN; none as long as none of its agents told of it.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_state(&self, office: &Code) -> Result<Option<State>, Error> {
        let query = self.query(STATES).bind(office.to_string());
        query.fetch_optional(&self.pool).await?.map(|row| row.json("state")).transpose()
    }

    /// What is believed of all offices' LANs, by office.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_states(&self) -> Result<Vec<(Code, State)>, Error> {
        let rows = self.query(STATES).bind("").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.parsed("office")?, row.json("state")?))).collect()
    }

    /// The versions of an office's diagram, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_versions(&self, office: &Code) -> Result<Vec<VersionSummary>, Error> {
        let query = self.query(VERSIONS).bind(office.to_string());
        query.fetch_all(&self.pool).await?.iter().map(summary).collect()
    }

    /// The newest version of each office's diagram, by office.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_newest_versions(&self) -> Result<Vec<VersionSummary>, Error> {
        self.query(NEWEST_OF_ALL).fetch_all(&self.pool).await?.iter().map(summary).collect()
    }

    /// A version of an office's diagram.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_version(&self, office: &Code, number: u32) -> Result<Option<Version>, Error> {
        let query = self.query(VERSION).bind(office.to_string()).bind(i64::from(number));
        query.fetch_optional(&self.pool).await?.map(|row| row.json("version")).transpose()
    }

    /// The newest version of an office's diagram, and what made it.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_newest(&self, office: &Code) -> Result<Option<NewVersion>, Error> {
        let query = self.query(NEWEST).bind(office.to_string());
        let row = query.fetch_optional(&self.pool).await?;
        let newest = |row: AnyRow| {
            Ok(NewVersion { version: row.json("version")?, changes: row.json("changes")?, is_new: false })
        };
        row.map(newest).transpose()
    }

    /// Handing in of diagrams and reports of changes that `filter` lets through, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_reports(&self, filter: &ReportFilter) -> Result<Vec<ChangeReport>, Error> {
        let query = self
            .query(REPORTS)
            .bind(filter.office.as_ref().map_or(String::new(), ToString::to_string))
            .bind(filter.standing.map_or("", |standing| standing.slug()));
        query.fetch_all(&self.pool).await?.iter().map(|row| row.json("report")).collect()
    }

    /// The report of this number.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_report(&self, id: u64) -> Result<Option<ChangeReport>, Error> {
        let query = self.query(REPORT).bind(id.cast_signed());
        query.fetch_optional(&self.pool).await?.map(|row| row.json("report")).transpose()
    }

    /// The highest number of a report; 0 when there is none.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_last_report(&self) -> Result<u64, Error> {
        self.query(LAST_REPORT).fetch_one(&self.pool).await?.number("last")
    }

    /// A diagram that was handed in, SVG as it was, by its SHA-256.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_diagram(&self, digest: Digest) -> Result<Option<String>, Error> {
        let query = self.query(DIAGRAM).bind(digest.0.to_vec());
        query.fetch_optional(&self.pool).await?.map(|row| row.text("svg")).transpose()
    }

    /// What was told of an office's LAN and changed no diagram, newest first: hosts of a day, notes.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn lan_events(&self, office: &Code, limit: u32) -> Result<Vec<Event>, Error> {
        let query = self.query(EVENTS).bind(office.to_string()).bind(i64::from(limit));
        query.fetch_all(&self.pool).await?.iter().map(|row| row.json("event")).collect()
    }
}

fn summary(row: &AnyRow) -> Result<VersionSummary, Error> {
    Ok(VersionSummary {
        office: row.parsed("office")?,
        number: u32::try_from(row.number("number")?).unwrap_or(u32::MAX),
        at: row.time("at")?,
        digest: row.digest("digest")?,
        sentences: row.json("sentences")?,
    })
}
