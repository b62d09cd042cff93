//! `packages/flatpak`: the applications and runtimes of Flatpak for the whole system. Each lies in
//! `KIND/NAME/ARCHITECTURE/BRANCH`, and one that is deployed has the link `active` there. A runtime's
//! version is its branch; an application tells its own in the `deploy` file, a GVariant with
//! `appdata-version` in it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::reading;
use crate::roots::lossy::{NAME, lossy, name};
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

const INSTALLATION: &str = "/var/lib/flatpak";
/// How many names of one folder are followed.
const MAX_NAMES: usize = 512;
/// How much of a `deploy` file is read; they have a few kilobytes.
const MAX_DEPLOY: u64 = 256 * 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut packages = Vec::new();
    for kind in ["app", "runtime"] {
        for of_name in below(roots, &Path::new(INSTALLATION).join(kind))? {
            for of_architecture in below(roots, &of_name)? {
                let branches = below(roots, &of_architecture)?;
                packages.extend(branches.iter().filter_map(|branch| package(roots, branch)));
            }
        }
    }
    Ok(reading(packages))
}

/// What lies in `folder`, without the links to what is used.
fn below(roots: &Roots, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let names = roots.list(folder)?.unwrap_or_default();
    let names = names.iter().filter(|name| *name != "current" && *name != "active");
    Ok(names.take(MAX_NAMES).map(|name| folder.join(name)).collect())
}

/// The package in `…/NAME/ARCHITECTURE/BRANCH`, if it is deployed.
fn package(roots: &Roots, branch: &Path) -> Option<Package> {
    roots.link(branch.join("active"))?;
    let deploy = roots.head(&branch.join("active/deploy"), MAX_DEPLOY).ok().flatten().unwrap_or_default();
    let mut words = branch.iter().rev().map(|word| name(&word.to_string_lossy()));
    let (branch, architecture, name) = (words.next()?, words.next()?, words.next()?);
    let version = appdata_version(&deploy).unwrap_or(branch);
    Some(Package { name, version, architecture, ..Package::default() })
}

/// `appdata-version` of a `deploy` file. The entry of the dictionary begins with its key, ended by NUL and
/// filled up with NULs; then comes the value, ended by NUL, and the mark of a string variant (GVariant
/// specification, 2.5).
fn appdata_version(deploy: &[u8]) -> Option<String> {
    let key = b"appdata-version\0";
    let at = deploy.windows(key.len()).position(|window| window == key)?;
    let rest = deploy.get(at + key.len()..)?;
    let rest = rest.get(rest.iter().position(|byte| *byte != 0)?..)?;
    let end = rest.windows(3).position(|window| window == b"\0\0s")?;
    Some(lossy(rest.get(..end)?, NAME)).filter(|version| !version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &[u8])], expected: &[&str]) {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen(read, files), Ok(expected));
    }

    const DEPLOY: &[u8] =
        b"flathub\0abc\0\0\0\0alt-id\0\0x\0\0s\x07appdata-version\x00\x00\x00\x00\x007.6.2\0\0s\x0f";

    #[test]
    fn what_is_deployed_counts() {
        check(
            &[
                ("var/lib/flatpak/app/org.libreoffice.LibreOffice/current", b"-> x86_64/stable"),
                ("var/lib/flatpak/app/org.libreoffice.LibreOffice/x86_64/stable/active", b"-> 3f1c"),
                ("var/lib/flatpak/app/org.libreoffice.LibreOffice/x86_64/stable/3f1c/deploy", DEPLOY),
                ("var/lib/flatpak/app/org.gone.App/x86_64/stable/77aa/deploy", DEPLOY),
                ("var/lib/flatpak/runtime/org.freedesktop.Platform/x86_64/23.08/active", b"-> 99cc"),
                ("var/lib/flatpak/runtime/org.freedesktop.Platform/x86_64/23.08/99cc/metadata", b""),
            ],
            &["org.freedesktop.Platform 23.08 x86_64", "org.libreoffice.LibreOffice 7.6.2 x86_64"],
        );
        check(&[("etc/hostname", b"x")], &["nothing"]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = appdata_version(&bytes);
            let _ = appdata_version(&[b"appdata-version\0", bytes.as_slice(), b"\0\0s"].concat());
        }
    }
}
