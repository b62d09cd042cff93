//! What changed between two readings of one sensor. Pure.
//!
//! A reading is turned into the things in it that are watched, each under a key that survives what means
//! nothing (another order, another kernel name of the same disk), with what may change about it. What is left
//! out changes by itself: space in use, link speed, neighbours, times.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::backup::BackupSet;
use patuh_protocol::inventory::{Disk, Machine, Package, System};
use patuh_protocol::lan::{Gateway, Interface};
use patuh_protocol::report::Reading;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The kind of thing.
    pub(super) kind: &'static str,
    /// Which one.
    pub(super) subject: String,
    /// Before; `None` when it appeared.
    pub(super) before: Option<String>,
    /// After; `None` when it vanished.
    pub(super) after: Option<String>,
}

/// A thing: its kind, its subject, and what tells it from another of the same subject.
type Thing = (&'static str, String, String);

/// Things, each with its values: more than one where a name stands for several (kernels of several versions,
/// an address on two interfaces).
type Things = BTreeMap<Thing, BTreeSet<String>>;

/// Kinds of which only coming and going is told: a mount's source and a backup's place are worded differently
/// from time to time.
const COME_AND_GO: [&str; 2] = ["filesystem", "backup"];

/// Whether changes of such a reading are told at all.
pub(super) const fn watched(reading: &Reading) -> bool {
    !matches!(
        reading,
        Reading::Cpu(_) | Reading::Memory(_) | Reading::Neighbours(_) | Reading::Temperatures(_)
    )
}

/// The changes between two readings; `None` is a host without such a thing.
pub(super) fn diff(old: Option<&Reading>, new: Option<&Reading>) -> Vec<Change> {
    let (old, new) = (old.map(things).unwrap_or_default(), new.map(things).unwrap_or_default());
    let all: BTreeSet<&Thing> = old.keys().chain(new.keys()).collect();
    let change = |thing: &Thing| {
        let (before, after) = (old.get(thing), new.get(thing));
        let told = before.is_none() || after.is_none() || !COME_AND_GO.contains(&thing.0);
        (before != after && told).then(|| Change {
            kind: thing.0,
            subject: thing.1.clone(),
            before: before.map(joined),
            after: after.map(joined),
        })
    };
    all.into_iter().filter_map(change).collect()
}

fn joined(values: &BTreeSet<String>) -> String {
    values.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn things(reading: &Reading) -> Things {
    let pairs: Vec<(Thing, String)> = match reading {
        Reading::Machine(it) => machine(it),
        Reading::System(it) => system(it),
        Reading::Disks(disks) => disks.iter().map(disk).collect(),
        Reading::Filesystems(all) => all
            .iter()
            .map(|fs| (thing("filesystem", &fs.mount), format!("{} ({})", fs.source, fs.kind)))
            .collect(),
        Reading::Interfaces(all) => all.iter().flat_map(interface).collect(),
        Reading::Gateways(all) => all.iter().map(gateway).collect(),
        Reading::Packages(all) => all.iter().map(package).collect(),
        Reading::Backups(all) => all.iter().map(backup).collect(),
        _ => Vec::new(),
    };
    let mut things = Things::new();
    for (thing, value) in pairs {
        things.entry(thing).or_default().insert(value);
    }
    things
}

fn thing(kind: &'static str, subject: &str) -> Thing {
    (kind, subject.to_owned(), String::new())
}

/// Those of the named fields that are given.
fn fields<const N: usize>(kind: &'static str, fields: [(&str, Option<&String>); N]) -> Vec<(Thing, String)> {
    fields.into_iter().filter_map(|(name, value)| Some((thing(kind, name), value?.clone()))).collect()
}

fn machine(it: &Machine) -> Vec<(Thing, String)> {
    fields("machine", [("serial", it.serial.as_ref()), ("model", it.product.as_ref())])
}

fn system(it: &System) -> Vec<(Thing, String)> {
    let os = it.name.as_ref().or(it.id.as_ref());
    fields("system", [("hostname", Some(&it.hostname)), ("os", os), ("kernel", it.kernel.as_ref())])
}

/// A disk is known by its serial number where it has one: the kernel's names change places.
fn disk(it: &Disk) -> (Thing, String) {
    let model = it.model.as_deref().unwrap_or_default();
    let subject = match &it.serial {
        Some(serial) => format!("{model} {serial}").trim().to_owned(),
        None => it.name.clone(),
    };
    (("disk", subject, String::new()), gigabytes(it.size_bytes))
}

fn gigabytes(bytes: u64) -> String {
    format!("{} GB", bytes.saturating_add(500_000_000) / 1_000_000_000)
}

/// An interface with hardware behind it, and the addresses of any: virtual ones come and go with containers,
/// and link-local addresses say nothing.
fn interface(it: &Interface) -> Vec<(Thing, String)> {
    let told = |address: &&String| !address.starts_with("fe80:") && !address.starts_with("169.254.");
    let addresses = it.addresses.iter().filter(told);
    let mut pairs: Vec<_> = addresses.map(|address| (thing("address", address), it.name.clone())).collect();
    if !it.is_virtual {
        pairs.push((thing("interface", &it.name), it.mac.clone().unwrap_or_default()));
    }
    pairs
}

fn gateway(it: &Gateway) -> (Thing, String) {
    (thing("gateway", &it.interface), it.address.clone())
}

fn package(it: &Package) -> (Thing, String) {
    (("package", it.name.clone(), it.architecture.clone()), it.version.clone())
}

fn backup(it: &BackupSet) -> (Thing, String) {
    (("backup", it.name.clone(), format!("{:?}", it.tool)), it.target.location.clone())
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::{Filesystem, Memory};
    use patuh_protocol::lan::Neighbour;

    use super::*;

    /// Changes in words, one a line: `kind subject: before > after`.
    fn check(old: Option<&Reading>, new: Option<&Reading>, expected: &[&str]) {
        let word = |value: Option<String>| value.unwrap_or_else(|| "-".into());
        let line = |c: Change| format!("{} {}: {} > {}", c.kind, c.subject, word(c.before), word(c.after));
        assert_eq!(diff(old, new).into_iter().map(line).collect::<Vec<_>>(), expected);
        assert!(expected.is_empty() || new.or(old).is_some_and(watched));
    }

    fn packages(all: &[(&str, &str, &str)]) -> Reading {
        let package = |(name, version, architecture): &(&str, &str, &str)| Package {
            name: (*name).into(),
            version: (*version).into(),
            architecture: (*architecture).into(),
            ..Package::default()
        };
        Reading::Packages(all.iter().map(package).collect())
    }

    fn disk(name: &str, serial: Option<&str>, size_bytes: u64) -> Disk {
        let serial = serial.map(Into::into);
        Disk { name: name.into(), model: Some("WD40".into()), serial, size_bytes, ..Disk::default() }
    }

    fn interface(name: &str, mac: &str, addresses: &[&str], is_virtual: bool) -> Interface {
        let addresses = addresses.iter().map(|&address| address.into()).collect();
        Interface { name: name.into(), mac: Some(mac.into()), addresses, is_virtual, ..Interface::default() }
    }

    #[test]
    fn packages_come_go_and_are_upgraded() {
        let old =
            packages(&[("bash", "5.1", "amd64"), ("libc6", "2.36", "amd64"), ("libc6", "2.36", "i386")]);
        let new =
            packages(&[("libc6", "2.41", "i386"), ("libc6", "2.36", "amd64"), ("nginx", "1.22", "amd64")]);
        let expected = ["package bash: 5.1 > -", "package libc6: 2.36 > 2.41", "package nginx: - > 1.22"];
        check(Some(&old), Some(&new), &expected);
        check(Some(&old), Some(&old.clone()), &[]);
        check(Some(&packages(&[("bash", "5.1", "")])), None, &["package bash: 5.1 > -"]);
        check(None, Some(&packages(&[("bash", "5.1", "")])), &["package bash: - > 5.1"]);
    }

    #[test]
    fn a_package_may_be_installed_in_several_versions() {
        let old = packages(&[("kernel", "5.14-1", "x86_64")]);
        let new = packages(&[("kernel", "5.14-2", "x86_64"), ("kernel", "5.14-1", "x86_64")]);
        check(Some(&old), Some(&new), &["package kernel: 5.14-1 > 5.14-1, 5.14-2"]);
    }

    #[test]
    fn disks_may_change_places() {
        let old = Reading::Disks(vec![disk("sda", Some("A"), 4_000_000_000_000), disk("sdb", Some("B"), 1)]);
        let new = Reading::Disks(vec![disk("sda", Some("B"), 1), disk("sdb", Some("A"), 4_000_000_000_000)]);
        check(Some(&old), Some(&new), &[]);
        let swapped =
            Reading::Disks(vec![disk("sda", Some("C"), 1), disk("sdb", Some("A"), 4_000_000_000_000)]);
        check(Some(&new), Some(&swapped), &["disk WD40 B: 0 GB > -", "disk WD40 C: - > 0 GB"]);
        let (small, large) = (disk("vda", None, 20_000_000_000), disk("vda", None, 40_000_000_000));
        let (small, large) = (Reading::Disks(vec![small]), Reading::Disks(vec![large]));
        check(Some(&small), Some(&large), &["disk vda: 20 GB > 40 GB"]);
    }

    #[test]
    fn addresses_interfaces_and_gateways() {
        let old = Reading::Interfaces(vec![interface("eth0", "aa", &["10.0.0.5/24", "fe80::1/64"], false)]);
        let new = Reading::Interfaces(vec![
            interface("eth0", "bb", &["fe80::2/64"], false),
            interface("br0", "cc", &["10.0.0.5/24", "10.0.0.6/24"], true),
        ]);
        let expected =
            ["address 10.0.0.5/24: eth0 > br0", "address 10.0.0.6/24: - > br0", "interface eth0: aa > bb"];
        check(Some(&old), Some(&new), &expected);
        let gateway = |address: &str, mac: Option<&str>| {
            let (address, interface, mac) = (address.into(), "eth0".into(), mac.map(Into::into));
            Reading::Gateways(vec![Gateway { address, interface, mac }])
        };
        check(Some(&gateway("10.0.0.1", None)), Some(&gateway("10.0.0.1", Some("aa"))), &[]);
        let (old, new) = (gateway("10.0.0.1", None), gateway("10.0.0.254", None));
        check(Some(&old), Some(&new), &["gateway eth0: 10.0.0.1 > 10.0.0.254"]);
    }

    #[test]
    fn the_system_and_the_machine() {
        let system = |hostname: &str, kernel: &str| {
            let (hostname, kernel) = (hostname.into(), Some(kernel.into()));
            Reading::System(System { hostname, kernel, name: Some("Debian 12".into()), ..System::default() })
        };
        let expected = ["system hostname: a > b", "system kernel: 6.1 > 6.12"];
        check(Some(&system("a", "6.1")), Some(&system("b", "6.12")), &expected);
        let machine = |serial: &str| {
            Reading::Machine(Box::new(Machine { serial: Some(serial.into()), ..Machine::default() }))
        };
        check(Some(&machine("1")), Some(&machine("2")), &["machine serial: 1 > 2"]);
    }

    #[test]
    fn what_changes_by_itself_makes_no_noise() {
        let mount = |mount: &str, source: &str, used_bytes| {
            let (mount, source, kind) = (mount.into(), source.into(), "ext4".into());
            Filesystem { mount, source, kind, used_bytes, ..Filesystem::default() }
        };
        let old = Reading::Filesystems(vec![mount("/", "/dev/sda1", Some(1))]);
        let new =
            Reading::Filesystems(vec![mount("/", "/dev/sdb1", Some(2)), mount("/data", "/dev/sda1", None)]);
        check(Some(&old), Some(&new), &["filesystem /data: - > /dev/sda1 (ext4)"]);
        let memory = |total_bytes| Reading::Memory(Memory { total_bytes, swap_bytes: 0 });
        check(Some(&memory(1)), Some(&memory(2)), &[]);
        check(
            Some(&Reading::Neighbours(vec![Neighbour::default()])),
            Some(&Reading::Neighbours(vec![])),
            &[],
        );
    }
}
