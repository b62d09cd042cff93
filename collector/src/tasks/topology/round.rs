//! One round: some reports taken in, in their order, and what came of them gathered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};

use super::desk::Desk;
use super::hear::hear;
use crate::config::Config;
use crate::lan::{Change, Event, State, What, fingerprint};
use crate::store::{Error, LanBatch, LanProgress, LanTaken, Store};

/// What is gathered.
pub(super) struct Round<'a> {
    store: &'a Store,
    config: &'a Config,
    from: LanProgress,
    batch: LanBatch,
    /// What lies on the desk of each office that changed.
    desks: BTreeMap<Code, Desk>,
    /// The next free number of a report.
    next_report: Option<u64>,
    taken: usize,
}

/// What an office's belief became by something.
struct Turn {
    office: Code,
    /// The place in the ledger of what showed it.
    index: u64,
    at: Timestamp,
    events: Vec<Event>,
    /// Whether its changes are changes of the LAN, and not of what is looked at.
    is_seen: bool,
}

impl<'a> Round<'a> {
    pub(super) async fn new(
        store: &'a Store,
        config: &'a Config,
        from: LanProgress,
        taken: &[LanTaken],
    ) -> Result<Self, Error> {
        let agents: Vec<&AgentId> = taken.iter().map(|report| &report.agent).collect();
        let seen = store.lan_seen_by(&agents).await?;
        let batch = LanBatch { seen, ..LanBatch::default() };
        let desks = BTreeMap::new();
        Ok(Self { store, config, from, batch, desks, next_report: None, taken: taken.len() })
    }

    pub(super) fn is_idle(&self) -> bool {
        self.taken == 0 && self.batch.seen.is_empty() && self.batch.versions.is_empty()
    }

    pub(super) fn into_batch(self) -> LanBatch {
        self.batch
    }

    /// Takes a report in.
    pub(super) async fn take(&mut self, report: &LanTaken) -> Result<(), Error> {
        let mut seen = self.batch.seen.remove(&report.agent).unwrap_or_default();
        if let Some(old) = seen.office.clone().filter(|old| *old != report.office) {
            let events = self.state(&old).await?.forget(&report.agent, report.at);
            let turn = Turn { office: old, index: report.index, at: report.at, events, is_seen: false };
            self.turned(turn).await?;
        }
        let windows = self.config.lan.windows;
        let state = self.state(&report.office).await?;
        let known = state.agents.get(&report.agent).map(|witness| witness.view.clone());
        let observation = hear(&mut seen, report, known.as_ref());
        let events = observation.map(|observation| state.observe(&observation, &windows));
        self.batch.seen.insert(report.agent.clone(), seen);
        let Some(events) = events else { return Ok(()) };
        let (office, index, at) = (report.office.clone(), report.index, report.at);
        self.turned(Turn { office, index, at, events, is_seen: true }).await
    }

    /// What is to be done when the ledger was followed to its end.
    pub(super) async fn catch_up(&mut self) -> Result<(), Error> {
        self.let_go().await?;
        // Of what was there before the ledger was first followed nothing was told: the first version shows it.
        let mut bare: BTreeSet<Code> = self.store.lan_unversioned().await?.into_iter().collect();
        bare.extend(self.batch.states.keys().cloned());
        for version in self.store.lan_newest_versions().await? {
            bare.remove(&version.office);
        }
        for office in bare {
            let state = self.state(&office).await?;
            let last = state.agents.values().map(|witness| witness.last_at).max();
            if let Some(at) = last.filter(|_| !state.core().is_empty()) {
                self.version(&office, at, Vec::new()).await?;
            }
        }
        Ok(())
    }

    /// Lets agents go whose reports are no longer taken: nobody can say what became of what they saw.
    async fn let_go(&mut self) -> Result<(), Error> {
        let retired = self.store.lan_retired().await?;
        let missing: Vec<&AgentId> =
            retired.iter().filter(|agent| !self.batch.seen.contains_key(*agent)).collect();
        let loaded = self.store.lan_seen_by(&missing).await?;
        self.batch.seen.extend(loaded);
        for agent in retired {
            let Some(seen) = self.batch.seen.get_mut(&agent) else { continue };
            let Some(office) = seen.office.take() else { continue };
            let state = self.state(&office).await?;
            let last = state.agents.values().map(|witness| witness.last_at).max();
            let Some(at) = last else { continue };
            let events = state.forget(&agent, at);
            let index = self.from.next;
            self.turned(Turn { office, index, at, events, is_seen: false }).await?;
        }
        Ok(())
    }

    /// What is believed of an office's LAN.
    async fn state(&mut self, office: &Code) -> Result<&mut State, Error> {
        if !self.batch.states.contains_key(office) {
            let state = self.store.lan_state(office).await?.unwrap_or_default();
            self.batch.states.insert(office.clone(), state);
        }
        Ok(self.batch.states.entry(office.clone()).or_default())
    }

    /// Takes down what something brought about, unless that was done before the projections were made anew.
    async fn turned(&mut self, turn: Turn) -> Result<(), Error> {
        if turn.index < self.from.told {
            return Ok(());
        }
        let Turn { office, index, at, events, is_seen } = turn;
        let mut changes: Vec<Change> = Vec::new();
        for event in events {
            match event.what {
                What::Change(change) => changes.push(change),
                What::Hosts { .. } | What::Note(_) => self.batch.events.push((office.clone(), index, event)),
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        if !is_seen {
            changes.clear();
        }
        self.version(&office, at, changes).await
    }

    /// Makes a version, or lets the newest grow, when the core is another.
    async fn version(&mut self, office: &Code, at: Timestamp, changes: Vec<Change>) -> Result<(), Error> {
        if !self.desks.contains_key(office) {
            let desk = Desk::open(self.store, self.config, office).await?;
            self.desks.insert(office.clone(), desk);
        }
        if self.next_report.is_none() {
            self.next_report = Some(self.store.lan_last_report().await? + 1);
        }
        let (Some(desk), Some(state)) = (self.desks.get_mut(office), self.batch.states.remove(office)) else {
            return Ok(());
        };
        if !desk.is_at(fingerprint(&state.core())) {
            let next = self.next_report.get_or_insert(1);
            desk.put(&state, at, changes, next, &mut self.batch);
        }
        self.batch.states.insert(office.clone(), state);
        Ok(())
    }
}
