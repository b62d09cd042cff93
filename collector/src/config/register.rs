//! `[register]`: the register of assets.

use std::path::PathBuf;

use super::reader::{Key, Reader, number, text};

/// The register of assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterConfig {
    /// After how many days without a report an asset counts as not seen. No law gives a number: `kebijakan Dinas`.
    pub not_seen_days: u32,
    /// Another table of kode barang than the one that comes with the program.
    pub codes: Option<PathBuf>,
}

impl Default for RegisterConfig {
    fn default() -> Self {
        Self { not_seen_days: 30, codes: None }
    }
}

/// Reads `[register]`.
pub(super) fn read(root: &mut Reader<'_, '_>) -> RegisterConfig {
    let default = RegisterConfig::default();
    let Some(mut table) = root.table("register") else { return default };
    let not_seen_days = table.optional(Key("not_seen_days", "30"), number).unwrap_or(default.not_seen_days);
    let codes = table.optional(Key("kode_barang", "\"/etc/patuh/kode-barang.toml\""), text);
    table.close();
    RegisterConfig { not_seen_days, codes: codes.map(Into::into) }
}
