//! `routes`: the routes, of every table in use, as the kernel tells them (rtnetlink(7)).
//!
//! A default route in another table than the main one, or by a tunnel, is how a second way to the Internet looks.
//! Left out are those to the host's own containers. Where the kernel may not be asked, `/proc/net` tells the main
//! table.

mod files;

use jiff::Timestamp;
use patuh_protocol::lan::Route;
use patuh_protocol::report::Reading;

use super::netlink::{self, Links, Place, Places};
use super::{Settings, listed};
use crate::roots::netlink::Table;
use crate::roots::{Failure, Roots};

/// How many routes are carried.
const MAX_ROUTES: usize = 1024;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let (mut routes, places) = table(roots)?;
    routes.retain(|route| places.get(&route.interface) != Place::Inside);
    // Those of a routing daemon come and go by themselves, and are the ones that are too many.
    routes.sort_by_key(|route| !is_lasting(route));
    routes.truncate(MAX_ROUTES);
    routes.sort();
    routes.dedup();
    Ok(listed(routes, Reading::Routes))
}

/// All routes that lead somewhere, and where the links lead.
pub(super) fn table(roots: &Roots) -> Result<(Vec<Route>, Places), Failure> {
    let links = Links::read(roots)?;
    let told = roots.table(Table::Routes)?;
    match (links, told) {
        (Some(links), Some(told)) => Ok((netlink::routes(&told, &links), links.places())),
        _ => Ok((files::routes(roots)?, Places::default())),
    }
}

/// Whether somebody set it, so that it stays until somebody takes it away.
pub(crate) fn is_lasting(route: &Route) -> bool {
    matches!(route.origin.as_deref(), None | Some("kernel" | "boot" | "static" | "dhcp" | "ra"))
}

#[cfg(test)]
mod tests;
