//! The register held against what is seen now: the store's rows and the configuration, put before the pure
//! [`reconcile`](crate::register::reconcile).

use std::net::IpAddr;

use jiff::Timestamp;

use crate::config::Config;
use crate::register::{self, Mismatch, Seen, Terms};
use crate::store::{AssetFilter, Error, ServerFilter, ServerRow, Store};

/// All disagreements between books and sight as of `now`.
///
/// # Errors
/// When the store cannot be read.
pub async fn mismatches(store: &Store, config: &Config, now: Timestamp) -> Result<Vec<Mismatch>, Error> {
    let assets = store.assets(&AssetFilter::default()).await?;
    let servers = store.servers(&ServerFilter::default()).await?;
    let seen: Vec<Seen> = servers.iter().map(|row| seen(row, config)).collect();
    Ok(register::reconcile(&assets, &seen, &terms(config, now)))
}

/// What a reconciliation goes by.
#[must_use]
pub fn terms(config: &Config, now: Timestamp) -> Terms<'_> {
    let (zone, not_seen_days) = (&config.government.timezone, config.register.not_seen_days);
    Terms { now, zone, sites: &config.sites, not_seen_days }
}

/// What is seen of a server. Where nobody said where it stands, its addresses may.
#[must_use]
pub fn seen(row: &ServerRow, config: &Config) -> Seen {
    let address = |text: &String| text.split('/').next()?.parse().ok();
    let addresses: Vec<IpAddr> = row.addresses.iter().filter_map(address).collect();
    let within = |site: &&crate::config::Site| {
        addresses.iter().any(|address| site.networks.iter().any(|network| network.contains(*address)))
    };
    let observed = || config.sites.iter().find(within).map(|site| site.code.clone());
    Seen {
        agent: row.agent.clone(),
        office: row.office.clone(),
        host: row.hostname.clone(),
        guest_of: row.guest_of.clone(),
        site: row.site.clone().or_else(observed),
        model: row.model.clone(),
        serial: row.serial.clone(),
        cpu: row.cpu.clone(),
        memory_bytes: row.memory_bytes,
        disk_bytes: row.disk_bytes,
        enrolled_at: row.enrolled_at,
        last_report: row.last_report,
    }
}
