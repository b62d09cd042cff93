//! What changed between two readings of one sensor. Pure.
//!
//! A reading is turned into the things in it that are watched, each under a key that survives what means
//! nothing (another order, another kernel name of the same disk), with what may change about it. What is left
//! out changes by itself: space in use, link speed, neighbours, temperatures, hours, charge, times. What of the
//! LAN is a change takes more than two readings to tell: it is confirmed before it is told, in the room `lan`.
//!
//! A value that a host does not give is no value: where only one of two readings gives it, that is a change only
//! of things that come and go ([`Telling`]). What may be told of one thing (that it is there, how it is, who it
//! belongs to) are several things of different kinds, so that each is compared for itself.
//!
//! `kind`, `before` and `after` are what the pages put into words: `passed`, `failed`, `running`, `stopped`,
//! `enabled`, `disabled`, `degraded`, `whole`, `due`, `not due`, `online`, `offline`, `ok` are the words for states.

mod hardware;
mod services;
mod software;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::backup::BackupSet;
use patuh_protocol::lan::{Gateway, Interface};
use patuh_protocol::report::Reading;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Change {
    /// The kind of thing.
    pub(in crate::store) kind: &'static str,
    /// Which one.
    pub(in crate::store) subject: String,
    /// Before; `None` when it appeared.
    pub(in crate::store) before: Option<String>,
    /// After; `None` when it vanished.
    pub(in crate::store) after: Option<String>,
}

/// What is a change of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// That it came, went, or has another value.
    All,
    /// That it came or went: its value is worded differently from time to time.
    ComesAndGoes,
    /// That it has another value: it is there whenever the host gives it.
    Differs,
}

/// Something that is watched: one value of one thing.
struct Watched {
    kind: &'static str,
    /// What the thing is called.
    subject: String,
    /// What tells it from others of its subject; empty when nothing does.
    apart: String,
    telling: Telling,
    /// Its value, as it is told.
    value: String,
    /// What of the value is compared: all of it, or the step it is on.
    compared: String,
}

/// A thing with its values: more than one where a name stands for several (kernels of several versions, an
/// address on two interfaces).
struct Thing {
    telling: Telling,
    values: BTreeSet<String>,
    compared: BTreeSet<String>,
}

/// Things by kind, subject and what tells them apart.
type Things = BTreeMap<(&'static str, String, String), Thing>;

/// Whether changes of such a reading are told at all.
pub(super) const fn watched(reading: &Reading) -> bool {
    !matches!(
        reading,
        Reading::Memory(_)
            | Reading::Neighbours(_)
            | Reading::Adjacencies(_)
            | Reading::BridgeEntries(_)
            | Reading::Temperatures(_)
    )
}

/// The changes between two readings; `None` is a host without such a thing.
pub(in crate::store) fn diff(old: Option<&Reading>, new: Option<&Reading>) -> Vec<Change> {
    let blind: Vec<String> = [old, new].into_iter().flatten().flat_map(services::blind).collect();
    let (old, new) = match (old, new) {
        // Of a thousand packages a few are others.
        (Some(Reading::Packages(old)), Some(Reading::Packages(new))) => software::packages(old, new),
        (old, new) => (old.map(all).unwrap_or_default(), new.map(all).unwrap_or_default()),
    };
    let (old, new) = (things(old, &blind), things(new, &blind));
    let all: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let change = |key: &(&'static str, String, String)| {
        let (before, after) = (old.get(key), new.get(key));
        tells(before, after).then(|| Change {
            kind: key.0,
            subject: key.1.clone(),
            before: before.map(Thing::words),
            after: after.map(Thing::words),
        })
    };
    all.into_iter().filter_map(change).collect()
}

fn tells(before: Option<&Thing>, after: Option<&Thing>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.telling != Telling::ComesAndGoes && before.compared != after.compared
        }
        (Some(one), None) | (None, Some(one)) => one.telling != Telling::Differs,
        (None, None) => false,
    }
}

