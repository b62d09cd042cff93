//! The tables of the inventory: servers, and packages of servers.

use std::sync::Arc;

use jiff::Timestamp;
use patuh_protocol::report::Reading;

use super::{Cell, Column, Error, Kind, Table};
use crate::config::Config;
use crate::store::{CurrentSection, ServerRow, Store};

/// Bytes in a GB of disk.
const GB: u64 = 1_000_000_000;
/// Bytes in a GiB of memory.
const GIB: u64 = 1 << 30;

const fn column(name: &'static str, kind: Kind, width: u16) -> Column {
    Column { name, kind, width }
}

const SERVERS: [Column; 18] = [
    column("Nama server", Kind::Text, 28),
    column("Agen", Kind::Code, 34),
    column("Kode PD", Kind::Code, 12),
    column("Perangkat Daerah", Kind::Text, 40),
    column("Lokasi menurut petugas", Kind::Text, 28),
    column("Jenis", Kind::Text, 18),
    column("Merek dan tipe", Kind::Text, 30),
    column("Nomor seri", Kind::Code, 22),
    column("Prosesor", Kind::Text, 36),
    column("Utas prosesor", Kind::Number, 10),
    column("Memori (GiB)", Kind::Bytes(GIB), 10),
    column("Disk (GB)", Kind::Bytes(GB), 10),
    column("Sistem operasi", Kind::Text, 32),
    column("Alamat IP", Kind::Code, 34),
    column("Jumlah paket", Kind::Number, 10),
    column("Versi agen", Kind::Code, 10),
    column("Didaftarkan", Kind::Date, 17),
    column("Laporan terakhir", Kind::Date, 17),
];

const PACKAGES: [Column; 8] = [
    column("Nama server", Kind::Text, 28),
    column("Agen", Kind::Code, 34),
    column("Perangkat Daerah", Kind::Text, 40),
    column("Paket", Kind::Code, 34),
    column("Versi", Kind::Code, 30),
    column("Arsitektur", Kind::Text, 12),
    column("Pengelola paket", Kind::Text, 12),
    column("Dibaca", Kind::Date, 17),
];

/// The register of servers.
pub(super) fn servers(rows: &[ServerRow], config: &Config) -> Table {
    table("Daftar Server", &SERVERS, rows, config, rows.iter().map(|row| server(row, config)).collect())
}

/// The packages of these servers.
pub(super) async fn packages(rows: &[ServerRow], store: &Store, config: &Config) -> Result<Table, Error> {
    let mut cells = Vec::new();
    for row in rows {
        add_packages(&mut cells, row, &store.sections(&row.agent).await?, config);
    }
    Ok(table("Daftar Paket", &PACKAGES, rows, config, cells))
}

fn table(
    title: &str,
    columns: &[Column],
    servers: &[ServerRow],
    config: &Config,
    rows: Vec<Vec<Cell>>,
) -> Table {
    let newest = servers.iter().filter_map(|row| row.last_report).max();
    let zone = &config.government.timezone;
    let as_of =
        newest.map(|at| at.to_zoned(zone.clone()).strftime("Data per %d-%m-%Y pukul %H.%M %Z").to_string());
    Table {
        title: title.to_owned(),
        owner: config.government.name.clone(),
        as_of,
        columns: columns.to_vec(),
        rows,
    }
}

fn server(row: &ServerRow, config: &Config) -> Vec<Cell> {
    let text = Cell::text;
    let kind = row.guest_of.as_ref().map_or("Fisik".to_owned(), |host| format!("Virtual ({host})"));
    let site = row.site.as_ref().map(|code| config.site(code).map_or(code.as_str(), |site| &site.name));
    vec![
        text(Some(&row.hostname)),
        text(Some(row.agent.as_str())),
        text(Some(row.office.as_str())),
        text(Some(office_name(row, config))),
        text(site),
        text(row.last_report.map(|_| kind.as_str())),
        text(row.model.as_deref()),
        text(row.serial.as_deref()),
        text(row.cpu.as_deref()),
        Cell::number(row.threads),
        Cell::number(row.memory_bytes),
        Cell::number(row.disk_bytes),
        text(row.os.as_deref()),
        text(Some(&row.addresses.join(", "))),
        Cell::number(Some(row.packages)),
        text(Some(&row.agent_version)),
        date(Some(row.enrolled_at), config),
        date(row.last_report, config),
    ]
}

fn office_name<'a>(row: &'a ServerRow, config: &'a Config) -> &'a str {
    config.office(&row.office).map_or(row.office.as_str(), |office| &office.name)
}

fn date(at: Option<Timestamp>, config: &Config) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Date(at.to_zoned(config.government.timezone.clone()).datetime()))
}

fn add_packages(cells: &mut Vec<Vec<Cell>>, row: &ServerRow, sections: &[CurrentSection], config: &Config) {
    // One text each for all rows of a server: there are thousands.
    let shared: [Arc<str>; 3] =
        [&*row.hostname, row.agent.as_str(), office_name(row, config)].map(Into::into);
    for section in sections {
        let Some(value) = &section.value else { continue };
        let Reading::Packages(packages) = &value.reading else { continue };
        let manager: Arc<str> = section.sensor.rsplit('/').next().unwrap_or_default().into();
        let read = date(Some(value.at), config);
        cells.extend(packages.iter().map(|package| {
            let [host, agent, office] = shared.clone().map(Cell::Text);
            let text = |text: &str| Cell::text(Some(text));
            let (name, version) = (text(&package.name), text(&package.version));
            let manager = Cell::Text(Arc::clone(&manager));
            vec![host, agent, office, name, version, text(&package.architecture), manager, read.clone()]
        }));
    }
}
