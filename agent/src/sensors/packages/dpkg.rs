//! `packages/dpkg`: Debian packages, from dpkg's own status file.
//!
//! `dpkg-query` would only read the same file. It is passed over once, line by line, in the memory of one
//! line. Images without dpkg ("distroless") keep one file per package in `status.d`, without a `Status`.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::MAX_PACKAGES;
use crate::roots::lossy::{NAME, lossy};
use crate::roots::{Failure, Roots};
use crate::sensors::{Settings, listed};

const STATUS: &str = "/var/lib/dpkg/status";
const STATUS_D: &str = "/var/lib/dpkg/status.d";

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut found = Paragraphs::default();
    let bytes = roots.each_line(Path::new(STATUS), |line| found.line(line))?;
    found.end();
    if bytes.is_some_and(|bytes| bytes > 0) && found.packages.is_empty() {
        // A power cut leaves a file of NULs: that is not "everything was removed".
        return Err(Failure::malformed(STATUS, "tidak memuat satu paket pun yang terpasang"));
    }
    let names = roots.list(STATUS_D)?.unwrap_or_default();
    for name in names.iter().filter(|name| !name.ends_with(".md5sums")).take(MAX_PACKAGES) {
        roots.each_line(&Path::new(STATUS_D).join(name), |line| found.line(line))?;
        found.paragraph.is_installed = true;
        found.end();
    }
    found.packages.sort_unstable();
    found.packages.dedup();
    Ok(listed(found.packages, Reading::Packages))
}

/// The packages of a file of paragraphs (deb822(5)), as its lines come in.
#[derive(Default)]
struct Paragraphs {
    paragraph: Paragraph,
    packages: Vec<Package>,
}

#[derive(Default)]
struct Paragraph {
    name: String,
    version: String,
    architecture: String,
    is_installed: bool,
}

impl Paragraphs {
    fn line(&mut self, line: &[u8]) {
        // Most lines continue a description or name files; look at the first sign before anything else.
        match line.first() {
            None => self.end(),
            Some(b'P') => set(line, b"Package:", &mut self.paragraph.name),
            Some(b'V') => set(line, b"Version:", &mut self.paragraph.version),
            Some(b'A') => set(line, b"Architecture:", &mut self.paragraph.architecture),
            Some(b'S') => {
                if let Some(status) = line.strip_prefix(b"Status:") {
                    // Three words: what is wanted, whether an error is known, how far it is. Only one that
                    // is fully there counts; `hold ok installed` is.
                    self.paragraph.is_installed = status.trim_ascii().ends_with(b" installed");
                }
            }
            Some(_) => {}
        }
    }

    /// The paragraph is over.
    fn end(&mut self) {
        let Paragraph { name, version, architecture, is_installed } = std::mem::take(&mut self.paragraph);
        if is_installed && !name.is_empty() && !version.is_empty() && self.packages.len() < MAX_PACKAGES {
            self.packages.push(Package { name, version, architecture, ..Package::default() });
        }
    }
}

fn set(line: &[u8], key: &[u8], field: &mut String) {
    if let Some(value) = line.strip_prefix(key) {
        *field = lossy(value, NAME);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &[u8])], expected: Result<&[&str], &str>) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).map_err(|f| f.to_string());
        let read = read.map(|read| match read {
            Some(Reading::Packages(found)) => {
                found.iter().map(|p| format!("{} {} {}", p.name, p.version, p.architecture)).collect()
            }
            other => vec![format!("{other:?}")],
        });
        assert_eq!(
            read,
            expected.map(|e| e.iter().map(|p| (*p).to_owned()).collect()).map_err(str::to_owned)
        );
    }

    const STATUS_FILE: &[u8] = b"Package: zlib1g\nStatus: install ok installed\nPriority: optional\nVersion: 1:1.2.13\n\
        Architecture: amd64\nDescription: compression\n Version: of a description\n\nPackage: gone\n\
        Status: deinstall ok config-files\nArchitecture: all\nVersion: 1\n\nPackage: held\nStatus: hold ok installed\n\
        Architecture: all\nVersion: 2\n\nPackage: half\nStatus: install ok half-installed\nVersion: 3\n\n\
        Package: broken\xff\0\nStatus: install ok installed\nVersion: 4\n\nPackage: versionless\n\
        Status: install ok installed\n";

    #[test]
    fn what_is_installed_counts() {
        check(
            &[("var/lib/dpkg/status", STATUS_FILE)],
            Ok(&["broken\u{fffd}\u{fffd} 4 ", "held 2 all", "zlib1g 1:1.2.13 amd64"]),
        );
        check(&[("etc/hostname", b"x")], Ok(&["None"]));
        check(&[("var/lib/dpkg/status", b"")], Ok(&["None"]));
        check(
            &[("var/lib/dpkg/status", &[0; 4096])],
            Err("/var/lib/dpkg/status: tidak memuat satu paket pun yang terpasang"),
        );
    }

    #[test]
    fn an_image_without_dpkg_has_a_file_for_each() {
        let one = b"Package: tzdata\nVersion: 2024b\nArchitecture: all\n";
        check(
            &[
                ("var/lib/dpkg/status.d/tzdata", one),
                ("var/lib/dpkg/status.d/tzdata.md5sums", b"Package: x\nVersion: 1\n"),
            ],
            Ok(&["tzdata 2024b all"]),
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(lines: Vec<Vec<u8>>) {
            let mut found = Paragraphs::default();
            for line in &lines {
                found.line(line);
                found.line(&[b"Package: ", line.as_slice()].concat());
                found.line(b"Status: install ok installed");
                found.line(&[b"Version:", line.as_slice()].concat());
                found.line(b"");
            }
            assert!(found.packages.len() <= lines.len());
        }
    }
}
