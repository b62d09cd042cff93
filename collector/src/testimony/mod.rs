//! What the offices' agents claim of their backups, set beside what the witnesses on the Pusat Data's storage saw
//! by themselves. Pure.
//!
//! A claim and a sighting meet in the object: restic's snapshot id, borg's archive id, a dump's digest (or its
//! name and size, where nobody computed a digest). None of them can be guessed, so a match needs no trust in
//! paths; only where nothing is left to match (everything was deleted) does the path bind a set to a store.
//!
//! The age of a met object is the witness's: when it first saw that content by its own clock. A host that sets its
//! clock or touches its files makes nothing younger, and a renamed copy is as old as its first name.
//!
//! Meeting proves presence, not that it can be decrypted: that is the drill's part.

mod bind;
mod depth;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Run};
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::witness::{Damaged, Layout, Vanished, WitnessedObject, WitnessedStore};

use self::bind::Index;

pub use self::depth::Depth;

/// A backup set as an office's agent tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The server.
    pub server: &'a AgentId,
    /// Its office.
    pub office: &'a Code,
    /// What it says.
    pub set: &'a BackupSet,
    /// When it said so.
    pub said_at: Timestamp,
}

/// A store as a witness sees it.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// The witness.
    pub witness: &'a AgentId,
    /// The site it stands at.
    pub site: Option<&'a Code>,
    /// What it saw.
    pub store: &'a WitnessedStore,
    /// When it last looked.
    pub seen_at: Timestamp,
}

/// The terms on which they are joined; none is in any law ("kebijakan Dinas").
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// A witness that has not looked for longer than this says nothing about now.
    pub silent_after: SignedDuration,
    /// How long a recovery point must stay, where its set does not say.
    pub keep: SignedDuration,
}

impl Default for Terms {
    /// 26 hours; 30 days.
    fn default() -> Self {
        Self { silent_after: SignedDuration::from_hours(26), keep: SignedDuration::from_hours(30 * 24) }
    }
}

/// How a claim stands before the witnesses, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// `BERTEMU`: claimed and seen.
    Met,
    /// `HANYA KLAIM`: no witness saw it.
    ClaimOnly,
    /// `SAKSI DIAM`: the witness that saw it has not looked since.
    WitnessSilent,
    /// `HILANG`: a witness saw it, and it went before its time.
    Vanished,
    /// `RUSAK`: it lies there, and its content is wrong.
    Damaged,
}

impl Standing {
    /// Whether a witness can say where it lies or lay.
    #[must_use]
    pub const fn was_seen(self) -> bool {
        matches!(self, Self::Met | Self::Vanished | Self::Damaged)
    }

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "BERTEMU",
            Self::ClaimOnly => "HANYA KLAIM",
            Self::WitnessSilent => "SAKSI DIAM",
            Self::Vanished => "HILANG",
            Self::Damaged => "RUSAK",
        }
    }
}

/// How one set stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Testimony<'a> {
    /// How it stands as a whole: as its newest sound run does, unless something is lost or damaged.
    pub standing: Standing,
    /// The store that holds it, by index into the sightings.
    pub store: Option<usize>,
    /// Its runs, in the order of the claim.
    pub runs: Vec<RunTestimony<'a>>,
    /// The age of the newest run that was met, by the witness's clock.
    pub newest: Option<Timestamp>,
    /// Whether the content of that run was read again since.
    pub newest_verified: bool,
    /// How far back it reaches by what the witness saw; nothing unless it stands as met.
    pub depth: Depth,
    /// Recovery points that went before their time.
    pub lost: Vec<&'a Vanished>,
    /// What is wrong with the store, as far as it concerns this set.
    pub damaged: Vec<&'a Damaged>,
}

/// How one run stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RunTestimony<'a> {
    /// The run.
    pub run: &'a Run,
    /// How it stands.
    pub standing: Standing,
    /// What the witness saw of it.
    pub object: Option<&'a WitnessedObject>,
}