impl Thing {
    fn words(&self) -> String {
        self.values.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

impl Watched {
    fn new(kind: &'static str, subject: impl Into<String>, value: impl Into<String>) -> Self {
        let value = value.into();
        let (apart, compared) = (String::new(), value.clone());
        Self { kind, subject: subject.into(), apart, telling: Telling::All, value, compared }
    }

    /// Only told when it has another value.
    fn differs(kind: &'static str, subject: impl Into<String>, value: impl Into<String>) -> Self {
        Self { telling: Telling::Differs, ..Self::new(kind, subject, value) }
    }

    /// Only told when it comes or goes.
    fn comes_and_goes(kind: &'static str, subject: impl Into<String>, value: impl Into<String>) -> Self {
        Self { telling: Telling::ComesAndGoes, ..Self::new(kind, subject, value) }
    }

    fn apart(self, apart: impl Into<String>) -> Self {
        Self { apart: apart.into(), ..self }
    }

    fn compared(self, compared: impl Into<String>) -> Self {
        Self { compared: compared.into(), ..self }
    }
}

/// What is watched, by thing, but databases of a server that could not be looked into (`blind`).
fn things(all: Vec<Watched>, blind: &[String]) -> Things {
    let mut things = Things::new();
    for watched in all {
        if watched.kind == services::DATABASE && blind.contains(&watched.apart) {
            continue;
        }
        let new = || Thing { telling: watched.telling, values: BTreeSet::new(), compared: BTreeSet::new() };
        let thing = things.entry((watched.kind, watched.subject, watched.apart)).or_insert_with(new);
        thing.values.insert(watched.value);
        thing.compared.insert(watched.compared);
    }
    things
}

/// What is watched in a reading.
fn all(reading: &Reading) -> Vec<Watched> {
    match reading {
        Reading::Machine(it) => hardware::machine(it),
        Reading::Cpu(it) => hardware::cpu(it),
        Reading::Disks(all) => all.iter().map(hardware::disk).collect(),
        Reading::Processors(all) => all.iter().filter_map(hardware::processor).collect(),
        Reading::MemoryModules(all) => all.iter().filter_map(hardware::module).collect(),
        Reading::Devices(all) => hardware::devices(all),
        Reading::Raids(all) => all.iter().flat_map(hardware::raid).collect(),
        Reading::VolumeGroups(all) => all.iter().flat_map(hardware::volume_group).collect(),
        Reading::DiskHealth(all) => all.iter().flat_map(hardware::health).collect(),
        Reading::PowerSupplies(all) => all.iter().flat_map(hardware::power).collect(),
        Reading::System(it) => software::system(it),
        Reading::Kernel(it) => software::kernel(it).into_iter().collect(),
        Reading::Packages(all) => all.iter().map(software::package).collect(),
        Reading::Repositories(all) => all.iter().map(software::repository).collect(),
        Reading::Containers(all) => all.iter().flat_map(software::container).collect(),
        Reading::Images(all) => all.iter().flat_map(software::image).collect(),
        Reading::Guests(all) => all.iter().flat_map(software::guest).collect(),
        Reading::Units(all) => all.iter().flat_map(services::unit).collect(),
        Reading::Listeners(all) => all.iter().flat_map(services::listener).collect(),
        Reading::Sites(all) => all.iter().flat_map(services::site).collect(),
        Reading::Databases(all) => all.iter().flat_map(services::database).collect(),
        Reading::Filesystems(all) => {
            let value = |source: &str, kind: &str| format!("{source} ({kind})");
            let mount = all
                .iter()
                .map(|fs| Watched::comes_and_goes("filesystem", &fs.mount, value(&fs.source, &fs.kind)));
            mount.collect()
        }
        Reading::Interfaces(all) => all.iter().flat_map(interface).collect(),
        Reading::Gateways(all) => all.iter().map(gateway).collect(),
        Reading::Backups(all) => all.iter().map(backup).collect(),
        _ => Vec::new(),
    }
}

/// An interface with hardware behind it, and the addresses of any: virtual ones come and go with containers,
/// and link-local addresses say nothing.
fn interface(it: &Interface) -> Vec<Watched> {
    let told = |address: &&String| !address.starts_with("fe80:") && !address.starts_with("169.254.");
    let addresses = it.addresses.iter().filter(told);
    let mut all: Vec<_> = addresses.map(|address| Watched::new("address", address, &it.name)).collect();
    if !it.is_virtual {
        all.push(Watched::new("interface", &it.name, it.mac.clone().unwrap_or_default()));
    }
    all
}

fn gateway(it: &Gateway) -> Watched {
    Watched::new("gateway", &it.interface, &it.address)
}

fn backup(it: &BackupSet) -> Watched {
    Watched::comes_and_goes("backup", &it.name, &it.target.location).apart(format!("{:?}", it.tool))
}

/// Those of the named fields that are given.
fn fields<const N: usize>(kind: &'static str, fields: [(&str, Option<&String>); N]) -> Vec<Watched> {
    fields.into_iter().filter_map(|(name, value)| Some(Watched::new(kind, name, value?))).collect()
}

fn gigabytes(bytes: u64) -> String {
    format!("{} GB", bytes.saturating_add(500_000_000) / 1_000_000_000)
}

/// Memory is made in powers of two.
fn gibibytes(bytes: u64) -> String {
    format!("{} GB", bytes.saturating_add(1 << 29) >> 30)
}

/// Given texts, one after the other.
fn joined(texts: &[Option<&str>]) -> String {
    texts
        .iter()
        .copied()
        .flatten()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
