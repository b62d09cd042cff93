//! The Merkle tree of RFC 6962, section 2.1: hashes and the checking of proofs. Pure; the tree itself is
//! kept by the collector.

use crate::digest::Digest;

/// The hash of a leaf: SHA-256(0x00 ‖ leaf).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], leaf])
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[1], &left.0, &right.0])
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// Whether `proof` shows that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with
/// root `root` (RFC 9162, section 2.1.3.2).
#[must_use]
pub fn includes(leaf: &Digest, index: u64, size: u64, proof: &[Digest], root: &Digest) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old_size` leaves with root `old_root` is the beginning of the
/// tree of `size` leaves with root `root` (RFC 9162, section 2.1.4.2).
#[must_use]
pub fn extends(old_size: u64, old_root: &Digest, size: u64, root: &Digest, proof: &[Digest]) -> bool {
    if old_size == size {
        return proof.is_empty() && old_root == root;
    }
    if old_size > size {
        return false;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let whole = old_size.is_power_of_two();
    let mut steps = proof.iter();
    let first =
        if whole { old_root } else { if let Some(first) = steps.next() { first } else { return false } };
    let (mut node, mut last) = (old_size - 1, size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut hash) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(step, &old_hash);
            hash = node_hash(step, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && hash == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of the reference tree used by Certificate Transparency implementations.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

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

    fn path(m: usize, leaves: &[Digest]) -> Vec<Digest> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, sibling) = if m < k {
            (path(m, &leaves[..k]), &leaves[k..])
        } else {
            (path(m - k, &leaves[k..]), &leaves[..k])
        };
        proof.push(root(sibling));
        proof
    }

    fn subproof(m: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![root(leaves)] };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, sibling) = if m <= k {
            (subproof(m, &leaves[..k], whole), &leaves[k..])
        } else {
            (subproof(m - k, &leaves[k..], false), &leaves[..k])
        };
        proof.push(root(sibling));
        proof
    }

    fn hashes(n: usize) -> Vec<Digest> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn the_reference_tree_has_the_reference_roots() {
        let leaves: Vec<_> = LEAVES.iter().map(|l| leaf_hash(l)).collect();
        assert_eq!(
            root(&leaves).to_string(),
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        );
        assert_eq!(
            root(&leaves[..1]).to_string(),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
    }

    #[test]
    fn every_inclusion_proof_holds_and_no_other() {
        for n in 1..=20 {
            let leaves = hashes(n);
            let top = root(&leaves);
            for i in 0..n {
                let proof = path(i, &leaves);
                assert!(includes(&leaves[i], i as u64, n as u64, &proof, &top), "{i} of {n}");
                assert!(!includes(&leaves[i], i as u64 + 1, n as u64, &proof, &top));
                assert!(!includes(&leaf_hash(b"other"), i as u64, n as u64, &proof, &top));
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(!includes(&leaves[i], i as u64, n as u64, shorter, &top));
                }
            }
        }
    }

    #[test]
    fn every_consistency_proof_holds_and_no_other() {
        for n in 1..=20 {
            let leaves = hashes(n);
            for m in 1..=n {
                let proof = subproof(m, &leaves, true);
                let (old, new) = (root(&leaves[..m]), root(&leaves));
                assert!(extends(m as u64, &old, n as u64, &new, &proof), "{m} of {n}");
                if m < n {
                    let rewritten = root(&hashes(n)[1..=m]);
                    assert!(!extends(m as u64, &rewritten, n as u64, &new, &proof));
                    assert!(!extends(m as u64, &old, n as u64, &old, &proof));
                }
            }
        }
    }
}
