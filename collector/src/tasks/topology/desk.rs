//! What lies on an office's desk: its newest version, and the reports that wait for an official. A change of the core
//! becomes a version and a draft here.
//!
//! Changes within a quarter of an hour ([`crate::lan::Windows::change_set`]) are one version and one draft: both grow,
//! unless an official was faster. A first version takes in for longer what was there before it was looked at
//! ([`crate::lan::Windows::first_look`]).
//!
//! As long as nobody handed in a first diagram there is nothing that a change could be a change of: the first draft goes
//! on to the newest version. From then on each version has its report. Where nothing changed but what is seen of it (a
//! new agent looks, an old one no longer does) that is a draft of the diagram alone, or nobody could ever show the Dinas
//! the diagram that stands now.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use super::declared;
use crate::config::Config;
use crate::lan::{
    Change, ChangeReport, ChangeSet, Difference, Fact, Graph, Names, Office, ReportFilter, ReportStanding,
    State, Version, Windows, fingerprint, sentences,
};
use crate::store::{Error, LanBatch, NewVersion, Store};

/// An office's desk.
pub(super) struct Desk {
    office: Code,
    /// What stands there besides what agents see.
    inputs: Office,
    windows: Windows,
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
            windows: config.lan.windows,
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
        let is_first_look = !changes.is_empty() && change_set(at, &changes).reported().is_empty();
        let belongs = |newest: &&NewVersion| {
            let number = newest.version.number;
            let is_first = number == 1 && is_first_look;
            let longest = if is_first { self.windows.first_look } else { SignedDuration::ZERO };
            let window = self.windows.change_set.max(longest);
            at.duration_since(newest.version.at).abs() <= window && !self.is_handed_in(number)
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
        if !self.reports.iter().any(|report| report.is_diagram_only() && !report.is_open()) {
            let told = Version::first_sentences(&version.graph);
            return self.hand_in(version, (at, told), next, batch);
        }
        let set = ChangeSet { from: version.at, ..change_set(at, changes) };
        let reported = set.reported();
        let is_own = |report: &&ChangeReport| report.is_open() && report.after == version.number;
        let draft = self.reports.iter().filter(is_own).find(|report| !report.is_diagram_only()).cloned();
        if !reported.is_empty() {
            let told = sentences(&reported, &version.names);
            let draft = draft.unwrap_or_else(|| self.report_of(version));
            self.lay(filled(draft, version, (at, told, set.changes)), next, batch);
            // Its diagram shows all that the other would.
            return self.drop(|report| report.is_diagram_only(), batch);
        }
        let is_known = |before: &Version| before.digest == version.digest && self.is_handed_in(before.number);
        let is_known = self.before.as_ref().is_some_and(is_known);
        self.drop(|report| report.after == version.number && (is_known || !report.is_diagram_only()), batch);
        let is_waiting = |report: &ChangeReport| report.is_diagram_only() && report.is_open();
        let has_own = self.reports.iter().any(|report| report.after == version.number && !is_waiting(report));
        if !is_known && !has_own {
            self.hand_in(version, (at, Version::anew_sentences(&version.graph)), next, batch);
        }
    }

    /// A draft of the diagram alone: the one that waits goes on.
    fn hand_in(
        &mut self,
        version: &Version,
        (at, told): (Timestamp, Vec<String>),
        next: &mut u64,
        batch: &mut LanBatch,
    ) {
        let waiting =
            self.reports.iter().find(|report| report.is_diagram_only() && report.is_open()).cloned();
        let draft = waiting.unwrap_or_else(|| ChangeReport::draft(self.office.clone(), None, version.at));
        self.lay(filled(draft, version, (at, told, Vec::new())), next, batch);
    }

    /// A report of what changed since the version before.
    fn report_of(&self, version: &Version) -> ChangeReport {
        let before = self.before.as_ref().map(|before| before.number);
        ChangeReport::draft(self.office.clone(), before, version.at)
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

    /// Takes drafts away of which nothing is left. What the Dinas sent back has acts of officials: it stays.
    fn drop(&mut self, is_void: impl Fn(&ChangeReport) -> bool, batch: &mut LanBatch) {
        let is_void =
            |report: &&ChangeReport| report.is_open() && report.returned.is_none() && is_void(report);
        let void: Vec<u64> = self.reports.iter().filter(is_void).map(|report| report.id).collect();
        for id in void {
            self.reports.retain(|report| report.id != id);
            let was_new = batch.drafts.remove(&id).is_some_and(|(_, is_new)| is_new);
            if !was_new {
                batch.dropped.insert(id);
            }
        }
    }
}

/// Changes up to `at`.
fn change_set(at: Timestamp, changes: &[Change]) -> ChangeSet {
    ChangeSet { from: at, to: at, changes: changes.to_vec() }
}

/// A draft as of `version`.
fn filled(
    mut draft: ChangeReport,
    version: &Version,
    (at, sentences, changes): (Timestamp, Vec<String>, Vec<Change>),
) -> ChangeReport {
    (draft.after, draft.to_at) = (version.number, at);
    (draft.sentences, draft.changes) = (sentences, changes);
    draft
}
