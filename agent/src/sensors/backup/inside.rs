//! What lies inside a folder that a backup keeps: how many files, how many bytes, and when anything last changed.
//! Bounded, since a mirror may hold ten million files: then only what was met speaks, and it is said that it is
//! not all.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::roots::{Failure, Kind, Roots};

/// How deep folders are gone into.
const MAX_DEPTH: usize = 64;

/// What was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inside {
    /// Regular files.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
    /// The newest modification time of a file: of its content, as whoever wrote or copied it says.
    pub(super) modified: Option<Timestamp>,
    /// The newest change of a file or folder, by the clock of this host.
    pub(super) changed: Option<Timestamp>,
    /// Whether this is all of it.
    pub(super) is_all: bool,
    /// The newest files, newest first, at most [`NEWEST`].
    pub(super) newest: Vec<(Timestamp, PathBuf, u64)>,
}

/// How many of the newest files are kept by name.
pub(super) const NEWEST: usize = 8;

/// How many names may still be looked at.
#[derive(Debug)]
pub(super) struct Names(pub(super) usize);

/// Looks through `folder`; links are not followed. `None` when there is no such folder.
pub(super) fn inside(roots: &Roots, folder: &Path, names: &mut Names) -> Result<Option<Inside>, Failure> {
    let mut inside = Inside { is_all: true, ..Inside::default() };
    let mut open = vec![(folder.to_owned(), 0)];
    let mut is_there = false;
    while let Some((below, depth)) = open.pop() {
        if names.0 == 0 {
            inside.is_all = false;
            is_there = is_there || roots.exists(folder);
            break;
        }
        let entries = match roots.entries(&below, |_| true) {
            Ok(Some(entries)) => entries,
            // One that vanished since, that nobody may look into, or that is too large, costs only itself.
            Ok(None) => continue,
            Err(failure) if depth == 0 && !matches!(failure, Failure::TooLarge { .. }) => {
                return Err(failure);
            }
            Err(_) => {
                (inside.is_all, is_there) = (false, true);
                continue;
            }
        };
        is_there = true;
        for entry in entries {
            names.0 = names.0.saturating_sub(1);
            inside.changed = inside.changed.max(entry.changed);
            let path = below.join(&entry.name);
            match entry.kind {
                Kind::File => inside.take(path, entry.bytes, entry.modified),
                Kind::Folder if depth < MAX_DEPTH => open.push((path, depth + 1)),
                Kind::Folder => inside.is_all = false,
                Kind::Other => {}
            }
        }
    }
    Ok(is_there.then_some(inside))
}

impl Inside {
    fn take(&mut self, path: PathBuf, bytes: u64, modified: Option<Timestamp>) {
        self.files += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.modified = self.modified.max(modified);
        let Some(at) = modified else { return };
        if self.newest.len() < NEWEST || self.newest.last().is_some_and(|(oldest, _, _)| *oldest < at) {
            let place = self.newest.partition_point(|(other, _, _)| *other >= at);
            self.newest.insert(place, (at, path, bytes));
            self.newest.truncate(NEWEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const TIMES: &str = r#"{
        "/srv/m/a": {"modified": "2026-11-20T00:00:00Z", "bytes": 100},
        "/srv/m/deep/b": {"modified": "2026-11-22T00:00:00Z", "bytes": 50},
        "/srv/m/deep/c": {"modified": "2026-11-21T00:00:00Z"},
        "/srv/m/deep": {"modified": "2026-11-23T00:00:00Z"}
    }"#;

    fn host() -> fixture::Host {
        fixture::host(&[
            (".host/files.json", TIMES),
            ("srv/m/a", ""),
            ("srv/m/deep/b", ""),
            ("srv/m/deep/c", "abc"),
            ("srv/m/deep/link", "-> /srv"),
            ("srv/empty/", ""),
        ])
    }

    fn check(folder: &str, names: usize, files: u64, bytes: u64, is_all: bool) -> Inside {
        let found = inside(&host().roots, Path::new(folder), &mut Names(names)).unwrap().unwrap();
        assert_eq!((found.files, found.bytes, found.is_all), (files, bytes, is_all), "{found:?}");
        found
    }

    #[test]
    fn files_are_counted_and_the_newest_known() {
        let found = check("/srv/m", 100, 3, 153, true);
        assert_eq!(found.modified, Some("2026-11-22T00:00:00Z".parse().unwrap()));
        assert_eq!(found.changed, Some("2026-11-23T00:00:00Z".parse().unwrap()), "a folder's counts too");
        let newest: Vec<_> = found.newest.iter().map(|(_, path, _)| path.to_str().unwrap()).collect();
        assert_eq!(newest, ["/srv/m/deep/b", "/srv/m/deep/c", "/srv/m/a"]);
        check("/srv/empty", 100, 0, 0, true);
    }

    #[test]
    fn a_bound_is_kept_and_said() {
        check("/srv/m", 2, 1, 100, false);
        check("/srv/m", 0, 0, 0, false);
    }

    #[test]
    fn nothing_there_is_none() {
        assert_eq!(inside(&host().roots, Path::new("/nowhere"), &mut Names(9)).unwrap(), None);
    }
}
