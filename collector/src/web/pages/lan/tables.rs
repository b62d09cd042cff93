//! What a diagram shows, as tables: every link with what it rests on and when it was last seen, the subnets, and how
//! each source went at each server.

use std::collections::BTreeMap;

use patuh_protocol::id::AgentId;

use super::super::super::format::{Format, number};
use super::super::section::{Cell, Sign, Table};
use crate::lan::{Graph, GraphLink, Node, Ran, Role, Source, State};

/// Rows of hosts on a page; the rest is in the downloads.
pub(super) const HOSTS: usize = 60;

/// The sources, in the order in which they are asked.
const SOURCES: [Source; 7] = [
    Source::Interfaces,
    Source::Gateways,
    Source::Routes,
    Source::Neighbours,
    Source::Adjacencies,
    Source::BridgeEntries,
    Source::Leases,
];

/// Whether a thing is one of many: what has neither a name of its own nor an agent.
const fn is_host(role: Role) -> bool {
    matches!(role, Role::Host | Role::Guest | Role::Asset)
}

/// A version's links as they are seen now: who saw each, and when last. What is not seen any more stays as it was.
pub(super) fn as_seen(version: &Graph, now: &Graph) -> Graph {
    type Key<'a> = (&'a str, &'a str, Option<&'a str>);
    fn key(link: &GraphLink) -> Key<'_> {
        (&link.upper, &link.lower, link.upper_port.as_deref())
    }
    let seen: BTreeMap<Key<'_>, &GraphLink> = now.links.iter().map(|link| (key(link), link)).collect();
    let mut graph = version.clone();
    for link in &mut graph.links {
        if let Some(now) = seen.get(&key(link)) {
            (link.evidence, link.is_missing) = (now.evidence.clone(), now.is_missing);
        }
    }
    graph
}

/// The links between devices, and those to hosts.
pub(super) fn links(
    graph: &Graph,
    names: &BTreeMap<AgentId, String>,
    format: &Format,
) -> (Table, Table, usize) {
    let role = |link: &GraphLink| graph.nodes.get(&link.lower).map_or(Role::Host, |node| node.role);
    let (hosts, devices): (Vec<_>, Vec<_>) = graph.links.iter().partition(|link| is_host(role(link)));
    let more = hosts.len().saturating_sub(HOSTS);
    let rows =
        |links: Vec<&GraphLink>| links.into_iter().map(|link| row(graph, link, names, format)).collect();
    let table = |caption, links| {
        let columns = ["Perangkat", "Port", "Tersambung ke", "Port", "VLAN", "Dasar", "Terakhir terlihat"];
        Table::new(caption, &columns, rows(links))
    };
    let hosts = table("Sambungan host", hosts.into_iter().take(HOSTS).collect());
    (table("Sambungan antarperangkat", devices), hosts, more)
}

fn row(graph: &Graph, link: &GraphLink, names: &BTreeMap<AgentId, String>, format: &Format) -> Vec<Cell> {
    let end = |id: &str| match graph.nodes.get(id) {
        Some(node) => Cell::text(node.name.clone()).small(kind(node)),
        None => Cell::text(""),
    };
    let port = |port: &Option<String>| Cell::maybe_code(port.as_ref());
    let seen = link.last_seen().map(|at| format.when(at));
    let basis = if link.is_missing { "sedang tidak tampak".to_owned() } else { String::new() };
    vec![
        end(&link.lower),
        port(&link.lower_port),
        end(&link.upper),
        port(&link.upper_port),
        Cell::text(link.vlan.map(|vlan| vlan.to_string()).unwrap_or_default()),
        Cell::text(link.basis.word()).small(basis),
        Cell::text(seen.as_ref().map(|when| when.ago.clone()).unwrap_or_default())
            .small(witnesses(link, names)),
    ]
}

fn kind(node: &Node) -> String {
    let detail = if node.detail.is_empty() { String::new() } else { format!(" · {}", node.detail) };
    format!("{}{detail}", node.role.word())
}

