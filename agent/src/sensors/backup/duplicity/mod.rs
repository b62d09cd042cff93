//! `backup/duplicity`: what duplicity keeps of its backups on the host that makes them.
//!
//! `~/.cache/duplicity/<folder>/` holds a manifest per run, in the clear, though what was sent away is encrypted: its
//! name tells when the run began and on which it rests, its content the folder and the number of volumes. Where it
//! was sent to it does not tell; that stands in `agent.toml`, in a profile of duply or in a job ([`places`]), and is
//! joined by the name of the folder, which is the MD5 of the URL.
//!
//! Where the target is a folder of this host (a disk, a mounted share), the names there are looked at: which runs
//! still have all their volumes. Otherwise the traces are all there is, and old manifests linger after what they are
//! about was deleted. Nothing is asked: duplicity would have to write into the very cache that a backup uses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Basis, Holds, Problem, ProblemKind, Run, Tool};
use patuh_protocol::limits::MAX_RUNS;
use patuh_protocol::report::Reading;

use super::borg::place::folder;
use super::borg::traces::homes;
use super::target::Surroundings;
use super::{Attempt, joined};
use crate::roots::lossy::name;
use crate::roots::{Failure, Kind, Roots};
use crate::sensors::{DuplicitySettings, Settings};

use manifest::Manifest;
use names::{Part, RunName};
use places::Place;

mod fingerprint;
mod manifest;
mod names;
mod places;

/// Where traces lie in a home.
const ARCHIVES: &str = ".cache/duplicity";
/// What shows that duplicity is used, though it left no traces.
const SIGNS: [&str; 4] =
    ["/usr/bin/duplicity", "/usr/local/bin/duplicity", "/snap/bin/duplicity", "/etc/duply"];
/// How many folders of traces are looked into.
const MAX_ARCHIVES: usize = 200;
/// The time a target in a folder has: it may lie behind a server that does not answer.
const LIMIT: Duration = Duration::from_secs(60);
/// How long a run may go on.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// What duplicity keeps of one target.
struct Archive {
    path: PathBuf,
    folder: String,
    files: Vec<(RunName, Part, String)>,
}

/// What is known of one run.
#[derive(Default)]
struct Known {
    manifest: Option<PathBuf>,
    is_unfinished: bool,
    /// Volumes at the target, and their bytes; `None` when nobody looked.
    there: Option<(u64, u64)>,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let (mut archives, unreadable) = archives(roots, &settings.duplicity);
    let is_used =
        !archives.is_empty() || !settings.duplicity.is_empty() || SIGNS.iter().any(|sign| roots.exists(sign));
    let places = if is_used { places::all(roots, &settings.duplicity) } else { Vec::new() };
    if archives.is_empty() && places.is_empty() {
        // Whoever may not look into /root cannot say that there is nothing.
        return unreadable.map_or(Ok(None), Err);
    }
    let surroundings = Surroundings::read(roots)?;
    let mut attempts = Vec::new();
    for place in places {
        let own = archives.iter().position(|archive| place.is_of(&archive.folder, &archive.path));
        let archive = own.map(|own| archives.swap_remove(own));
        attempts.extend(attempt(roots, &surroundings, Some(place), archive.as_ref(), now));
    }
    archives.sort_by(|a, b| a.path.cmp(&b.path));
    let orphans = archives.iter();
    attempts.extend(orphans.filter_map(|archive| attempt(roots, &surroundings, None, Some(archive), now)));
    if attempts.is_empty() { Ok(None) } else { joined(attempts) }
}

