//! What a machine does for others: services, open ports, web sites, databases.

use patuh_protocol::inventory::{DatabaseEngine, DatabaseService, Listener, Site, Unit, UnitState};
use patuh_protocol::report::Reading;

use super::super::super::format::{Format, bytes, number};
use super::super::section::{Cell, Section, Sign, Table, listed};
use crate::store::CurrentSection;

/// The parts of the page.
pub(super) fn sections(sections: &[CurrentSection], format: &Format) -> Vec<Section> {
    let of = |id, title, sensors: &[&str]| Section::new(id, title, sections, sensors, format);
    let mut all = units(sections, format);
    all.extend([
        databases(of("basis-data", "Basis data", &["databases"]), sections, format),
        sites(of("situs", "Situs dan aplikasi web", &["sites"]), sections),
        of("porta", "Porta yang terbuka", &["listeners"]).table(listeners(sections)),
    ]);
    all
}

/// The services that failed, and after them the others, folded away.
fn units(sections: &[CurrentSection], format: &Format) -> Vec<Section> {
    let all = listed(sections, |reading| match reading {
        Reading::Units(list) => Some(list),
        _ => None,
    });
    let (failed, well): (Vec<_>, Vec<_>) = all.into_iter().partition(|u| u.state == UnitState::Failed);
    let table = |caption, units: Vec<&Unit>| {
        let columns = ["Layanan", "Keadaan", "Menyala bersama mesin"];
        Table::new(caption, &columns, units.into_iter().map(unit).collect())
    };
    let words = format!("{} layanan", number(well.len() as u64));
    let none = (failed.is_empty() && !well.is_empty()).then(|| "Tidak ada layanan yang gagal.".to_owned());
    let part = |id, title| Section::new(id, title, sections, &["units"], format);
    let rest = |title| part("layanan", title).lead(none).folded(words);
    if failed.is_empty() {
        return vec![rest("Layanan").table(table("Layanan", well))];
    }
    let first = part("layanan-gagal", "Layanan yang gagal").table(table("Layanan yang gagal", failed));
    vec![first, rest("Layanan lain").table(table("Layanan lain", well))]
}

fn unit(unit: &Unit) -> Vec<Cell> {
    let state = match unit.state {
        UnitState::Active => Cell::text("Berjalan"),
        UnitState::Inactive => Cell::text("Tidak berjalan").muted(),
        UnitState::Failed => Cell::signed(Sign::Wrong, "Gagal"),
        UnitState::Unknown => Cell::text("Tidak diketahui").muted(),
    };
    let enabled = match unit.enabled {
        Some(true) => "Ya",
        Some(false) => "Tidak",
        None => "–",
    };
    vec![Cell::code(&unit.name), state, Cell::text(enabled)]
}

/// What the network reaches first.
fn listeners(sections: &[CurrentSection]) -> Table {
    let mut all = listed(sections, |reading| match reading {
        Reading::Listeners(list) => Some(list),
        _ => None,
    });
    all.sort_by_key(|it| (is_inner(&it.address), it.port, &it.protocol, &it.address));
    let columns = ["Porta", "Proses", "Alamat", "Terbuka untuk"];
    Table::new("Porta yang terbuka", &columns, all.into_iter().map(listener).collect())
}

fn listener(it: &Listener) -> Vec<Cell> {
    let inner = is_inner(&it.address);
    let reach = if inner { Cell::text("Mesin ini saja").muted() } else { Cell::text("Jaringan") };
    vec![
        Cell::code(format!("{}/{}", it.port, it.protocol)),
        Cell::maybe(it.process.as_ref()),
        Cell::code(&it.address),
        reach,
    ]
}

/// Whether nobody but the machine itself reaches this address.
fn is_inner(address: &str) -> bool {
    address.starts_with("127.") || matches!(address, "::1" | "[::1]" | "localhost")
}