/// Who saw a link: by name as long as they are few.
fn witnesses(link: &GraphLink, names: &BTreeMap<AgentId, String>) -> String {
    let name = |agent: &AgentId| {
        names.get(agent).cloned().unwrap_or_else(|| agent.as_str().chars().take(8).collect())
    };
    match link.evidence.len() {
        0 => String::new(),
        n @ 1..=2 => {
            let all: Vec<String> = link.evidence.keys().take(n).map(name).collect();
            format!("oleh {}", all.join(" dan "))
        }
        n => format!("oleh {n} server"),
    }
}

/// The subnets, and who is in them.
pub(super) fn subnets(graph: &Graph) -> Table {
    let row = |(subnet, people): (&crate::lan::Subnet, &crate::lan::Population)| {
        let count = |n: u32| Cell::number(Some(number(n)));
        vec![
            Cell::code(subnet.to_string()),
            count(people.servers),
            count(people.hosts),
            count(people.anonymous),
        ]
    };
    let columns = ["Subnet", "#Server beragen", "#Host dikenal", "#MAC acak"];
    Table::new("Subnet yang tampak", &columns, graph.subnets.iter().map(row).collect())
}

/// How each source went at each server, so that an empty map explains itself.
pub(super) fn sources(state: &State, names: &BTreeMap<AgentId, String>, format: &Format) -> Table {
    let row = |(agent, witness): (&AgentId, &crate::lan::Witness)| {
        let name = names.get(agent).cloned().unwrap_or_else(|| agent.as_str().chars().take(8).collect());
        let server = Cell::text(name)
            .link(format!("/server/{agent}/jaringan"))
            .small(format!("dibaca {}", format.ago(witness.last_at)));
        let cell = |source: Source| match witness.sources.get(&source) {
            Some(Ran::Found) => Cell::signed(Sign::Well, "terbaca"),
            Some(Ran::Nothing) => Cell::signed(Sign::Unknown, "tidak ada"),
            Some(Ran::Failed(_)) => Cell::signed(Sign::Look, "gagal"),
            None => Cell::text("").muted(),
        };
        std::iter::once(server).chain(SOURCES.map(cell)).collect()
    };
    let columns = ["Server", "Antarmuka", "Gateway", "Rute", "ARP", "LLDP/CDP", "Bridge", "DHCP"];
    Table::new("Sumber per server", &columns, state.agents.iter().map(row).collect())
}

/// What there is, counted by kind: `2 switch, 3 server, 41 host`.
pub(super) fn counted(graph: &Graph) -> String {
    let mut all: BTreeMap<Role, u32> = BTreeMap::new();
    for node in graph.nodes.values().filter(|node| !matches!(node.role, Role::Outside | Role::Segment)) {
        *all.entry(node.role).or_default() += 1;
    }
    let words: Vec<String> =
        all.into_iter().map(|(role, n)| format!("{} {}", number(n), role.word().to_lowercase())).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lan::Basis;

    fn graph(port: &str, seen: &[(u8, &str)]) -> Graph {
        let evidence = seen.iter().map(|(n, at)| (AgentId::of_key(&[*n; 32]), at.parse().unwrap())).collect();
        let link = GraphLink {
            upper: "sw".into(),
            lower: "srv".into(),
            upper_port: Some(port.into()),
            lower_port: None,
            basis: Basis::Announced,
            vlan: None,
            evidence,
            is_missing: false,
            mark: None,
        };
        Graph { links: vec![link], ..Graph::default() }
    }

    #[test]
    fn a_link_was_last_seen_when_it_was_and_not_when_its_version_was_made() {
        let version = graph("7", &[(1, "2026-11-10T00:00:00Z")]);
        let last = |now: &Graph| as_seen(&version, now).links[0].last_seen().unwrap().to_string();
        assert_eq!(last(&graph("7", &[(1, "2026-11-22T00:00:00Z")])), "2026-11-22T00:00:00Z");
        assert_eq!(
            last(&graph("12", &[(1, "2026-11-22T00:00:00Z")])),
            "2026-11-10T00:00:00Z",
            "another cable"
        );
    }
}
