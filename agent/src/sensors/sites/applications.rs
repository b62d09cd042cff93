//! Web applications, recognised by a file that only they have; the version is read out of it.
//!
//! The list holds what is met in local government: content management, learning, libraries, villages,
//! journals, and the frameworks that offices have their own applications written in. An application that is
//! not in the list is not guessed at.

use std::path::Path;

use crate::roots::Roots;
use crate::roots::lossy::{NAME, lossy};

/// How much of the file with the version is read; in the longest (Laravel's) it stands in the first 2 KiB.
const HEAD: u64 = 32 * 1024;
/// How often the key is looked at: comments have it, too.
const MAX_KEYS: usize = 8;
/// The longest version.
const MAX_VERSION: usize = 40;

/// How an application is recognised.
struct Application {
    name: &'static str,
    /// The file that only it has.
    file: &'static str,
    /// A second thing that must be there, where the file alone says too little.
    beside: &'static str,
    /// What stands before the version in the file.
    key: &'static str,
}

/// Special ones before those they are built on (OpenSID on CodeIgniter, say).
const KNOWN: [Application; 18] = [
    known("WordPress", "wp-includes/version.php", "", "$wp_version ="),
    known("Joomla", "administrator/manifests/files/joomla.xml", "", "<version>"),
    known("Drupal", "core/lib/Drupal.php", "", "const VERSION ="),
    known("Drupal", "includes/bootstrap.inc", "modules/node", "define('VERSION'"),
    known("Moodle", "version.php", "lib/moodlelib.php", "$release"),
    known("Nextcloud", "version.php", "lib/versioncheck.php", "$OC_VersionString"),
    known("OJS", "dbscripts/xml/version.xml", "lib/pkp", "<release>"),
    known("SLiMS", "sysconfig.inc.php", "admin/modules/bibliography", "SENAYAN_VERSION_TAG"),
    known("OpenSID", "donjo-app/helpers/opensid_helper.php", "", "VERSION"),
    known("OpenSID", "donjo-app", "", ""),
    known("MediaWiki", "includes/Defines.php", "api.php", "MW_VERSION"),
    known("phpMyAdmin", "libraries/classes/Version.php", "js", "const VERSION ="),
    known("GLPI", "inc/define.php", "front/central.php", "GLPI_VERSION"),
    known(
        "Laravel",
        "vendor/laravel/framework/src/Illuminate/Foundation/Application.php",
        "",
        "const VERSION =",
    ),
    known("Laravel", "artisan", "bootstrap/app.php", ""),
    known("CodeIgniter", "vendor/codeigniter4/framework/system/CodeIgniter.php", "", "const CI_VERSION ="),
    known("CodeIgniter", "system/CodeIgniter.php", "", "const CI_VERSION ="),
    known("CodeIgniter", "system/core/CodeIgniter.php", "", "CI_VERSION"),
];

const fn known(
    name: &'static str,
    file: &'static str,
    beside: &'static str,
    key: &'static str,
) -> Application {
    Application { name, file, beside, key }
}

/// Frameworks show a folder of theirs to the world and lie in the one above it.
const PUBLIC: [&str; 2] = ["public", "web"];

/// The application in a document root, and its version where a file tells.
pub(super) fn recognise(roots: &Roots, root: &Path) -> Option<(String, Option<String>)> {
    let above = root.file_name().filter(|name| PUBLIC.iter().any(|public| name.to_str() == Some(public)));
    let above = above.and_then(|_| root.parent());
    [Some(root), above].into_iter().flatten().find_map(|folder| within(roots, folder))
}

fn within(roots: &Roots, folder: &Path) -> Option<(String, Option<String>)> {
    let application = KNOWN.iter().find(|known| {
        roots.exists(folder.join(known.file))
            && (known.beside.is_empty() || roots.exists(folder.join(known.beside)))
    })?;
    let head = || roots.head(&folder.join(application.file), HEAD).ok().flatten();
    let head = if application.key.is_empty() { None } else { head() };
    let version = head.and_then(|head| version(&String::from_utf8_lossy(&head), application.key));
    Some((application.name.to_owned(), version))
}

/// The version that follows `key`, at the first place where one does.
fn version(text: &str, key: &str) -> Option<String> {
    text.match_indices(key).take(MAX_KEYS).find_map(|(at, _)| value(text.get(at + key.len()..)?, key))
}

