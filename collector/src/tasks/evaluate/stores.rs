//! What on a server ought to lie in a backup, from its sections.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{Known, Subject};
use patuh_compliance::wording::moment;
use patuh_protocol::inventory::{Container, DatabaseService, Filesystem, Guest, Site};
use patuh_protocol::report::Reading;

use super::backups::{self, Claimed};
use crate::config::{Config, Lifted};
use crate::coverage::{self, Claims, DataStore, Heard, Inventory, Release};
use crate::store::{CurrentSection, Latest, ServerRow};

/// The sensors that find data.
pub(super) const SENSORS: [&str; 8] = [
    "containers/docker",
    "containers/podman",
    "databases",
    "filesystems",
    "guests/libvirt",
    "guests/lxc",
    "guests/proxmox",
    "sites",
];

/// The data stores of the server, with the sets of `claimed` that hold them; or why nothing is known of them.
pub(super) fn found(
    row: &ServerRow,
    sections: &[CurrentSection],
    claimed: &Known<Vec<Claimed<'_>>>,
    config: &Config,
    now: Timestamp,
) -> Known<Vec<DataStore>> {
    let Some(last) = row.last_report else { return Known::No("agen belum pernah melapor".to_owned()) };
    let (sets, unheard) = match claimed {
        Known::Yes(claimed) => (claimed.iter().map(|c| c.set).collect(), backups::unheard(sections)),
        Known::No(why) => (Vec::new(), vec![why.clone()]),
    };
    let claims = Claims { sets: &sets, unheard: &unheard };
    let mut stores = coverage::stores(&inventory(sections), claims, last);
    if now.duration_since(last) > SignedDuration::from_hours(i64::from(config.silent_after_hours)) {
        let since = moment(last, config.government.zone());
        coverage::silence(&mut stores, &format!("agen diam sejak {since}"));
    }
    coverage::exempt(&mut stores, &releases(row, config), config.government.zone().day(now));
    Known::Yes(stores)
}

fn inventory(sections: &[CurrentSection]) -> Inventory<'_> {
    Inventory {
        databases: heard(sections, "databases", databases),
        sites: heard(sections, "sites", sites),
        filesystems: heard(sections, "filesystems", filesystems),
        containers: ["containers/docker", "containers/podman"].map(|s| heard(sections, s, containers)).into(),
        guests: ["guests/libvirt", "guests/lxc", "guests/proxmox"].map(|s| heard(sections, s, guests)).into(),
    }
}

/// What one sensor found. A failure leaves what was known before it.
fn heard<'a, T>(
    sections: &'a [CurrentSection],
    sensor: &'static str,
    list: impl Fn(&'a Reading) -> Option<&'a [T]>,
) -> Heard<'a, T> {
    let Some(section) = sections.iter().find(|section| section.sensor == sensor) else {
        return Heard::Unknown { sensor };
    };
    match (&section.value, &section.latest) {
        (Some(value), _) => match list(&value.reading) {
            Some(items) => Heard::Known { sensor, items, at: value.at },
            None => Heard::Unknown { sensor },
        },
        (None, Latest::Nothing | Latest::Ok) => Heard::Known { sensor, items: &[], at: section.at },
        (None, Latest::Failed(_)) => Heard::Unknown { sensor },
    }
}

/// The exemptions that name data stores of this server, or of all servers of its office.
fn releases<'a>(row: &ServerRow, config: &'a Config) -> Vec<Release<'a>> {
    let is_mine = |subject: &Subject| match subject {
        Subject::Server(id) => id == row.agent.as_str(),
        Subject::Office(code) => code == row.office.as_str(),
    };
    let release = |given: &'a crate::config::Exemption| match &given.lifted {
        Lifted::Store(pattern) if is_mine(&given.subject) => {
            Some(Release { pattern, approver: &given.approver, reason: &given.reason, until: given.until })
        }
        _ => None,
    };
    config.exemptions.iter().filter_map(release).collect()
}

fn databases(reading: &Reading) -> Option<&[DatabaseService]> {
    if let Reading::Databases(list) = reading { Some(list) } else { None }
}

fn sites(reading: &Reading) -> Option<&[Site]> {
    if let Reading::Sites(list) = reading { Some(list) } else { None }
}

fn filesystems(reading: &Reading) -> Option<&[Filesystem]> {
    if let Reading::Filesystems(list) = reading { Some(list) } else { None }
}

fn containers(reading: &Reading) -> Option<&[Container]> {
    if let Reading::Containers(list) = reading { Some(list) } else { None }
}

fn guests(reading: &Reading) -> Option<&[Guest]> {
    if let Reading::Guests(list) = reading { Some(list) } else { None }
}
