//! `packages/…`: what is installed, one package manager a file.

use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::listed;

pub(super) mod apk;
pub(super) mod composer;
pub(super) mod dpkg;
pub(super) mod flatpak;
pub(super) mod npm;
pub(super) mod pacman;
pub(super) mod pip;
pub(super) mod rpm;
pub(super) mod snap;

/// How many packages are carried; the largest installations of Debian have about 6,000.
const MAX_PACKAGES: usize = 20_000;

/// `packages` in a stable order, each once.
fn reading(mut packages: Vec<Package>) -> Option<Reading> {
    packages.sort_unstable();
    packages.dedup();
    packages.truncate(MAX_PACKAGES);
    listed(packages, Reading::Packages)
}

#[cfg(test)]
mod laid {
    use jiff::Timestamp;

    use super::{Package, Reading};
    use crate::roots::{Failure, Roots, fixture};
    use crate::sensors::Settings;

    type Read = fn(&Roots, &Settings, Timestamp) -> Result<Option<Reading>, Failure>;

    /// What `read` makes of a host with `files`, a package a line.
    pub(super) fn seen(read: Read, files: &[(&str, impl AsRef<[u8]>)]) -> Result<Vec<String>, String> {
        let host = fixture::host(files);
        let words = |p: &Package| {
            let words = [p.name.as_str(), &p.version, &p.architecture, &p.place];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        match read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH) {
            Ok(None) => Ok(vec!["nothing".to_owned()]),
            Ok(Some(Reading::Packages(found))) => Ok(found.iter().map(words).collect()),
            Ok(Some(other)) => Err(format!("{other:?}")),
            Err(failure) => Err(failure.to_string()),
        }
    }
}