fn sites(section: Section, sections: &[CurrentSection]) -> Section {
    let all = listed(sections, |reading| match reading {
        Reading::Sites(list) => Some(list),
        _ => None,
    });
    let columns = ["Situs", "Aplikasi", "Direktori dokumen", "Mendengarkan", "Server web"];
    let rows = all.into_iter().map(site).collect();
    section.table(Table::new("Situs dan aplikasi web", &columns, rows))
}

fn site(site: &Site) -> Vec<Cell> {
    let server = match site.server.as_str() {
        "apache" => "Apache",
        "nginx" => "nginx",
        "xampp" => "XAMPP",
        "files" => "hanya berkasnya yang tampak",
        other => other,
    };
    let name = site.names.first().cloned().unwrap_or_else(|| "(tanpa nama)".to_owned());
    let others: Vec<_> = site.names.iter().skip(1).map(String::as_str).collect();
    vec![
        Cell::text(name).small(Some(others.join(", "))),
        Cell::maybe(site.application.as_ref()).small(site.version.clone()),
        Cell::maybe_code(site.root.as_ref()),
        Cell::code(site.listen.join(", ")),
        Cell::text(server).small(site.file.clone()),
    ]
}

fn databases(section: Section, sections: &[CurrentSection], format: &Format) -> Section {
    let all = listed(sections, |reading| match reading {
        Reading::Databases(list) => Some(list),
        _ => None,
    });
    let lead = "Data yang harus dicadangkan: setiap basis data di bawah ini harus ditemukan dalam cadangan.";
    let lead = (!all.is_empty()).then(|| lead.to_owned());
    let columns = ["Basis data", "Jenis", "Keadaan", "Direktori data", "#Ukuran"];
    let rows = all.into_iter().flat_map(|service| database(service, format)).collect();
    section.lead(lead).table(Table::new("Basis data", &columns, rows))
}

/// Why an agent could not list the databases of a server, in its own words unless they are known.
fn noted(note: &str) -> String {
    let known = match note {
        "the data lie on another host" => "datanya berada di host lain",
        "databases are not to be seen in files" => "basis datanya tidak tampak dari berkas",
        "its folder may not be read, or holds too much to count" => {
            "direktorinya tidak boleh dibaca, atau terlalu besar untuk dihitung"
        }
        other => other,
    };
    known.to_owned()
}

/// A database server, and below it its databases.
fn database(service: &DatabaseService, format: &Format) -> Vec<Vec<Cell>> {
    let state = match service.running {
        Some(true) => "Berjalan",
        Some(false) => "Tidak berjalan",
        None => "–",
    };
    let port = service.port.map(|port| format!("porta {port}"));
    let id = service.system_id.as_ref().map(|id| format!("pengenal sistem {id}"));
    let head = vec![
        Cell::text(&service.name).small(service.note.as_deref().map(noted)),
        Cell::text(engine(service.engine)).small(service.version.clone()),
        Cell::text(state).small(port),
        Cell::maybe_code(service.data_dir.as_ref()).small(id),
        Cell::number(service.size_bytes.map(bytes)),
    ];
    let inner = service.databases.iter().map(|database| {
        let written = database.modified_at.map(|at| format!("terakhir ditulis {}", format.ago(at)));
        let blank = || Cell { text: String::new(), ..Cell::default() };
        vec![
            Cell::code(format!("└ {}", database.name)),
            blank(),
            Cell { text: written.unwrap_or_default(), ..Cell::default() }.muted(),
            blank(),
            Cell::number(database.size_bytes.map(bytes)),
        ]
    });
    std::iter::once(head).chain(inner).collect()
}

/// The name of an engine.
const fn engine(engine: DatabaseEngine) -> &'static str {
    match engine {
        DatabaseEngine::Postgresql => "PostgreSQL",
        DatabaseEngine::Mysql => "MySQL",
        DatabaseEngine::Mariadb => "MariaDB",
        DatabaseEngine::Mongodb => "MongoDB",
        DatabaseEngine::Redis => "Redis",
        DatabaseEngine::Sqlite => "Berkas SQLite",
        DatabaseEngine::Other => "Lainnya",
    }
}
