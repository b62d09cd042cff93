//! A server's backups, from the wire's words into the judge's.

use std::net::IpAddr;

use jiff::Timestamp;
use patuh_compliance::estate::{Backup, Evidence, Grade, Known, Place};
use patuh_protocol::backup::{BackupSet, Holds, Problem, ProblemKind, Run, TargetClass, Tool};
use patuh_protocol::report::Reading;

use super::place::site_of;
use crate::config::Site;
use crate::store::{CurrentSection, Latest, Value};

/// The sensors that know of backups.
pub(super) const SENSORS: [&str; 13] = [
    "backup/bareos",
    "backup/backupninja",
    "backup/borg",
    "backup/borgmatic",
    "backup/dumps",
    "backup/duplicity",
    "backup/pbs",
    "backup/pgbackrest",
    "backup/recorded",
    "backup/restic",
    "backup/rsnapshot",
    "backup/trees",
    "backup/vzdump",
];

/// The server itself, by which a target "on another host" is told from one on this.
pub(super) struct Host<'a> {
    pub(super) name: &'a str,
    pub(super) addresses: &'a [IpAddr],
}

/// A set that a server claims.
#[derive(Clone, Copy)]
pub(super) struct Claimed<'a> {
    pub(super) set: &'a BackupSet,
    /// The sensor that says so.
    pub(super) sensor: &'a str,
    /// When it last said so, by the host's clock.
    pub(super) said_at: Timestamp,
    /// The ledger's entry that carries it.
    pub(super) entry: u64,
}

impl Claimed<'_> {
    /// The ledger's entry that carries it, as evidence.
    pub(super) fn evidence(&self) -> Evidence {
        Evidence { index: self.entry, shows: self.sensor.to_owned(), taken_at: self.said_at }
    }
}

/// What one sensor knows.
enum Heard<'a> {
    Sets(&'a [BackupSet], &'a Value),
    Nothing,
    Unknown(String),
}

/// The sets that a server claims, or why nothing is known of them. They are known
/// when one sensor has a value; that there are none is known only when every sensor of the agent says so.
pub(super) fn claimed(sections: &[CurrentSection]) -> Known<Vec<Claimed<'_>>> {
    let mut claims = vec![];
    let mut reasons = vec![];
    let (mut any, mut all) = (false, false);
    for section in sections.iter().filter(|section| SENSORS.contains(&section.sensor.as_str())) {
        all = true;
        match heard(section) {
            Heard::Sets(sets, value) => {
                any = true;
                claims.extend(sets.iter().map(|set| Claimed {
                    set,
                    sensor: &section.sensor,
                    said_at: value.at,
                    entry: value.carrier.index,
                }));
            }
            Heard::Nothing => {}
            Heard::Unknown(reason) => reasons.push(reason),
        }
    }
    match (any, all) {
        (true, _) => Known::Yes(claims),
        (false, true) if reasons.is_empty() => Known::Yes(claims),
        (false, true) => Known::No(reasons.join("; ")),
        (false, false) => Known::No("agen belum melaporkan pencadangan".to_owned()),
    }
}

/// Why sets may be missing from what is known: sensors of backups that could not read, each with its reason.
pub(super) fn unheard(sections: &[CurrentSection]) -> Vec<String> {
    let of_backups = sections.iter().filter(|section| SENSORS.contains(&section.sensor.as_str()));
    let unknown = |section| if let Heard::Unknown(why) = heard(section) { Some(why) } else { None };
    of_backups.filter_map(unknown).collect()
}

/// The backups of `host`, each as it is claimed; in the same order.
pub(super) fn known(
    claimed: &Known<Vec<Claimed<'_>>>,
    host: &Host<'_>,
    sites: &[Site],
) -> Known<Vec<Backup>> {
    match claimed {
        Known::Yes(claims) => {
            Known::Yes(claims.iter().map(|claimed| backup(claimed.set, host, sites)).collect())
        }
        Known::No(reason) => Known::No(reason.clone()),
    }
}

