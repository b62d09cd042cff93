//! What a host runs on, beyond its packages.

use serde::{Deserialize, Serialize};

/// The kernel that runs, and those that are installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kernel {
    /// The release that runs.
    pub running: String,
    /// Releases with modules on the disk, oldest first.
    pub installed: Vec<String>,
    /// Whether the host waits for a restart; `None` when that cannot be told.
    pub reboot_pending: Option<bool>,
    /// Why: the newer kernel, or the packages that ask for it.
    pub reasons: Vec<String>,
}

/// A place packages come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Repository {
    /// `apt`, `yum`, `zypp`, `apk`, `pacman`, `flatpak`.
    pub kind: String,
    /// Address, with user names and secrets taken out.
    pub address: String,
    /// Suite, release or branch, where there is one.
    pub suite: Option<String>,
    /// Components of apt; the section's name, or apk's tag, of the others.
    pub components: Vec<String>,
    /// Whether it is used.
    pub enabled: bool,
    /// Whether signatures are asked for; `None` when the host's default decides.
    pub signed: Option<bool>,
    /// The file that names it.
    pub file: String,
}
