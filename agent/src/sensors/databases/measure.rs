//! How much lies in a folder.

use std::cell::Cell;
use std::path::Path;

use jiff::{Timestamp, Unit};

use crate::roots::{Entry, Kind, Roots};
use crate::sensors::mounts::{self, Mount};

/// How many entries are looked at for all databases of a host together: about 50 ms.
const MAX_ENTRIES: usize = 50_000;
/// How deep folders are walked. No database server lays its files deeper.
const MAX_DEPTH: usize = 6;
/// The smallest step of a size.
const MEBIBYTE: u64 = 1024 * 1024;
/// A large size is rounded to a hundredth or so of itself.
const STEPS: u64 = 128;

/// What was measured of some files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    bytes: u64,
    modified: Option<Timestamp>,
}

impl Size {
    /// That of one file.
    pub(super) fn of(entry: &Entry) -> Self {
        Self { bytes: entry.bytes, modified: entry.modified }
    }

    /// The size as it is carried: rounded up, to a mebibyte at least, so that a database that grows by a
    /// little is not a change in every report.
    pub(super) fn rounded(self) -> u64 {
        let step = (self.bytes.checked_next_power_of_two().unwrap_or(u64::MAX) / STEPS).max(MEBIBYTE);
        self.bytes.div_ceil(step).saturating_mul(step)
    }

    /// The day on which something was written last.
    pub(super) fn day(self) -> Option<Timestamp> {
        self.modified.and_then(day)
    }

    /// This and `other` together.
    pub(super) fn and(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_add(other.bytes), modified: self.modified.max(other.modified) }
    }
}

/// The first moment of the day in UTC.
fn day(at: Timestamp) -> Option<Timestamp> {
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).start_of_day().ok()?;
    day.timestamp().round(Unit::Second).ok()
}

/// Measures folders, as long as its bound lasts.
pub(super) struct Meter<'a> {
    roots: &'a Roots,
    mounts: Vec<Mount>,
    left: Cell<usize>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(roots: &'a Roots) -> Self {
        // Where mounts cannot be seen, none is known to lie elsewhere.
        Self { roots, mounts: mounts::read(roots).unwrap_or_default(), left: Cell::new(MAX_ENTRIES) }
    }

    /// Whether `path` lies on another host, so that nothing there may be touched.
    pub(super) fn is_elsewhere(&self, path: &Path) -> bool {
        mounts::holding(&self.mounts, path).is_some_and(Mount::is_remote)
    }

    /// Each thing in `folder` with all that lies in it; `None` when that is too much to count, or may not be
    /// looked at.
    pub(super) fn parts(&self, folder: &Path) -> Option<Vec<Part>> {
        self.parts_but(folder, "")
    }

    /// As [`Self::parts`], without the thing called `name`.
    pub(super) fn parts_but(&self, folder: &Path, name: &str) -> Option<Vec<Part>> {
        // Mount points are known by their real names.
        self.below(&self.roots.real(folder)?, name, 0)
    }

    fn below(&self, folder: &Path, but: &str, depth: usize) -> Option<Vec<Part>> {
        let entries = self.roots.entries(folder, |name| name != but).ok().flatten()?;
        self.left.set(self.left.get().checked_sub(entries.len())?);
        let part = |entry: Entry| {
            let size = match entry.kind {
                Kind::File => Some(Size::of(&entry)),
                Kind::Folder => self.folder(&folder.join(&entry.name), depth),
                Kind::Other => Some(Size::default()),
            };
            Part { name: entry.name, is_folder: entry.kind == Kind::Folder, size }
        };
        Some(entries.into_iter().map(part).collect())
    }

    fn folder(&self, folder: &Path, depth: usize) -> Option<Size> {
        if self.mounts.iter().any(|mount| mount.point == folder) {
            return Some(Size::default());
        }
        if depth < MAX_DEPTH { total(&self.below(folder, "", depth + 1)?) } else { None }
    }
}

/// One thing in a folder, with all that lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its name.
    pub(super) name: String,
    /// Whether it is a folder.
    pub(super) is_folder: bool,
    /// Its size; `None` when it was not measured.
    pub(super) size: Option<Size>,
}

/// All `parts` together, when all were measured.
pub(super) fn total(parts: &[Part]) -> Option<Size> {
    parts.iter().try_fold(Size::default(), |sum, part| Some(sum.and(part.size?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(bytes: u64, expected: u64) {
        assert_eq!(Size { bytes, modified: None }.rounded(), expected, "{bytes}");
    }

    fn measured(meter: &Meter<'_>, path: &str) -> Option<Size> {
        total(&meter.parts(Path::new(path))?)
    }

    #[test]
    fn sizes_are_rounded_up() {
        check(0, 0);
        check(1, MEBIBYTE);
        check(MEBIBYTE, MEBIBYTE);
        check(100 * MEBIBYTE + 1, 101 * MEBIBYTE);
        check(1000 * 1024 * MEBIBYTE + 1, 1008 * 1024 * MEBIBYTE);
        check(u64::MAX, u64::MAX);
    }

    #[test]
    fn times_are_days() {
        let modified = Some("2026-11-21T23:59:59.5Z".parse().unwrap());
        let known = |bytes| Size { bytes, modified };
        assert_eq!(known(1).and(Size::default()), known(1));
        let day = Size { bytes: 1, modified }.day().unwrap();
        assert_eq!(day.to_string(), "2026-11-21T00:00:00Z");
    }

    #[test]
    fn links_and_mounts_are_not_entered() {
        let host = fixture::host(&[
            (
                "proc/self/mountinfo",
                "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv/db/big rw - xfs /dev/sdb rw\n3 1 0:9 / /mnt rw - nfs4 n:/x rw\n",
            ),
            ("srv/db/a", "12345"),
            ("srv/db/b/c", "123"),
            ("srv/db/big/x", "1234567"),
            ("srv/db/link", "-> /etc"),
            ("srv/alias", "-> db"),
            ("etc/x", "1"),
        ]);
        let meter = Meter::new(&host.roots);
        let bytes = |path: &str| measured(&meter, path).map(|size| size.bytes);
        assert_eq!(bytes("/srv/db"), Some(8));
        assert_eq!(bytes("/srv/alias"), Some(8));
        assert_eq!(bytes("/nowhere"), None);
        assert!(meter.is_elsewhere(Path::new("/mnt/pg")) && !meter.is_elsewhere(Path::new("/srv/db")));
    }

    #[test]
    fn what_is_too_much_or_too_deep_is_not_measured() {
        let host = fixture::host(&[("a/1", "x"), ("a/2", "x"), ("d/1/2/3/4/5/6/7/8", "x")]);
        let meter = Meter { left: Cell::new(3), ..Meter::new(&host.roots) };
        assert!(measured(&meter, "/a").is_some());
        assert_eq!(measured(&meter, "/a"), None);
        assert_eq!(measured(&Meter::new(&host.roots), "/d"), None);
    }
}
