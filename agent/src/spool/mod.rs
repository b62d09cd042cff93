//! The spool: reports that wait for their receipt, one file each.
//!
//! ```text
//! <state>/sequence                            the last number that was given out
//! <state>/base.json                           the readings that the collector has acknowledged: [`base`]
//! <state>/spool/00000000000000000042.report   a sealed report that waits
//! <state>/spool/00000000000000000017.lost     report 17 was given up; no report has told of it yet
//! <state>/spool/00000000000000000011.bad      report 11 cannot be handed in; kept to be looked at
//! <state>/spool/.lock                         held by the one process that writes
//! ```
//!
//! **Numbers** are written durably before the report that bears them, so that no number is ever given out
//! twice. A crash or a full disk between the two leaves a hole in the numbers: a report that was never
//! written, and whose sensors are read again.
//!
//! **Whole or not at all.** Every file comes to be by [`durable::write`]. A crash leaves a report or none,
//! and at most a temporary file that the next [`Spool::open`] takes away.
//!
//! **Two processes.** The reading half holds the lock and is the only one that pushes; the sending half
//! ([`Queue`]) reads the oldest and removes it against its receipt. Either finds that a file it knew of is
//! gone, and goes on. Two senders at once hand in the same report twice, which the collector answers with
//! the same receipt.
//!
//! **Bounded.** Past `max_mb` reports are given up in the order of [`coalesce`]. When less than
//! `min_free_percent` of the file system is free, the spool no longer grows beyond what it has (or
//! [`SMALL`]): the newest report still replaces older ones, as a nearly full disk is itself worth
//! reporting.
//!
//! **Never silently.** Giving up is one rename, `.report` → `.lost`: at every moment a number is the one or
//! the other. The next report carries the sum of all `.lost` as its [`Gap`], and they are removed once it
//! is durable. A crash just then tells the same gap again in the report after: twice, but never not at all.
//! When a report that carried a gap is itself given up, its gap lives on in its `.lost`.
//!
//! **Only what changed.** A report that is pushed while none waits leaves out the readings that the collector has
//! acknowledged; while any waits, reports are whole, because those before them may yet be given up.

mod base;
mod coalesce;
mod name;
mod queue;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use patuh_protocol::receipt::Answer;
use patuh_protocol::report::{Gap, Report};
use patuh_protocol::seal::Sealed;
use rustix::fs::FlockOperation;
use serde::Deserialize;

pub use self::base::forget_base;
pub use self::queue::{Measure, Queue};

use self::base::Kept;
use self::coalesce::Contents;
use self::name::Kind;
use crate::durable;
use crate::identity::Identity;
use crate::report;

/// The `[spool]` table of `agent.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most that the spool takes, in MiB.
    pub max_mb: u64,
    /// How much of the file system stays free, in percent.
    pub min_free_percent: u64,
}

/// The spool, to write to. There is one at a time for a state directory.
#[derive(Debug)]
pub struct Spool {
    queue: Queue,
    sequence: PathBuf,
    /// The most that it takes, in bytes.
    most: u64,
    /// What it may take even when the disk is nearly full, in bytes.
    least: u64,
    min_free_percent: u64,
    /// What waiting reports hold; filled only when room must be made.
    contents: BTreeMap<u64, Contents>,
    /// Unlocked by the kernel when this process ends, however it ends.
    _lock: File,
}

/// The spool did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or changed.
    #[error(transparent)]
    File(#[from] durable::Error),
    /// Another process writes to it.
    #[error("direktori {0} sedang dipakai proses patuh-agent lain (sense atau run); cukup satu saja")]
    Locked(String),
    /// The file with the last number holds none.
    #[error("berkas {0} rusak; tulis ke dalamnya nomor laporan terakhir yang tampil di `patuh-agent status`")]
    Sequence(String),
    /// The report could not be packed.
    #[error("laporan tidak dapat dikemas")]
    Pack(#[source] std::io::Error),
    /// A receipt was shown for the wrong report.
    #[error("bukti terima bukan untuk laporan nomor {0}")]
    OtherReceipt(u64),
}

/// What the spool may take even when the disk is nearly full, in bytes.
const SMALL: u64 = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self { max_mb: 64, min_free_percent: 5 }
    }
}

