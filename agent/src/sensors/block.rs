//! Block devices as sysfs shows them: which disks lie under a file system, and whether they can be taken
//! out.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::mounts::{self, Mount};
use crate::roots::Roots;

/// How many layers (LVM on RAID on partitions, images in images) are looked through.
const MAX_LAYERS: u32 = 12;

/// The sysfs folders of the disks that `mount` lies on; empty when that cannot be told (zfs, a container).
pub(super) fn disks_under(roots: &Roots, mounts: &[Mount], mount: &Mount) -> BTreeSet<PathBuf> {
    let mut disks = BTreeSet::new();
    under_mount(roots, mounts, mount, MAX_LAYERS, &mut disks);
    disks
}

/// Whether a disk, named by its sysfs folder, can be taken out: its driver says so, or it hangs on USB.
/// (USB hard disks call themselves fixed: the `removable` of SCSI speaks of the medium, not of the box.)
pub(super) fn is_removable(roots: &Roots, disk: &Path) -> bool {
    let on_usb = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with("usb");
    roots.value(disk.join("removable")).as_deref() == Some("1") || disk.components().any(on_usb)
}

fn under_mount(roots: &Roots, mounts: &[Mount], mount: &Mount, layers: u32, disks: &mut BTreeSet<PathBuf>) {
    let by_number = roots.real(Path::new(&format!("/sys/dev/block/{}", mount.device)));
    // btrfs has a number of its own; then the name of its (first) device tells.
    let by_name = || {
        let name = mount.source.strip_prefix("/dev/").filter(|name| !name.contains('/'))?;
        roots.real(&Path::new("/sys/class/block").join(name))
    };
    if let Some(device) = by_number.or_else(by_name) {
        under_device(roots, mounts, &device, layers, disks);
    }
}

fn under_device(roots: &Roots, mounts: &[Mount], device: &Path, layers: u32, disks: &mut BTreeSet<PathBuf>) {
    let Some(layers) = layers.checked_sub(1) else { return };
    if roots.exists(device.join("partition")) {
        disks.extend(device.parent().map(Path::to_owned));
        return;
    }
    // dm, md and bcache name the devices they are made of.
    let slaves = roots.list(device.join("slaves")).ok().flatten().unwrap_or_default();
    for slave in slaves.iter().filter_map(|slave| roots.real(&device.join("slaves").join(slave))) {
        under_device(roots, mounts, &slave, layers, disks);
    }
    // A mounted image looks like a disk of its own; it lies where its file lies.
    let image = roots.value(device.join("loop/backing_file"));
    if let Some(mount) = image.as_ref().and_then(|file| mounts::holding(mounts, Path::new(file))) {
        under_mount(roots, mounts, mount, layers, disks);
    }
    if slaves.is_empty() && image.is_none() {
        disks.insert(device.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const SDA: &str = "sys/devices/pci0/ata1/block/sda";
    const SDB: &str = "sys/devices/pci0/usb2/block/sdb";
    const DM: &str = "sys/devices/virtual/block/dm-0";
    const LOOP: &str = "sys/devices/virtual/block/loop0";

    fn check(source: &str, device: &str, expected: &[(&str, bool)]) {
        let at = |folder: &str, file: &str| format!("{folder}/{file}");
        let files = [
            (at(SDA, "removable"), "0".to_owned()),
            (at(SDA, "sda1/partition"), "1".to_owned()),
            (at(SDA, "sda2/partition"), "2".to_owned()),
            (at(SDB, "removable"), "0".to_owned()),
            (at(SDB, "sdb1/partition"), "1".to_owned()),
            (at(DM, "slaves/sda2"), "-> ../../../../pci0/ata1/block/sda/sda2".to_owned()),
            (at(DM, "slaves/dm-0"), "-> ../../dm-0".to_owned()),
            (at(LOOP, "loop/backing_file"), "/media/usb/disk.img".to_owned()),
            ("sys/dev/block/8:1".to_owned(), "-> ../../devices/pci0/ata1/block/sda/sda1".to_owned()),
            ("sys/dev/block/8:16".to_owned(), "-> ../../devices/pci0/usb2/block/sdb".to_owned()),
            ("sys/dev/block/8:17".to_owned(), "-> ../../devices/pci0/usb2/block/sdb/sdb1".to_owned()),
            ("sys/dev/block/253:0".to_owned(), "-> ../../devices/virtual/block/dm-0".to_owned()),
            ("sys/dev/block/7:0".to_owned(), "-> ../../devices/virtual/block/loop0".to_owned()),
            ("sys/class/block/sda1".to_owned(), "-> ../../devices/pci0/ata1/block/sda/sda1".to_owned()),
        ];
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let host = fixture::host(&files);
        let mount = |point: &str, device: &str, source: &str| Mount {
            device: device.to_owned(),
            root: "/".into(),
            point: point.into(),
            kind: "ext4".into(),
            source: source.to_owned(),
            read_only: false,
        };
        let mounts = [mount("/", "8:1", "/dev/sda1"), mount("/media/usb", "8:17", "/dev/sdb1")];
        let disks = disks_under(&host.roots, &mounts, &mount("/x", device, source));
        let found: Vec<_> = disks
            .iter()
            .map(|disk| (disk.file_name().unwrap().to_str().unwrap(), is_removable(&host.roots, disk)))
            .collect();
        assert_eq!(found, expected, "{source} {device}");
    }

    #[test]
    fn layers_are_looked_through() {
        check("/dev/sda1", "8:1", &[("sda", false)]);
        check("/dev/sdb", "8:16", &[("sdb", true)]);
        check("/dev/sdb1", "8:17", &[("sdb", true)]);
        check("/dev/mapper/vg-root", "253:0", &[("sda", false)]);
        check("/dev/loop0", "7:0", &[("sdb", true)]);
        check("/dev/sda1", "0:50", &[("sda", false)]);
        check("tank/data", "0:51", &[]);
    }
}
