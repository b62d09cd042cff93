//! The arithmetic of the Merkle tree of RFC 6962, section 2.1. Pure: hashes come in, hashes go out.
//!
//! Only the hashes of *complete* subtrees are ever kept: they never change once they are there, so rows of
//! them are written once. All else follows from them: a [`Frontier`] (the complete subtrees that a tree of
//! some size is made of) is enough to append and to give the root, and every hash of a proof is that of a
//! range of leaves whose complete subtrees [`peaks`] names.

use std::ops::Range;

use patuh_protocol::digest::Digest;
use patuh_protocol::merkle::{empty_root, node_hash};

/// A complete subtree: the one over the leaves `index << level` up to, not including, `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Its height; leaves are on level 0.
    pub level: u8,
    /// Its place among those of its level, counted from 0.
    pub index: u64,
}

impl Node {
    /// The leaf at `index`.
    #[must_use]
    pub const fn leaf(index: u64) -> Self {
        Self { level: 0, index }
    }

    const fn parent(self) -> Self {
        Self { level: self.level + 1, index: self.index >> 1 }
    }
}

/// A tree as far as it takes to append to it: its size, and the hashes of the complete subtrees it is made
/// of, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The frontier of `size` leaves from its hashes, one after the other; `None` when their number does not
    /// fit the size.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let peaks = bytes.chunks(32).map(Digest::from_bytes).collect::<Option<Vec<_>>>()?;
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// Its hashes, one after the other.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| peak.0).collect()
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The complete subtrees it is made of.
    pub fn nodes(&self) -> impl Iterator<Item = (Node, Digest)> {
        peaks(0..self.size).into_iter().zip(self.peaks.iter().copied())
    }

    /// Appends a leaf by its hash. Returns the subtrees which it completes, the leaf itself first.
    pub fn push(&mut self, leaf: Digest) -> Vec<(Node, Digest)> {
        let (mut node, mut hash) = (Node::leaf(self.size), leaf);
        let mut completed = vec![(node, hash)];
        while node.index & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            (node, hash) = (node.parent(), node_hash(&left, &hash));
            completed.push((node, hash));
        }
        self.peaks.push(hash);
        self.size += 1;
        completed
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Digest {
        fold(self.peaks.iter().copied()).unwrap_or_else(empty_root)
    }
}

/// The complete subtrees that the tree over a range of leaves is made of, largest first. The range begins
/// where a subtree at least as long begins, as all ranges of this module do.
#[must_use]
pub fn peaks(leaves: Range<u64>) -> Vec<Node> {
    let length = leaves.end.saturating_sub(leaves.start);
    let mut start = leaves.start;
    let mut nodes = Vec::new();
    for level in (0..64_u8).rev().filter(|level| length >> level & 1 == 1) {
        nodes.push(Node { level, index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// How many complete subtrees, leaves among them, a tree of `size` leaves has.
#[must_use]
pub fn count(size: u64) -> u64 {
    size.saturating_mul(2).saturating_sub(u64::from(size.count_ones()))
}

/// The ranges whose hashes prove that the leaf at `index` stands in the tree of `size` leaves, in the order
/// of the proof (RFC 6962, section 2.1.1). Empty when there is no such leaf.
#[must_use]
pub fn inclusion(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut start, mut end) = (0, if index < size { size } else { 0 });
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(middle..end);
            end = middle;
        } else {
            path.push(start..middle);
            start = middle;
        }
    }
    path.reverse();
    path
}

/// The ranges whose hashes prove that the tree of `old` leaves is the beginning of the tree of `new` leaves,
/// in the order of the proof (RFC 6962, section 2.1.2). Empty when `old` is 0 or not less than `new`.
#[must_use]
pub fn consistency(old: u64, new: u64) -> Vec<Range<u64>> {
    if old == 0 || old >= new {
        return Vec::new();
    }
    let (mut start, mut end, mut whole) = (0, new, true);
    let mut path = Vec::new();
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(middle..end);
            end = middle;
        } else {
            path.push(start..middle);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        path.push(start..end);
    }
    path.reverse();
    path
}

