//! `disks`: block devices with hardware behind them, from `/sys/block`.
//!
//! Loop devices, RAM disks, zram, device mapper, md and the like have no `device` link and are left out:
//! what they are made of is counted already. A drive without a medium has size 0 and is no disk.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Disk;
use patuh_protocol::report::Reading;

use super::{Settings, block, listed};
use crate::roots::lossy::{NAME, lossy, name};
use crate::roots::{Failure, Roots};
use crate::sensors::junk;

const BLOCK: &str = "/sys/block";
/// How many disks are carried.
const MAX_DISKS: usize = 1024;
/// sysfs counts in sectors of 512 bytes, whatever the disk's own are.
const SECTOR: u64 = 512;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    Ok(listed(list(roots)?, Reading::Disks))
}

/// The disks, by the kernel's name.
pub(super) fn list(roots: &Roots) -> Result<Vec<Disk>, Failure> {
    let names = roots.list(BLOCK)?.unwrap_or_default();
    let disks = names.iter().filter(|name| !is_no_disk(name)).filter_map(|name| disk(roots, name));
    Ok(disks.take(MAX_DISKS).collect())
}

/// Optical and floppy drives, and the boot and replay-protected areas of eMMC, do have a `device`.
fn is_no_disk(name: &str) -> bool {
    let numbered =
        |prefix| name.strip_prefix(prefix).is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    numbered("sr")
        || numbered("fd")
        || (name.starts_with("mmcblk") && (name.contains("boot") || name.contains("rpmb")))
}

fn disk(roots: &Roots, name: &str) -> Option<Disk> {
    let folder = Path::new(BLOCK).join(name);
    let value = |file: &str| roots.value(folder.join(file));
    let is_hidden = value("hidden").as_deref() == Some("1");
    let sectors: u64 = value("size")?.parse().ok().filter(|sectors| *sectors > 0)?;
    if is_hidden || !roots.exists(folder.join("device")) {
        return None;
    }
    let udev = value("dev").map(|number| udev(roots, &number)).unwrap_or_default();
    let real = roots.real(&folder).unwrap_or_else(|| folder.clone());
    Some(Disk {
        name: lossy(name.as_bytes(), NAME),
        model: model(roots, &folder, &udev),
        serial: serial(roots, &folder, &udev),
        size_bytes: sectors.saturating_mul(SECTOR),
        rotational: value("queue/rotational").map(|value| value == "1"),
        removable: block::is_removable(roots, &real),
        transport: block::transport(roots, &real).map(str::to_owned),
        firmware: firmware(roots, &folder, &udev),
    })
}

/// What tells this disk, named by its sysfs folder, from others of its kind: model and serial number. `None`
/// without a serial number.
pub(super) fn identity(roots: &Roots, folder: &Path) -> Option<String> {
    let udev = roots.value(folder.join("dev")).map(|number| udev(roots, &number)).unwrap_or_default();
    let serial = serial(roots, folder, &udev)?;
    Some(match model(roots, folder, &udev) {
        Some(model) => name(&format!("{model} {serial}")),
        None => serial,
    })
}

/// The UUID of the file system on the device of this number, as udev read it.
pub(super) fn file_system_uuid(roots: &Roots, number: &str) -> Option<String> {
    udev(roots, number).remove("ID_FS_UUID")
}

/// The firmware's revision: NVMe and MMC have files of their own; SCSI has four signs of it, which udev has
/// whole for ATA disks.
fn firmware(roots: &Roots, folder: &Path, udev: &BTreeMap<String, String>) -> Option<String> {
    let value = |file: &str| roots.value(folder.join("device").join(file));
    let scsi = || {
        let short = value("rev")?;
        Some(udev.get("ID_REVISION").filter(|whole| whole.starts_with(&short)).cloned().unwrap_or(short))
    };
    let found = value("firmware_rev").or_else(scsi).or_else(|| value("fwrev"));
    found.filter(|revision| junk::reason(revision).is_none())
}

/// The model; with its maker when that is not a mere name of the bus. The kernel cuts ATA models at 16
/// signs, udev has them whole.
fn model(roots: &Roots, folder: &Path, udev: &BTreeMap<String, String>) -> Option<String> {
    let value = |file: &str| roots.value(folder.join("device").join(file));
    let model = value("model").or_else(|| value("name")).filter(|model| junk::reason(model).is_none())?;
    let whole =
        udev.get("ID_MODEL").map(|whole| whole.replace('_', " ")).filter(|whole| whole.starts_with(&model));
    let model = whole.unwrap_or(model);
    let maker = value("vendor")
        .filter(|maker| !matches!(maker.as_str(), "ATA" | "NVMe" | "USB") && !maker.starts_with("0x"));
    Some(match maker {
        Some(maker) if !model.starts_with(&maker) => format!("{maker} {model}"),
        _ => model,
    })
}

/// The serial number, by the nearest source: NVMe and MMC tell in `device/serial`, virtio in `serial`,
/// SCSI by its vital product data page 80h. For SAS disks udev's short serial is the world wide name, so
/// it comes last.
fn serial(roots: &Roots, folder: &Path, udev: &BTreeMap<String, String>) -> Option<String> {
    let by_udev = |key: &str| udev.get(key).cloned();
    let found = roots
        .value(folder.join("device/serial"))
        .or_else(|| roots.value(folder.join("serial")))
        .or_else(|| by_udev("ID_SCSI_SERIAL"))
        .or_else(|| unit_serial(roots, &folder.join("device/vpd_pg80")))
        .or_else(|| by_udev("ID_SERIAL_SHORT"));
    found.filter(|serial| junk::reason(serial).is_none())
}

