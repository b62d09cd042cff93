//! `packages/pacman`: Arch's packages, from the local database of pacman(8): a folder for each package with
//! its description in `desc`, of which the beginning tells enough.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::{MAX_PACKAGES, reading};
use crate::roots::lossy::{NAME, lossy};
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

const DATABASE: &str = "/var/lib/pacman/local";
/// How much of a description is read; name, version and architecture stand before the lists.
const BEGINNING: u64 = 4096;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let Some(names) = roots.list(DATABASE)? else { return Ok(None) };
    let folders = names.iter().filter(|name| *name != "ALPM_DB_VERSION").take(MAX_PACKAGES);
    let read = |name: &String| roots.head(&Path::new(DATABASE).join(name).join("desc"), BEGINNING);
    let described: Vec<Vec<u8>> =
        folders.clone().filter_map(|name| read(name).transpose()).collect::<Result<_, _>>()?;
    let packages: Vec<Package> = described.iter().filter_map(|desc| package(desc)).collect();
    if packages.is_empty() && folders.count() > 0 {
        return Err(Failure::malformed(DATABASE, "tidak memuat satu paket pun"));
    }
    Ok(reading(packages))
}

/// The package of a `desc` file: a field's name between `%`, its value on the next line.
fn package(desc: &[u8]) -> Option<Package> {
    let mut package = Package::default();
    let mut lines = desc.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    while let Some(line) = lines.next() {
        let field = match line {
            b"%NAME%" => &mut package.name,
            b"%VERSION%" => &mut package.version,
            b"%ARCH%" => &mut package.architecture,
            _ => continue,
        };
        *field = lossy(lines.next().unwrap_or_default(), NAME);
    }
    Some(package).filter(|package| !package.name.is_empty() && !package.version.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let expected = expected.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(seen(read, files), expected.map_err(str::to_owned));
    }

    #[test]
    fn each_folder_describes_a_package() {
        let openssl = "%NAME%\nopenssl\n\n%VERSION%\n3.4.0-1\n\n%BASE%\nopenssl\n\n%ARCH%\nx86_64\n\n%DEPENDS%\nglibc\n";
        check(
            &[
                ("var/lib/pacman/local/ALPM_DB_VERSION", "9\n"),
                ("var/lib/pacman/local/openssl-3.4.0-1/desc", openssl),
                ("var/lib/pacman/local/half-1-1/desc", "%NAME%\nhalf\n%VERSION%"),
                ("var/lib/pacman/local/gone-1-1/files", ""),
            ],
            Ok(&["openssl 3.4.0-1 x86_64"]),
        );
        check(&[("var/lib/pacman/local/ALPM_DB_VERSION", "9\n")], Ok(&["nothing"]));
        check(
            &[("var/lib/pacman/local/a-1-1/desc", "\0\0")],
            Err("/var/lib/pacman/local: tidak memuat satu paket pun"),
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = package(&bytes);
            let _ = package(&[b"%NAME%\n", bytes.as_slice(), b"\n%VERSION%\n", &bytes].concat());
        }
    }
}
