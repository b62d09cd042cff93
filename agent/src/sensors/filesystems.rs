//! `filesystems`: where data lies. Local file systems with their space; remote ones by name only, since a
//! dead server behind one would hang whoever asks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::inventory::Filesystem;
use patuh_protocol::report::Reading;

use super::mounts::{self, Mount};
use super::{Settings, listed, redact};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// How many file systems are carried.
const MAX_FILESYSTEMS: usize = 256;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let chosen = chosen(mounts::read(roots)?);
    let filesystems = chosen.into_iter().take(MAX_FILESYSTEMS).map(|mount| describe(roots, &mount)).collect();
    Ok(listed(filesystems, Reading::Filesystems))
}

/// One mount per file system, by mount point: of bind mounts and subvolumes the one that shows the whole,
/// else the one with the shortest path.
fn chosen(mounts: Vec<Mount>) -> Vec<Mount> {
    let mut by_filesystem: BTreeMap<(String, bool), Mount> = BTreeMap::new();
    for mount in mounts.into_iter().filter(|mount| mount.is_local() || mount.is_remote()) {
        let key =
            if mount.is_remote() { (mount.source.clone(), true) } else { (mount.device.clone(), false) };
        match by_filesystem.get(&key) {
            Some(kept) if rank(kept) <= rank(&mount) => {}
            _ => drop(by_filesystem.insert(key, mount)),
        }
    }
    let mut chosen: Vec<Mount> = by_filesystem.into_values().collect();
    chosen.sort_by(|a, b| a.point.cmp(&b.point));
    chosen
}

fn rank(mount: &Mount) -> (bool, usize) {
    (mount.root != "/", mount.point.as_os_str().len())
}

fn describe(roots: &Roots, mount: &Mount) -> Filesystem {
    let point = mount.point.to_string_lossy();
    // A file system that does not tell its size is still one.
    let space = if mount.is_remote() { None } else { roots.space(&point).ok() };
    Filesystem {
        mount: name(&point),
        source: redact::location(&mount.source),
        kind: mount.kind.clone(),
        size_bytes: space.map(|space| space.size_bytes),
        used_bytes: space.map(|space| rounded(space.used_bytes, space.size_bytes)),
        read_only: mount.read_only,
    }
}

/// Bytes in use to the nearest 256th or so of the size: logs grow by the minute, and what changed travels.
fn rounded(used: u64, size: u64) -> u64 {
    let step = (size / 512).checked_next_power_of_two().unwrap_or(1);
    let half = step / 2;
    (used.saturating_add(half) / step).saturating_mul(step).min(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(mountinfo: &str, expected: &[(&str, &str, Option<u64>)]) {
        let host = fixture::host(&[
            ("proc/self/mountinfo", mountinfo),
            (".host/space.json", r#"{"/": {"size_bytes": 10, "used_bytes": 3}}"#),
        ]);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let Some(Reading::Filesystems(found)) = read else { panic!("{read:?}") };
        let found: Vec<_> =
            found.iter().map(|f| (f.mount.as_str(), f.source.as_str(), f.size_bytes)).collect();
        assert_eq!(found, expected, "{mountinfo}");
    }

    #[test]
    fn each_file_system_stands_once_and_a_remote_one_is_not_asked() {
        check(
            concat!(
                "9 1 8:3 /sub /data/docker/x rw - xfs /dev/sda3 rw\n",
                "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n",
                "2 1 0:5 / /proc rw - proc proc rw\n",
                "3 1 8:1 /var/lib /mnt/bind rw - ext4 /dev/sda1 rw\n",
                "4 1 0:44 / /mnt/dc rw - nfs4 10.0.0.5:/backup rw\n",
                "5 1 0:44 / /srv/dc rw - nfs4 10.0.0.5:/backup rw\n",
                "6 1 0:45 / /mnt/ssh rw - fuse.sshfs admin:rahasia@dc:/x rw\n",
                "7 1 8:3 / /data rw - xfs /dev/sda3 rw\n",
            ),
            &[
                ("/", "/dev/sda1", Some(10)),
                ("/data", "/dev/sda3", None),
                ("/mnt/dc", "10.0.0.5:/backup", None),
                ("/mnt/ssh", "dc:/x", None),
            ],
        );
        check(
            "1 0 0:50 /@ / rw - btrfs /dev/sda1 rw\n2 1 0:50 /@home /home rw - btrfs /dev/sda1 rw\n",
            &[("/", "/dev/sda1", Some(10))],
        );
    }

    #[test]
    fn a_host_without_a_list_of_mounts_is_a_failure() {
        let host = fixture::host(&[("proc/self/mountinfo", "rubbish\n")]);
        let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(failure.to_string(), "/proc/self/mountinfo: tidak memuat satu mount pun");
    }

    #[test]
    fn what_is_in_use_changes_by_steps() {
        const GIB: u64 = 1024 * 1024 * 1024;
        for (used, size, expected) in [
            (3, 10, 3),
            (0, 0, 0),
            (50 * GIB + 1, 100 * GIB, 50 * GIB),
            (50 * GIB + GIB / 4, 100 * GIB, 50 * GIB + GIB / 4),
            (100 * GIB - 1, 100 * GIB, 100 * GIB),
        ] {
            assert_eq!(rounded(used, size), expected, "{used} of {size}");
        }
    }

    proptest::proptest! {
        #[test]
        fn rounding_stays_within(used: u64, size: u64) {
            let rounded = rounded(used, size);
            proptest::prop_assert!(rounded <= size);
            proptest::prop_assert!(used > size || rounded.abs_diff(used) <= size / 512);
        }
    }
}
