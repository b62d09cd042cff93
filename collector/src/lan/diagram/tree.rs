//! Which link of each thing is drawn as its way to the outside: a spanning tree, by the quality of the links' sources
//! and then by stable ids. All other links are drawn across.

use std::collections::{BTreeMap, BTreeSet};

use crate::lan::graph::{Graph, Link, Mark, Node, NodeId, Role};

/// More leaves than this of one switch are counted instead of drawn.
pub(super) const MAX_LEAVES: usize = 25;

/// The tree, and what is not in it.
#[derive(Debug, Default)]
pub(super) struct Forest {
    pub(super) roots: Vec<Branch>,
    /// Links to draw across, by index.
    pub(super) across: Vec<usize>,
}

impl Forest {
    /// How many leaves hang on each branch that has any.
    pub(super) fn leaf_counts(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        let mut waiting: Vec<&Branch> = self.roots.iter().collect();
        while let Some(branch) = waiting.pop() {
            counts.extend(Some(branch.leaves.len()).filter(|leaves| *leaves > 0));
            waiting.extend(&branch.branches);
        }
        counts
    }
}

/// Something that others hang on.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) id: NodeId,
    /// The links to the parent, by index: more than one where they run side by side.
    pub(super) links: Vec<usize>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) branches: Vec<Self>,
}

/// An end of the tree.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The things: several where they are counted.
    pub(super) ids: Vec<NodeId>,
    /// The links to the parent, by index.
    pub(super) links: Vec<usize>,
}

/// How a thing hangs on its parent: who, and by which links.
struct Parent {
    id: NodeId,
    links: Vec<usize>,
}

/// The tree of a graph; of one thing, more than `most` leaves are counted.
pub(super) fn grow(graph: &Graph, most: usize) -> Forest {
    let carriers = carriers(graph);
    let order = order(graph);
    let mut parents = trunk(graph, &carriers, &order);
    hang_ends(graph, &carriers, &order, &mut parents);
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, parent) in &parents {
        children.entry(&parent.id).or_default().push(id);
    }
    let roots = graph.nodes.keys().filter(|id| !parents.contains_key(*id)).map(String::as_str);
    let mut roots: Vec<&str> = roots.collect();
    roots.sort_by_key(|id| place_of(graph, id, None));
    let gardener = Gardener { graph, parents: &parents, children: &children, carriers: &carriers, most };
    let (roots, lonely): (Vec<&str>, Vec<&str>) =
        roots.into_iter().partition(|id| carriers.contains(*id) || children.contains_key(*id));
    let mut forest =
        Forest { roots: roots.into_iter().map(|id| gardener.branch(id)).collect(), across: Vec::new() };
    if !lonely.is_empty() {
        let leaves =
            lonely.into_iter().map(|id| Leaf { ids: vec![id.to_owned()], links: Vec::new() }).collect();
        let branch = Branch { id: String::new(), links: Vec::new(), leaves, branches: Vec::new() };
        forest.roots.push(branch);
    }
    let used: BTreeSet<usize> = parents.values().flat_map(|parent| parent.links.iter().copied()).collect();
    forest.across = order.into_iter().filter(|index| !used.contains(index)).collect();
    forest
}

/// What others hang on: by their role, or because a carrier hangs on them (a server that is a router).
fn carriers(graph: &Graph) -> BTreeSet<&str> {
    let by_role: BTreeSet<&str> =
        graph.nodes.iter().filter(|(_, node)| node.role.carries()).map(|(id, _)| id.as_str()).collect();
    let above = graph.links.iter().filter(|link| by_role.contains(link.lower.as_str()));
    let above: Vec<&str> = above.map(|link| link.upper.as_str()).collect();
    by_role.into_iter().chain(above).collect()
}

/// Links from the best to the worst; whatever is gone comes last, so that it never carries what is there.
fn order(graph: &Graph) -> Vec<usize> {
    let whole =
        graph.links.iter().enumerate().filter(|(_, link)| {
            graph.nodes.contains_key(&link.upper) && graph.nodes.contains_key(&link.lower)
        });
    let mut all: Vec<(bool, &Link, usize)> =
        whole.map(|(index, link)| (link.mark == Some(Mark::Gone), link, index)).collect();
    all.sort_by(|a, b| {
        let key =
            |link: &'_ Link| (link.basis, link.upper.clone(), link.lower.clone(), link.upper_port.clone());
        a.0.cmp(&b.0).then_with(|| key(a.1).cmp(&key(b.1))).then(a.2.cmp(&b.2))
    });
    all.into_iter().map(|(_, _, index)| index).collect()
}

/// The tree of the carriers (Kruskal's), hung up at the outermost of each part.
fn trunk(graph: &Graph, carriers: &BTreeSet<&str>, order: &[usize]) -> BTreeMap<NodeId, Parent> {
    let mut part: BTreeMap<&str, &str> = carriers.iter().map(|id| (*id, *id)).collect();
    let mut edges: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for &index in order {
        let Some(link) = graph.links.get(index) else { continue };
        let (a, b) = (link.upper.as_str(), link.lower.as_str());
        let (Some(of_a), Some(of_b)) = (part.get(a).copied(), part.get(b).copied()) else { continue };
        if of_a != of_b {
            for of in part.values_mut().filter(|of| **of == of_b) {
                *of = of_a;
            }
            edges.entry(a).or_default().push((b, index));
            edges.entry(b).or_default().push((a, index));
        }
    }
    let degree = |id: &str| edges.get(id).map_or(0, Vec::len);
    let mut roots: BTreeMap<&str, &str> = BTreeMap::new();
    for (&id, &of) in &part {
        let rank = |id: &str| (graph.nodes.get(id).map(|node| node.role), std::cmp::Reverse(degree(id)));
        let root = roots.entry(of).or_insert(id);
        if rank(id) < rank(root) {
            *root = id;
        }
    }
    let mut parents = BTreeMap::new();
    let mut waiting: Vec<&str> = roots.values().copied().collect();
    let mut seen: BTreeSet<&str> = waiting.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        for (next, _) in edges.get(id).into_iter().flatten() {
            if seen.insert(next) {
                let links = between(graph, order, id, next);
                parents.insert((*next).to_owned(), Parent { id: id.to_owned(), links });
                waiting.push(next);
            }
        }
    }
    parents
}

