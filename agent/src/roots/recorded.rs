//! What was recorded of a host that is a folder; the files are listed at the head of [`super`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::lossy::{SENTENCE, lossy};
use super::{Facts, Failure, Roots};

/// How full a file system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Space {
    /// Its size.
    pub(crate) size_bytes: u64,
    /// What is in use.
    pub(crate) used_bytes: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedFile {
    modified: Timestamp,
    bytes: Option<u64>,
}

/// The table in `.host/{name}`.
pub(crate) fn read<T: DeserializeOwned>(roots: &Roots, name: &str) -> Result<BTreeMap<String, T>, Failure> {
    let path = format!("/.host/{name}");
    let Some(bytes) = roots.bytes(&path)? else { return Ok(BTreeMap::new()) };
    serde_json::from_slice(&bytes).map_err(|error| Failure::malformed(&path, &error.to_string()))
}

/// The recorded times and size of a file that really has `bytes`. A time that was not recorded is a
/// failure: the one in the folder is that of the last checkout.
pub(crate) fn facts(roots: &Roots, path: &Path, bytes: u64) -> Result<Facts, Failure> {
    let recorded: BTreeMap<String, RecordedFile> = read(roots, "files.json")?;
    let named = path.display().to_string();
    let file = recorded.get(&named);
    let file =
        file.ok_or_else(|| Failure::malformed(&named, "its time is not recorded in .host/files.json"))?;
    Ok(Facts { bytes: file.bytes.unwrap_or(bytes), modified: file.modified, inode: 0 })
}

/// The recorded space of `mount`.
pub(crate) fn space(roots: &Roots, mount: &str) -> Result<Space, Failure> {
    let missing = || Failure::malformed(mount, "its space is not recorded in .host/space.json");
    read(roots, "space.json")?.get(mount).copied().ok_or_else(missing)
}

/// The recorded output of the command called `label`, or its recorded failure. `limit` is the time it had.
pub(crate) fn output(roots: &Roots, label: &str, limit: Duration) -> Result<Vec<u8>, Failure> {
    let failed = |what: String| Failure::Command { command: label.to_owned(), what };
    let file = |ending: &str| PathBuf::from(format!("/.host/cmd/{}{ending}", file_name(label)));
    if let Some(how) = roots.bytes(file(".failed"))? {
        return Err(failed(lossy(&how, SENTENCE)));
    }
    if roots.exists(file(".hangs")) {
        return Err(Failure::TimedOut { what: label.to_owned(), limit });
    }
    roots.bytes(file(""))?.ok_or_else(|| failed("not recorded".to_owned()))
}

/// `label` as a file name: letters, digits, dots and hyphens as they are, runs of all else as one `_`.
fn file_name(label: &str) -> String {
    let words = label.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_a_file() {
        for (label, file) in [
            ("restic snapshots sftp:dc.example:/srv/x", "restic_snapshots_sftp_dc.example_srv_x"),
            ("rpm -qa", "rpm_-qa"),
            ("../../etc/passwd", ".._.._etc_passwd"),
            ("", ""),
        ] {
            assert_eq!(file_name(label), file);
        }
    }
}
