//! What a machine is made of: the machine itself, processors, memory, disks, power, devices.

use patuh_protocol::inventory::{Device, Machine, MemoryModule, PowerSupply, Processor, Temperature};
use patuh_protocol::report::Reading;

use super::super::super::format::{Format, memory, number};
use super::super::section::{Cell, Facts, Section, Sign, Table, listed, readings};
use super::storage;
use crate::store::CurrentSection;

/// The parts of the page.
pub(super) fn sections(sections: &[CurrentSection], format: &Format) -> Vec<Section> {
    let of = |id, title, sensors: &[&str]| Section::new(id, title, sections, sensors, format);
    let mut all = vec![
        of("mesin", "Mesin", &["machine"]).facts(machine(sections)),
        processors(of("prosesor", "Prosesor", &["cpu", "processors"]), sections),
        modules(of("memori", "Memori", &["memory", "memory/modules"]), sections),
    ];
    all.extend(storage::sections(sections, format));
    all.push(of("catu-daya", "Catu daya", &["power"]).table(power(sections)));
    all.push(of("suhu", "Suhu", &["temperatures"]).table(temperatures(sections)));
    for (id, title, sensor, usb) in
        [("pci", "Perangkat PCI", "devices/pci", false), ("usb", "Perangkat USB", "devices/usb", true)]
    {
        let table = devices(sections, usb);
        let words = format!("{} perangkat", number(table.rows.len() as u64));
        all.push(of(id, title, &[sensor]).table(table).folded(words));
    }
    all
}

/// Two words as one, when there are any.
pub(super) fn joined(first: Option<&String>, second: Option<&String>) -> Option<String> {
    let words: Vec<_> = [first, second].into_iter().flatten().map(String::as_str).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What the machine says of itself.
fn machine(sections: &[CurrentSection]) -> Facts {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::Machine(machine) = reading else { continue };
        facts.word("Jenis", Some(kind(machine)));
        facts.word("Merek dan tipe", joined(machine.vendor.as_ref(), machine.product.as_ref()));
        facts.code("Nomor seri (nomor pabrik)", machine.serial.as_ref());
        facts.word("Rangka", machine.chassis.as_deref().map(chassis_words));
        facts.code("Nomor seri rangka", machine.chassis_serial.as_ref());
        facts.code("Label aset dalam firmware", machine.asset_tag.as_ref());
        facts.word("Papan induk", joined(machine.board_vendor.as_ref(), machine.board_product.as_ref()));
        facts.code("Nomor seri papan induk", machine.board_serial.as_ref());
        facts.word("BIOS", joined(machine.bios_vendor.as_ref(), machine.bios_version.as_ref()));
        facts.word("Tanggal BIOS (bulan/tanggal/tahun)", machine.bios_date.clone());
        let bmc = machine.has_bmc.map(|there| if there { "Ada" } else { "Tidak ada" }.to_owned());
        facts.word("Pengelola jarak jauh (BMC/IPMI)", bmc);
        facts.code("UUID", machine.uuid.as_ref());
        facts.code("Machine ID", machine.machine_id.as_ref());
    }
    facts
}

/// The types of chassis (SMBIOS table 17) that are common in server rooms.
fn chassis_words(chassis: &str) -> String {
    let word = match chassis.to_lowercase().as_str() {
        "rack mount" => "Rak (rack mount)",
        "main server" => "Server",
        "tower" | "mini tower" => "Menara (tower)",
        "blade" | "blade enclosure" => "Blade",
        "other" | "unknown" => "Tidak disebutkan",
        _ => return chassis.to_owned(),
    };
    word.to_owned()
}

/// What kind of machine it is.
pub(super) fn kind(machine: &Machine) -> String {
    machine.guest_of.as_ref().map_or_else(
        || "Mesin fisik".to_owned(),
        |host| format!("Mesin virtual ({host}); bukan barang milik daerah tersendiri"),
    )
}

fn processors(section: Section, sections: &[CurrentSection]) -> Section {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::Cpu(cpu) = reading else { continue };
        facts.word("Model", cpu.model.clone());
        let [sockets, cores, threads] = [cpu.sockets, cpu.cores, cpu.threads].map(number);
        facts.word("Jumlah", Some(format!("{sockets} soket, {cores} inti, {threads} utas")));
    }
    let sockets = listed(sections, |reading| match reading {
        Reading::Processors(list) => Some(list),
        _ => None,
    });
    let columns = ["Soket", "Prosesor", "#Inti", "#Utas", "#Kecepatan"];
    let rows = sockets.into_iter().map(socket).collect();
    section.facts(facts).table(Table::new("Soket prosesor", &columns, rows))
}

fn socket(processor: &Processor) -> Vec<Cell> {
    if !processor.populated {
        let dash = || Cell::number(None);
        return vec![Cell::text(&processor.socket), Cell::text("kosong").muted(), dash(), dash(), dash()];
    }
    let model = processor.model.as_ref().or(processor.vendor.as_ref());
    vec![
        Cell::text(&processor.socket),
        Cell::maybe(model),
        Cell::number(processor.cores.map(number)),
        Cell::number(processor.threads.map(number)),
        Cell::number(processor.speed_mhz.map(|mhz| format!("{}\u{a0}MHz", number(mhz)))),
    ]
}

