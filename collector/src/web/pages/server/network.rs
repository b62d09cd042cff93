//! The network of a server, out of its sections.

use patuh_protocol::lan::{Adjacency, Gateway, Interface, Neighbour, Route};
use patuh_protocol::report::Reading;

use super::super::super::format::{Format, number};
use super::super::section::{Cell, Section, Table, listed};
use crate::store::CurrentSection;

/// The parts of the page.
pub(super) fn sections(sections: &[CurrentSection], format: &Format) -> Vec<Section> {
    let of = |id, title, sensors: &[&str]| Section::new(id, title, sections, sensors, format);
    let neighbours = listed(sections, |reading| match reading {
        Reading::Neighbours(list) => Some(list),
        _ => None,
    });
    let gateways = listed(sections, |reading| match reading {
        Reading::Gateways(list) => Some(list),
        _ => None,
    });
    let words = format!("{} mesin lain yang terlihat di jaringan", number(neighbours.len() as u64));
    let ways = format!("{} rute", number(routes(sections).rows.len() as u64));
    let gateways = gateways.into_iter().map(gateway).collect();
    let neighbours = neighbours.into_iter().map(neighbour).collect();
    let columns = ["Alamat IP", "Alamat MAC", "Lewat"];
    vec![
        of("antarmuka", "Antarmuka jaringan", &["interfaces"]).table(interfaces(sections)),
        of("gateway", "Gateway", &["gateways"]).table(Table::new("Gateway", &columns, gateways)),
        of("tersambung", "Tersambung ke", &["adjacencies"]).table(adjacencies(sections)),
        of("rute", "Rute", &["routes"]).table(routes(sections)).folded(ways),
        of("tetangga", "Mesin lain di jaringan", &["neighbours"])
            .table(Table::new("Mesin lain di jaringan", &columns, neighbours))
            .folded(words),
    ]
}

/// Switches, routers and whoever else announces himself at the other end of a cable.
fn adjacencies(sections: &[CurrentSection]) -> Table {
    let all = listed(sections, |reading| match reading {
        Reading::Adjacencies(list) => Some(list),
        _ => None,
    });
    let row = |it: &Adjacency| {
        let name = it.system_name.clone().unwrap_or_else(|| it.chassis.value.clone());
        let port = it.port_description.clone().filter(|text| *text != it.port.value);
        vec![
            Cell::code(&it.interface),
            Cell::text(name).small(it.management.join(", ")),
            Cell::code(&it.port.value).small(port),
            Cell::text(it.pvid.map(|vlan| vlan.to_string()).unwrap_or_default()),
            Cell::text(it.system_description.clone().unwrap_or_default()),
        ]
    };
    let columns = ["Antarmuka", "Perangkat", "Port", "VLAN", "Uraian"];
    Table::new("Perangkat yang mengumumkan diri", &columns, all.into_iter().map(row).collect())
}

/// Routes of the kernel, default routes first.
fn routes(sections: &[CurrentSection]) -> Table {
    let mut all = listed(sections, |reading| match reading {
        Reading::Routes(list) => Some(list),
        _ => None,
    });
    all.sort_by_key(|route| (!route.is_default(), &route.destination));
    let row = |it: &Route| {
        vec![
            Cell::code(&it.destination),
            Cell::maybe_code(it.gateway.as_ref()),
            Cell::code(&it.interface),
            Cell::maybe(it.origin.as_ref()),
        ]
    };
    Table::new("Rute", &["Tujuan", "Lewat", "Antarmuka", "Asal"], all.into_iter().map(row).collect())
}

/// Real interfaces first.
fn interfaces(sections: &[CurrentSection]) -> Table {
    let mut all = listed(sections, |reading| match reading {
        Reading::Interfaces(list) => Some(list),
        _ => None,
    });
    all.sort_by_key(|interface| (interface.is_virtual, &interface.name));
    let columns = ["Antarmuka", "Alamat IP", "Alamat MAC", "Keadaan", "#Kecepatan"];
    Table::new("Antarmuka jaringan", &columns, all.into_iter().map(interface).collect())
}

fn interface(it: &Interface) -> Vec<Cell> {
    let state = match it.up {
        Some(true) => Cell::text("Tersambung"),
        Some(false) => Cell::text("Terputus").muted(),
        None => Cell::text("–"),
    };
    let kind = it.is_virtual.then(|| "virtual".to_owned());
    vec![
        Cell::code(&it.name).small(kind).small(it.driver.clone()),
        Cell::code(it.addresses.join(", ")),
        Cell::maybe_code(it.mac.as_ref()),
        state,
        Cell::number(it.speed_mbps.map(|mbps| format!("{}\u{a0}Mbit/s", number(mbps)))),
    ]
}

fn gateway(it: &Gateway) -> Vec<Cell> {
    vec![Cell::code(&it.address), Cell::maybe_code(it.mac.as_ref()), Cell::code(&it.interface)]
}

fn neighbour(it: &Neighbour) -> Vec<Cell> {
    vec![Cell::code(&it.address), Cell::code(&it.mac), Cell::code(&it.interface)]
}
