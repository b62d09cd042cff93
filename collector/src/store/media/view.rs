//! What is asked of the register of media, and what it answers.

use jiff::Timestamp;
use patuh_protocol::id::Code;

use crate::media::{Escrow, Life, MediumId, MediumKind};

/// Which media a list is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaFilter {
    /// Only of this office.
    pub office: Option<Code>,
    /// Only of this kind.
    pub kind: Option<MediumKind>,
    /// Only in this state.
    pub life: Option<Life>,
    /// Words that must occur in label, number, identity, contents, place, names or note.
    pub search: Option<String>,
}

/// An attestation as it stands in the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Attested {
    /// What was attested.
    pub escrow: Escrow,
    /// The act in the ledger that made it.
    pub index: u64,
    /// When it was entered.
    pub at: Timestamp,
    /// Who entered it.
    pub who: String,
    /// The act that ended it before its time.
    pub ended: Option<u64>,
}

/// What came of writing a medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediumBooked {
    /// It stands in the register under this number, with its act in the ledger.
    Done(MediumId),
    /// Nothing was written.
    Refused(MediumRefusal),
}

/// Why a medium cannot be written. `Display` is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediumRefusal {
    /// There is no medium of this number.
    #[error("media {0} tidak ada dalam register")]
    Unknown(MediumId),
    /// Somebody else has changed it since it was read.
    #[error(
        "media {id} sudah diubah oleh {who} sejak Anda membukanya; periksa isinya yang baru, lalu ulangi"
    )]
    Overtaken {
        /// The medium.
        id: MediumId,
        /// Who wrote the version that stands.
        who: String,
    },
    /// Another medium that still exists has this label.
    #[error("label itu sudah dipakai media {0}; beri nomor lain, atau ubah media itu")]
    LabelTaken(MediumId),
    /// Another medium that still exists has this identity.
    #[error("nomor seri atau UUID itu sudah tercatat pada media {0}")]
    IdentityTaken(MediumId),
}
