//! The canary: a file that the agent plants, to be found again in the backup.
//!
//! `STATE/canary/kenari-patuh.txt` holds random digits and is replaced every day. The administrator puts its
//! folder into the backup. Its hash is written down before the file is: what comes back is either one that was
//! planted, and when is known, or it is not ours.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::durable;

/// The file's name, which stands nowhere else on a host.
pub(super) const NAME: &str = "kenari-patuh.txt";
/// Its folder in the state directory.
const FOLDER: &str = "canary";
/// What was planted, beside the folder and not in it: a backup of the folder proves nothing about this.
const PLANTED: &str = "canary.json";
/// How many are remembered: more than half a year of days.
const MAX_PLANTED: usize = 200;

/// One that was planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Planted {
    digest: Digest,
    at: Timestamp,
}

/// All that were planted, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Canaries(Vec<Planted>);

impl Canaries {
    /// What is remembered; nothing where none was ever planted.
    pub(super) fn load(state: &Path) -> Self {
        let bytes = durable::read(&state.join(PLANTED)).ok().flatten();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Whether none was ever planted, or what was is forgotten.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How old the one with this content is, in seconds at `now`; `None` when it was never planted.
    pub(super) fn age(&self, content: Digest, now: Timestamp) -> Option<u64> {
        let planted = self.0.iter().find(|planted| planted.digest == content)?;
        u64::try_from(now.duration_since(planted.at).as_secs().max(0)).ok()
    }
}

/// Where the canary of the agent with this state directory is.
pub(super) fn path(state: &Path) -> PathBuf {
    state.join(FOLDER).join(NAME)
}

/// Plants a new one when the last is older than `life`, or not there.
///
/// # Errors
/// When it cannot be written.
pub(super) fn tend(state: &Path, life: SignedDuration, now: Timestamp) -> Result<(), durable::Error> {
    let (mut canaries, path) = (Canaries::load(state), path(state));
    // One from the future was planted when the clock was wrong.
    let is_young = |planted: &Planted| (SignedDuration::ZERO..life).contains(&now.duration_since(planted.at));
    if canaries.0.first().is_some_and(is_young) && path.exists() {
        return Ok(());
    }
    let mut bytes = [0; 32];
    // Without random bytes the time still makes it another one.
    let _ = SystemRandom::new().fill(&mut bytes);
    let content = format!(
        "Kenari agen Patuh. Ikutkan folder ini dalam pencadangan: latihan pemulihan mencarinya kembali.\n\
         {now}\n{}\n",
        HEXLOWER.encode(&bytes)
    );
    canaries.0.insert(0, Planted { digest: Digest::of(content.as_bytes()), at: now });
    canaries.0.truncate(MAX_PLANTED);
    durable::write(&state.join(PLANTED), &serde_json::to_vec(&canaries).unwrap_or_default())?;
    durable::create_dir(&state.join(FOLDER))?;
    durable::write(&path, content.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_canary_lives_a_day_and_is_remembered() {
        let dir = tempfile::tempdir().unwrap();
        let day = SignedDuration::from_hours(24);
        let plant = |at: &str| {
            tend(dir.path(), day, time(at)).unwrap();
            Digest::of(&std::fs::read(path(dir.path())).unwrap())
        };
        let first = plant("2026-11-22T00:00:00Z");
        assert_eq!(plant("2026-11-22T23:59:00Z"), first);
        let second = plant("2026-11-23T00:00:00Z");
        assert_ne!(second, first);
        let canaries = Canaries::load(dir.path());
        let now = time("2026-11-23T01:00:00Z");
        assert_eq!((canaries.age(second, now), canaries.age(first, now)), (Some(3600), Some(25 * 3600)));
        assert_eq!(canaries.age(Digest::of(b"another"), now), None);
        std::fs::remove_file(path(dir.path())).unwrap();
        assert_ne!(plant("2026-11-23T01:00:00Z"), second, "one that went is replaced");
        let back = plant("2026-11-01T00:00:00Z");
        assert_eq!(Canaries::load(dir.path()).age(back, time("2026-11-01T00:00:00Z")), Some(0));
    }

    #[test]
    fn no_more_are_remembered_than_needed() {
        let dir = tempfile::tempdir().unwrap();
        for hour in 0..MAX_PLANTED + 3 {
            let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(i64::try_from(hour).unwrap());
            tend(dir.path(), SignedDuration::from_hours(1), at).unwrap();
        }
        assert_eq!(Canaries::load(dir.path()).0.len(), MAX_PLANTED);
    }
}
