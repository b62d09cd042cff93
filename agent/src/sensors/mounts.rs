//! What is mounted: `/proc/1/mountinfo` (proc_pid_mountinfo(5)), and what kind of thing it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// The host's list. Ours has, as a service, what systemd laid over it: everything read-only, some hidden.
const OF_HOST: &str = "/proc/1/mountinfo";
/// Our own list, where the host's cannot be read (hidepid).
const MOUNTINFO: &str = "/proc/self/mountinfo";
/// How many mounts are looked at: a container host has thousands, nearly all of them noise.
const MAX_MOUNTS: usize = 16_384;

/// File systems that lie on another host.
const REMOTE: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "lustre",
    "glusterfs",
    "beegfs",
    "9p",
    "virtiofs",
    "davfs",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.ceph",
    "fuse.ceph-fuse",
    "fuse.s3fs",
    "fuse.rclone",
    "fuse.davfs",
    "fuse.curlftpfs",
    "fuse.goofys",
    "fuse.moosefs",
    "fuse.juicefs",
];

/// One mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// `major:minor` of the device; `0:N` for file systems without one of their own.
    pub(super) device: String,
    /// Which folder of the file system is mounted; not `/` for bind mounts and btrfs subvolumes.
    pub(super) root: String,
    /// Where.
    pub(crate) point: PathBuf,
    /// The type.
    pub(super) kind: String,
    /// What, in the type's own words.
    pub(super) source: String,
    /// Mounted read-only, here or as a whole.
    pub(super) read_only: bool,
}

impl Mount {
    /// Whether it lies on another host; then nothing of it may be touched without a time limit.
    pub(super) fn is_remote(&self) -> bool {
        REMOTE.contains(&self.kind.as_str())
    }

    /// Whether it keeps data of this host on a device of this host.
    pub(super) fn is_local(&self) -> bool {
        let in_memory = self.source.starts_with("/dev/zram") || self.source.starts_with("/dev/ram");
        let on_device = self.source.starts_with("/dev/") && !in_memory && self.kind != "fuse";
        let pool = matches!(self.kind.as_str(), "zfs" | "btrfs" | "bcachefs" | "ubifs");
        // Images that are programs, not data: one per snap package.
        let image = matches!(self.kind.as_str(), "squashfs" | "erofs" | "iso9660" | "udf");
        let root_of_container = self.kind == "overlay" && self.point == Path::new("/");
        (on_device || pool || root_of_container) && !image
    }
}

/// Every mount that can be seen: of several on one point the last, which hides the others.
pub(crate) fn read(roots: &Roots) -> Result<Vec<Mount>, Failure> {
    let of_host =
        roots.text(OF_HOST).ok().flatten().map(|text| parse(&text)).filter(|mounts| !mounts.is_empty());
    let mounts = of_host.map_or_else(|| roots.needed(MOUNTINFO).map(|text| parse(&text)), Ok)?;
    if mounts.is_empty() {
        Err(Failure::malformed(MOUNTINFO, "tidak memuat satu mount pun"))
    } else {
        Ok(mounts)
    }
}

/// The mount that `path` (without symbolic links) lies on.
pub(crate) fn holding<'a>(mounts: &'a [Mount], path: &Path) -> Option<&'a Mount> {
    let above = mounts.iter().filter(|mount| path.starts_with(&mount.point));
    above.max_by_key(|mount| mount.point.components().count())
}

fn parse(text: &str) -> Vec<Mount> {
    let mounts: Vec<Mount> = text.lines().filter_map(parse_line).take(MAX_MOUNTS).collect();
    let mut seen = BTreeSet::new();
    let mut visible: Vec<Mount> = mounts.into_iter().rev().filter(|m| seen.insert(m.point.clone())).collect();
    visible.reverse();
    visible
}

/// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`; the number of
/// optional fields before the hyphen varies.
fn parse_line(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(2);
    let (device, root, point) = (before.next()?, before.next()?, before.next()?);
    let options = before.next()?;
    let mut after = after.split(' ');
    let (kind, source, whole) = (after.next()?, after.next()?, after.next().unwrap_or_default());
    let is_read_only = |options: &str| options.split(',').any(|option| option == "ro");
    Some(Mount {
        device: name(device),
        root: name(&unescaped(root)),
        point: PathBuf::from(unescaped(point)),
        kind: name(kind),
        source: name(&unescaped(source)),
        read_only: is_read_only(options) || is_read_only(whole),
    })
}

