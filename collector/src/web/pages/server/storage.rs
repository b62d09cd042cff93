//! The storage of a machine: disks with their health, RAID with its members, LVM, file systems.

use patuh_protocol::inventory::{Disk, DiskHealth, Filesystem, Raid, RaidMember, VolumeGroup};
use patuh_protocol::report::Reading;

use super::super::super::chart::Usage;
use super::super::super::format::{Format, bytes, number};
use super::super::section::{Cell, Section, Sign, Table, listed};
use crate::store::CurrentSection;

/// The parts of the page about storage.
pub(super) fn sections(sections: &[CurrentSection], format: &Format) -> Vec<Section> {
    let of = |id, title, sensors: &[&str]| Section::new(id, title, sections, sensors, format);
    vec![
        of("disk", "Disk", &["disks", "smart"]).table(disks(sections, format)),
        of("raid", "RAID", &["raid"]).table(raids(sections)),
        of("lvm", "LVM", &["lvm"]).table(volume_groups(sections)),
        of("sistem-berkas", "Sistem berkas", &["filesystems"]).table(filesystems(sections)),
    ]
}

/// The disks, each with its health; after them the health of disks that the kernel does not show, such as
/// those behind a RAID controller.
fn disks(sections: &[CurrentSection], format: &Format) -> Table {
    let disks = listed(sections, |reading| match reading {
        Reading::Disks(list) => Some(list),
        _ => None,
    });
    let health = listed(sections, |reading| match reading {
        Reading::DiskHealth(list) => Some(list),
        _ => None,
    });
    let of = |disk: &Disk| health.iter().find(|health| is_of(health, disk)).copied();
    let shown = disks.iter().map(|disk| row(disk, of(disk), format));
    let hidden = health.iter().filter(|health| disks.iter().all(|disk| !is_of(health, disk)));
    let rows = shown.chain(hidden.map(|health| hidden_row(health, format))).collect();
    let columns = ["Disk", "Model", "Nomor seri", "Jenis", "Kesehatan", "#Ukuran"];
    Table::new("Disk dengan kesehatannya", &columns, rows)
}

/// Whether the health is this disk's: by serial number where both have one, else by the kernel's name.
fn is_of(health: &DiskHealth, disk: &Disk) -> bool {
    match (&health.serial, &disk.serial) {
        (Some(one), Some(other)) => one == other,
        _ => health.disk.as_ref() == Some(&disk.name),
    }
}

fn row(disk: &Disk, health: Option<&DiskHealth>, format: &Format) -> Vec<Cell> {
    vec![
        Cell::code(&disk.name),
        Cell::maybe(disk.model.as_ref()),
        Cell::maybe_code(disk.serial.as_ref()),
        Cell::text(kind(disk)),
        health.map_or_else(|| Cell::text("–"), |health| self::health(health, format)),
        Cell::number(Some(bytes(disk.size_bytes))),
    ]
}

fn hidden_row(health: &DiskHealth, format: &Format) -> Vec<Cell> {
    vec![
        Cell::maybe_code(health.disk.as_ref()),
        Cell::maybe(health.model.as_ref()),
        Cell::maybe_code(health.serial.as_ref()),
        Cell::text("Tidak tampak pada kernel"),
        self::health(health, format),
        Cell::number(None),
    ]
}

/// `SSD, NVMe`, `Cakram (HDD), USB, lepas-pasang`.
fn kind(disk: &Disk) -> String {
    let medium = disk.rotational.map(|turns| if turns { "Cakram (HDD)" } else { "SSD" }.to_owned());
    let transport = disk.transport.as_deref().map(|transport| match transport {
        "nvme" => "NVMe".to_owned(),
        "virtio" => "virtio".to_owned(),
        "mmc" => "kartu/eMMC".to_owned(),
        "raid" => "pengendali RAID".to_owned(),
        other => other.to_uppercase(),
    });
    let removable = disk.removable.then(|| "lepas-pasang".to_owned());
    let words: Vec<_> = [medium, transport, removable].into_iter().flatten().collect();
    words.join(", ")
}

fn health(health: &DiskHealth, format: &Format) -> Cell {
    let cell = match health.passed {
        Some(true) => Cell::signed(Sign::Well, "Sehat"),
        Some(false) => Cell::signed(Sign::Wrong, "Gagal menurut disk sendiri"),
        None => Cell::signed(Sign::Unknown, "Tidak diketahui"),
    };
    let sectors = |n: Option<u64>, what| n.filter(|n| *n > 0).map(|n| format!("{} sektor {what}", number(n)));
    let hours = health.power_on_hours.map(|hours| format!("{}\u{a0}jam menyala", number(hours)));
    let used = health.used_percent.map(|percent| format!("umur terpakai {percent}\u{a0}%"));
    let warm = health.celsius.map(|celsius| format!("{celsius}\u{a0}°C"));
    let life: Vec<_> = [hours, used, warm].into_iter().flatten().collect();
    let read = health.read_at.map(|at| format!("{}, {}", health.source, format.ago(at)));
    cell.small(sectors(health.reallocated, "diganti"))
        .small(sectors(health.pending, "menunggu diganti"))
        .small(Some(life.join(", ")))
        .small(health.note.clone())
        .small(read)
}

