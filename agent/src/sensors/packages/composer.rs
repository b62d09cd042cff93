//! `packages/composer`: PHP packages that Composer installed for web applications in the usual document
//! roots: `vendor/composer/installed.json` in the root, in a folder of it, or in a folder of that.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;
use serde::Deserialize;

use super::reading;
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::salvage::salvage;

/// Document roots of Debian and Red Hat, SUSE, nginx, XAMPP.
const ROOTS: [&str; 4] = ["/var/www", "/srv/www", "/usr/share/nginx/html", "/opt/lampp/htdocs"];
const INSTALLED: &str = "vendor/composer/installed.json";
/// A folder with more names than this holds uploads, not applications.
const MAX_NAMES: usize = 300;
/// How many folders are looked into in all, and how many packages of one application are taken.
const MAX_FOLDERS: usize = 4_096;
const MAX_OF_PLACE: usize = 2_000;
/// The largest list that is read; those of large applications have about one megabyte.
const MAX_LIST: u64 = 8 * 1024 * 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let (mut found, mut looked) = (Vec::new(), 0);
    let mut folders: Vec<PathBuf> = ROOTS.iter().map(PathBuf::from).collect();
    for depth in 0..3 {
        let mut deeper = Vec::new();
        for folder in folders {
            if looked == MAX_FOLDERS {
                break;
            }
            looked += 1;
            match roots.head(&folder.join(INSTALLED), MAX_LIST) {
                Ok(Some(list)) => found.push(packages(&folder, &list)),
                Ok(None) if depth < 2 => deeper.extend(children(roots, &folder)),
                Ok(None) => {}
                Err(failure) => found.push(Err(failure)),
            }
        }
        folders = deeper;
    }
    Ok(reading(salvage(found)?.into_iter().flatten().collect()))
}

/// What may be a folder in `folder`, unless it is hidden; what is none cannot be looked into.
fn children(roots: &Roots, folder: &Path) -> Vec<PathBuf> {
    let names = roots.list(folder).ok().flatten().unwrap_or_default();
    if names.len() > MAX_NAMES {
        return Vec::new();
    }
    names.into_iter().filter(|name| !name.starts_with('.')).map(|name| folder.join(name)).collect()
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

/// The list of version 2 of Composer; that of version 1 is bare.
#[derive(Deserialize)]
struct Entries {
    packages: Vec<Entry>,
}

fn packages(folder: &Path, list: &[u8]) -> Result<Vec<Package>, Failure> {
    let entries = if list.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice(list)
    } else {
        serde_json::from_slice(list).map(|entries: Entries| entries.packages)
    };
    let at = folder.join(INSTALLED);
    let entries =
        entries.map_err(|_| Failure::malformed(&at.to_string_lossy(), "bukan daftar paket Composer"))?;
    let place = shown(&folder.to_string_lossy());
    let package = |entry: Entry| Package {
        name: shown(&entry.name),
        version: shown(&entry.version),
        place: place.clone(),
        ..Package::default()
    };
    let packages = entries.into_iter().take(MAX_OF_PLACE).map(package);
    Ok(packages.filter(|package| !package.name.is_empty() && !package.version.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let expected = expected.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(seen(read, files), expected.map_err(str::to_owned));
    }

    const SECOND: &str = r#"{"packages":[{"name":"laravel/framework","version":"v9.52.16","dist":{"url":"x"}},
        {"name":"monolog/monolog","version":"2.9.2"},{"name":"half"}],"dev":false}"#;
    const FIRST: &str = r#" [{"name":"slim/slim","version":"3.12.4"}]"#;

    #[test]
    fn applications_are_found_two_folders_deep() {
        check(
            &[
                ("var/www/html/simpeg/vendor/composer/installed.json", SECOND),
                ("var/www/html/index.html", ""),
                ("srv/www/vendor/composer/installed.json", FIRST),
                ("var/www/html/a/b/vendor/composer/installed.json", FIRST),
                ("var/www/broken/vendor/composer/installed.json", "{"),
            ],
            Ok(&[
                "laravel/framework v9.52.16 /var/www/html/simpeg",
                "monolog/monolog 2.9.2 /var/www/html/simpeg",
                "slim/slim 3.12.4 /srv/www",
            ]),
        );
    }

    #[test]
    fn a_broken_list_alone_is_a_failure() {
        check(
            &[("var/www/app/vendor/composer/installed.json", "{}")],
            Err("/var/www/app/vendor/composer/installed.json: bukan daftar paket Composer"),
        );
        check(&[("var/www/html/index.html", "")], Ok(&["nothing"]));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = packages(Path::new("/x"), &bytes);
            let listed = serde_json::json!([{ "name": text, "version": text }]).to_string();
            let _ = packages(Path::new("/x"), listed.as_bytes());
        }
    }
}
