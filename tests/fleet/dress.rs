//! Makes a simulated server's report out of what the agent's own sensors read from a fixture host: its own
//! name, serial number, address, packages and backups instead of the fixture's.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::VERSION;
use patuh_protocol::digest::Digest;
use patuh_protocol::inventory::{Disk, Filesystem, Machine, Memory, Package, System};
use patuh_protocol::lan::{Gateway, Neighbour};
use patuh_protocol::report::{Outcome, Reading, Report, Section};

use crate::lan::{self, Part, network};
use crate::plan::Host;
use crate::{backups, contents, parts, witness};

/// The report of `host` in `round` (counted from 1) as of `now`, from the fixture's `base` sections. `others`
/// are the simulated servers it may have as neighbours.
pub(crate) fn report(host: &Host, base: &[Section], others: &[Host], round: u32, now: Timestamp) -> Report {
    let section = |section: &Section| {
        let outcome = match section.sensor.as_str() {
            "interfaces" => Outcome::Ok(Reading::Interfaces(vec![lan::interface(host, round)])),
            "gateways" => Outcome::Ok(Reading::Gateways(vec![gateway(host, round)])),
            "neighbours" => Outcome::Ok(Reading::Neighbours(neighbours(host, others, round))),
            "backup/restic" => some(backups::sets(host, true, now), Reading::Backups),
            "backup/dumps" => some(backups::sets(host, false, now), Reading::Backups),
            "backup/plans" => some(backups::plans(host, now), Reading::BackupPlans),
            "machine" => Outcome::Ok(Reading::Machine(Box::new(machine(host)))),
            "guests/proxmox" => contents::guests(section.outcome.clone(), others),
            "containers/docker" => contents::containers(host, now),
            "sites" => contents::sites(host),
            "databases" => contents::databases(host, now),
            // Packages of a language stay the fixture's.
            "packages/pip" | "packages/npm" | "packages/composer" | "packages/snap" => {
                section.outcome.clone()
            }
            _ => dressed(section.outcome.clone(), host, round, now),
        };
        Section { outcome, ..section.clone() }
    };
    let part = if round > 1 { Part::Last } else { Part::Before };
    let read = lan::sections(host, round, part, now);
    let source = |sensor: &str| sensor.split('/').next().unwrap_or_default().to_owned();
    let own = |section: &&Section| read.iter().all(|it| source(&it.sensor) != source(&section.sensor));
    let witness = host.witness.then(|| witness::section(others, now));
    let drills = some(backups::drills(host, now), Reading::Drills);
    let drills = Section { sensor: "drills".to_owned(), took_us: 310, outcome: drills };
    Report {
        version: VERSION,
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: now,
        sections: base
            .iter()
            .filter(own)
            .map(section)
            .chain([drills])
            .chain(witness)
            .chain(read.clone())
            .collect(),
        gap: None,
        base: None,
    }
}

fn some<T>(all: Vec<T>, reading: impl FnOnce(Vec<T>) -> Reading) -> Outcome {
    if all.is_empty() { Outcome::Nothing } else { Outcome::Ok(reading(all)) }
}

/// What stays the fixture's, but for a few fields.
fn dressed(outcome: Outcome, host: &Host, round: u32, now: Timestamp) -> Outcome {
    let Outcome::Ok(reading) = outcome else { return outcome };
    Outcome::Ok(match reading {
        Reading::System(system) => {
            let up = i64::try_from(host.seed("uptime") % 2000).unwrap_or(0);
            let booted_at = Some(now - SignedDuration::from_hours(up + 30));
            Reading::System(System { hostname: host.hostname(round).to_owned(), booted_at, ..system })
        }
        Reading::Memory(memory) => {
            let total_bytes = host.memory_gb.map_or(memory.total_bytes, |gb| gb << 30);
            Reading::Memory(Memory { total_bytes, ..memory })
        }
        Reading::Disks(disks) => Reading::Disks(self::disks(disks, host, round)),
        Reading::Filesystems(all) => Reading::Filesystems(filesystems(all, host)),
        Reading::Packages(packages) => Reading::Packages(self::packages(packages, host, round)),
        Reading::Kernel(kernel) => Reading::Kernel(contents::kernel(kernel, host)),
        other => parts::own(other, host, now),
    })
}

