//! What borg keeps of its repositories in the home of the user who backs up.
//!
//! `~/.config/borg/security/<id>/` holds where the repository lies, when its manifest was last written (UTC,
//! without saying so) and the kind of its key; it is there to notice a repository that was exchanged.
//! `~/.cache/borg/<id>/config` says the same, where somebody set the other aside.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::repository::{is_id, value};
use crate::roots::{Failure, Roots};

/// How many homes are looked into, and how many repositories in each.
const MAX_HOMES: usize = 1_000;
const MAX_REPOSITORIES: usize = 200;
/// The most that is read of one of these files.
const MAX_FILE: u64 = 16 * 1024;

/// One repository, as a user's borg remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Trace {
    /// The repository's id, 64 hex digits.
    pub(in crate::sensors::backup) id: String,
    /// Where it lies, as borg writes it; empty when that is not told.
    pub(in crate::sensors::backup) location: String,
    /// When its manifest was last written from here: by a backup, or by thinning out old ones.
    pub(in crate::sensors::backup) at: Option<Timestamp>,
    /// Whether what it holds can be read by whoever keeps it.
    pub(in crate::sensors::backup) encrypted: Option<bool>,
}

/// `/root` and every folder in `/home`.
pub(in crate::sensors::backup) fn homes(roots: &Roots) -> Vec<PathBuf> {
    let names = roots.list("/home").ok().flatten().unwrap_or_default();
    let homes = names.iter().take(MAX_HOMES).map(|home| Path::new("/home").join(home));
    std::iter::once(PathBuf::from("/root")).chain(homes).collect()
}

/// Every repository that some user's borg remembers, and what kept from looking, if anything did.
pub(in crate::sensors::backup) fn all(roots: &Roots) -> (Vec<Trace>, Option<Failure>) {
    let (mut traces, mut unreadable) = (Vec::<Trace>::new(), None);
    for home in homes(roots) {
        for (folder, read) in [(".config/borg/security", security as Reader), (".cache/borg", cache)] {
            let folder = home.join(folder);
            match roots.list(&folder) {
                Ok(ids) => {
                    let ids = ids.unwrap_or_default().into_iter().filter(|id| is_id(id));
                    for id in ids.take(MAX_REPOSITORIES) {
                        let trace = read(roots, &folder.join(&id), id);
                        take(&mut traces, trace);
                    }
                }
                Err(failure) => unreadable = unreadable.or(Some(failure)),
            }
        }
    }
    (traces, unreadable)
}

type Reader = fn(&Roots, &Path, String) -> Trace;

/// Of two traces of one repository the younger counts; what it does not tell, the other may.
fn take(traces: &mut Vec<Trace>, trace: Trace) {
    let Some(known) = traces.iter_mut().find(|known| known.id == trace.id) else {
        traces.push(trace);
        return;
    };
    let (newer, older) = if trace.at > known.at { (trace, known.clone()) } else { (known.clone(), trace) };
    *known = Trace {
        location: if newer.location.is_empty() { older.location } else { newer.location },
        at: newer.at,
        encrypted: newer.encrypted.or(older.encrypted),
        id: newer.id,
    };
}

fn security(roots: &Roots, folder: &Path, id: String) -> Trace {
    let text = |name: &str| text(roots, &folder.join(name)).unwrap_or_default().trim().to_owned();
    Trace {
        id,
        location: text("location"),
        at: moment(&text("manifest-timestamp")),
        encrypted: encrypted(&text("key-type")),
    }
}

fn cache(roots: &Roots, folder: &Path, id: String) -> Trace {
    let config = text(roots, &folder.join("config")).unwrap_or_default();
    let value = |key: &str| value(&config, key).unwrap_or_default();
    Trace {
        id,
        location: value("previous_location").to_owned(),
        at: moment(value("timestamp")),
        encrypted: encrypted(value("key_type")),
    }
}

fn text(roots: &Roots, path: &Path) -> Option<String> {
    let bytes = roots.head(path, MAX_FILE).ok().flatten()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A time as borg writes it: without an offset it is UTC, for whoever asked with `TZ=UTC`.
pub(in crate::sensors::backup) fn moment(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(local)
}

/// By the first byte of a key (`TYPE` of the classes in borg's `crypto/key.py`): 2 is no encryption, 6 and 7
/// only sign.
fn encrypted(key_type: &str) -> Option<bool> {
    match key_type.parse::<u8>().ok()? {
        0 | 1 | 3 | 4 | 5 => Some(true),
        2 | 6 | 7 => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn times_without_offset_are_utc() {
        check("2026-11-22T03:30:16.112425", Some("2026-11-22T03:30:16.112425Z"));
        check("2026-11-22T10:30:16.000000+07:00", Some("2026-11-22T03:30:16Z"));
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn the_younger_of_two_users_tells_more() {
        let id = "ab".repeat(32);
        let (security, cache) =
            (format!("root/.config/borg/security/{id}"), format!("home/budi/.cache/borg/{id}/config"));
        let host = fixture::host(&[
            (format!("{security}/location").as_str(), "ssh://opd@dc/./x\n"),
            (&format!("{security}/manifest-timestamp"), "2026-11-22T03:30:16.112425"),
            (&format!("{security}/key-type"), "5"),
            (&cache, "[cache]\nversion = 1\ntimestamp = 2026-11-23T03:30:16.112425\nkey_type = 2\n"),
            ("root/.config/borg/security/nonsense/location", "/x"),
        ]);
        let (traces, unreadable) = all(&host.roots);
        assert_eq!(unreadable, None);
        let at = moment("2026-11-23T03:30:16.112425");
        let location = "ssh://opd@dc/./x".to_owned();
        assert_eq!(traces, [Trace { id, location, at, encrypted: Some(false) }]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let file = format!("root/.config/borg/security/{}/manifest-timestamp", "ab".repeat(32));
            let _ = (all(&fixture::host(&[(file.as_str(), &bytes)]).roots), moment(&text), encrypted(&text));
        }
    }
}
