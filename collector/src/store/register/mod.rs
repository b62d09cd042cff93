//! The register of assets. It is no projection: people entered it, and it follows from nothing else. What holds
//! it to the ledger is that every version stands beside the act that made it, written in one transaction, and
//! that the act has the digest of the version's text.

mod view;
mod write;

pub use view::{AssetFilter, AssetRefusal, Booked, ImportedFile};

use patuh_protocol::id::AgentId;

use super::cell::Cells as _;
use super::kept::{first, words};
use super::version::{Version, version};
use super::{Error, Store};
use crate::register::{Asset, AssetId};

/// The first word of a search is looked for here, the others in what is found. An empty text stands for any.
const ASSETS: &str = "SELECT asset, search FROM assets WHERE government = $1 \
    AND ($2 = '' OR office = $2) AND ($3 = '' OR kind = $3) AND ($4 = '' OR stage = $4) \
    AND ($5 = '' OR condition = $5) AND search LIKE $6 ESCAPE '\\' ORDER BY office, number";

const ASSET: &str = "SELECT asset FROM assets WHERE government = $1 AND number = $2";

/// The newest first: an agent may have been left by an asset that was removed.
const ASSETS_OF: &str = "SELECT asset FROM assets WHERE government = $1 AND agent = $2 ORDER BY number DESC";

const VERSIONS: &str = "SELECT revision, idx, at, who, asset FROM asset_versions \
    WHERE government = $1 AND number = $2 ORDER BY revision DESC";

impl Store {
    /// The assets that `filter` lets through, by office and number.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn assets(&self, filter: &AssetFilter) -> Result<Vec<Asset>, Error> {
        let words = words(filter.search.as_deref());
        let query = self
            .query(ASSETS)
            .bind(filter.office.as_ref().map_or(String::new(), ToString::to_string))
            .bind(filter.kind.map_or("", |kind| kind.slug()))
            .bind(filter.stage.map_or("", |stage| stage.slug()))
            .bind(filter.condition.map_or("", |condition| condition.slug()))
            .bind(first(&words));
        self.found(query, &words).await
    }

    /// The asset with this number.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn asset(&self, id: AssetId) -> Result<Option<Asset>, Error> {
        let query = self.query(ASSET).bind(id.0.cast_signed());
        query.fetch_optional(&self.pool).await?.map(|row| row.json("asset")).transpose()
    }

    /// The asset that `agent` runs on: one that was not removed, where there is one.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn asset_of(&self, agent: &AgentId) -> Result<Option<Asset>, Error> {
        let query = self.query(ASSETS_OF).bind(agent.as_str());
        let rows = query.fetch_all(&self.pool).await?;
        let assets = rows.iter().map(|row| row.json::<Asset>("asset")).collect::<Result<Vec<_>, _>>()?;
        let alive = assets.iter().position(|asset| !asset.is_removed());
        Ok(assets.into_iter().nth(alive.unwrap_or(0)))
    }

    /// All versions of an asset, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn asset_versions(&self, id: AssetId) -> Result<Vec<Version<Asset>>, Error> {
        let query = self.query(VERSIONS).bind(id.0.cast_signed());
        query.fetch_all(&self.pool).await?.iter().map(|row| version(row, "asset")).collect()
    }
}
