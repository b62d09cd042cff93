//! The table's text.

use jiff::civil::Date;
use patuh_protocol::inventory::System;
use serde::Deserialize;

/// The table that comes with this program.
const SHIPPED: &str = include_str!("../../../config/os-lifecycle.toml");

/// Releases of operating systems with the ends of their support.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The day on which the table was last held against its sources.
    pub checked: Date,
    /// The families of releases.
    #[serde(rename = "product")]
    pub products: Vec<Product>,
}

/// A family of releases.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name for people.
    pub name: String,
    /// `ID` of os-release(5).
    pub os: String,
    /// What `PRETTY_NAME` must contain.
    pub title: Option<String>,
    /// What the name of the running kernel must contain.
    pub kernel: Option<String>,
    /// What the extended support is called.
    pub extended: Option<String>,
    /// Where the dates come from.
    pub source: String,
    /// The releases.
    pub releases: Vec<Release>,
}

/// One release.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its number for people.
    pub version: String,
    /// Its number in `VERSION_ID` of os-release(5), where that is another one.
    pub base: Option<String>,
    /// The last day of its general support; `None` when that is not announced.
    pub ends: Option<Date>,
    /// The last day of its extended support.
    pub extended: Option<Date>,
}

/// Why a table cannot be read; `Display` is for an administrator, in Indonesian.
#[derive(Debug, thiserror::Error)]
pub enum BadTable {
    /// No such table in TOML.
    #[error("tabel akhir dukungan tidak dapat dibaca: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A release that contradicts itself.
    #[error("{0}: dukungan lanjutan berakhir sebelum dukungan umum")]
    Backwards(String),
    /// Two entries for one release.
    #[error("{0}: disebut dua kali")]
    Twice(String),
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// [`BadTable`].
    pub fn parse(text: &str) -> Result<Self, BadTable> {
        let table: Self = toml::from_str(text)?;
        for product in &table.products {
            product.check()?;
        }
        Ok(table)
    }

    /// The table that comes with this program.
    ///
    /// # Errors
    /// Never, as a test holds.
    pub fn shipped() -> Result<Self, BadTable> {
        Self::parse(SHIPPED)
    }
}

impl Product {
    /// Whether `system` is of this family.
    pub(super) fn is(&self, system: &System) -> bool {
        let contains = |text: Option<&String>, part: Option<&String>| {
            part.is_none_or(|part| text.is_some_and(|text| text.contains(part.as_str())))
        };
        system.id.as_ref() == Some(&self.os)
            && contains(system.name.as_ref(), self.title.as_ref())
            && contains(system.kernel.as_ref(), self.kernel.as_ref())
    }

    /// How much it asks for.
    pub(super) fn conditions(&self) -> usize {
        usize::from(self.title.is_some()) + usize::from(self.kernel.is_some())
    }

    fn check(&self) -> Result<(), BadTable> {
        for (i, release) in self.releases.iter().enumerate() {
            let name = || format!("{} {}", self.name, release.version);
            if release.extended.is_some_and(|extended| release.ends.is_none_or(|ends| extended < ends)) {
                return Err(BadTable::Backwards(name()));
            }
            if self.releases.iter().take(i).any(|other| other.version == release.version) {
                return Err(BadTable::Twice(name()));
            }
        }
        Ok(())
    }
}

impl Release {
    /// Its number in os-release(5).
    pub(super) fn base(&self) -> &str {
        self.base.as_deref().unwrap_or(&self.version)
    }

    /// Whether `VERSION_ID` is this release or a point release of it: `3.18` covers `3.18.4`, not `3.180`.
    pub(super) fn covers(&self, version: &str) -> bool {
        let rest = version.strip_prefix(self.base());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}
