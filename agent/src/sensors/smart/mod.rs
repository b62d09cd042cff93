//! `smart`: the health of the disks by their own account.
//!
//! First from what smartd keeps ([`smartd`]): it asks the disks anyway, and reading its files wakes nobody.
//! Only for disks that it does not tell of is smartctl run ([`smartctl`]): where it is installed, this process
//! has the right to ask a disk, and the disk is a real one. What is virtual, behind a RAID controller or on
//! USB is not asked: it cannot answer, or its bridge may hang.
//!
//! A disk that does not answer is told with why, and costs the others nothing.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::{Disk, DiskHealth};
use patuh_protocol::report::Reading;

use super::{Settings, disks, listed};
use crate::roots::{Failure, Roots};

mod smartctl;
mod smartd;

/// How old what smartd wrote may be to count as its account of today.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// How many disks may fail to answer in time before the rest is not asked: each waits some seconds.
const MAX_HUNG: usize = 2;
/// What hypervisors call their disks.
const VIRTUAL: [&str; 6] = ["QEMU", "VBOX", "VMware", "Virtual", "Msft", "Xen"];
/// Temperatures of disks; other values mean that there is no sensor.
const PLAUSIBLE: std::ops::RangeInclusive<i32> = 1..=120;

pub(super) fn read(roots: &Roots, _: &Settings, now: Timestamp) -> Result<Option<Reading>, Failure> {
    let can_ask = smartctl::is_installed(roots);
    if !can_ask && !smartd::is_there(roots) {
        return Ok(None);
    }
    let disks = disks::list(roots)?;
    let mut told = smartd::read(roots, &disks, now)?;
    let is_told = |disk: &Disk| {
        let fresh = |health: &DiskHealth| health.read_at.is_some_and(|at| now.duration_since(at) <= FRESH);
        told.iter().any(|health| health.disk.as_ref() == Some(&disk.name) && fresh(health))
    };
    let waiting: Vec<&Disk> =
        disks.iter().filter(|disk| can_ask && is_real(disk) && !is_told(disk)).collect();
    let (may, may_not): (Vec<&Disk>, Vec<&Disk>) =
        waiting.into_iter().partition(|disk| smartctl::is_permitted(roots, disk));
    if told.is_empty() && may.is_empty() && !may_not.is_empty() {
        return Err(smartctl::not_permitted());
    }
    let asked = ask(roots, &may, now);
    told.retain(|old| !asked.iter().any(|new| new.disk == old.disk && new.note.is_none()));
    told.extend(asked);
    told.sort_by(|a, b| (&a.disk, &a.serial).cmp(&(&b.disk, &b.serial)));
    Ok(listed(told, Reading::DiskHealth))
}

fn is_real(disk: &Disk) -> bool {
    let is_virtual =
        disk.model.as_ref().is_some_and(|model| VIRTUAL.iter().any(|word| model.starts_with(word)));
    matches!(disk.transport.as_deref(), Some("sata" | "sas" | "nvme")) && !is_virtual
}

/// Asks one disk after the other. Those that cannot be asked are told with why.
fn ask(roots: &Roots, disks: &[&Disk], now: Timestamp) -> Vec<DiskHealth> {
    let mut hung = 0;
    let mut asked = Vec::new();
    for disk in disks {
        let answer = if hung < MAX_HUNG {
            smartctl::ask(roots, disk)
        } else {
            Err(Failure::Command {
                command: "smartctl".to_owned(),
                what: "tidak dijalankan: disk lain tidak menjawab".to_owned(),
            })
        };
        hung += usize::from(matches!(answer, Err(Failure::TimedOut { .. })));
        let health = answer.unwrap_or_else(|failure| DiskHealth {
            note: Some(super::redact::text(&failure.to_string())),
            ..DiskHealth::default()
        });
        asked.push(DiskHealth {
            disk: Some(disk.name.clone()),
            model: disk.model.clone(),
            serial: disk.serial.clone(),
            read_at: Some(now),
            source: "smartctl".to_owned(),
            ..health
        });
    }
    asked
}

/// Takes an attribute of ATA. Raw values are cut as smartctl's own formats for them do: makers keep other
/// things in the upper bytes.
fn take(health: &mut DiskHealth, id: u64, raw: u64) {
    match id {
        5 => health.reallocated = Some(raw & 0xffff),
        9 => health.power_on_hours = Some(raw & 0xff_ffff),
        197 => health.pending = Some(raw & 0xffff_ffff_ffff),
        194 => health.celsius = celsius(raw & 0xff),
        190 => health.celsius = health.celsius.or_else(|| celsius(raw & 0xff)),
        _ => {}
    }
}

/// A temperature that may be one.
fn celsius(degrees: u64) -> Option<i32> {
    i32::try_from(degrees).ok().filter(|degrees| PLAUSIBLE.contains(degrees))
}

#[cfg(test)]
mod tests;
