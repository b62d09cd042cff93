//! The network of a server, out of its sections.

use patuh_protocol::lan::{Gateway, Interface, Neighbour};
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
    let gateways = gateways.into_iter().map(gateway).collect();
    let neighbours = neighbours.into_iter().map(neighbour).collect();
    let columns = ["Alamat IP", "Alamat MAC", "Lewat"];
    vec![
        of("antarmuka", "Antarmuka jaringan", &["interfaces"]).table(interfaces(sections)),
        of("gateway", "Gateway", &["gateways"]).table(Table::new("Gateway", &columns, gateways)),
        of("tetangga", "Mesin lain di jaringan", &["neighbours"])
            .table(Table::new("Mesin lain di jaringan", &columns, neighbours))
            .folded(words),
    ]
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
