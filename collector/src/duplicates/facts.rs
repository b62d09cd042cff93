//! What is known of each agent's machine, as far as it tells machines apart.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::inventory::{Guest, Machine, byte_swapped};
use patuh_protocol::lan::Interface;
use serde::{Deserialize, Serialize};

/// A number that more agents than this give is no number of one machine: a template of the firmware, the serial
/// of a chassis with many nodes. (A machine that was installed anew a few times still has its number.)
const MANY: usize = 3;

/// Containers share kernel and firmware with their host (systemd-detect-virt's names).
const CONTAINERS: [&str; 10] =
    ["docker", "incus", "lxc", "lxc-libvirt", "openvz", "podman", "proot", "rkt", "systemd-nspawn", "wsl"];

/// Texts that stand where a number should. The agents leave out far more; these are for what gets past.
const TEMPLATES: [&str; 8] = [
    "default string",
    "none",
    "not specified",
    "null",
    "o.e.m.",
    "system serial number",
    "to be filled by o.e.m.",
    "unknown",
];

/// What is known of an agent's machine.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The agent.
    pub agent: AgentId,
    /// The host's name; empty when it never said.
    pub hostname: String,
    /// Its office.
    pub office: Code,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When its newest report came.
    pub last_report: Option<Timestamp>,
    /// The machine's own numbers.
    pub machine: Machine,
    /// Link-layer addresses ([`macs`]).
    pub macs: BTreeSet<String>,
    /// Which guest of which host it is, as the host tells.
    pub guest: Option<String>,
    /// The last machines it was seen on, oldest first.
    pub seen: Vec<Sighting>,
    /// Reports that the ledger refused, because their number was taken.
    pub conflicts: Option<Conflicts>,
}

/// A machine that an agent was seen on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Id of the running kernel.
    pub boot_id: Option<String>,
    /// UUID of the machine.
    pub uuid: Option<String>,
    /// Link-layer addresses.
    pub macs: BTreeSet<String>,
    /// The host's name.
    pub hostname: String,
    /// When it was first seen, and when it last came (not: when it was last heard of).
    pub first: Timestamp,
    /// See `first`.
    pub last: Timestamp,
    /// How often it came back after another one had been seen.
    pub returns: u32,
}

/// Reports under numbers that were taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts {
    /// How many numbers.
    pub count: u64,
    /// When the first came.
    pub first: Timestamp,
    /// When the last came.
    pub last: Timestamp,
}

/// A guest, as its host tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSeen {
    /// In words: `pve1: 101 web`.
    pub words: String,
    /// Its link-layer addresses.
    pub macs: BTreeSet<String>,
    /// The UUID it is given, in both byte orders.
    pub uuids: BTreeSet<String>,
}

impl Facts {
    /// Whether it is a container.
    pub(super) fn is_container(&self) -> bool {
        self.machine.guest_of.as_deref().is_some_and(|of| CONTAINERS.contains(&of))
    }

    /// Whether it is a virtual machine.
    pub(super) fn is_virtual_machine(&self) -> bool {
        self.machine.guest_of.is_some() && !self.is_container()
    }

    /// Without what tells nothing: the host's numbers in a container, templates, and numbers that many give.
    #[must_use]
    pub(super) fn weeded(mut all: Vec<Self>) -> Vec<Self> {
        for facts in &mut all {
            facts.weed();
        }
        let (mut numbers, mut cards) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
        for facts in &all {
            facts.numbers().into_iter().flatten().for_each(|n| *numbers.entry(n.clone()).or_default() += 1);
            facts.macs.iter().for_each(|mac| *cards.entry(mac.clone()).or_default() += 1);
        }
        for facts in &mut all {
            let machine = &mut facts.machine;
            for number in [&mut machine.serial, &mut machine.board_serial, &mut machine.chassis_serial] {
                number.take_if(|number| numbers.get(number).is_some_and(|count| *count > MANY));
            }
            facts.macs.retain(|mac| cards.get(mac).is_none_or(|count| *count <= MANY));
        }
        all
    }

    /// The serial numbers; each once.
    fn numbers(&self) -> [Option<&String>; 3] {
        let Machine { serial, board_serial, chassis_serial, .. } = &self.machine;
        let board_serial = board_serial.as_ref().filter(|board| Some(*board) != serial.as_ref());
        let chassis = chassis_serial.as_ref();
        let chassis = chassis.filter(|it| Some(*it) != serial.as_ref() && Some(*it) != board_serial);
        [serial.as_ref(), board_serial, chassis]
    }

    fn weed(&mut self) {
        let container = self.is_container();
        let machine = &mut self.machine;
        let numbers = [
            &mut machine.serial,
            &mut machine.board_serial,
            &mut machine.chassis_serial,
            &mut machine.uuid,
            &mut machine.boot_id,
        ];
        for number in numbers {
            number.take_if(|number| container || !tells(number));
        }
        machine.machine_id.take_if(|id| !tells(id));
    }
}

/// Whether a number is one: not a template, not too short, not one sign again and again.
fn tells(number: &str) -> bool {
    let number = number.trim().to_lowercase();
    let signs: BTreeSet<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let counted = "0123456789abcdef0123456789".contains(&number) || "1234567890".contains(&number);
    number.len() >= 4 && signs.len() > 1 && !counted && !TEMPLATES.contains(&number.as_str())
}

/// The link-layer addresses that tell a machine: those of its cards, and in a container of its ends of the wire.
/// What bridges, tunnels and other software made up tells nothing.
#[must_use]
pub fn macs(interfaces: &[Interface], machine: &Machine) -> BTreeSet<String> {
    let container = machine.guest_of.as_deref().is_some_and(|of| CONTAINERS.contains(&of));
    let card = |it: &&Interface| {
        !it.is_virtual || (container && (it.name.starts_with("eth") || it.name.starts_with("en")))
    };
    let macs = interfaces.iter().filter(card).filter_map(|it| it.mac.as_deref());
    macs.map(str::to_lowercase).filter(|mac| tells(mac)).collect()
}

/// The guests that the host `hostname` tells of.
#[must_use]
pub fn guests_seen(hostname: &str, guests: &[Guest]) -> Vec<GuestSeen> {
    let seen = |guest: &Guest| {
        let uuid = guest.uuid.as_deref().map(str::to_lowercase);
        let swapped = uuid.as_deref().and_then(byte_swapped);
        GuestSeen {
            words: format!("{hostname}: {} {}", guest.id, guest.name).replace("  ", " "),
            macs: guest.macs.iter().map(|mac| mac.to_lowercase()).collect(),
            uuids: uuid.into_iter().chain(swapped).collect(),
        }
    };
    guests.iter().map(seen).collect()
}
