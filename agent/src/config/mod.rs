//! `agent.toml`: what an administrator may tell the agent. Without the file, everything has its default.
//!
//! Each room defines its own table ([`schedule::Settings`], [`Limits`], [`sensors::Settings`]); this room
//! puts them together and reads the file, see [`read`].

mod fault;
mod read;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::fault::{Fault, Faults};

use crate::spool::Limits;
use crate::{drill, durable, schedule, sensors, watch, witness};

/// The configuration of one agent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The state directory: keys, spool, what the collector last said.
    pub state: PathBuf,
    /// When to read what.
    pub schedule: schedule::Settings,
    /// How much may wait.
    pub spool: Limits,
    /// Which backups to look at.
    pub backup: sensors::Settings,
    /// When and how backups are brought back to see that they can be; never without it.
    pub drill: Option<drill::Settings>,
    /// Which stores to watch, on the storage host of the Pusat Data.
    pub witness: witness::Settings,
    /// Whether changes of the network are told at once.
    pub watch: watch::Settings,
}

/// Where the configuration is when nobody says otherwise.
pub const DEFAULT_PATH: &str = "/etc/patuh/agent.toml";

/// Numbers that must lie within bounds: table, key, least, most.
const BOUNDS: [(&str, &str, i64, i64); 10] = [
    ("schedule", "splay_minutes", 0, 720),
    ("spool", "max_mb", 4, 4096),
    ("spool", "min_free_percent", 0, 50),
    ("drill", "sample_files", 1, 500),
    ("drill", "sample_mb", 1, 1_048_576),
    ("drill", "load_mb", 0, 16_777_216),
    ("drill", "limit_minutes", 1, 1440),
    ("drill", "canary_hours", 1, 720),
    ("witness", "reread_mb", 0, 16_777_216),
    ("witness", "reread_minutes", 1, 600),
];

/// There is no configuration to work with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] durable::Error),
    /// The file was named, and is not there.
    #[error(
        "berkas konfigurasi {0} tidak ada; periksa letaknya; tanpa menyebut berkas, agen memakai nilai bawaan"
    )]
    Absent(String),
    /// The file is there, but wrong.
    #[error(transparent)]
    Wrong(#[from] Faults),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state: PathBuf::from("/var/lib/patuh-agent"),
            schedule: schedule::Settings::default(),
            spool: Limits::default(),
            backup: sensors::Settings::default(),
            drill: None,
            witness: witness::Settings::default(),
            watch: watch::Settings::default(),
        }
    }
}

impl Config {
    /// The configuration in `path`, or in [`DEFAULT_PATH`] when none is named; there, an absent file means
    /// the defaults.
    ///
    /// # Errors
    /// [`Error`]; with every fault of the file at once.
    pub fn load(path: Option<&Path>) -> Result<Self, Error> {
        let file = path.unwrap_or(Path::new(DEFAULT_PATH));
        match (durable::read(file)?, path) {
            (Some(bytes), _) => Ok(Self::parse(file, &String::from_utf8_lossy(&bytes))?),
            (None, None) => Ok(Self::default()),
            (None, Some(path)) => Err(Error::Absent(path.display().to_string())),
        }
    }

    /// The configuration in `text`, which stands in `file`.
    ///
    /// # Errors
    /// Every fault of the text.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Faults> {
        read::all(file, text, &BOUNDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let faults = Config::parse(Path::new("agent.toml"), text).map_or_else(|faults| faults.0, |_| vec![]);
        faults.iter().map(ToString::to_string).collect()
    }

