//! What is simulated: the servers of one kabupaten, as `kabupaten.toml` lists them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use anyhow::{Context as _, Result};
use patuh_protocol::backup::{Holds, Tool};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use serde::Deserialize;

use crate::lan::Cable;

/// The servers that come with this program.
const KABUPATEN: &str = include_str!("kabupaten.toml");

/// One simulated server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Host {
    /// Its host name.
    pub(crate) name: String,
    /// The office it belongs to.
    pub(crate) office: Code,
    /// Where an officer says it stands; nobody said so when absent.
    pub(crate) site: Option<Code>,
    /// Its address with prefix length: this is where it does stand.
    pub(crate) address: String,
    /// The fixture host it is made from.
    pub(crate) base: String,
    /// The physical machine; a guest of KVM when absent.
    pub(crate) machine: Option<MachineKind>,
    /// Memory, when other than the fixture's.
    pub(crate) memory_gb: Option<u64>,
    /// Enrols and never reports.
    #[serde(default)]
    pub(crate) quiet: bool,
    /// It is the witness on the storage of the Pusat Data.
    #[serde(default)]
    pub(crate) witness: bool,
    /// The image it was cloned from without a new machine id: clones of one image have it in common.
    pub(crate) image: Option<String>,
    /// Waits for a restart.
    #[serde(default)]
    pub(crate) restart: bool,
    /// Application containers, each `name image`.
    #[serde(default)]
    pub(crate) containers: Vec<String>,
    /// Packages besides the fixture's, each `name version`.
    #[serde(default)]
    pub(crate) runs: Vec<String>,
    /// Its backups.
    #[serde(default)]
    pub(crate) backups: Vec<Kept>,
    /// Where its cable leads; nobody announces himself to it when absent.
    pub(crate) lan: Option<Cable>,
    /// What is different from the second round on.
    #[serde(default)]
    pub(crate) later: Later,
}

/// Maker and model of a physical machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachineKind {
    /// Its maker.
    pub(crate) vendor: String,
    /// Its model.
    pub(crate) product: String,
}

/// One set of backups.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// The tool that writes it.
    pub(crate) tool: Tool,
    /// Its name in `agent.toml`.
    pub(crate) name: String,
    /// Where it goes.
    pub(crate) to: Goes,
    /// How many hours ago the newest run was made; one a day before that.
    pub(crate) hours: i64,
    /// Size of the newest run.
    pub(crate) gb: f64,
    /// What a restic repository holds.
    pub(crate) holds: Option<Holds>,
    /// What is wrong with the newest run.
    pub(crate) problem: Option<Wrong>,
    /// What became of it on the storage of the Pusat Data; it lies there whole when absent.
    pub(crate) fate: Option<Fate>,
    /// How many days ago it was last brought back, for a drill.
    pub(crate) drill: Option<i64>,
}

/// What became of a set on the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// It never arrived.
    Unseen,
    /// A file of it was changed.
    Damaged,
    /// It was deleted.
    Vanished,
}

/// Where a backup goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goes {
    /// The storage in the Pusat Data.
    DataCentre,
    /// The storage in the Pusat Pemulihan Bencana.
    RecoveryCentre,
    /// A box in the office that no register knows.
    Nas,
    /// A USB disk.
    Removable,
    /// The server itself.
    SameHost,
}

/// What is wrong with a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wrong {
    /// Its trailer is missing.
    Truncated,
    /// It is far smaller than those before it.
    Collapsed,
}

/// What is different from the second round on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Later {
    /// Packages in a newer version, each `name version`.
    pub(crate) upgrade: Vec<String>,
    /// A disk that was put in.
    pub(crate) disk: Option<NewDisk>,
    /// The address it moved to.
    pub(crate) address: Option<String>,
    /// What it is called from then on.
    pub(crate) hostname: Option<String>,
}

/// A disk that was put in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDisk {
    /// The kernel's name for it.
    pub(crate) name: String,
    /// Its model.
    pub(crate) model: String,
    /// Its size.
    pub(crate) gb: u64,
}

#[derive(Deserialize)]
struct Listed {
    host: Vec<Host>,
}

impl Host {
    /// A number that is always the same for this host and `purpose`, and looks like any other.
    pub(crate) fn seed(&self, purpose: &str) -> u64 {
        let Digest(bytes) = Digest::of(format!("{}/{}/{purpose}", self.office, self.name).as_bytes());
        let (head, _) = bytes.split_at(8);
        head.iter().fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
    }