impl Spool {
    /// Opens the spool of a state directory for writing; makes it when there is none.
    ///
    /// # Errors
    /// [`Error::Locked`], or when files cannot be changed.
    pub fn open(state: &Path, limits: Limits) -> Result<Self, Error> {
        let queue = Queue::of(state);
        durable::create_dir(&queue.dir)?;
        let lock = lock(&queue.dir.join(".lock"))?;
        durable::clean(&queue.dir)?;
        let sequence = state.join("sequence");
        let Limits { max_mb, min_free_percent } = limits;
        let most = max_mb.saturating_mul(1024 * 1024);
        Ok(Self {
            queue,
            sequence,
            most,
            least: SMALL,
            min_free_percent,
            contents: BTreeMap::new(),
            _lock: lock,
        })
    }

    /// Numbers, seals and keeps a report; returns its number. What was given up before goes into its gap; what the
    /// collector has already is left out when no other report waits.
    ///
    /// # Errors
    /// When it could not be kept. Its number is then a hole: the report is still the caller's.
    pub fn push(&mut self, report: Report, identity: &Identity) -> Result<u64, Error> {
        let sequence = self.number()?;
        self.keep(sequence, report, identity)?;
        Ok(sequence)
    }

    /// See [`Queue::oldest`].
    ///
    /// # Errors
    /// As there.
    pub fn oldest(&self) -> Result<Option<(u64, Vec<u8>)>, Error> {
        self.queue.oldest()
    }

    /// See [`Queue::acknowledge`].
    ///
    /// # Errors
    /// As there.
    pub fn acknowledge(&mut self, sequence: u64, sealed: &[u8], answer: &Answer) -> Result<(), Error> {
        self.queue.acknowledge(sequence, sealed, answer)
    }

    /// Whether the collector asks for everything, now that `full` is the last report that held all groups.
    #[must_use]
    pub fn asks_for_all(&self, full: Option<u64>) -> bool {
        Kept::load(&self.queue.state).asks(full)
    }

    /// The sending half's view of this spool.
    #[must_use]
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The next number, durable before anybody sees it.
    fn number(&self) -> Result<u64, Error> {
        let kept = match durable::read(&self.sequence)? {
            None => 0,
            Some(bytes) => {
                parse_number(&bytes).ok_or_else(|| Error::Sequence(self.sequence.display().to_string()))?
            }
        };
        let seen = self.queue.entries()?.last().map_or(0, |newest| newest.sequence);
        let next = kept.max(seen).saturating_add(1);
        durable::write(&self.sequence, format!("{next}\n").as_bytes())?;
        Ok(next)
    }

    fn keep(&mut self, sequence: u64, report: Report, identity: &Identity) -> Result<(), Error> {
        let mut report = self.shortened(report)?;
        let incoming = Contents::of(&report.sections);
        let allowed = self.allowed()?;
        let (told, bytes) = loop {
            let lost = self.lost()?;
            report.gap = lost.values().cloned().map(Some).reduce(report::join).flatten();
            let body = report::pack(report.clone()).map_err(Error::Pack)?;
            let bytes =
                Sealed::new(identity.key(), identity.agent(), sequence, report.taken_at, body).to_bytes();
            // Making room makes the gap larger, which then has to be written in.
            if !self.make_room(bytes.len() as u64, allowed, &incoming)? {
                break (lost, bytes);
            }
        };
        durable::write(&self.queue.path(sequence, Kind::Report), &bytes)?;
        for lost in told.into_keys() {
            durable::remove(&self.queue.path(lost, Kind::Lost))?;
        }
        Ok(())
    }

