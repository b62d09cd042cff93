//! `packages/rpm`: RPM packages, as `rpm -qa` tells them; only where there is a database, and only to query.
//!
//! The database itself has had three binary formats (Berkeley DB, NDB, SQLite). The only crate that reads
//! them (`rpmdb` 0.1) is an early port, and brings a second SQLite that cannot be in one build with sqlx's.
//! The host's own tool knows the host's own format, and waits for whoever is writing.

use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::MAX_PACKAGES;
use crate::roots::lossy::{NAME, lossy};
use crate::roots::{Command, Failure, Roots};
use crate::sensors::{Settings, listed};

/// Where the database lies, old and new (Fedora 36 moved it).
const FOLDERS: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
/// Its file, by format.
const FILES: [&str; 3] = ["Packages", "Packages.db", "rpmdb.sqlite"];
/// One package a line: name, version as rpm writes it (epoch only when there is one), architecture.
const FORMAT: &str = "%{NAME}\\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\\t%{ARCH}\\n";

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut files =
        FOLDERS.iter().flat_map(|folder| FILES.iter().map(move |file| format!("{folder}/{file}")));
    if !files.any(|file| roots.exists(file)) {
        return Ok(None);
    }
    let output = roots.run(&Command {
        label: "rpm -qa".to_owned(),
        program: "rpm",
        arguments: vec!["-qa".to_owned(), "--qf".to_owned(), FORMAT.to_owned()],
        environment: Vec::new(),
        limit: Duration::from_secs(120),
    })?;
    Ok(listed(parse(&output), Reading::Packages))
}

fn parse(output: &[u8]) -> Vec<Package> {
    let mut packages: Vec<Package> =
        output.split(|b| *b == b'\n').filter_map(package).take(MAX_PACKAGES).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// One line. Imported keys appear as packages named `gpg-pubkey` and are none.
fn package(line: &[u8]) -> Option<Package> {
    let mut fields = line.split(|byte| *byte == b'\t').map(|field| lossy(field, NAME));
    let (name, version, architecture) = (fields.next()?, fields.next()?, fields.next()?);
    let is_package = !name.is_empty() && !version.is_empty() && name != "gpg-pubkey";
    let architecture = if architecture == "(none)" { String::new() } else { architecture };
    is_package.then_some(Package { name, version, architecture, ..Package::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(output: &str, expected: &[&str]) {
        let host = fixture::host(&[("var/lib/rpm/Packages", ""), (".host/cmd/rpm_-qa", output)]);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let found = match &read {
            Some(Reading::Packages(found)) => found.as_slice(),
            _ => &[],
        };
        let found: Vec<_> =
            found.iter().map(|p| format!("{} {} {}", p.name, p.version, p.architecture)).collect();
        assert_eq!(found, expected, "{output}");
    }

    #[test]
    fn packages_are_read_sorted_and_keys_left_out() {
        check(
            "zlib\t1.2.7-21.el7_9\tx86_64\nbind-libs\t32:9.11.4-26.P2.el7_9.16\tx86_64\n\
             gpg-pubkey\tf4a80eb5-53a7ff4b\t(none)\nrubbish\nodd\t1-1\t(none)\n\t\t\n",
            &["bind-libs 32:9.11.4-26.P2.el7_9.16 x86_64", "odd 1-1 ", "zlib 1.2.7-21.el7_9 x86_64"],
        );
        check("", &[]);
    }

    #[test]
    fn no_database_is_nothing_and_a_broken_one_a_failure() {
        let read = |files: &[(&str, &str)]| {
            let host = fixture::host(files);
            let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH);
            (read.map_err(|failure| failure.to_string()), host.roots.commands_run())
        };
        assert_eq!(read(&[("usr/bin/rpm", "")]), (Ok(None), 0));
        let broken = [
            ("usr/lib/sysimage/rpm/rpmdb.sqlite", ""),
            (".host/cmd/rpm_-qa.failed", "kode keluar 1: error: rpmdb"),
        ];
        assert_eq!(read(&broken), (Err("rpm -qa: kode keluar 1: error: rpmdb".into()), 1));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(output: Vec<u8>) {
            let _ = parse(&output);
            let _ = parse(&[b"a\t", output.as_slice(), b"\tb\n"].concat());
        }
    }
}
