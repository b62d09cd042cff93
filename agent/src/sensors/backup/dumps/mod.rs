//! `backup/dumps`: dump files of databases and archives, where the administrator says they are, and in the few
//! folders where the usual tools put them.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::report::Reading;

use super::content::Budget;
use super::files::{self, Taken};
use super::target::Surroundings;
use super::{backupninja, joined};
use crate::roots::{Failure, Roots, glob};
use crate::sensors::{DumpSettings, Settings};

/// Where the usual tools put dumps, without anybody saying so: backupninja and the scripts of Debian's
/// wiki (`/var/backups/…`), automysqlbackup. Files are taken by their endings.
const FOLDERS: [&str; 4] =
    ["/var/backups/postgresql", "/var/backups/mysql", "/var/backups/db", "/var/lib/automysqlbackup"];
/// How a dump's name ends, perhaps before the ending of a packer.
const ENDINGS: [&str; 5] = [".sql", ".dump", ".pgdump", ".psql", ".backup"];
/// The endings of packers and of encryption.
const PACKERS: [&str; 7] = [".gz", ".xz", ".zst", ".bz2", ".gpg", ".age", ".enc"];

/// How many compressed bytes are unpacked per reading, over all sets.
const BUDGET: u64 = 32 * 1024 * 1024;
pub(in crate::sensors) fn read(
    roots: &Roots,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let told = settings.dumps.iter().map(|dumps| (dumps.clone(), true));
    let others = backupninja::folders(roots);
    let found = FOLDERS.iter().filter(|folder| roots.exists(folder) && !is_told(settings, folder));
    let found = found.filter(|folder| !others.iter().any(|other| other.starts_with(folder)));
    let found = found.map(|folder| (guess(folder), false));
    let wanted: Vec<(DumpSettings, bool)> = told.chain(found).collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    let surroundings = Surroundings::read(roots)?;
    let mut budget = Budget(BUDGET);
    let mut attempts = Vec::new();
    for (dumps, is_told) in wanted {
        // In a folder that was only guessed, those that look like dumps.
        let taken: Taken = if is_told { |_| true } else { is_dump };
        let attempt = files::attempt(roots, &surroundings, &dumps, taken, now, &mut budget);
        if is_told || attempt.set.count > 0 {
            attempts.push(attempt);
        }
    }
    joined(attempts)
}

/// Whether the administrator speaks of `folder`, of a part of it or of a folder above it.
fn is_told(settings: &Settings, folder: &str) -> bool {
    settings.dumps.iter().map(|dumps| glob::fixed(&dumps.glob)).any(|told| {
        told.starts_with(folder) || (told != Path::new("/") && Path::new(folder).starts_with(&told))
    })
}

fn guess(folder: &str) -> DumpSettings {
    DumpSettings { name: folder.to_owned(), glob: format!("{folder}/**/*"), holds: None }
}

fn is_dump(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let mut bare = name.as_str();
    while let Some(shorter) = PACKERS.iter().find_map(|packer| bare.strip_suffix(packer)) {
        bare = shorter;
    }
    ENDINGS.iter().any(|ending| bare.ends_with(ending))
}

#[cfg(test)]
mod tests;
