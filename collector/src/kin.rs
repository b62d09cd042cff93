//! Machines within machines: the agent that runs in a guest, and the host that a machine is a guest of. Pure.
//!
//! They are joined by the UUID that the host gave and the guest reads; containers, which have none of their own, by
//! their link-layer address. Whoever shares a UUID with another is told with it, never chosen.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::inventory::{Guest, GuestKind, byte_swapped};
use patuh_protocol::report::Reading;

/// The sensors that tell what a host runs.
pub const GUESTS: [&str; 3] = ["guests/libvirt", "guests/lxc", "guests/proxmox"];
/// The sensors by which a machine is known to its host.
pub const MARKS: [&str; 2] = ["interfaces", "machine"];

/// The guests in the readings of a host.
pub fn guests<'a>(readings: impl Iterator<Item = &'a Reading>) -> impl Iterator<Item = &'a Guest> {
    readings
        .filter_map(|reading| if let Reading::Guests(list) = reading { Some(list) } else { None })
        .flatten()
}

/// Whether a machine says of itself that it is a guest.
pub fn is_guest<'a>(mut readings: impl Iterator<Item = &'a Reading>) -> bool {
    readings.any(|reading| matches!(reading, Reading::Machine(machine) if machine.guest_of.is_some()))
}

/// Machines, called `K`, by what their hosts know them by.
#[derive(Clone, Debug)]
pub struct Machines<K> {
    by_uuid: BTreeMap<String, BTreeSet<K>>,
    by_mac: BTreeMap<String, BTreeSet<K>>,
}

impl<K> Default for Machines<K> {
    fn default() -> Self {
        Self { by_uuid: BTreeMap::new(), by_mac: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Machines<K> {
    /// Takes in a machine by its own readings.
    pub fn add<'a>(&mut self, machine: &K, readings: impl Iterator<Item = &'a Reading>) {
        let (mut uuid, mut is_container) = (None, false);
        for reading in readings {
            match reading {
                Reading::Machine(own) => {
                    let guest_of = own.guest_of.as_deref().unwrap_or_default();
                    uuid = own.uuid.as_deref().and_then(whole);
                    is_container = ["lxc", "docker", "podman", "systemd-nspawn"].contains(&guest_of);
                }
                Reading::Interfaces(all) => {
                    for mac in all.iter().filter_map(|interface| interface.mac.as_deref()) {
                        self.by_mac.entry(plain(mac)).or_default().insert(machine.clone());
                    }
                }
                _ => {}
            }
        }
        // A container reads its host's UUID, so it is known by its addresses only.
        for uuid in uuid.filter(|_| !is_container).iter().flat_map(|uuid| forms(uuid)) {
            self.by_uuid.entry(uuid).or_default().insert(machine.clone());
        }
    }

    /// The machines that `guest` is, seen from its host.
    pub fn within(&self, guest: &Guest) -> impl Iterator<Item = &K> {
        let is_machine = guest.kind == GuestKind::Machine;
        let uuid = guest.uuid.as_deref().filter(|_| is_machine).and_then(whole);
        let by_uuid = uuid.and_then(|uuid| self.by_uuid.get(&uuid));
        let by_mac = || guest.macs.iter().find_map(|mac| self.by_mac.get(&plain(mac)));
        by_uuid.or_else(by_mac).into_iter().flatten()
    }
}

/// A UUID in small letters; `None` when it is none, or one that says nothing.
fn whole(uuid: &str) -> Option<String> {
    let uuid = uuid.trim().to_lowercase();
    let other_than = |digit: char| uuid.chars().any(|c| c != digit && c != '-');
    (byte_swapped(&uuid).is_some() && other_than('0') && other_than('f')).then_some(uuid)
}

/// A UUID in both byte orders.
fn forms(uuid: &str) -> Vec<String> {
    std::iter::once(uuid.to_owned()).chain(byte_swapped(uuid)).collect()
}

fn plain(mac: &str) -> String {
    mac.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::Machine;
    use patuh_protocol::lan::Interface;

    use super::*;

    const UUID: &str = "4c4c4544-0058-5110-8032-b7c04f463633";
    const SWAPPED: &str = "44454C4C-5800-1051-8032-B7C04F463633";

    fn machine(uuid: &str, guest_of: &str, mac: &str) -> [Reading; 2] {
        let machine =
            Machine { uuid: Some(uuid.into()), guest_of: Some(guest_of.into()), ..Machine::default() };
        let interface = Interface { name: "eth0".into(), mac: Some(mac.into()), ..Interface::default() };
        [Reading::Machine(Box::new(machine)), Reading::Interfaces(vec![interface])]
    }

    fn guest(kind: GuestKind, uuid: Option<&str>, mac: &str) -> Guest {
        Guest { kind, uuid: uuid.map(Into::into), macs: vec![mac.to_owned()], ..Guest::default() }
    }

    fn check(own: &[Reading], guest: &Guest, expected: bool) {
        let mut machines = Machines::default();
        machines.add(&1, own.iter());
        assert_eq!(machines.within(guest).collect::<Vec<_>>(), if expected { vec![&1] } else { vec![] });
    }

    #[test]
    fn a_guest_is_joined_with_its_agent() {
        let vm = |uuid| guest(GuestKind::Machine, Some(uuid), "bc:24:11:00:00:01");
        check(&machine(UUID, "kvm", "aa"), &vm(UUID), true);
        check(&machine(UUID, "kvm", "aa"), &vm(SWAPPED), true);
        check(&machine("03000200-0400-0500-0006-000700080009", "kvm", "aa"), &vm(UUID), false);
        let lxc = guest(GuestKind::Container, None, "BC:24:11:00:00:02");
        check(&machine(UUID, "lxc", "bc:24:11:00:00:02"), &lxc, true);
        check(&machine(UUID, "lxc", "aa"), &vm(UUID), false);
    }

    #[test]
    fn a_uuid_that_says_nothing_joins_nobody() {
        let zero = "00000000-0000-0000-0000-000000000000";
        check(&machine(zero, "kvm", "aa"), &guest(GuestKind::Machine, Some(zero), "bb"), false);
        check(&machine("x", "kvm", "aa"), &guest(GuestKind::Machine, Some("x"), "bb"), false);
    }

    #[test]
    fn clones_are_told_together() {
        let mut machines = Machines::default();
        for n in [1, 2] {
            machines.add(&n, machine(UUID, "kvm", "aa").iter());
        }
        let vm = guest(GuestKind::Machine, Some(UUID), "bb");
        assert_eq!(machines.within(&vm).collect::<Vec<_>>(), [&1, &2]);
    }
}
