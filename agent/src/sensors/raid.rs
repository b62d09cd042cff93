//! `raid`: arrays of the kernel (md, from `/sys/block/md*/md`), ZFS pools (from `/proc/spl/kstat/zfs`), and
//! RAID controllers, of which only their presence is known.
//!
//! What disks a controller holds together, and whether one of them is broken, only its maker's tool can tell.
//! That a controller is there is said all the same: it explains why the disks of this server have no SMART.
//! Host bus adapters without RAID firmware are no RAID and are not listed; nor is the RAID mode of a chipset
//! or of Intel VMD, whose arrays are md arrays.
//!
//! The kernel's state of an array that works turns from `active` to `clean` and back with every write; here
//! it is always `active`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::{Raid, RaidMember};
use patuh_protocol::report::Reading;

use super::devices::pci::{self, Pci};
use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const BLOCK: &str = "/sys/block";
const POOLS: &str = "/proc/spl/kstat/zfs";
/// How many arrays are carried, and how many members of each.
const MAX: usize = 512;
const SECTOR: u64 = 512;
/// "RAID bus controller" (PCI Code and ID Assignment Specification, 1.2).
const RAID_CLASS: u16 = 0x0104;
/// Drivers whose controllers do RAID whatever class they show.
const RAID_DRIVERS: [&str; 12] = [
    "3w-9xxx",
    "3w-sas",
    "3w-xxxx",
    "aacraid",
    "arcmsr",
    "cciss",
    "hpsa",
    "hptiop",
    "ips",
    "megaraid_mbox",
    "megaraid_sas",
    "smartpqi",
];
/// Drivers that show the disks of a controller of class RAID one by one, and leave arrays to md.
const PLAIN_DRIVERS: [&str; 4] = ["ahci", "isci", "nvme", "vmd"];

/// Whether the disks that `driver` shows are arrays of its controller.
pub(super) fn is_raid_driver(driver: &str) -> bool {
    RAID_DRIVERS.contains(&driver)
}

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let mut raids: Vec<Raid> = arrays(roots)?;
    raids.extend(pools(roots)?);
    raids.extend(controllers(roots)?);
    raids.truncate(MAX);
    Ok(listed(raids, Reading::Raids))
}

fn arrays(roots: &Roots) -> Result<Vec<Raid>, Failure> {
    let names = roots.list(BLOCK)?.unwrap_or_default();
    Ok(names.iter().filter(|name| name.starts_with("md")).filter_map(|name| array(roots, name)).collect())
}

/// An array; `None` for what holds no data: stopped ones, and the containers of firmware RAID.
fn array(roots: &Roots, device: &str) -> Option<Raid> {
    let folder = Path::new(BLOCK).join(device).join("md");
    let value = |file: &str| roots.value(folder.join(file));
    let state = value("array_state").filter(|state| state != "clear")?;
    let level = value("level").filter(|level| level != "container")?;
    let members = members(roots, &folder);
    let is_faulty = members.iter().any(|member| member.state == "faulty");
    // A level without redundancy has no such file: it is whole as long as it runs.
    let degraded = match value("degraded") {
        Some(missing) => missing.parse().ok().map(|missing: u32| missing > 0 || is_faulty),
        None => (!members.is_empty()).then_some(is_faulty),
    };
    let size: Option<u64> =
        roots.value(Path::new(BLOCK).join(device).join("size")).and_then(|s| s.parse().ok());
    Some(Raid {
        name: name(device),
        kind: "md".to_owned(),
        level: Some(level),
        state: Some(condition(state, degraded == Some(true), value("sync_action").as_deref())),
        degraded,
        size_bytes: size.map(|sectors| sectors.saturating_mul(SECTOR)),
        model: None,
        members,
    })
}

/// The state in one word, by what matters most.
fn condition(state: String, degraded: bool, action: Option<&str>) -> String {
    let works = matches!(state.as_str(), "clean" | "active" | "active-idle" | "write-pending");
    let word = match action {
        _ if !works => return state,
        Some("recover" | "reshape") => "recovering",
        Some("resync") => "resyncing",
        _ if degraded => "degraded",
        _ => "active",
    };
    word.to_owned()
}

