//! The register by everything that a row may mean an asset by.

use std::collections::BTreeMap;

use super::super::Asset;
use super::super::identifier::{bare, known_serial};

/// Assets by what they are known by.
#[derive(Default)]
pub(super) struct Index<'a> {
    ids: BTreeMap<String, &'a Asset>,
    serials: BTreeMap<String, Vec<&'a Asset>>,
    nibars: BTreeMap<&'a str, Vec<&'a Asset>>,
    registers: BTreeMap<(String, String, String), Vec<&'a Asset>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(assets: &'a [Asset]) -> Self {
        let mut index = Self::default();
        for asset in assets {
            index.ids.insert(asset.id.to_string(), asset);
            if let Some(serial) = asset.serial.as_deref().and_then(known_serial) {
                index.serials.entry(bare(serial)).or_default().push(asset);
            }
            if let Some(nibar) = &asset.book.nibar {
                index.nibars.entry(nibar).or_default().push(asset);
            }
            if let Some((code, register)) = asset.book.code.as_ref().zip(asset.book.register.as_ref()) {
                let key = (asset.office.to_string(), code.clone(), number(register));
                index.registers.entry(key).or_default().push(asset);
            }
        }
        index
    }

    /// The asset with this number.
    pub(super) fn id(&self, id: &str) -> Option<&'a Asset> {
        self.ids.get(id).copied()
    }

    /// Those with this serial number.
    pub(super) fn serial(&self, serial: &str) -> &[&'a Asset] {
        self.serials.get(&bare(serial)).map_or(&[], Vec::as_slice)
    }

    /// Those with this NIBAR.
    pub(super) fn nibar(&self, nibar: &str) -> &[&'a Asset] {
        self.nibars.get(nibar).map_or(&[], Vec::as_slice)
    }

    /// Those with this nomor register under this kode barang in this office.
    pub(super) fn register(&self, office: &str, code: &str, register: &str) -> &[&'a Asset] {
        let key = (office.to_owned(), code.to_owned(), number(register));
        self.registers.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// A register without the zeros in front: `0001` and `1` are one number.
pub(super) fn number(register: &str) -> String {
    let bare = register.trim_start_matches('0');
    if bare.is_empty() { register.to_owned() } else { bare.to_owned() }
}
