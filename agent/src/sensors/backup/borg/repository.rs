//! What can be seen of a repository in a folder without its passphrase: borg's "Internals: data structures".

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::Run;

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// A commit without anything: CRC-32, length 9, tag 2. Every segment that ends a transaction ends with it.
const COMMIT: [u8; 9] = [0x40, 0xf4, 0x3c, 0x25, 9, 0, 0, 0, 2];
/// How many segments after the last known commit are looked at. A backup that is running leaves some.
const MAX_UNFINISHED: usize = 1_000;
/// A lock as old as this was left behind.
const STALE: SignedDuration = SignedDuration::from_hours(24);

/// A repository, from outside.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Repository {
    /// Its id, 64 hex digits.
    pub(super) id: Option<String>,
    pub(super) append_only: Option<bool>,
    /// The segment that was written last, in the place of a run: which archive it belongs to cannot be told.
    pub(super) newest: Option<Run>,
    /// Whether a lock lies there that nobody will take away.
    pub(super) is_stale: bool,
    /// Whether everything that was committed is in the index. When it is not, borg writes it anew as soon as
    /// anybody reads, in spite of `--bypass-lock`.
    pub(super) is_settled: bool,
}

/// Looks at the repository in `folder`; `None` when there is none.
pub(super) fn look(roots: &Roots, folder: &Path, now: Timestamp) -> Result<Option<Repository>, Failure> {
    let Some(config) = roots.head(&folder.join("config"), 64 * 1024)? else { return Ok(None) };
    let config = String::from_utf8_lossy(&config);
    if !config.lines().any(|line| line.trim() == "[repository]") {
        return Ok(None);
    }
    let segments = segments(roots, folder)?;
    let newest = segments.first().and_then(|(number, path)| {
        let facts = roots.facts(path).ok().flatten()?;
        Some(Run { id: format!("segment {number}"), at: facts.modified, ..Run::default() })
    });
    let id = value(&config, "id").filter(|id| is_id(id));
    Ok(Some(Repository {
        id: id.map(str::to_ascii_lowercase),
        append_only: value(&config, "append_only").map(|value| value == "1"),
        newest,
        is_stale: is_stale(roots, folder, now),
        is_settled: is_settled(roots, folder, &segments)?,
    }))
}

/// A number of 256 bits in hexadecimal.
pub(super) fn is_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The value of `key` in a file of `key = value` lines, as Python's configparser writes them.
pub(super) fn value<'a>(config: &'a str, key: &str) -> Option<&'a str> {
    config
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(k, _)| k.trim() == key)
        .map(|(_, v)| v.trim())
}

/// The segments of the newest folder of `data/`, newest first.
fn segments(roots: &Roots, folder: &Path) -> Result<Vec<(u64, PathBuf)>, Failure> {
    let data = folder.join("data");
    let mut shelves = numbers(roots, &data)?;
    let mut segments = Vec::new();
    while let (Some(shelf), true) = (shelves.pop(), segments.len() < MAX_UNFINISHED) {
        let shelf = data.join(shelf.to_string());
        segments.extend(numbers(roots, &shelf)?.into_iter().rev().map(|n| (n, shelf.join(n.to_string()))));
    }
    Ok(segments)
}

