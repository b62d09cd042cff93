//! A report: what each sensor read, and how it went.
//!
//! A report carries the sections whose sensors ran; a section that is absent was not read this time and
//! says nothing about the host. Errors are data: a section that failed carries why, and a section that the
//! collector cannot understand becomes a failed one instead of costing the rest of the report.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::backup::{BackupPlan, BackupSet, Drill};
use crate::digest::Digest;
use crate::inventory::{
    Container, Cpu, DatabaseService, Device, Disk, DiskHealth, Filesystem, Guest, Image, Kernel, Listener,
    Machine, Memory, MemoryModule, Package, PowerSupply, Processor, Raid, Repository, Site, System,
    Temperature, Unit, VolumeGroup,
};
use crate::lan::{Adjacency, BridgeEntry, Gateway, Interface, Lease, Neighbour, Resolver, Route};
use crate::witness::WitnessedStore;

/// What one agent saw at one time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`crate::VERSION`] of the writer.
    pub version: u16,
    /// The agent's own version, such as `0.1.0`.
    pub agent_version: String,
    /// When the first sensor began, by the host's clock.
    pub taken_at: Timestamp,
    /// One section per sensor that ran, in the order of the agent's list of sensors.
    pub sections: Vec<Section>,
    /// Reports that had to be given up before this one, because the spool was full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
    /// The name of what the sections that are [`Outcome::Same`] rest on: see [`crate::base`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Digest>,
}

/// What one sensor did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Section {
    /// The sensor's name, such as `packages` or `backup/restic`. Stable: it is the key of the current state.
    pub sensor: String,
    /// How long the reading took, in microseconds.
    pub took_us: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a reading. "Nothing there" is not "failed".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was read.
    Ok(Reading),
    /// It was read, and is byte for byte the reading that the collector has already: see [`crate::base`].
    Same,
    /// The host has no such thing (no rpm database, no DMI).
    Nothing,
    /// It could not be read: why. Never to be taken for "removed".
    Failed(String),
}

/// The value of a reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// The machine's own identity.
    Machine(Box<Machine>),
    /// The operating system.
    System(System),
    /// The processors.
    Cpu(Cpu),
    /// The memory.
    Memory(Memory),
    /// The block devices.
    Disks(Vec<Disk>),
    /// The mounted local file systems.
    Filesystems(Vec<Filesystem>),
    /// The network interfaces.
    Interfaces(Vec<Interface>),
    /// The default gateways.
    Gateways(Vec<Gateway>),
    /// The hosts seen on the LAN.
    Neighbours(Vec<Neighbour>),
    /// The routes.
    Routes(Vec<Route>),
    /// The devices that announce themselves: LLDP, CDP, EDP.
    Adjacencies(Vec<Adjacency>),
    /// The hosts behind the ports of this host's bridges.
    BridgeEntries(Vec<BridgeEntry>),
    /// The addresses that were got by DHCP.
    Leases(Vec<Lease>),
    /// The name servers that are asked.
    Resolvers(Vec<Resolver>),
    /// Installed packages.
    Packages(Vec<Package>),
    /// The processor sockets.
    Processors(Vec<Processor>),
    /// The memory slots.
    MemoryModules(Vec<MemoryModule>),
    /// Devices on a bus.
    Devices(Vec<Device>),
    /// RAID arrays and controllers.
    Raids(Vec<Raid>),
    /// LVM volume groups.
    VolumeGroups(Vec<VolumeGroup>),
    /// The health of the disks.
    DiskHealth(Vec<DiskHealth>),
    /// Power supplies, batteries, UPS.
    PowerSupplies(Vec<PowerSupply>),
    /// Temperatures.
    Temperatures(Vec<Temperature>),
    /// Virtual machines and system containers that this host runs.
    Guests(Vec<Guest>),
    /// Application containers.
    Containers(Vec<Container>),
    /// The images that container engines keep.
    Images(Vec<Image>),
    /// The kernel, and whether a restart is due.
    Kernel(Kernel),
    /// Where packages come from.
    Repositories(Vec<Repository>),
    /// Services.
    Units(Vec<Unit>),
    /// Listening sockets.
    Listeners(Vec<Listener>),
    /// Web sites.
    Sites(Vec<Site>),
    /// Databases.
    Databases(Vec<DatabaseService>),
    /// Backups, as the host tells of them: claims.
    Backups(Vec<BackupSet>),
    /// Backup jobs that are planned.
    BackupPlans(Vec<BackupPlan>),
    /// Attempts to bring backups back.
    Drills(Vec<Drill>),
    /// What a witness sees on the storage.
    Witnessed(Vec<WitnessedStore>),
}