fn members(roots: &Roots, folder: &Path) -> Vec<RaidMember> {
    let names = roots.list(folder).ok().flatten().unwrap_or_default();
    let devices = names.iter().filter_map(|name| Some((name.strip_prefix("dev-")?, folder.join(name))));
    devices.map(|(disk, folder)| member(roots, disk, &folder)).take(MAX).collect()
}

/// A member; a spare that has got a place in the array is being filled.
fn member(roots: &Roots, disk: &str, folder: &Path) -> RaidMember {
    let flags = roots.value(folder.join("state")).unwrap_or_default();
    let has = |flag: &str| flags.split(',').any(|word| word == flag);
    let has_place = || roots.value(folder.join("slot")).is_some_and(|slot| slot != "none");
    let state = if has("faulty") {
        "faulty"
    } else if has("in_sync") {
        "in_sync"
    } else if has_place() {
        "rebuilding"
    } else {
        "spare"
    };
    RaidMember { disk: name(disk), state: state.to_owned() }
}

/// ZFS pools; the module tells their state without the `zpool` tool (since 0.8). What they are made of only
/// the tool can tell.
fn pools(roots: &Roots) -> Result<Vec<Raid>, Failure> {
    let names = roots.list(POOLS)?.unwrap_or_default();
    let pool = |pool: &String| {
        let state = roots.value(PathBuf::from(POOLS).join(pool).join("state"))?;
        let degraded = Some(state != "ONLINE");
        Some(Raid {
            name: name(pool),
            kind: "zfs".to_owned(),
            state: Some(state),
            degraded,
            ..Raid::default()
        })
    };
    Ok(names.iter().filter_map(pool).collect())
}

fn controllers(roots: &Roots) -> Result<Vec<Raid>, Failure> {
    let devices: Vec<Pci> = pci::list(roots)?.into_iter().filter(is_controller).collect();
    let controller = |device: patuh_protocol::inventory::Device| {
        let words = [device.vendor, device.product];
        let model = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let model = if model.is_empty() { device.id } else { model };
        Raid { name: device.address, kind: "controller".to_owned(), model: Some(model), ..Raid::default() }
    };
    // Without a controller the table of names is not opened.
    Ok(pci::named(roots, devices).into_iter().map(controller).collect())
}

