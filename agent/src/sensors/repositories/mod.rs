//! `repositories`: where the host's packages come from, as the files of its package managers say. Addresses
//! lose user names, passwords and query strings. One broken file does not cost the others.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Repository;
use patuh_protocol::report::Reading;

use super::salvage::salvage;
use super::{Settings, listed, redact};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};

mod apk;
mod apt;
mod ini;
mod pacman;
mod sections;

/// How many repositories are carried, and how many files of one folder are read.
const MAX_REPOSITORIES: usize = 1_000;
const MAX_FILES: usize = 256;
/// The largest file that is read.
const MAX_FILE: u64 = 256 * 1024;

/// What reads the text of one kind of file.
type Parse = fn(&str) -> Vec<Repository>;

/// The files with repositories: a file or, with an ending, every such file of a folder.
const FILES: [(&str, Option<&str>, Parse); 11] = [
    ("/etc/apt/sources.list", None, apt::one_line),
    ("/etc/apt/sources.list.d", Some(".list"), apt::one_line),
    ("/etc/apt/sources.list.d", Some(".sources"), apt::deb822),
    ("/etc/yum.conf", None, sections::yum),
    ("/etc/yum.repos.d", Some(".repo"), sections::yum),
    ("/etc/distro.repos.d", Some(".repo"), sections::yum),
    ("/etc/zypp/repos.d", Some(".repo"), sections::zypp),
    ("/etc/apk/repositories", None, apk::parse),
    ("/etc/apk/repositories.d", Some(".list"), apk::parse),
    ("/var/lib/flatpak/repo/config", None, sections::flatpak),
    ("/etc/flatpak/remotes.d", Some(".flatpakrepo"), sections::flatpak),
];

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let mut found = Vec::new();
    for (at, ending, parse) in FILES {
        for file in files(roots, at, ending)? {
            found.push(of_file(roots, &file, parse));
        }
    }
    found.push(pacman::read(roots));
    let mut repositories: Vec<Repository> = salvage(found)?.into_iter().flatten().collect();
    repositories.truncate(MAX_REPOSITORIES);
    Ok(listed(repositories, Reading::Repositories))
}

fn files(roots: &Roots, at: &str, ending: Option<&str>) -> Result<Vec<PathBuf>, Failure> {
    let Some(ending) = ending else { return Ok(vec![PathBuf::from(at)]) };
    let names = roots.list(at)?.unwrap_or_default();
    let names = names.iter().filter(|name| name.ends_with(ending) && !name.starts_with('.'));
    Ok(names.take(MAX_FILES).map(|name| Path::new(at).join(name)).collect())
}

fn of_file(roots: &Roots, file: &Path, parse: Parse) -> Result<Vec<Repository>, Failure> {
    let text = text(roots, file)?;
    let named = |repository| Repository { file: shown(&file.to_string_lossy()), ..repository };
    Ok(parse(&text).into_iter().map(named).collect())
}

fn text(roots: &Roots, file: &Path) -> Result<String, Failure> {
    let bytes = roots.head(file, MAX_FILE)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A repository in use, of which nothing but its kind and address is known.
fn repository(kind: &str, address: &str) -> Repository {
    let address = redact::location(address);
    Repository { kind: kind.to_owned(), address, enabled: true, ..Repository::default() }
}

#[cfg(test)]
mod tests;