/// The hashes of `ranges`, from the hashes of complete subtrees that `lookup` gives; `None` when one of them
/// is missing.
pub fn hashes(ranges: &[Range<u64>], lookup: impl Fn(Node) -> Option<Digest>) -> Option<Vec<Digest>> {
    let hash = |range: &Range<u64>| {
        let peaks: Option<Vec<_>> = peaks(range.clone()).into_iter().map(&lookup).collect();
        fold(peaks?.into_iter())
    };
    ranges.iter().map(hash).collect()
}

/// The hash over complete subtrees, the largest first.
fn fold(peaks: impl DoubleEndedIterator<Item = Digest>) -> Option<Digest> {
    peaks.rev().reduce(|right, left| node_hash(&left, &right))
}

/// The largest power of two smaller than `n`, which is at least 2.
const fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use patuh_protocol::merkle::{extends, includes, leaf_hash};

    use super::*;

    /// The definition of RFC 6962, section 2.1, word for word.
    fn root(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node_hash(&root(&leaves[..k]), &root(&leaves[k..]))
            }
        }
    }

    fn leaves(size: usize) -> Vec<Digest> {
        (0..size).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    fn grown(leaves: &[Digest]) -> (Frontier, BTreeMap<Node, Digest>) {
        let mut frontier = Frontier::default();
        let nodes = leaves.iter().flat_map(|leaf| frontier.push(*leaf)).collect();
        (frontier, nodes)
    }

    /// Everything that may be asked of a tree of `size` leaves, against the definition.
    fn check(size: usize, index: usize, old: usize) {
        let leaves = leaves(size);
        let (frontier, nodes) = grown(&leaves);
        let lookup = |node| nodes.get(&node).copied();
        let (top, wide) = (root(&leaves), size as u64);
        assert_eq!(frontier.root(), top);
        assert_eq!(nodes.len() as u64, count(wide));
        assert_eq!(Frontier::from_bytes(wide, &frontier.to_bytes()).as_ref(), Some(&frontier));
        assert!(frontier.nodes().all(|(node, hash)| nodes.get(&node) == Some(&hash)));
        if index < size {
            let proof = hashes(&inclusion(index as u64, wide), lookup).unwrap();
            assert!(includes(&leaves[index], index as u64, wide, &proof, &top), "{index} in {size}");
        }
        if old <= size {
            let proof = hashes(&consistency(old as u64, wide), lookup).unwrap();
            assert!(extends(old as u64, &root(&leaves[..old]), wide, &top, &proof), "{old} to {size}");
        }
    }

    #[test]
    fn small_trees_are_those_of_the_definition() {
        for size in 0..34 {
            for at in 0..=size {
                check(size, at, at);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn trees_are_those_of_the_definition(size in 0..700_usize, index in 0..700_usize, old in 0..700_usize) {
            check(size, index, old);
        }

        #[test]
        fn a_proof_needs_no_more_than_the_frontier_before_and_what_was_completed_since(
            before in 0..300_usize, added in 1..60_usize,
        ) {
            let all = leaves(before + added);
            let (mut frontier, _) = grown(&all[..before]);
            let mut nodes: BTreeMap<_, _> = frontier.nodes().collect();
            for leaf in &all[before..] {
                nodes.extend(frontier.push(*leaf));
            }
            for index in before..all.len() {
                let ranges = inclusion(index as u64, all.len() as u64);
                let proof = hashes(&ranges, |node| nodes.get(&node).copied());
                let (leaf, size) = (&all[index], all.len() as u64);
                assert!(includes(leaf, index as u64, size, &proof.unwrap(), &root(&all)));
            }
        }

        #[test]
        fn no_numbers_make_it_panic(a: u64, b: u64) {
            let _ = (inclusion(a, b), consistency(a, b), count(a), peaks(a..b), Frontier::from_bytes(a, &[0; 64]));
        }
    }
}