/// Objects of a store that nobody claims: `TANPA KLAIM`.
#[derive(Clone, Debug, PartialEq)]
pub struct Unclaimed<'a> {
    /// The store, by index into the sightings.
    pub store: usize,
    /// The objects, newest first.
    pub objects: Vec<&'a WitnessedObject>,
}

/// Two recovery points nearer than this stand for each other: what a retention rule thins out is not lost.
const NEAR: SignedDuration = SignedDuration::from_hours(36);

/// Sets every claim beside the sightings, in the order of the claims, and tells what no claim is about.
#[must_use]
pub fn join<'a>(
    claims: &[Claim<'a>],
    sightings: &[Sighting<'a>],
    terms: Terms,
    now: Timestamp,
) -> (Vec<Testimony<'a>>, Vec<Unclaimed<'a>>) {
    let index = Index::new(sightings);
    let testimonies: Vec<_> =
        claims.iter().map(|claim| testimony(claim, sightings, &index, terms, now)).collect();
    let unclaimed = unclaimed(sightings, &testimonies);
    (testimonies, unclaimed)
}

fn testimony<'a>(
    claim: &Claim<'a>,
    sightings: &[Sighting<'a>],
    index: &Index<'a>,
    terms: Terms,
    now: Timestamp,
) -> Testimony<'a> {
    let found: Vec<_> = claim.set.runs.iter().map(|run| (run, index.of_run(run))).collect();
    let store = index.store_of(claim, sightings, found.iter().filter_map(|(_, found)| found.as_ref()));
    let bound = store.and_then(|at| sightings.get(at));
    let silent = bound.is_some_and(|bound| now.duration_since(bound.seen_at) > terms.silent_after);
    let damaged: Vec<&Damaged> = bound.map_or_else(Vec::new, |bound| bound.store.damaged.iter().collect());
    let runs: Vec<_> = found
        .into_iter()
        .map(|(run, found)| {
            let object = found.map(|found| found.object);
            let standing = of_run(run, object, bound, silent);
            RunTestimony { run, standing, object }
        })
        .collect();
    let lost = bound.map_or_else(Vec::new, |bound| lost(claim, bound.store, terms, now));
    let met = runs.iter().filter(|run| run.standing == Standing::Met && run.run.whole != Some(false));
    let newest = met.filter_map(|run| Some((age(run)?, run))).max_by_key(|(at, _)| *at);
    let concerned: Vec<_> = damaged
        .into_iter()
        .filter(|damaged| bound.is_some_and(|b| concerns(b.store, damaged, &runs)))
        .collect();
    let standing = whole(&runs, newest.is_some(), silent, &lost, &concerned);
    let depth = bound.filter(|_| standing == Standing::Met);
    Testimony {
        standing,
        depth: depth.map(|bound| depth::of(claim.set, bound.store, &runs)).unwrap_or_default(),
        store,
        newest: newest.map(|(at, _)| at),
        newest_verified: newest.is_some_and(|(_, run)| run.object.is_some_and(|o| o.verified_at.is_some())),
        runs,
        lost,
        damaged: concerned,
    }
}

fn of_run(
    run: &Run,
    object: Option<&WitnessedObject>,
    bound: Option<&Sighting<'_>>,
    silent: bool,
) -> Standing {
    let Some(bound) = bound else { return Standing::ClaimOnly };
    let gone = bound.store.vanished.iter().any(|gone| bind::same_name(bound.store.layout, &gone.id, &run.id));
    match object {
        Some(object) if is_damaged(bound.store, object) => Standing::Damaged,
        Some(_) if silent => Standing::WitnessSilent,
        Some(_) => Standing::Met,
        None if gone => Standing::Vanished,
        None if silent => Standing::WitnessSilent,
        None => Standing::ClaimOnly,
    }
}

/// In a repository any object may rest on the damaged file; a plain file only on itself.
fn is_damaged(store: &WitnessedStore, object: &WitnessedObject) -> bool {
    match store.layout {
        Layout::Files => store.damaged.iter().any(|damaged| damaged.path == object.id),
        Layout::Restic | Layout::Borg | Layout::Pbs => !store.damaged.is_empty(),
    }
}

