//! What an administrator may say of drills.

use std::path::PathBuf;

use serde::Deserialize;

use crate::schedule::Cron;

/// The `[drill]` table of `agent.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// When; without it drills are held only when somebody asks.
    pub schedule: Option<Cron>,
    /// The names of the sets; empty for all that can be asked.
    pub sets: Vec<String>,
    /// How many files one drill brings back.
    pub sample_files: usize,
    /// How many MiB of files one drill brings back.
    pub sample_mb: u64,
    /// The largest dump that is loaded into a throw-away server, in MiB, unpacked; 0 for none.
    pub load_mb: u64,
    /// How long the drill of one set may take, in minutes.
    pub limit_minutes: u64,
    /// After how many hours the canary is replaced.
    pub canary_hours: u32,
    /// The drills' own folder: what came of them, and the scratch folder.
    pub folder: PathBuf,
    /// The user as whom a throw-away server runs when the drill is started by root.
    pub user: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schedule: None,
            sets: Vec::new(),
            sample_files: 20,
            sample_mb: 256,
            load_mb: 4096,
            limit_minutes: 60,
            canary_hours: 24,
            folder: PathBuf::from("/var/lib/patuh-drill"),
            user: "patuh-drill".to_owned(),
        }
    }
}