/// Reports that were given up: the spool was full. Never silent loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The first number given up.
    pub from: u64,
    /// The last number given up.
    pub to: u64,
    /// How many of them (numbers between may have been sent).
    pub count: u64,
}

impl Report {
    /// The reading of `sensor`, when this report carries one.
    #[must_use]
    pub fn reading(&self, sensor: &str) -> Option<&Reading> {
        self.sections.iter().find(|s| s.sensor == sensor).and_then(|s| match &s.outcome {
            Outcome::Ok(reading) => Some(reading),
            Outcome::Same | Outcome::Nothing | Outcome::Failed(_) => None,
        })
    }
}

impl<'de> Deserialize<'de> for Section {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            sensor: String,
            #[serde(default)]
            took_us: u64,
            outcome: Box<RawValue>,
        }
        let raw = Raw::deserialize(deserializer)?;
        let outcome = serde_json::from_str(raw.outcome.get())
            .unwrap_or_else(|error| Outcome::Failed(format!("tidak dimengerti kolektor: {error}")));
        Ok(Self { sensor: raw.sensor, took_us: raw.took_us, outcome })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"version":1,"agent_version":"0.1.0","taken_at":"2026-11-22T03:00:00Z","sections":[
        {"sensor":"memory","took_us":12,"outcome":{"ok":{"memory":{"total_bytes":4096,"swap_bytes":0}}}},
        {"sensor":"packages/rpm","took_us":1,"outcome":"nothing"},
        {"sensor":"disks","took_us":1,"outcome":{"failed":"permission denied"}},
        {"sensor":"teleport","took_us":1,"outcome":{"ok":{"teleport":{"x":1}}}},
        {"sensor":"cpu","took_us":1,"outcome":{"ok":{"cpu":{"model":7}}}}]}"#;

    #[test]
    fn what_is_not_understood_costs_only_its_own_section() {
        let report: Report = serde_json::from_str(REPORT).unwrap();
        assert!(matches!(report.reading("memory"), Some(Reading::Memory(m)) if m.total_bytes == 4096));
        let outcomes: Vec<_> = report.sections.iter().map(|s| &s.outcome).collect();
        assert_eq!(outcomes[1], &Outcome::Nothing);
        assert_eq!(outcomes[2], &Outcome::Failed("permission denied".into()));
        for failed in &outcomes[3..] {
            assert!(matches!(failed, Outcome::Failed(why) if why.contains("tidak dimengerti")), "{failed:?}");
        }
    }

    /// What a collector of format 1 makes of a section of format 2: its outcome as it was declared there.
    #[test]
    fn an_older_collector_loses_nothing_but_that_section() {
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(dead_code, reason = "frozen as it was")]
        enum OutcomeOf1 {
            Ok(Reading),
            Nothing,
            Failed(String),
        }
        let error = serde_json::from_str::<OutcomeOf1>(r#""same""#).unwrap_err().to_string();
        assert!(error.contains("unknown variant `same`"), "{error}");
    }

    #[test]
    fn a_report_survives_the_wire() {
        let report: Report = serde_json::from_str(REPORT).unwrap();
        let packed = crate::body::pack(&report).unwrap();
        assert_eq!(crate::body::open(&packed).unwrap(), report);
    }
}
