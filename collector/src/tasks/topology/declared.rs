//! What the diagrams take from the books: the names of servers, and network devices without an agent.

use std::collections::BTreeMap;

use patuh_protocol::id::Code;

use crate::config::Config;
use crate::lan::{Declared, Office, Role};
use crate::register::{Asset, AssetKind};
use crate::store::{AssetFilter, Error, ServerFilter, Store};

/// What is called how in an office, and what stands there without an agent.
pub(super) async fn office(store: &Store, config: &Config, code: &Code) -> Result<Office, Error> {
    let filter = ServerFilter { office: Some(code.clone()), ..ServerFilter::default() };
    let named = store.servers(&filter).await?.into_iter().filter(|row| !row.hostname.is_empty());
    let servers: BTreeMap<_, _> = named.map(|row| (row.agent, row.hostname)).collect();
    let filter = AssetFilter { office: Some(code.clone()), ..AssetFilter::default() };
    let declared = store.assets(&filter).await?.iter().filter_map(declared).collect();
    Ok(Office { servers, outside: config.lan.outside.clone(), declared })
}

/// An asset without an agent that stands in the LAN: a network device, or anything with an address.
fn declared(asset: &Asset) -> Option<Declared> {
    if asset.agent.is_some() || asset.is_removed() {
        return None;
    }
    let address = asset.address.as_ref().and_then(|address| address.parse().ok());
    let mac = asset.mac.as_ref().and_then(|mac| mac.parse().ok());
    let is_infrastructure = matches!(asset.kind, AssetKind::Network | AssetKind::Security);
    if address.is_none() && mac.is_none() && !is_infrastructure {
        return None;
    }
    let name = if asset.name.is_empty() { asset.model.clone() } else { asset.name.clone() };
    Some(Declared { id: asset.id.to_string(), name, role: role(asset), address, mac })
}

/// What a device is, where its books say it in a word.
fn role(asset: &Asset) -> Role {
    if !matches!(asset.kind, AssetKind::Network | AssetKind::Security) {
        return Role::Asset;
    }
    let words = format!("{} {}", asset.name, asset.model).to_lowercase();
    let says = |word: &str| words.contains(word);
    if says("access point") || says("titik akses") || says("wireless") || says("wifi") {
        Role::AccessPoint
    } else if says("switch") {
        Role::Switch
    } else if says("router") {
        Role::Router
    } else {
        Role::Asset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(kind: AssetKind, name: &str, address: Option<&str>) -> Asset {
        let mut asset = Asset::new("dinkes".parse().unwrap(), kind, name.into());
        asset.address = address.map(str::to_owned);
        asset
    }

    #[test]
    fn what_stands_in_the_lan_is_drawn() {
        let check = |kind, name, address, expected| {
            let role = declared(&asset(kind, name, address)).map(|declared| declared.role);
            assert_eq!(role, expected, "{name}");
        };
        check(AssetKind::Network, "Switch 24 port", None, Some(Role::Switch));
        check(AssetKind::Network, "RouterBOARD 3011", None, Some(Role::Router));
        check(AssetKind::Network, "Access Point lobi", Some("10.1.0.5"), Some(Role::AccessPoint));
        check(AssetKind::Security, "FortiGate 100F", None, Some(Role::Asset));
        check(AssetKind::Storage, "NAS switchboard", Some("10.1.0.6"), Some(Role::Asset));
        check(AssetKind::Peripheral, "Printer", None, None);
        check(AssetKind::Licence, "Windows", Some("tidak ada"), None);
    }
}
