//! Cables that come loose: a carrier that comes and goes is no change of the LAN, and worth one note.

use super::{Observation, Witness};
use crate::lan::change::{Event, Note};
use crate::lan::observation::{Link, Ran, Source};
use crate::lan::windows::Windows;

/// How many toggles of one interface are kept.
const MAX_TOGGLES: usize = 64;

impl Witness {
    /// Notes carriers that came or went since the observation before.
    pub(super) fn flap(&mut self, seen: &Observation, windows: &Windows) -> Vec<Event> {
        let mut events = Vec::new();
        for (name, link) in &seen.view.links {
            let toggled = self.view.links.get(name).map_or(0, |before| toggles(before, link));
            let all = self.toggles.entry(name.clone()).or_default();
            all.extend(std::iter::repeat_n(seen.at, toggled));
            all.retain(|at| seen.at.duration_since(*at) <= windows.flap_within);
            let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let told = self.flapping_told.get(name);
            let is_new = told.is_none_or(|told| seen.at.duration_since(*told) > windows.flap_within);
            if toggled > 0 && count >= windows.flap_toggles && is_new {
                self.flapping_told.insert(name.clone(), seen.at);
                events.push(note(seen, name, count));
            }
        }
        self.toggles.retain(|_, all| !all.is_empty());
        self.flapping_told.retain(|_, told| seen.at.duration_since(*told) <= windows.flap_within);
        events
    }

    /// Keeps the parts of the view whose source ran.
    pub(super) fn update(&mut self, seen: &Observation) {
        let ran = |source: Source| seen.sources.get(&source).is_some_and(Ran::is_sound);
        let (new, view) = (&seen.view, &mut self.view);
        if ran(Source::Interfaces) {
            view.links.clone_from(&new.links);
        }
        if ran(Source::Adjacencies) {
            view.announced.clone_from(&new.announced);
        }
        if ran(Source::BridgeEntries) {
            view.behind.clone_from(&new.behind);
        }
        if ran(Source::Neighbours) {
            view.claims.clone_from(&new.claims);
            view.anonymous.clone_from(&new.anonymous);
        }
        if ran(Source::Leases) {
            view.leases.clone_from(&new.leases);
        }
        if ran(Source::Gateways) {
            view.defaults.clone_from(&new.defaults);
        }
    }
}

/// How often the carrier came or went between two readings: as the kernel counts, else at least once where it is
/// another.
fn toggles(before: &Link, after: &Link) -> usize {
    let counted = match (before.carrier_changes, after.carrier_changes) {
        (Some(before), Some(after)) => after.checked_sub(before),
        _ => None,
    };
    let seen = u32::from(before.up.is_some() && after.up.is_some() && before.up != after.up);
    usize::try_from(counted.unwrap_or(seen)).unwrap_or(MAX_TOGGLES).min(MAX_TOGGLES)
}

fn note(seen: &Observation, interface: &str, toggles: u32) -> Event {
    Event::note(
        seen.at,
        Note::Flapping { agent: seen.agent.clone(), interface: interface.to_owned(), toggles },
    )
}
