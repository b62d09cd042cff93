//! The control groups that systemd keeps its services in: `system.slice/nginx.service` and the like.
//!
//! A group is there as long as its service runs, and who belongs to it is told without any privilege. Under
//! cgroup version 2 its folder's inode is the id by which the kernel names the group elsewhere.

use std::path::{Path, PathBuf};

use crate::roots::Roots;

/// Where systemd has its groups: on hosts with both versions in the unified one, too, whose ids the kernel
/// tells; on old ones in a hierarchy of its own; else in the only one.
const HIERARCHIES: [&str; 3] = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup"];
/// How many groups are looked at.
const MAX_GROUPS: usize = 4096;
/// How deep slices lie in each other.
const MAX_DEPTH: usize = 8;
/// How many processes of a group are looked at.
const MAX_PROCESSES: usize = 256;

/// A service's or scope's group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The unit's name.
    pub(super) unit: String,
    /// Its folder.
    pub(super) path: PathBuf,
    /// Its folder's inode.
    pub(super) id: u64,
}

/// Every group of a service or scope, by unit name. Empty where there is no systemd.
pub(super) fn read(roots: &Roots) -> Vec<Group> {
    let hierarchy = HIERARCHIES.iter().find(|path| roots.exists(format!("{path}/system.slice")));
    let mut groups = Vec::new();
    if let Some(path) = hierarchy {
        below(roots, Path::new(path), 0, &mut groups);
    }
    groups.sort_unstable_by(|a: &Group, b: &Group| a.unit.cmp(&b.unit));
    groups
}

fn below(roots: &Roots, folder: &Path, depth: usize, groups: &mut Vec<Group>) {
    let is_group = |name: &str| [".slice", ".service", ".scope"].iter().any(|ending| name.ends_with(ending));
    // One slice that cannot be read costs its own services only.
    for entry in roots.entries(folder, is_group).ok().flatten().unwrap_or_default() {
        let path = folder.join(&entry.name);
        if groups.len() >= MAX_GROUPS {
            return;
        }
        if !entry.name.ends_with(".slice") {
            groups.push(Group { unit: unescaped(&entry.name), path, id: entry.inode });
        } else if depth < MAX_DEPTH {
            below(roots, &path, depth + 1, groups);
        }
    }
}

/// A group whose name could be taken for a file of the kernel's carries an underscore before it.
fn unescaped(name: &str) -> String {
    name.strip_prefix('_').unwrap_or(name).to_owned()
}

impl Group {
    /// Whether anything lives in it.
    pub(super) fn is_populated(&self, roots: &Roots) -> bool {
        // Version 2 counts what lives further down as well.
        match roots.value(self.path.join("cgroup.events")) {
            Some(events) => events.contains("populated 1"),
            None => !self.processes(roots).is_empty(),
        }
    }

    /// The processes in it.
    pub(super) fn processes(&self, roots: &Roots) -> Vec<u32> {
        let text = roots.text(self.path.join("cgroup.procs")).ok().flatten().unwrap_or_default();
        text.lines().filter_map(|pid| pid.parse().ok()).take(MAX_PROCESSES).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[(&str, bool, &[u32])]) {
        let host = fixture::host(files);
        let groups = read(&host.roots);
        let found: Vec<_> = groups
            .iter()
            .map(|g| (g.unit.as_str(), g.is_populated(&host.roots), g.processes(&host.roots)))
            .collect();
        let found: Vec<_> = found.iter().map(|(unit, is, pids)| (*unit, *is, pids.as_slice())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn groups_of_version_2_are_found_in_their_slices() {
        check(
            &[
                ("sys/fs/cgroup/cgroup.procs", "2\n"),
                ("sys/fs/cgroup/init.scope/cgroup.procs", "1\n"),
                ("sys/fs/cgroup/system.slice/nginx.service/cgroup.events", "populated 1\nfrozen 0\n"),
                ("sys/fs/cgroup/system.slice/nginx.service/cgroup.procs", "80\n81\nx\n"),
                ("sys/fs/cgroup/system.slice/done.service/cgroup.events", "populated 0\nfrozen 0\n"),
                ("sys/fs/cgroup/system.slice/system-getty.slice/getty@tty1.service/cgroup.procs", "90\n"),
                ("sys/fs/cgroup/system.slice/memory.max", "max\n"),
            ],
            &[
                ("done.service", false, &[]),
                ("getty@tty1.service", true, &[90]),
                ("init.scope", true, &[1]),
                ("nginx.service", true, &[80, 81]),
            ],
        );
    }

    #[test]
    fn version_1_has_a_hierarchy_for_systemd() {
        check(
            &[
                ("sys/fs/cgroup/memory/system.slice/x.service/cgroup.procs", "1\n"),
                ("sys/fs/cgroup/systemd/system.slice/httpd.service/cgroup.procs", "700\n"),
                ("sys/fs/cgroup/systemd/system.slice/gone.service/cgroup.procs", ""),
            ],
            &[("gone.service", false, &[]), ("httpd.service", true, &[700])],
        );
        check(&[("sys/fs/cgroup/memory/x", "")], &[]);
    }
}
