//! `[store]`: where the rows lie.

use toml::de::DeValue;

use super::reader::{Key, Reader, Wrong, text};

/// Where the rows lie.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoreConfig {
    /// A `postgres://` URL; `None`: SQLite in the state directory.
    pub url: Option<String>,
}

/// Reads `[store]`.
pub(super) fn read(root: &mut Reader<'_, '_>) -> StoreConfig {
    let Some(mut table) = root.table("store") else { return StoreConfig::default() };
    let url = table.optional(Key("url", "\"postgres://patuh@localhost/patuh\""), url);
    table.close();
    StoreConfig { url }
}

fn url(value: &DeValue<'_>) -> Result<String, Wrong> {
    let url = text(value)?;
    let known = ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme));
    // What stands there may hold a password: it is not repeated.
    if known { Ok(url) } else { Err("bukan URL postgres:// atau sqlite:".to_owned()) }
}

/// The URL may hold a password: it is never shown.
impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.url.is_some() { "StoreConfig(url set)" } else { "StoreConfig(sqlite in state)" })
    }
}
