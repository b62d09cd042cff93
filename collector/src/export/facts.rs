//! What an agent saw of its machine, as far as lists of hardware want it. A fact that no sensor read is
//! absent; nothing here comes from a book.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::{DatabaseEngine, MemoryModule, Processor, System};
use patuh_protocol::report::Reading;

use super::Error;
use crate::store::{CurrentSection, Store};

/// The sensors that tell them.
const SENSORS: [&str; 14] = [
    "cpu",
    "databases",
    "disks",
    "guests/libvirt",
    "guests/lxc",
    "guests/proxmox",
    "kernel",
    "machine",
    "memory",
    "memory/modules",
    "processors",
    "raid",
    "sites",
    "system",
];

/// What one agent saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) vendor: Option<String>,
    pub(super) product: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) chassis: Option<String>,
    pub(super) bios: Option<String>,
    pub(super) bios_date: Option<Date>,
    pub(super) guest_of: Option<String>,
    pub(super) cpu: Option<String>,
    pub(super) sockets: Option<u32>,
    pub(super) cores: Option<u32>,
    memory_bytes: Option<u64>,
    /// The modules in their slots, by size and type: how many.
    modules: BTreeMap<(u64, String), u32>,
    pub(super) disk_bytes: Option<u64>,
    pub(super) raid: BTreeSet<String>,
    pub(super) system: Option<System>,
    pub(super) kernel: Option<String>,
    pub(super) reboot_pending: Option<bool>,
    pub(super) sites: usize,
    pub(super) guests: usize,
    pub(super) databases: BTreeSet<(&'static str, String)>,
}

/// What all agents saw.
pub(super) async fn of_all(store: &Store) -> Result<BTreeMap<AgentId, Facts>, Error> {
    let mut all: BTreeMap<AgentId, Facts> = BTreeMap::new();
    for (agent, section) in store.sections_named(&SENSORS).await? {
        all.entry(agent).or_default().take(&section);
    }
    Ok(all)
}

impl Facts {
    fn take(&mut self, section: &CurrentSection) {
        let Some(value) = &section.value else { return };
        match &value.reading {
            Reading::Machine(machine) => {
                (self.vendor, self.product) = (machine.vendor.clone(), machine.product.clone());
                (self.serial, self.chassis) = (machine.serial.clone(), machine.chassis.clone());
                self.bios = joined(&machine.bios_vendor, &machine.bios_version);
                self.bios_date = machine.bios_date.as_deref().and_then(firmware_date);
                self.guest_of.clone_from(&machine.guest_of);
            }
            Reading::System(system) => {
                self.kernel.clone_from(&system.kernel);
                self.system = Some(system.clone());
            }
            Reading::Cpu(cpu) => {
                self.cpu.clone_from(&cpu.model);
                self.sockets = Some(cpu.sockets).filter(|n| *n > 0).or(self.sockets);
                self.cores = Some(cpu.cores).filter(|n| *n > 0).or(self.cores);
            }
            Reading::Processors(sockets) => self.take_processors(sockets),
            Reading::Memory(memory) => self.memory_bytes = Some(memory.total_bytes),
            Reading::MemoryModules(modules) => self.take_modules(modules),
            Reading::Disks(disks) => {
                let built_in = disks.iter().filter(|disk| !disk.removable);
                self.disk_bytes = Some(built_in.map(|disk| disk.size_bytes).sum());
            }
            Reading::Raids(raids) => {
                self.raid.extend(raids.iter().filter_map(|raid| raid.level.clone().or(raid.model.clone())));
            }
            Reading::Kernel(kernel) => self.reboot_pending = kernel.reboot_pending,
            Reading::Sites(sites) => self.sites = sites.len(),
            Reading::Guests(guests) => self.guests += guests.len(),
            Reading::Databases(services) => {
                let known = services.iter().filter(|s| s.engine != DatabaseEngine::Sqlite);
                let named = known.map(|s| (engine(s.engine), s.version.clone().unwrap_or_default()));
                self.databases.extend(named);
            }
            _ => {}
        }
    }

    /// The firmware's table counts sockets that are filled; the kernel counts those it uses. In a guest the
    /// firmware's processors are inventions of the hypervisor, but the same ones.
    fn take_processors(&mut self, sockets: &[Processor]) {
        let filled: Vec<_> = sockets.iter().filter(|socket| socket.populated).collect();
        let cores: u32 = filled.iter().filter_map(|socket| socket.cores).sum();
        self.sockets = self.sockets.or(u32::try_from(filled.len()).ok().filter(|n| *n > 0));
        self.cores = self.cores.or(Some(cores).filter(|n| *n > 0));
    }

    fn take_modules(&mut self, modules: &[MemoryModule]) {
        for module in modules.iter().filter(|module| module.size_bytes > 0) {
            let kind = module.kind.clone().unwrap_or_default();
            *self.modules.entry((module.size_bytes, kind)).or_default() += 1;
        }
    }

    /// Maker and model.
    pub(super) fn model(&self) -> Option<String> {
        joined(&self.vendor, &self.product)
    }

    /// `4 × 16 GB DDR4`; nothing when the modules are not known.
    pub(super) fn modules(&self) -> Option<String> {
        let module = |((size, kind), n): (&(u64, String), &u32)| {
            format!("{n} × {} {kind}", in_gb(*size, 1 << 30)).trim_end().to_owned()
        };
        let all: Vec<_> = self.modules.iter().rev().map(module).collect();
        Some(all.join(", ")).filter(|text| !text.is_empty())
    }

    /// All memory: that of the modules, else what the kernel manages.
    pub(super) fn memory_bytes(&self) -> Option<u64> {
        let modules: u64 = self.modules.iter().map(|((size, _), n)| size * u64::from(*n)).sum();
        Some(modules).filter(|n| *n > 0).or(self.memory_bytes)
    }