/// What stands in quotes (`= '6.4.3';`, `', '7.98')`) or, after a tag of XML, before the next one. Of
/// `4.1.2+ (Build: 20230323)` the first word.
fn value(after: &str, key: &str) -> Option<String> {
    let value = if key.ends_with('>') {
        after.split('<').next()?
    } else {
        let after = after.trim_start_matches(['\'', '"']);
        let quote = after.find(['\'', '"'])?;
        // The next value, not one of a later statement.
        let between = after.get(..quote).filter(|between| !between.contains([';', '\n']))?;
        let quoted = after.get(between.len()..)?;
        let sign = quoted.chars().next()?;
        quoted.get(sign.len_utf8()..)?.split(sign).next()?
    };
    let word = value.split_whitespace().next()?;
    let is_version = word.len() <= MAX_VERSION && word.contains(|c: char| c.is_ascii_digit());
    is_version.then(|| lossy(word.as_bytes(), NAME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], root: &str, expected: Option<(&str, Option<&str>)>) {
        let host = fixture::host(files);
        let found = recognise(&host.roots, Path::new(root));
        let found = found.as_ref().map(|(name, version)| (name.as_str(), version.as_deref()));
        assert_eq!(found, expected, "{files:?}");
    }

    #[test]
    fn applications_are_recognised() {
        let php = "<?php\n/** $wp_version = is set below */\n$wp_version = '6.4.3';\n$wp_db_version = 1;";
        check(&[("w/wp-includes/version.php", php)], "/w", Some(("WordPress", Some("6.4.3"))));
        check(&[("w/wp-includes/version.php", "<?php")], "/w", Some(("WordPress", None)));
        check(
            &[("w/wp-includes/version.php", "<?php\n$wp_version = '6.4.3';")],
            "/w",
            Some(("WordPress", Some("6.4.3"))),
        );
        check(
            &[("w/administrator/manifests/files/joomla.xml", "<extension>\n<version>4.3.1</version>")],
            "/w",
            Some(("Joomla", Some("4.3.1"))),
        );
        check(
            &[("w/includes/bootstrap.inc", "define('VERSION', '7.98');"), ("w/modules/node/", "")],
            "/w",
            Some(("Drupal", Some("7.98"))),
        );
        check(
            &[("w/version.php", "$release  = '4.1.2+ (Build: 20230323)'; // x"), ("w/lib/moodlelib.php", "")],
            "/w",
            Some(("Moodle", Some("4.1.2+"))),
        );
        check(
            &[
                (
                    "w/sysconfig.inc.php",
                    "define('SENAYAN_VERSION', 'SLiMS 9 (Bulian)');\ndefine('SENAYAN_VERSION_TAG', 'v9.6.1');",
                ),
                ("w/admin/modules/bibliography/", ""),
            ],
            "/w",
            Some(("SLiMS", Some("v9.6.1"))),
        );
        check(
            &[("w/donjo-app/config/x.php", ""), ("w/system/core/CodeIgniter.php", "")],
            "/w",
            Some(("OpenSID", None)),
        );
        check(
            &[("w/system/core/CodeIgniter.php", "\tconst CI_VERSION = '3.1.11';")],
            "/w",
            Some(("CodeIgniter", Some("3.1.11"))),
        );
    }

    #[test]
    fn a_framework_lies_above_what_it_shows() {
        let laravel = "vendor/laravel/framework/src/Illuminate/Foundation/Application.php";
        let file = format!("srv/simpeg/{laravel}");
        let text = "class Application\n{\n    const VERSION = '10.10.1';\n";
        check(&[(&file, text)], "/srv/simpeg/public", Some(("Laravel", Some("10.10.1"))));
        check(&[(&file, text)], "/srv/simpeg/htdocs", None);
        check(
            &[("srv/simpeg/artisan", ""), ("srv/simpeg/bootstrap/app.php", "")],
            "/srv/simpeg/public",
            Some(("Laravel", None)),
        );
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        check(&[("w/index.php", "<?php"), ("w/version.php", "$release = '1.0';")], "/w", None);
        check(&[("x", "")], "/w", None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", value in "['\"; \\né0-9<>]{0,30}") {
            for known in &KNOWN {
                let _ = version(&text, known.key);
                let _ = version(&format!("{}{value}", known.key), known.key);
            }
        }
    }
}
