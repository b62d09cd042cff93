//! What an administrator may tell the sensors: the `[backup]` table of `agent.toml`.

use std::path::PathBuf;

use patuh_protocol::backup::Holds;
use serde::{Deserialize, Serialize};

/// The `[backup]` table of `agent.toml`. Empty is fine: some backups are found without being told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Repositories of restic.
    pub restic: Vec<ResticSettings>,
    /// Repositories of borg 1.x.
    pub borg: Vec<BorgSettings>,
    /// Dump files of databases, and archives.
    pub dumps: Vec<DumpSettings>,
    /// Targets of duplicity.
    pub duplicity: Vec<DuplicitySettings>,
    /// Stanzas of pgBackRest.
    pub pgbackrest: Vec<PgbackrestSettings>,
    /// Jobs of Bareos and Bacula.
    pub bareos: Vec<BareosSettings>,
    /// Copies that rsync or cp keeps.
    pub tree: Vec<TreeSettings>,
    /// How many MiB of dump files and archives one report reads for their digests; 4096 when not given, none
    /// when 0.
    pub digest_mb: Option<u64>,
}

/// One `[[backup.restic]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResticSettings {
    /// What the backup is called in reports.
    pub name: String,
    /// The repository as restic takes it (`-r`), such as `sftp:patuh@cadangan:/srv/dinkes` or a path.
    pub repository: String,
    /// A file with the password. With it the repository is asked; without it only names and times of
    /// files speak.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The host name that the snapshots carry, when it is not this host's own (restic's `--host`).
    #[serde(default)]
    pub host: Option<String>,
    /// What it holds; files when not given.
    #[serde(default)]
    pub holds: Option<Holds>,
}

/// One `[[backup.borg]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BorgSettings {
    /// What the backup is called in reports.
    pub name: String,
    /// The repository as borg takes it, such as `ssh://patuh@cadangan/srv/dinkes` or a path.
    pub repository: String,
    /// A file with the passphrase (`/dev/null` for a repository without encryption). With it the repository is
    /// asked; without it only borg's own traces and the repository's files speak.
    #[serde(default)]
    pub passphrase_file: Option<PathBuf>,
    /// The key of a repository whose encryption mode is `keyfile`; otherwise the key lies in the repository.
    #[serde(default)]
    pub key_file: Option<PathBuf>,
    /// The host name that the archives carry, when it is not this host's own.
    #[serde(default)]
    pub host: Option<String>,
    /// What it holds; files when not given.
    #[serde(default)]
    pub holds: Option<Holds>,
}

/// One `[[backup.dumps]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DumpSettings {
    /// What the backup is called in reports.
    pub name: String,
    /// Which files, as an absolute path with `*`, `?`, `[…]` and `**`.
    pub glob: String,
    /// What it holds; databases when the files are recognised as such.
    #[serde(default)]
    pub holds: Option<Holds>,
}

/// One `[[backup.duplicity]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DuplicitySettings {
    /// What the backup is called in reports.
    pub name: String,
    /// The target's URL, written as duplicity is called with it.
    pub target: String,
    /// The folder of its traces, when it is not found by the URL (duplicity's `--name` and `--archive-dir`).
    #[serde(default)]
    pub archive: Option<PathBuf>,
    /// What it holds; files when not given.
    #[serde(default)]
    pub holds: Option<Holds>,
}

/// One `[[backup.pgbackrest]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PgbackrestSettings {
    /// What the backup is called in reports.
    pub name: String,
    /// The stanza.
    pub stanza: String,
    /// Whether `pgbackrest info` may be run; without it only what lies on this host speaks.
    #[serde(default)]
    pub ask: bool,
}

/// One `[[backup.bareos]]`: what the client does not know of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BareosSettings {
    /// The job's name, as the director has it.
    pub job: String,
    /// What it holds.
    #[serde(default)]
    pub holds: Option<Holds>,
    /// The folders that its file set names.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The host of the storage daemon.
    #[serde(default)]
    pub storage: Option<String>,
}

/// One `[[backup.tree]]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeSettings {
    /// What the backup is called in reports.
    pub name: String,
    /// The folder; or, as an absolute path with `*`, `?` and `[…]`, folders beside each other, each of them a run.
    pub path: String,
    /// The folders of this host that are copied into it.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What it holds; files when not given.
    #[serde(default)]
    pub holds: Option<Holds>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_unknown_keys_are_refused() {
        let settings: Settings = toml::from_str(
            r#"
            [[restic]]
            name = "cadangan harian"
            repository = "sftp:cadangan:/srv/dinkes"
            password_file = "/etc/patuh/restic.password"
            [[dumps]]
            name = "simpeg"
            glob = "/var/backups/simpeg/*.sql.gz"
            holds = "database"
            [[duplicity]]
            name = "berkas"
            target = "sftp://dinkes@cadangan//srv/dinkes"
            [[pgbackrest]]
            name = "simpeg"
            stanza = "simpeg"
            ask = true
            [[bareos]]
            job = "harian"
            sources = ["/etc"]
            storage = "cadangan"
            [[tree]]
            name = "cermin"
            path = "/mnt/cadangan/www"
            sources = ["/var/www"]
            "#,
        )
        .unwrap();
        assert_eq!(settings.restic.len(), 1);
        assert_eq!((settings.duplicity.len(), settings.bareos.len()), (1, 1));
        assert_eq!(settings.pgbackrest.first().map(|told| told.ask), Some(true));
        assert_eq!((settings.tree.len(), settings.digest_mb), (1, None));
        assert_eq!(settings.dumps.first().and_then(|dumps| dumps.holds), Some(Holds::Database));
        assert_eq!(toml::from_str::<Settings>("").unwrap(), Settings::default());
        let error =
            toml::from_str::<Settings>("[[dumps]]\nname = 'x'\nglobb = '/y'").unwrap_err().to_string();
        assert!(error.contains("globb"), "{error}");
    }
}
