//! Block devices as sysfs shows them: which disks lie under a file system, how they are attached, and whether
//! they can be taken out.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::mounts::{self, Mount};
use super::raid;
use crate::roots::Roots;

/// How many layers (LVM on RAID on partitions, images in images) are looked through.
const MAX_LAYERS: u32 = 12;

/// What lies under a mount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Under {
    /// The sysfs folders of the disks; none when that cannot be told (zfs, a container).
    pub(super) disks: BTreeSet<PathBuf>,
    /// The file systems by their numbers: its own, and when it is an image, those that hold the image.
    pub(super) file_systems: BTreeSet<String>,
    /// Whether anything between it and its disks encrypts (dm-crypt).
    pub(super) is_encrypted: bool,
}

/// Looks through all layers under `mount`.
pub(super) fn under(roots: &Roots, mounts: &[Mount], mount: &Mount) -> Under {
    let mut under = Under::default();
    under_mount(roots, mounts, mount, MAX_LAYERS, &mut under);
    under
}

/// Whether a disk, named by its sysfs folder, can be taken out: its driver says so, or it hangs on USB.
/// (USB hard disks call themselves fixed: the `removable` of SCSI speaks of the medium, not of the box.)
pub(super) fn is_removable(roots: &Roots, disk: &Path) -> bool {
    let on_usb = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with("usb");
    roots.value(disk.join("removable")).as_deref() == Some("1") || disk.components().any(on_usb)
}

/// How a disk, named by its sysfs folder, is attached: by the kernel's own path to it, in the order of
/// nearness. `None` for the paravirtual ones of VMware, Hyper-V and Xen, and for what is new.
pub(super) fn transport(roots: &Roots, disk: &Path) -> Option<&'static str> {
    let parts: Vec<_> = disk.iter().map(|part| part.to_string_lossy()).collect();
    let passes = |prefix: &str| {
        let numbered = |part: &str| {
            part.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        parts.iter().any(|part| numbered(part))
    };
    let by_path = [
        ("usb", "usb"),
        ("virtio", "virtio"),
        ("nvme", "nvme"),
        ("mmc", "mmc"),
        ("session", "iscsi"),
        ("rport-", "fc"),
        ("end_device-", "sas"),
        ("ata", "sata"),
    ];
    let found = by_path.into_iter().find(|(prefix, _)| passes(prefix)).map(|(_, word)| word);
    found.or_else(|| by_controller(roots, disk))
}

/// Behind a RAID controller: an array of it, or a disk that it passes on. `megaraid_sas` has arrays on the
/// channels from 2 up.
fn by_controller(roots: &Roots, disk: &Path) -> Option<&'static str> {
    let target = disk.iter().find_map(|part| part.to_str()?.strip_prefix("target"));
    let host = disk
        .ancestors()
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("host")))?;
    let driver = roots.link(host.parent()?.join("driver"))?;
    let driver = driver.file_name()?.to_string_lossy();
    let channel: Option<u32> = target.and_then(|target| target.split(':').nth(1)?.parse().ok());
    match channel {
        Some(0 | 1) if driver == "megaraid_sas" => Some("sas"),
        _ => raid::is_raid_driver(&driver).then_some("raid"),
    }
}

fn under_mount(roots: &Roots, mounts: &[Mount], mount: &Mount, layers: u32, under: &mut Under) {
    under.file_systems.insert(mount.device.clone());
    let by_number = roots.real(Path::new(&format!("/sys/dev/block/{}", mount.device)));
    // btrfs has a number of its own; then the name of its (first) device tells.
    let by_name = || {
        let name = mount.source.strip_prefix("/dev/").filter(|name| !name.contains('/'))?;
        roots.real(&Path::new("/sys/class/block").join(name))
    };
    if let Some(device) = by_number.or_else(by_name) {
        under_device(roots, mounts, &device, layers, under);
    }
}

