//! `sites`: web sites that are configured, and the applications in their document roots.
//!
//! The configuration of the servers is read as they read it, as far as sites go: [`apache`] (also XAMPP,
//! which brings its own), [`nginx`]. In each document root, and one level below it, [`applications`] are
//! recognised by files that only they have. Document roots under `/var/www` that no server names are
//! carried as well: a site that was switched off still has its data.
//!
//! A document root on another host is named and not looked into.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Site;
use patuh_protocol::report::Reading;

use super::mounts::{self, Mount};
use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Kind, Roots};

mod apache;
mod applications;
mod includes;
mod nginx;

/// How many sites are carried; hosting servers have some hundreds.
const MAX_SITES: usize = 1000;
/// How many folders below one document root are looked into.
const MAX_FOLDERS: usize = 300;
/// How many folders are looked into in all: each costs some thirty questions to the file system.
const MAX_LOOKS: usize = 2000;
/// How many names and addresses of one site are carried.
const MAX_NAMES: usize = 100;
/// Where sites lie by custom.
const CUSTOMARY: &str = "/var/www";
/// What makes a folder a site although nothing in it is known.
const INDEXES: [&str; 4] = ["index.php", "index.html", "index.htm", "public/index.php"];

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let configured = configured(roots)?;
    let mounts = mounts::read(roots).unwrap_or_default();
    let places = Places { roots, mounts, left: Cell::new(MAX_LOOKS) };
    let mut sites = merged(configured);
    for site in &mut sites {
        places.recognise(site);
    }
    let named = document_roots_of(&sites);
    sites.extend(places.below(&named));
    sites.sort_unstable_by(|a, b| (&a.server, &a.names, &a.root).cmp(&(&b.server, &b.names, &b.root)));
    sites.truncate(MAX_SITES);
    Ok(listed(sites, Reading::Sites))
}

/// The document roots that some server names.
pub(super) fn document_roots(roots: &Roots) -> Result<BTreeSet<PathBuf>, Failure> {
    Ok(document_roots_of(&configured(roots)?))
}

fn configured(roots: &Roots) -> Result<Vec<Site>, Failure> {
    let mut sites = apache::read(roots)?;
    sites.extend(nginx::read(roots)?);
    sites.truncate(MAX_SITES);
    Ok(sites)
}

fn document_roots_of(sites: &[Site]) -> BTreeSet<PathBuf> {
    sites.iter().filter_map(|site| site.root.as_deref()).map(PathBuf::from).collect()
}

/// What a server's configuration says of one site, as it is carried.
fn described(server: &str, block: &Block, root: Option<String>, file: &Path) -> Site {
    let carried = |texts: &[String]| {
        let texts: BTreeSet<String> = texts.iter().map(|text| name(text)).filter(|t| !t.is_empty()).collect();
        texts.into_iter().take(MAX_NAMES).collect()
    };
    Site {
        server: server.to_owned(),
        names: carried(&block.names),
        listen: carried(&block.listen),
        root: root.map(|root| name(&root)),
        file: Some(name(&file.to_string_lossy())),
        ..Site::default()
    }
}

/// One site as a configuration file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Block {
    names: Vec<String>,
    listen: Vec<String>,
    root: Option<String>,
}

/// A port alone means all addresses, and so does Apache's `_default_`.
fn listen(address: &str) -> String {
    let is_port = !address.is_empty() && address.bytes().all(|b| b.is_ascii_digit());
    if is_port { format!("*:{address}") } else { address.replace("_default_", "*") }
}

/// One site is often two blocks, for HTTP and HTTPS; the first is often nothing but a redirection, without
/// a document root of its own.
fn merged(sites: Vec<Site>) -> Vec<Site> {
    let mut merged: Vec<Site> = Vec::new();
    let (whole, bare): (Vec<Site>, Vec<Site>) = sites.into_iter().partition(|site| site.root.is_some());
    for site in whole.into_iter().chain(bare) {
        let same = merged.iter_mut().find(|known| {
            let is_same_root = site.root.is_none() || known.root == site.root;
            known.server == site.server && known.names == site.names && is_same_root && !site.names.is_empty()
        });
        match same {
            Some(known) => {
                let listen: BTreeSet<String> = known.listen.drain(..).chain(site.listen).collect();
                known.listen = listen.into_iter().take(MAX_NAMES).collect();
            }
            None => merged.push(site),
        }
    }
    merged
}

/// The folders of the host that may be looked into.
struct Places<'a> {
    roots: &'a Roots,
    mounts: Vec<Mount>,
    left: Cell<usize>,
}

impl Places<'_> {
    fn is_here(&self, folder: &Path) -> bool {
        !mounts::holding(&self.mounts, folder).is_some_and(Mount::is_remote)
    }

    /// Fills in which application lies in the site's document root.
    fn recognise(&self, site: &mut Site) {
        let Some(left) = self.left.get().checked_sub(1) else { return };
        self.left.set(left);
        let Some(root) = site.root.as_deref().map(Path::new).filter(|root| self.is_here(root)) else {
            return;
        };
        if let Some((application, version)) = applications::recognise(self.roots, root) {
            (site.application, site.version) = (Some(application), version);
        }
    }

    /// The sites one level below the document roots `named`, and under `/var/www` those that nobody names.
    fn below(&self, named: &BTreeSet<PathBuf>) -> Vec<Site> {
        let mut found = Vec::new();
        let customary = PathBuf::from(CUSTOMARY);
        for folder in named.iter().chain(Some(&customary).filter(|folder| !named.contains(*folder))) {
            for path in self.folders(folder) {
                let is_known = named.iter().any(|root| root.starts_with(&path));
                let site = (!is_known).then(|| self.unnamed(&path, *folder == customary)).flatten();
                found.extend(site);
            }
        }
        found
    }

    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        if !self.is_here(folder) {
            return Vec::new();
        }
        // A folder that may not be read, or holds far too much, is no place where sites lie side by side.
        let entries = self.roots.entries(folder, |name| !name.starts_with('.')).ok().flatten();
        let folders = entries.unwrap_or_default().into_iter().filter(|entry| entry.kind == Kind::Folder);
        folders.take(MAX_FOLDERS).map(|entry| folder.join(entry.name)).collect()
    }

    /// The site in `path`, which no server names: when its application is known, or when `any` will do.
    fn unnamed(&self, path: &Path, any: bool) -> Option<Site> {
        let mut site =
            Site { server: "files".to_owned(), root: Some(name(&path.to_string_lossy())), ..Site::default() };
        self.recognise(&mut site);
        let is_site = || any && INDEXES.iter().any(|index| self.roots.exists(path.join(index)));
        (site.application.is_some() || is_site()).then_some(site)
    }
}

#[cfg(test)]
mod tests;