fn modules(section: Section, sections: &[CurrentSection]) -> Section {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::Memory(kept) = reading else { continue };
        facts.word("Dikelola kernel", Some(memory(kept.total_bytes)));
        facts.word("Swap", (kept.swap_bytes > 0).then(|| memory(kept.swap_bytes)));
    }
    let modules = listed(sections, |reading| match reading {
        Reading::MemoryModules(list) => Some(list),
        _ => None,
    });
    facts.word("Slot", slots(&modules));
    let columns = ["Slot", "#Ukuran", "Jenis", "#Kecepatan", "Merek", "Nomor bagian", "Nomor seri"];
    let rows = modules.into_iter().map(module).collect();
    section.facts(facts).table(Table::new("Modul memori menurut slot", &columns, rows))
}

/// `4 dari 24 terisi, 64 GiB terpasang`.
fn slots(modules: &[&MemoryModule]) -> Option<String> {
    let filled = modules.iter().filter(|module| module.size_bytes > 0).count();
    let size = modules.iter().fold(0_u64, |sum, module| sum.saturating_add(module.size_bytes));
    let words = format!("{filled} dari {} terisi, {} terpasang", modules.len(), memory(size));
    (!modules.is_empty()).then_some(words)
}

fn module(module: &MemoryModule) -> Vec<Cell> {
    let empty = module.size_bytes == 0;
    let size = if empty { "kosong".to_owned() } else { memory(module.size_bytes) };
    let cells = vec![
        Cell::code(&module.slot),
        Cell::number(Some(size)),
        Cell::maybe(module.kind.as_ref()),
        Cell::number(module.speed_mts.map(|mts| format!("{}\u{a0}MT/s", number(mts)))),
        Cell::maybe(module.vendor.as_ref()),
        Cell::maybe_code(module.part.as_ref()),
        Cell::maybe_code(module.serial.as_ref()),
    ];
    if empty { cells.into_iter().map(Cell::muted).collect() } else { cells }
}

fn power(sections: &[CurrentSection]) -> Table {
    let supplies = listed(sections, |reading| match reading {
        Reading::PowerSupplies(list) => Some(list),
        _ => None,
    });
    let columns = ["Nama", "Jenis", "Model", "#Daya", "Keadaan", "Nomor seri"];
    Table::new("Catu daya, baterai dan UPS", &columns, supplies.into_iter().map(supply).collect())
}

fn supply(supply: &PowerSupply) -> Vec<Cell> {
    let kind = match supply.kind.as_str() {
        "mains" => "Listrik",
        "battery" => "Baterai",
        "ups" => "UPS",
        "supply" => "Catu daya",
        other => other,
    };
    vec![
        Cell::text(&supply.name),
        Cell::text(kind),
        Cell::maybe(supply.model.as_ref()),
        Cell::number(supply.watts.map(|watts| format!("{}\u{a0}W", number(watts)))),
        Cell::text(supply.state.as_deref().map(power_words).unwrap_or_default())
            .small(supply.charge_percent.map(|charge| format!("terisi {charge}\u{a0}%"))),
        Cell::maybe_code(supply.serial.as_ref()),
    ]
}

/// The kernel's and the firmware's words for how a supply is.
fn power_words(state: &str) -> String {
    let word = match state.to_lowercase().as_str() {
        "ok" | "online" => "Baik",
        "offline" | "absent" | "unplugged" => "Tidak tersambung",
        "charging" => "Mengisi",
        "discharging" => "Memakai baterai",
        "full" => "Penuh",
        "not charging" => "Tidak mengisi",
        "critical" | "non-critical" | "non-recoverable" => "Bermasalah",
        _ => return state.to_owned(),
    };
    word.to_owned()
}

fn temperatures(sections: &[CurrentSection]) -> Table {
    let all = listed(sections, |reading| match reading {
        Reading::Temperatures(list) => Some(list),
        _ => None,
    });
    let rows = all.into_iter().map(temperature).collect();
    Table::new("Suhu", &["Bagian", "Pembaca", "#Suhu", "#Batas kritis"], rows)
}

fn temperature(it: &Temperature) -> Vec<Cell> {
    let degrees = |celsius: i32| format!("{celsius}\u{a0}°C");
    let hot = it.critical.is_some_and(|critical| it.celsius >= critical);
    let reading = Cell::number(Some(degrees(it.celsius)));
    vec![
        Cell::text(&it.label),
        Cell::text(&it.chip),
        Cell { sign: hot.then_some(Sign::Wrong), ..reading },
        Cell::number(it.critical.map(degrees)),
    ]
}

fn devices(sections: &[CurrentSection], usb: bool) -> Table {
    let all = listed(sections, |reading| match reading {
        Reading::Devices(list) => Some(list),
        _ => None,
    });
    let rows = all.into_iter().filter(|device| (device.bus == "usb") == usb).map(device).collect();
    Table::new("Perangkat pada bus", &["Alamat", "Kelas", "Perangkat", "Penggerak"], rows)
}

fn device(device: &Device) -> Vec<Cell> {
    let name = joined(device.vendor.as_ref(), device.product.as_ref());
    let serial = device.serial.as_ref().map(|serial| format!("nomor seri {serial}"));
    vec![
        Cell::code(&device.address),
        Cell::maybe(device.class.as_ref()),
        Cell::text(name.unwrap_or_else(|| device.id.clone())).small(serial),
        Cell::maybe_code(device.driver.as_ref()),
    ]
}
