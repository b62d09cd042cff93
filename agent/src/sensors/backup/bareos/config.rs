//! The configuration of a file daemon of Bareos or Bacula (docs.bareos.org, "File Daemon/Client Configuration"):
//! resources `Kind { key = value … }`. Names of kinds and keys count without blanks and case. Passwords stand in the
//! same resources: only the keys that are named here are taken.

use std::path::{Path, PathBuf};

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// Where the configuration lies: a file, or folders of files; and where the daemon works when nobody says.
const PLACES: [(&str, &str, &str); 2] = [
    ("/etc/bareos/bareos-fd.conf", "/etc/bareos/bareos-fd.d", "/var/lib/bareos"),
    ("/etc/bacula/bacula-fd.conf", "/etc/bacula/bacula-fd.d", "/var/lib/bacula"),
];
/// The folders of resources that matter.
const PARTS: [&str; 2] = ["client", "director"];
/// The most that is read of one file, and of files of a folder.
const MAX_BYTES: u64 = 256 * 1024;
const MAX_FILES: usize = 100;
/// The most directors.
const MAX_DIRECTORS: usize = 20;

/// What a file daemon is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// The directors that may make backups, by name.
    pub(super) directors: Vec<String>,
    /// Where the daemon keeps its state.
    pub(super) working: PathBuf,
    /// Whether it encrypts what it hands out; `None` when it does not, for others may.
    pub(super) encrypted: Option<bool>,
}

/// One resource, with its keys in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Resource {
    kind: String,
    keys: Vec<(String, String)>,
}

impl Resource {
    fn get(&self, key: &str) -> Option<&str> {
        self.keys.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    fn is(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| ["yes", "true", "1"].contains(&value.to_lowercase().as_str()))
    }
}

/// The file daemons of this host.
pub(super) fn read(roots: &Roots) -> Result<Vec<Config>, Failure> {
    let mut configs = Vec::new();
    for (file, folder, working) in PLACES {
        let mut resources = Vec::new();
        resources.extend(of_file(roots, Path::new(file))?.unwrap_or_default());
        for part in PARTS {
            let folder = Path::new(folder).join(part);
            let files = roots.list(&folder)?.unwrap_or_default();
            for file in files.iter().filter(|file| file.ends_with(".conf")).take(MAX_FILES) {
                resources.extend(of_file(roots, &folder.join(file))?.unwrap_or_default());
            }
        }
        if !resources.is_empty() {
            configs.push(of(&resources, working));
        }
    }
    Ok(configs)
}

fn of_file(roots: &Roots, path: &Path) -> Result<Option<Vec<Resource>>, Failure> {
    let bytes = roots.head(path, MAX_BYTES)?;
    Ok(bytes.map(|bytes| resources(&String::from_utf8_lossy(&bytes))))
}

fn of(resources: &[Resource], working: &str) -> Config {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind == kind);
    // One that may only look on makes no backups.
    let directors = of_kind("director").filter(|director| !director.is("monitor"));
    let own = of_kind("client").chain(of_kind("filedaemon")).next();
    let mut directors: Vec<String> =
        directors.filter_map(|director| director.get("name")).map(name).collect();
    directors.sort();
    directors.dedup();
    directors.truncate(MAX_DIRECTORS);
    Config {
        directors,
        working: own.and_then(|own| own.get("workingdirectory")).unwrap_or(working).into(),
        encrypted: own.filter(|own| own.is("pkiencryption")).map(|_| true),
    }
}

/// The resources of a file. What is nested deeper belongs to none of those that matter.
fn resources(text: &str) -> Vec<Resource> {
    let (mut resources, mut open, mut depth) = (Vec::new(), Resource::default(), 0_usize);
    let (mut said, mut quoted) = (String::new(), false);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '\\' if quoted => said.extend(letters.next()),
            _ if quoted => said.push(letter),
            '#' => {
                letters.by_ref().find(|letter| *letter == '\n');
                open.take(&mut said, depth);
            }
            '{' => {
                depth += 1;
                if depth == 1 {
                    open = Resource { kind: plain(&said), keys: Vec::new() };
                }
                said.clear();
            }
            '}' => {
                open.take(&mut said, depth);
                depth = depth.saturating_sub(1);
                if depth == 0 && !open.kind.is_empty() {
                    resources.push(std::mem::take(&mut open));
                }
            }
            ';' => open.take(&mut said, depth),
            // A brace may stand on the line after its name.
            '\n' if depth > 0 => open.take(&mut said, depth),
            letter => said.push(letter),
        }
    }
    resources
}

impl Resource {
    /// Takes what was said, when it is `key = value` of this very resource.
    fn take(&mut self, said: &mut String, depth: usize) {
        let text = std::mem::take(said);
        if let Some((key, value)) = text.split_once('=').filter(|_| depth == 1) {
            self.keys.push((plain(key), value.trim().to_owned()));
        }
    }
}

/// A name without blanks, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let configs = read(&fixture::host(files).roots).unwrap();
        let shown =
            |it: &Config| format!("{} {} {:?}", it.directors.join(","), it.working.display(), it.encrypted);
        assert_eq!(configs.iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn bacula_has_one_file() {
        // As Debian's bacula-fd 9.6.7 installs it, with names of ours.
        let text = "#\n# Default { file }\n#\nDirector {\n  Name = opd-dir\n  Password = \"rahasia}#\"\n}\n\
            Director {\n  Name = opd-mon\n  Password = \"rahasia\"\n  Monitor = yes\n}\n\
            FileDaemon {                          # this is me\n  Name = opd-fd\n  FDport = 9102\n\
            WorkingDirectory = /srv/bacula\n  PKI Encryption = Yes; FDAddress = 127.0.0.1\n}\n\
            Messages {\n  Name = Standard\n  director = opd-dir = all, !skipped\n}\n";
        check(&[("etc/bacula/bacula-fd.conf", text)], &["opd-dir /srv/bacula Some(true)"]);
    }

    #[test]
    fn bareos_has_folders() {
        check(
            &[
                ("etc/bareos/bareos-fd.d/client/myself.conf", "Client\n{\n  Name = opd-fd\n}\n"),
                (
                    "etc/bareos/bareos-fd.d/director/bareos-dir.conf",
                    "Director {\n  Name = bareos-dir\n  Password = \"[md5]rahasia\"\n}\n",
                ),
                (
                    "etc/bareos/bareos-fd.d/director/bareos-mon.conf",
                    "Director { Name = \"bareos-mon\"; Monitor = yes }\n",
                ),
                ("etc/bareos/bareos-fd.d/messages/Standard.conf", "Messages { Name = x }\n"),
            ],
            &["bareos-dir /var/lib/bareos None"],
        );
        check(&[("etc/hostname", "x")], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(Director|Client|Name|Monitor|=| |\\{|\\}|\"|\\\\|#|;|\n|yes|x){0,24}") {
            let _ = (of(&resources(&text), "/x"), of(&resources(&near), "/x"));
        }
    }
}