    /// `digits` hex digits that are always the same for this host and `purpose`.
    pub(crate) fn hex(&self, purpose: &str, digits: usize) -> String {
        let text = Digest::of(format!("{}/{}/{purpose}", self.office, self.name).as_bytes()).to_string();
        text.chars().take(digits).collect()
    }

    /// The address without its prefix length, in `round`.
    pub(crate) fn ip(&self, round: u32) -> &str {
        self.address_in(round).split('/').next().unwrap_or_default()
    }

    /// The address with its prefix length, in `round` (counted from 1).
    pub(crate) fn address_in(&self, round: u32) -> &str {
        match &self.later.address {
            Some(moved) if round > 1 => moved,
            _ => &self.address,
        }
    }

    /// What it calls itself in `round`.
    pub(crate) fn hostname(&self, round: u32) -> &str {
        match &self.later.hostname {
            Some(renamed) if round > 1 => renamed,
            _ => &self.name,
        }
    }

    /// Its database.
    pub(crate) fn database(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Whether one of its own packages is called so.
    pub(crate) fn has(&self, package: &str) -> bool {
        self.runs.iter().any(|line| line.starts_with(package))
    }

    /// The `n`th copy of this host: another name and address in the same network.
    fn copy(&self, n: usize) -> Self {
        let mut copy = Self { name: format!("{}-{}", self.name, n + 1), witness: false, ..self.clone() };
        copy.address = self.address.split_once('/').map_or_else(String::new, |(ip, prefix)| {
            let ip: Ipv4Addr = ip.parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
            let [a, b, c, d] = ip.octets();
            let step = u8::try_from(n * 7 % 250).unwrap_or(0);
            format!("{}/{prefix}", Ipv4Addr::new(a, b, c, d.wrapping_add(step)))
        });
        copy.later.address = None;
        copy.later.hostname = None;
        copy.lan = None;
        copy
    }
}

/// The first `count` servers; past the end of the list it begins again with numbered copies.
///
/// # Errors
/// When the list that comes with this program is not sound.
pub(crate) fn hosts(count: usize) -> Result<Vec<Host>> {
    let listed: Listed = toml::from_str(KABUPATEN).context("kabupaten.toml")?;
    let length = listed.host.len().max(1);
    let endless = listed.host.iter().cycle().enumerate();
    let named = endless.map(|(i, host)| if i < length { host.clone() } else { host.copy(i / length) });
    Ok(named.take(count).collect())
}

/// How many tokens are needed of each office and site.
pub(crate) fn needs(hosts: &[Host]) -> BTreeMap<(Code, Option<Code>), usize> {
    let mut needs = BTreeMap::new();
    for host in hosts {
        *needs.entry((host.office.clone(), host.site.clone())).or_default() += 1;
    }
    needs
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_server_has_its_own_name_and_address() {
        let hosts = hosts(120).unwrap();
        let names: BTreeSet<_> = hosts.iter().map(|h| &h.name).collect();
        assert_eq!(names.len(), 120);
        let listed: BTreeSet<_> = hosts.iter().take(40).map(|h| &h.address).collect();
        assert_eq!(listed.len(), 40);
    }

    #[test]
    fn a_dozen_offices_and_all_situations_are_there() {
        let hosts = hosts(40).unwrap();
        let offices: BTreeSet<_> = hosts.iter().map(|h| &h.office).collect();
        assert!(offices.len() >= 12, "{}", offices.len());
        let bases: BTreeSet<_> = hosts.iter().map(|h| &h.base).collect();
        assert!(bases.len() >= 6, "{bases:?}");
        assert!(hosts.iter().any(|h| h.quiet));
        assert!(hosts.iter().any(|h| h.backups.is_empty()));
        assert!(hosts.iter().any(|h| h.later.disk.is_some()));
        assert!(hosts.iter().any(|h| h.later.address.is_some()));
        assert!(hosts.iter().any(|h| h.later.hostname.is_some()));
        assert!(hosts.iter().any(|h| h.restart) && hosts.iter().any(|h| !h.containers.is_empty()));
        let cloned: Vec<_> = hosts.iter().filter_map(|h| h.image.as_ref()).collect();
        assert_eq!(cloned.len(), 2, "{cloned:?}");
        assert_eq!(cloned[0], cloned[1]);
        assert_eq!(needs(&hosts).values().sum::<usize>(), 40);
    }
}
