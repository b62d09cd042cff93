//! What crosses the wire between an agent and the collector. No I/O, no clock.
//!
//! The way of one report: [`report::Report`] (what the sensors read) is shortened by what the collector has
//! already ([`base`]), packed by [`body`] (JSON, zstd, counted when opened), closed by [`seal`] (numbered, digested, signed) and answered by a
//! [`receipt::Receipt`]: the ledger leaf, a signed [`checkpoint`] and the [`merkle`] proof that joins them.
//! [`enrolment`] is how an agent gets its name and its certificate.

pub mod backup;
pub mod base;
pub mod body;
pub mod checkpoint;
pub mod digest;
pub mod enrolment;
pub mod id;
pub mod inventory;
pub mod lan;
pub mod limits;
pub mod merkle;
pub mod receipt;
pub mod report;
pub mod seal;
pub mod witness;

/// The version of the report format; a collector reads this one and every older one.
///
/// 2: a section may be [`report::Outcome::Same`]. It is sent only to a collector whose answer shows that it knows
/// this ([`receipt::Answer::release`]).
pub const VERSION: u16 = 2;

/// Where an agent hands in a sealed report (`POST`, mutual TLS). Answer: [`receipt::Answer`].
pub const REPORTS_PATH: &str = "/v1/reports";
/// Where a new agent trades a token for a certificate (`POST`, server-authenticated TLS).
pub const ENROL_PATH: &str = "/v1/enrol";
/// Where a known agent gets its next certificate (`POST`, signed with the identity key, so that a host
/// that was off for longer than a certificate lives comes back by itself).
pub const CERTIFICATE_PATH: &str = "/v1/certificate";
/// Request header with the size of the last checkpoint the agent holds; the answer then proves that the
/// ledger only grew since.
pub const TREE_SIZE_HEADER: &str = "patuh-tree-size";
