//! The sensors: one thing of the host, one file.
//!
//! A sensor reads through [`Roots`] and gives a [`Reading`], or `None` when the host has no such thing, or
//! a [`Failure`] that names what could not be read. It never guesses, and one bad line, attribute or file
//! never costs the rest. [`read`] runs sensors one after another, each in a thread with a time limit, so
//! that neither a hung disk nor a bug in one sensor costs the others their say.
//!
//! To add a sensor: write its file with one `read` function, and name it in [`ALL`].

use std::time::{Duration, Instant};

use jiff::Timestamp;
use patuh_protocol::report::{Outcome, Reading, Section};

use crate::roots::lossy::{SENTENCE, lossy};
use crate::roots::{Failure, Roots};

pub(crate) use backup::{
    BorgTold, borg_command, borg_told, is_same_host, located, restic_answer, restic_question,
};
pub(crate) use netlink::{Event, Mac, Place, Places, events};
pub(crate) use routes::is_lasting;
pub use settings::{
    BareosSettings, BorgSettings, DumpSettings, DuplicitySettings, PgbackrestSettings, ResticSettings,
    Settings, TreeSettings,
};
pub(crate) use system::hostname;

mod adjacencies;
mod backup;
mod block;
mod bridges;
mod cgroups;
mod containers;
mod cpu;
mod databases;
mod devices;
mod disks;
mod filesystems;
mod gateways;
mod guests;
mod images;
mod interfaces;
mod junk;
mod kernel;
mod leases;
mod listeners;
mod lvm;
mod machine;
mod memory;
pub(crate) mod mounts;
mod neighbours;
mod netlink;
mod packages;
mod ports;
mod power;
mod processors;
mod raid;
pub(crate) mod redact;
mod repositories;
mod resolvers;
mod routes;
mod salvage;
mod settings;
mod sites;
mod slices;
mod smart;
mod smbios;
mod system;
mod temperatures;
mod units;

/// What a schedule of its own is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The machine and its operating system.
    Hardware,
    /// What is installed.
    Software,
    /// The network as the host sees it.
    Network,
    /// The backups the host knows of.
    Backup,
}

/// One sensor.
#[derive(Clone, Copy, Debug)]
pub struct Sensor {
    /// Its name, which is the section's: stable.
    pub name: &'static str,
    /// When it is read.
    pub group: Group,
    read: fn(&Roots, &Settings, Timestamp) -> Result<Option<Reading>, Failure>,
}

/// Every sensor, in the order of a report's sections.
pub const ALL: &[Sensor] = &[
    Sensor { name: "machine", group: Group::Hardware, read: machine::read },
    Sensor { name: "system", group: Group::Hardware, read: system::read },
    Sensor { name: "cpu", group: Group::Hardware, read: cpu::read },
    Sensor { name: "memory", group: Group::Hardware, read: memory::read },
    Sensor { name: "disks", group: Group::Hardware, read: disks::read },
    Sensor { name: "filesystems", group: Group::Hardware, read: filesystems::read },
    Sensor { name: "processors", group: Group::Hardware, read: processors::read },
    Sensor { name: "memory/modules", group: Group::Hardware, read: memory::modules::read },
    Sensor { name: "devices/pci", group: Group::Hardware, read: devices::pci::read },
    Sensor { name: "devices/usb", group: Group::Hardware, read: devices::usb::read },
    Sensor { name: "raid", group: Group::Hardware, read: raid::read },
    Sensor { name: "lvm", group: Group::Hardware, read: lvm::read },
    Sensor { name: "smart", group: Group::Hardware, read: smart::read },
    Sensor { name: "power", group: Group::Hardware, read: power::read },
    Sensor { name: "temperatures", group: Group::Hardware, read: temperatures::read },
    Sensor { name: "guests/libvirt", group: Group::Hardware, read: guests::libvirt::read },
    Sensor { name: "guests/proxmox", group: Group::Hardware, read: guests::proxmox::read },
    Sensor { name: "guests/lxc", group: Group::Hardware, read: guests::lxc::read },
    Sensor { name: "packages/dpkg", group: Group::Software, read: packages::dpkg::read },
    Sensor { name: "packages/rpm", group: Group::Software, read: packages::rpm::read },
    Sensor { name: "packages/apk", group: Group::Software, read: packages::apk::read },
    Sensor { name: "packages/pacman", group: Group::Software, read: packages::pacman::read },
    Sensor { name: "packages/snap", group: Group::Software, read: packages::snap::read },
    Sensor { name: "packages/flatpak", group: Group::Software, read: packages::flatpak::read },
    Sensor { name: "packages/pip", group: Group::Software, read: packages::pip::read },
    Sensor { name: "packages/npm", group: Group::Software, read: packages::npm::read },
    Sensor { name: "packages/composer", group: Group::Software, read: packages::composer::read },
    Sensor { name: "containers/docker", group: Group::Software, read: containers::docker::read },
    Sensor { name: "containers/podman", group: Group::Software, read: containers::podman::read },
    Sensor { name: "images/docker", group: Group::Software, read: images::docker::read },
    Sensor { name: "images/podman", group: Group::Software, read: images::podman::read },
    Sensor { name: "kernel", group: Group::Software, read: kernel::read },
    Sensor { name: "repositories", group: Group::Software, read: repositories::read },
    Sensor { name: "units", group: Group::Software, read: units::read },
    Sensor { name: "listeners", group: Group::Software, read: listeners::read },
    Sensor { name: "sites", group: Group::Software, read: sites::read },
    Sensor { name: "databases", group: Group::Software, read: databases::read },
    Sensor { name: "interfaces", group: Group::Network, read: interfaces::read },
    Sensor { name: "gateways", group: Group::Network, read: gateways::read },
    Sensor { name: "neighbours", group: Group::Network, read: neighbours::read },
    Sensor { name: "routes", group: Group::Network, read: routes::read },
    Sensor { name: "bridge_entries", group: Group::Network, read: bridges::read },
    Sensor { name: "adjacencies", group: Group::Network, read: adjacencies::read },
    Sensor { name: "leases", group: Group::Network, read: leases::read },
    Sensor { name: "resolvers", group: Group::Network, read: resolvers::read },
    Sensor { name: "backup/restic", group: Group::Backup, read: backup::restic::read },
    Sensor { name: "backup/borg", group: Group::Backup, read: backup::borg::read },
    Sensor { name: "backup/borgmatic", group: Group::Backup, read: backup::borg::borgmatic::read },
    Sensor { name: "backup/dumps", group: Group::Backup, read: backup::dumps::read },
    Sensor { name: "backup/trees", group: Group::Backup, read: backup::trees::read },
    Sensor { name: "backup/rsnapshot", group: Group::Backup, read: backup::rsnapshot::read },
    Sensor { name: "backup/backupninja", group: Group::Backup, read: backup::backupninja::read },
    Sensor { name: "backup/duplicity", group: Group::Backup, read: backup::duplicity::read },
    Sensor { name: "backup/pgbackrest", group: Group::Backup, read: backup::pgbackrest::read },
    Sensor { name: "backup/bareos", group: Group::Backup, read: backup::bareos::read },
    Sensor { name: "backup/vzdump", group: Group::Backup, read: backup::vzdump::read },
    Sensor { name: "backup/pbs", group: Group::Backup, read: backup::pbs::read },
    Sensor { name: "backup/plans", group: Group::Backup, read: backup::plans::read },
];