fn numbers(roots: &Roots, folder: &Path) -> Result<Vec<u64>, Failure> {
    let names = roots.list(folder)?.unwrap_or_default();
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Whether the newest committed segment is the one that the index was written for (`index.N`).
fn is_settled(roots: &Roots, folder: &Path, segments: &[(u64, PathBuf)]) -> Result<bool, Failure> {
    let names = roots.list(folder)?.unwrap_or_default();
    let numbered =
        |kind: &str| names.iter().filter_map(|name| name.strip_prefix(kind)?.parse::<u64>().ok()).max();
    // The hints of the same transaction are needed as well; `integrity` guards both.
    let Some(known) = numbered("index.").filter(|known| numbered("hints.") == Some(*known)) else {
        // A repository in which nothing was ever written has neither.
        return Ok(segments.is_empty());
    };
    for (number, path) in segments.iter().take(MAX_UNFINISHED) {
        if *number <= known {
            return Ok(*number == known);
        }
        if roots.tail(path, COMMIT.len() as u64)?.is_some_and(|end| end == COMMIT) {
            return Ok(false);
        }
    }
    Ok(false)
}

fn is_stale(roots: &Roots, folder: &Path, now: Timestamp) -> bool {
    let lock = roots.facts(&folder.join("lock.exclusive")).ok().flatten();
    lock.is_some_and(|lock| now.duration_since(lock.modified) > STALE)
}

/// The run of a repository of which only a moment is known.
pub(super) fn manifest(at: Timestamp) -> Run {
    Run { id: name("manifest"), at, ..Run::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const CONFIG: &str = "[repository]\nversion = 1\nsegments_per_dir = 1000\nappend_only = 1\n\
                          id = 22DBfdabcd7f07279ba3ed07fab473df9ed983c5dbb0d524a28d7f7c33ae58be\nkey = hqlh\n";
    const TIMES: &str = r#"{"/r/data/0/9": {"modified": "2026-11-21T18:00:00Z"},
        "/r/data/1/1000": {"modified": "2026-11-22T01:00:00Z"},
        "/r/lock.exclusive": {"modified": "2026-11-20T00:00:00Z"}}"#;

    fn seen(files: &[(&str, &[u8])]) -> Option<Repository> {
        let all = [files, &[(".host/files.json", TIMES.as_bytes())]].concat();
        let now = "2026-11-22T03:00:00Z".parse().unwrap();
        look(&fixture::host(&all).roots, Path::new("/r"), now).unwrap()
    }

    #[test]
    fn a_repository_tells_its_id_and_its_newest_segment() {
        assert_eq!(seen(&[]), None);
        assert_eq!(seen(&[("r/config", b"[core]\n")]), None, "of git");
        let repository = seen(&[
            ("r/config", CONFIG.as_bytes()),
            ("r/data/0/9", &COMMIT),
            ("r/data/1/1000", &COMMIT),
            ("r/index.1000", b""),
            ("r/hints.1000", b""),
            ("r/lock.exclusive/host@1.2-3", b""),
        ]);
        let repository = repository.unwrap();
        assert!(repository.id.unwrap().starts_with("22dbfd"));
        assert_eq!((repository.append_only, repository.is_stale), (Some(true), true));
        assert_eq!(repository.newest.unwrap().at.to_string(), "2026-11-22T01:00:00Z");
        assert!(repository.is_settled);
    }

    /// Segments 7 to 9 with these ends, an index of `index`.
    fn check(ends: [&[u8]; 3], index: &str, expected: bool) {
        let files: &[(&str, &[u8])] = &[
            ("r/config", CONFIG.as_bytes()),
            ("r/data/0/7", ends[0]),
            ("r/data/0/8", ends[1]),
            ("r/data/0/9", ends[2]),
            (&format!("r/index.{index}"), b""),
            (&format!("r/hints.{index}"), b""),
        ];
        assert_eq!(seen(files).unwrap().is_settled, expected, "{index}");
    }

    #[test]
    fn what_borg_would_write_anew_is_seen() {
        check([b"", b"", &COMMIT], "9", true);
        check([&COMMIT, b"unfinished", b"un"], "7", true);
        check([&COMMIT, &COMMIT, b"un"], "7", false);
        check([&COMMIT, &COMMIT, &COMMIT], "tmp", false);
        check([&COMMIT, &COMMIT, &COMMIT], "12", false);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = seen(&[("r/config", &bytes), ("r/data/0/7", &bytes)]);
            let _ = seen(&[("r/config", format!("[repository]\n{text}\n").as_bytes())]);
            let _ = (value(&text, "id"), is_id(&text));
        }
    }
}
