//! The register of assets (Barang Milik Daerah): what the books say, beside what the agents see. Pure: no
//! store, no page, no clock.
//!
//! An [`Asset`] is a physical unit or a licence. Virtual machines, containers and memory modules are parts or
//! tenants of one and never rows of the register. Facts of the books ([`Book`]) are entered or accepted by a
//! person; facts that an agent saw are never copied into them, they stand beside them and are compared.
//!
//! [`Field`] is an asset as flat columns, which forms, sheets, imports and the telling of changes share.
//! [`reconcile()`] holds the books against what is [`Seen`]. [`Codes`] are the kode barang.
//! [`import`] reads spreadsheets.

mod asset;
mod codes;
mod compare;
mod complete;
mod field;
mod hosts;
pub mod identifier;
pub mod import;
mod reconcile;
mod seen;
mod stages;
mod words;

pub use asset::{Asset, AssetId, AssetKind, Book, Condition, Place, Stage, StageEntry};
pub use codes::{BadCodes, Codes, KodeBarang};
pub use compare::{Fact, facts, memory_in};
pub(crate) use field::written;
pub use field::{Field, FieldKind, differences};
pub use hosts::Hosts;
pub use reconcile::{Mismatch, MismatchKind, Terms, reconcile};
pub use seen::Seen;
pub use stages::{stages_in_force, stages_laws};
