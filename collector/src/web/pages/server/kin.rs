//! Machines within machines: the agent that runs in a guest, and the host that a machine is a guest of. They
//! are joined by the UUID that the host gave and the guest reads; containers, which have none of their own, by
//! their link-layer address. Whoever shares a UUID with another is shown with it, never chosen.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::{Guest, GuestKind, byte_swapped};
use patuh_protocol::report::Reading;

use super::super::section::{listed, readings};
use crate::store::{CurrentSection, Error, ServerFilter, Store};

/// The sensors that tell what a host runs.
const GUESTS: [&str; 3] = ["guests/libvirt", "guests/lxc", "guests/proxmox"];
/// The sensors by which a machine is known to its host.
const MARKS: [&str; 2] = ["interfaces", "machine"];

/// Another server with an agent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relative {
    pub(crate) agent: AgentId,
    pub(crate) host: String,
}

/// The relatives of one machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kin {
    by_uuid: BTreeMap<String, BTreeSet<Relative>>,
    by_mac: BTreeMap<String, BTreeSet<Relative>>,
    /// The hosts that say they run this machine.
    pub(crate) hosts: BTreeSet<Relative>,
}

/// By what a machine is known.
struct Marks {
    uuid: Option<String>,
    macs: Vec<String>,
    container: bool,
}

impl Marks {
    fn of(sections: &[CurrentSection]) -> Self {
        let mut marks = Self { uuid: None, macs: Vec::new(), container: false };
        for reading in readings(sections) {
            match reading {
                Reading::Machine(machine) => {
                    let guest_of = machine.guest_of.as_deref().unwrap_or_default();
                    marks.uuid = machine.uuid.as_deref().and_then(whole);
                    marks.container = ["lxc", "docker", "podman", "systemd-nspawn"].contains(&guest_of);
                }
                Reading::Interfaces(all) => {
                    marks.macs = all.iter().filter_map(|i| i.mac.as_ref()).map(|mac| plain(mac)).collect();
                }
                _ => {}
            }
        }
        marks
    }

