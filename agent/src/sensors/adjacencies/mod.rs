//! `adjacencies`: the devices that announce themselves on the host's ports (LLDP, CDP, FDP, EDP), and on which of
//! their own ports that is: where the cable ends.
//!
//! Announcements come every half minute, so somebody must have listened before. Of those who may have, the first that
//! can tell is believed; they would all tell the same:
//!
//! 1. the agent's own listener ([`crate::lldp`]), which also knows since when;
//! 2. systemd-networkd, which keeps what it heard of routers and switches, on the ports that it looks after;
//! 3. lldpd, which runs where an administrator wanted it. Only its own command speaks with it, and that is let in
//!    only where this user belongs to its group.
//!
//! Where nobody listens this sensor fails and says why for each of them: silence is no proof that nobody spoke.

mod lldpd;
mod networkd;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::lan::Adjacency;
use patuh_protocol::report::Reading;

use super::{Settings, listed, ports};
use crate::lldp::{self, FOLDER, LISTENING, Name, STATE};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// How many announcements are carried.
const MAX_ADJACENCIES: usize = 512;

/// Ports by their numbers.
type Ports = BTreeMap<u32, String>;
/// What is heard, or why nothing can be: there is nobody who listens, or nobody who may be asked.
type Heard = Result<Vec<Adjacency>, String>;

type Source = (&'static str, fn(&Roots, &Ports, Timestamp) -> Heard);

const SOURCES: [Source; 3] =
    [("patuh-lldp", listener), ("systemd-networkd", networkd::read), ("lldpd", lldpd::read)];

pub(super) fn read(roots: &Roots, _: &Settings, now: Timestamp) -> Result<Option<Reading>, Failure> {
    let ports = ports::read(roots)?;
    if ports.is_empty() {
        return Ok(None);
    }
    let mut silent = Vec::new();
    for (source, read) in SOURCES {
        match read(roots, &ports, now) {
            Ok(mut heard) => {
                heard.sort();
                heard.dedup();
                heard.truncate(MAX_ADJACENCIES);
                return Ok(listed(heard, Reading::Adjacencies));
            }
            Err(why) => silent.push(format!("{source} {why}")),
        }
    }
    Err(Failure::malformed("tidak ada yang mendengarkan LLDP", &silent.join("; ")))
}

/// What our own listener keeps.
fn listener(roots: &Roots, ports: &Ports, now: Timestamp) -> Heard {
    let names = roots.list(FOLDER).map_err(|failure| failure.to_string())?.ok_or("tidak berjalan")?;
    let state = roots.value(format!("{FOLDER}/{STATE}"));
    if state.as_deref() != Some(LISTENING) {
        return Err(state.map_or_else(|| "tidak menyebut apa-apa".to_owned(), |state| name(&state)));
    }
    let mut heard = Vec::new();
    for stored in names.iter().filter_map(|name| Name::parse(name)) {
        // It may have ended in this moment.
        let file = roots.bytes(format!("{FOLDER}/{stored}")).ok().flatten().unwrap_or_default();
        let since = Some(stored.since).filter(|since| *since <= now);
        heard.extend(announced(&file, stored.port, ports).map(|it| Adjacency { since, ..it }));
    }
    Ok(heard)
}

/// The announcements in a file of frames that came in by one port.
fn announced<'a>(file: &'a [u8], port: u32, ports: &'a Ports) -> impl Iterator<Item = Adjacency> + 'a {
    let interface = ports.get(&port);
    let frames = interface.map(|_| lldp::frames(file)).unwrap_or_default();
    let heard = frames.into_iter().filter_map(lldp::read);
    heard.map(move |it| Adjacency { interface: interface.cloned().unwrap_or_default(), ..it })
}
