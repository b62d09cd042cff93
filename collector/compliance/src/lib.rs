//! The judge: [`evaluate`] holds an [`estate::Estate`] against a [`pack::Pack`] and says what it finds.
//!
//! Pure, total and deterministic: no I/O, no clock, no wire types; the same input gives the same bytes.
//! Rules are data ([`pack`], from `config/packs/*.toml`); algorithms are a closed enum ([`pack::Check`]). No
//! data is never a pass and never a breach, and a verdict is never better than its evidence.

mod checks;
pub mod coverage;
pub mod estate;
pub mod finding;
pub mod pack;
pub mod wording;

use jiff::Timestamp;

pub use coverage::Coverage;
pub use estate::Estate;
use estate::{Certainty, Location};
pub use finding::{Assessment, Finding, Verdict};
pub use pack::Pack;

/// How certain it is where a server stands that has this `location`. Whether a Pusat Pemulihan Bencana is a lawful
/// place too, the strictest of `packs` says.
#[must_use]
pub fn certainty(estate: &Estate, location: &Location, packs: &[Pack]) -> Certainty {
    checks::certainty(estate, location, packs)
}

/// Judges `estate` by the rules of `pack` as of `now`: every server, and every office that has servers but no
/// agent. Findings come in the order of the pack's rules, then of the subjects' ids.
#[must_use]
pub fn evaluate(estate: &Estate, pack: &Pack, now: Timestamp) -> Assessment {
    checks::all(estate, pack, now)
}
