//! A LAN that is too large for one sheet, on several: an overview, then each switch with what hangs on it.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{self, Branch, MAX_LEAVES};
use super::{Diagram, Heading, READABLE, Sheet};
use crate::lan::graph::{Graph, NodeId};
use crate::lan::text::plain;

/// On the overview more leaves than this of one switch are counted.
const OVERVIEW_LEAVES: usize = 3;
/// On a sheet of its own a switch has room for more than beside others.
const SHEET_LEAVES: usize = 40;

impl Diagram {
    /// Draws a graph on as many sheets as it takes to be read: one, or an overview and one for each thing that more
    /// hangs on than the overview shows.
    #[must_use]
    pub fn pages(graph: &Graph, heading: &Heading, sheet: Sheet) -> Vec<Self> {
        let whole = Self::new(graph, heading.clone(), sheet);
        if whole.scale >= READABLE {
            return vec![whole];
        }
        let parts = parts(graph);
        let count = parts.len() + 1;
        let title = |words: &str, n: usize| Heading {
            title: format!("{}: {words} (lembar {n} dari {count})", heading.title),
            ..heading.clone()
        };
        let mut pages = vec![Self::with(graph, title("ikhtisar", 1), sheet, OVERVIEW_LEAVES)];
        for (n, (id, part)) in (2..).zip(&parts) {
            let name = part.nodes.get(id).map_or_else(String::new, |node| plain(&node.name));
            pages.push(Self::with(part, title(&name, n), sheet, SHEET_LEAVES));
        }
        pages
    }
}

/// Each thing that the overview counts leaves of: itself, these leaves, and what it hangs on.
fn parts(graph: &Graph) -> Vec<(NodeId, Graph)> {
    let forest = tree::grow(graph, MAX_LEAVES);
    let mut waiting: Vec<(&Branch, Option<&NodeId>)> =
        forest.roots.iter().rev().map(|root| (root, None)).collect();
    let mut parts = Vec::new();
    while let Some((branch, above)) = waiting.pop() {
        let leaves = || branch.leaves.iter().flat_map(|leaf| &leaf.ids);
        if leaves().count() > OVERVIEW_LEAVES && !branch.id.is_empty() {
            let kept: BTreeSet<&NodeId> = leaves().chain(above).chain([&branch.id]).collect();
            parts.push((branch.id.clone(), part(graph, &kept)));
        }
        waiting.extend(branch.branches.iter().rev().map(|child| (child, Some(&branch.id))));
    }
    parts
}

fn part(graph: &Graph, kept: &BTreeSet<&NodeId>) -> Graph {
    let nodes: BTreeMap<_, _> = graph
        .nodes
        .iter()
        .filter(|(id, _)| kept.contains(id))
        .map(|(id, node)| (id.clone(), node.clone()))
        .collect();
    let links = graph.links.iter().filter(|link| kept.contains(&link.upper) && kept.contains(&link.lower));
    Graph {
        links: links.cloned().collect(),
        nodes,
        servers: graph.servers,
        as_of: graph.as_of,
        ..Graph::default()
    }
}
