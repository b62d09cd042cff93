//! Identity, hardware, system and storage of a server, out of its sections.

use patuh_protocol::report::Reading;

use super::super::super::chart::Usage;
use super::super::super::format::{Format, bytes, memory, number};
use crate::store::CurrentSection;

/// A fact with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FactLine {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// Whether it is a code, to be read letter by letter.
    pub(super) code: bool,
}

/// A disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DiskLine {
    pub(super) name: String,
    pub(super) model: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) size: String,
    pub(super) kind: &'static str,
}

/// A file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilesystemLine {
    pub(super) mount: String,
    pub(super) source: String,
    pub(super) kind: String,
    pub(super) size: Option<String>,
    pub(super) used: Option<String>,
    pub(super) usage: Option<Usage>,
    pub(super) read_only: bool,
}

/// The values of the sensors in `sections`.
pub(super) fn readings(sections: &[CurrentSection]) -> impl Iterator<Item = &Reading> {
    sections.iter().filter_map(|section| section.value.as_ref().map(|value| &value.reading))
}

/// Facts that are known, in the order given.
#[derive(Default)]
struct Facts(Vec<FactLine>);

impl Facts {
    fn word(&mut self, name: &'static str, value: Option<String>) {
        self.0.extend(value.filter(|v| !v.is_empty()).map(|value| FactLine { name, value, code: false }));
    }

    fn code(&mut self, name: &'static str, value: Option<&String>) {
        let value = value.filter(|v| !v.is_empty()).cloned();
        self.0.extend(value.map(|value| FactLine { name, value, code: true }));
    }
}

/// Two words as one, when there are any.
fn joined(first: Option<&String>, second: Option<&String>) -> Option<String> {
    let words: Vec<_> = [first, second].into_iter().flatten().map(String::as_str).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What the machine says of itself.
pub(super) fn identity(sections: &[CurrentSection]) -> Vec<FactLine> {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::Machine(machine) = reading else { continue };
        let kind = machine.guest_of.as_ref().map_or("Mesin fisik".to_owned(), |host| {
            format!("Mesin virtual ({host}); bukan barang milik daerah tersendiri")
        });
        facts.word("Jenis", Some(kind));
        facts.word("Merek dan tipe", joined(machine.vendor.as_ref(), machine.product.as_ref()));
        facts.code("Nomor seri", machine.serial.as_ref());
        facts.word("Rangka", machine.chassis.clone());
        facts.word("Papan induk", joined(machine.board_vendor.as_ref(), machine.board_product.as_ref()));
        facts.code("Nomor seri papan induk", machine.board_serial.as_ref());
        facts.word("BIOS", joined(machine.bios_vendor.as_ref(), machine.bios_version.as_ref()));
        facts.word("Tanggal BIOS (bulan/tanggal/tahun)", machine.bios_date.clone());
        facts.code("UUID", machine.uuid.as_ref());
        facts.code("Machine ID", machine.machine_id.as_ref());
    }
    facts.0
}

/// Processors and memory.
pub(super) fn hardware(sections: &[CurrentSection]) -> Vec<FactLine> {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        match reading {
            Reading::Cpu(cpu) => {
                facts.word("Prosesor", cpu.model.clone());
                let [sockets, cores, threads] = [cpu.sockets, cpu.cores, cpu.threads].map(number);
                facts.word(
                    "Soket, inti, utas",
                    Some(format!("{sockets} soket, {cores} inti, {threads} utas")),
                );
            }
            Reading::Memory(kept) => {
                facts.word("Memori", Some(memory(kept.total_bytes)));
                facts.word("Swap", (kept.swap_bytes > 0).then(|| memory(kept.swap_bytes)));
            }
            _ => {}
        }
    }
    facts.0
}

/// The operating system.
pub(super) fn system(sections: &[CurrentSection], format: &Format) -> Vec<FactLine> {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::System(system) = reading else { continue };
        facts.code("Nama mesin", Some(&system.hostname));
        facts.word("Sistem operasi", system.name.clone());
        facts.code("Kernel", system.kernel.as_ref());
        facts.code("Arsitektur", system.architecture.as_ref());
        facts.word(
            "Menyala sejak",
            system.booted_at.map(|at| format!("{} ({})", format.moment(at), format.ago(at))),
        );
        facts.word("Zona waktu", system.timezone.clone());
    }
    facts.0
}

/// The disks.
pub(super) fn disks(sections: &[CurrentSection]) -> Vec<DiskLine> {
    let disks = readings(sections).filter_map(|reading| match reading {
        Reading::Disks(disks) => Some(disks),
        _ => None,
    });
    let line = |disk: &patuh_protocol::inventory::Disk| DiskLine {
        name: disk.name.clone(),
        model: disk.model.clone(),
        serial: disk.serial.clone(),
        size: bytes(disk.size_bytes),
        kind: match (disk.removable, disk.rotational) {
            (true, _) => "Lepas-pasang",
            (false, Some(true)) => "Cakram (HDD)",
            (false, Some(false)) => "SSD",
            (false, None) => "–",
        },
    };
    disks.flatten().map(line).collect()
}

/// The file systems.
pub(super) fn filesystems(sections: &[CurrentSection]) -> Vec<FilesystemLine> {
    let lists = readings(sections).filter_map(|reading| match reading {
        Reading::Filesystems(list) => Some(list),
        _ => None,
    });
    let line = |fs: &patuh_protocol::inventory::Filesystem| FilesystemLine {
        mount: fs.mount.clone(),
        source: fs.source.clone(),
        kind: fs.kind.clone(),
        size: fs.size_bytes.map(bytes),
        used: fs.used_bytes.map(bytes),
        usage: fs.used_bytes.zip(fs.size_bytes).and_then(|(used, size)| Usage::new(used, size)),
        read_only: fs.read_only,
    };
    lists.flatten().map(line).collect()
}
