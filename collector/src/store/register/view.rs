//! What is asked of the register, and what it answers.

use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use crate::register::{AssetId, AssetKind, Condition, Stage};

/// Which assets a list is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetFilter {
    /// Only of this office.
    pub office: Option<Code>,
    /// Only of this kind.
    pub kind: Option<AssetKind>,
    /// Only those that are at this stage.
    pub stage: Option<Stage>,
    /// Only those in this condition.
    pub condition: Option<Condition>,
    /// Words that must occur in its number, names, codes, numbers, addresses, places or note.
    pub search: Option<String>,
}

/// The file that assets were imported from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// Its name.
    pub name: String,
    /// Of its bytes.
    pub digest: Digest,
}

/// What came of writing assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Booked {
    /// They stand in the register, each with its act in the ledger: their numbers, in the order they were given.
    Done(Vec<AssetId>),
    /// None was written, because of this one (its place among those given).
    Refused(usize, AssetRefusal),
}

/// Why an asset cannot be written. `Display` is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssetRefusal {
    /// There is no asset of this number.
    #[error("aset {0} tidak ada dalam register")]
    Unknown(AssetId),
    /// Somebody else has changed it since it was read.
    #[error("aset {id} sudah diubah oleh {who} sejak Anda membukanya; periksa isinya yang baru, lalu ulangi")]
    Overtaken {
        /// The asset.
        id: AssetId,
        /// Who wrote the version that stands.
        who: String,
    },
    /// No such agent is enrolled.
    #[error("agen {0} tidak terdaftar pada kolektor ini")]
    NoSuchAgent(String),
    /// The agent runs on another asset already.
    #[error("agen itu sudah tercatat pada aset {0}")]
    AgentBooked(AssetId),
    /// The agent runs on a virtual machine or in a container.
    #[error(
        "{host} adalah mesin virtual atau kontainer ({kind}), bukan Barang Milik Daerah; yang dicatat sebagai aset \
         adalah mesin fisik tempat ia berjalan"
    )]
    Guest {
        /// Its name.
        host: String,
        /// What it is a guest of.
        kind: String,
    },
}