    /// Every fault that is expected, in the order of the lines, and no other.
    fn check(text: &str, expected: &[&str]) {
        let found = faults(text);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found:?} should say {expected:?}");
        }
    }

    #[test]
    fn the_shipped_file_says_what_the_defaults_are() {
        let shipped = include_str!("../../../config/agent.toml");
        assert_eq!(Config::parse(Path::new("agent.toml"), shipped), Ok(Config::default()));
        // What stands there commented out is right too.
        let example = |line: &str| {
            line.strip_prefix("# ").filter(|l| l.starts_with('[') || l.contains(" = ")).map(str::to_owned)
        };
        let whole: Vec<_> =
            shipped.lines().map(|line| example(line).unwrap_or_else(|| line.to_owned())).collect();
        let config = Config::parse(Path::new("agent.toml"), &whole.join("\n")).unwrap();
        assert_eq!((config.backup.restic.len(), config.backup.dumps.len()), (1, 1));
        assert_eq!(config.witness.store.len(), 1);
        let drill = config.drill.unwrap();
        let bare = drill::Settings { schedule: None, ..drill.clone() };
        assert_eq!((drill.schedule.is_some(), bare), (true, drill::Settings::default()));
        assert!(config.backup.restic.iter().all(|r| r.password_file.is_some() && r.holds.is_some()));
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(Config::parse(Path::new("x"), ""), Ok(Config::default()));
    }

    #[test]
    fn all_faults_are_found_at_once_each_with_line_key_and_remedy() {
        let text = r#"
stat = "/srv/patuh"
[schedule]
backup = "0 15 25 * * *"
network = "5 * * * *"
splay_minutes = "30"
[spool]
max_mb = 100000
max_kb = 1
[[backup.restic]]
nama = "x"
password_file = 3
[[backup.dumps]]
name = "simpeg"
glob = "/var/backups/*.sql"
holds = "databases"
[web]
"#;
        check(
            text,
            &[
                "agent.toml baris 2, kunci `stat`: kunci ini tidak dikenal. Mungkin maksudnya `state`",
                "baris 4, kunci `schedule.backup`: ekspresi cron \"0 15 25 * * *\" salah pada kolom jam",
                "baris 5, kunci `schedule.network`: ekspresi cron \"5 * * * *\" mempunyai 5 kolom",
                "baris 6, kunci `schedule.splay_minutes`: seharusnya bilangan bulat",
                "baris 8, kunci `spool.max_mb`: 100000 di luar batas. Tulis bilangan dari 4 sampai 4096",
                "baris 9, kunci `spool.max_kb`: kunci ini tidak dikenal. Mungkin maksudnya `max_mb`",
                "baris 10, kunci `backup.restic.name`: kunci wajib ini belum ada",
                "baris 10, kunci `backup.restic.repository`: kunci wajib ini belum ada",
                "baris 11, kunci `backup.restic.nama`: kunci ini tidak dikenal. Mungkin maksudnya `name`",
                "baris 12, kunci `backup.restic.password_file`: seharusnya teks",
                "baris 16, kunci `backup.dumps.holds`: nilai `databases` tidak dikenal. Pilih salah satu",
                "baris 17, kunci `web`: kunci ini tidak dikenal",
            ],
        );
    }

    #[test]
    fn what_is_not_toml_is_said_with_its_line() {
        check("state = \n", &["agent.toml baris 1: bukan TOML yang benar"]);
        check("state = \"/x\"\nstate = \"/y\"", &["baris 2"]);
        check("schedule = 3", &["baris 1, kunci `schedule`: seharusnya tabel"]);
        check("backup = { restic = 3 }", &["kunci `backup.restic`: seharusnya daftar"]);
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let error = Config::load(Some(Path::new("/no/such.toml"))).unwrap_err().to_string();
        assert!(error.contains("/no/such.toml tidak ada"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = faults(&text);
        }

        #[test]
        fn no_near_miss_makes_it_panic(lines in proptest::collection::vec(
            "(state|schedule|spool|\\[backup\\]|\\[\\[backup\\.(restic|dumps)\\]\\]|name|glob|max_mb)?( ?= ?)?(\"[a-z* 0-9]{0,9}\"|[0-9.-]{1,4}|true|\\[\\]|\\{\\})?", 0..8,
        )) {
            let _ = faults(&lines.join("\n"));
        }

        #[test]
        fn every_number_within_bounds_is_read(max_mb in 4u64..=4096, percent in 0u64..=50, splay in 0u32..=720) {
            let text = format!("[spool]\nmax_mb = {max_mb}\nmin_free_percent = {percent}\n[schedule]\nsplay_minutes = {splay}");
            let config = Config::parse(Path::new("x"), &text).unwrap();
            proptest::prop_assert_eq!(config.spool, Limits { max_mb, min_free_percent: percent });
            proptest::prop_assert_eq!(config.schedule.splay_minutes, splay);
        }
    }
}