/// Hosts hang on carriers by their best link, guests on the servers that run them.
fn hang_ends(
    graph: &Graph,
    carriers: &BTreeSet<&str>,
    order: &[usize],
    parents: &mut BTreeMap<NodeId, Parent>,
) {
    let ends = graph.nodes.keys().map(String::as_str).filter(|id| !carriers.contains(id));
    let mut loose: BTreeSet<&str> = ends.collect();
    let mut hung: BTreeSet<&str> = carriers.clone();
    loop {
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        for &index in order {
            let Some(link) = graph.links.get(index) else { continue };
            let (upper, lower) = (link.upper.as_str(), link.lower.as_str());
            if loose.contains(lower) && hung.contains(upper) {
                found.entry(lower).or_insert(upper);
            }
        }
        if found.is_empty() {
            return;
        }
        for (lower, upper) in found {
            let links = between(graph, order, upper, lower);
            parents.insert(lower.to_owned(), Parent { id: upper.to_owned(), links });
            loose.remove(lower);
            hung.insert(lower);
        }
    }
}

/// All links between two things; those that are gone only where there is no other.
fn between(graph: &Graph, order: &[usize], a: &str, b: &str) -> Vec<usize> {
    let joins = |link: &Link| (link.upper == a && link.lower == b) || (link.upper == b && link.lower == a);
    let all = order.iter().copied().filter(|index| graph.links.get(*index).is_some_and(joins));
    let is_gone = |index: &usize| graph.links.get(*index).is_some_and(|link| link.mark == Some(Mark::Gone));
    let (gone, there): (Vec<usize>, Vec<usize>) = all.partition(is_gone);
    if there.is_empty() { gone } else { there }
}

struct Gardener<'a> {
    graph: &'a Graph,
    parents: &'a BTreeMap<NodeId, Parent>,
    children: &'a BTreeMap<&'a str, Vec<&'a str>>,
    carriers: &'a BTreeSet<&'a str>,
    most: usize,
}

impl Gardener<'_> {
    fn branch(&self, id: &str) -> Branch {
        let mut below: Vec<&str> = self.children.get(id).cloned().unwrap_or_default();
        below.sort_by_key(|child| place_of(self.graph, child, self.port(child)));
        let is_branch = |child: &&str| self.carriers.contains(*child) || self.children.contains_key(*child);
        let (branches, leaves): (Vec<&str>, Vec<&str>) = below.into_iter().partition(is_branch);
        Branch {
            id: id.to_owned(),
            links: self.links(id),
            leaves: self.counted(&leaves),
            branches: branches.into_iter().map(|child| self.branch(child)).collect(),
        }
    }

    fn links(&self, id: &str) -> Vec<usize> {
        self.parents.get(id).map(|parent| parent.links.clone()).unwrap_or_default()
    }

    fn port(&self, id: &str) -> Option<&str> {
        let first = self.parents.get(id)?.links.first()?;
        self.graph.links.get(*first)?.upper_port.as_deref()
    }

    /// One leaf each, unless there are too many: then hosts are counted by VLAN or subnet and kind. Servers stay, and
    /// what is new.
    fn counted(&self, leaves: &[&str]) -> Vec<Leaf> {
        let one = |id: &&str| Leaf { ids: vec![(*id).to_owned()], links: self.links(id) };
        if leaves.len() <= self.most {
            return leaves.iter().map(one).collect();
        }
        let mut groups: BTreeMap<(&str, Role), Leaf> = BTreeMap::new();
        let mut kept = Vec::new();
        for id in leaves {
            match self.graph.nodes.get(*id) {
                Some(node) if is_countable(node) => {
                    let new = || Leaf { ids: Vec::new(), links: Vec::new() };
                    let group = groups.entry((&node.group, node.role)).or_insert_with(new);
                    group.ids.push((*id).to_owned());
                    group.links.extend(self.links(id));
                }
                _ => kept.push(one(id)),
            }
        }
        kept.extend(groups.into_values());
        kept
    }
}

fn is_countable(node: &Node) -> bool {
    matches!(node.role, Role::Host | Role::Guest | Role::Asset) && node.mark.is_none()
}

/// Where a thing stands among its siblings: servers first, then by port and by name, numbers by their value.
fn place_of(graph: &Graph, id: &str, port: Option<&str>) -> (Option<Role>, String, String, String) {
    let node = graph.nodes.get(id);
    let name = node.map(|node| natural(&node.name)).unwrap_or_default();
    (node.map(|node| node.role), port.map(natural).unwrap_or_default(), name, id.to_owned())
}

/// A text that sorts as people do: `SW-2` before `SW-10`.
fn natural(text: &str) -> String {
    let mut sorted = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            let number = digits.trim_start_matches('0');
            sorted.extend(std::iter::repeat_n('0', 20_usize.saturating_sub(number.len())));
            sorted.push_str(number);
            digits.clear();
        }
        sorted.extend(c.to_lowercase());
    }
    sorted
}
