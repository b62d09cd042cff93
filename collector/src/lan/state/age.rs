//! What was not seen: counted only where the source ran, and given up only after the window of its class.

use jiff::Timestamp;

use super::sight::source;
use super::{Observation, Standing, State};
use crate::lan::change::Event;
use crate::lan::fact::Fact;
use crate::lan::observation::{Ran, Source};
use crate::lan::windows::Windows;

impl State {
    /// Counts what this agent told of before and does not tell now. Candidates that are not seen again are dropped:
    /// they were nothing.
    pub(super) fn miss(&mut self, seen: &Observation) {
        let ran = |source: &Source| seen.sources.get(source).is_some_and(Ran::is_sound);
        let own = self.facts.iter_mut().filter(|(fact, _)| {
            fact.agent() == Some(&seen.agent)
                && !seen.facts.contains(fact)
                && ran(&source(fact))
                && ages(fact)
        });
        for (fact, track) in own {
            if track.standing == Standing::Candidate {
                continue;
            }
            let is_down = is_down(fact, seen);
            // With the link up again the silence begins anew: nobody could have been heard before.
            if track.absent_since.is_none() || (track.is_link_down && !is_down) {
                (track.absent_since, track.absences) = (Some(seen.at), 0);
            }
            track.absences = track.absences.saturating_add(1);
            (track.standing, track.is_link_down) = (Standing::Missing, is_down);
        }
        self.facts.retain(|fact, track| {
            track.standing != Standing::Candidate
                || fact.agent() != Some(&seen.agent)
                || seen.facts.contains(fact)
                || !ran(&source(fact))
                || !ages(fact)
        });
    }

    /// What was looked for in vain for long enough.
    pub(super) fn give_up(&mut self, seen: &Observation, windows: &Windows) -> Vec<Event> {
        let is_over = |since: Timestamp, fact: &Fact, absences: u32, is_link_down: bool| {
            let silent = seen.at.duration_since(since);
            match fact {
                Fact::Adjacent { .. } if is_link_down => silent >= windows.adjacency_down,
                Fact::Adjacent { .. } => silent >= windows.adjacency_silent,
                _ => absences >= windows.configuration_readings && silent >= windows.configuration_span,
            }
        };
        let over = self.facts.iter().filter(|(fact, track)| {
            fact.agent() == Some(&seen.agent)
                && track.standing == Standing::Missing
                && track
                    .absent_since
                    .is_some_and(|since| is_over(since, fact, track.absences, track.is_link_down))
        });
        let over: Vec<Fact> = over.map(|(fact, _)| fact.clone()).collect();
        let waits = |fact: &Fact| self.is_replaced_soon(fact);
        let over: Vec<Fact> = over.into_iter().filter(|fact| !waits(fact)).collect();
        for fact in &over {
            self.facts.remove(fact);
            if let Fact::Gateway { agent, address } = fact {
                self.forget_macs(agent, *address);
            }
        }
        over.into_iter().map(|fact| Event::gone(seen.at, fact)).collect()
    }

    /// Whether a candidate stands where `old` was: then it is told as moved, once that is believed.
    fn is_replaced_soon(&self, old: &Fact) -> bool {
        self.facts.iter().any(|(new, track)| {
            track.standing == Standing::Candidate && old.became(new).is_some_and(|fit| fit < 2)
        })
    }

    /// Without its gateway a MAC address of it means nothing.
    fn forget_macs(&mut self, agent: &patuh_protocol::id::AgentId, address: std::net::IpAddr) {
        self.facts.retain(|fact, _| {
            !matches!(fact, Fact::GatewayMac { agent: by, address: of, .. } if (by, of) == (agent, &address))
        });
    }
}

/// Whether not being seen means anything: the MAC address of a gateway is forgotten by the kernel all day, and
/// only another one in its place is a change.
const fn ages(fact: &Fact) -> bool {
    !matches!(fact, Fact::GatewayMac { .. } | Fact::Host { .. })
}

/// Whether nobody could be heard there: the link is down, or the interface is away.
fn is_down(fact: &Fact, seen: &Observation) -> bool {
    let Fact::Adjacent { interface, .. } = fact else { return false };
    seen.view.links.get(interface).is_none_or(|link| link.up == Some(false))
}
