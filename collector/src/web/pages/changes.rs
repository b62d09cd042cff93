//! What changed on the servers, in words. The store's `diff` tells kinds and states in English; here each has
//! its Indonesian words.

use std::collections::BTreeMap;

use super::super::format::{Format, When, number};
use super::host_name;
use crate::store::ChangeRow;

/// The changes of one kind of one server on one day.
#[derive(Clone, Debug)]
pub(crate) struct ChangeGroup {
    pub(crate) when: When,
    pub(crate) agent: String,
    pub(crate) host: String,
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// What a kind of change is called; kinds that tell of one thing (that it is there, how it is) have one name.
pub(crate) fn kind_word(kind: &str) -> &str {
    match kind {
        "package" => "Paket",
        "repository" => "Sumber paket",
        "disk" => "Disk",
        "disk health" | "disk sectors replaced" | "disk sectors pending" | "disk wear" => "Kesehatan disk",
        "raid" | "raid state" | "raid members" => "RAID",
        "volume" | "volume group" => "LVM",
        "filesystem" => "Sistem berkas",
        "memory module" => "Modul memori",
        "cpu" | "processor" => "Prosesor",
        "device" => "Perangkat",
        "power" | "power supply" => "Catu daya",
        "address" => "Alamat IP",
        "interface" => "Antarmuka jaringan",
        "gateway" => "Gateway",
        "system" => "Sistem",
        "kernel" => "Mulai ulang",
        "machine" => "Mesin",
        "service" | "service state" => "Layanan",
        "listener" | "listener process" => "Porta terbuka",
        "site" | "site application" => "Situs web",
        "database" => "Basis data",
        "database server"
        | "database server version"
        | "database server identity"
        | "database server place"
        | "database server state" => "Server basis data",
        "container" | "container state" => "Kontainer",
        "image" => "Citra kontainer",
        "guest" | "guest name" | "guest size" | "guest state" => "Mesin tamu",
        "backup" => "Cadangan",
        other => other,
    }
}

/// What is told of the thing, where that is not the thing itself.
fn aspect(kind: &str) -> Option<&'static str> {
    let aspect = match kind {
        "disk sectors replaced" => "sektor diganti",
        "disk sectors pending" => "sektor menunggu diganti",
        "disk wear" => "umur terpakai",
        "raid members" => "anggota",
        "site application" => "aplikasi",
        "listener process" => "proses",
        "database server version" => "versi",
        "database server identity" => "pengenal",
        "database server place" => "direktori data",
        "guest name" => "nama",
        "guest size" => "ukuran",
        _ => return None,
    };
    Some(aspect)
}

/// Names that the store itself gives to what it watches.
fn subject_word<'a>(kind: &str, subject: &'a str) -> &'a str {
    match (kind, subject) {
        ("machine", "serial") => "nomor seri",
        ("machine", "board serial") => "nomor seri papan induk",
        ("machine" | "cpu", "model") => "model",
        ("machine", "uuid") => "UUID",
        ("machine", "machine-id") => "machine-id",
        ("machine", "guest of") => "tamu dari",
        ("machine", "bios") => "BIOS",
        ("cpu", "threads") => "jumlah utas",
        ("system", "hostname") => "nama mesin",
        ("system", "os") => "sistem operasi",
        ("kernel", "restart") => "mulai ulang",
        (_, other) => other,
    }
}

/// The words for the states that the store tells.
fn value_word(kind: &str, value: &str) -> String {
    let states = matches!(
        kind,
        "disk health"
            | "raid state"
            | "power"
            | "service"
            | "service state"
            | "container state"
            | "guest state"
            | "database server state"
            | "kernel"
    );
    if !states {
        return value.to_owned();
    }
    if let Some(reasons) = value.strip_prefix("due: ") {
        return format!("diperlukan ({reasons})");
    }
    let word = match value {
        "passed" => "sehat",
        "failed" => "gagal",
        "running" => "berjalan",
        "stopped" => "berhenti",
        "enabled" => "menyala bersama mesin",
        "disabled" => "tidak menyala bersama mesin",
        "degraded" => "kehilangan anggota",
        "whole" => "lengkap",
        "due" => "diperlukan",
        "not due" => "tidak diperlukan",
        "online" => "tersambung",
        "offline" => "terputus",
        "ok" => "baik",
        other => other,
    };
    word.to_owned()
}

/// `nginx: 1.22 → 1.24`, `10.20.1.5/24 ditambahkan`, `eth1 tidak ada lagi`.
pub(crate) fn text(row: &ChangeRow) -> String {
    let words = |value: &String| value_word(&row.kind, value);
    told(&row.kind, &row.subject, row.before.as_ref().map(words), row.after.as_ref().map(words))
}

