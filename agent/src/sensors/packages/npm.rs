//! `packages/npm`: packages of Node.js that were installed for the whole system (`npm install --global`):
//! a folder each with its `package.json`, those of a scope (`@vue/cli`) one deeper. What an application
//! brings along for itself is not looked for.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;
use serde::Deserialize;

use super::reading;
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

const FOLDERS: [&str; 2] = ["/usr/lib/node_modules", "/usr/local/lib/node_modules"];
/// How many names of one folder are looked into.
const MAX_NAMES: usize = 1_000;
/// The largest `package.json` that is read.
const MAX_MANIFEST: u64 = 256 * 1024;

#[derive(Deserialize)]
struct Manifest {
    name: String,
    version: String,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut packages = Vec::new();
    for folder in FOLDERS {
        for name in roots.list(folder)?.unwrap_or_default().iter().take(MAX_NAMES) {
            let at = Path::new(folder).join(name);
            if name.starts_with('@') {
                let scoped = roots.list(&at)?.unwrap_or_default();
                packages.extend(
                    scoped.iter().take(MAX_NAMES).filter_map(|n| package(roots, folder, &at.join(n))),
                );
            } else {
                packages.extend(package(roots, folder, &at));
            }
        }
    }
    Ok(reading(packages))
}

/// The package in the folder `at`; a folder without a readable manifest (`.bin`) is none.
fn package(roots: &Roots, place: &str, at: &Path) -> Option<Package> {
    let json = roots.head(&at.join("package.json"), MAX_MANIFEST).ok()??;
    let manifest: Manifest = serde_json::from_slice(&json).ok()?;
    let (name, version) = (shown(&manifest.name), shown(&manifest.version));
    let is_package = !name.is_empty() && !version.is_empty();
    is_package.then(|| Package { name, version, place: place.to_owned(), ..Package::default() })
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen(read, files), Ok(expected));
    }

    #[test]
    fn what_is_there_for_all_counts() {
        check(
            &[
                ("usr/lib/node_modules/npm/package.json", r#"{"name":"npm","version":"10.2.4","bin":{}}"#),
                (
                    "usr/lib/node_modules/npm/node_modules/abbrev/package.json",
                    r#"{"name":"abbrev","version":"2.0.0"}"#,
                ),
                (
                    "usr/local/lib/node_modules/@vue/cli/package.json",
                    r#"{"name":"@vue/cli","version":"5.0.8"}"#,
                ),
                ("usr/local/lib/node_modules/.bin/vue", ""),
                ("usr/local/lib/node_modules/broken/package.json", r#"{"name":"broken","version":7"#),
            ],
            &["@vue/cli 5.0.8 /usr/local/lib/node_modules", "npm 10.2.4 /usr/lib/node_modules"],
        );
        check(&[("etc/hostname", "x")], &["nothing"]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let named = serde_json::json!({ "name": text, "version": text }).to_string().into_bytes();
            for json in [bytes, named] {
                let host = fixture::host(&[("x/package.json", json)]);
                let _ = package(&host.roots, "/x", Path::new("/x"));
            }
        }
    }
}