pub(crate) fn machine(host: &Host) -> Machine {
    let hex = |n| host.hex("uuid", 32).chars().skip(n).collect::<String>();
    let part = |skip, length| hex(skip).chars().take(length).collect::<String>();
    let uuid = format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 4), part(12, 3), part(15, 3), part(18, 12));
    // Clones of one image have its machine id.
    let image = host.image.as_ref().map(|image| Digest::of(image.as_bytes()).to_string());
    let machine_id = image.map_or_else(|| host.hex("machine-id", 32), |id| id.chars().take(32).collect());
    let known = Machine {
        uuid: Some(uuid),
        machine_id: Some(machine_id),
        boot_id: Some(host.hex("boot", 32)),
        ..Machine::default()
    };
    match &host.machine {
        Some(kind) => Machine {
            vendor: Some(kind.vendor.clone()),
            product: Some(kind.product.clone()),
            serial: Some(host.hex("serial", 7).to_uppercase()),
            chassis: Some("rack mount".to_owned()),
            ..known
        },
        None => Machine {
            vendor: Some("QEMU".to_owned()),
            product: Some("Standard PC (i440FX + PIIX, 1996)".to_owned()),
            chassis: Some("other".to_owned()),
            guest_of: Some("kvm".to_owned()),
            ..known
        },
    }
}

/// A locally administered address, so that it is nobody's.
pub(crate) fn mac(host: &Host) -> String {
    let digits: Vec<_> = host.hex("mac", 10).chars().collect();
    let pairs: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
    format!("02:{}", pairs.join(":"))
}

fn gateway(host: &Host, round: u32) -> Gateway {
    lan::gateway(host, round, &lan::interface(host, round).name)
}

/// The gateway and up to six servers of the same network.
fn neighbours(host: &Host, others: &[Host], round: u32) -> Vec<Neighbour> {
    let interface = lan::interface(host, round).name;
    let seen = |address: &str, mac: String| Neighbour {
        address: address.to_owned(),
        mac,
        interface: interface.clone(),
    };
    let near = |other: &&Host| other.name != host.name && network(other.ip(round)) == network(host.ip(round));
    let router = lan::gateway(host, round, &interface);
    let router = seen(&router.address, router.mac.unwrap_or_default());
    let servers = others.iter().filter(near).take(6).map(|other| seen(other.ip(round), mac(other)));
    std::iter::once(router).chain(servers).collect()
}

fn disks(disks: Vec<Disk>, host: &Host, round: u32) -> Vec<Disk> {
    let own = |disk: Disk| Disk {
        serial: Some(host.hex(&disk.name, 12).to_uppercase()),
        model: controller(host).filter(|_| disk.transport.as_deref() == Some("raid")).or(disk.model),
        ..disk
    };
    let put_in = host.later.disk.as_ref().filter(|_| round > 1).map(|new| Disk {
        name: new.name.clone(),
        model: Some(new.model.clone()),
        serial: Some(host.hex(&new.name, 12).to_uppercase()),
        size_bytes: new.gb * 1_000_000_000,
        rotational: Some(true),
        removable: false,
        ..Disk::default()
    });
    let put_in = put_in.filter(|new| disks.iter().all(|disk| disk.name != new.name));
    disks.into_iter().map(own).chain(put_in).collect()
}

/// What the RAID controller of the machine's maker calls its volumes.
fn controller(host: &Host) -> Option<String> {
    let vendor = host.machine.as_ref().map(|machine| machine.vendor.as_str());
    (vendor == Some("HPE")).then(|| "LOGICAL VOLUME".to_owned())
}

/// The fixture's file systems, on the server's own volume group, filled its own way.
fn filesystems(all: Vec<Filesystem>, host: &Host) -> Vec<Filesystem> {
    let own = |filesystem: Filesystem| {
        let percent = host.seed(&filesystem.mount) % 70 + 8;
        let used_bytes = filesystem.size_bytes.map(|size| size / 100 * percent);
        let source = filesystem.source.replace("dinkes", host.office.as_str());
        Filesystem { source, used_bytes, ..filesystem }
    };
    all.into_iter().map(own).collect()
}

