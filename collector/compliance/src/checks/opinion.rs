//! One thing after another, each with what is said of it; and what follows for the server.
//!
//! The checks of what a copy is like (kept long enough, encrypted, sound, drilled) give one [`Opinion`] per set,
//! those of jobs one per job. Some ask that every kind of data has one set that will do: the best set of each
//! kind is judged, and the duty by its worst kind, as in [`super::copies`]. The others ask something of every
//! set, since one that fails harms whatever the others are like.

use super::copies::{self, Kind};
use super::{Case, Ruling, rank};
use crate::estate::{Backup, Known};
use crate::finding::{Fact, Threshold, Verdict};
use crate::wording::copies::{Goal, Said, unknown};
use crate::wording::{listed, sets as words, state};

/// More than this many reasons are counted and not said; the facts name them all.
const REASONS: usize = 6;

/// What is said of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opinion {
    pub(super) verdict: Verdict,
    /// The reason is a predicate: `tersimpan tanpa enkripsi`.
    pub(super) said: Said,
}

/// What is asked of sets.
pub(super) struct Inquiry<'a> {
    /// The duty, as the sentence's subject.
    pub(super) duty: String,
    /// What is said of a set.
    pub(super) fact: &'a dyn Fn(&Backup) -> String,
    pub(super) thresholds: Vec<Threshold>,
    /// What it means when there is no set at all.
    pub(super) without: Verdict,
}

impl Opinion {
    pub(super) fn new(verdict: Verdict, said: Said) -> Self {
        Self { verdict, said }
    }
}

/// By the best set of each kind of data.
pub(super) fn of_kinds(case: Case<'_>, inquiry: Inquiry<'_>, ask: &dyn Fn(&Backup) -> Opinion) -> Ruling {
    let sets = match sets(case, &inquiry) {
        Ok(sets) => sets,
        Err(ruling) => return ruling,
    };
    let mut parts: Vec<(Vec<Kind>, &Backup, Opinion)> = Vec::new();
    for kind in copies::kinds(sets, false) {
        let Some((set, opinion)) = best(sets, kind, ask) else { continue };
        match parts.iter_mut().find(|(_, other, said)| std::ptr::eq(*other, set) && *said == opinion) {
            Some((kinds, ..)) => kinds.push(kind),
            None => parts.push((vec![kind], set, opinion)),
        }
    }
    let subject = |kinds: &[Kind], set: &Backup| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        words::of_kind(&listed(&names), &set.set)
    };
    let parts = parts.into_iter().map(|(kinds, set, opinion)| (subject(&kinds, set), opinion)).collect();
    conclude(&inquiry.duty, parts, facts(sets, &inquiry), inquiry.thresholds)
}

/// By every set that `ask` has an opinion of; `idle` when it has none of any.
pub(super) fn of_every(
    case: Case<'_>,
    inquiry: Inquiry<'_>,
    ask: &dyn Fn(&Backup) -> Option<Opinion>,
    idle: Opinion,
) -> Ruling {
    let sets = match sets(case, &inquiry) {
        Ok(sets) => sets,
        Err(ruling) => return ruling,
    };
    let asked = sets.iter().filter_map(|set| Some((words::of(&set.set), ask(set)?)));
    let parts: Vec<(String, Opinion)> = asked.collect();
    let inputs = facts(sets, &inquiry);
    if parts.is_empty() {
        return said_at_once(idle.verdict, idle.said, inputs, inquiry.thresholds);
    }
    conclude(&inquiry.duty, parts, inputs, inquiry.thresholds)
}

/// By the best of all sets.
pub(super) fn of_any(case: Case<'_>, inquiry: Inquiry<'_>, ask: &dyn Fn(&Backup) -> Opinion) -> Ruling {
    let sets = match sets(case, &inquiry) {
        Ok(sets) => sets,
        Err(ruling) => return ruling,
    };
    let parts = better(sets.iter().map(|set| (set, ask(set)))).into_iter();
    let parts = parts.map(|(set, opinion)| (words::of(&set.set), opinion)).collect();
    conclude(&inquiry.duty, parts, facts(sets, &inquiry), inquiry.thresholds)
}

/// The sets; or what there is to say when there are none.
fn sets<'a>(case: Case<'a>, inquiry: &Inquiry<'_>) -> Result<&'a [Backup], Ruling> {
    let server = case.server.called();
    let (verdict, said) = match &case.server.backups {
        Known::No(why) => (Verdict::NoData, unknown(server, why)),
        Known::Yes(sets) if sets.is_empty() => (inquiry.without, Goal::BothKinds.none_recorded(server)),
        Known::Yes(sets) => return Ok(sets),
    };
    Err(said_at_once(verdict, said, Vec::new(), inquiry.thresholds.clone()))
}

