//! One look at a store: what is new, what grew, what went.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::witness::{Damaged, Layout};

use super::borg;
use super::layout::{self, Role, role};
use super::memory::{Archive, Memory, Seen};
use super::walk::{self, Found};
use crate::roots::{Failure, Roots};

/// Looks at every name, size and time below `folder` and brings `memory` up to date. Of contents only the heads
/// of borg's new segments are read. `is_mounted`: the file system that held the store is here, so that what cannot be
/// seen is gone.
pub(super) fn look(
    roots: &Roots,
    folder: &Path,
    layout: Layout,
    is_mounted: bool,
    memory: &mut Memory,
    now: Timestamp,
) -> Result<(), Failure> {
    let found = walk::files(roots, folder)?;
    let found: Vec<_> = found.into_iter().filter(|file| !layout::is_unfinished(file)).collect();
    let before: BTreeSet<String> = memory.files.keys().cloned().collect();
    if found.is_empty() && !before.is_empty() && !is_mounted && layout == Layout::Files {
        return Err(Failure::malformed(
            &folder.display().to_string(),
            "kosong; mungkin penyimpanannya tidak terpasang (mount)",
        ));
    }
    if layout == Layout::Borg {
        segments(roots, folder, &found, memory, now);
    }
    let newest = found.iter().filter_map(|file| layout::segment(&file.path)).max();
    let mut paths = BTreeSet::new();
    for file in found {
        paths.insert(file.path.clone());
        here(layout, file, newest, memory, now);
    }
    gone(layout, &before, &paths, memory, now);
    memory.looked_at = now;
    Ok(())
}

/// Takes in a file that is there.
fn here(layout: Layout, file: Found, newest: Option<u64>, memory: &mut Memory, now: Timestamp) {
    let is_new = memory.is_new(now);
    memory.damaged.retain(|path, damaged| *path != file.path || damaged.what != "missing");
    let fresh = Seen {
        bytes: file.bytes,
        modified: file.modified,
        first_seen: now,
        existed: is_new,
        ..Seen::default()
    };
    let Some(known) = memory.files.get_mut(&file.path) else {
        memory.files.insert(file.path, fresh);
        return;
    };
    let same = known.bytes == file.bytes && known.modified == file.modified;
    match role(layout, &file.path) {
        // Whoever keeps dumps under one name writes a new one over the old.
        Role::Object if layout == Layout::Files && !same => {
            let first_seen = known.first_seen;
            *known = fresh;
            memory.damaged.remove(&file.path);
            memory.vanish(&file.path, first_seen);
        }
        Role::Object | Role::Content | Role::Index if known.bytes != file.bytes => {
            // The segment that borg writes to, and the one it wrote to at the last look, may have grown.
            let growing = layout::segment(&file.path).is_some_and(|n| Some(n + 1) >= newest)
                || (layout == Layout::Borg && file.bytes > known.bytes);
            if growing {
                (known.bytes, known.verified_at) = (file.bytes, None);
            } else {
                memory.damage(&file.path, "size", now);
            }
        }
        _ => known.modified = file.modified,
    }
}

/// Takes in that files are gone.
fn gone(
    layout: Layout,
    before: &BTreeSet<String>,
    paths: &BTreeSet<String>,
    memory: &mut Memory,
    now: Timestamp,
) {
    let has = |path: &str, wanted: Role| role(layout, path) == wanted;
    // A prune or compaction writes what it keeps anew; content that goes while nothing came is missing.
    let explained = paths.difference(before).any(|path| match layout {
        Layout::Restic => has(path, Role::Index),
        _ => has(path, Role::Content),
    });
    if paths.is_empty() {
        // Nothing is left that could be damaged: all of it is lost.
        memory.damaged.clear();
    }
    for path in before.difference(paths) {
        let Some(seen) = memory.files.remove(path) else { continue };
        memory.damaged.retain(|damaged, what| damaged != path || what.what == "missing");
        match role(layout, path) {
            Role::Object => memory.vanish(layout::id(layout, path), seen.first_seen),
            Role::Content | Role::Index if !explained && !paths.is_empty() && !path.starts_with("keys/") => {
                memory.round.found_damage = true;
                let what = "missing".to_owned();
                memory.damaged.insert(path.clone(), Damaged { path: path.clone(), what, found_at: now });
            }
            Role::Content | Role::Index | Role::Lock | Role::Free => {}
        }
    }
}

/// Takes in what borg's new or grown segments say of archives.
fn segments(roots: &Roots, folder: &Path, found: &[Found], memory: &mut Memory, now: Timestamp) {
    let is_new = memory.is_new(now);
    let mut numbered: Vec<_> =
        found.iter().filter_map(|file| Some((layout::segment(&file.path)?, file))).collect();
    numbered.sort_by_key(|(number, _)| *number);
    for (number, file) in &numbered {
        let known = memory.files.get(&file.path).is_some_and(|seen| seen.bytes == file.bytes);
        if known {
            continue;
        }
        let archives = &memory.archives;
        let opened = roots.open(&folder.join(&file.path)).ok().flatten();
        let read = opened.and_then(|opened| borg::read(opened, false, |key| archives.contains_key(key)).ok());
        // What cannot be read now is read at the next look: it is not remembered as read.
        let Some(read) = read else { continue };
        for key in read.put {
            memory.archives.entry(key).and_modify(|archive| archive.segment = *number);
        }
        for key in read.candidates {
            let archive = Archive { segment: *number, first_seen: now, existed: is_new };
            memory.archives.entry(key).and_modify(|known| known.segment = *number).or_insert(archive);
        }
        for key in read.deleted {
            if memory.archives.get(&key).is_some_and(|archive| archive.segment <= *number)
                && let Some(archive) = memory.archives.remove(&key)
            {
                memory.vanish(&key, archive.first_seen);
            }
        }
    }
    let there: BTreeSet<u64> = numbered.iter().map(|(number, _)| *number).collect();
    let lost: Vec<_> = memory
        .archives
        .iter()
        .filter(|(_, archive)| !there.contains(&archive.segment))
        .map(|(id, _)| id.clone())
        .collect();
    for id in lost {
        if let Some(archive) = memory.archives.remove(&id) {
            memory.vanish(&id, archive.first_seen);
        }
    }
}
