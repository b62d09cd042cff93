//! The configuration of pgBackRest (pgbackrest.org, "Configuration Reference"): sections `[global]`, `[STANZA]` and
//! both with `:COMMAND` behind, `key=value` below them. Of keys only those that are named here are taken; ciphers'
//! passphrases and the keys of object stores stand beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::roots::{Failure, Roots};

/// The file, where it lay before, and the folder of its parts.
const FILES: [&str; 2] = ["/etc/pgbackrest/pgbackrest.conf", "/etc/pgbackrest.conf"];
const PARTS: &str = "/etc/pgbackrest/conf.d";
/// The most that is read of one file, and parts.
const MAX_BYTES: u64 = 256 * 1024;
const MAX_PARTS: usize = 200;
/// The most stanzas, and repositories of one.
const MAX_STANZAS: usize = 200;
const MAX_REPOSITORIES: usize = 16;
/// Where a repository lies when nobody says.
const REPOSITORY: &str = "/var/lib/pgbackrest";

/// What is configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

/// One repository of a stanza.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Repository {
    /// Its number, `repoN`.
    pub(super) number: u32,
    /// Path or URL.
    pub(super) location: String,
    /// The folder, when it is one of this host.
    pub(super) folder: Option<String>,
    /// Whether it is encrypted; `None` when another host knows that.
    pub(super) encrypted: Option<bool>,
    /// For how many days backups are kept, where that is counted in days.
    pub(super) keep_days: Option<u32>,
}

/// Everything that is configured; `None` when there is no configuration.
pub(super) fn read(roots: &Roots) -> Result<Option<Config>, Failure> {
    let (mut config, mut found) = (Config::default(), false);
    for file in FILES {
        if let Some(bytes) = roots.head(Path::new(file), MAX_BYTES)? {
            (config, found) = (Config::of(&String::from_utf8_lossy(&bytes)), true);
            break;
        }
    }
    let parts = roots.list(PARTS)?.unwrap_or_default();
    for part in parts.iter().filter(|part| part.ends_with(".conf")).take(MAX_PARTS) {
        if let Some(bytes) = roots.head(&Path::new(PARTS).join(part), MAX_BYTES)? {
            config.take(&String::from_utf8_lossy(&bytes));
            found = true;
        }
    }
    Ok(found.then_some(config))
}

impl Config {
    fn of(text: &str) -> Self {
        let mut config = Self::default();
        config.take(text);
        config
    }

