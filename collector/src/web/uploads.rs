//! Files that people have uploaded and not yet accepted: kept in memory, one for each session, for an hour.
//! Nothing of them is written anywhere before somebody has seen what they would do; a collector that was
//! restarted asks for the file again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;

/// How long a file is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How many files are kept; beyond, the oldest gives way.
const CAPACITY: usize = 16;

/// A file.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    /// What it was called.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Arc<[u8]>,
    /// When it came.
    pub(super) at: Timestamp,
}

/// The files, by session.
#[derive(Debug, Default)]
pub(super) struct Uploads(Mutex<BTreeMap<Digest, Upload>>);

impl Uploads {
    /// Keeps a file of a session, in the place of the one before it.
    pub(super) fn keep(&self, session: Digest, upload: Upload) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, other| upload.at.duration_since(other.at) < KEPT);
        if kept.len() >= CAPACITY && !kept.contains_key(&session) {
            let oldest = kept.iter().min_by_key(|(_, other)| other.at).map(|(session, _)| *session);
            oldest.and_then(|oldest| kept.remove(&oldest));
        }
        kept.insert(session, upload);
    }

    /// The file of a session.
    pub(super) fn of(&self, session: Digest, now: Timestamp) -> Option<Upload> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&session).filter(|upload| now.duration_since(upload.at) < KEPT).cloned()
    }

    /// Forgets the file of a session.
    pub(super) fn forget(&self, session: Digest) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(minute: i64) -> Upload {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        Upload { name: minute.to_string(), bytes: Arc::from([]), at }
    }

    #[test]
    fn a_session_has_one_file_for_an_hour() {
        let (uploads, one) = (Uploads::default(), Digest::of(b"1"));
        let name = |minute| uploads.of(one, upload(minute).at).map(|upload| upload.name);
        uploads.keep(one, upload(0));
        uploads.keep(one, upload(10));
        assert_eq!((name(69).as_deref(), name(70)), (Some("10"), None));
        uploads.forget(one);
        assert_eq!(name(10), None);
    }

    #[test]
    fn the_oldest_gives_way() {
        let uploads = Uploads::default();
        for n in 0..=16_u8 {
            uploads.keep(Digest::of(&[n]), upload(n.into()));
        }
        let there = |n: u8| uploads.of(Digest::of(&[n]), upload(17).at).is_some();
        assert_eq!((there(0), there(1), there(16)), (false, true, true));
    }
}
