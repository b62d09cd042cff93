//! What runs on a machine as a machine or container of its own, and the machine it runs on itself.

use std::collections::BTreeSet;

use patuh_protocol::inventory::{Container, Guest, GuestKind, Image};
use patuh_protocol::report::Reading;

use super::super::super::format::{Format, memory, number};
use super::super::host_name;
use super::super::path_of;
use super::super::section::{Cell, Section, Sign, Table, listed, readings};
use super::kin::{Kin, Relative};
use crate::store::CurrentSection;

/// The parts of the page.
pub(super) fn sections(sections: &[CurrentSection], kin: &Kin, format: &Format) -> Vec<Section> {
    let of = |id, title, sensors: &[&str]| Section::new(id, title, sections, sensors, format);
    let containers = listed(sections, |reading| match reading {
        Reading::Containers(list) => Some(list),
        _ => None,
    });
    let columns = ["Kontainer", "Citra", "Keadaan", "Data di luar kontainer", "Dikelola"];
    let containers = containers.into_iter().map(|it| container(it, format)).collect();
    vec![
        of("induk", "Mesin induk", &[]).table(hosts(kin)),
        of("tamu", "Mesin tamu", &["guests/"]).table(guests(sections, kin)),
        of("kontainer", "Kontainer", &["containers/"]).table(Table::new("Kontainer", &columns, containers)),
        of("citra", "Citra kontainer", &["images/"]).table(images(sections)),
    ]
}

/// What containers can be made of, and whether one was.
fn images(sections: &[CurrentSection]) -> Table {
    let used: BTreeSet<&str> = listed(sections, |reading| match reading {
        Reading::Containers(list) => Some(list),
        _ => None,
    })
    .into_iter()
    .filter_map(|it| it.image_id.as_deref())
    .map(|id| id.strip_prefix("sha256:").unwrap_or(id))
    .collect();
    let images = listed(sections, |reading| match reading {
        Reading::Images(list) => Some(list),
        _ => None,
    });
    let row = |it: &Image| {
        let is_used = used.iter().any(|id| id.starts_with(&it.id));
        let name = if it.names.is_empty() {
            Cell::text("tanpa nama").muted()
        } else {
            Cell::code(it.names.join(", "))
        };
        let state =
            if is_used { Cell::text("Dipakai kontainer") } else { Cell::text("Tanpa kontainer").muted() };
        vec![name.small(Some(it.id.clone())), state, Cell::text(&it.engine)]
    };
    Table::new("Citra kontainer", &["Citra", "Keadaan", "Dikelola"], images.into_iter().map(row).collect())
}

/// The hosts that say they run this machine.
fn hosts(kin: &Kin) -> Table {
    let row = |host: &Relative| vec![link(host), Cell::text("menyebut mesin ini sebagai tamunya")];
    Table::new("Mesin induk", &["Server", "Dasar"], kin.hosts.iter().map(row).collect())
}

fn link(relative: &Relative) -> Cell {
    let name = host_name(&relative.host, relative.agent.as_str());
    Cell::text(name).link(path_of(&relative.agent))
}

fn guests(sections: &[CurrentSection], kin: &Kin) -> Table {
    let rows = crate::kin::guests(readings(sections)).map(|it| guest(it, kin)).collect();
    let columns = ["Tamu", "Jenis", "Keadaan", "Agen di dalamnya", "Disk", "#Prosesor", "#Memori"];
    Table::new("Mesin tamu", &columns, rows)
}

fn guest(guest: &Guest, kin: &Kin) -> Vec<Cell> {
    let kind = match guest.kind {
        GuestKind::Machine => "Mesin virtual",
        GuestKind::Container => "Kontainer sistem",
    };
    let id = Some(guest.id.clone()).filter(|id| !id.is_empty() && *id != guest.name);
    vec![
        Cell::text(&guest.name).small(id.map(|id| format!("nomor {id}"))),
        Cell::text(kind).small(Some(guest.manager.clone())),
        running(guest.running),
        agent(&kin.within(guest)),
        Cell::code(guest.disks.join(", ")),
        Cell::number(guest.cpus.map(number)),
        Cell::number(guest.memory_bytes.map(memory)),
    ]
}

fn running(running: Option<bool>) -> Cell {
    match running {
        Some(true) => Cell::text("Berjalan"),
        Some(false) => Cell::text("Tidak berjalan").muted(),
        None => Cell::text("Tidak diketahui").muted(),
    }
}

/// The agent that runs in a guest. Where several read one UUID, none of them is taken for the right one.
fn agent(within: &[&Relative]) -> Cell {
    match within {
        [] => Cell::text("tanpa agen").muted(),
        [one] => link(one),
        many => {
            let names: Vec<_> = many.iter().map(|r| host_name(&r.host, r.agent.as_str())).collect();
            Cell::signed(Sign::Look, format!("{} agen dengan UUID yang sama", many.len()))
                .small(Some(names.join(", ")))
        }
    }
}

fn container(it: &Container, format: &Format) -> Vec<Cell> {
    let restarts =
        it.restarts.map(|own| if own { "menyala bersama mesin" } else { "tidak menyala sendiri" }.to_owned());
    let made = it.created_at.map(|at| format!("dibuat {}", format.ago(at)));
    vec![
        Cell::text(&it.name).small(Some(it.id.clone())),
        Cell::code(&it.image),
        running(it.running).small(restarts),
        Cell::code(it.volumes.join(", ")),
        Cell::text(&it.engine).small(made),
    ]
}