/// Every folder of traces with a run in it, and what kept from looking, if anything did.
fn archives(roots: &Roots, settings: &[DuplicitySettings]) -> (Vec<Archive>, Option<Failure>) {
    let (mut paths, mut unreadable) = (Vec::new(), None);
    for home in homes(roots) {
        let folder = home.join(ARCHIVES);
        match roots.list(&folder) {
            Ok(found) => paths.extend(found.unwrap_or_default().iter().map(|found| folder.join(found))),
            Err(failure) => unreadable = unreadable.or(Some(failure)),
        }
    }
    paths.extend(settings.iter().filter_map(|settings| settings.archive.clone()));
    paths.sort();
    paths.dedup();
    let archive = |path: PathBuf| {
        let found = roots.list(&path).ok().flatten().unwrap_or_default();
        let files =
            found.into_iter().filter_map(|file| names::name(&file).map(|(run, part)| (run, part, file)));
        let folder = path.file_name().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
        Archive { folder, files: files.collect(), path }
    };
    let archives = paths.into_iter().take(MAX_ARCHIVES).map(archive);
    (archives.filter(|archive| !archive.files.is_empty()).collect(), unreadable)
}

/// The set of one target; `None` when nobody but a job that backs nothing up tells of it.
fn attempt(
    roots: &Roots,
    surroundings: &Surroundings,
    place: Option<Place>,
    archive: Option<&Archive>,
    now: Timestamp,
) -> Option<Attempt> {
    let short = |archive: &Archive| archive.folder.chars().take(8).collect::<String>();
    let of_traces = || format!("duplicity {}", archive.map(short).unwrap_or_default());
    let place = place.unwrap_or_else(|| Place { called: Some(of_traces()), ..Place::default() });
    let there = folder(&place.url).map(|folder| look(roots, folder));
    let mut runs = runs(archive);
    let (failure, is_sealed) = match there {
        Some(Ok(files)) => (None, take(&mut runs, &files)),
        Some(Err(failure)) => (Some(failure), None),
        None => (None, None),
    };
    let is_seen = runs.values().any(|known| known.there.is_some());
    let mut set = BackupSet {
        tool: Tool::Duplicity,
        holds: place.settings.as_ref().and_then(|settings| settings.holds).unwrap_or(Holds::Files),
        basis: match (is_seen, archive.is_some()) {
            (true, _) => Basis::Files,
            (false, true) => Basis::Traces,
            (false, false) => Basis::Configured,
        },
        encrypted: is_sealed.or(place.encrypted),
        ..BackupSet::default()
    };
    describe(roots, &mut set, &runs, now);
    if place.settings.is_none() && place.sources.is_empty() && set.count == 0 {
        return None;
    }
    if !place.sources.is_empty() {
        set.sources = place.sources;
    }
    // Without a place nobody tells where it lies.
    if !place.url.is_empty() {
        set.target = surroundings.target_of(roots, &place.url, &set.sources);
    }
    let called = place.called.clone().unwrap_or_else(|| format!("duplicity {}", set.target.location));
    set.name = name(&called);
    (set.excludes, set.keep_days) = (place.excludes, place.keep_days);
    set.one_filesystem = place.one_filesystem;
    let unknown = || Failure::malformed(&set.name, "tidak ada jejak duplicity yang menyebutnya");
    let failure = failure.or_else(|| place.settings.is_some().then(unknown));
    let failure = failure.filter(|_| set.runs.is_empty() && set.basis == Basis::Configured);
    Some(Attempt { set, failure })
}

/// The files at a target that is a folder, with their sizes.
fn look(roots: &Roots, folder: String) -> Result<Vec<(RunName, Part, u64, bool)>, Failure> {
    let inner = roots.clone();
    let what = format!("files {folder}");
    roots.within(&what, LIMIT, move || {
        let entries = inner.entries(Path::new(&folder), |name| name.contains("duplicity-"))?;
        let entries = entries.ok_or_else(|| Failure::malformed(&folder, "tidak ada"))?;
        let files = entries.into_iter().filter(|entry| entry.kind == Kind::File).filter_map(|entry| {
            let (run, part) = names::name(&entry.name)?;
            Some((run, part, entry.bytes, entry.name.ends_with(".gpg")))
        });
        Ok(files.collect())
    })
}

/// The runs that the traces tell of.
fn runs(archive: Option<&Archive>) -> BTreeMap<RunName, Known> {
    let mut runs = BTreeMap::<RunName, Known>::new();
    let Some(archive) = archive else { return runs };
    for (run, part, file) in &archive.files {
        let known = runs.entry(run.clone()).or_default();
        match part {
            Part::Manifest => known.manifest = Some(archive.path.join(file)),
            Part::Unfinished => known.is_unfinished = true,
            Part::Volume(_) => {}
        }
    }
    runs
}

