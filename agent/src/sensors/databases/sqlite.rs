//! Files of SQLite of some size, where applications keep theirs: in document roots and the folders that
//! frameworks use beside them, and in the folders of `/var/lib`. Those that a package manager or index can
//! make anew are none that anybody would miss.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use patuh_protocol::inventory::{Database, DatabaseEngine, DatabaseService};

use super::measure::{Meter, Size};
use super::shown;
use crate::roots::{Entry, Kind, Roots};

/// Smaller ones hold settings, not records.
const MIN_BYTES: u64 = 1024 * 1024;
/// How many files are carried.
const MAX_FILES: usize = 200;
/// How many folders are looked into.
const MAX_FOLDERS: usize = 1000;
/// How such a file begins (sqlite.org, "Database File Format").
const MAGIC: &[u8] = b"SQLite format 3\0";
/// How such a file is called.
const ENDINGS: [&str; 5] = [".db", ".sqlite", ".sqlite3", ".db3", ".s3db"];
/// Where applications keep them, from a document root.
const PLACES: [&str; 10] = [
    "",
    "data",
    "database",
    "db",
    "storage",
    "writable",
    "sites/default/files",
    "wp-content/database",
    "../database",
    "../storage",
];
const STATE: &str = "/var/lib";
/// Folders of `/var/lib` whose files are made anew from elsewhere.
const MADE_ANEW: [&str; 11] = [
    "PackageKit",
    "apt",
    "command-not-found",
    "dnf",
    "dpkg",
    "fwupd",
    "mlocate",
    "plocate",
    "rpm",
    "snapd",
    "yum",
];

pub(super) fn read(
    roots: &Roots,
    meter: &Meter<'_>,
    document_roots: &BTreeSet<PathBuf>,
) -> Vec<DatabaseService> {
    let state = roots.list(STATE).ok().flatten().unwrap_or_default().into_iter();
    let state = state.filter(|name| !MADE_ANEW.contains(&name.as_str()));
    let mut folders: BTreeSet<PathBuf> = state.map(|name| Path::new(STATE).join(name)).collect();
    for root in document_roots {
        folders.extend(PLACES.iter().filter_map(|place| beside(root, place)));
    }
    let mut found = Vec::new();
    for folder in folders.iter().filter(|folder| !meter.is_elsewhere(folder)).take(MAX_FOLDERS) {
        let is_named_so =
            |name: &str| ENDINGS.iter().any(|ending| name.ends_with(ending)) || name == ".ht.sqlite";
        // A folder that may not be read is an application's own matter.
        let entries = roots.entries(folder, is_named_so).ok().flatten().unwrap_or_default();
        let large = entries.into_iter().filter(|e| e.kind == Kind::File && e.bytes >= MIN_BYTES);
        found.extend(large.filter_map(|entry| describe(roots, folder, &entry)));
    }
    found.truncate(MAX_FILES);
    found
}

/// `place` from the document root `root`; one level up only from a folder that is inside something.
fn beside(root: &Path, place: &str) -> Option<PathBuf> {
    match place.strip_prefix("../") {
        Some(place) => {
            root.parent().filter(|above| above.components().count() > 2).map(|above| above.join(place))
        }
        None if place.is_empty() => Some(root.to_owned()),
        None => Some(root.join(place)),
    }
}

fn describe(roots: &Roots, folder: &Path, entry: &Entry) -> Option<DatabaseService> {
    let path = folder.join(&entry.name);
    let head = roots.head(&path, MAGIC.len() as u64).ok().flatten()?;
    let size = Size::of(entry);
    (head == MAGIC).then(|| DatabaseService {
        engine: DatabaseEngine::Sqlite,
        name: shown(&path),
        data_dir: Some(shown(folder)),
        size_bytes: Some(size.rounded()),
        databases: vec![Database {
            name: entry.name.clone(),
            size_bytes: Some(size.rounded()),
            modified_at: size.day(),
        }],
        ..DatabaseService::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(root: &str, place: &str, expected: Option<&str>) {
        assert_eq!(beside(Path::new(root), place), expected.map(PathBuf::from), "{root} {place}");
    }

    #[test]
    fn places_are_beside_the_document_root() {
        check("/srv/pajak/public", "../database", Some("/srv/pajak/database"));
        check("/var/www", "../database", None);
        check("/", "../database", None);
        check("/srv/x", "data", Some("/srv/x/data"));
        check("/srv/x", "", Some("/srv/x"));
    }
}
