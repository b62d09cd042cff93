//! What changed on the servers, in words.

use std::collections::BTreeMap;

use super::super::format::{Format, When, number};
use super::host_name;
use crate::store::ChangeRow;

/// One change.
#[derive(Clone, Debug)]
pub(crate) struct ChangeLine {
    pub(crate) when: When,
    pub(crate) agent: String,
    pub(crate) host: String,
    /// The kind of thing: `Paket`, `Alamat IP`.
    pub(crate) kind: String,
    pub(crate) text: String,
    pub(crate) index: u64,
}

/// The changes of one kind of one server on one day.
#[derive(Clone, Debug)]
pub(crate) struct ChangeGroup {
    pub(crate) when: When,
    pub(crate) agent: String,
    pub(crate) host: String,
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl ChangeLine {
    pub(crate) fn new(row: &ChangeRow, format: &Format) -> Self {
        Self {
            when: format.when(row.at),
            agent: row.agent.to_string(),
            host: host_name(&row.hostname, row.agent.as_str()),
            kind: kind_word(&row.kind),
            text: text(row),
            index: row.index,
        }
    }
}

fn kind_word(kind: &str) -> String {
    let word = match kind {
        "package" => "Paket",
        "disk" => "Disk",
        "address" => "Alamat IP",
        "interface" => "Antarmuka jaringan",
        "gateway" => "Gateway",
        "filesystem" => "Sistem berkas",
        "system" => "Sistem",
        "machine" => "Mesin",
        "backup" => "Cadangan",
        other => other,
    };
    word.to_owned()
}

/// `nginx 1.22 → 1.24`, `10.20.1.5/24 ditambahkan`, `eth1 tidak ada lagi`.
fn text(row: &ChangeRow) -> String {
    let subject = &row.subject;
    let detail = |value: &str| {
        if value.is_empty() || value == subject { String::new() } else { format!(" ({value})") }
    };
    match (row.before.as_deref(), row.after.as_deref()) {
        (None, Some(after)) => format!("{subject}{} ditambahkan", detail(after)),
        (Some(before), None) => format!("{subject}{} tidak ada lagi", detail(before)),
        (Some(before), Some(after)) => format!("{subject}: {before} → {after}"),
        (None, None) => format!("{subject} berubah"),
    }
}

/// The changes of the last `days` days, those of one kind, server and day in one line, newest first.
pub(crate) fn groups(rows: &[ChangeRow], days: i32, format: &Format) -> Vec<ChangeGroup> {
    let mut groups: BTreeMap<(i32, &str, &str), Vec<&ChangeRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| format.days_back(row.at) < days) {
        groups.entry((format.days_back(row.at), row.agent.as_str(), &row.kind)).or_default().push(row);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|rows| std::cmp::Reverse(rows.first().map(|row| row.at)));
    groups.into_iter().filter_map(|rows| group(&rows, format)).collect()
}

fn group(rows: &[&ChangeRow], format: &Format) -> Option<ChangeGroup> {
    let first = rows.first()?;
    let line = ChangeLine::new(first, format);
    let text = if rows.len() == 1 { line.text } else { many(rows) };
    Some(ChangeGroup { when: line.when, agent: line.agent, host: line.host, kind: line.kind, text })
}

/// `14 berubah: curl, nginx, openssl dan 11 lainnya`.
fn many(rows: &[&ChangeRow]) -> String {
    let names: Vec<_> = rows.iter().take(3).map(|row| row.subject.as_str()).collect();
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
        let check = |row: ChangeRow, expected: &str| assert_eq!(text(&row), expected);
        let at = "2026-11-22T00:00:00Z";
        check(row(at, "package", "nginx", Some("1.22"), Some("1.24")), "nginx: 1.22 → 1.24");
        check(row(at, "package", "curl", None, Some("7.88")), "curl (7.88) ditambahkan");
        check(row(at, "address", "10.1.1.5/24", None, Some("10.1.1.5/24")), "10.1.1.5/24 ditambahkan");
        check(row(at, "interface", "eth1", Some(""), None), "eth1 tidak ada lagi");
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
