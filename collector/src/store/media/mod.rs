//! The register of portable media and of second holders of keys. Like the register of assets it is no projection:
//! every version stands beside the act that made it, and the act has the digest of the version's text. What agents saw
//! written is one ([`Store::writings`]).

mod escrow;
mod view;
mod write;

pub use view::{Attested, MediaFilter, MediumBooked, MediumRefusal};

use sqlx::any::AnyRow;

use super::cell::Cells as _;
use super::kept::{first, words};
use super::version::{Version, version};
use super::{Error, Store};
use crate::media::{Medium, MediumId, Writing};

/// The first word of a search is looked for here, the others in what is found. An empty text stands for any.
const MEDIA: &str = "SELECT medium, search FROM media WHERE government = $1 \
    AND ($2 = '' OR office = $2) AND ($3 = '' OR kind = $3) AND ($4 = '' OR life = $4) \
    AND search LIKE $5 ESCAPE '\\' ORDER BY office, number";

const MEDIUM: &str = "SELECT medium FROM media WHERE government = $1 AND number = $2";

const VERSIONS: &str = "SELECT revision, idx, at, who, medium FROM medium_versions \
    WHERE government = $1 AND number = $2 ORDER BY revision DESC";

const WRITINGS: &str = "SELECT agent, medium, backup_set, location, newest, idx FROM writings \
    WHERE government = $1 ORDER BY medium, agent, backup_set";

impl Store {
    /// The media that `filter` lets through, by office and number.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn media(&self, filter: &MediaFilter) -> Result<Vec<Medium>, Error> {
        let words = words(filter.search.as_deref());
        let query = self
            .query(MEDIA)
            .bind(filter.office.as_ref().map_or(String::new(), ToString::to_string))
            .bind(filter.kind.map_or("", |kind| kind.slug()))
            .bind(filter.life.map_or("", |life| life.slug()))
            .bind(first(&words));
        self.found(query, &words).await
    }

    /// The medium with this number.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn medium(&self, id: MediumId) -> Result<Option<Medium>, Error> {
        let query = self.query(MEDIUM).bind(id.0.cast_signed());
        query.fetch_optional(&self.pool).await?.map(|row| row.json("medium")).transpose()
    }

    /// All versions of a medium, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn medium_versions(&self, id: MediumId) -> Result<Vec<Version<Medium>>, Error> {
        let query = self.query(VERSIONS).bind(id.0.cast_signed());
        query.fetch_all(&self.pool).await?.iter().map(|row| version(row, "medium")).collect()
    }

    /// What agents saw written to media that can be taken out, each medium and set of each agent once: the newest run,
    /// also when the medium is no longer plugged in.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn writings(&self) -> Result<Vec<Writing>, Error> {
        self.query(WRITINGS).fetch_all(&self.pool).await?.iter().map(writing).collect()
    }
}

fn writing(row: &AnyRow) -> Result<Writing, Error> {
    Ok(Writing {
        medium: row.text("medium")?,
        agent: row.parsed("agent")?,
        set: row.text("backup_set")?,
        location: row.text("location")?,
        newest: row.time("newest")?,
        index: row.number("idx")?,
    })
}
