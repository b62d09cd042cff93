//! Two versions in one picture.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, Link, Mark, NodeId};

/// What makes two links the same: their ends, and the upper port.
type Key<'a> = (&'a str, &'a str, Option<&'a str>);

fn key(link: &Link) -> Key<'_> {
    (&link.upper, &link.lower, link.upper_port.as_deref())
}

pub(super) fn compare(before: &Graph, after: &Graph) -> Graph {
    let mut both = after.clone();
    for (id, node) in &mut both.nodes {
        node.mark = (!before.nodes.contains_key(id)).then_some(Mark::New);
    }
    for (id, node) in &before.nodes {
        both.nodes.entry(id.clone()).or_insert_with(|| {
            let mut node = node.clone();
            node.mark = Some(Mark::Gone);
            node
        });
    }
    let (old, new): (BTreeSet<Key<'_>>, BTreeSet<Key<'_>>) =
        (before.links.iter().map(key).collect(), after.links.iter().map(key).collect());
    for link in &mut both.links {
        let is_new = !old.contains(&key(link));
        link.mark = is_new.then_some(Mark::New);
    }
    for link in before.links.iter().filter(|link| !new.contains(&key(link))) {
        both.links.push(Link { mark: Some(Mark::Gone), ..link.clone() });
    }
    mark_moved(&mut both);
    both.links.sort();
    both
}

/// What is in both and hangs by a new link in the place of an old one has moved. Where only the way there was
/// concluded, nothing moved.
fn mark_moved(both: &mut Graph) {
    let mut by_lower: BTreeMap<NodeId, BTreeSet<Mark>> = BTreeMap::new();
    for link in &both.links {
        if let Some(mark) = link.mark {
            by_lower.entry(link.lower.clone()).or_default().insert(mark);
        }
    }
    for (id, marks) in by_lower {
        let Some(node) = both.nodes.get_mut(&id).filter(|node| node.mark.is_none()) else { continue };
        if marks.contains(&Mark::New) && marks.contains(&Mark::Gone) {
            node.mark = Some(Mark::Moved);
            for link in both.links.iter_mut().filter(|link| link.lower == id && link.mark == Some(Mark::New))
            {
                link.mark = Some(Mark::Moved);
            }
        }
    }
}
