//! `lvm`: the volume groups, from the text that LVM writes to `/etc/lvm/backup` at every change, so without
//! its tools, which open every disk of the host.
//!
//! The text outlives a group whose disks were taken out; so a group counts only when one of its volumes is
//! active, or one of its devices is there. Groups that are active without such a text (it can be switched
//! off) are put together from the volumes that the kernel shows, as far as that goes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::VolumeGroup;
use patuh_protocol::report::Reading;

use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use text::{Section, Value};

mod text;

const BACKUP: &str = "/etc/lvm/backup";
const BLOCK: &str = "/sys/block";
/// The most that is read of one text, in bytes; one of a thousand volumes has half a megabyte.
const MAX_TEXT: u64 = 4 * 1024 * 1024;
/// How many groups are carried, and how many volumes of each.
const MAX_GROUPS: usize = 256;
const MAX_VOLUMES: usize = 4096;
const SECTOR: u64 = 512;
/// The signs of an LVM id without its hyphens.
const ID: usize = 32;

/// A volume as device mapper shows it.
struct Active {
    /// The group's id, without hyphens.
    group: String,
    /// `group-volume`, hyphens within the names doubled.
    name: String,
    bytes: u64,
}

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let active = active(roots)?;
    let mut groups = Vec::new();
    for file in roots.list(BACKUP)?.unwrap_or_default().iter().take(MAX_GROUPS) {
        let path = Path::new(BACKUP).join(file);
        let text = roots.head(&path, MAX_TEXT)?.unwrap_or_default();
        // Editors and old versions leave files here that are none of LVM's.
        groups.extend(text::parse(&String::from_utf8_lossy(&text)).iter().filter_map(group));
    }
    groups.retain(|group| is_there(roots, group, &active));
    let known: BTreeSet<String> = groups.iter().filter_map(id).collect();
    groups.extend(without_text(active.iter().filter(|volume| !known.contains(&volume.group))));
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups.truncate(MAX_GROUPS);
    Ok(listed(groups, Reading::VolumeGroups))
}

/// The volumes of LVM that the kernel runs: their device mapper UUID is `LVM-`, the group's id, the volume's
/// id, and for the inner parts of a volume `-` and what part.
fn active(roots: &Roots) -> Result<Vec<Active>, Failure> {
    let names = roots.list(BLOCK)?.unwrap_or_default();
    let volume = |device: &String| {
        let folder = Path::new(BLOCK).join(device);
        let uuid = roots.value(folder.join("dm/uuid"))?;
        let ids = uuid.strip_prefix("LVM-").filter(|ids| ids.len() == 2 * ID)?;
        let sectors: u64 = roots.value(folder.join("size"))?.parse().ok()?;
        Some(Active {
            group: ids.get(..ID)?.to_owned(),
            name: roots.value(folder.join("dm/name"))?,
            bytes: sectors.saturating_mul(SECTOR),
        })
    };
    Ok(names.iter().filter(|name| name.starts_with("dm-")).filter_map(volume).collect())
}

/// The group that a text describes: its only section that has an extent size.
fn group(text: &Section) -> Option<VolumeGroup> {
    let (group, section) = text.iter().find_map(|(name, value)| {
        value.section().filter(|section| section.contains_key("extent_size")).map(|section| (name, section))
    })?;
    let extent = section.get("extent_size")?.number()?.saturating_mul(SECTOR);
    let physical = sections(section, "physical_volumes");
    let extents = |volume: &Section| volume.get("pe_count").and_then(Value::number).unwrap_or(0);
    let total = physical.values().fold(0, |sum: u64, volume| sum.saturating_add(extents(volume)));
    let logical = sections(section, "logical_volumes");
    let used = logical.values().fold(0, |sum: u64, volume| sum.saturating_add(taken(volume, &physical)));
    let device = |volume: &&Section| Some(name(volume.get("device")?.text()?));
    let visible = logical.iter().filter(|(_, volume)| is_visible(volume));
    Some(VolumeGroup {
        name: name(group),
        uuid: section.get("id").and_then(Value::text).map(name),
        size_bytes: Some(total.saturating_mul(extent)),
        free_bytes: Some(total.saturating_sub(used).saturating_mul(extent)),
        physical: physical.values().filter_map(device).take(MAX_VOLUMES).collect(),
        logical: visible
            .map(|(volume, section)| (name(volume), length(section).saturating_mul(extent)))
            .take(MAX_VOLUMES)
            .collect(),
    })
}

