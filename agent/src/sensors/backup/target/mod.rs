//! Where a backup lies, as far as this host can see: beside what it protects, on another disk of the host, on a
//! medium that can be taken out, or on another host. Names are compared, never resolved: the agent asks no name
//! server.
//!
//! How near it is to what it protects can be said only when that is known: a file system is told by its number
//! (a bind mount shows another folder of the same one), a mounted image lies where its file lies, and LVM, RAID
//! and encryption are looked through down to the disks. Of several folders the nearest decides, since whatever
//! takes that one takes its copy too. A file system of another host behind an iSCSI disk looks like a disk here.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patuh_protocol::backup::{Target, TargetClass};

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::block::{self, Under};
use crate::sensors::mounts::{self, Mount};
use crate::sensors::{disks, redact, system};

/// What a location is compared with.
pub(super) struct Surroundings {
    mounts: Vec<Mount>,
    /// This host's names and addresses, lower case.
    own: BTreeSet<String>,
}

/// A location, taken apart.
#[derive(Debug, PartialEq, Eq)]
enum Location {
    /// A path of this host.
    Path(PathBuf),
    /// On the host of this name or address.
    Host(String),
    /// At a provider that is no host one could name.
    Provider,
    /// No telling, such as a remote of rclone, which may be a folder next door.
    Unclear,
}

impl Surroundings {
    /// What is mounted, and what this host is called.
    pub(super) fn read(roots: &Roots) -> Result<Self, Failure> {
        Ok(Self { mounts: mounts::read(roots)?, own: own(roots) })
    }

    /// Where `location`, a path or URL of a tool, lies, when it is not known what it protects.
    pub(super) fn target(&self, roots: &Roots, location: &str) -> Target {
        self.target_of(roots, location, &[])
    }

    /// Where `location`, a path or URL of a tool, lies, and how near to `sources`, the folders that it protects.
    pub(super) fn target_of(&self, roots: &Roots, location: &str, sources: &[String]) -> Target {
        let target = match taken_apart(location) {
            Location::Path(path) => self.target_in(roots, &path, sources),
            Location::Host(host) => self.target_on(&host),
            Location::Provider => Target { class: TargetClass::OtherHost, ..Target::default() },
            Location::Unclear => Target::default(),
        };
        Target { location: redact::location(location), ..target }
    }

    /// Whether what lies at `path` lies encrypted because all of its file system does.
    pub(super) fn is_encrypted(&self, roots: &Roots, path: &Path) -> bool {
        let mount = self.mount_of(roots, path).filter(|mount| !mount.is_remote());
        mount.is_some_and(|mount| block::under(roots, &self.mounts, mount).is_encrypted)
    }

    fn target_on(&self, host: &str) -> Target {
        let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let is_own = is_loopback || self.own.contains(&host.to_lowercase());
        if is_own {
            return Target { class: TargetClass::SameHost, ..Target::default() };
        }
        Target { host: Some(name(host)), class: TargetClass::OtherHost, ..Target::default() }
    }

    fn target_in(&self, roots: &Roots, path: &Path, sources: &[String]) -> Target {
        let Some(mount) = self.mount_of(roots, path) else { return Target::default() };
        if mount.is_remote() {
            let unnamed = || Target { class: TargetClass::OtherHost, ..Target::default() };
            return server(&mount.source).map_or_else(unnamed, |host| self.target_on(&host));
        }
        if mount.kind == "autofs" {
            // Nothing is mounted there until somebody looks, and looking may hang.
            return Target::default();
        }
        let under = block::under(roots, &self.mounts, mount);
        let near = sources.iter().filter_map(|source| self.nearness(roots, mount, &under, source)).min();
        match near {
            Some(near @ (TargetClass::SameFilesystem | TargetClass::SameDisk)) => {
                Target { class: near, ..Target::default() }
            }
            _ if self.is_removable(roots, &under) => Target {
                class: TargetClass::Removable,
                medium: medium(roots, &under, mount),
                ..Target::default()
            },
            _ => Target { class: TargetClass::SameHost, ..Target::default() },
        }
    }

    /// Whether all of it can be taken out, and the system does not lie on it.
    fn is_removable(&self, roots: &Roots, under: &Under) -> bool {
        let root = mounts::holding(&self.mounts, Path::new("/"));
        let root = root.map(|root| block::under(roots, &self.mounts, root).disks).unwrap_or_default();
        let all = !under.disks.is_empty() && under.disks.iter().all(|disk| block::is_removable(roots, disk));
        all && under.disks.is_disjoint(&root)
    }

    /// How near the mount `to`, with `under` under it, lies to `source`; `None` where that lies elsewhere.
    fn nearness(&self, roots: &Roots, to: &Mount, under: &Under, source: &str) -> Option<TargetClass> {
        let source = Some(Path::new(source)).filter(|source| source.is_absolute())?;
        let from = self.mount_of(roots, source).filter(|from| !from.is_remote() && from.kind != "autofs")?;
        let other = block::under(roots, &self.mounts, from);
        let pool = |mount: &Mount| {
            let pool = (mount.kind == "zfs").then(|| mount.source.split('/').next().map(str::to_owned));
            pool.flatten()
        };
        Some(if !under.file_systems.is_disjoint(&other.file_systems) {
            TargetClass::SameFilesystem
        } else if !under.disks.is_disjoint(&other.disks) || (pool(to).is_some() && pool(to) == pool(from)) {
            TargetClass::SameDisk
        } else {
            TargetClass::SameHost
        })
    }

