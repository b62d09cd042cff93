//! The file systems of a host, as far as they decide how far a backup reaches: many are told to stay where their
//! source lies, and then hold nothing of a disk that is mounted below it.

use patuh_protocol::inventory::Filesystem;

use super::Heard;
use super::paths::{is_in, parts};

/// File systems of local disks.
const LOCAL: [&str; 9] = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "jfs", "reiserfs", "f2fs"];

/// What is mounted where.
pub(super) struct Mounts<'a> {
    /// `None` when the host did not tell.
    known: Option<Vec<Mount<'a>>>,
}

/// Where one file system begins.
struct Mount<'a> {
    path: Vec<&'a str>,
    /// Whether it may hold data of this host, and not another's.
    is_own: bool,
}

impl<'a> Mounts<'a> {
    pub(super) fn of(heard: &Heard<'a, Filesystem>) -> Self {
        let Heard::Known { items, .. } = heard else { return Self { known: None } };
        let mount = |filesystem: &'a Filesystem| {
            let is_own = is_of_local_disk(filesystem) && !filesystem.read_only;
            Some(Mount { path: parts(&filesystem.mount)?, is_own })
        };
        Self { known: Some(items.iter().filter_map(mount).collect()) }
    }

    /// Whether the host told.
    pub(super) const fn are_known(&self) -> bool {
        self.known.is_some()
    }

    /// The file system on which `path` lies, when it begins behind the first `depth` parts of it.
    pub(super) fn beyond(&self, path: &[&str], depth: usize) -> Option<String> {
        let above = self.all().filter(|mount| mount.path.len() > depth && is_in(path, &mount.path));
        above.max_by_key(|mount| mount.path.len()).map(Mount::shown)
    }

    /// The first file system inside `path` that holds data and that `depth` says to begin behind the source that
    /// holds it.
    pub(super) fn inside(&self, path: &[&str], depth: impl Fn(&[&str]) -> usize) -> Option<String> {
        let within = |mount: &&Mount<'_>| mount.path.len() > path.len() && is_in(&mount.path, path);
        let mut all = self.all().filter(within).filter(|mount| mount.is_own);
        all.find(|mount| self.beyond(&mount.path, depth(&mount.path)).is_some()).map(Mount::shown)
    }

    fn all(&self) -> impl Iterator<Item = &Mount<'a>> {
        self.known.iter().flatten()
    }
}

impl Mount<'_> {
    fn shown(&self) -> String {
        format!("/{}", self.path.join("/"))
    }
}

/// Whether it lies on a disk of the host.
pub(super) fn is_of_local_disk(mount: &Filesystem) -> bool {
    LOCAL.contains(&mount.kind.as_str())
}