    /// Whether `guest` is the machine with these marks. A container reads its host's UUID, so it is known by
    /// its addresses only.
    fn is(&self, guest: &Guest) -> bool {
        let uuid = guest.uuid.as_deref().and_then(whole);
        match (guest.kind, uuid, &self.uuid) {
            (GuestKind::Machine, Some(given), Some(read)) => forms(&given).contains(read),
            _ => guest.macs.iter().any(|mac| self.macs.contains(&plain(mac))),
        }
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

/// The guests in `sections`.
pub(super) fn guests(sections: &[CurrentSection]) -> Vec<&Guest> {
    listed(sections, |reading| match reading {
        Reading::Guests(list) => Some(list),
        _ => None,
    })
}

/// All servers, with the sections that tell who is whose.
type All = BTreeMap<Relative, Vec<CurrentSection>>;

impl Kin {
    /// The relatives of the machine of `agent`, of which `own` is known, among `all` servers.
    pub(crate) fn of(agent: &AgentId, own: &[CurrentSection], all: &All) -> Self {
        let (mut kin, marks) = (Self::default(), Marks::of(own));
        for (relative, sections) in all.iter().filter(|(relative, _)| relative.agent != *agent) {
            let other = Marks::of(sections);
            for uuid in other.uuid.iter().filter(|_| !other.container).flat_map(|uuid| forms(uuid)) {
                kin.by_uuid.entry(uuid).or_default().insert(relative.clone());
            }
            for mac in other.macs {
                kin.by_mac.entry(mac).or_default().insert(relative.clone());
            }
            if guests(sections).into_iter().any(|guest| marks.is(guest)) {
                kin.hosts.insert(relative.clone());
            }
        }
        kin
    }

    /// The agents that run in `guest`.
    pub(super) fn within(&self, guest: &Guest) -> Vec<&Relative> {
        let by_uuid = guest.uuid.as_deref().and_then(whole).and_then(|uuid| self.by_uuid.get(&uuid));
        let by_mac = || guest.macs.iter().find_map(|mac| self.by_mac.get(&plain(mac)));
        by_uuid.or_else(by_mac).into_iter().flatten().collect()
    }

    /// Asks the store for the relatives of the machine of `agent`. That reads sections of all servers, so it
    /// is asked only for guests and hosts of guests.
    pub(super) async fn load(store: &Store, agent: &AgentId, own: &[CurrentSection]) -> Result<Self, Error> {
        let is_guest = readings(own).any(|r| matches!(r, Reading::Machine(m) if m.guest_of.is_some()));
        let hosts: &[&str] = if is_guest { &GUESTS } else { &[] };
        let marks: &[&str] = if guests(own).is_empty() { &[] } else { &MARKS };
        let sensors = [hosts, marks].concat();
        if sensors.is_empty() {
            return Ok(Self::default());
        }
        let servers = store.servers(&ServerFilter::default()).await?;
        let names: BTreeMap<AgentId, String> =
            servers.into_iter().map(|row| (row.agent, row.hostname)).collect();
        let mut all = All::new();
        for (agent, section) in store.sections_named(&sensors).await? {
            let host = names.get(&agent).cloned().unwrap_or_default();
            all.entry(Relative { agent, host }).or_default().push(section);
        }
        Ok(Self::of(agent, own, &all))
    }
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::Machine;
    use patuh_protocol::lan::Interface;

    use super::*;
    use crate::store::{Carrier, Latest, Value};

    const UUID: &str = "4c4c4544-0058-5110-8032-b7c04f463633";
    const SWAPPED: &str = "44454C4C-5800-1051-8032-B7C04F463633";

    fn section(sensor: &str, reading: Reading) -> CurrentSection {
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let value = Some(Value { reading, at, index: 1, carrier: Carrier { at, index: 1 } });
        CurrentSection { sensor: sensor.into(), latest: Latest::Ok, at, index: 1, took_us: 1, value }
    }

    fn machine(uuid: &str, guest_of: &str, mac: &str) -> Vec<CurrentSection> {
        let machine =
            Machine { uuid: Some(uuid.into()), guest_of: Some(guest_of.into()), ..Machine::default() };
        let interface = Interface { name: "eth0".into(), mac: Some(mac.into()), ..Interface::default() };
        vec![
            section("machine", Reading::Machine(Box::new(machine))),
            section("interfaces", Reading::Interfaces(vec![interface])),
        ]
    }

    fn hosting(kind: GuestKind, uuid: Option<&str>, mac: &str) -> Vec<CurrentSection> {
        let (uuid, macs) = (uuid.map(Into::into), vec![mac.to_owned()]);
        let guest = Guest { kind, uuid, macs, ..Guest::default() };
        vec![section("guests/proxmox", Reading::Guests(vec![guest]))]
    }

    fn relative(n: u8, host: &str) -> Relative {
        Relative { agent: AgentId::of_key(&[n; 32]), host: host.into() }
    }

    /// Whether the machine of `own` is found in `host`, from both sides.
    fn check(own: &[CurrentSection], host: &[CurrentSection], joined: bool) {
        let (guest, parent) = (relative(1, "simpeg"), relative(2, "pve1"));
        let all: All = [(guest.clone(), own.to_vec()), (parent.clone(), host.to_vec())].into();
        let kin = Kin::of(&guest.agent, own, &all);
        assert_eq!(kin.hosts.contains(&parent), joined);
        let kin = Kin::of(&parent.agent, host, &all);
        let within = guests(host).first().map(|guest| kin.within(guest)).unwrap();
        assert_eq!(within, if joined { vec![&guest] } else { vec![] });
    }

    #[test]
    fn a_guest_is_joined_with_its_agent() {
        let vm = |uuid| hosting(GuestKind::Machine, Some(uuid), "bc:24:11:00:00:01");
        check(&machine(UUID, "kvm", "aa"), &vm(UUID), true);
        check(&machine(UUID, "kvm", "aa"), &vm(SWAPPED), true);
        check(&machine("03000200-0400-0500-0006-000700080009", "kvm", "aa"), &vm(UUID), false);
        let lxc = hosting(GuestKind::Container, None, "BC:24:11:00:00:02");
        check(&machine(UUID, "lxc", "bc:24:11:00:00:02"), &lxc, true);
    }

    #[test]
    fn a_uuid_that_says_nothing_joins_nobody() {
        let zero = "00000000-0000-0000-0000-000000000000";
        check(&machine(zero, "kvm", "aa"), &hosting(GuestKind::Machine, Some(zero), "bb"), false);
        check(&machine("x", "kvm", "aa"), &hosting(GuestKind::Machine, Some("x"), "bb"), false);
    }
}
