//! What lies in a folder, with what is known of each thing without opening or following it.

use std::fs::{self, DirEntry};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use jiff::Timestamp;

use super::{Failure, MAX_NAMES, Roots, present};

/// One thing in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, broken UTF-8 replaced.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// The size of its content.
    pub(crate) bytes: u64,
    /// When its content was last changed; `None` when that is not known.
    pub(crate) modified: Option<Timestamp>,
    /// When anything about it was last changed, which nobody can set: of a copy, when it was made, however old
    /// its content. Of a recorded host the same as `modified`.
    pub(crate) changed: Option<Timestamp>,
    /// Its number in the file system. For a control group this is the group's id.
    pub(crate) inode: u64,
}

/// What an [`Entry`] is. A symbolic link is a link, whatever it points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, socket, pipe or device.
    Other,
}

impl Roots {
    /// The things in a folder whose names are `wanted`, sorted by name; `None` when there is no such
    /// folder. What vanishes while it is looked at is left out.
    pub(crate) fn entries(
        &self,
        path: &Path,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Option<Vec<Entry>>, Failure> {
        let opened = present(self.resolve(path, true).and_then(fs::read_dir));
        let Some(folder) = opened.map_err(|error| Failure::io(path, &error))? else { return Ok(None) };
        let mut entries = Vec::new();
        for (seen, entry) in folder.enumerate() {
            if seen >= MAX_NAMES {
                return Err(Failure::TooLarge {
                    at: path.display().to_string(),
                    limit: format!("{MAX_NAMES} nama"),
                });
            }
            let entry = entry.map_err(|error| Failure::io(path, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if wanted(&name) {
                entries.extend(self.entry(path, name, &entry));
            }
        }
        entries.sort_unstable_by(|a: &Entry, b: &Entry| a.name.cmp(&b.name));
        Ok(Some(entries))
    }

    fn entry(&self, folder: &Path, name: String, entry: &DirEntry) -> Option<Entry> {
        let found = entry.metadata().ok()?;
        let kind = match found.file_type() {
            kind if kind.is_file() => Kind::File,
            kind if kind.is_dir() => Kind::Folder,
            _ => Kind::Other,
        };
        let (mut bytes, mut modified) =
            (found.len(), found.modified().ok().and_then(|at| Timestamp::try_from(at).ok()));
        let mut changed = Timestamp::from_second(found.ctime()).ok();
        if self.folder.is_some() {
            let recorded = super::recorded::facts(self, &folder.join(&name), bytes).ok();
            (bytes, modified) = (recorded.map_or(bytes, |facts| facts.bytes), recorded.map(|f| f.modified));
            changed = modified;
        }
        Some(Entry { name, kind, bytes, modified, changed, inode: found.ino() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    #[test]
    fn things_are_told_apart_and_links_are_not_followed() {
        let host = fixture::host(&[
            ("srv/a.sql", "xyz"),
            ("srv/b/", ""),
            ("srv/c", "-> /etc"),
            ("srv/skipped", ""),
            (".host/files.json", r#"{"/srv/a.sql": {"modified": "2026-11-22T00:00:00Z", "bytes": 5000}}"#),
        ]);
        let entries = |path: &str| host.roots.entries(Path::new(path), |name| name != "skipped").unwrap();
        let found = entries("/srv").unwrap();
        let kinds: Vec<_> = found.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
        assert_eq!(kinds, [("a.sql", Kind::File), ("b", Kind::Folder), ("c", Kind::Other)]);
        assert_eq!(found[0].bytes, 5000);
        assert_eq!(found[0].modified.unwrap().to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(found[1].modified, None);
        assert_eq!(entries("/nowhere"), None);
        assert_eq!(entries("/srv/a.sql"), None);
    }

    #[test]
    fn this_host_tells_times() {
        let found = Roots::live().entries(Path::new("/etc"), |name| name == "passwd").unwrap().unwrap();
        assert!(matches!(found.as_slice(), [passwd] if passwd.bytes > 0 && passwd.modified.is_some()));
    }
}
