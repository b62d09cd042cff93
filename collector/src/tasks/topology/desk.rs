//! What lies on an office's desk: its newest version, and the reports that wait for an official. A change of the core
//! becomes a version and a draft here.
//!
//! Changes within a quarter of an hour ([`crate::lan::Windows::change_set`]) are one version and one draft: both grow,
//! unless an official was faster. As long as nobody handed in a first diagram there is nothing that a change could be a
//! change of: the first draft goes on to the newest version.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use super::declared;
use crate::config::Config;
use crate::lan::{
    Change, ChangeReport, ChangeSet, Difference, Fact, Graph, Names, Office, ReportFilter, ReportStanding,
    State, Version, fingerprint, sentences,
};
use crate::store::{Error, LanBatch, NewVersion, Store};

/// An office's desk.
pub(super) struct Desk {
    office: Code,
    /// What stands there besides what agents see.
    inputs: Office,
    window: SignedDuration,
    newest: Option<NewVersion>,
    /// The version before the newest.
    before: Option<Version>,
    reports: Vec<ChangeReport>,
}

/// What a version is made of.
struct Made {
    facts: BTreeSet<Fact>,
    graph: Graph,
    names: Names,
}

impl Desk {
    pub(super) async fn open(store: &Store, config: &Config, office: &Code) -> Result<Self, Error> {
        let newest = store.lan_newest(office).await?;
        let earlier = newest.as_ref().map_or(0, |newest| newest.version.number.saturating_sub(1));
        Ok(Self {
            office: office.clone(),
            inputs: declared::office(store, config, office).await?,
            window: config.lan.windows.change_set,
            newest,
            before: store.lan_version(office, earlier).await?,
            reports: store
                .lan_reports(&ReportFilter { office: Some(office.clone()), standing: None })
                .await?,
        })
    }

    /// Whether the newest version is of these facts.
    pub(super) fn is_at(&self, digest: Digest) -> bool {
        self.newest.as_ref().is_some_and(|newest| newest.version.digest == digest)
    }

    /// Makes a version of the facts that are believed since `at`, and its draft.
    pub(super) fn put(
        &mut self,
        state: &State,
        at: Timestamp,
        changes: Vec<Change>,
        next_report: &mut u64,
        batch: &mut LanBatch,
    ) {
        let mut names = Names::new(&self.inputs.servers, state);
        for older in self.newest.iter().map(|newest| &newest.version).chain(&self.before) {
            names.join(&older.names);
        }
        let made = Made { facts: state.core(), graph: Graph::new(state, &self.inputs), names };
        let new = self.next(made, at, changes);
        self.draft(&new, at, next_report, batch);
        batch.versions.insert((self.office.clone(), new.version.number), new.clone());
        self.newest = Some(new);
    }

    /// The newest version grown, or the next one.
    fn next(&mut self, made: Made, at: Timestamp, changes: Vec<Change>) -> NewVersion {
        let belongs = |newest: &&NewVersion| {
            at.duration_since(newest.version.at).abs() <= self.window
                && !self.is_handed_in(newest.version.number)
        };
        let grows = self.newest.as_ref().filter(belongs).is_some();
        let newest = self.newest.take();
        let (since, is_new, mut all) = match newest {
            Some(newest) if grows => (newest.version.at, newest.is_new, newest.changes),
            other => {
                self.before = other.map(|newest| newest.version);
                (at, true, Vec::new())
            }
        };
        all.extend(changes);
        let number = self.before.as_ref().map_or(0, |before| before.number) + 1;
        let sentences = self.sentences(&made);
        let Made { facts, graph, names } = made;
        let digest = fingerprint(&facts);
        let office = self.office.clone();
        let version = Version { office, number, at: since, digest, facts, names, graph, sentences };
        NewVersion { version, changes: all, is_new }
    }

    /// What is other than in the version before.
    fn sentences(&self, made: &Made) -> Vec<String> {
        let Some(before) = &self.before else { return Version::first_sentences(&made.graph) };
        let told = sentences(&Difference::between(&before.facts, &made.facts), &made.names);
        if told.is_empty() {
            return vec![format!("Sama dengan versi {}: perubahannya hanya sesaat", before.number)];
        }
        told
    }

    /// Whether somebody acted on the diagram of this version: then it stays as it is.
    fn is_handed_in(&self, number: u32) -> bool {
        let acted = |report: &&ChangeReport| report.standing != ReportStanding::Draft;
        self.reports.iter().filter(acted).any(|report| report.after == number)
    }

    fn draft(&mut self, new: &NewVersion, at: Timestamp, next: &mut u64, batch: &mut LanBatch) {
        let NewVersion { version, changes, .. } = new;
        let first = self.reports.iter().find(|report| report.is_first());
        if first.is_none_or(ChangeReport::is_open) {
            let first = first.cloned();
            let told = Version::first_sentences(&version.graph);
            self.lay(self.filled(first, version, (at, told, Vec::new())), next, batch);
            return;
        }
        let set = ChangeSet { from: version.at, to: at, changes: changes.clone() };
        let reported = set.reported();
        let draft = self.reports.iter().find(|report| report.is_open() && report.after == version.number);
        match (draft.cloned(), reported.is_empty()) {
            // What the Dinas sent back has acts of officials: it stays.
            (Some(draft), true) if draft.returned.is_none() => self.drop(draft.id, batch),
            (_, true) => {}
            (draft, false) => {
                let told = sentences(&reported, &version.names);
                self.lay(self.filled(draft, version, (at, told, set.changes)), next, batch);
            }
        }
    }

    /// A draft as of `version`; the number of a new one is 0 yet.
    fn filled(
        &self,
        draft: Option<ChangeReport>,
        version: &Version,
        (at, sentences, changes): (Timestamp, Vec<String>, Vec<Change>),
    ) -> ChangeReport {
        let first_handed_in = self.reports.iter().any(|report| report.is_first() && !report.is_open());
        let before = self.before.as_ref().map(|before| before.number).filter(|_| first_handed_in);
        let mut report =
            draft.unwrap_or_else(|| ChangeReport::draft(self.office.clone(), before, version.at));
        (report.after, report.to_at) = (version.number, at);
        (report.sentences, report.changes) = (sentences, changes);
        report
    }

    /// Lays a draft on the desk.
    fn lay(&mut self, mut draft: ChangeReport, next: &mut u64, batch: &mut LanBatch) {
        let is_new = draft.id == 0 || batch.drafts.get(&draft.id).is_some_and(|(_, is_new)| *is_new);
        if draft.id == 0 {
            draft.id = *next;
            *next += 1;
        }
        self.reports.retain(|report| report.id != draft.id);
        self.reports.push(draft.clone());
        batch.drafts.insert(draft.id, (draft, is_new));
    }

    /// Takes a draft away of which nothing is left.
    fn drop(&mut self, id: u64, batch: &mut LanBatch) {
        self.reports.retain(|report| report.id != id);
        let was_new = batch.drafts.remove(&id).is_some_and(|(_, is_new)| is_new);
        if !was_new {
            batch.dropped.insert(id);
        }
    }
}
