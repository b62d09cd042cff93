//! `packages/apk`: Alpine's packages, from the database of apk(8) (`apk-installed(5)`): paragraphs of lines
//! with a letter and a colon. Most lines name files and are passed over.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::{MAX_PACKAGES, reading};
use crate::roots::lossy::{NAME, lossy};
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

/// Where the database lies, up to version 2 and from version 3 of apk on.
const FILES: [&str; 2] = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    for file in FILES {
        let mut found = Paragraphs::default();
        let Some(bytes) = roots.each_line(Path::new(file), |line| found.line(line))? else { continue };
        found.end();
        if bytes > 0 && found.packages.is_empty() {
            // A power cut leaves a file of NULs: that is not "everything was removed".
            return Err(Failure::malformed(file, "tidak memuat satu paket pun yang terpasang"));
        }
        return Ok(reading(found.packages));
    }
    Ok(None)
}

/// The packages of the database, as its lines come in.
#[derive(Default)]
struct Paragraphs {
    paragraph: Package,
    packages: Vec<Package>,
}

impl Paragraphs {
    fn line(&mut self, line: &[u8]) {
        let field = match line {
            [] => return self.end(),
            [b'P', b':', ..] => &mut self.paragraph.name,
            [b'V', b':', ..] => &mut self.paragraph.version,
            [b'A', b':', ..] => &mut self.paragraph.architecture,
            _ => return,
        };
        *field = lossy(line.get(2..).unwrap_or_default(), NAME);
    }

    /// The paragraph is over.
    fn end(&mut self) {
        let package = std::mem::take(&mut self.paragraph);
        let is_package = !package.name.is_empty() && !package.version.is_empty();
        if is_package && self.packages.len() < MAX_PACKAGES {
            self.packages.push(package);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let expected = expected.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(seen(read, files), expected.map_err(str::to_owned));
    }

    const INSTALLED: &str = "C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nS:383459\nT:the musl c library\nF:lib\n\
        R:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q1x=\n\nP:busybox\nV:1.36.1-r29\nA:x86_64\n\nP:versionless\n\n\
        P:\u{1b}[31mred\nV:1\n";

    #[test]
    fn the_database_names_what_is_installed() {
        let found: &[&str] = &["busybox 1.36.1-r29 x86_64", "musl 1.2.5-r0 x86_64", "\u{fffd}[31mred 1"];
        check(&[("lib/apk/db/installed", INSTALLED)], Ok(found));
        check(&[("usr/lib/apk/db/installed", INSTALLED)], Ok(found));
        check(&[("etc/hostname", "x")], Ok(&["nothing"]));
        check(&[("lib/apk/db/installed", "")], Ok(&["nothing"]));
        check(
            &[("lib/apk/db/installed", "\0\0\0\0")],
            Err("/lib/apk/db/installed: tidak memuat satu paket pun yang terpasang"),
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(lines: Vec<Vec<u8>>) {
            let mut found = Paragraphs::default();
            for line in &lines {
                found.line(line);
                found.line(&[b"P:", line.as_slice()].concat());
                found.line(&[b"V:", line.as_slice()].concat());
                found.line(b"");
            }
            assert!(found.packages.len() <= lines.len() * 2);
        }
    }
}
