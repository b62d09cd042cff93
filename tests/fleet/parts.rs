//! The parts of a simulated server: the fixture's, under numbers of its own, so that no two servers share one.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::{Device, DiskHealth, MemoryModule, PowerSupply, VolumeGroup};
use patuh_protocol::report::Reading;

use crate::plan::Host;

/// A reading of the fixture with the server's own serial numbers.
pub(crate) fn own(reading: Reading, host: &Host, now: Timestamp) -> Reading {
    match reading {
        Reading::MemoryModules(all) => {
            Reading::MemoryModules(all.into_iter().map(|it| module(it, host)).collect())
        }
        Reading::DiskHealth(all) => {
            Reading::DiskHealth(all.into_iter().map(|it| health(it, host, now)).collect())
        }
        Reading::PowerSupplies(all) => {
            Reading::PowerSupplies(all.into_iter().map(|it| supply(it, host)).collect())
        }
        Reading::Devices(all) => Reading::Devices(all.into_iter().map(|it| device(it, host)).collect()),
        Reading::VolumeGroups(all) => {
            Reading::VolumeGroups(all.into_iter().map(|it| volume_group(it, host)).collect())
        }
        other => other,
    }
}

fn serial(host: &Host, of: &str, digits: usize) -> String {
    host.hex(of, digits).to_uppercase()
}

/// Modules of real hardware have serial numbers; those of a guest have none.
fn module(module: MemoryModule, host: &Host) -> MemoryModule {
    let serial = module.serial.as_ref().map(|_| serial(host, &format!("module {}", module.slot), 8));
    MemoryModule { serial, ..module }
}

/// The same number as the disk's own.
fn health(health: DiskHealth, host: &Host, now: Timestamp) -> DiskHealth {
    let serial = health.disk.as_ref().map(|disk| serial(host, disk, 12));
    let read_at = health.read_at.map(|_| now - SignedDuration::from_mins(17));
    DiskHealth { serial, read_at, ..health }
}

fn supply(supply: PowerSupply, host: &Host) -> PowerSupply {
    let serial = supply.serial.as_ref().map(|_| serial(host, &format!("power {}", supply.name), 10));
    PowerSupply { serial, ..supply }
}

fn device(device: Device, host: &Host) -> Device {
    let serial = device.serial.as_ref().map(|_| serial(host, &format!("device {}", device.address), 12));
    Device { serial, ..device }
}

fn volume_group(group: VolumeGroup, host: &Host) -> VolumeGroup {
    let name = group.name.replace("dinkes", host.office.as_str());
    VolumeGroup { uuid: Some(host.hex(&format!("lvm {name}"), 32)), name, ..group }
}