/// The unit serial number page of SCSI (SPC-5, section 7.7.19): four bytes of header, then the number.
fn unit_serial(roots: &Roots, page: &Path) -> Option<String> {
    let bytes = roots.head(page, 260).ok().flatten()?;
    let length = usize::from(*bytes.get(3)?);
    let number = bytes.get(4..)?;
    let number = lossy(number.get(..length).unwrap_or(number), NAME);
    Some(number).filter(|number| bytes.get(1) == Some(&0x80) && !number.is_empty())
}

/// What udev found out about a device: the `E:KEY=VALUE` lines of its database.
fn udev(roots: &Roots, number: &str) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let path = format!("/run/udev/data/b{number}");
    // udev may be absent, as in a container: then less is known.
    let _ = roots.each_line(Path::new(&path), |line| {
        let line = lossy(line, NAME);
        if let Some((key, value)) = line.strip_prefix("E:").and_then(|entry| entry.split_once('='))
            && key.starts_with("ID_")
            && !value.is_empty()
        {
            properties.insert(key.to_owned(), value.to_owned());
        }
    });
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &[u8])], expected: &[Disk]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::Disks), "{files:?}");
    }

    #[test]
    fn an_ata_disk_is_described_by_udev_where_the_kernel_is_short() {
        check(
            &[
                ("sys/block/sda/size", b"1953525168\n"),
                ("sys/block/sda/dev", b"8:0\n"),
                ("sys/block/sda/removable", b"0\n"),
                ("sys/block/sda/queue/rotational", b"1\n"),
                ("sys/block/sda/device/vendor", b"ATA     \n"),
                ("sys/block/sda/device/model", b"ST1000NM0008-2F2\n"),
                ("sys/block/sda/device/rev", b"SN02\n"),
                (
                    "run/udev/data/b8:0",
                    b"S:disk/by-id/x\nE:ID_MODEL=ST1000NM0008-2F2100\nE:ID_SERIAL_SHORT=ZGY0A1B2\nE:ID_REVISION=SN02B\n\xff\n",
                ),
            ],
            &[Disk {
                name: "sda".into(),
                model: Some("ST1000NM0008-2F2100".into()),
                serial: Some("ZGY0A1B2".into()),
                size_bytes: 1_000_204_886_016,
                rotational: Some(true),
                firmware: Some("SN02B".into()),
                ..Disk::default()
            }],
        );
    }

    #[test]
    fn a_raid_disk_has_a_maker_and_a_vital_product_page() {
        check(
            &[
                ("sys/block/sda/size", b"8\n"),
                ("sys/block/sda/device/vendor", b"DELL    \n"),
                ("sys/block/sda/device/model", b"PERC H730 Mini\n"),
                ("sys/block/sda/device/vpd_pg80", b"\0\x80\0\x05 61a2 and more"),
            ],
            &[Disk {
                name: "sda".into(),
                model: Some("DELL PERC H730 Mini".into()),
                serial: Some("61a2".into()),
                size_bytes: 4096,
                ..Disk::default()
            }],
        );
    }

    #[test]
    fn a_usb_disk_calls_itself_fixed_but_can_be_taken_out() {
        let folder = "sys/devices/pci0000:00/usb2/2-1/block/sdb";
        check(
            &[
                ("sys/block/sdb", format!("-> ../../{folder}").as_bytes()),
                (&format!("{folder}/size"), b"8"),
                (&format!("{folder}/removable"), b"0"),
                (&format!("{folder}/device/serial"), b"0000000000"),
            ],
            &[Disk {
                name: "sdb".into(),
                size_bytes: 4096,
                removable: true,
                transport: Some("usb".into()),
                ..Disk::default()
            }],
        );
    }

    #[test]
    fn what_is_no_disk_is_left_out() {
        check(
            &[
                ("sys/block/loop0/size", b"8"),
                ("sys/block/dm-0/size", b"8"),
                ("sys/block/sr0/size", b"8"),
                ("sys/block/sr0/device/model", b"DVD"),
                ("sys/block/mmcblk0boot0/size", b"8"),
                ("sys/block/mmcblk0boot0/device/name", b"X"),
                ("sys/block/nvme0c0n1/size", b"8"),
                ("sys/block/nvme0c0n1/hidden", b"1"),
                ("sys/block/nvme0c0n1/device/model", b"X"),
                ("sys/block/sdc/size", b"0"),
                ("sys/block/sdc/device/model", b"CARD READER"),
                ("sys/block/sdd/size", b"many"),
            ],
            &[],
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(page: Vec<u8>, data: Vec<u8>) {
            let host = fixture::host(&[
                ("sys/block/sda/size", &b"8"[..]),
                ("sys/block/sda/dev", b"8:0"),
                ("sys/block/sda/device/vpd_pg80", &page),
                ("sys/block/sda/device/model", &data),
                ("run/udev/data/b8:0", &data),
            ]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}
