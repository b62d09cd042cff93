//! The plan of numbering: its subnets with their use, one subnet, its form, an import; what does not fit; and by which
//! way the offices come.
//!
//! Nothing is written but what a person sent. What agents saw stands beside it.

pub(crate) mod findings;
pub(crate) mod form;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod ways;

use super::super::error::Error;
use super::super::session::{Desk, Person};
use super::super::shell::Place;
use crate::config::Config;
use crate::ipplan::{Finding, Plot, PlotId, Weight};
use crate::store::{ImportedFile, PlotRefusal, PlotsBooked};

use super::section::Sign;

/// Where these pages stand in the navigation.
const HERE: Place = Place::Network;

/// The plot that an address names.
async fn plot_at(desk: &Desk, number: &str) -> Result<Plot, Error> {
    let id: PlotId = number.parse().map_err(|_| Error::NotFound)?;
    desk.web.store.plot(id).await?.ok_or(Error::NotFound)
}

/// Writes plots, from the file `import` if any; what the store refuses comes back in words, with its place.
async fn book(
    desk: &Desk,
    person: &Person,
    plots: &[Plot],
    import: Option<&ImportedFile>,
) -> Result<Result<Vec<PlotId>, (usize, PlotRefusal)>, Error> {
    let web = &desk.web;
    Ok(match web.store.put_plots(plots, import, &person.name, &web.signer, desk.now()).await? {
        PlotsBooked::Done(ids) => Ok(ids),
        PlotsBooked::Refused(place, why) => Err((place, why)),
    })
}

/// Whose a plot is, for people.
fn owner(config: &Config, plot: &Plot) -> String {
    plot.office.as_ref().map_or_else(|| "–".to_owned(), |code| config.office_name(code).to_owned())
}

/// The name of a site for people.
fn site_name(config: &Config, plot: &Plot) -> String {
    plot.site.as_ref().map_or_else(String::new, |code| config.site_name(code).to_owned())
}

/// The shape of a finding.
pub(crate) fn sign(finding: &Finding) -> Sign {
    match finding.kind.weight() {
        Weight::Breach => Sign::Wrong,
        Weight::Doubt => Sign::Look,
    }
}
