//! The plan of numbering. Like the register of assets it is no projection: every version of a plot stands beside the act
//! that made it, and the act has the digest of the version's text.

mod view;
mod write;

pub use view::{PlotFilter, PlotRefusal, PlotsBooked};

use super::cell::Cells as _;
use super::kept::words;
use super::version::{Version, version};
use super::{Error, Store};
use crate::ipplan::{Plot, PlotId};

/// An empty text stands for any.
const PLOTS: &str = "SELECT plot, search FROM plots WHERE government = $1 \
    AND ($2 = '' OR office = $2) AND ($3 = '' OR purpose = $3) AND ($4 = '' OR life = $4) ORDER BY number";

const PLOT: &str = "SELECT plot FROM plots WHERE government = $1 AND number = $2";

const VERSIONS: &str = "SELECT revision, idx, at, who, plot FROM plot_versions \
    WHERE government = $1 AND number = $2 ORDER BY revision DESC";

impl Store {
    /// The plots that `filter` lets through, by subnet.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn plots(&self, filter: &PlotFilter) -> Result<Vec<Plot>, Error> {
        let query = self
            .query(PLOTS)
            .bind(filter.office.as_ref().map_or(String::new(), ToString::to_string))
            .bind(filter.purpose.map_or("", |purpose| purpose.slug()))
            .bind(filter.life.map_or("", |life| life.slug()));
        let mut plots: Vec<Plot> = self.found(query, &words(filter.search.as_deref())).await?;
        plots.sort_by_key(|plot| (plot.subnet, plot.id));
        Ok(plots)
    }

    /// The plot with this number.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn plot(&self, id: PlotId) -> Result<Option<Plot>, Error> {
        let query = self.query(PLOT).bind(id.0.cast_signed());
        query.fetch_optional(&self.pool).await?.map(|row| row.json("plot")).transpose()
    }

    /// All versions of a plot, newest first.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn plot_versions(&self, id: PlotId) -> Result<Vec<Version<Plot>>, Error> {
        let query = self.query(VERSIONS).bind(id.0.cast_signed());
        query.fetch_all(&self.pool).await?.iter().map(|row| version(row, "plot")).collect()
    }
}
