//! The inventory of servers: what the agents saw, one row each.

use jiff::Timestamp;
use patuh_protocol::id::AgentId;

use super::facts::{self, Facts};
use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, as_of, reference};
use crate::config::Config;
use crate::lifecycle::Life;
use crate::store::{ServerRow, Store};

/// Bytes in a GB of disk.
const GB: u64 = 1_000_000_000;
/// Bytes in a GiB of memory.
const GIB: u64 = 1 << 30;

const COLUMNS: [Column; 30] = [
    Column::new("Nama server", Kind::Text, 28),
    Column::new("Agen", Kind::Code, 34),
    Column::new("Kode PD", Kind::Code, 12),
    Column::new("Perangkat Daerah", Kind::Text, 40),
    Column::new("Lokasi menurut petugas", Kind::Text, 28),
    Column::new("Jenis", Kind::Text, 18),
    Column::new("Merek dan tipe", Kind::Text, 30),
    Column::new("Nomor seri", Kind::Code, 22),
    Column::new("Bentuk", Kind::Text, 14),
    Column::new("BIOS", Kind::Code, 24),
    Column::new("Tanggal BIOS", Kind::Day, 12),
    Column::new("Prosesor", Kind::Text, 36),
    Column::new("Soket prosesor", Kind::Number, 10),
    Column::new("Inti prosesor", Kind::Number, 10),
    Column::new("Utas prosesor", Kind::Number, 10),
    Column::new("Memori (GiB)", Kind::Bytes(GIB), 10),
    Column::new("Modul memori", Kind::Text, 30),
    Column::new("Disk (GB)", Kind::Bytes(GB), 10),
    Column::new("RAID", Kind::Text, 16),
    Column::new("Kegunaan yang terlihat", Kind::Text, 30),
    Column::new("Sistem operasi", Kind::Text, 32),
    Column::new("Dukungan berakhir", Kind::Day, 12),
    Column::new("Dukungan lanjutan berakhir", Kind::Day, 12),
    Column::new("Kernel", Kind::Code, 24),
    Column::new("Perlu dimulai ulang", Kind::Text, 12),
    Column::new("Alamat IP", Kind::Code, 34),
    Column::new("Jumlah paket", Kind::Number, 10),
    Column::new("Versi agen", Kind::Code, 10),
    Column::new("Didaftarkan", Kind::Moment, 17),
    Column::new("Laporan terakhir", Kind::Moment, 17),
];

/// The inventory of `servers`.
pub(super) async fn book(servers: &[ServerRow], store: &Store, config: &Config) -> Result<Book, Error> {
    let facts = facts::of_all(store).await?;
    let none = Facts::default();
    let fact = |agent: &AgentId| facts.get(agent).unwrap_or(&none);
    let (title, owner) = ("Daftar Server", &config.government.name);
    let mut sheet = Sheet::plain(title, owner, as_of(servers, config).as_deref(), &COLUMNS);
    let lifecycle = reference::lifecycle(config);
    let ends = |facts: &Facts| facts.system.as_ref().and_then(|system| lifecycle.as_ref()?.of(system));
    let row = |row: &ServerRow| {
        let facts = fact(&row.agent);
        server(row, facts, ends(facts), config)
    };
    sheet.rows = servers.iter().map(row).collect();
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet] })
}

fn server(row: &ServerRow, facts: &Facts, life: Option<Life<'_>>, config: &Config) -> Vec<Cell> {
    let text = Cell::text;
    let mut cells = vec![
        text(Some(&row.hostname)),
        text(Some(row.agent.as_str())),
        text(Some(row.office.as_str())),
        text(Some(config.office_name(&row.office))),
        text(row.site.as_ref().map(|site| config.site_name(site))),
    ];
    cells.extend(machine(row, facts));
    cells.extend(software(row, facts, life));
    cells.extend([
        text(Some(&row.agent_version)),
        moment(Some(row.enrolled_at), config),
        moment(row.last_report, config),
    ]);
    cells
}

fn machine(row: &ServerRow, facts: &Facts) -> [Cell; 15] {
    let text = Cell::text;
    let kind = row.guest_of.as_ref().map_or("Fisik".to_owned(), |host| format!("Virtual ({host})"));
    let raid: Vec<&str> = facts.raid.iter().map(String::as_str).collect();
    [
        text(row.last_report.map(|_| kind.as_str())),
        text(row.model.as_deref()),
        text(row.serial.as_deref()),
        text(facts.chassis.as_deref()),
        text(facts.bios.as_deref()),
        facts.bios_date.map_or(Cell::Empty, Cell::Day),
        text(row.cpu.as_deref()),
        Cell::number(facts.sockets),
        Cell::number(facts.cores),
        Cell::number(row.threads),
        Cell::number(row.memory_bytes),
        text(facts.modules().as_deref()),
        Cell::number(row.disk_bytes),
        text(Some(&raid.join(", "))),
        text(facts.uses().as_deref()),
    ]
}

fn software(row: &ServerRow, facts: &Facts, life: Option<Life<'_>>) -> [Cell; 7] {
    let text = Cell::text;
    let day = |day: Option<jiff::civil::Date>| day.map_or(Cell::Empty, Cell::Day);
    [
        text(row.os.as_deref()),
        day(life.and_then(|life| life.release.ends)),
        day(life.and_then(|life| life.release.extended)),
        text(facts.kernel.as_deref()),
        text(facts.reboot_pending.map(|pending| if pending { "Ya" } else { "Tidak" })),
        text(Some(&row.addresses.join(", "))),
        Cell::number(Some(row.packages)),
    ]
}

/// A moment in the government's time.
pub(super) fn moment(at: Option<Timestamp>, config: &Config) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Moment(at.to_zoned(config.government.timezone.clone()).datetime()))
}
