//! The machines that an agent was seen on, as far as they show whether its key runs on two of them:
//! [`crate::duplicates`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::Machine;
use patuh_protocol::report::Reading;
use sqlx::AnyConnection;

use super::super::Key;
use crate::duplicates::{Sighting, macs};
use crate::store::Error;
use crate::store::cell::{Cells as _, corrupt, plain};
use crate::store::grouped::Grouped;

/// How many machines of one agent are kept, those that were seen last.
const KEPT: usize = 8;

/// The longest number that is kept, in characters, and the most link-layer addresses.
const LONGEST: usize = 100;
const MAX_MACS: usize = 64;

const LOAD: Grouped = Grouped::keys(
    "WITH k (agent) AS (VALUES ",
    1,
    ") SELECT s.agent, s.seen FROM k CROSS JOIN sightings s \
        WHERE s.government = $1 AND s.agent = k.agent",
);

const PUT: Grouped = Grouped::insert(
    "INSERT INTO sightings (government, agent, seen) VALUES ",
    2,
    " ON CONFLICT (government, agent) DO UPDATE SET seen = excluded.seen",
);

/// What one report says of the machine, as far as it is new.
#[derive(Debug, Default)]
struct Glimpse {
    machine: Option<Machine>,
    macs: Option<BTreeSet<String>>,
    hostname: Option<String>,
}

/// The sightings of a batch.
#[derive(Debug, Default)]
pub(in crate::store) struct Sightings {
    seen: BTreeMap<AgentId, Vec<Sighting>>,
    touched: BTreeSet<AgentId>,
    glimpse: Glimpse,
}

impl Sightings {
    pub(super) async fn load(
        connection: &mut AnyConnection,
        government: &str,
        agents: &[&AgentId],
    ) -> Result<Self, Error> {
        let rows = LOAD.fetch(connection, government, agents, |query, agent| query.bind(agent.as_str()));
        let mut seen = BTreeMap::new();
        for row in rows.await? {
            seen.insert(row.parsed("agent")?, row.json("seen")?);
        }
        Ok(Self { seen, ..Self::default() })
    }

    /// Takes in what a section says anew.
    pub(super) fn turned(&mut self, (_, sensor): &Key, new: Option<&Reading>) {
        match (sensor.as_str(), new) {
            ("machine", Some(Reading::Machine(machine))) => self.glimpse.machine = Some((**machine).clone()),
            ("interfaces", Some(Reading::Interfaces(all))) => {
                // Whether it is a container is not known here; in one, these are none, and the boot id tells.
                let macs = macs(all, &Machine::default());
                self.glimpse.macs = Some(macs.into_iter().take(MAX_MACS).map(|mac| short(&mac)).collect());
            }
            ("system", Some(Reading::System(system))) => {
                self.glimpse.hostname = Some(short(&system.hostname))
            }
            _ => {}
        }
    }

    /// Takes in that the report of `agent` ends: what it said makes one sighting.
    pub(super) fn taken(&mut self, agent: &AgentId, at: Timestamp) {
        let Glimpse { machine, macs, hostname } = std::mem::take(&mut self.glimpse);
        if machine.is_none() && macs.is_none() && hostname.is_none() {
            return;
        }
        let seen = self.seen.entry(agent.clone()).or_default();
        let newest = seen.last().cloned().unwrap_or_default();
        let (boot_id, uuid) = match machine {
            Some(machine) => (machine.boot_id.as_deref().map(short), machine.uuid.as_deref().map(short)),
            None => (newest.boot_id, newest.uuid),
        };
        let (macs, hostname) = (macs.unwrap_or(newest.macs), hostname.unwrap_or(newest.hostname));
        came(seen, Sighting { boot_id, uuid, macs, hostname, first: at, last: at, returns: 0 });
        self.touched.insert(agent.clone());
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        let mut rows = Vec::new();
        for agent in &self.touched {
            let seen =
                serde_json::to_string(&self.seen.get(agent)).map_err(|error| corrupt("seen", error))?;
            rows.push((agent, seen));
        }
        let put = PUT.execute(connection, government, &rows, |query, (agent, seen)| {
            query.bind(agent.as_str()).bind(seen.as_str())
        });
        put.await
    }
}

/// Puts a machine at the end of those that were seen, where it may already stand. One that only got another name
/// or card is the same as long as its kernel runs.
fn came(seen: &mut Vec<Sighting>, now: Sighting) {
    let same = |old: &Sighting| match (&old.boot_id, &now.boot_id) {
        (Some(old), Some(now)) => old == now,
        _ => (&old.boot_id, &old.uuid, &old.macs) == (&now.boot_id, &now.uuid, &now.macs),
    };
    let Some(place) = seen.iter().position(same) else {
        seen.push(now);
        let surplus = seen.len().saturating_sub(KEPT);
        seen.drain(..surplus);
        return;
    };
    let came_back = place + 1 < seen.len();
    let old = seen.remove(place);
    let last = if came_back { now.last } else { old.last };
    seen.push(Sighting { first: old.first, last, returns: old.returns + u32::from(came_back), ..now });
}

fn short(text: &str) -> String {
    plain(text).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which machines (by boot id) are kept after those in `came_in`, and how often each came back.
    fn check(came_in: &str, expected: &[&str]) {
        let mut seen = Vec::new();
        for (n, boot) in (0..).zip(came_in.chars()) {
            let at = Timestamp::from_second(n).unwrap();
            let boot_id = Some(boot.to_string());
            came(&mut seen, Sighting { boot_id, first: at, last: at, ..Sighting::default() });
        }
        let line = |s: &Sighting| {
            let (first, last) = (s.first.as_second(), s.last.as_second());
            format!("{} {first}-{last} {}", s.boot_id.clone().unwrap_or_default(), s.returns)
        };
        assert_eq!(seen.iter().map(line).collect::<Vec<_>>(), expected, "{came_in}");
    }

    #[test]
    fn what_comes_back_is_counted() {
        check("aaa", &["a 0-0 0"]);
        check("ab", &["a 0-0 0", "b 1-1 0"]);
        check("aba", &["b 1-1 0", "a 0-2 1"]);
        check("abab", &["a 0-2 1", "b 1-3 1"]);
        check("ababb", &["a 0-2 1", "b 1-3 1"]);
        check(
            "abcdefghij",
            &["c 2-2 0", "d 3-3 0", "e 4-4 0", "f 5-5 0", "g 6-6 0", "h 7-7 0", "i 8-8 0", "j 9-9 0"],
        );
    }

    #[test]
    fn without_a_boot_id_the_cards_tell() {
        let machine = |mac: &str| Sighting { macs: [mac.to_owned()].into(), ..Sighting::default() };
        let mut seen = Vec::new();
        for mac in ["a", "b", "a", "b"] {
            came(&mut seen, machine(mac));
        }
        assert_eq!(seen.iter().map(|s| s.returns).collect::<Vec<_>>(), [1, 1]);
    }

    #[tokio::test]
    async fn sightings_are_found_by_their_key() {
        crate::store::grouped::tests::check_plan(&LOAD, "(government=? AND agent=?)").await;
    }
}
