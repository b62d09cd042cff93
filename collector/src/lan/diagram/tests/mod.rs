//! Offices to draw, and the pictures as they were when people looked at them.

mod layout;
mod strangers;

use std::collections::BTreeMap;

use super::*;
use crate::lan::graph::{Basis, Node};

/// A hand-made office.
#[derive(Default)]
pub(super) struct Office(pub(super) Graph);

impl Office {
    pub(super) fn node(&mut self, id: &str, role: Role, name: &str, detail: &str) -> &mut Node {
        let node = Node { role, name: name.into(), detail: detail.into(), ..Node::default() };
        self.0.nodes.entry(id.to_owned()).or_insert(node)
    }

    pub(super) fn link(&mut self, upper: &str, lower: &str, ports: (&str, &str), basis: Basis) {
        let port = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        self.0.links.push(Link {
            upper: upper.into(),
            lower: lower.into(),
            upper_port: port(ports.0),
            lower_port: port(ports.1),
            basis,
            vlan: None,
            evidence: BTreeMap::new(),
            is_missing: false,
            mark: None,
        });
    }

    /// Outside, a router, a core switch.
    fn trunk() -> Self {
        let mut office = Self::default();
        office.node("outside", Role::Outside, "Jaringan Intra Pemerintah Daerah", "Dinas Kominfo");
        office.node("gw", Role::Router, "RTR-DINKES", "10.10.44.1");
        office.node("core", Role::Switch, "SW-CORE-DINKES", "10.10.44.2");
        office.link("outside", "gw", ("", ""), Basis::Configured);
        office.link("gw", "core", ("ge-0/0/1", "Gi1/0/24"), Basis::Announced);
        office
    }

    fn switch(&mut self, n: u32, servers: u32, hosts: u32) {
        let id = format!("sw{n}");
        self.node(&id, Role::Switch, &format!("SW-LT{n}-DINKES"), &format!("10.10.44.{}", n + 2));
        self.link("core", &id, (&format!("Gi1/0/{n}"), "Gi0/24"), Basis::Announced);
        for s in 1..=servers {
            let name = format!("srv-dinkes-{n:02}{s}");
            self.node(&name, Role::Server, &name, &format!("10.10.45.{}", n * 10 + s)).group =
                "VLAN 45".into();
            self.link(&id, &name, (&format!("{s}"), "eno1"), Basis::Announced);
        }
        for h in 1..=hosts {
            let name = format!("pc-{n}-{h:02}");
            let group = if h % 3 == 0 { "VLAN 47" } else { "VLAN 46" };
            self.node(&name, Role::Host, &name, &format!("10.10.46.{}", n * 20 + h)).group = group.into();
            self.link(&id, &name, (&format!("{}", servers + h), ""), Basis::NeighbourTable);
        }
    }

    fn unmanaged(&mut self, n: u32, below: &str, hosts: u32) {
        let id = format!("inf{n}");
        self.node(
            &id,
            Role::InferredSwitch,
            "Switch tak terkelola?",
            "disimpulkan: beberapa host di satu port",
        );
        self.link(below, &id, ("18", ""), Basis::Concluded);
        for h in 1..=hosts {
            let name = format!("pc-x{n}-{h}");
            self.node(&name, Role::Host, &name, &format!("10.10.48.{h}"));
            self.link(&id, &name, ("", ""), Basis::Concluded);
        }
    }
}

/// An office of ten things.
pub(super) fn small() -> Graph {
    let mut office = Office::default();
    office.node("outside", Role::Outside, "Jaringan Intra Pemerintah Daerah", "Dinas Kominfo");
    office.node("gw", Role::Router, "Gateway", "10.10.50.1");
    office.node("sw1", Role::Switch, "SW-KECAMATAN", "10.10.50.2");
    office.node("net", Role::Segment, "Segmen 10.10.51.0/24", "switch belum dikenali");
    office.link("outside", "gw", ("", ""), Basis::Configured);
    office.link("gw", "sw1", ("", ""), Basis::Concluded);
    office.link("gw", "net", ("", ""), Basis::Configured);
    for (n, name) in [(7, "simpeg"), (8, "web-kecamatan"), (12, "arsip")] {
        office.node(name, Role::Server, name, &format!("10.10.50.{}", n + 3));
        office.link("sw1", name, (&format!("{n}"), "eno1"), Basis::Announced);
    }
    for n in 21..=23 {
        office.node(
            &format!("h{n}"),
            Role::Host,
            &format!("10.10.51.{n}"),
            &format!("3c:52:82:00:00:{n:02x}"),
        );
        office.link("net", &format!("h{n}"), ("", ""), Basis::NeighbourTable);
    }
    office.node("vm", Role::Guest, "10.10.50.31", "52:54:00:1a:2b:3c");
    office.link("arsip", "vm", ("", ""), Basis::BridgeTable);
    office.0
}

