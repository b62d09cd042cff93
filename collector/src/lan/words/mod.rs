//! Changes in words, for a *laporan perubahan*. Indonesian; names between backquotes, as they stand in the diagram.

use std::collections::{BTreeMap, BTreeSet};

use patuh_protocol::id::AgentId;
use patuh_protocol::lan::{Identifier, IdentifierKind};
use serde::{Deserialize, Serialize};

use super::change::Note;
use super::difference::Difference;
use super::fact::Fact;
use super::state::{Port, State, pairs};
use super::text::plain;

/// What things are called. Kept with each version of a diagram, for what is called otherwise today had its old name
/// in the diagram of then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    servers: BTreeMap<AgentId, String>,
    #[serde(with = "pairs")]
    devices: BTreeMap<Identifier, String>,
    #[serde(with = "pairs")]
    ports: BTreeMap<(Identifier, Identifier), String>,
    routers: BTreeSet<Identifier>,
}

impl Names {
    /// The names of servers as the register has them, of devices and ports as they announce them themselves.
    #[must_use]
    pub fn new(servers: &BTreeMap<AgentId, String>, state: &State) -> Self {
        let mut names = Self { servers: servers.clone(), ..Self::default() };
        names.learn(state);
        names
    }

    /// Adds the names of another state of the same LAN; those that are known stay.
    pub fn learn(&mut self, state: &State) {
        for (id, device) in &state.devices {
            let name = device.name.as_ref().filter(|name| !name.trim().is_empty());
            let name = name.map_or_else(|| id.value.clone(), Clone::clone);
            self.devices.entry(id.clone()).or_insert(name);
            if device.is_router {
                self.routers.insert(id.clone());
            }
            for (port, called) in &device.ports {
                self.ports.entry((id.clone(), port.clone())).or_insert_with(|| port_name(port, Some(called)));
            }
        }
    }

    /// Adds the names of an older version; those that are known stay.
    pub fn join(&mut self, older: &Self) {
        for (agent, name) in &older.servers {
            self.servers.entry(agent.clone()).or_insert_with(|| name.clone());
        }
        for (id, name) in &older.devices {
            self.devices.entry(id.clone()).or_insert_with(|| name.clone());
        }
        for (port, name) in &older.ports {
            self.ports.entry(port.clone()).or_insert_with(|| name.clone());
        }
        self.routers.extend(older.routers.iter().cloned());
    }

    /// What a server is called: its name, else the beginning of its agent's id.
    #[must_use]
    pub fn server(&self, agent: &AgentId) -> String {
        let unnamed = || agent.as_str().chars().take(8).collect();
        self.servers.get(agent).map_or_else(unnamed, |name| plain(name))
    }

    /// What a device is called.
    #[must_use]
    pub fn device(&self, id: &Identifier) -> String {
        plain(self.devices.get(id).unwrap_or(&id.value))
    }

    /// What a port of a device is called, such as `7` or `Gi1/0/7`.
    #[must_use]
    pub fn port(&self, device: &Identifier, port: &Identifier) -> String {
        let key = (device.clone(), port.clone());
        self.ports.get(&key).map_or_else(|| port_name(port, None), |name| plain(name))
    }

    /// A port of a device within a sentence, such as `port 7` or `port12b`.
    fn at_port(&self, device: &Identifier, port: &Identifier) -> String {
        at_port(&self.port(device, port))
    }

    fn device_with_kind(&self, id: &Identifier) -> String {
        let kind = if self.routers.contains(id) { "Router" } else { "Switch" };
        format!("{kind} `{}`", self.device(id))
    }
}

/// The name of a port: what it announces, unless that is a MAC address and it has a description. A description that
/// ends in a number behind the word "port" is that number.
#[must_use]
pub fn port_name(id: &Identifier, port: Option<&Port>) -> String {
    let described = port
        .and_then(|port| port.description.as_ref())
        .map(|text| plain(text))
        .filter(|text| !text.is_empty());
    let name = match (id.kind, described) {
        (IdentifierKind::Mac | IdentifierKind::Local, Some(described)) if !is_number(&id.value) => described,
        _ => plain(&id.value),
    };
    let number = name.get(..4).filter(|word| word.eq_ignore_ascii_case("port")).and_then(|_| name.get(4..));
    match number.map(|rest| rest.trim_start_matches([' ', '-', '_', '.'])) {
        Some(number) if is_number(number) => number.to_owned(),
        _ => name,
    }
}

