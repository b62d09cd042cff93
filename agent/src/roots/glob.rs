//! Files by pattern, with a bound on the search.
//!
//! `*`, `?` and `[…]` stand for characters within one name, `**` for any folders. A name that begins with
//! a dot is found only by a pattern that does. The search is bounded, since a pattern of an administrator
//! may meet a mail store of ten million files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::{Failure, Roots};

/// How many names a search looks at before it is given up.
const MAX_SEEN: usize = 100_000;
/// How deep `**` goes.
const MAX_DEPTH: usize = 12;

const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// The part of `pattern` before its first wildcard: the folder below which everything lies.
pub(crate) fn fixed(pattern: &str) -> PathBuf {
    let parts: Vec<&str> = pattern.split('/').collect();
    let wild = parts.iter().position(|part| is_wild(part)).unwrap_or(parts.len().saturating_sub(1));
    let folder = parts.get(..wild).unwrap_or_default().join("/");
    if folder.is_empty() { PathBuf::from("/") } else { PathBuf::from(folder) }
}

/// The regular files that `pattern` (an absolute path) names, sorted. A symbolic link to a file is left
/// out: what it points at counts where it lies. Folders that are links are followed, except by `**`.
pub(crate) fn files(roots: &Roots, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    search(roots, pattern, &parts, fs::FileType::is_file)
}

/// The folders that `pattern` (an absolute path) names, sorted; as [`files`] otherwise.
pub(crate) fn folders(roots: &Roots, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    search(roots, pattern, &parts, fs::FileType::is_dir)
}

fn search(
    roots: &Roots,
    pattern: &str,
    parts: &[&str],
    wanted: fn(&fs::FileType) -> bool,
) -> Result<Vec<PathBuf>, Failure> {
    let mut search = Search { roots, pattern, wanted, seen: 0, found: Vec::new() };
    search.below(Path::new("/"), parts, 0)?;
    search.found.sort();
    search.found.dedup();
    Ok(search.found)
}

fn is_wild(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

struct Search<'a> {
    roots: &'a Roots,
    pattern: &'a str,
    wanted: fn(&fs::FileType) -> bool,
    seen: usize,
    found: Vec<PathBuf>,
}

impl Search<'_> {
    fn below(&mut self, folder: &Path, parts: &[&str], depth: usize) -> Result<(), Failure> {
        let Some((part, rest)) = parts.split_first() else { return Ok(()) };
        if *part == "**" {
            self.below(folder, rest, depth)?;
            if depth < MAX_DEPTH {
                for child in self.children(folder)?.into_iter().filter(|child| child.1.is_dir()) {
                    self.below(&child.0, parts, depth + 1)?;
                }
            }
            return Ok(());
        }
        if !is_wild(part) {
            return self.take(folder.join(part), rest, depth);
        }
        let pattern = Pattern::new(part)
            .map_err(|error| Failure::Malformed { at: self.pattern.to_owned(), what: error.to_string() })?;
        for (child, _) in self.children(folder)? {
            let name = child.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if pattern.matches_with(&name, OPTIONS) {
                self.take(child, rest, depth)?;
            }
        }
        Ok(())
    }

    /// `path` matched so far: it is a find when nothing of the pattern is left.
    fn take(&mut self, path: PathBuf, rest: &[&str], depth: usize) -> Result<(), Failure> {
        if !rest.is_empty() {
            return self.below(&path, rest, depth);
        }
        let resolved = self.roots.resolve(&path, false).map_err(|error| Failure::io(&path, &error))?;
        if fs::symlink_metadata(resolved).is_ok_and(|found| (self.wanted)(&found.file_type())) {
            self.found.push(path);
        }
        Ok(())
    }

    /// What lies in `folder`; nothing when it is no folder.
    fn children(&mut self, folder: &Path) -> Result<Vec<(PathBuf, fs::FileType)>, Failure> {
        let failed = |error: &io::Error| Failure::io(folder, error);
        let resolved = self.roots.resolve(folder, true).map_err(|error| failed(&error))?;
        let entries = match fs::read_dir(resolved) {
            Ok(entries) => entries,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(failed(&error)),
        };
        let mut children = Vec::new();
        for entry in entries {
            self.seen += 1;
            if self.seen > MAX_SEEN {
                return Err(Failure::TooLarge {
                    at: self.pattern.to_owned(),
                    limit: format!("{MAX_SEEN} nama"),
                });
            }
            let entry = entry.map_err(|error| failed(&error))?;
            if let Ok(kind) = entry.file_type() {
                children.push((folder.join(entry.file_name()), kind));
            }
        }
        Ok(children)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const FILES: [&str; 8] = [
        "srv/db/simpeg-1.sql",
        "srv/db/simpeg-2.sql.gz",
        "srv/db/.hidden.sql",
        "srv/db/old/simpeg-0.sql",
        "srv/db/old/deep/er/x.sql",
        "srv/[odd]/y.sql",
        "etc/passwd",
        "srv/db/readme",
    ];

    fn check(pattern: &str, expected: &[&str]) {
        let host = fixture::host(&FILES.map(|path| (path, "")));
        std::os::unix::fs::symlink("/etc", host.dir.path().join("srv/db/link")).unwrap();
        std::os::unix::fs::symlink("simpeg-1.sql", host.dir.path().join("srv/db/latest.sql")).unwrap();
        let found = files(&host.roots, pattern).unwrap();
        let found: Vec<_> = found.iter().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn patterns_name_regular_files() {
        check("/srv/db/simpeg-1.sql", &["/srv/db/simpeg-1.sql"]);
        check("/srv/db/*.sql", &["/srv/db/simpeg-1.sql"]);
        check("/srv/db/*.sql*", &["/srv/db/simpeg-1.sql", "/srv/db/simpeg-2.sql.gz"]);
        check("/srv/*/simpeg-[0-9].sql", &["/srv/db/simpeg-1.sql"]);
        check("/srv/db/.*.sql", &["/srv/db/.hidden.sql"]);
        check("/srv/db/link/pass*", &["/srv/db/link/passwd"]);
        check(
            "/srv/db/**/*.sql",
            &["/srv/db/old/deep/er/x.sql", "/srv/db/old/simpeg-0.sql", "/srv/db/simpeg-1.sql"],
        );
        check("/srv/db/**/passwd", &[]);
        check("/srv/db/old", &[]);
        check("/nowhere/*.sql", &[]);
        check("/etc/passwd/*.sql", &[]);
        check("/../../../../etc/pass?d", &["/../../../../etc/passwd"]);
    }

    #[test]
    fn a_pattern_has_a_fixed_part() {
        for (pattern, folder) in [
            ("/srv/db/*.sql", "/srv/db"),
            ("/srv/db/x.sql", "/srv/db"),
            ("/*.sql", "/"),
            ("/srv/**/x", "/srv"),
            ("", "/"),
        ] {
            assert_eq!(fixed(pattern), Path::new(folder), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_is_none_is_explained() {
        let host = fixture::host(&[("srv/a", "")]);
        let failure = files(&host.roots, "/srv/[a").unwrap_err();
        assert!(failure.to_string().starts_with("/srv/[a: "), "{failure}");
    }

    proptest::proptest! {
        #[test]
        fn no_pattern_makes_it_panic(pattern in ".{0,20}") {
            let host = fixture::host(&[("srv/a", "")]);
            let _ = files(&host.roots, &pattern);
            let _ = fixed(&pattern);
        }
    }
}
