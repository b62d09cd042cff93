//! What a host is made of and what it runs. Facts only: a value that the host does not give is `None`,
//! never a guess, and a junk serial number counts as not given.

mod guests;
mod hardware;
mod services;
mod software;
mod uuid;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use guests::{Container, Guest, GuestKind, Image};
pub use hardware::{
    Device, DiskHealth, MemoryModule, PowerSupply, Processor, Raid, RaidMember, Temperature, VolumeGroup,
};
pub use services::{Database, DatabaseEngine, DatabaseService, Listener, Site, Unit, UnitState};
pub use software::{Kernel, Repository};
pub use uuid::{byte_swapped, same_uuid};

/// The machine's own identity, from SMBIOS (DSP0134) as the kernel shows it in `/sys/class/dmi/id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// System manufacturer.
    pub vendor: Option<String>,
    /// System product name.
    pub product: Option<String>,
    /// System serial number ("nomor pabrik").
    pub serial: Option<String>,
    /// Baseboard manufacturer.
    pub board_vendor: Option<String>,
    /// Baseboard product name.
    pub board_product: Option<String>,
    /// Baseboard serial number.
    pub board_serial: Option<String>,
    /// System UUID. Cloned in practice: evidence, never a key.
    pub uuid: Option<String>,
    /// Chassis type in words, such as `rack mount` (SMBIOS table 17).
    pub chassis: Option<String>,
    /// Chassis serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chassis_serial: Option<String>,
    /// Asset tag that somebody wrote into the firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset_tag: Option<String>,
    /// Whether a service processor (IPMI BMC) is there, as SMBIOS type 38 or the kernel's driver tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_bmc: Option<bool>,
    /// Changes at every start of the kernel (`/proc/sys/kernel/random/boot_id`): two hosts that share one
    /// agent key have two of them at once. None in a container, which boots with its host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_id: Option<String>,
    /// BIOS vendor.
    pub bios_vendor: Option<String>,
    /// BIOS version.
    pub bios_version: Option<String>,
    /// BIOS date as the firmware gives it, `MM/DD/YYYY`.
    pub bios_date: Option<String>,
    /// What this machine is a guest of, such as `kvm`, `vmware`, `lxc`; `None` on bare metal.
    pub guest_of: Option<String>,
    /// `/etc/machine-id`. Cloned in practice.
    pub machine_id: Option<String>,
}

/// The operating system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct System {
    /// The host's name.
    pub hostname: String,
    /// `ID` of os-release(5), such as `debian`.
    pub id: Option<String>,
    /// `VERSION_ID` of os-release(5), such as `12`.
    pub version: Option<String>,
    /// `PRETTY_NAME` of os-release(5).
    pub name: Option<String>,
    /// The kernel's release, as of uname(2).
    pub kernel: Option<String>,
    /// The machine's architecture, as of uname(2).
    pub architecture: Option<String>,
    /// When the kernel started.
    pub booted_at: Option<Timestamp>,
    /// The time zone's name, such as `Asia/Jakarta`.
    pub timezone: Option<String>,
}

/// The processors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cpu {
    /// Model name as the processor gives it.
    pub model: Option<String>,
    /// Sockets filled.
    pub sockets: u32,
    /// Physical cores in all.
    pub cores: u32,
    /// Logical processors in all.
    pub threads: u32,
}

/// The memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Memory the kernel manages, in bytes.
    pub total_bytes: u64,
    /// Swap, in bytes.
    pub swap_bytes: u64,
}

/// A block device that is a disk (not a partition, loop device or RAM disk).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disk {
    /// The kernel's name, such as `sda`.
    pub name: String,
    /// Model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Whether it turns.
    pub rotational: Option<bool>,
    /// Whether it can be taken out (sysfs `removable`), such as a USB disk or cartridge.
    pub removable: bool,
    /// How it is attached: `sata`, `sas`, `nvme`, `usb`, `virtio`, `iscsi`, `fc`, `mmc`, `raid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<String>,
    /// Firmware revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firmware: Option<String>,
}

/// A mounted local file system. Remote ones are named, but not asked for their space: a dead NFS server
/// must not hang a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filesystem {
    /// Where it is mounted.
    pub mount: String,
    /// What is mounted, such as `/dev/sda1` or `10.0.0.5:/backup`.
    pub source: String,
    /// Its type, such as `ext4`.
    pub kind: String,
    /// Size in bytes.
    pub size_bytes: Option<u64>,
    /// Bytes in use.
    pub used_bytes: Option<u64>,
    /// Mounted read-only.
    pub read_only: bool,
}

/// An installed package.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version, as its package manager writes it.
    pub version: String,
    /// Architecture; empty when the manager gives none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub architecture: String,
    /// Where it was found, for packages that belong to a folder (a virtual environment, a web
    /// application); empty for those of the whole system.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}
