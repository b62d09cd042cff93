//! The register of portable media, and who else can open encrypted backups. Pure: no store, no page, no clock.
//!
//! Malang 23/2020 Pasal 19 ayat (3) wants backups on portable media or at a safe place apart from the server room.
//! That a medium lies in a safe no agent can see: a person says so, with name and day ([`Medium`]). What agents do
//! see is when a medium was written ([`Writing`]); the two meet in the identity of the medium, and what is written
//! without being registered is proposed ([`proposals`]). An [`Escrow`] says who holds the key of encrypted backups
//! beside those who made them, never the key.
//!
//! [`Field`] is a medium as flat columns, which forms, sheets and the telling of changes share.

mod escrow;
mod field;
mod medium;
mod official;
mod words;
mod writing;

pub use escrow::{Escrow, EscrowField, EscrowId, holds};
pub use field::{Field, differences};
pub use medium::{Ending, Handover, Keeping, Medium, MediumId, Sighting};
pub use official::Official;
pub use words::{Life, MediumKind};
pub use writing::{Proposal, Writing, proposals, same_medium, written_last};