/// A port within a sentence: what is called a port by its name is not called so twice.
#[must_use]
pub fn at_port(name: &str) -> String {
    let rest = name.get(..4).filter(|word| word.eq_ignore_ascii_case("port")).and_then(|_| name.get(4..));
    let is_called_so = rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    if is_called_so { name.to_owned() } else { format!("port {name}") }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A difference in sentences, sorted: first what moved, then what came, then what went. What several servers see of
/// one thing is one sentence, which says how many saw it; of a gateway, also which one.
#[must_use]
pub fn sentences(difference: &Difference, names: &Names) -> Vec<String> {
    let moved = difference.moved.iter().map(|(from, to)| (0, moved(from, to, names), to));
    let added = difference.added.iter().map(|fact| (1, came_or_went(fact, true, names), fact));
    let gone = difference.gone.iter().map(|fact| (2, came_or_went(fact, false, names), fact));
    let mut all: BTreeMap<(u8, String), BTreeMap<Option<&AgentId>, &Fact>> = BTreeMap::new();
    for (order, sentence, fact) in moved.chain(added).chain(gone) {
        all.entry((order, sentence)).or_default().insert(fact.agent(), fact);
    }
    let witnessed =
        |((_, sentence), seen): ((u8, String), BTreeMap<Option<&AgentId>, &Fact>)| match seen.len() {
            // A gateway is that of some servers and not of others: a sentence that names none would speak for all.
            0 | 1 => match seen.first_key_value() {
                Some((Some(agent), Fact::Gateway { .. } | Fact::GatewayMac { .. })) => {
                    format!("{sentence} (tampak dari server `{}`)", names.server(agent))
                }
                _ => sentence,
            },
            n => format!("{sentence} (tampak dari {n} server)"),
        };
    all.into_iter().map(witnessed).collect()
}

fn came_or_went(fact: &Fact, came: bool, names: &Names) -> String {
    let word = |yes: &'static str, no: &'static str| if came { yes } else { no };
    match fact {
        Fact::Address { agent, address, subnet } => format!(
            "Server `{}`: alamat `{address}/{}` {}",
            names.server(agent),
            subnet.prefix(),
            word("mulai dipakai", "tidak dipakai lagi")
        ),
        Fact::Leased { agent, subnet } => format!(
            "Server `{}`: alamat DHCP di `{subnet}` {}",
            names.server(agent),
            word("mulai dipakai", "tidak dipakai lagi")
        ),
        Fact::Gateway { address, .. } => {
            format!("Gateway `{address}` {}", word("mulai dipakai", "tidak dipakai lagi"))
        }
        Fact::GatewayMac { address, mac, .. } => format!(
            "Gateway `{address}`: perangkat dengan MAC `{mac}` {}",
            word("mulai menjawab", "tidak menjawab lagi")
        ),
        Fact::Route { agent, to, via } => {
            format!(
                "Server `{}`: rute ke `{to}` lewat `{via}` {}",
                names.server(agent),
                word("ditambahkan", "dihapus")
            )
        }
        Fact::Member { agent, master, port } => format!(
            "Server `{}`: antarmuka `{}` {} `{}`",
            names.server(agent),
            plain(port),
            word("dimasukkan ke", "dikeluarkan dari"),
            plain(master)
        ),
        Fact::Vlan { agent, parent, id } => format!(
            "Server `{}`: VLAN {id} di `{}` {}",
            names.server(agent),
            plain(parent),
            word("ditambahkan", "dihapus")
        ),
        Fact::Adjacent { agent, device, port, .. } => format!(
            "{} {}: server `{}` {}",
            names.device_with_kind(device),
            names.at_port(device, port),
            names.server(agent),
            word("tersambung", "tidak lagi tersambung")
        ),
        Fact::Host { segment, mac } => {
            format!("Host `{mac}` {} di `{segment}`", word("tampak", "tidak tampak lagi"))
        }
    }
}

fn moved(from: &Fact, to: &Fact, names: &Names) -> String {
    match (from, to) {
        (Fact::Adjacent { .. }, Fact::Adjacent { .. }) => cable_moved(from, to, names),
        (Fact::Address { agent: old, .. }, Fact::Address { agent, address, subnet }) if old != agent => {
            format!(
                "Alamat `{address}/{}` pindah dari server `{}` ke server `{}`",
                subnet.prefix(),
                names.server(old),
                names.server(agent)
            )
        }
        (Fact::Address { subnet: old, address, .. }, Fact::Address { agent, address: new, subnet }) => {
            format!(
                "Server `{}`: alamat `{address}/{}` diganti `{new}/{}`",
                names.server(agent),
                old.prefix(),
                subnet.prefix()
            )
        }
        (Fact::Leased { subnet: old, .. }, Fact::Leased { agent, subnet }) => {
            format!("Server `{}`: alamat DHCP kini di `{subnet}` (tadinya `{old}`)", names.server(agent))
        }
        (Fact::Gateway { address, .. }, Fact::Gateway { address: new, .. }) => {
            format!("Gateway `{address}` diganti `{new}`")
        }
        (Fact::GatewayMac { mac, .. }, Fact::GatewayMac { address, mac: new, .. }) => {
            format!("Gateway `{address}`: perangkatnya diganti, MAC `{mac}` menjadi `{new}`")
        }
        (Fact::Route { via, .. }, Fact::Route { agent, to, via: new }) => {
            format!("Server `{}`: rute ke `{to}` kini lewat `{new}` (tadinya `{via}`)", names.server(agent))
        }
        (Fact::Member { master, .. }, Fact::Member { agent, master: new, port }) => format!(
            "Server `{}`: antarmuka `{}` pindah dari `{}` ke `{}`",
            names.server(agent),
            plain(port),
            plain(master),
            plain(new)
        ),
        (Fact::Vlan { id, .. }, Fact::Vlan { agent, parent, id: new }) => {
            format!("Server `{}`: VLAN {id} di `{}` diganti VLAN {new}", names.server(agent), plain(parent))
        }
        (Fact::Host { segment, .. }, Fact::Host { segment: new, mac }) => {
            format!("Host `{mac}` pindah dari `{segment}` ke `{new}`")
        }
        (from, to) => format!("{}; {}", came_or_went(from, false, names), came_or_went(to, true, names)),
    }
}

/// A cable that leads to another port, to another device, or out of another socket.
fn cable_moved(from: &Fact, to: &Fact, names: &Names) -> String {
    let (
        Fact::Adjacent { interface, device, port, .. },
        Fact::Adjacent { agent, interface: new_interface, device: new_device, port: new_port },
    ) = (from, to)
    else {
        return String::new();
    };
    let (old, server) = (names.device_with_kind(device), names.server(agent));
    let start = format!("{old} {}: server `{server}`", names.at_port(device, port));
    let target = names.at_port(new_device, new_port);
    if device != new_device {
        let kind = names.device_with_kind(new_device).to_lowercase_first();
        format!("{start} pindah ke {kind} {target}")
    } else if port != new_port {
        format!("{start} pindah ke {target}")
    } else {
        let (old, new) = (plain(interface), plain(new_interface));
        format!("{start} kini lewat antarmuka `{new}` (tadinya `{old}`)")
    }
}

/// A note in a sentence.
#[must_use]
pub fn note(note: &Note, names: &Names) -> String {
    match note {
        Note::Flapping { agent, interface, toggles } => format!(
            "Server `{}`: sambungan `{}` putus-sambung {toggles} kali dalam 24 jam",
            names.server(agent),
            plain(interface)
        ),
        Note::GatewayPair { address, macs: [one, other], .. } => {
            format!("Gateway `{address}` dijawab bergantian oleh dua perangkat: `{one}` dan `{other}`")
        }
    }
}

/// For a sentence's beginning in its middle.
trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}

impl LowercaseFirst for str {
    fn to_lowercase_first(&self) -> String {
        let mut letters = self.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    }
}

#[cfg(test)]
mod tests;