/// The sections in the section `key`, by name.
fn sections<'a>(section: &'a Section, key: &str) -> BTreeMap<&'a str, &'a Section> {
    let inner = section.get(key).and_then(Value::section).into_iter().flatten();
    inner.filter_map(|(name, value)| Some((name.as_str(), value.section()?))).collect()
}

/// Whether a volume is one for people, not a part of another.
fn is_visible(volume: &Section) -> bool {
    let words = volume.get("status").and_then(Value::list).unwrap_or_default();
    words.iter().any(|word| word.text() == Some("VISIBLE"))
}

fn segments(volume: &Section) -> impl Iterator<Item = (&Section, u64)> {
    volume.values().filter_map(|value| {
        let segment = value.section()?;
        Some((segment, segment.get("extent_count")?.number()?))
    })
}

/// The length of a volume, in extents.
fn length(volume: &Section) -> u64 {
    segments(volume).fold(0, |sum, (_, extents)| sum.saturating_add(extents))
}

/// The extents that a volume takes from physical volumes itself. Those of mirrors, pools and snapshots are
/// taken by the inner volumes that they are made of.
fn taken(volume: &Section, physical: &BTreeMap<&str, &Section>) -> u64 {
    let on_disk = |segment: &Section| {
        let stripes = segment.get("stripes").and_then(Value::list).unwrap_or_default();
        stripes.iter().filter_map(Value::text).any(|stripe| physical.contains_key(stripe))
    };
    segments(volume)
        .filter(|(segment, _)| on_disk(segment))
        .fold(0, |sum, (_, extents)| sum.saturating_add(extents))
}

/// A group's id without hyphens.
fn id(group: &VolumeGroup) -> Option<String> {
    group.uuid.as_ref().map(|uuid| uuid.replace('-', ""))
}

fn is_there(roots: &Roots, group: &VolumeGroup, active: &[Active]) -> bool {
    let is_active = id(group).is_some_and(|id| active.iter().any(|volume| volume.group == id));
    let is_plain = |device: &&str| !device.contains('/') && !device.starts_with('.');
    let devices = group.physical.iter().filter_map(|device| device.strip_prefix("/dev/")).filter(is_plain);
    is_active || devices.into_iter().any(|device| roots.exists(format!("/sys/class/block/{device}")))
}

/// Groups as far as their active volumes tell.
fn without_text<'a>(volumes: impl Iterator<Item = &'a Active>) -> Vec<VolumeGroup> {
    let mut groups: BTreeMap<&str, VolumeGroup> = BTreeMap::new();
    for volume in volumes {
        let Some((group, logical)) = names(&volume.name) else { continue };
        let found = groups.entry(&volume.group).or_insert_with(|| VolumeGroup {
            name: group,
            uuid: hyphened(&volume.group),
            ..VolumeGroup::default()
        });
        if found.logical.len() < MAX_VOLUMES {
            found.logical.push((logical, volume.bytes));
        }
    }
    groups.into_values().collect()
}

/// Group and volume of a device mapper name: a hyphen divides them, those within names are doubled.
fn names(device: &str) -> Option<(String, String)> {
    let single = device.replace("--", "\0");
    let (group, volume) = single.split_once('-')?;
    let whole = |name: &str| name.replace('\0', "-");
    Some((whole(group), whole(volume)))
}

/// An id as LVM writes it: six signs, five groups of four, six.
fn hyphened(id: &str) -> Option<String> {
    let parts = [(0, 6), (6, 10), (10, 14), (14, 18), (18, 22), (22, 26), (26, 32)];
    let parts: Option<Vec<&str>> = parts.into_iter().map(|(from, to)| id.get(from..to)).collect();
    parts.map(|parts| parts.join("-"))
}

#[cfg(test)]
mod tests;