/// Reads every sensor of `groups`, in the order of [`ALL`]. Never fails: what went wrong is in the
/// sections.
#[must_use]
pub fn read(roots: &Roots, settings: &Settings, groups: &[Group], now: Timestamp) -> Vec<Section> {
    let sensors = ALL.iter().filter(|sensor| groups.contains(&sensor.group));
    sensors.map(|sensor| sensor.section(roots, settings, now)).collect()
}

impl Sensor {
    /// Reads this one. Never fails: what went wrong is in the section.
    #[must_use]
    pub fn section(&self, roots: &Roots, settings: &Settings, now: Timestamp) -> Section {
        self.section_within(self.limit(), roots, settings, now)
    }

    #[expect(clippy::disallowed_methods, reason = "how long a reading took")]
    fn section_within(&self, limit: Duration, roots: &Roots, settings: &Settings, now: Timestamp) -> Section {
        let begun = Instant::now();
        let (read, inner, settings) = (self.read, roots.clone(), settings.clone());
        let result = roots.within(self.name, limit, move || read(&inner, &settings, now));
        let outcome = match result {
            Ok(Some(reading)) => Outcome::Ok(reading),
            Ok(None) => Outcome::Nothing,
            Err(failure) => Outcome::Failed(lossy(redact::text(&failure.to_string()).as_bytes(), SENTENCE)),
        };
        let took_us = rounded(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
        Section { sensor: self.name.to_owned(), took_us, outcome }
    }

    /// How long it may take. Backups ask tools that go over the network, several of them one by one.
    fn limit(&self) -> Duration {
        match self.group {
            Group::Backup => Duration::from_secs(15 * 60),
            Group::Software => Duration::from_secs(3 * 60),
            Group::Hardware | Group::Network => Duration::from_secs(30),
        }
    }
}

/// A time to its first digit, and nothing below a millisecond: the rest is chance, and would travel each time.
pub(crate) fn rounded(mut took_us: u64) -> u64 {
    let mut unit = 1;
    if took_us < 1000 {
        return 0;
    }
    while took_us >= 10 {
        (took_us, unit) = (took_us / 10, unit * 10);
    }
    took_us * unit
}

/// A list as a reading; an empty one is "nothing there".
fn listed<T>(items: Vec<T>, reading: fn(Vec<T>) -> Reading) -> Option<Reading> {
    if items.is_empty() { None } else { Some(reading(items)) }
}

#[cfg(test)]
mod tests;