    /// `2 prosesor, 16 inti, memori 64 GB, disk 4.000 GB`: "ukuran".
    pub(super) fn size(&self) -> Option<String> {
        let parts = [
            self.sockets.map(|n| format!("{n} prosesor")),
            self.cores.map(|n| format!("{n} inti")),
            self.memory_bytes().map(|n| format!("memori {}", in_gb(n, 1 << 30))),
            self.disk_bytes.filter(|n| *n > 0).map(|n| format!("disk {}", in_gb(n, 1_000_000_000))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Some(parts.join(", ")).filter(|text| !text.is_empty())
    }

    /// What the machine is used for, as far as what runs on it shows.
    pub(super) fn uses(&self) -> Option<String> {
        let engines: BTreeSet<&str> = self.databases.iter().map(|(engine, _)| *engine).collect();
        let engines: Vec<&str> = engines.into_iter().collect();
        let parts = [
            (self.guests > 0).then(|| "Server virtualisasi".to_owned()),
            (!engines.is_empty()).then(|| format!("Server basis data ({})", engines.join(", "))),
            (self.sites > 0).then(|| "Server web".to_owned()),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Some(parts.join(", ")).filter(|text| !text.is_empty())
    }
}

/// Both, or the one that is there.
fn joined(a: &Option<String>, b: &Option<String>) -> Option<String> {
    let both: Vec<&str> = [a, b].into_iter().flatten().map(String::as_str).collect();
    Some(both.join(" ")).filter(|text| !text.is_empty())
}

/// `1.024 GB`; the last digits of a disk's size are of no interest to a list.
pub(super) fn in_gb(bytes: u64, unit: u64) -> String {
    let rounded = (bytes + unit / 2) / unit;
    if rounded == 0 {
        return format!("{} MB", bytes / 1_000_000);
    }
    format!("{} GB", patuh_compliance::wording::number(rounded))
}

/// A date as firmware writes it: `MM/DD/YYYY`.
fn firmware_date(text: &str) -> Option<Date> {
    Date::strptime("%m/%d/%Y", text.trim()).ok()
}

fn engine(engine: DatabaseEngine) -> &'static str {
    match engine {
        DatabaseEngine::Postgresql => "PostgreSQL",
        DatabaseEngine::Mysql => "MySQL",
        DatabaseEngine::Mariadb => "MariaDB",
        DatabaseEngine::Mongodb => "MongoDB",
        DatabaseEngine::Redis => "Redis",
        DatabaseEngine::Sqlite => "SQLite",
        DatabaseEngine::Other => "Lainnya",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use patuh_protocol::inventory::{Cpu, DatabaseService, Disk, Machine, Memory};

    use super::*;
    use crate::store::{Carrier, Latest, Value};

    fn facts(readings: Vec<Reading>) -> Facts {
        let at = Timestamp::UNIX_EPOCH;
        let mut facts = Facts::default();
        for reading in readings {
            let value = Some(Value { reading, at, index: 0, carrier: Carrier { at, index: 0 } });
            let section =
                CurrentSection { sensor: "x".into(), latest: Latest::Ok, at, index: 0, took_us: 0, value };
            facts.take(&section);
        }
        facts
    }

    fn module(gib: u64) -> MemoryModule {
        MemoryModule { size_bytes: gib << 30, kind: Some("DDR4".into()), ..MemoryModule::default() }
    }

    #[test]
    fn a_machine_is_told_in_one_line() {
        let machine = Machine {
            vendor: Some("HPE".into()),
            bios_date: Some("06/04/2023".into()),
            ..Machine::default()
        };
        let disk = |size_bytes, removable| Disk { size_bytes, removable, ..Disk::default() };
        let facts = facts(vec![
            Reading::Machine(Box::new(machine)),
            Reading::Cpu(Cpu { sockets: 2, cores: 16, threads: 32, model: None }),
            Reading::Memory(Memory { total_bytes: 67_431_763_968, swap_bytes: 0 }),
            Reading::MemoryModules(vec![module(16), module(16), module(32), module(0)]),
            Reading::Disks(vec![disk(4_000_787_030_016, false), disk(2_000_000_000_000, true)]),
        ]);
        assert_eq!(facts.size().unwrap(), "2 prosesor, 16 inti, memori 64 GB, disk 4.001 GB");
        assert_eq!(facts.modules().unwrap(), "1 × 32 GB DDR4, 2 × 16 GB DDR4");
        assert_eq!(facts.model().unwrap(), "HPE");
        assert_eq!(facts.bios_date, Some(jiff::civil::date(2023, 6, 4)));
    }

    #[test]
    fn what_was_not_read_is_not_told() {
        let facts = facts(vec![Reading::Memory(Memory { total_bytes: 67_431_763_968, swap_bytes: 0 })]);
        assert_eq!(facts.size().unwrap(), "memori 63 GB");
        assert_eq!((facts.modules(), facts.model(), facts.uses()), (None, None, None));
        assert_eq!(Facts::default().size(), None);
        assert_eq!(firmware_date("31/12/2020"), None);
    }

    #[test]
    fn uses_follow_from_what_runs() {
        let service = |engine| DatabaseService { engine, ..DatabaseService::default() };
        let facts = facts(vec![
            Reading::Databases(vec![service(DatabaseEngine::Mariadb), service(DatabaseEngine::Sqlite)]),
            Reading::Sites(vec![patuh_protocol::inventory::Site::default()]),
        ]);
        assert_eq!(facts.uses().unwrap(), "Server basis data (MariaDB), Server web");
    }
}
