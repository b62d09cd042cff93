//! Until when an operating system is supported. Pure: a dated table (`config/os-lifecycle.toml`) is asked about
//! what a host says of itself.
//!
//! What is not in the table is not known, never "supported". A release may have two ends: the general support,
//! and an extended one that is sold or reduced (LTS, ESM, ELS); between the two it is [`Standing::Extended`].

mod table;

use jiff::civil::Date;
use patuh_protocol::inventory::System;

pub use table::{BadTable, Product, Release, Table};

/// A release that was found in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Life<'a> {
    /// The family of releases.
    pub product: &'a Product,
    /// The release.
    pub release: &'a Release,
}

/// How a release stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// General support until this day.
    Supported(Date),
    /// Its end is not announced yet.
    Unannounced,
    /// General support is over; the extended one lasts until this day.
    Extended(Date),
    /// All support ended on this day.
    Ended(Date),
}

impl Table {
    /// The release that a host runs, by os-release(5) and its kernel.
    #[must_use]
    pub fn of(&self, system: &System) -> Option<Life<'_>> {
        let product = self.products.iter().filter(|product| product.is(system));
        // The first of those that ask for most.
        let product = product.rev().max_by_key(|product| product.conditions())?;
        let version = system.version.as_deref()?;
        let covering = product.releases.iter().filter(|release| release.covers(version));
        let release = covering.max_by_key(|release| release.base().len())?;
        Some(Life { product, release })
    }

    /// The release that a text names, such as `Windows Server 2012 R2 Standard`: for what has no agent.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<Life<'_>> {
        let text = format!("{} ", text.to_lowercase());
        let all = self.products.iter().flat_map(|product| product.releases.iter().map(move |r| (product, r)));
        let named = all.filter(|(product, release)| {
            let name = format!("{} {}", product.name, release.version).to_lowercase();
            text.split_once(&name).is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_ascii_digit()))
        });
        let longest = named.max_by_key(|(product, release)| product.name.len() + release.version.len());
        longest.map(|(product, release)| Life { product, release })
    }
}

impl Life<'_> {
    /// How it stands on `day`. The last day of a support still belongs to it.
    #[must_use]
    pub fn standing(&self, day: Date) -> Standing {
        let Some(ends) = self.release.ends else { return Standing::Unannounced };
        match self.release.extended {
            _ if day <= ends => Standing::Supported(ends),
            Some(extended) if day <= extended => Standing::Extended(extended),
            Some(extended) => Standing::Ended(extended.max(ends)),
            None => Standing::Ended(ends),
        }
    }

    /// `CentOS Linux 7`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.product.name, self.release.version)
    }
}

#[cfg(test)]
mod tests;