    /// The mount that `path` lies on, through symbolic links; as written when they lead nowhere, or to a
    /// server that does not answer.
    fn mount_of(&self, roots: &Roots, path: &Path) -> Option<&Mount> {
        let written = mounts::holding(&self.mounts, path)?;
        if written.is_remote() || written.kind == "autofs" {
            return Some(written);
        }
        let (inner, owned) = (roots.clone(), path.to_owned());
        let work = move || Ok(owned.ancestors().find_map(|above| inner.real(above)));
        let real = roots.within(&format!("realpath {}", path.display()), Duration::from_secs(5), work);
        real.ok().flatten().map_or(Some(written), |real| mounts::holding(&self.mounts, &real))
    }
}

/// What tells a medium from others: its model and serial number; the UUID of its file system where the box it
/// sits in tells nothing (a card reader), or where it is more than one disk.
fn medium(roots: &Roots, under: &Under, mount: &Mount) -> Option<String> {
    let mut disks = under.disks.iter();
    let identity = match (disks.next(), disks.next()) {
        (Some(disk), None) => disks::identity(roots, disk),
        _ => None,
    };
    identity
        .or_else(|| disks::file_system_uuid(roots, &mount.device).map(|uuid| name(&format!("UUID {uuid}"))))
}

/// Every name and address of this host: its own, those of its interfaces, and what `/etc/hosts` makes of
/// them.
fn own(roots: &Roots) -> BTreeSet<String> {
    let addresses = roots.addresses().unwrap_or_default();
    let bare = addresses.values().flatten().filter_map(|address| address.split('/').next());
    let mut own: BTreeSet<String> = bare.map(str::to_lowercase).collect();
    own.insert("localhost".to_owned());
    if let Ok(hostname) = system::hostname(roots).map(|hostname| hostname.to_lowercase()) {
        own.extend(hostname.split('.').next().map(str::to_owned));
        own.insert(hostname);
    }
    let hosts = roots.text("/etc/hosts").ok().flatten().unwrap_or_default();
    for line in hosts.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
        let Some(address) = words.next().and_then(|word| word.parse::<IpAddr>().ok()) else { continue };
        if address.is_loopback() || own.contains(&address.to_string()) {
            own.extend(words.map(str::to_lowercase));
        }
    }
    own
}

/// Takes a path or URL apart: those of restic (its manual, "Preparing a new repository"), of rsync and of
/// borg.
fn taken_apart(location: &str) -> Location {
    if location.starts_with('/') {
        return Location::Path(PathBuf::from(location));
    }
    let of_host = |host: Option<String>| host.map_or(Location::Unclear, Location::Host);
    if let Some((scheme, rest)) = location.split_once("://") {
        return match scheme {
            "file" => Location::Path(PathBuf::from(rest)),
            _ => of_host(host_of_url(rest)),
        };
    }
    match location.split_once(':') {
        Some(("local", path)) => taken_apart(path),
        Some(("sftp", rest)) => of_host(server(rest)),
        Some(("s3", rest)) => of_host(host_of_url(rest)),
        Some(("b2" | "azure" | "gs" | "swift", _)) => Location::Provider,
        Some(("rclone", _)) | None => Location::Unclear,
        Some(_) => of_host(server(location)),
    }
}

/// The server in the source of a mount, or in an address as scp writes it: `host:/path`, `user@host:path`,
/// `[fd00::1]:/path`, `//server/share`, `mon1:6789,mon2:6789:/`, `https://host/dav`.
fn server(source: &str) -> Option<String> {
    if let Some((_, rest)) = source.split_once("://") {
        return host_of_url(rest);
    }
    if let Some(rest) = source.strip_prefix("//") {
        return host_of_url(rest);
    }
    let first = source.split(',').next().unwrap_or_default();
    let before_path = first.split('/').next().unwrap_or_default();
    if !before_path.contains(':') {
        return None;
    }
    bare_host(before_path)
}

/// The host in what follows `://`. A password may hold a `/` though it should not: then what looks like a
/// port is no number, and the host follows the last `@`.
fn host_of_url(rest: &str) -> Option<String> {
    let early = rest.split('/').next().unwrap_or_default();
    let port = early.rsplit_once(':').map_or("", |(_, port)| port);
    let is_sound = early.contains('@') || early.ends_with(']') || port.bytes().all(|b| b.is_ascii_digit());
    let late = || rest.rsplit('@').next().and_then(|late| late.split('/').next()).unwrap_or_default();
    bare_host(if is_sound { early } else { late() })
}

/// The host in `user:password@host:port`.
fn bare_host(authority: &str) -> Option<String> {
    let bare = authority.rsplit('@').next().unwrap_or_default();
    let host = match bare.strip_prefix('[') {
        Some(six) => six.split(']').next(),
        None => bare.split(':').next(),
    };
    host.map(str::to_owned).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests;
