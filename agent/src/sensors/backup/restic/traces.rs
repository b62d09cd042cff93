//! What can be seen of a repository without its password.

use std::path::{Path, PathBuf};

use patuh_protocol::backup::Run;

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// How many snapshots of one repository are looked at.
const MAX_SNAPSHOTS: usize = 10_000;
/// How many homes are looked into.
const MAX_HOMES: usize = 1_000;

/// The cache of one repository in the home of the user who backs up.
pub(super) struct Cache {
    /// The repository's own number, which does not tell where it lies.
    pub(super) repository: String,
    pub(super) folder: PathBuf,
    /// Newest first.
    pub(super) runs: Vec<Run>,
}

/// The snapshots of a repository in a folder: one file each in `snapshots/`, named by its id.
pub(super) fn in_repository(roots: &Roots, repository: &Path) -> Result<Vec<Run>, Failure> {
    let folder = repository.join("snapshots");
    let missing = || Failure::malformed(&repository.to_string_lossy(), "tidak ada repositori di sana");
    let names = roots.list(&folder)?.ok_or_else(missing)?;
    let mut runs = Vec::new();
    for id in names.iter().filter(|id| is_id(id)).take(MAX_SNAPSHOTS) {
        runs.extend(run(roots, &folder, id)?);
    }
    Ok(newest_first(runs))
}

/// Every cache with a snapshot in it, and what kept from looking, if anything did.
pub(super) fn caches(roots: &Roots) -> (Vec<Cache>, Option<Failure>) {
    let homes = roots.list("/home").ok().flatten().unwrap_or_default();
    let mut folders = vec![PathBuf::from("/root/.cache/restic")];
    folders
        .extend(homes.iter().take(MAX_HOMES).map(|home| Path::new("/home").join(home).join(".cache/restic")));
    let (mut caches, mut unreadable) = (Vec::new(), None);
    for folder in folders {
        match roots.list(&folder) {
            Ok(found) => {
                let repositories = found.unwrap_or_default().into_iter().filter(|id| is_id(id));
                caches.extend(repositories.filter_map(|id| cache(roots, &folder, id)));
            }
            Err(failure) => unreadable = unreadable.or(Some(failure)),
        }
    }
    (caches, unreadable)
}

/// `<cache>/<repository>/snapshots/<first two digits>/<id>`.
fn cache(roots: &Roots, caches: &Path, repository: String) -> Option<Cache> {
    let folder = caches.join(&repository);
    let snapshots = folder.join("snapshots");
    let mut runs = Vec::new();
    for shelf in roots.list(&snapshots).ok().flatten().unwrap_or_default() {
        let shelf = snapshots.join(shelf);
        for id in roots.list(&shelf).ok().flatten().unwrap_or_default().iter().filter(|id| is_id(id)) {
            if runs.len() < MAX_SNAPSHOTS {
                runs.extend(run(roots, &shelf, id).ok().flatten());
            }
        }
    }
    (!runs.is_empty()).then(|| Cache { repository, folder, runs: newest_first(runs) })
}

fn run(roots: &Roots, folder: &Path, id: &str) -> Result<Option<Run>, Failure> {
    let facts = roots.facts(&folder.join(id))?;
    Ok(facts.map(|facts| Run { id: name(id), at: facts.modified, ..Run::default() }))
}

fn newest_first(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
    runs
}

/// A SHA-256 in hexadecimal; files that are being written have longer names.
fn is_id(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