    /// `report` without what the collector has, when that is known: see [`base`].
    fn shortened(&self, report: Report) -> Result<Report, Error> {
        // In this order: what is acknowledged meanwhile is in the base before it is gone from the spool.
        let waits = self.queue.entries()?.iter().any(|entry| entry.kind == Kind::Report);
        Ok(if waits { report } else { Kept::load(&self.queue.state).shorten(report) })
    }

    /// What was given up and not told yet, by number.
    fn lost(&self) -> Result<BTreeMap<u64, Gap>, Error> {
        let mut lost = BTreeMap::new();
        for entry in self.queue.entries()?.iter().filter(|e| e.kind == Kind::Lost) {
            let bytes = durable::read(&self.queue.path(entry.sequence, Kind::Lost))?.unwrap_or_default();
            let gap = serde_json::from_slice(&bytes);
            lost.insert(entry.sequence, gap.unwrap_or_else(|_| queue::gap_of(&bytes, entry.sequence)));
        }
        Ok(lost)
    }

    /// Gives up reports until `needed` bytes have room within `allowed`; whether any was given up.
    fn make_room(&mut self, needed: u64, allowed: u64, incoming: &Contents) -> Result<bool, Error> {
        let entries = self.queue.entries()?;
        let mut taken: u64 = entries.iter().map(|entry| entry.bytes).sum();
        if taken + needed <= allowed {
            return Ok(false);
        }
        let mut sizes: BTreeMap<_, _> =
            entries.iter().filter(|e| e.kind == Kind::Report).map(|e| (e.sequence, e.bytes)).collect();
        self.contents.retain(|sequence, _| sizes.contains_key(sequence));
        for sequence in sizes.keys().filter(|s| !self.contents.contains_key(s)).copied().collect::<Vec<_>>() {
            let bytes = self.queue.read(sequence)?.unwrap_or_default();
            self.contents.insert(sequence, Contents::opened(&bytes));
        }
        let mut gave_up = false;
        while taken + needed > allowed {
            let Some(victim) = coalesce::victim(&self.contents, incoming) else { break };
            self.contents.remove(&victim);
            taken = taken.saturating_sub(sizes.remove(&victim).unwrap_or(0));
            gave_up |= self.give_up(victim)?;
        }
        Ok(gave_up)
    }

    /// Gives up one report; whether it was still there.
    fn give_up(&self, sequence: u64) -> Result<bool, Error> {
        let lost = self.queue.path(sequence, Kind::Lost);
        if !durable::rename(&self.queue.path(sequence, Kind::Report), &lost)? {
            return Ok(false);
        }
        tracing::warn!(sequence, "spool is full, report given up");
        let gap = queue::gap_of(&durable::read(&lost)?.unwrap_or_default(), sequence);
        if gap.count == 1 {
            durable::empty(&lost)?;
        } else {
            durable::write(&lost, &serde_json::to_vec(&gap).unwrap_or_default())?;
        }
        Ok(true)
    }

    /// The most bytes that the spool may take now.
    fn allowed(&self) -> Result<u64, Error> {
        let taken: u64 = self.queue.entries()?.iter().map(|entry| entry.bytes).sum();
        let disk = rustix::fs::statvfs(&self.queue.dir)
            .map_err(|error| durable::Error::on("memeriksa ruang", &self.queue.dir)(error.into()))?;
        let low = disk.f_bavail.saturating_mul(100) < disk.f_blocks.saturating_mul(self.min_free_percent);
        Ok(if low { self.most.min(taken.max(self.least)) } else { self.most })
    }
}

fn parse_number(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok()?.trim_end().parse().ok()
}

fn lock(path: &Path) -> Result<File, Error> {
    let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = open.map_err(durable::Error::on("membuka", path))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => {
            Err(Error::Locked(path.parent().unwrap_or(path).display().to_string()))
        }
        Err(error) => Err(durable::Error::on("mengunci", path)(error.into()).into()),
    }
}

#[cfg(test)]
mod tests;
