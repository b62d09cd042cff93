//! `packages/pip`: Python packages that pip and its like installed, in the usual places: for the whole
//! system, and in virtual environments right under `/opt`. A package is a folder `*.dist-info` or
//! `*.egg-info` (PEP 376).
//!
//! What the system's own package manager brought is known from there and left out here: Debian's
//! `/usr/lib/python3/dist-packages` as a whole, and elsewhere in `/usr/lib` whatever does not say that pip
//! installed it. So a plain host pays for a look into three folders.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::reading;
use crate::roots::lossy::{NAME, lossy, name as shown};
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::salvage::salvage;

/// Where the administrator's own packages lie; what is there, pip brought.
const LOCAL: [&str; 2] = ["/usr/local/lib", "/usr/local/lib64"];
/// Where the system's packages lie, and pip's among them.
const SYSTEM: [&str; 2] = ["/usr/lib", "/usr/lib64"];
/// How programs with an environment of their own are laid out below `/opt/NAME`.
const ENVIRONMENTS: [&str; 4] = ["lib", "lib64", "venv/lib", ".venv/lib"];
/// What calls itself the installer in `*.dist-info/INSTALLER` (PEP 627) and is no package manager of the
/// system; Fedora's packages say `rpm` there.
const INSTALLERS: [&str; 5] = ["pip", "uv", "poetry", "pdm", "conda"];
/// How many names below `/opt` are looked into, and how many packages of one place are taken.
const MAX_PROGRAMS: usize = 256;
const MAX_OF_PLACE: usize = 2_000;
/// How much of the metadata is read; name and version stand at the beginning.
const BEGINNING: u64 = 2048;

/// A folder with packages.
struct Place {
    folder: PathBuf,
    /// Whether the system's package manager puts its own here.
    is_systems: bool,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut found = Vec::new();
    for place in places(roots)? {
        found.push(packages(roots, &place));
    }
    Ok(reading(salvage(found)?.into_iter().flatten().collect()))
}

fn places(roots: &Roots) -> Result<Vec<Place>, Failure> {
    let mut places = Vec::new();
    for (libraries, is_systems) in LOCAL.map(|l| (l, false)).into_iter().chain(SYSTEM.map(|l| (l, true))) {
        places.extend(pythons(roots, Path::new(libraries), is_systems)?);
    }
    let programs = roots.list("/opt")?.unwrap_or_default();
    for program in programs.iter().take(MAX_PROGRAMS) {
        for environment in ENVIRONMENTS {
            let libraries = Path::new("/opt").join(program).join(environment);
            places.extend(pythons(roots, &libraries, false).unwrap_or_default());
        }
    }
    Ok(places)
}

/// The folders for packages of each Python in `libraries`. A `lib64` that is a link is `lib` again.
fn pythons(roots: &Roots, libraries: &Path, is_systems: bool) -> Result<Vec<Place>, Failure> {
    if roots.link(libraries).is_some() {
        return Ok(Vec::new());
    }
    let names = roots.list(libraries)?.unwrap_or_default();
    let pythons = names.iter().filter(|name| name.starts_with("python"));
    let folders = pythons.flat_map(|python| ["site-packages", "dist-packages"].map(|kind| (python, kind)));
    let folders = folders.filter(|(_, kind)| !is_systems || *kind == "site-packages");
    let place =
        |(python, kind): (&String, _)| Place { folder: libraries.join(python).join(kind), is_systems };
    Ok(folders.map(place).collect())
}

fn packages(roots: &Roots, place: &Place) -> Result<Vec<Package>, Failure> {
    let names = roots.list(&place.folder)?.unwrap_or_default();
    let infos = names.iter().filter(|name| name.ends_with(".dist-info") || name.ends_with(".egg-info"));
    let pips = infos.filter(|info| !place.is_systems || is_pips(roots, &place.folder.join(info)));
    Ok(pips.take(MAX_OF_PLACE).filter_map(|info| package(roots, &place.folder, info)).collect())
}

/// Whether pip or its like installed it. Old versions of pip leave a list of files instead of saying so.
fn is_pips(roots: &Roots, info: &Path) -> bool {
    match roots.value(info.join("INSTALLER")) {
        Some(installer) => INSTALLERS.contains(&installer.as_str()),
        None => roots.exists(info.join("installed-files.txt")),
    }
}

