//! How a store is laid out, and which of its files are what.

use std::path::Path;

use patuh_protocol::witness::Layout;

use super::walk::Found;
use crate::roots::Roots;

/// The layout of the folder, by the marks that the tools leave. A repository that lost some of them, or everything,
/// is still the one that it was (`held`).
pub(super) fn of(roots: &Roots, folder: &Path, held: Option<Layout>) -> Layout {
    let has = |name: &str| roots.exists(folder.join(name));
    let is_empty = || roots.list(folder).is_ok_and(|names| names.is_none_or(|names| names.is_empty()));
    if has(".chunks") && has(".lock") {
        Layout::Pbs
    } else if has("config") && has("keys") && has("snapshots") && has("data") {
        Layout::Restic
    } else if has("config") && has("data") && has("README") {
        Layout::Borg
    } else {
        let remains =
            || is_empty() || [".chunks", "config", "data", "snapshots"].iter().any(|mark| has(mark));
        held.filter(|_| remains()).unwrap_or(Layout::Files)
    }
}

/// What a file is to the witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// An object that claims are about: a snapshot, a dump.
    Object,
    /// A file whose content never changes once it is there.
    Content,
    /// As [`Role::Content`], and a new one of its kind explains why others went: restic's index after a prune.
    Index,
    /// A lock.
    Lock,
    /// Changes as the tool likes.
    Free,
}

/// The role of the file at `path` below a store.
pub(super) fn role(layout: Layout, path: &str) -> Role {
    let (folder, rest) = path.split_once('/').unwrap_or(("", path));
    match layout {
        Layout::Restic => match folder {
            "snapshots" => Role::Object,
            "data" | "keys" => Role::Content,
            "index" => Role::Index,
            "locks" => Role::Lock,
            _ => Role::Free,
        },
        Layout::Borg => match folder {
            "data" => Role::Content,
            "lock.exclusive" => Role::Lock,
            "" if rest == "lock.roster" => Role::Lock,
            _ => Role::Free,
        },
        Layout::Pbs => {
            let last = path.rsplit('/').next().unwrap_or_default();
            if last == "index.json.blob" { Role::Object } else { Role::Free }
        }
        Layout::Files => Role::Object,
    }
}

/// The id of an object, as claims name it.
pub(super) fn id(layout: Layout, path: &str) -> &str {
    match layout {
        Layout::Restic => path.strip_prefix("snapshots/").unwrap_or(path),
        Layout::Pbs => path.strip_suffix("/index.json.blob").unwrap_or(path),
        Layout::Borg | Layout::Files => path,
    }
}

/// The digest that a file's name promises: everything in a restic repository but its `config`.
pub(super) fn promised(layout: Layout, path: &str) -> Option<patuh_protocol::digest::Digest> {
    let kept = matches!(role(layout, path), Role::Object | Role::Content | Role::Index);
    (layout == Layout::Restic && kept).then(|| path.rsplit('/').next()?.parse().ok()).flatten()
}

/// The number of a borg segment: `data/0/17` is 17.
pub(super) fn segment(found: &str) -> Option<u64> {
    found.strip_prefix("data/")?.rsplit('/').next()?.parse().ok()
}

/// Whether the tool is still writing this file, under a name that it will not keep.
pub(super) fn is_unfinished(found: &Found) -> bool {
    let last = found.path.rsplit('/').next().unwrap_or_default();
    last.starts_with('.') || [".tmp", ".part", ".partial", "-tmp"].iter().any(|end| last.contains(end))
}
