//! What is asked of the plan of numbering, and what it answers.

use patuh_protocol::id::Code;

use crate::ipplan::{Life, PlotId, Purpose};

/// Which plots a list is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlotFilter {
    /// Only of this office.
    pub office: Option<Code>,
    /// Only for this.
    pub purpose: Option<Purpose>,
    /// Only in this state.
    pub life: Option<Life>,
    /// Words that must occur in its number, subnet, names, addresses, document or note.
    pub search: Option<String>,
}

/// What came of writing plots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlotsBooked {
    /// They stand in the plan, each with its act in the ledger: their numbers, in the order they were given.
    Done(Vec<PlotId>),
    /// None was written, because of this one (its place among those given).
    Refused(usize, PlotRefusal),
}

/// Why a plot cannot be written. `Display` is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlotRefusal {
    /// There is no plot of this number.
    #[error("subnet {0} tidak ada dalam rencana")]
    Unknown(PlotId),
    /// Somebody else has changed it since it was read.
    #[error(
        "subnet {id} sudah diubah oleh {who} sejak Anda membukanya; periksa isinya yang baru, lalu ulangi"
    )]
    Overtaken {
        /// The plot.
        id: PlotId,
        /// Who wrote the version that stands.
        who: String,
    },
    /// Another plot in force has this subnet.
    #[error("subnet itu sudah ditetapkan pada {0}; ubah atau cabut dahulu yang itu")]
    Taken(PlotId),
    /// It is given twice at once.
    #[error("subnet itu disebut dua kali")]
    Twice,
}
