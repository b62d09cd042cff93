//! Which object of which store a run is, and which store a set lies in.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::backup::{BackupSet, Run};
use patuh_protocol::digest::Digest;
use patuh_protocol::witness::{Layout, WitnessedObject, WitnessedStore};

use super::{Claim, Sighting};

/// An object, and where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) store: usize,
    pub(super) object: &'a WitnessedObject,
}

/// Every object of every store, by what a claim may know of it.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    ids: BTreeMap<&'a str, Found<'a>>,
    digests: BTreeMap<Digest, Found<'a>>,
    /// The stores that lost an object, by its id.
    lost: BTreeMap<&'a str, usize>,
    /// By file name and size; `None` where several share both.
    files: BTreeMap<(&'a str, u64), Option<Found<'a>>>,
}

/// The least digits of an id that is taken for one: nobody meets these by accident.
const ID: usize = 8;

impl<'a> Index<'a> {
    pub(super) fn new(sightings: &[Sighting<'a>]) -> Self {
        let mut index = Self::default();
        for (store, sighting) in sightings.iter().enumerate() {
            for object in &sighting.store.objects {
                index.add(sighting.store.layout, Found { store, object });
            }
            if sighting.store.layout != Layout::Files {
                index.lost.extend(sighting.store.vanished.iter().map(|gone| (gone.id.as_str(), store)));
            }
        }
        index
    }

    fn add(&mut self, layout: Layout, found: Found<'a>) {
        let object = found.object;
        if layout != Layout::Files {
            self.ids.insert(&object.id, found);
            return;
        }
        if let Some(digest) = object.digest {
            // The same bytes under several names are as old as the oldest.
            let first = self.digests.entry(digest).or_insert(found);
            if object.first_seen < first.object.first_seen {
                *first = found;
            }
        }
        let Some(bytes) = object.bytes else { return };
        self.files.entry((last(&object.id), bytes)).and_modify(|known| *known = None).or_insert(Some(found));
    }

    /// The object that `run` made.
    pub(super) fn of_run(&self, run: &Run) -> Option<Found<'a>> {
        if let Some(digest) = run.digest {
            // Content that the witness has not read yet says nothing against it.
            let unread = || self.of_file(run).filter(|found| found.object.digest.is_none());
            return self.digests.get(&digest).copied().or_else(unread);
        }
        by_id(&self.ids, &run.id).or_else(|| self.of_file(run))
    }

    /// By file name and size, where only one has both.
    fn of_file(&self, run: &Run) -> Option<Found<'a>> {
        self.files.get(&(last(&run.id), run.bytes?)).copied().flatten()
    }

    /// The store that a set lies in: where its objects were found; else where they were lost; else the repository
    /// of the same id; else the folder its location names, if that is its office's or nobody's.
    pub(super) fn store_of<'f>(
        &self,
        claim: &Claim<'_>,
        sightings: &[Sighting<'_>],
        mut found: impl Iterator<Item = &'f Found<'a>>,
    ) -> Option<usize>
    where
        'a: 'f,
    {
        let lost = || claim.set.runs.iter().find_map(|run| by_id(&self.lost, &run.id));
        let by_repository = |sighting: &Sighting<'_>| {
            sighting.store.repository.is_some() && sighting.store.repository == claim.set.repository
        };
        let path = path_of(&claim.set.target.location);
        let by_path = |sighting: &Sighting<'_>| {
            let office = sighting.store.office.as_deref();
            sighting.store.path.trim_end_matches('/') == path
                && office.is_none_or(|o| o == claim.office.as_str())
        };
        let at = |wanted: &dyn Fn(&Sighting<'_>) -> bool| sightings.iter().position(wanted);
        let found = found.next().map(|found| found.store).or_else(lost);
        found.or_else(|| at(&by_repository)).or_else(|| at(&by_path))
    }
}

/// By id, or by its beginning: restic shortens ids to eight digits.
fn by_id<T: Copy>(ids: &BTreeMap<&str, T>, id: &str) -> Option<T> {
    if id.len() < ID || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return ids.get(id).copied();
    }
    let mut like = ids.range(id..).take_while(|(known, _)| known.starts_with(id));
    match (like.next(), like.next()) {
        (Some((_, found)), None) => Some(*found),
        _ => None,
    }
}

/// Whether two names are of one object: paths by their last part, ids by their beginning, guests' by all of it.
pub(super) fn same_name(layout: Layout, seen: &str, claimed: &str) -> bool {
    if layout == Layout::Pbs {
        return seen == claimed;
    }
    let (seen, claimed) = (last(seen), last(claimed));
    seen == claimed || (claimed.len() >= ID && seen.len() == 64 && seen.starts_with(claimed))
}

/// Which objects of a store are one set's, where several sets share the store: guests a datastore, databases a folder.
pub(super) struct Series {
    layout: Layout,
    /// Empty: all of them.
    own: BTreeSet<String>,
}

impl Series {
    /// Those of `set` in `store`. Where no object is like a run of the set (a mirrored tree), all are.
    pub(super) fn of(set: &BackupSet, store: &WitnessedStore) -> Self {
        let claimed: BTreeSet<String> = set.runs.iter().map(|run| series(store.layout, &run.id)).collect();
        let seen = store.objects.iter().map(|o| &o.id).chain(store.vanished.iter().map(|v| &v.id));
        let is_alike = seen.map(|id| series(store.layout, id)).any(|series| claimed.contains(&series));
        Self { layout: store.layout, own: if is_alike { claimed } else { BTreeSet::new() } }
    }

    /// Whether the object `id` is one of them.
    pub(super) fn has(&self, id: &str) -> bool {
        self.own.is_empty() || self.own.contains(&series(self.layout, id))
    }
}

/// What the recovery points of one set have in common: in a datastore the guest, of files the name without its numbers
/// (dates, counters), in a repository nothing that can be seen.
fn series(layout: Layout, id: &str) -> String {
    match layout {
        Layout::Restic | Layout::Borg => String::new(),
        Layout::Pbs => id.rsplit_once('/').map_or("", |(guest, _)| guest).to_owned(),
        Layout::Files => last(id).chars().filter(|c| !c.is_ascii_digit()).collect(),
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The path in a location: of `sftp:user@host:/srv/x`, `ssh://host/srv/x`, `/srv/x` it is `/srv/x`.
fn path_of(location: &str) -> &str {
    let after_scheme = location.split_once("://").map_or(location, |(_, rest)| rest);
    let start = after_scheme.find('/').unwrap_or(after_scheme.len());
    after_scheme.get(start..).unwrap_or_default().trim_end_matches('/')
}
