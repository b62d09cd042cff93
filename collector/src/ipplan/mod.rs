//! The Dinas's plan of numbering ("Rencana Penomoran IP"), what is seen beside it, and by which way servers reach the
//! collector. Pure: no store, no page, no clock.
//!
//! Malang 23/2020 Pasal 5 gives the numbering to the Dinas alone, and wants what hangs on its network numbered so. A
//! [`Plot`] is a subnet with whoever it was given to; a [`Plan`] finds the plot of an address by longest prefix.
//! [`Seen`] is one server, out of the believed facts of its office's LAN; [`conformity()`] holds what is seen against
//! the plan and says what does not fit ([`Finding`]); [`Standing`] is that for one office, for the judge; [`Usage`]
//! how full a subnet is. [`IntranetUse`] says by which way a server came: Majalengka 13/2021 Pasal 18 ayat (5), the
//! Bukittinggi regulation's Pasal 23 ayat (2) and Madiun 41/2023 Pasal 18 ayat (2) want the intranet used.
//!
//! [`Field`] is a plot as flat columns, which forms, sheets, imports and the telling of changes share.

mod conformity;
mod field;
mod finding;
pub mod import;
mod path;
mod plan;
mod plot;
mod pool;
mod reach;
mod seen;
mod standing;
#[cfg(test)]
mod tests;
mod usage;
mod words;

pub use conformity::{Sight, conformity};
pub use field::{Field, differences};
pub use finding::{Finding, Kind, MisfitKind, Weight};
pub use path::{Arrival, IntranetUse, Way};
pub use plan::Plan;
pub use plot::{Plot, PlotId};
pub use pool::Pool;
pub use reach::{Attempt, Reach};
pub use seen::{Seen, SeenAddress};
pub use standing::{Standing, standings};
pub use usage::{Usage, usage};
pub use words::{Life, Purpose};
