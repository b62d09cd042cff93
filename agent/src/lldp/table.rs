//! Who is heard on which port, and for how long that holds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::lan::{Adjacency, Discovery, Identifier};

use super::stored::Name;
use super::{Moment, read};

/// How many senders of one port are kept, and of all ports. Whoever comes later is not heard: a flood of invented
/// ones must not drive out the switch that was there before.
const MAX_ON_PORT: usize = 32;
const MAX: usize = 512;
/// How long a sender is kept after its farewell (a time to live of 0), at most: whoever restarts its software says
/// farewell, too, and is back in a moment.
const FAREWELL: Duration = Duration::from_secs(60);

/// Who speaks on a port: together these name one port of one device (IEEE 802.1AB calls it the MSAP).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sender {
    heard_on: u32,
    protocol: Discovery,
    chassis: Identifier,
    port: Identifier,
}

#[derive(Debug)]
struct Row {
    name: Name,
    frame: Vec<u8>,
    /// Until when it holds.
    until: Duration,
    is_stored: bool,
}

/// The frames that hold.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: BTreeMap<Sender, Row>,
    /// Files that are still to be removed.
    gone: BTreeSet<Name>,
}

impl Table {
    /// Takes what was stored by a process before this one: it holds for as long as it says, from now. Whether it can
    /// be used.
    pub(super) fn recall(&mut self, name: Name, frame: &[u8], up: Duration) -> bool {
        let Some(heard) = read(frame).filter(|heard| heard.ttl > 0) else { return false };
        let sender = sender(name.port, &heard);
        let is_new = self.has_room(name.port) && !self.rows.contains_key(&sender);
        if is_new {
            let until = up + lifetime(&heard);
            self.rows.insert(sender, Row { name, frame: frame.to_vec(), until, is_stored: true });
        }
        is_new
    }

    /// Takes a frame that came in by `port`.
    pub(super) fn hear(&mut self, port: u32, frame: &[u8], moment: Moment) {
        let Some(heard) = read(frame) else { return };
        let sender = sender(port, &heard);
        let is_farewell = heard.ttl == 0;
        if let Some(row) = self.rows.get_mut(&sender) {
            if is_farewell {
                row.until = row.until.min(moment.up + FAREWELL);
                return;
            }
            row.until = moment.up + lifetime(&heard);
            if row.frame != frame {
                row.frame = frame.to_vec();
                row.is_stored = false;
            }
        } else if !is_farewell && self.has_room(port) {
            let (name, until) = (self.name(port, moment.wall), moment.up + lifetime(&heard));
            self.rows.insert(sender, Row { name, frame: frame.to_vec(), until, is_stored: false });
        }
    }

    /// Forgets what holds no longer.
    pub(super) fn expire(&mut self, up: Duration) {
        let gone = self.rows.extract_if(.., |_, row| row.until <= up);
        self.gone.extend(gone.map(|(_, row)| row.name));
    }

    /// When the next one ends.
    pub(super) fn next_end(&self) -> Option<Duration> {
        self.rows.values().map(|row| row.until).min()
    }

    /// Whether the files are not as they should be.
    pub(super) fn is_unsettled(&self) -> bool {
        !self.gone.is_empty() || self.rows.values().any(|row| !row.is_stored)
    }

    /// Has files written (with a frame) and removed (without); `change` says whether that could be done.
    pub(super) fn settle(&mut self, mut change: impl FnMut(Name, Option<&[u8]>) -> bool) {
        self.gone.retain(|name| !change(*name, None));
        for row in self.rows.values_mut().filter(|row| !row.is_stored) {
            row.is_stored = change(row.name, Some(&row.frame));
        }
    }

    fn has_room(&self, port: u32) -> bool {
        self.rows.len() < MAX
            && self.rows.keys().filter(|sender| sender.heard_on == port).count() < MAX_ON_PORT
    }

    /// A name that no other has, not even one that is to be removed.
    fn name(&self, port: u32, since: Timestamp) -> Name {
        let since = Timestamp::from_second(since.as_second()).unwrap_or_default();
        let names: BTreeSet<Name> =
            self.rows.values().map(|row| row.name).chain(self.gone.iter().copied()).collect();
        let mut name = Name { port, since, number: 0 };
        while names.contains(&name) {
            name.number += 1;
        }
        name
    }
}

fn sender(heard_on: u32, heard: &Adjacency) -> Sender {
    Sender { heard_on, protocol: heard.protocol, chassis: heard.chassis.clone(), port: heard.port.clone() }
}

fn lifetime(heard: &Adjacency) -> Duration {
    Duration::from_secs(heard.ttl.into())
}
