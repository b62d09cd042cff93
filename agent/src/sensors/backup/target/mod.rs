//! Where a backup lies, as far as this host can see: on itself, on a medium that can be taken out, or on
//! another host. Names are compared, never resolved: the agent asks no name server.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use patuh_protocol::backup::{Target, TargetClass};

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::mounts::{self, Mount};
use crate::sensors::{block, redact, system};

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

    /// Where `location`, a path or URL of a tool, lies.
    pub(super) fn target(&self, roots: &Roots, location: &str) -> Target {
        let (host, class) = match taken_apart(location) {
            Location::Path(path) => self.class_of_path(roots, &path),
            Location::Host(host) => self.class_of_host(&host),
            Location::Provider => (None, TargetClass::OtherHost),
            Location::Unclear => (None, TargetClass::Unknown),
        };
        Target { location: redact::location(location), host, class, ..Target::default() }
    }

    fn class_of_host(&self, host: &str) -> (Option<String>, TargetClass) {
        let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let is_own = is_loopback || self.own.contains(&host.to_lowercase());
        if is_own { (None, TargetClass::SameHost) } else { (Some(name(host)), TargetClass::OtherHost) }
    }

    fn class_of_path(&self, roots: &Roots, path: &Path) -> (Option<String>, TargetClass) {
        let Some(mount) = self.mount_of(roots, path) else { return (None, TargetClass::Unknown) };
        if mount.is_remote() {
            return server(&mount.source)
                .map_or((None, TargetClass::OtherHost), |host| self.class_of_host(&host));
        }
        if mount.kind == "autofs" {
            // Nothing is mounted there until somebody looks, and looking may hang.
            return (None, TargetClass::Unknown);
        }
        let disks = block::disks_under(roots, &self.mounts, mount);
        let root = mounts::holding(&self.mounts, Path::new("/"));
        let under_root = root.map(|root| block::disks_under(roots, &self.mounts, root)).unwrap_or_default();
        let all_removable = !disks.is_empty() && disks.iter().all(|disk| block::is_removable(roots, disk));
        let removable = all_removable && disks.is_disjoint(&under_root);
        (None, if removable { TargetClass::Removable } else { TargetClass::SameHost })
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
