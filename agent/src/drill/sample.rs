//! Which files a drill brings back, and what is made of those that came.
//!
//! The choice is random: each path gets a number that follows from the drill's seed, and the lowest are taken, so
//! that a list of ten million files is gone through once, in little memory. Up to half are files of which a hash is
//! remembered, because comparing is worth more than bringing back.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::Drill;
use patuh_protocol::digest::Digest;
use rustix::fs::OFlags;

use super::kept::{File, Files};
use super::trouble::Trouble;
use super::{Bench, canary};
use crate::roots::Roots;
use crate::roots::digest;
use crate::roots::lossy::name;

/// How many candidates are remembered for each file that is wanted: some will be too large together.
const CANDIDATES: usize = 4;
/// How many paths are named in a note.
const NAMED: usize = 3;

/// A file that a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// As the tool writes it.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) modified: Option<Timestamp>,
}

/// Takes files out of a list that goes by.
pub(super) struct Chooser<'a> {
    seed: [u8; 8],
    most_files: usize,
    most_bytes: u64,
    known: &'a Files,
    canary: String,
    found: Option<Listed>,
    random: BTreeMap<[u8; 8], Listed>,
    remembered: BTreeMap<[u8; 8], Listed>,
    seen: u64,
}

/// What is to be brought back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) files: Vec<Listed>,
    pub(super) canary: Option<Listed>,
}

impl<'a> Chooser<'a> {
    pub(super) fn new(bench: &Bench<'_>, known: &'a Files) -> Self {
        let settings = bench.order.settings;
        Self {
            seed: bench.seed.to_be_bytes(),
            most_files: settings.sample_files,
            most_bytes: settings.sample_mb.saturating_mul(1024 * 1024),
            known,
            canary: canary::path(bench.order.state).display().to_string(),
            found: None,
            random: BTreeMap::new(),
            remembered: BTreeMap::new(),
            seen: 0,
        }
    }

    /// Considers a file.
    pub(super) fn offer(&mut self, listed: Listed) {
        self.seen += 1;
        if self.is_canary(&listed.path) {
            self.found = Some(listed);
            return;
        }
        if listed.bytes == 0 || listed.bytes > self.most_bytes || !is_plain(&listed.path) {
            return;
        }
        let digest = Digest::of_parts(&[&self.seed, listed.path.as_bytes()]);
        let number: [u8; 8] = digest.0.first_chunk().copied().unwrap_or_default();
        let is_known = self.known.get(&listed.path).is_some_and(|known| is_same(known, &listed));
        let shelf = if is_known { &mut self.remembered } else { &mut self.random };
        shelf.insert(number, listed);
        if shelf.len() > self.most_files.saturating_mul(CANDIDATES) {
            shelf.pop_last();
        }
    }

    /// Ours, or, where the backup keeps paths in its own way, one of that name.
    fn is_canary(&self, path: &str) -> bool {
        let path = path.trim_start_matches('/');
        let own = self.canary.trim_start_matches('/');
        path == own || (self.found.is_none() && path.rsplit('/').next() == Some(canary::NAME))
    }

    /// What is to be brought back of all that went by.
    pub(super) fn chosen(self) -> Result<Chosen, Trouble> {
        let (mut files, mut bytes) = (Vec::new(), 0_u64);
        let half = self.most_files / 2;
        let remembered = self.remembered.into_values().map(|listed| (listed, half));
        for (listed, most) in remembered.chain(self.random.into_values().map(|l| (l, self.most_files))) {
            if files.len() < most && bytes.saturating_add(listed.bytes) <= self.most_bytes {
                bytes += listed.bytes;
                files.push(listed);
            }
        }
        if !files.is_empty() || self.found.is_some() {
            return Ok(Chosen { files, canary: self.found });
        }
        Err(Trouble::Failed(match self.seen {
            0 => "tidak ada satu berkas pun di dalamnya".to_owned(),
            seen => format!(
                "tidak satu pun dari {seen} berkas di dalamnya dapat dijadikan contoh: semua kosong atau lebih besar \
                 dari sample_mb"
            ),
        }))
    }
}

/// A path that stays below the folder it is brought back to, and means itself in every tool.
fn is_plain(path: &str) -> bool {
    let stays = |part| matches!(part, Component::RootDir | Component::Normal(_));
    !path.contains(['\n', '\r', '\0']) && Path::new(path).components().all(stays)
}

/// Whether neither size nor time changed since it came back.
fn is_same(known: &File, listed: &Listed) -> bool {
    known.bytes == listed.bytes && is_same_time(known.modified, listed.modified)
}

/// As exactly as the coarser of both is written: tar often keeps seconds; borg writes microseconds, and loses one of
/// them on the way through a floating-point number.
fn is_same_time(one: Option<Timestamp>, other: Option<Timestamp>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let is_coarse = |at: Timestamp| at.subsec_nanosecond() == 0;
    if is_coarse(one) || is_coarse(other) {
        return one.as_second() == other.as_second();
    }
    one.duration_since(other).abs() <= SignedDuration::from_micros(2)
}