/// The package by its metadata, or by the folder's name where there are none. (A package of distutils is a
/// single file.)
fn package(roots: &Roots, folder: &Path, info: &str) -> Option<Package> {
    let at = folder.join(info);
    let files = [at.join("METADATA"), at.join("PKG-INFO"), at];
    let told = files.iter().find_map(|file| roots.head(file, BEGINNING).ok().flatten());
    let (name, version) = told.and_then(|told| header(&told)).or_else(|| by_name(info))?;
    Some(Package { name, version, place: shown(&folder.to_string_lossy()), ..Package::default() })
}

/// `Name` and `Version` of a header (Core metadata specifications), which an empty line ends.
fn header(told: &[u8]) -> Option<(String, String)> {
    let lines = || told.split(|byte| *byte == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    let field = |key: &[u8]| lines().find_map(|line| Some(lossy(line.strip_prefix(key)?, NAME)));
    let (name, version) = (field(b"Name:")?, field(b"Version:")?);
    (!name.is_empty() && !version.is_empty()).then_some((name, version))
}

/// `requests-2.31.0.dist-info`, `six-1.16.0-py3.9.egg-info`.
fn by_name(info: &str) -> Option<(String, String)> {
    let mut words = info.strip_suffix(".dist-info").or_else(|| info.strip_suffix(".egg-info"))?.split('-');
    let (name, version) = (words.next()?, words.next()?);
    (!name.is_empty() && !version.is_empty()).then(|| (shown(name), shown(version)))
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen(read, files), Ok(expected));
    }

    const GUNICORN: &str = "Metadata-Version: 2.1\nName: gunicorn\nVersion: 21.2.0\n\nVersion: of a text\n";

    #[test]
    fn the_administrators_own_packages_count() {
        check(
            &[
                ("usr/local/lib/python3.11/dist-packages/gunicorn-21.2.0.dist-info/METADATA", GUNICORN),
                ("usr/local/lib/python3.11/dist-packages/gunicorn/__init__.py", ""),
                ("opt/simpeg/venv/lib/python3.9/site-packages/Django-4.2.7.dist-info/RECORD", ""),
                ("opt/simpeg/venv/lib64", "-> lib"),
                (
                    "usr/local/lib/python2.7/site-packages/six-1.16.0-py2.7.egg-info",
                    "Name: six\nVersion: 1.16.0\n",
                ),
            ],
            &[
                "Django 4.2.7 /opt/simpeg/venv/lib/python3.9/site-packages",
                "gunicorn 21.2.0 /usr/local/lib/python3.11/dist-packages",
                "six 1.16.0 /usr/local/lib/python2.7/site-packages",
            ],
        );
    }

    #[test]
    fn what_the_system_brought_is_left_to_its_package_manager() {
        check(
            &[
                (
                    "usr/lib/python3/dist-packages/requests-2.28.1.egg-info/PKG-INFO",
                    "Name: requests\nVersion: 2.28.1\n",
                ),
                ("usr/lib/python3.9/site-packages/dnf-4.14.0.dist-info/INSTALLER", "rpm\n"),
                ("usr/lib/python3.9/site-packages/gunicorn-21.2.0.dist-info/INSTALLER", "pip\n"),
                (
                    "usr/lib/python2.7/site-packages/iniparse-0.4-py2.7.egg-info",
                    "Name: iniparse\nVersion: 0.4\n",
                ),
                ("usr/lib/python2.7/site-packages/certbot-1.3-py2.7.egg-info/installed-files.txt", ""),
            ],
            &[
                "certbot 1.3 /usr/lib/python2.7/site-packages",
                "gunicorn 21.2.0 /usr/lib/python3.9/site-packages",
            ],
        );
        check(&[("etc/hostname", "x")], &["nothing"]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = header(&[b"Name:", bytes.as_slice(), b"\nVersion:", &bytes].concat());
            let _ = by_name(&format!("{}.dist-info", String::from_utf8_lossy(&bytes)));
        }
    }
}
