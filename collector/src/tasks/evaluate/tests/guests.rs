//! A guest that its host backs up whole.

use patuh_compliance::estate::{Cover, Known};
use patuh_protocol::inventory::{Filesystem, Guest, Machine};

use super::*;

const UUID: &str = "a3f1c2de-5b70-4a4e-9c0d-6d1f0e8b7a21";

fn host() -> ServerRow {
    ServerRow { agent: AgentId::of_key(&[3; 32]), hostname: "pve1".to_owned(), ..row() }
}

fn clone() -> ServerRow {
    ServerRow { agent: AgentId::of_key(&[4; 32]), hostname: "tiruan".to_owned(), ..row() }
}

fn machine() -> CurrentSection {
    let machine = Machine { uuid: Some(UUID.into()), guest_of: Some("kvm".into()), ..Machine::default() };
    read("machine", Reading::Machine(Box::new(machine)))
}

fn vzdump(source: &str) -> BackupSet {
    let whole = set(TargetClass::OtherHost, Some("cadangan.contoh.go.id"));
    BackupSet { tool: Tool::Vzdump, holds: Holds::Both, sources: vec![source.to_owned()], ..whole }
}

/// The guest's server, beside a host that runs it as number 100 and backs up `sources`, and perhaps a clone of it.
fn judged(sources: &[&str], is_cloned: bool) -> estate::Server {
    let disk = Filesystem { mount: "/".into(), kind: "ext4".into(), ..Filesystem::default() };
    let own = vec![machine(), read("filesystems", Reading::Filesystems(vec![disk]))];
    let guest =
        Guest { manager: "proxmox".into(), id: "100".into(), uuid: Some(UUID.into()), ..Guest::default() };
    let sets = sources.iter().map(|source| vzdump(source)).collect();
    let hosting = vec![
        read("guests/proxmox", Reading::Guests(vec![guest])),
        read("backup/vzdump", Reading::Backups(sets)),
    ];
    let mut sections = Sections::from([(row().agent, own), (host().agent, hosting)]);
    if is_cloned {
        sections.insert(clone().agent, vec![machine()]);
    }
    let rows = [row(), host(), clone()];
    joined(&rows, &sections, &config(), time("2026-11-22T03:00:00Z")).0[0].clone()
}

#[test]
fn what_the_host_makes_of_the_whole_machine_is_the_guests_too() {
    let server = judged(&["vm/100", "vm/101"], false);
    let Known::Yes(backups) = &server.backups else { panic!("{:?}", server.backups) };
    assert_eq!(backups.len(), 1);
    assert_eq!((backups[0].tool.as_str(), &backups[0].place), ("vzdump", &Place::Site("pusat-data".into())));
    assert!(
        server.evidence.iter().any(|evidence| evidence.shows == "backup/vzdump"),
        "{:?}",
        server.evidence
    );
    let Known::Yes(stores) = &server.stores else { panic!("{:?}", server.stores) };
    let mut folders = stores.iter().filter(|store| store.name.starts_with('/')).peekable();
    assert!(folders.peek().is_some() && folders.all(|store| store.cover == Cover::Covered), "{stores:?}");
}

#[test]
fn what_is_not_certainly_this_machine_is_not_lent() {
    for (sources, is_cloned) in [(&["vm/101"][..], false), (&["ct/100"], false), (&["vm/100"], true)] {
        let server = judged(sources, is_cloned);
        assert!(matches!(&server.backups, Known::No(_)), "{sources:?}: {:?}", server.backups);
    }
}
