//! What a reading says about the server as a whole: the columns of the `servers` projection. Pure.

use patuh_protocol::inventory::{Cpu, Disk, Machine, System};
use patuh_protocol::report::Reading;

use crate::store::ServerRow;

/// Sets the columns that follow from `sensor`; a host without such a thing has them empty. Other sensors set
/// none, and a sensor whose reading is of another kind than its own counts as one without a reading.
pub(super) fn set(server: &mut ServerRow, sensor: &str, reading: Option<&Reading>) {
    match (sensor, reading) {
        ("machine", Some(Reading::Machine(it))) => machine(server, it),
        ("machine", _) => machine(server, &Machine::default()),
        ("system", Some(Reading::System(it))) => system(server, it),
        ("system", _) => system(server, &System::default()),
        ("cpu", Some(Reading::Cpu(it))) => cpu(server, it),
        ("cpu", _) => cpu(server, &Cpu::default()),
        ("memory", Some(Reading::Memory(it))) => server.memory_bytes = Some(it.total_bytes),
        ("memory", _) => server.memory_bytes = None,
        ("disks", Some(Reading::Disks(it))) => server.disk_bytes = Some(size(it)),
        ("disks", _) => server.disk_bytes = None,
        ("interfaces", Some(Reading::Interfaces(it))) => {
            server.addresses = it.iter().flat_map(|interface| interface.addresses.iter().cloned()).collect();
        }
        ("interfaces", _) => server.addresses.clear(),
        _ => {}
    }
}

fn machine(server: &mut ServerRow, it: &Machine) {
    server.model = match (&it.vendor, &it.product) {
        (Some(vendor), Some(product)) if !product.starts_with(vendor.as_str()) => {
            Some(format!("{vendor} {product}"))
        }
        (vendor, product) => product.clone().or_else(|| vendor.clone()),
    };
    server.serial.clone_from(&it.serial);
    server.guest_of.clone_from(&it.guest_of);
}

fn system(server: &mut ServerRow, it: &System) {
    server.hostname.clone_from(&it.hostname);
    server.os = it.name.clone().or_else(|| match (&it.id, &it.version) {
        (Some(id), Some(version)) => Some(format!("{id} {version}")),
        (id, _) => id.clone(),
    });
}

fn cpu(server: &mut ServerRow, it: &Cpu) {
    server.cpu.clone_from(&it.model);
    server.threads = (it.threads > 0).then_some(it.threads);
}

fn size(disks: &[Disk]) -> u64 {
    disks.iter().fold(0, |sum, disk| sum.saturating_add(disk.size_bytes))
}