/// Forty things: three access switches, one that announces nothing, a second cable between two of them, a server on two.
pub(super) fn forty() -> Graph {
    let mut office = Office::trunk();
    office.switch(1, 4, 8);
    office.switch(2, 1, 9);
    office.switch(3, 1, 6);
    office.unmanaged(1, "sw3", 3);
    office.link("sw1", "sw2", ("Gi0/23", "Gi0/23"), Basis::Announced);
    office.link("sw2", "srv-dinkes-011", ("22", "eno2"), Basis::Declared);
    office.0
}

/// 148 things; one switch has more than can be drawn.
pub(super) fn large() -> Graph {
    let mut office = Office::trunk();
    for (n, servers, hosts) in
        [(1, 6, 34), (2, 1, 14), (3, 1, 12), (4, 0, 16), (5, 2, 13), (6, 0, 9), (7, 0, 8)]
    {
        office.switch(n, servers, hosts);
    }
    office.unmanaged(1, "sw3", 6);
    office.unmanaged(2, "sw6", 8);
    office.link("sw1", "sw7", ("Gi0/23", "Gi0/23"), Basis::Announced);
    office.link("sw2", "srv-dinkes-011", ("22", "eno2"), Basis::Declared);
    office.node("ap", Role::AccessPoint, "AP-AULA", "10.10.44.40");
    office.link("sw7", "ap", ("20", "eth0"), Basis::Announced);
    office.0
}

/// What happened to the forty: a server moved, a switch came, a host and a server went.
pub(super) fn changed() -> Graph {
    let before = forty();
    let mut after = Office(forty());
    after.0.nodes.remove("srv-dinkes-014");
    after.0.nodes.remove("pc-2-03");
    after
        .0
        .links
        .retain(|link| !["srv-dinkes-014", "pc-2-03", "srv-dinkes-012"].contains(&link.lower.as_str()));
    after.link("sw3", "srv-dinkes-012", ("12", "eno1"), Basis::Announced);
    after.switch(4, 1, 0);
    Graph::compare(&before, &after.0)
}

fn heading() -> Heading {
    Heading {
        title: "Diagram Jaringan LAN".into(),
        office: "Dinas Kesehatan".into(),
        facts: vec![
            "Keadaan per 22 November 2026 pukul 14.30 WIB".into(),
            "Tampak dari 6 server".into(),
            "Versi 3 · sidik 4f2a 91c0 77de".into(),
        ],
        note:
            "Digambar dari laporan agen Patuh; perangkat yang tidak dilihat server mana pun tidak tergambar."
                .into(),
    }
}

pub(super) fn draw(graph: &Graph) -> Diagram {
    Diagram::new(graph, heading(), Sheet::default())
}

type Make = fn() -> Graph;

const GOLDEN: [(&str, Make); 4] = [("small", small), ("40", forty), ("148", large), ("changed", changed)];

fn golden(name: &str) -> std::path::PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lan").canonicalize().unwrap();
    here.ancestors().nth(3).unwrap().join("tests/golden/lan").join(name)
}

/// Every picture that is kept, with its file.
fn pictures() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        GOLDEN.iter().map(|(name, graph)| (format!("{name}.svg"), draw(&graph()).svg())).collect();
    let forty = draw(&forty());
    all.push(("40.drawio".into(), forty.drawio()));
    all.push(("40.graphml".into(), forty.graphml()));
    all.push(("40.dot".into(), forty.dot()));
    let sheet = Sheet { paper: Paper::A4, has_letterhead: false };
    let pages = Diagram::pages(&large(), &heading(), sheet);
    all.extend((1..).zip(pages.iter().take(2)).map(|(n, page)| (format!("148-lembar-{n}.svg"), page.svg())));
    all
}

#[test]
fn the_pictures_are_those_that_people_looked_at() {
    for (name, drawn) in pictures() {
        let kept = std::fs::read_to_string(golden(&name)).unwrap();
        assert!(drawn == kept, "{name} is another; look at it, then lay it down anew");
    }
}

#[test]
#[ignore = "lays the pictures down anew, for people to look at"]
#[expect(clippy::disallowed_methods, reason = "version control keeps the golden files")]
fn lay_down() {
    for (name, drawn) in pictures() {
        std::fs::write(golden(&name), drawn).unwrap();
    }
}