/// The kernel writes space, tab, newline and backslash as a backslash and three octal digits.
fn unescaped(field: &str) -> String {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let escaped = (*first == b'\\').then(|| others.get(..3).and_then(octal)).flatten();
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { others.get(3..).unwrap_or_default() } else { others };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn octal(digits: &[u8]) -> Option<u8> {
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    u8::from_str_radix(digits, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, &str, &str, &str, bool)>) {
        let found = parse_line(line);
        let found = found.as_ref().map(|m| {
            (m.device.as_str(), m.point.to_str().unwrap(), m.kind.as_str(), m.source.as_str(), m.read_only)
        });
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn lines_are_read() {
        check("27 1 8:2 / / rw,relatime - ext4 /dev/sda2 rw", Some(("8:2", "/", "ext4", "/dev/sda2", false)));
        check(
            "36 35 0:45 / /mnt/a\\040b ro shared:1 master:2 - nfs4 10.0.0.5:/x\\134y rw,vers=4.2",
            Some(("0:45", "/mnt/a b", "nfs4", "10.0.0.5:/x\\y", true)),
        );
        check("36 35 8:1 / /x rw - ext4 /dev/sda1 ro", Some(("8:1", "/x", "ext4", "/dev/sda1", true)));
        check("36 35 8:1 / /x\\9 rw - ext4 \\04", Some(("8:1", "/x\\9", "ext4", "\\04", false)));
        check("36 35 8:1 / /x rw ext4 /dev/sda1", None);
        check("", None);
    }

    #[test]
    fn the_last_mount_on_a_point_hides_the_others_and_the_nearest_holds_a_path() {
        let mounts = parse(concat!(
            "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n",
            "2 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n",
            "rubbish\n",
            "3 1 8:3 / /srv rw - xfs /dev/sda3 rw\n",
            "4 2 8:4 / /srv/db rw - xfs /dev/sda4 rw\n",
        ));
        let sources: Vec<_> = mounts.iter().map(|mount| mount.source.as_str()).collect();
        assert_eq!(sources, ["/dev/sda1", "/dev/sda3", "/dev/sda4"]);
        for (path, source) in [
            ("/etc", "/dev/sda1"),
            ("/srv", "/dev/sda3"),
            ("/srvx", "/dev/sda1"),
            ("/srv/db/x", "/dev/sda4"),
            ("/srv/dbx", "/dev/sda3"),
        ] {
            assert_eq!(holding(&mounts, Path::new(path)).unwrap().source, source, "{path}");
        }
        assert_eq!(holding(&[], Path::new("/")), None);
    }

    #[test]
    fn kinds_are_told_apart() {
        for (line, local, remote) in [
            ("1 0 8:1 / / rw - ext4 /dev/sda1 rw", true, false),
            ("1 0 0:9 / /data rw - zfs tank/data rw", true, false),
            ("1 0 0:9 / / rw - overlay overlay rw", true, false),
            ("1 0 0:9 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw", false, false),
            ("1 0 0:9 / /etc/pve rw - fuse /dev/fuse rw", false, false),
            ("1 0 8:9 / /mnt/win rw - fuseblk /dev/sdb1 rw", true, false),
            ("1 0 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro", false, false),
            ("1 0 252:0 / /var/log rw - ext4 /dev/zram0 rw", false, false),
            ("1 0 0:9 / /mnt rw - nfs4 a:/b rw", false, true),
            ("1 0 0:9 / /mnt rw - fuse.sshfs u@a:/b rw", false, true),
            ("1 0 0:9 / /mnt rw - autofs systemd-1 rw", false, false),
            ("1 0 0:9 / /run rw - tmpfs tmpfs rw", false, false),
        ] {
            let mount = parse_line(line).unwrap();
            assert_eq!((mount.is_local(), mount.is_remote()), (local, remote), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", point in "[/a\\\\0-9 ]{0,30}") {
            let _ = (parse(&text), unescaped(&point));
            let _ = parse(&format!("1 0 8:1 / {point} rw - ext4 {text} rw"));
        }
    }
}