fn concerns(store: &WitnessedStore, damaged: &Damaged, runs: &[RunTestimony<'_>]) -> bool {
    store.layout != Layout::Files
        || runs.iter().any(|run| run.object.is_some_and(|object| object.id == damaged.path))
}

/// The set as a whole.
fn whole(
    runs: &[RunTestimony<'_>],
    is_met: bool,
    silent: bool,
    lost: &[&Vanished],
    damaged: &[&Damaged],
) -> Standing {
    // The newest run decides between what is met and what is not: an old copy that is met does not make up for
    // a new one that never arrived.
    let newest = runs.iter().filter(|run| run.run.whole != Some(false)).max_by_key(|run| run.run.at);
    match newest.map(|run| run.standing) {
        _ if !damaged.is_empty() => Standing::Damaged,
        _ if !lost.is_empty() => Standing::Vanished,
        _ if silent => Standing::WitnessSilent,
        Some(standing) if standing != Standing::ClaimOnly || !is_met => standing,
        Some(_) | None if is_met => Standing::Met,
        _ => Standing::ClaimOnly,
    }
}

/// How old a met run is: since when the witness knows its content. What lay there before the watch began is as
/// old as claimed, and never younger than its first sighting.
fn age(run: &RunTestimony<'_>) -> Option<Timestamp> {
    let object = run.object?;
    Some(if object.existed_before { run.run.at.min(object.first_seen) } else { object.first_seen })
}

/// Recovery points of `store` that went before their time and that no other stands for.
fn lost<'a>(claim: &Claim<'a>, store: &'a WitnessedStore, terms: Terms, now: Timestamp) -> Vec<&'a Vanished> {
    let keep =
        claim.set.keep_days.map_or(terms.keep, |days| SignedDuration::from_hours(24 * i64::from(days)));
    let own = bind::Series::of(claim.set, store);
    // Of borg's candidates most are no archive; only what is claimed counts as one.
    let is_point = |left: &WitnessedObject| match store.layout {
        Layout::Borg => claim.set.runs.iter().any(|run| run.id == left.id),
        Layout::Restic | Layout::Pbs | Layout::Files => own.has(&left.id),
    };
    let stands_for = |gone: &Vanished| {
        let near = |left: &WitnessedObject| left.first_seen.duration_since(gone.first_seen).abs() <= NEAR;
        store.objects.iter().any(|left| near(left) && is_point(left))
    };
    let early = |gone: &&Vanished| gone.last_seen.duration_since(gone.first_seen) < keep;
    let recent = |gone: &&Vanished| now.duration_since(gone.last_seen) < keep;
    let gone = store.vanished.iter().filter(|gone| own.has(&gone.id));
    gone.filter(early).filter(recent).filter(|gone| !stands_for(gone)).collect()
}

fn unclaimed<'a>(sightings: &[Sighting<'a>], testimonies: &[Testimony<'a>]) -> Vec<Unclaimed<'a>> {
    let claimed: std::collections::BTreeSet<(usize, &str)> = testimonies
        .iter()
        .filter_map(|t| Some((t.store?, t)))
        .flat_map(|(store, t)| t.runs.iter().filter_map(move |run| Some((store, run.object?.id.as_str()))))
        .collect();
    let of = |(at, sighting): (usize, &Sighting<'a>)| {
        // Of borg's candidates most are no archive, and a tree holds many files that no run is about.
        let store = sighting.store;
        let counted = matches!(store.layout, Layout::Restic | Layout::Pbs)
            || !testimonies.iter().any(|t| t.store == Some(at));
        let objects: Vec<_> =
            store.objects.iter().filter(|o| counted && !claimed.contains(&(at, o.id.as_str()))).collect();
        (!objects.is_empty()).then_some(Unclaimed { store: at, objects })
    };
    sightings.iter().enumerate().filter_map(of).collect()
}
