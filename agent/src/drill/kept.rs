//! What is kept of drills: the last ones of each set, and the hashes of what came back.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::backup::Drill;
use patuh_protocol::digest::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::durable;

/// The drills, which the reading half reads.
const DRILLS: &str = "drills.json";
/// The hashes, which only the next drill needs.
const FILES: &str = "files.json";
/// How many drills of one set are kept.
const MAX_DRILLS: usize = 20;
/// How many files of one set are remembered.
const MAX_FILES: usize = 400;
/// How many drills travel in a report, over all sets.
const MAX_TOLD: usize = 400;

/// A file that came back, as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) bytes: u64,
    #[serde(default)]
    pub(super) modified: Option<Timestamp>,
    pub(super) digest: Digest,
    /// When it came back.
    pub(super) at: Timestamp,
}

/// The files of one set, by path.
pub(super) type Files = BTreeMap<String, File>;

/// What is kept in a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Kept {
    /// By set, newest first.
    drills: BTreeMap<String, Vec<Drill>>,
    files: BTreeMap<String, Files>,
}

impl Kept {
    /// What lies in `folder`; what cannot be understood is begun anew.
    pub(super) fn load(folder: &Path) -> Result<Self, durable::Error> {
        Ok(Self { drills: load(folder, DRILLS)?, files: load(folder, FILES)? })
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), durable::Error> {
        durable::write(&folder.join(DRILLS), &serde_json::to_vec(&self.drills).unwrap_or_default())?;
        durable::write(&folder.join(FILES), &serde_json::to_vec(&self.files).unwrap_or_default())
    }

    pub(super) fn add(&mut self, drill: Drill) {
        let drills = self.drills.entry(drill.set.clone()).or_default();
        drills.insert(0, drill);
        drills.truncate(MAX_DRILLS);
    }

    /// What is known of the files of a set; the oldest are forgotten when there are too many.
    pub(super) fn files(&mut self, set: &str) -> &mut Files {
        let files = self.files.entry(set.to_owned()).or_default();
        while files.len() > MAX_FILES {
            let oldest = files.iter().min_by_key(|(_, file)| file.at).map(|(path, _)| path.clone());
            oldest.map(|path| files.remove(&path));
        }
        files
    }
}

fn load<T: DeserializeOwned + Default>(folder: &Path, name: &str) -> Result<T, durable::Error> {
    let bytes = durable::read(&folder.join(name))?;
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default())
}

/// The drills of all sets, newest first.
pub(super) fn drills(folder: &Path) -> Result<Vec<Drill>, durable::Error> {
    let sets: BTreeMap<String, Vec<Drill>> = load(folder, DRILLS)?;
    let mut drills: Vec<Drill> = sets.into_values().flatten().collect();
    drills.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.set.cmp(&b.set)));
    drills.truncate(MAX_TOLD);
    Ok(drills)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    #[test]
    fn the_last_drills_of_each_set_are_kept_and_told_newest_first() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(drills(dir.path()).unwrap(), []);
        let mut kept = Kept::load(dir.path()).unwrap();
        for hour in 0..25 {
            for set in ["a", "b"] {
                kept.add(Drill { set: set.to_owned(), at: at(hour), ..Drill::default() });
            }
        }
        kept.save(dir.path()).unwrap();
        assert_eq!(Kept::load(dir.path()).unwrap(), kept);
        let told = drills(dir.path()).unwrap();
        assert_eq!(told.len(), 2 * MAX_DRILLS);
        assert_eq!((told[0].at, told[0].set.as_str(), told[1].set.as_str()), (at(24), "a", "b"));
    }

    #[test]
    fn the_oldest_files_are_forgotten() {
        let mut kept = Kept::default();
        for number in 0..MAX_FILES + 5 {
            let file = File { bytes: 1, modified: None, digest: Digest::of(b""), at: at(number as i64) };
            kept.files("a").insert(format!("/{}", 10_000 - number), file);
        }
        let files = kept.files("a");
        assert_eq!(files.len(), MAX_FILES);
        assert!(!files.contains_key("/10000") && files.contains_key("/9600"));
    }

    #[test]
    fn what_is_not_understood_is_begun_anew() {
        let dir = tempfile::tempdir().unwrap();
        crate::roots::fixture::lay(&dir.path().join(DRILLS), b"{");
        assert_eq!(Kept::load(dir.path()).unwrap(), Kept::default());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let dir = tempfile::tempdir().unwrap();
            crate::roots::fixture::lay(&dir.path().join(DRILLS), &bytes);
            let _ = drills(dir.path());
        }
    }
}
