//! The operating system: until when it is supported, its kernel, where its packages come from.

use patuh_protocol::inventory::{Kernel, Repository, System};
use patuh_protocol::report::Reading;

use super::super::super::format::{Format, date};
use super::super::life::life_words;
use super::super::section::{Cell, Facts, Section, Sign, Table, listed, readings};
use crate::lifecycle;
use crate::store::CurrentSection;

/// The parts of the page. `table` knows the ends of support.
pub(super) fn sections(
    sections: &[CurrentSection],
    table: &lifecycle::Table,
    format: &Format,
) -> Vec<Section> {
    let of = |id, title, sensors: &[&str]| Section::new(id, title, sections, sensors, format);
    let repositories = listed(sections, |reading| match reading {
        Reading::Repositories(list) => Some(list),
        _ => None,
    });
    let columns = ["Alamat", "Jenis", "Rilis", "Komponen", "Dipakai", "Tanda tangan"];
    let repositories = repositories.into_iter().map(repository).collect();
    vec![
        of("sistem", "Sistem operasi", &["system"]).facts(system(sections, table, format)),
        of("kernel", "Kernel", &["kernel"]).facts(kernel(sections)),
        of("repositori", "Sumber paket", &["repositories"]).table(Table::new(
            "Sumber paket",
            &columns,
            repositories,
        )),
    ]
}

fn system(sections: &[CurrentSection], table: &lifecycle::Table, format: &Format) -> Facts {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::System(system) = reading else { continue };
        facts.code("Nama mesin", Some(&system.hostname));
        facts.word("Sistem operasi", system.name.clone());
        let (sign, support) = support(system, table, format);
        facts.signed("Dukungan keamanan", sign, support);
        if let Some(life) = table.of(system) {
            let checked = date(table.checked);
            let source = format!("{}; tabel dicocokkan {checked}", life.product.source);
            facts.word("Sumber tanggal dukungan", Some(source));
        }
        facts.code("Arsitektur", system.architecture.as_ref());
        let since = system.booted_at.map(|at| format!("{} ({})", format.moment(at), format.ago(at)));
        facts.word("Menyala sejak", since);
        facts.word("Zona waktu", system.timezone.clone());
    }
    facts
}

/// Until when the system is supported, in words.
pub(super) fn support(system: &System, table: &lifecycle::Table, format: &Format) -> (Sign, String) {
    match table.of(system) {
        Some(life) => life_words(&life, format),
        None => (Sign::Unknown, "Rilis ini belum ada dalam tabel akhir dukungan.".to_owned()),
    }
}

fn kernel(sections: &[CurrentSection]) -> Facts {
    let mut facts = Facts::default();
    for reading in readings(sections) {
        let Reading::Kernel(kernel) = reading else { continue };
        facts.code("Berjalan", Some(&kernel.running));
        facts.word("Terpasang", Some(kernel.installed.join(", ")));
        let (sign, words) = restart(kernel);
        facts.signed("Mulai ulang", sign, words);
    }
    facts
}

fn restart(kernel: &Kernel) -> (Sign, String) {
    match kernel.reboot_pending {
        Some(true) if kernel.reasons.is_empty() => (Sign::Look, "Menunggu mulai ulang.".to_owned()),
        Some(true) => (Sign::Look, format!("Menunggu mulai ulang, karena {}.", kernel.reasons.join(", "))),
        Some(false) => (Sign::Well, "Tidak menunggu mulai ulang.".to_owned()),
        None => (Sign::Unknown, "Tidak diketahui.".to_owned()),
    }
}

fn repository(it: &Repository) -> Vec<Cell> {
    let used = if it.enabled { Cell::text("Ya") } else { Cell::text("Tidak").muted() };
    let signed = match it.signed {
        Some(true) => Cell::text("Diperiksa"),
        Some(false) => Cell::signed(Sign::Look, "Tidak diperiksa"),
        None => Cell::text("Menurut bawaan").muted(),
    };
    vec![
        Cell::code(&it.address).small(Some(it.file.clone())),
        Cell::text(&it.kind),
        Cell::maybe(it.suite.as_ref()),
        Cell::text(it.components.join(", ")),
        used,
        signed,
    ]
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn support_is_told_with_its_dates() {
        let now = "2026-11-22T01:00:00Z".parse().unwrap();
        let format = Format::new(TimeZone::get("Asia/Jakarta").unwrap(), now);
        let table = lifecycle::Table::shipped().unwrap();
        let check = |id: &str, version: &str, sign: Sign, expected: &str| {
            let system = System { id: Some(id.into()), version: Some(version.into()), ..System::default() };
            let (shown, words) = support(&system, &table, &format);
            assert_eq!((shown, words.replace('\u{a0}', " ").as_str()), (sign, expected), "{id}");
        };
        let ended = "berakhir 30 Juni 2024 (2 tahun lalu): tidak ada lagi pembaruan keamanan.";
        check("centos", "7", Sign::Wrong, &format!("Dukungan CentOS Linux 7 {ended}"));
        let lts = "dukungan lanjutan (LTS) sampai 30 Juni 2028 (1 tahun lagi).";
        check("debian", "12", Sign::Look, &format!("Dukungan umum Debian 12 berakhir 11 Juli 2026; {lts}"));
        let esm = "sesudahnya ESM, hanya dengan Ubuntu Pro sampai 21 April 2032.";
        let general = "Ubuntu 22.04 didukung sampai 1 Juni 2027 (6 bulan lagi)";
        check("ubuntu", "22.04", Sign::Well, &format!("{general}; {esm}"));
        let rocky = "Rocky Linux 9 didukung sampai 31 Mei 2032 (5 tahun lagi).";
        check("rocky", "9.3", Sign::Well, rocky);
        check("arch", "1", Sign::Unknown, "Rilis ini belum ada dalam tabel akhir dukungan.");
    }
}