fn raids(sections: &[CurrentSection]) -> Table {
    let raids = listed(sections, |reading| match reading {
        Reading::Raids(list) => Some(list),
        _ => None,
    });
    let columns = ["Larik", "Jenis", "Keadaan", "Anggota", "#Ukuran"];
    Table::new("Larik dan pengendali RAID", &columns, raids.into_iter().map(raid).collect())
}

fn raid(raid: &Raid) -> Vec<Cell> {
    let kind = match raid.kind.as_str() {
        "md" => "md (perangkat lunak)",
        "zfs" => "ZFS",
        "controller" => "Pengendali",
        other => other,
    };
    let state = match raid.degraded {
        Some(true) => Cell::signed(Sign::Wrong, "Kehilangan anggota"),
        Some(false) => Cell::signed(Sign::Well, "Lengkap"),
        None => Cell::signed(Sign::Unknown, "Tidak diketahui"),
    };
    let members: Vec<_> = raid.members.iter().map(member).collect();
    vec![
        Cell::code(&raid.name).small(raid.model.clone()),
        Cell::text(kind).small(raid.level.clone()),
        state.small(raid.state.as_deref().map(raid_words)),
        Cell::text(members.join(", ")),
        Cell::number(raid.size_bytes.map(bytes)),
    ]
}

/// The state as the agent says it: of md in our words, of the others in their own.
fn raid_words(state: &str) -> String {
    let words = match state {
        "active" => "aktif",
        "degraded" => "terdegradasi, anggotanya kurang",
        "recovering" => "sedang dibangun ulang",
        "resyncing" => "sedang disamakan ulang",
        "inactive" => "tidak aktif",
        "broken" | "failed" => "rusak",
        other => other,
    };
    words.to_owned()
}

/// `sda1 (aktif)`.
fn member(member: &RaidMember) -> String {
    let state = match member.state.as_str() {
        "in_sync" => "aktif",
        "faulty" => "gagal",
        "spare" => "siaga",
        "rebuilding" | "recovering" => "dibangun ulang",
        "missing" | "removed" => "hilang",
        other => other,
    };
    format!("{} ({state})", member.disk)
}

fn volume_groups(sections: &[CurrentSection]) -> Table {
    let groups = listed(sections, |reading| match reading {
        Reading::VolumeGroups(list) => Some(list),
        _ => None,
    });
    let columns = ["Grup volume", "Volume fisik", "Volume logis", "#Sisa", "#Ukuran"];
    Table::new("Grup volume LVM", &columns, groups.into_iter().map(volume_group).collect())
}

fn volume_group(group: &VolumeGroup) -> Vec<Cell> {
    let logical: Vec<_> =
        group.logical.iter().map(|(name, size)| format!("{name} ({})", bytes(*size))).collect();
    vec![
        Cell::code(&group.name),
        Cell::code(group.physical.join(", ")),
        Cell::code(logical.join(", ")),
        Cell::number(group.free_bytes.map(bytes)),
        Cell::number(group.size_bytes.map(bytes)),
    ]
}

fn filesystems(sections: &[CurrentSection]) -> Table {
    let all = listed(sections, |reading| match reading {
        Reading::Filesystems(list) => Some(list),
        _ => None,
    });
    let columns = ["Dipasang di", "Sumber", "Jenis", "Pemakaian", "#Terpakai", "#Ukuran"];
    Table::new("Sistem berkas", &columns, all.into_iter().map(filesystem).collect())
}

fn filesystem(fs: &Filesystem) -> Vec<Cell> {
    let usage = fs.used_bytes.zip(fs.size_bytes).and_then(|(used, size)| Usage::new(used, size));
    let tight = usage.as_ref().filter(|usage| usage.tight).map(|_| "hampir penuh".to_owned());
    let percent = usage.as_ref().map(|usage| usage.percent.clone());
    let kind = if fs.read_only { format!("{}, hanya-baca", fs.kind) } else { fs.kind.clone() };
    vec![
        Cell::code(&fs.mount),
        Cell::code(&fs.source),
        Cell::text(kind),
        Cell { usage, ..Cell::text(percent.unwrap_or_default()) }.small(tight),
        Cell::number(fs.used_bytes.map(bytes)),
        Cell::number(fs.size_bytes.map(bytes)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(state: &str, expected: &str) {
        assert_eq!(raid_words(state), expected);
    }

    #[test]
    fn the_state_of_an_array_is_told_in_our_words() {
        check("degraded", "terdegradasi, anggotanya kurang");
        check("recovering", "sedang dibangun ulang");
        check("ONLINE", "ONLINE");
    }
}
