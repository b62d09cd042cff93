//! Whose a socket is.
//!
//! First by its control group: the kernel tells the group that a socket was made in, the group is a
//! service's, and its processes and their names may be seen by everybody. When all of them bear one name
//! (nginx and its workers), that is the program. No privilege is needed, and nobody's descriptors are read.
//!
//! Where that does not tell (several programs in one service, as Docker and its proxies; kernels before 5.8;
//! no systemd), by the links in `/proc/PID/fd`, which may be followed by root and with `CAP_SYS_PTRACE`
//! only. The shipped unit does not have that capability, which would open every process's memory as well.
//! When it may not be seen, the program is not named.

use std::collections::{BTreeMap, BTreeSet};

use crate::roots::{Roots, Socket};
use crate::sensors::slices::{self, Group};

/// How many descriptors are looked at.
const MAX_LINKS: usize = 65_536;

/// What is known of a socket's holder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holder {
    /// The program's name.
    pub(super) process: Option<String>,
    /// The service it belongs to.
    pub(super) unit: Option<String>,
}

/// Holders of sockets, by their inodes.
#[derive(Debug, Default)]
pub(super) struct Holders(BTreeMap<u64, Holder>);

impl Holders {
    /// What is known of the holder of `socket`.
    pub(super) fn of(&self, socket: &Socket) -> Holder {
        self.0.get(&socket.inode).cloned().unwrap_or_default()
    }
}

pub(super) fn find(roots: &Roots, sockets: &[Socket]) -> Holders {
    let mut holders = Holders::default();
    let mut search = Search::default();
    let groups = if sockets.iter().any(|s| s.cgroup.is_some()) { slices::read(roots) } else { Vec::new() };
    for (id, inodes) in by_group(sockets) {
        match groups.iter().find(|group| Some(group.id) == id) {
            Some(group) => belong(roots, group, &inodes, &mut holders, &mut search),
            None => {
                search.everywhere |= !inodes.is_empty();
                search.inodes.extend(inodes);
            }
        }
    }
    search.run(roots, &mut holders);
    holders
}

/// The inodes of the sockets made in each group.
fn by_group(sockets: &[Socket]) -> BTreeMap<Option<u64>, BTreeSet<u64>> {
    let mut groups: BTreeMap<Option<u64>, BTreeSet<u64>> = BTreeMap::new();
    for socket in sockets.iter().filter(|socket| socket.inode > 0) {
        groups.entry(socket.cgroup).or_default().insert(socket.inode);
    }
    groups
}

/// The sockets `inodes` were made in `group`.
fn belong(roots: &Roots, group: &Group, inodes: &BTreeSet<u64>, holders: &mut Holders, search: &mut Search) {
    let processes = group.processes(roots);
    let names: BTreeSet<String> = processes.iter().filter_map(|pid| name(roots, *pid)).collect();
    let process = if names.len() == 1 { names.into_iter().next() } else { None };
    if process.is_none() {
        search.inodes.extend(inodes);
        search.processes.extend(processes);
    }
    let unit = Some(group.unit.clone()).filter(|unit| unit.ends_with(".service"));
    for inode in inodes {
        holders.0.insert(*inode, Holder { process: process.clone(), unit: unit.clone() });
    }
}

/// The program's name as the kernel has it: at most 15 characters.
fn name(roots: &Roots, pid: u32) -> Option<String> {
    roots.value(format!("/proc/{pid}/comm"))
}

/// A look into processes for the sockets that groups did not explain.
#[derive(Debug, Default)]
struct Search {
    inodes: BTreeSet<u64>,
    processes: BTreeSet<u32>,
    everywhere: bool,
}

impl Search {
    fn run(mut self, roots: &Roots, holders: &mut Holders) {
        if self.inodes.is_empty() {
            return;
        }
        if self.everywhere {
            let all = roots.list("/proc").ok().flatten().unwrap_or_default();
            self.processes.extend(all.iter().filter_map(|name| name.parse::<u32>().ok()));
        }
        let mut left = MAX_LINKS;
        // Of several that hold one socket the lowest number counts: it was there first.
        for pid in std::mem::take(&mut self.processes) {
            if self.inodes.is_empty() || left == 0 {
                return;
            }
            let held = self.held(roots, pid, &mut left);
            let Some(process) = (if held.is_empty() { None } else { name(roots, pid) }) else { continue };
            for inode in held {
                self.inodes.remove(&inode);
                holders.0.entry(inode).or_default().process = Some(process.clone());
            }
        }
    }

    /// Which of the sockets the process holds.
    fn held(&self, roots: &Roots, pid: u32, left: &mut usize) -> Vec<u64> {
        let mut held = Vec::new();
        let links = roots.list(format!("/proc/{pid}/fd")).ok().flatten().unwrap_or_default();
        for (seen, link) in links.iter().enumerate() {
            *left = left.saturating_sub(1);
            let Some(target) = roots.link(format!("/proc/{pid}/fd/{link}")) else {
                // When the first may not be read, none of this process may; a later one was closed meanwhile.
                if seen == 0 { break } else { continue }
            };
            let inode = target.to_str().and_then(|target| target.strip_prefix("socket:[")?.strip_suffix(']'));
            held.extend(
                inode.and_then(|inode| inode.parse().ok()).filter(|inode| self.inodes.contains(inode)),
            );
        }
        held
    }
}