fn is_controller(device: &Pci) -> bool {
    let driver = device.driver.as_deref().unwrap_or_default();
    is_raid_driver(driver) || (device.class == RAID_CLASS && !PLAIN_DRIVERS.contains(&driver))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[Raid]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::Raids), "{files:?}");
    }

    fn member(disk: &str, state: &str) -> RaidMember {
        RaidMember { disk: disk.into(), state: state.into() }
    }

    fn md(level: &str, state: &str, degraded: Option<bool>, members: &[RaidMember]) -> Raid {
        Raid {
            name: "md0".into(),
            kind: "md".into(),
            level: Some(level.into()),
            state: Some(state.into()),
            degraded,
            members: members.to_vec(),
            ..Raid::default()
        }
    }

    #[test]
    fn an_array_tells_its_state_and_members() {
        let mut files = vec![
            ("sys/block/md0/md/level", "raid1\n"),
            ("sys/block/md0/md/array_state", "clean\n"),
            ("sys/block/md0/md/degraded", "0\n"),
            ("sys/block/md0/md/sync_action", "idle\n"),
            ("sys/block/md0/md/dev-sda1/state", "in_sync\n"),
            ("sys/block/md0/md/dev-sdb1/state", "in_sync,write_mostly\n"),
        ];
        let whole = [member("sda1", "in_sync"), member("sdb1", "in_sync")];
        check(&files, &[md("raid1", "active", Some(false), &whole)]);

        files.truncate(2);
        files.extend([
            ("sys/block/md0/md/degraded", "1\n"),
            ("sys/block/md0/md/sync_action", "recover\n"),
            ("sys/block/md0/md/dev-sda1/state", "faulty\n"),
            ("sys/block/md0/md/dev-sdb1/state", "in_sync\n"),
            ("sys/block/md0/md/dev-sdc1/state", "spare\n"),
            ("sys/block/md0/md/dev-sdc1/slot", "0\n"),
            ("sys/block/md0/md/dev-sdd1/state", "spare\n"),
            ("sys/block/md0/md/dev-sdd1/slot", "none\n"),
        ]);
        let parts = [
            member("sda1", "faulty"),
            member("sdb1", "in_sync"),
            member("sdc1", "rebuilding"),
            member("sdd1", "spare"),
        ];
        check(&files, &[md("raid1", "recovering", Some(true), &parts)]);
    }

    #[test]
    fn states_are_judged() {
        for (state, degraded, action, expected) in [
            ("clean", true, Some("idle"), "degraded"),
            ("write-pending", false, Some("check"), "active"),
            ("active", false, Some("resync"), "resyncing"),
            ("active", true, None, "degraded"),
            ("inactive", true, None, "inactive"),
            ("read-auto", false, None, "read-auto"),
        ] {
            assert_eq!(condition(state.into(), degraded, action), expected, "{state} {action:?}");
        }
        check(
            &[("sys/block/md0/md/level", "raid0"), ("sys/block/md0/md/array_state", "clean")],
            &[md("raid0", "active", None, &[])],
        );
        check(
            &[("sys/block/md127/md/level", "container"), ("sys/block/md127/md/array_state", "inactive")],
            &[],
        );
    }

    #[test]
    fn pools_and_controllers_are_told() {
        let pool = |name: &str, state: &str, degraded| Raid {
            name: name.into(),
            kind: "zfs".into(),
            state: Some(state.into()),
            degraded: Some(degraded),
            ..Raid::default()
        };
        let controller = |address: &str, model: &str| Raid {
            name: address.into(),
            kind: "controller".into(),
            model: Some(model.into()),
            ..Raid::default()
        };
        check(
            &[
                ("proc/spl/kstat/zfs/rpool/state", "ONLINE\n"),
                ("proc/spl/kstat/zfs/tank/state", "DEGRADED\n"),
                ("proc/spl/kstat/zfs/arcstats", "1 2 3\n"),
                ("usr/share/misc/pci.ids", "1000  Broadcom / LSI\n\t005d  MegaRAID SAS-3 3108 [Invader]\n"),
                (
                    "sys/bus/pci/devices/0000:01:00.0/uevent",
                    "DRIVER=megaraid_sas\nPCI_CLASS=10400\nPCI_ID=1000:005D\n",
                ),
                (
                    "sys/bus/pci/devices/0000:02:00.0/uevent",
                    "DRIVER=mpt3sas\nPCI_CLASS=10700\nPCI_ID=1000:0097\n",
                ),
                (
                    "sys/bus/pci/devices/0000:00:17.0/uevent",
                    "DRIVER=ahci\nPCI_CLASS=10400\nPCI_ID=8086:2822\n",
                ),
                ("sys/bus/pci/devices/0000:03:00.0/uevent", "PCI_CLASS=10400\nPCI_ID=9005:028D\n"),
            ],
            &[
                pool("rpool", "ONLINE", false),
                pool("tank", "DEGRADED", true),
                controller("0000:01:00.0", "Broadcom / LSI MegaRAID SAS-3 3108 [Invader]"),
                controller("0000:03:00.0", "9005:028d"),
            ],
        );
        check(&[("x", "")], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,20}", level in ".{0,9}") {
            let host = fixture::host(&[
                ("sys/block/md0/md/array_state", &text),
                ("sys/block/md0/md/level", &level),
                ("sys/block/md0/md/degraded", &text),
                ("sys/block/md0/md/dev-x/state", &text),
                ("sys/block/md0/size", &text),
                ("proc/spl/kstat/zfs/p/state", &text),
            ]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}