fn under_device(roots: &Roots, mounts: &[Mount], device: &Path, layers: u32, under: &mut Under) {
    let Some(layers) = layers.checked_sub(1) else { return };
    if roots.exists(device.join("partition")) {
        under.disks.extend(device.parent().map(Path::to_owned));
        return;
    }
    // Device mapper says who made a device: `CRYPT-LUKS2-…`, `LVM-…`.
    under.is_encrypted |= roots.value(device.join("dm/uuid")).is_some_and(|uuid| uuid.starts_with("CRYPT-"));
    // dm, md and bcache name the devices they are made of.
    let slaves = roots.list(device.join("slaves")).ok().flatten().unwrap_or_default();
    for slave in slaves.iter().filter_map(|slave| roots.real(&device.join("slaves").join(slave))) {
        under_device(roots, mounts, &slave, layers, under);
    }
    // A mounted image looks like a disk of its own; it lies where its file lies.
    let image = roots.value(device.join("loop/backing_file"));
    if let Some(mount) = image.as_ref().and_then(|file| mounts::holding(mounts, Path::new(file))) {
        under_mount(roots, mounts, mount, layers, under);
    }
    if slaves.is_empty() && image.is_none() {
        under.disks.insert(device.to_owned());
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
            (at(DM, "dm/uuid"), "CRYPT-LUKS2-0b1c-root\n".to_owned()),
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
        let under = under(&host.roots, &mounts, &mount("/x", device, source));
        let found: Vec<_> = under
            .disks
            .iter()
            .map(|disk| (disk.file_name().unwrap().to_str().unwrap(), is_removable(&host.roots, disk)))
            .collect();
        assert_eq!(found, expected, "{source} {device}");
        let image = ["7:0", "8:17"].map(str::to_owned).into();
        let own = BTreeSet::from([device.to_owned()]);
        assert_eq!(under.file_systems, if device == "7:0" { image } else { own });
        assert_eq!(under.is_encrypted, device == "253:0");
    }

    #[test]
    fn layers_are_looked_through() {
        check("/dev/sda1", "8:1", &[("sda", false)]);
        check("/dev/sdb", "8:16", &[("sdb", true)]);
        check("/dev/sdb1", "8:17", &[("sdb", true)]);
        check("/dev/mapper/root", "253:0", &[("sda", false)]);
        check("/dev/loop0", "7:0", &[("sdb", true)]);
        check("/dev/sda1", "0:50", &[("sda", false)]);
        check("tank/data", "0:51", &[]);
    }

    #[test]
    fn the_path_tells_how_a_disk_is_attached() {
        let pci = "/sys/devices/pci0000:17/0000:18:00.0";
        let megaraid = "-> ../../../../bus/pci/drivers/megaraid_sas";
        let host = fixture::host(&[("sys/devices/pci0000:17/0000:18:00.0/driver", megaraid)]);
        for (path, expected) in [
            ("ata1/host0/target0:0:0/0:0:0:0/block/sda", Some("sata")),
            ("usb4/4-1/4-1:1.0/host6/target6:0:0/6:0:0:0/block/sdb", Some("usb")),
            ("virtio1/block/vda", Some("virtio")),
            ("virtio2/host2/target2:0:0/2:0:0:0/block/sda", Some("virtio")),
            ("nvme/nvme0/nvme0n1", Some("nvme")),
            ("mmc_host/mmc1/mmc1:aaaa/block/mmcblk1", Some("mmc")),
            ("host3/session1/target3:0:0/3:0:0:1/block/sdc", Some("iscsi")),
            ("host4/rport-4:0-2/target4:0:0/4:0:0:0/block/sdd", Some("fc")),
            ("host1/port-1:0/end_device-1:0/target1:0:0/1:0:0:0/block/sde", Some("sas")),
            ("host0/target0:2:0/0:2:0:0/block/sda", Some("raid")),
            ("host0/target0:0:5/0:0:5:0/block/sdf", Some("sas")),
            ("atari/block/x", None),
        ] {
            assert_eq!(transport(&host.roots, Path::new(&format!("{pci}/{path}"))), expected, "{path}");
        }
        let elsewhere = Path::new("/sys/devices/pci0/0000:00:10.0/host2/target2:0:0/2:0:0:0/block/sda");
        assert_eq!(transport(&host.roots, elsewhere), None);
    }
}
