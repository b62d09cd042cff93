//! The kode barang of ICT equipment: a dated reference (`config/kode-barang.toml`). It proposes, a person
//! accepts; a code that a book has already tells the kind of its asset, never the other way round.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::AssetKind;

/// What the package ships: `config/kode-barang.toml`.
const SHIPPED: &str = include_str!("../../../config/kode-barang.toml");

/// The group of ICT equipment in Permendagri 108/2016: computers, and what belongs to them.
const COMPUTERS: &str = "1.3.2.10.";

/// The group of intangible assets: licences.
const INTANGIBLE: &str = "1.5.3.";

/// The table of codes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// The day it was last checked.
    pub checked: Date,
    /// Where it is from.
    pub source: String,
    /// The codes, in the order of the file.
    #[serde(default, rename = "code")]
    pub all: Vec<KodeBarang>,
}

/// A kode barang.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KodeBarang {
    /// The code, such as `1.3.2.10.02.04.001`.
    pub code: String,
    /// Its standard name ("nama baku").
    pub name: String,
    /// The kind of asset that it stands for.
    pub kind: AssetKind,
    /// Whether it is the one proposed for its kind.
    #[serde(default)]
    pub proposed: bool,
    /// What a pengurus barang should know.
    #[serde(default)]
    pub note: Option<String>,
}

/// What is wrong with a table, in Indonesian.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadCodes(String);

impl Codes {
    /// Reads a table.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadCodes> {
        let codes: Self = toml::from_str(text).map_err(|error| BadCodes(error.to_string()))?;
        let (mut seen, mut proposed) = (BTreeSet::new(), BTreeSet::new());
        for code in &codes.all {
            let wrong = |what: &str| Err(BadCodes(format!("kode {:?}: {what}", code.code)));
            if super::identifier::kode_barang(&code.code).ok().flatten().as_ref() != Some(&code.code) {
                return wrong("bukan kode barang; tulis seperti 1.3.2.10.02.04.001");
            }
            if code.name.trim().is_empty() {
                return wrong("`name` kosong");
            }
            if !seen.insert(&code.code) {
                return wrong("tercantum dua kali");
            }
            if code.proposed && !proposed.insert(code.kind) {
                return wrong("jenis ini sudah punya kode yang diusulkan");
            }
        }
        Ok(codes)
    }

    /// The table that comes with the program.
    #[must_use]
    pub fn shipped() -> Self {
        let empty = || Self { checked: Date::ZERO, source: String::new(), all: Vec::new() };
        Self::parse(SHIPPED).unwrap_or_else(|_| empty())
    }

    /// The code that is proposed for a kind of asset.
    #[must_use]
    pub fn propose(&self, kind: AssetKind) -> Option<&KodeBarang> {
        self.all.iter().find(|code| code.proposed && code.kind == kind)
    }

    /// What is known of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&KodeBarang> {
        self.all.iter().find(|known| known.code == code)
    }

    /// The kind of asset that a code of the books stands for.
    #[must_use]
    pub fn kind_of(&self, code: &str) -> Option<AssetKind> {
        let licence = || code.starts_with(INTANGIBLE).then_some(AssetKind::Licence);
        self.find(code).map(|known| known.kind).or_else(licence)
    }

    /// Whether a code is of ICT equipment, so that its row of a whole KIB belongs into this register.
    #[must_use]
    pub fn is_ict(&self, code: &str) -> bool {
        self.kind_of(code).is_some() || code.starts_with(COMPUTERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_proposes_for_the_kinds_it_knows() {
        let codes = Codes::parse(SHIPPED).unwrap();
        assert_eq!(codes, Codes::shipped());
        let check = |kind, expected: Option<&str>| {
            assert_eq!(codes.propose(kind).map(|code| code.code.as_str()), expected, "{kind:?}");
        };
        check(AssetKind::Server, Some("1.3.2.10.02.04.001"));
        check(AssetKind::Licence, Some("1.5.3.01.01.05.001"));
        check(AssetKind::Power, None);
    }

    #[test]
    fn a_code_tells_the_kind() {
        let codes = Codes::shipped();
        let check = |code: &str, kind, ict| {
            assert_eq!((codes.kind_of(code), codes.is_ict(code)), (kind, ict), "{code}");
        };
        check("1.3.2.10.02.04.002", Some(AssetKind::Network), true);
        check("1.3.2.10.02.09.999", None, true);
        check("1.5.3.01.01.01.001", Some(AssetKind::Licence), true);
        check("1.3.2.05.02.01.002", None, false);
    }

    #[test]
    fn a_bad_table_is_told_by_its_code() {
        let check = |body: &str, what: &str| {
            let text = format!("checked = \"2026-11-22\"\nsource = \"x\"\n{body}");
            let error = Codes::parse(&text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        };
        let one = |code: &str| {
            format!("[[code]]\ncode = \"{code}\"\nname = \"x\"\nkind = \"server\"\nproposed = true\n")
        };
        check(&one("132"), "bukan kode barang");
        check(&(one("1.3.2.10.02.04.001") + &one("1.3.2.10.02.04.001")), "dua kali");
        check(&(one("1.3.2.10.02.04.001") + &one("1.3.2.10.02.04.002")), "sudah punya");
        check("[[code]]\ncode = \"1.3.2\"\nname = \"x\"\nkind = \"kulkas\"\n", "kulkas");
    }
}
