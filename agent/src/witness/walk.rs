//! Every file below a folder.

use std::path::Path;

use jiff::Timestamp;

use crate::roots::entries::Kind;
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// The most files of one store. A repository of 8 TB in packs of 16 MiB has half a million.
const MAX_FILES: usize = 1_000_000;
/// How deep a tree of plain files may be.
const MAX_DEPTH: usize = 16;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its path below the folder.
    pub(super) path: String,
    /// Its size.
    pub(super) bytes: u64,
    /// What its owner says of when it was changed: good to notice a change by, never as an age.
    pub(super) modified: Option<Timestamp>,
}

/// The regular files below `folder`, by path; links are not followed.
pub(super) fn files(roots: &Roots, folder: &Path) -> Result<Vec<Found>, Failure> {
    let mut files = Vec::new();
    below(roots, folder, "", 0, &mut files)?;
    files.sort_unstable_by(|a: &Found, b| a.path.cmp(&b.path));
    Ok(files)
}

fn below(
    roots: &Roots,
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<Found>,
) -> Result<(), Failure> {
    // A folder that went away meanwhile holds nothing any more.
    let Some(entries) = roots.entries(folder, |_| true)? else { return Ok(()) };
    for entry in entries {
        let path = format!("{prefix}{}", entry.name);
        match entry.kind {
            Kind::File if files.len() >= MAX_FILES => {
                return Err(Failure::TooLarge {
                    at: name(&folder.display().to_string()),
                    limit: format!("{MAX_FILES} berkas"),
                });
            }
            Kind::File => files.push(Found { path, bytes: entry.bytes, modified: entry.modified }),
            Kind::Folder if depth < MAX_DEPTH => {
                below(roots, &folder.join(&entry.name), &format!("{path}/"), depth + 1, files)?;
            }
            Kind::Folder | Kind::Other => {}
        }
    }
    Ok(())
}
