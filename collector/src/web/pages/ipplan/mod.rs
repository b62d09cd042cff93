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

use std::collections::BTreeMap;

use patuh_protocol::id::Code;

use super::super::error::Error;
use super::super::session::{Desk, Person};
use super::super::shell::Place;
use crate::config::Config;
use crate::ipplan::{Finding, Plot, PlotId, Weight};
use crate::store::{ImportedFile, PlotRefusal, PlotsBooked};

use super::section::Sign;

/// Where these pages stand in the navigation.
const HERE: Place = Place::Network;

/// What a form sent, by field; the first of two of a name counts.
pub(crate) type Sent = BTreeMap<String, String>;

/// The pairs of a form or a query, by name.
fn by_name(pairs: Vec<(String, String)>) -> Sent {
    pairs.into_iter().rev().collect()
}

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

/// The name of an office for people: its code when it is not configured.
fn office_name(config: &Config, code: &Code) -> String {
    config.office(code).map_or_else(|| code.to_string(), |office| office.name.clone())
}

/// Whose a plot is, for people.
fn owner(config: &Config, plot: &Plot) -> String {
    plot.office.as_ref().map_or_else(|| "–".to_owned(), |code| office_name(config, code))
}

/// The name of a site for people.
fn site_name(config: &Config, plot: &Plot) -> String {
    let code = plot.site.as_ref();
    code.map_or_else(String::new, |code| {
        config.site(code).map_or_else(|| code.to_string(), |site| site.name.clone())
    })
}

/// The offices of the configuration: codes and names.
fn offices(config: &Config) -> Vec<(String, String)> {
    config.offices.iter().map(|office| (office.code.to_string(), office.name.clone())).collect()
}

/// The shape of a finding.
pub(crate) fn sign(finding: &Finding) -> Sign {
    match finding.kind.weight() {
        Weight::Breach => Sign::Wrong,
        Weight::Doubt => Sign::Look,
    }
}
