//! The parts of a machine, beyond what every host tells.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A memory module in its slot (SMBIOS type 17). Empty slots are carried with `size_bytes` 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemoryModule {
    /// Device locator, such as `DIMM A1`.
    pub slot: String,
    /// Size in bytes; 0 when the slot is empty.
    pub size_bytes: u64,
    /// Memory type in words, such as `DDR4`.
    pub kind: Option<String>,
    /// Configured speed in MT/s.
    pub speed_mts: Option<u32>,
    /// Manufacturer.
    pub vendor: Option<String>,
    /// Part number.
    pub part: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
}

/// A processor socket (SMBIOS type 4). Empty sockets are carried with `populated` false.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Processor {
    /// Socket designation, such as `CPU 1`.
    pub socket: String,
    /// Whether a processor is in it.
    pub populated: bool,
    /// Manufacturer.
    pub vendor: Option<String>,
    /// Version, which is the model name.
    pub model: Option<String>,
    /// Cores.
    pub cores: Option<u32>,
    /// Threads.
    pub threads: Option<u32>,
    /// Greatest speed in MHz.
    pub speed_mhz: Option<u32>,
}

/// A device on the PCI or USB bus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Device {
    /// `pci` or `usb`.
    pub bus: String,
    /// Its place on the bus, such as `0000:03:00.0` or `2-1`.
    pub address: String,
    /// Vendor and product id, such as `8086:1533`.
    pub id: String,
    /// Class in words, such as `Ethernet controller`.
    pub class: Option<String>,
    /// Vendor's name, from the host's table of ids.
    pub vendor: Option<String>,
    /// Product's name, from the host's table of ids or the device itself.
    pub product: Option<String>,
    /// The kernel driver that is bound to it.
    pub driver: Option<String>,
    /// Serial number (USB only).
    pub serial: Option<String>,
}

/// A RAID array of the kernel (md), or a RAID controller of which only its presence is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Raid {
    /// `md0`, or the controller's address on the PCI bus.
    pub name: String,
    /// `md`, `zfs`, or `controller`.
    pub kind: String,
    /// Level, such as `raid1`.
    pub level: Option<String>,
    /// State as the kernel names it: `clean`, `active`, `degraded`, `recovering`; `None` when not known.
    pub state: Option<String>,
    /// Whether a member is missing or failed; `None` when not known (a hardware controller).
    pub degraded: Option<bool>,
    /// Size in bytes.
    pub size_bytes: Option<u64>,
    /// Model, for a controller.
    pub model: Option<String>,
    /// Its members.
    pub members: Vec<RaidMember>,
}

/// A member of a RAID array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RaidMember {
    /// The kernel's name, such as `sda1`.
    pub disk: String,
    /// State: `in_sync`, `faulty`, `spare`, `rebuilding`.
    pub state: String,
}

/// An LVM volume group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VolumeGroup {
    /// Its name.
    pub name: String,
    /// Its id.
    pub uuid: Option<String>,
    /// Size in bytes.
    pub size_bytes: Option<u64>,
    /// Bytes not yet given to a logical volume.
    pub free_bytes: Option<u64>,
    /// Physical volumes, by device name.
    pub physical: Vec<String>,
    /// Logical volumes, as `name` and size in bytes.
    pub logical: Vec<(String, u64)>,
}

/// The health of a disk by its own account (SMART, NVMe).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiskHealth {
    /// The kernel's name, where it is known.
    pub disk: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// The disk's own verdict.
    pub passed: Option<bool>,
    /// Hours under power.
    pub power_on_hours: Option<u64>,
    /// Sectors that were replaced (attribute 5).
    pub reallocated: Option<u64>,
    /// Sectors that wait to be replaced (attribute 197).
    pub pending: Option<u64>,
    /// How much of its life a flash disk has used up, in percent.
    pub used_percent: Option<u32>,
    /// Degrees Celsius.
    pub celsius: Option<i32>,
    /// When this was read, by the source's own clock; smartd writes every half hour.
    pub read_at: Option<Timestamp>,
    /// `smartd` or `smartctl`.
    pub source: String,
    /// Why the disk could not be asked, when it could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A power supply, battery or UPS that the kernel knows (`/sys/class/power_supply`, SMBIOS type 39).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PowerSupply {
    /// Its name or place.
    pub name: String,
    /// `mains`, `battery`, `ups`, `supply`.
    pub kind: String,
    /// Manufacturer and model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Greatest power in watts.
    pub watts: Option<u32>,
    /// State in the kernel's words, such as `online`, `Discharging`.
    pub state: Option<String>,
    /// Charge in percent.
    pub charge_percent: Option<u32>,
}

/// A temperature (`/sys/class/hwmon`). Volatile: never a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Temperature {
    /// The chip, such as `coretemp`.
    pub chip: String,
    /// Which of its sensors, such as `Package id 0`.
    pub label: String,
    /// Degrees Celsius, rounded.
    pub celsius: i32,
    /// The limit that the chip calls critical, in degrees Celsius.
    pub critical: Option<i32>,
}