/// The best set that may hold `kind`; a set that never said what it holds cannot settle it.
fn best<'a>(
    sets: &'a [Backup],
    kind: Kind,
    ask: &dyn Fn(&Backup) -> Opinion,
) -> Option<(&'a Backup, Opinion)> {
    let candidates = sets.iter().filter(|set| kind.is_in(set) || Kind::Unstated.is_in(set));
    better(candidates.map(|set| {
        let opinion = ask(set);
        let settles = kind.is_in(set) || opinion.verdict != Verdict::Compliant;
        (set, if settles { opinion } else { Opinion::new(Verdict::NeedsReview, words::unstated(set)) })
    }))
}

/// The better by verdict, then the one with the newer run; of equals the first.
fn better<'a>(candidates: impl Iterator<Item = (&'a Backup, Opinion)>) -> Option<(&'a Backup, Opinion)> {
    candidates.reduce(|best, next| {
        let key = |(set, opinion): &(&Backup, Opinion)| (rank(opinion.verdict), set.newest);
        if key(&next) > key(&best) { next } else { best }
    })
}

fn facts(sets: &[Backup], inquiry: &Inquiry<'_>) -> Vec<Fact> {
    sets.iter().map(|set| words::fact(set, (inquiry.fact)(set))).collect()
}

/// What follows from the parts: the worst decides, and only what is as it decides is said.
pub(super) fn conclude(
    duty: &str,
    parts: Vec<(String, Opinion)>,
    inputs: Vec<Fact>,
    thresholds: Vec<Threshold>,
) -> Ruling {
    let worst = parts.iter().map(|(_, opinion)| opinion.verdict).min_by_key(|verdict| rank(*verdict));
    let verdict = worst.unwrap_or(Verdict::NoData);
    let met = verdict == Verdict::Compliant;
    let mut spoken: Vec<_> =
        parts.into_iter().filter(|(_, opinion)| (opinion.verdict == Verdict::Compliant) == met).collect();
    spoken.sort_by_key(|(_, opinion)| rank(opinion.verdict));
    let mut reasons: Vec<String> = spoken
        .iter()
        .take(REASONS)
        .map(|(subject, opinion)| format!("{subject} {}", opinion.said.reason))
        .collect();
    if spoken.len() > REASONS {
        reasons.push(words::and_more(spoken.len().saturating_sub(REASONS)));
    }
    let mut remedies: Vec<String> = Vec::new();
    for (_, opinion) in spoken.into_iter().take(REASONS) {
        if !opinion.said.remedy.is_empty() && !remedies.contains(&opinion.said.remedy) {
            remedies.push(opinion.said.remedy);
        }
    }
    Ruling {
        verdict,
        reasons: vec![format!("{duty} {}: {}", state(verdict), reasons.join("; "))],
        remedies,
        inputs,
        thresholds,
    }
}

/// One reason, one remedy.
pub(super) fn said_at_once(
    verdict: Verdict,
    said: Said,
    inputs: Vec<Fact>,
    thresholds: Vec<Threshold>,
) -> Ruling {
    Ruling { verdict, reasons: vec![said.reason], remedies: vec![said.remedy], inputs, thresholds }
}

/// What is wrong with a set before anything can be asked of its content: a witness saw it damaged or gone, no
/// run is whole, or the agent cannot look into it.
pub(super) fn unusable(set: &Backup) -> Option<Opinion> {
    if let Some(how) = &set.spoilt {
        Some(Opinion::new(Verdict::NotCompliant, words::spoilt(set, how)))
    } else if set.newest.is_some() {
        None
    } else if set.unread {
        Some(Opinion::new(Verdict::NoData, words::unread(set)))
    } else {
        Some(Opinion::new(Verdict::NotCompliant, words::no_run(set)))
    }
}

/// What a lack of proof amounts to.
pub(super) fn unproven(strict: bool) -> Verdict {
    if strict { Verdict::NotCompliant } else { Verdict::NeedsReview }
}

/// What it amounts to that proof has grown too old since the agent last spoke. Where a lack of proof merely
/// goes to a person, this does too: otherwise proof that is older still would be the better.
pub(super) fn unseen(strict: bool) -> Verdict {
    if strict { Verdict::NoData } else { Verdict::NeedsReview }
}