    fn take(&mut self, text: &str) {
        let mut section = String::new();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if let Some(named) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                named.clone_into(&mut section);
                self.sections.entry(section.clone()).or_default();
            } else if let Some((key, value)) = line.split_once('=') {
                let keys = self.sections.entry(section.clone()).or_default();
                keys.insert(key.trim().to_owned(), value.trim().to_owned());
            }
        }
    }

    /// The stanzas: one per cluster of databases.
    pub(super) fn stanzas(&self) -> Vec<String> {
        let bare = self.sections.keys().map(|section| section.split(':').next().unwrap_or_default());
        let stanzas: BTreeSet<&str> =
            bare.filter(|stanza| !stanza.is_empty() && *stanza != "global").collect();
        stanzas.into_iter().take(MAX_STANZAS).map(str::to_owned).collect()
    }

    /// The value of `key` for `stanza`: what is said of a command, which are all about the same thing here, counts
    /// before what is said in general, and the stanza before all.
    fn get(&self, stanza: &str, key: &str) -> Option<&str> {
        let sections =
            [format!("{stanza}:backup"), stanza.to_owned(), "global:backup".to_owned(), "global".to_owned()];
        let mut values = sections.iter().filter_map(|section| self.sections.get(section)?.get(key));
        values.next().map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The data folder of a stanza, when its server stands on this host.
    pub(super) fn data(&self, stanza: &str) -> Option<&str> {
        let numbers = self.numbers(stanza, "pg");
        let local = numbers.iter().find(|number| self.get(stanza, &format!("pg{number}-host")).is_none())?;
        self.get(stanza, &format!("pg{local}-path"))
    }

    /// The repositories of a stanza.
    pub(super) fn repositories(&self, stanza: &str) -> Vec<Repository> {
        let mut numbers = self.numbers(stanza, "repo");
        if numbers.is_empty() {
            numbers.insert(1);
        }
        numbers.into_iter().take(MAX_REPOSITORIES).map(|number| self.repository(stanza, number)).collect()
    }

    /// The numbers of `repo1-path`, `pg1-path`.
    fn numbers(&self, stanza: &str, prefix: &str) -> BTreeSet<u32> {
        let applies =
            |section: &str| ["global", stanza].contains(&section.split(':').next().unwrap_or_default());
        let sections = self.sections.iter().filter(|(section, _)| applies(section));
        let keys = sections.flat_map(|(_, keys)| keys.keys());
        keys.filter_map(|key| key.strip_prefix(prefix)?.split_once('-')?.0.parse().ok()).collect()
    }

    fn repository(&self, stanza: &str, number: u32) -> Repository {
        let get = |key: &str| self.get(stanza, &format!("repo{number}-{key}"));
        let path = get("path").unwrap_or(REPOSITORY);
        let bucket = |key: &str| get(key).unwrap_or_default();
        let (location, folder) = match (get("host"), get("type").unwrap_or("posix")) {
            (Some(host), _) => (format!("{host}:{path}"), None),
            (None, "sftp") => (format!("sftp://{}{path}", bucket("sftp-host")), None),
            (None, "s3") => (format!("s3:{}/{}{path}", bucket("s3-endpoint"), bucket("s3-bucket")), None),
            (None, "azure") => (format!("azure:{}:{path}", bucket("azure-container")), None),
            (None, "gcs") => (format!("gs:{}:{path}", bucket("gcs-bucket")), None),
            (None, _) => (path.to_owned(), Some(path.to_owned())),
        };
        let cipher = get("cipher-type").map(|cipher| cipher != "none");
        let by_time = get("retention-full-type") == Some("time");
        Repository {
            number,
            // What a host that keeps repositories for others does to them stands in its own configuration.
            encrypted: if get("host").is_some() { cipher } else { Some(cipher.unwrap_or(false)) },
            keep_days: get("retention-full").filter(|_| by_time).and_then(|days| days.parse().ok()),
            location,
            folder,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(text: &str, expected: &[&str]) {
        let host = fixture::host(&[("etc/pgbackrest.conf", text)]);
        let config = read(&host.roots).unwrap().unwrap();
        let mut found = Vec::new();
        for stanza in config.stanzas() {
            let data = config.data(&stanza).unwrap_or("-");
            found.extend(config.repositories(&stanza).into_iter().map(|it| {
                let Repository { number, location, folder, encrypted, keep_days } = it;
                let here = folder.is_some();
                format!("{stanza} {data} {number} {location} {here} {encrypted:?} {keep_days:?}")
            }));
        }
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn stanzas_have_repositories() {
        check("[global]\nrepo1-path=/var/lib/pgbackrest\n\n#[main]\n#pg1-path=/x\n", &[]);
        check(
            "[global]\nrepo1-path=/srv/pgbackrest\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=rahasia\n\
             repo1-retention-full=14\nrepo1-retention-full-type=time\nrepo2-type=s3\nrepo2-s3-bucket=b\n\
             repo2-s3-endpoint=s3.example\nrepo2-path=/x\nrepo2-retention-full=4\nrepo2-s3-key-secret=rahasia\n\
             [simpeg]\npg1-path = /var/lib/postgresql/15/main\n[simpeg:restore]\nprocess-max=2\n",
            &[
                "simpeg /var/lib/postgresql/15/main 1 /srv/pgbackrest true Some(true) Some(14)",
                "simpeg /var/lib/postgresql/15/main 2 s3:s3.example/b/x false Some(false) None",
            ],
        );
        check(
            "[siak]\npg1-host=db1\npg1-path=/x\nrepo1-host=cadangan\n[lain]\npg2-path=/y\nrepo1-type=sftp\nrepo1-sftp-host=dc\n",
            &[
                "lain /y 1 sftp://dc/var/lib/pgbackrest false Some(false) None",
                "siak - 1 cadangan:/var/lib/pgbackrest false None None",
            ],
        );
    }

    #[test]
    fn parts_add_to_the_file() {
        let host = fixture::host(&[
            ("etc/pgbackrest/pgbackrest.conf", "[global]\nrepo1-path=/a\n"),
            ("etc/pgbackrest/conf.d/simpeg.conf", "[simpeg]\npg1-path=/x\n"),
            ("etc/pgbackrest/conf.d/readme", "[x]\n"),
        ]);
        let config = read(&host.roots).unwrap().unwrap();
        assert_eq!((config.stanzas(), config.repositories("simpeg").len()), (vec!["simpeg".to_owned()], 1));
        assert_eq!(read(&fixture::host(&[("etc/x", "")]).roots).unwrap(), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(\\[|\\]|global|x|:backup|=|\n|repo[0-9]{1,12}-|pg1-|path|host|type|s3){0,20}") {
            for config in [Config::of(&text), Config::of(&near)] {
                for stanza in config.stanzas() {
                    let _ = (config.repositories(&stanza), config.data(&stanza));
                }
            }
        }
    }
}