fn told(kind: &str, subject: &str, before: Option<String>, after: Option<String>) -> String {
    let name = thing(kind, subject);
    let detail = |value: &str| {
        if value.is_empty() || value == subject { String::new() } else { format!(" ({value})") }
    };
    match (before, after) {
        (None, Some(after)) => format!("{name}{} ditambahkan", detail(&after)),
        (Some(before), None) => format!("{name}{} tidak ada lagi", detail(&before)),
        (Some(before), Some(after)) => format!("{name}: {before} → {after}"),
        (None, None) => format!("{name} berubah"),
    }
}

/// What is told of: the thing, and what about it.
pub(crate) fn thing(kind: &str, subject: &str) -> String {
    let subject = subject_word(kind, subject);
    aspect(kind).map_or_else(|| subject.to_owned(), |aspect| format!("{subject}, {aspect}"))
}

/// A value in a comparison of two states.
pub(crate) fn value(kind: &str, value: &str) -> String {
    value_word(kind, value)
}

/// The changes of the last `days` days, those of one kind, server and day in one line, newest first.
pub(crate) fn groups(rows: &[ChangeRow], days: i32, format: &Format) -> Vec<ChangeGroup> {
    let mut groups: BTreeMap<(i32, &str, &str), Vec<&ChangeRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| format.days_back(row.at) < days) {
        let key = (format.days_back(row.at), row.agent.as_str(), kind_word(&row.kind));
        groups.entry(key).or_default().push(row);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|rows| std::cmp::Reverse(rows.first().map(|row| row.at)));
    groups.into_iter().filter_map(|rows| group(&rows, format)).collect()
}

fn group(rows: &[&ChangeRow], format: &Format) -> Option<ChangeGroup> {
    let first = rows.first()?;
    Some(ChangeGroup {
        when: format.when(first.at),
        agent: first.agent.to_string(),
        host: host_name(&first.hostname, first.agent.as_str()),
        kind: kind_word(&first.kind).to_owned(),
        text: if rows.len() == 1 { text(first) } else { many(rows) },
    })
}

/// `14 perubahan: curl, nginx, openssl dan 11 lainnya`.
fn many(rows: &[&ChangeRow]) -> String {
    let names: Vec<_> = rows.iter().take(3).map(|row| subject_word(&row.kind, &row.subject)).collect();
    let count = number(rows.len() as u64);
    let rest = rows.len() - names.len();
    let more = if rest > 0 { format!(" dan {} lainnya", number(rest as u64)) } else { String::new() };
    format!("{count} perubahan: {}{more}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use patuh_protocol::id::AgentId;

    use super::*;

    fn row(at: &str, kind: &str, subject: &str, before: Option<&str>, after: Option<&str>) -> ChangeRow {
        ChangeRow {
            agent: AgentId::of_key(&[1; 32]),
            hostname: "srv".into(),
            at: at.parse().unwrap(),
            index: 4,
            kind: kind.into(),
            subject: subject.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
        }
    }

    #[test]
    fn changes_are_told_in_words() {
        let check = |kind, subject, before, after, expected: &str| {
            assert_eq!(text(&row("2026-11-22T00:00:00Z", kind, subject, before, after)), expected);
        };
        check("package", "nginx", Some("1.22"), Some("1.24"), "nginx: 1.22 → 1.24");
        check("package", "curl", None, Some("7.88"), "curl (7.88) ditambahkan");
        check("address", "10.1.1.5/24", None, Some("10.1.1.5/24"), "10.1.1.5/24 ditambahkan");
        check("interface", "eth1", Some(""), None, "eth1 tidak ada lagi");
        check("disk health", "ST4000 S1", Some("passed"), Some("failed"), "ST4000 S1: sehat → gagal");
        check("raid state", "md0", Some("whole"), Some("degraded"), "md0: lengkap → kehilangan anggota");
        check(
            "kernel",
            "restart",
            Some("not due"),
            Some("due: linux-image"),
            "mulai ulang: tidak diperlukan → diperlukan (linux-image)",
        );
        check("disk sectors pending", "WD40", Some("0"), Some("8"), "WD40, sektor menunggu diganti: 0 → 8");
        check("system", "hostname", Some("a"), Some("b"), "nama mesin: a → b");
        check("package", "failed", Some("failed"), Some("ok"), "failed: failed → ok");
        check("service state", "nginx.service", None, Some("failed"), "nginx.service (gagal) ditambahkan");
    }

    #[test]
    fn a_day_of_upgrades_is_one_line() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let format = Format::new(TimeZone::get("Asia/Jakarta").unwrap(), now);
        let upgraded = |name| row("2026-11-22T01:00:00Z", "package", name, Some("1"), Some("2"));
        let rows = [
            row("2026-11-22T02:00:00Z", "disk", "sdb", None, Some("4 TB")),
            upgraded("a"),
            upgraded("b"),
            upgraded("c"),
            upgraded("d"),
            row("2026-11-14T01:00:00Z", "disk", "sdc", None, Some("4 TB")),
        ];
        let texts: Vec<_> = groups(&rows, 7, &format).into_iter().map(|g| g.text).collect();
        assert_eq!(texts, ["sdb (4 TB) ditambahkan", "4 perubahan: a, b, c dan 1 lainnya"]);
    }
}
