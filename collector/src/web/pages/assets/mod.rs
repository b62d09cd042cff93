//! The register: the list, one asset, its form, its stages, imports, reconciliation.
//!
//! Nothing is written but what a person sent; what an agent saw stands beside the books and is at most
//! proposed. What the store refuses (changed by another meanwhile, a virtual machine) is told on the page it
//! came from, with everything that was typed.

pub(crate) mod form;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod reconcile;
pub(crate) mod stage;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::error::Error;
use super::super::session::{Desk, Person};
use crate::config::Config;
use crate::register::{Asset, AssetId, Field, Hosts};
use crate::store::{AssetRefusal, Booked, ImportedFile, ServerFilter};

/// The fields of the form of a stage, in the order in which they are set.
const STAGE_FIELDS: [Field; 4] = [Field::Stage, Field::StageOn, Field::Document, Field::Dated];

/// The asset that an address names.
async fn asset_at(desk: &Desk, number: &str) -> Result<Asset, Error> {
    let id: AssetId = number.parse().map_err(|_| Error::NotFound)?;
    desk.web.store.asset(id).await?.ok_or(Error::NotFound)
}

/// Writes assets; what the store refuses comes back in words, with the place of the asset that it is about.
async fn book(
    desk: &Desk,
    person: &Person,
    assets: &[Asset],
    import: Option<&ImportedFile>,
) -> Result<Result<Vec<AssetId>, (usize, AssetRefusal)>, Error> {
    let web = &desk.web;
    Ok(match web.store.put_assets(assets, import, &person.name, &web.signer, desk.now()).await? {
        Booked::Done(ids) => Ok(ids),
        Booked::Refused(place, why) => Err((place, why)),
    })
}

/// When each agent reported last.
async fn last_reports(desk: &Desk) -> Result<BTreeMap<String, Option<Timestamp>>, Error> {
    let servers = desk.web.store.servers(&ServerFilter::default()).await?;
    Ok(servers.into_iter().map(|row| (row.agent.to_string(), row.last_report)).collect())
}

/// The hosts that there are.
async fn hosts(desk: &Desk) -> Result<Hosts, Error> {
    let servers = desk.web.store.servers(&ServerFilter::default()).await?;
    Ok(Hosts::new(servers.into_iter().map(|row| (row.agent, row.hostname))))
}

/// Where an asset stands, in words.
fn place_words(config: &Config, asset: &Asset) -> String {
    let place = &asset.place;
    let site = place.site.as_ref().map(|code| config.site(code).map_or(code.as_str(), |site| &site.name));
    let parts = [site, place.room.as_deref(), place.rack.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
