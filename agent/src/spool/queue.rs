//! The sending half's view of the spool: the oldest report, and what becomes of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::body;
use patuh_protocol::receipt::{Answer, Leaf};
use patuh_protocol::report::Gap;
use patuh_protocol::seal::Sealed;

use super::name::{self, Kind};
use super::{Error, base};
use crate::durable;
use crate::report::join;

/// How many reports that cannot be handed in are kept for a person to look at.
const MAX_BAD: usize = 8;

/// The reports that wait. Takes no lock: see the head of the room.
#[derive(Clone, Debug)]
pub struct Queue {
    pub(super) state: PathBuf,
    pub(super) dir: PathBuf,
}

/// What lies in the spool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many reports wait.
    pub reports: u64,
    /// The bytes of all files.
    pub bytes: u64,
    /// When the oldest report was taken, by the host's clock.
    pub oldest: Option<Timestamp>,
    /// The reports that were set aside.
    pub set_aside: Vec<u64>,
}

/// One file of the spool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) sequence: u64,
    pub(super) kind: Kind,
    pub(super) bytes: u64,
}

impl Queue {
    /// The spool of a state directory, which need not be there yet.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self { state: state.to_owned(), dir: state.join("spool") }
    }

    /// The number and the bytes of the oldest report. Damaged ones on the way are set aside.
    ///
    /// # Errors
    /// When the spool cannot be read.
    pub fn oldest(&self) -> Result<Option<(u64, Vec<u8>)>, Error> {
        for Entry { sequence, kind, .. } in self.entries()? {
            if kind != Kind::Report {
                continue;
            }
            match self.read(sequence)? {
                Some(bytes) if is_whole(&bytes, sequence) => return Ok(Some((sequence, bytes))),
                Some(_) => self.set_aside(sequence)?,
                // The reading half gave it up in this moment.
                None => {}
            }
        }
        Ok(None)
    }

    /// Forgets report `sequence`, which is `sealed`, against its receipt, and remembers what the collector now has.
    /// The receipt's proof is the uplink's to check; here only its name is compared, so that a mistake in between
    /// costs no report.
    ///
    /// # Errors
    /// [`Error::OtherReceipt`], or when the files cannot be changed.
    pub fn acknowledge(&self, sequence: u64, sealed: &[u8], answer: &Answer) -> Result<(), Error> {
        let sealed = Sealed::parse(sealed).map_err(|_| Error::OtherReceipt(sequence))?;
        match serde_json::from_str(&answer.receipt.leaf) {
            Ok(Leaf::Report(leaf)) if leaf.sequence == sequence && leaf.is_of(&sealed) => {}
            _ => return Err(Error::OtherReceipt(sequence)),
        }
        // First what the collector has: as long as the report waits, nothing rests on it.
        base::advance(&self.state, &sealed, answer)?;
        durable::remove(&self.path(sequence, Kind::Report))?;
        Ok(())
    }

    /// Takes report `sequence` out of the queue for good, keeping it for a person to look at. It counts as
    /// given up.
    ///
    /// # Errors
    /// When the files cannot be changed.
    pub fn set_aside(&self, sequence: u64) -> Result<(), Error> {
        let Some(bytes) = self.read(sequence)? else { return Ok(()) };
        let gap = gap_of(&bytes, sequence);
        // First the memory, then the deed: between the two it is still in the queue and comes here again.
        // An empty file says "only this one", and has room on a full disk.
        let memory = if gap.count == 1 { Vec::new() } else { serde_json::to_vec(&gap).unwrap_or_default() };
        durable::write(&self.path(sequence, Kind::Lost), &memory)?;
        durable::rename(&self.path(sequence, Kind::Report), &self.path(sequence, Kind::Bad))?;
        tracing::warn!(sequence, "report set aside");
        let bad: Vec<_> = self.entries()?.into_iter().filter(|e| e.kind == Kind::Bad).collect();
        for old in bad.iter().rev().skip(MAX_BAD) {
            durable::remove(&self.path(old.sequence, Kind::Bad))?;
        }
        Ok(())
    }

    /// What lies in the spool.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn measure(&self) -> Result<Measure, Error> {
        let mut measure = Measure::default();
        for Entry { sequence, kind, bytes } in self.entries()? {
            measure.bytes += bytes;
            match kind {
                Kind::Report => {
                    measure.reports += 1;
                    measure.oldest = match measure.oldest {
                        None => self.read(sequence)?.and_then(|b| Sealed::parse(&b).ok()).map(|s| s.taken_at),
                        oldest => oldest,
                    };
                }
                Kind::Bad => measure.set_aside.push(sequence),
                Kind::Lost => {}
            }
        }
        Ok(measure)
    }

    /// Every file of the spool, by number; none when there is no spool yet.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        let files = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(entries),
            files => files.map_err(durable::Error::on("membaca", &self.dir))?,
        };
        for file in files {
            let file = file.map_err(durable::Error::on("membaca", &self.dir))?;
            let Some((sequence, kind)) = file.file_name().to_str().and_then(name::read) else { continue };
            // Gone since: the other half is at work too.
            let Ok(metadata) = file.metadata() else { continue };
            entries.push(Entry { sequence, kind, bytes: metadata.len() });
        }
        entries.sort_by_key(|entry| entry.sequence);
        Ok(entries)
    }

    /// A report's bytes; a file that the disk no longer gives back reads as empty, which is damaged.
    pub(super) fn read(&self, sequence: u64) -> Result<Option<Vec<u8>>, Error> {
        match durable::read(&self.path(sequence, Kind::Report)) {
            Err(error) if error.source.raw_os_error() == Some(EIO) => Ok(Some(Vec::new())),
            read => Ok(read?),
        }
    }

    pub(super) fn path(&self, sequence: u64, kind: Kind) -> PathBuf {
        self.dir.join(name::of(sequence, kind))
    }
}

/// What the kernel answers for a bad sector.
const EIO: i32 = rustix::io::Errno::IO.raw_os_error();

fn is_whole(bytes: &[u8], sequence: u64) -> bool {
    Sealed::parse(bytes).is_ok_and(|sealed| sealed.sequence == sequence)
}

/// What is lost with report `sequence`: itself, and the gap that it would have told of.
pub(super) fn gap_of(bytes: &[u8], sequence: u64) -> Gap {
    let carried = Sealed::parse(bytes).ok().and_then(|s| body::open(&s.body).ok()).and_then(|r| r.gap);
    let own = Gap { from: sequence, to: sequence, count: 1 };
    join(carried, Some(own.clone())).unwrap_or(own)
}
