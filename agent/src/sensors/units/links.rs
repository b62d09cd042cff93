//! What starts with the host, by the links of the unit folders (systemd.unit(5)).
//!
//! A service is *chosen* when the host's administrator, a package's installation or a generator (which
//! speaks for the old scripts of `/etc/init.d` and for clusters of PostgreSQL) linked it to a target. Links
//! that packages ship in their own folder start the inner parts of the system; those services are carried
//! only when they run.

use std::collections::BTreeSet;
use std::path::Path;

use crate::roots::{Failure, Roots};

/// Where somebody chose.
const CHOSEN: [&str; 5] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/run/systemd/generator",
    "/run/systemd/generator.early",
    "/run/systemd/generator.late",
];
/// Where packages bring their units. `/lib` is a link to `/usr/lib` on newer hosts, and then read once.
const SHIPPED: [&str; 3] =
    ["/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];
/// Folders of links to what a unit pulls in.
const PULLS: [&str; 3] = [".wants", ".requires", ".upholds"];
/// A unit of this name anywhere before its own file is forbidden to start.
const MASK: &str = "/dev/null";

/// Which services start with the host.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Those that somebody chose.
    pub(super) chosen: BTreeSet<String>,
    shipped: BTreeSet<String>,
    masked: BTreeSet<String>,
}

impl Links {
    /// Whether `unit` starts with the host.
    pub(super) fn starts(&self, unit: &str) -> bool {
        !self.masked.contains(unit) && (self.chosen.contains(unit) || self.shipped.contains(unit))
    }
}

pub(super) fn read(roots: &Roots) -> Result<Links, Failure> {
    let mut links = Links::default();
    for folder in CHOSEN {
        links.chosen.extend(pulled(roots, folder)?);
    }
    for folder in SHIPPED.iter().filter(|folder| !folder.starts_with("/lib/") || roots.link("/lib").is_none())
    {
        links.shipped.extend(pulled(roots, folder)?);
    }
    for folder in ["/etc/systemd/system", "/run/systemd/system"] {
        let names = roots.list(folder)?.unwrap_or_default().into_iter();
        let is_masked = |name: &String| {
            name.ends_with(".service")
                && roots.link(Path::new(folder).join(name)).is_some_and(|target| target == Path::new(MASK))
        };
        links.masked.extend(names.filter(is_masked));
    }
    links.chosen.retain(|name| !links.masked.contains(name));
    Ok(links)
}

/// The services that units in `folder` pull in. A link whose unit is gone with its package starts nothing.
fn pulled(roots: &Roots, folder: &str) -> Result<Vec<String>, Failure> {
    let mut pulled = Vec::new();
    let folders = roots.list(folder)?.unwrap_or_default();
    for inner in folders.iter().filter(|name| PULLS.iter().any(|ending| name.ends_with(ending))) {
        let inner = Path::new(folder).join(inner);
        let names = roots.list(&inner)?.unwrap_or_default().into_iter();
        pulled.extend(names.filter(|name| name.ends_with(".service") && roots.exists(inner.join(name))));
    }
    Ok(pulled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], chosen: &[&str], starts: &[(&str, bool)]) {
        let host = fixture::host(files);
        let links = read(&host.roots).unwrap();
        assert_eq!(links.chosen.iter().map(String::as_str).collect::<Vec<_>>(), chosen);
        for (unit, expected) in starts {
            assert_eq!(links.starts(unit), *expected, "{unit}");
        }
    }

    #[test]
    fn links_choose_masks_forbid_and_dangling_ones_count_for_nothing() {
        check(
            &[
                ("lib", "-> usr/lib"),
                ("usr/lib/systemd/system/ssh.service", ""),
                ("usr/lib/systemd/system/getty@.service", ""),
                ("usr/lib/systemd/system/inner.service", ""),
                ("usr/lib/systemd/system/sysinit.target.wants/inner.service", "-> ../inner.service"),
                ("etc/systemd/system/sshd.service", "-> /lib/systemd/system/ssh.service"),
                (
                    "etc/systemd/system/multi-user.target.wants/ssh.service",
                    "-> /lib/systemd/system/ssh.service",
                ),
                (
                    "etc/systemd/system/multi-user.target.wants/gone.service",
                    "-> /lib/systemd/system/gone.service",
                ),
                ("etc/systemd/system/multi-user.target.wants/cron.timer", ""),
                (
                    "etc/systemd/system/getty.target.wants/getty@tty1.service",
                    "-> /lib/systemd/system/getty@.service",
                ),
                ("etc/systemd/system/off.service", "-> /dev/null"),
                ("etc/systemd/system/a.target.requires/off.service", "-> /lib/systemd/system/ssh.service"),
                ("run/systemd/generator.late/multi-user.target.wants/siak.service", "-> ../siak.service"),
                ("run/systemd/generator.late/siak.service", ""),
            ],
            &["getty@tty1.service", "siak.service", "ssh.service"],
            &[("inner.service", true), ("off.service", false), ("ssh.service", true), ("x.service", false)],
        );
        check(&[("x", "")], &[], &[("ssh.service", false)]);
    }
}