/// Takes what lies at the target: what is not there is gone, whatever the traces say. Tells whether it is encrypted.
fn take(runs: &mut BTreeMap<RunName, Known>, files: &[(RunName, Part, u64, bool)]) -> Option<bool> {
    for (run, part, bytes, _) in files {
        let known = runs.entry(run.clone()).or_default();
        let (volumes, sum) = known.there.unwrap_or_default();
        known.there = match part {
            Part::Volume(_) => Some((volumes + 1, sum.saturating_add(*bytes))),
            Part::Manifest | Part::Unfinished => Some((volumes, sum)),
        };
    }
    runs.retain(|_, known| known.there.is_some());
    files.last().map(|_| files.iter().all(|(.., is_sealed)| *is_sealed))
}

/// Fills in the runs, newest first, what speaks against them, and where they come from.
fn describe(roots: &Roots, set: &mut BackupSet, runs: &BTreeMap<RunName, Known>, now: Timestamp) {
    let whole_chain = restorable(runs);
    let is_done = |known: &Known| known.manifest.is_some() || (known.there.is_some() && !known.is_unfinished);
    let newest = runs.iter().rev().find(|(_, known)| is_done(known)).map(|(run, _)| run.at);
    for (run, known) in runs.iter().rev() {
        if !is_done(known) {
            // What is being made is no run yet; what was given up before one that was finished is history.
            if Some(run.at) > newest && now.duration_since(run.at) > LONGEST {
                set.problems.push(Problem { about: name(&run.id), kind: ProblemKind::Incomplete });
            }
            continue;
        }
        set.count += 1;
        set.oldest_at = Some(run.at);
        if set.runs.len() < MAX_RUNS {
            let manifest = known.manifest.as_deref().map(|path| manifest::read(roots, path));
            add(set, run, known, manifest, whole_chain.contains(run));
        }
    }
}

/// Adds one run.
fn add(
    set: &mut BackupSet,
    run: &RunName,
    known: &Known,
    manifest: Option<Result<Manifest, Failure>>,
    has_chain: bool,
) {
    let is_unreadable = matches!(manifest, Some(Err(_)));
    let manifest = manifest.and_then(Result::ok).unwrap_or_default();
    let is_missing = match (known.there, manifest.volumes) {
        (Some((there, _)), Some(volumes)) => Some(there < volumes),
        _ => None,
    };
    let is_full = run.from.is_none();
    let problem = match () {
        () if is_unreadable => Some(ProblemKind::Unreadable),
        () if is_missing == Some(true) || !has_chain => Some(ProblemKind::Incomplete),
        () if is_full && manifest.files == Some(0) => Some(ProblemKind::NoFiles),
        () => None,
    };
    let id = name(&run.id);
    set.problems.extend(problem.map(|kind| Problem { about: id.clone(), kind }));
    let written = known.there.map(|(_, bytes)| bytes);
    set.runs.push(Run {
        id,
        at: run.at,
        // What an incremental run wrote and names is what changed, not what it protects.
        bytes: written.filter(|_| is_full),
        files: manifest.files.filter(|_| is_full),
        added_bytes: written,
        whole: if has_chain { is_missing.map(|missing| !missing) } else { Some(false) },
        ..Run::default()
    });
    if set.sources.is_empty() {
        set.sources = manifest.folder.filter(|folder| folder.starts_with('/')).into_iter().collect();
    }
}

/// The runs that can be brought back: full ones, and those that rest on one which can.
fn restorable(runs: &BTreeMap<RunName, Known>) -> BTreeSet<RunName> {
    let (mut ends, mut found) = (BTreeSet::new(), BTreeSet::new());
    // In their order in time a run comes after the one that it rests on.
    for (run, known) in runs {
        let is_here = known.manifest.is_some() || known.there.is_some();
        if is_here && run.from.is_none_or(|from| ends.contains(&from)) {
            ends.insert(run.at);
            found.insert(run.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests;