/// The fixture's packages, a few of them missing (another few on each server), with the server's own ones.
fn packages(base: Vec<Package>, host: &Host, round: u32) -> Vec<Package> {
    let architecture = base.first().map_or_else(String::new, |package| package.architecture.clone());
    let missing = |package: &Package| host.seed(&package.name).is_multiple_of(40);
    let mut packages: Vec<_> = base.into_iter().filter(|package| !missing(package)).collect();
    for line in &host.runs {
        put(&mut packages, line, &architecture);
    }
    if round > 1 {
        for line in &host.later.upgrade {
            put(&mut packages, line, &architecture);
        }
    }
    packages.sort();
    packages
}

/// Installs `name version`, instead of another version where there is one.
fn put(packages: &mut Vec<Package>, line: &str, architecture: &str) {
    let (name, version) = line.split_once(' ').unwrap_or((line, "0"));
    packages.retain(|package| package.name != name);
    let (name, version) = (name.to_owned(), version.to_owned());
    packages.push(Package { name, version, architecture: architecture.to_owned(), ..Package::default() });
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T03:00:00Z";

    fn base() -> Vec<Section> {
        let system = System { hostname: "fixture".into(), ..System::default() };
        let package = |name: &str| Package {
            name: name.into(),
            version: "1".into(),
            architecture: "amd64".into(),
            ..Package::default()
        };
        let packages = (0..200).map(|n| package(&format!("p{n}"))).collect();
        let read = |sensor: &str, reading| Section {
            sensor: sensor.into(),
            took_us: 1,
            outcome: Outcome::Ok(reading),
        };
        vec![
            read("machine", Reading::Machine(Box::default())),
            read("system", Reading::System(system)),
            read("disks", Reading::Disks(vec![Disk { name: "sda".into(), ..Disk::default() }])),
            read("packages/dpkg", Reading::Packages(packages)),
            read("interfaces", Reading::Interfaces(Vec::new())),
            Section { sensor: "backup/restic".into(), took_us: 1, outcome: Outcome::Nothing },
        ]
    }

    fn of(name: &str, round: u32) -> Report {
        let hosts = crate::plan::hosts(40).unwrap();
        let host = hosts.iter().find(|host| host.name == name).unwrap();
        report(host, &base(), &hosts, round, NOW.parse().unwrap())
    }

    #[test]
    fn a_server_has_its_own_name_and_is_the_same_every_time() {
        let report = of("simpeg", 1);
        assert!(matches!(report.reading("system"), Some(Reading::System(s)) if s.hostname == "simpeg"));
        assert_eq!(report, of("simpeg", 1));
        let Some(Reading::Machine(one)) = report.reading("machine") else { panic!() };
        let other = of("simpus", 1);
        let Some(Reading::Machine(other)) = other.reading("machine") else { panic!() };
        assert_ne!(one.uuid, other.uuid);
        assert_eq!(one.uuid.as_ref().map(String::len), Some(36));
    }

    #[test]
    fn the_second_round_shows_what_changed() {
        let version = |report: &Report, name: &str| match report.reading("packages/dpkg") {
            Some(Reading::Packages(all)) => all.iter().find(|p| p.name == name).map(|p| p.version.clone()),
            _ => None,
        };
        let (before, after) = (of("simpeg", 1), of("simpeg", 2));
        assert_ne!(version(&before, "nginx"), version(&after, "nginx"));
        let disks = |report: &Report| match report.reading("disks") {
            Some(Reading::Disks(disks)) => disks.len(),
            _ => 0,
        };
        assert_eq!((disks(&of("e-office", 1)), disks(&of("e-office", 2))), (1, 2));
        assert_ne!(of("sipd-lokal", 1).reading("interfaces"), of("sipd-lokal", 2).reading("interfaces"));
        let name = |report: &Report| match report.reading("system") {
            Some(Reading::System(system)) => system.hostname.clone(),
            _ => String::new(),
        };
        assert_eq!(name(&of("simwas", 1)), "simwas");
        assert_eq!(name(&of("simwas", 2)), "simwas-inspektorat");
    }
}
