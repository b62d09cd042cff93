//! The dated tables that lists look up: kode barang, and until when operating systems are supported. Read for
//! each list, so that a table that was edited speaks at once; one that was broken since the collector started
//! (which checks them) is passed over for the table that comes with the program.

use std::path::Path;

use crate::config::Config;
use crate::lifecycle::Table;
use crate::register::Codes;

/// The kode barang.
pub(super) fn codes(config: &Config) -> Codes {
    let edited = read(config.register.codes.as_deref()).and_then(|text| Codes::parse(&text).ok());
    edited.unwrap_or_else(Codes::shipped)
}

/// The ends of operating systems.
pub(super) fn lifecycle(config: &Config) -> Option<Table> {
    let edited = read(config.os_lifecycle.as_deref()).and_then(|text| Table::parse(&text).ok());
    edited.or_else(|| Table::shipped().ok())
}

fn read(path: Option<&Path>) -> Option<String> {
    std::fs::read_to_string(path?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = include_str!("../../../config/collector.toml");

    #[test]
    fn an_edited_table_is_read_and_a_broken_one_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kode-barang.toml");
        let mut config = Config::parse("c.toml", CONFIG).unwrap();
        config.register.codes = Some(path.clone());
        assert_eq!(codes(&config), Codes::shipped(), "not there");
        crate::durable::write(&path, b"checked = \"2026-11-22\"\nsource = \"uji\"\n").unwrap();
        assert_eq!(codes(&config).source, "uji");
        crate::durable::write(&path, b"checked = ").unwrap();
        assert_eq!(codes(&config), Codes::shipped(), "broken");
        assert!(lifecycle(&config).is_some());
    }
}