impl Chosen {
    /// All paths, the canary's first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Listed> {
        self.canary.iter().chain(&self.files)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.all().map(|listed| listed.bytes).sum()
    }
}

/// Looks at what came back below `out`, compares it, and remembers it. `is_absolute`: the paths are those of this
/// host, so that what came can be compared with what is there now.
pub(super) fn judge(
    bench: &Bench<'_>,
    chosen: &Chosen,
    out: &Path,
    is_absolute: bool,
    known: &mut Files,
    drill: &mut Drill,
) -> Result<Vec<String>, Trouble> {
    let (mut missing, mut different, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    for listed in &chosen.files {
        let Some(digest) = came(out, listed) else {
            missing.push(listed.path.as_str());
            continue;
        };
        drill.items += 1;
        drill.bytes = drill.bytes.saturating_add(listed.bytes);
        let expected = expected(bench.roots, listed, is_absolute, known);
        drill.compared += u64::from(expected.is_some());
        drill.same += u64::from(expected == Some(digest));
        if expected.is_some_and(|expected| expected != digest) {
            different.push(listed.path.as_str());
            continue;
        }
        let file = File { bytes: listed.bytes, modified: listed.modified, digest, at: bench.begun };
        known.insert(listed.path.clone(), file);
    }
    match &chosen.canary {
        Some(listed) => remarks.extend(canary(bench, listed, out, drill)?),
        None => remarks.push(format!(
            "kenari tidak ada di dalamnya; ikutkan {} dalam pencadangan",
            canary::path(bench.order.state).parent().unwrap_or(Path::new("/")).display()
        )),
    }
    if !missing.is_empty() {
        return Err(Trouble::Failed(format!("tidak kembali: {}", named(&missing))));
    }
    if !different.is_empty() {
        return Err(Trouble::Failed(format!("isinya lain daripada yang dicatat: {}", named(&different))));
    }
    if drill.items == 0 {
        return Err(Trouble::Failed("tidak ada yang kembali".to_owned()));
    }
    remarks.push(format!("benih {:016x}", bench.seed));
    Ok(remarks)
}

/// Takes the canary that came back for what it is.
fn canary(
    bench: &Bench<'_>,
    listed: &Listed,
    out: &Path,
    drill: &mut Drill,
) -> Result<Option<String>, Trouble> {
    let Some(digest) = came(out, listed) else {
        return Err(Trouble::Failed(format!("kenari tidak kembali: {}", name(&listed.path))));
    };
    drill.items += 1;
    drill.bytes = drill.bytes.saturating_add(listed.bytes);
    if bench.canaries.is_empty() {
        return Ok(Some("kenari kembali, tetapi catatan agen tentangnya tidak ada".to_owned()));
    }
    drill.canary_age_s = bench.canaries.age(digest, bench.begun);
    drill.compared += 1;
    drill.same += u64::from(drill.canary_age_s.is_some());
    match drill.canary_age_s {
        Some(_) => Ok(None),
        None => Err(Trouble::Failed("kenari yang kembali tidak pernah ditanam agen ini".to_owned())),
    }
}

/// The digest of what came back for `listed`, when it is a file of the size it should have.
fn came(out: &Path, listed: &Listed) -> Option<Digest> {
    let path = out.join(listed.path.trim_start_matches('/'));
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(no_link | OFlags::NONBLOCK.bits().cast_signed())
        .open(path);
    let file =
        file.ok().filter(|file| file.metadata().is_ok_and(|f| f.is_file() && f.len() == listed.bytes))?;
    digest::of(file).ok()
}

/// What `listed` should hold: as the live file, when it did not change since, else as an earlier drill found it.
fn expected(roots: &Roots, listed: &Listed, is_absolute: bool, known: &Files) -> Option<Digest> {
    let live = || live(roots, listed).filter(|_| is_absolute);
    let known = || known.get(&listed.path).filter(|known| is_same(known, listed)).map(|known| known.digest);
    live().or_else(known)
}

/// The digest of the live file, when it is the one that was backed up, by size and time, before and after.
fn live(roots: &Roots, listed: &Listed) -> Option<Digest> {
    let path = Path::new("/").join(&listed.path);
    let is_unchanged = || {
        let facts = roots.facts(&path).ok().flatten();
        facts.is_some_and(|f| f.bytes == listed.bytes && is_same_time(Some(f.modified), listed.modified))
    };
    let read = || -> io::Result<Option<Digest>> {
        let Ok(Some(file)) = roots.open(&path) else { return Ok(None) };
        digest::of(file).map(Some)
    };
    is_unchanged().then(read)?.ok()?.filter(|_| is_unchanged())
}

fn named(paths: &[&str]) -> String {
    let shown: Vec<String> = paths.iter().take(NAMED).map(|path| name(path)).collect();
    let more = paths.len().saturating_sub(NAMED);
    let rest = if more == 0 { String::new() } else { format!(" dan {more} lainnya") };
    format!("{}{rest}", shown.join(", "))
}