fn heard(section: &CurrentSection) -> Heard<'_> {
    let sensor = &section.sensor;
    match (&section.value, &section.latest) {
        (Some(value), _) => match &value.reading {
            Reading::Backups(sets) => Heard::Sets(sets, value),
            _ => Heard::Unknown(format!("bagian {sensor} tidak berisi pencadangan")),
        },
        (None, Latest::Nothing | Latest::Ok) => Heard::Nothing,
        (None, Latest::Failed(why)) => Heard::Unknown(format!("bagian {sensor} gagal dibaca: {why}")),
    }
}

/// One set. Everything an agent says is a claim.
fn backup(set: &BackupSet, host: &Host<'_>, sites: &[Site]) -> Backup {
    Backup {
        set: set.name.clone(),
        tool: tool_words(set.tool).to_owned(),
        files: matches!(set.holds, Holds::Files | Holds::Both),
        database: matches!(set.holds, Holds::Database | Holds::Both),
        place: place(set, host, sites),
        newest: newest(set),
        unread: set.runs.is_empty() && set.problems.iter().any(|p| p.kind == ProblemKind::Unreadable),
        grade: Grade::Claimed,
        spoilt: None,
        unwatched_since: None,
        problems: set.problems.iter().map(problem).collect(),
        oldest: set.oldest_at,
        points: set.count,
        keep_days: set.keep_days,
        encrypted: set.encrypted,
        append_only: set.append_only,
        checked: set.checked_at,
        medium: set.target.medium.clone(),
    }
}

/// What a tool is called.
#[must_use]
pub const fn tool_words(tool: Tool) -> &'static str {
    match tool {
        Tool::Restic => "restic",
        Tool::PgDump => "pg_dump",
        Tool::MysqlDump => "mysqldump",
        Tool::Dump => "berkas dump",
        Tool::Borg => "borg",
        Tool::Rsnapshot => "rsnapshot",
        Tool::Tree => "salinan berkas",
        Tool::Tar => "arsip tar",
        Tool::Zip => "arsip zip atau 7z",
        Tool::Duplicity => "duplicity",
        Tool::Pgbackrest => "pgBackRest",
        Tool::Bareos => "Bareos",
        Tool::Vzdump => "vzdump",
        Tool::Pbs => "Proxmox Backup Server",
    }
}

/// When the newest run was made that counts: not cut off, and nothing speaks against it.
fn newest(set: &BackupSet) -> Option<Timestamp> {
    let sound = |run: &&Run| run.whole != Some(false) && !set.problems.iter().any(|p| p.about == run.id);
    set.runs.iter().filter(sound).map(|run| run.at).max()
}

fn place(set: &BackupSet, own: &Host<'_>, sites: &[Site]) -> Place {
    let other = set.target.host.as_deref().map(|host| host.trim_matches(['[', ']', '.']));
    match (set.target.class, other) {
        (TargetClass::SameFilesystem | TargetClass::SameDisk | TargetClass::SameHost, _) => Place::SameHost,
        (TargetClass::Removable, _) => Place::Removable,
        (_, Some(host)) if is_own(host, own) => Place::SameHost,
        (_, Some(host)) => match site_of(host, sites) {
            Some(site) => Place::Site(site.code.to_string()),
            None => Place::OtherHost(host.to_owned()),
        },
        (TargetClass::OtherHost | TargetClass::Unknown, None) => Place::Unknown,
    }
}

/// Whether a target that looks like another host is the server itself.
fn is_own(host: &str, own: &Host<'_>) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    host.eq_ignore_ascii_case("localhost")
        || (!own.name.is_empty() && host.eq_ignore_ascii_case(own.name))
        || address.is_some_and(|address| address.is_loopback() || own.addresses.contains(&address))
}

fn problem(Problem { about, kind }: &Problem) -> String {
    let what = match kind {
        ProblemKind::Empty => "kosong",
        ProblemKind::Truncated => "terpotong, bagian akhirnya tidak ada",
        ProblemKind::Collapsed => "ukurannya kurang dari separuh biasanya",
        ProblemKind::Unreadable => "tidak dapat dibaca",
        ProblemKind::NoFiles => "tidak memuat satu berkas pun",
        ProblemKind::ToolFailed => "gagal menurut alatnya sendiri",
        ProblemKind::Incomplete => "tidak lengkap menurut alatnya sendiri",
        ProblemKind::StaleLock => "terkunci lebih dari sehari",
    };
    format!("{about} {what}")
}
