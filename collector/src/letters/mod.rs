//! Letters: documents that officials sign, as DOCX that can still be edited.
//!
//! What stands in the books is filled in; what is not known is dots to write on. The number stays open: the office's
//! own system of letters (SRIKANDI) gives it. A letter is a draft until somebody has signed it on paper or with
//! TTE; it never says more than the register, and its foot has the ledger's checkpoint, by which what it was made
//! from can be found again.
//!
//! [`paper`] is what all letters have in common: A4, kop, tables, signatures, foot. [`words`] spells numbers and days
//! as berita acara do. Each letter is a file of its own.

mod lan;
mod paper;
mod storage;
mod words;

pub use lan::{LanLetter, LanOccasion};
pub use paper::{Annex, Letterhead, Signatory};
pub use storage::{StorageRecord, StoredMedium};

/// A letter that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("letter: {0}")]
pub struct Error(String);

/// The media type of a DOCX.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
