//! How the copies of a server stand towards a duty; what all checks of backups share.
//!
//! Each kind of data that some set is said to hold is judged by its best copy, and the duty by its worst
//! kind: fresh files do not make up for a database that is late. A set whose contents were never stated may
//! hold anything; it can leave a kind in doubt, but not settle it. Where no set states its contents, the sets
//! are judged as "data", by the stricter limit, and doubted up to the laxer.
//!
//! Lateness is a breach only if the copy was late already when the agent last spoke; a copy that has grown
//! too old since then is not known to be the newest.
//!
//! From better to worse: counts, in doubt (`PERLU PENILAIAN`), not known to be the newest (`BELUM ADA
//! DATA`), then late, in the wrong place, damaged or gone, or never finished (`TIDAK PATUH`). Weaker evidence for a copy
//! (older, lower grade, a place less sure, a problem) never moves it up.

use jiff::Timestamp;

use super::age::{CLOCK_TOLERANCE, told_at};
use super::{Case, Ruling};
use crate::estate::{Backup, Grade, Known, hours};
use crate::finding::{Threshold, Verdict};
use crate::wording::copies::{self as words, Goal, Matter, Said};
use crate::wording::listed;

/// What a duty asks of the copies.
pub(super) struct Demand<'a> {
    pub(super) goal: Goal,
    /// Whether files and databases are asked for, known or not.
    pub(super) both: bool,
    pub(super) least_grade: Grade,
    /// Whether a set lies where it should.
    pub(super) fit: &'a dyn Fn(&Backup) -> Fit,
    /// The oldest a copy of a kind may be, in hours; never asked for [`Kind::Unstated`].
    pub(super) limit: &'a dyn Fn(Kind, &Backup) -> u32,
    pub(super) thresholds: Vec<Threshold>,
}

/// Whether a copy lies where it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    Right,
    Unclear(Doubt),
    Wrong,
}

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Database,
    Files,
    /// What it is was never stated.
    Unstated,
}

/// Why a copy neither counts nor fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doubt {
    /// Where it lies is not known.
    Nowhere,
    /// It lies on a host, or at a site, that nobody registered.
    Unregistered,
    /// It lies on a portable medium, and the register of media does not say what it should.
    Medium(Medium),
    /// Where the server itself stands is not clear.
    OwnPlace,
    /// It comes from the future.
    Ahead,
    /// Something speaks against it.
    Troubled,
    /// The witness that watched it has fallen silent.
    Unwatched,
    /// What it holds was never stated.
    Unstated,
    /// The evidence is too weak.
    Weak,
}

/// What the register of media leaves open about a portable medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Medium {
    /// The agent could not tell which medium it is.
    Nameless,
    /// It is not registered.
    Unregistered,
    /// It is registered for another office.
    Foreign,
    /// Where it is kept, or by whom, is not written down.
    Unkept,
    /// Nobody saw it in its place within so many days.
    Unseen(u32),
}

/// How a copy stands, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// No set holds the kind.
    Missing,
    /// There is a set, and no whole run.
    NoRun,
    /// It lies elsewhere.
    Elsewhere,
    /// It lies where it should, and a witness saw that it is damaged or gone: worth more words than a copy that
    /// was never meant to count.
    Spoilt,
    /// It is too old.
    Late,
    /// The agent could not look into it.
    Unread,
    /// It has grown too old since the agent last spoke.
    Unseen,
    /// A person has to look.
    Doubtful(Doubt),
    /// It counts.
    Good,
}

/// The best copy of one kind, or of several that stand alike.
struct Part<'a> {
    kinds: Vec<Kind>,
    standing: Standing,
    /// The set, and the limit it is held to.
    copy: Option<(&'a Backup, u32)>,
}

/// How old a copy is, held against its limit.
enum Timing {
    Fresh,
    /// Within the laxer limit only.
    Between,
    Ahead,
    Unseen,
    Late,
}

/// Judges the copies of a server.
pub(super) fn judge(case: Case<'_>, demand: Demand<'_>) -> Ruling {
    let sets = match &case.server.backups {
        Known::No(why) => return one(Verdict::NoData, words::unknown(case.server.called(), why), demand),
        Known::Yes(sets) if sets.is_empty() => {
            return one(Verdict::NotCompliant, demand.goal.none_recorded(case.server.called()), demand);
        }
        Known::Yes(sets) => sets,
    };
    let parts: Vec<Part<'_>> =
        kinds(sets, demand.both).into_iter().map(|kind| best(case, &demand, sets, kind)).collect();
    let worst = parts.iter().map(|part| part.standing).min().unwrap_or(Standing::Missing);
    let verdict = worst.verdict();
    let spoken =
        merged(parts).into_iter().filter(|part| (part.standing < Standing::Good) == (worst < Standing::Good));
    let said: Vec<Said> = spoken.map(|part| part.say(case, &demand)).collect();
    let reasons: Vec<String> = said.iter().map(|said| said.reason.clone()).collect();
    let lead = demand.goal.standing(case.server.called(), verdict);
    Ruling {
        verdict,
        reasons: vec![format!("{lead}: {}", reasons.join("; "))],
        remedies: said.into_iter().map(|said| said.remedy).filter(|remedy| !remedy.is_empty()).collect(),
        inputs: sets.iter().map(|set| words::fact(case.estate, case.voice, set)).collect(),
        thresholds: demand.thresholds,
    }
}

fn one(verdict: Verdict, said: Said, demand: Demand<'_>) -> Ruling {
    Ruling {
        verdict,
        reasons: vec![said.reason],
        remedies: vec![said.remedy],
        inputs: Vec::new(),
        thresholds: demand.thresholds,
    }
}

/// The kinds to judge: those that some set states, or both when both are asked for.
pub(super) fn kinds(sets: &[Backup], both: bool) -> Vec<Kind> {
    let stated: Vec<Kind> = [Kind::Files, Kind::Database]
        .into_iter()
        .filter(|kind| both || sets.iter().any(|set| kind.is_in(set)))
        .collect();
    if stated.is_empty() { vec![Kind::Unstated] } else { stated }
}

/// The best copy of `kind`: by standing, then the newest; of equals the first.
fn best<'a>(case: Case<'_>, demand: &Demand<'_>, sets: &'a [Backup], kind: Kind) -> Part<'a> {
    let candidates = sets.iter().filter(|set| kind.is_in(set) || Kind::Unstated.is_in(set));
    let stood = candidates.map(|set| (stand(case, demand, set, kind), set));
    let best = stood.reduce(
        |best, next| {
            if (next.0, next.1.newest) > (best.0, best.1.newest) { next } else { best }
        },
    );
    let standing = best.map_or(Standing::Missing, |(standing, _)| standing);
    let copy = best.map(|(_, set)| (set, limits(demand, set, kind).1));
    Part { kinds: vec![kind], standing, copy }
}

fn stand(case: Case<'_>, demand: &Demand<'_>, set: &Backup, kind: Kind) -> Standing {
    weigh(case, demand, set, limits(demand, set, kind), kind.is_in(set))
}

/// How a set stands that is known to hold what is asked for, whatever it says of its contents.
pub(super) fn holding(case: Case<'_>, demand: &Demand<'_>, set: &Backup, limit_hours: u32) -> Standing {
    weigh(case, demand, set, (limit_hours, limit_hours), true)
}

fn weigh(case: Case<'_>, demand: &Demand<'_>, set: &Backup, limits: (u32, u32), stated: bool) -> Standing {
    let fit = (demand.fit)(set);
    if set.spoilt.is_some() && fit != Fit::Wrong {
        return Standing::Spoilt;
    }
    if set.newest.is_none() && !set.unread {
        return Standing::NoRun;
    }
    // What lies elsewhere does not count, whatever there is to be read in it.
    if fit == Fit::Wrong {
        return Standing::Elsewhere;
    }
    let Some(newest) = set.newest else { return Standing::Unread };
    match (timing(case, newest, limits), fit) {
        (Timing::Late, _) => Standing::Late,
        (Timing::Unseen, _) => Standing::Unseen,
        (_, Fit::Unclear(doubt)) => Standing::Doubtful(doubt),
        (Timing::Ahead, _) => Standing::Doubtful(Doubt::Ahead),
        _ if !set.problems.is_empty() => Standing::Doubtful(Doubt::Troubled),
        _ if set.unwatched_since.is_some() => Standing::Doubtful(Doubt::Unwatched),
        (Timing::Between, _) => Standing::Doubtful(Doubt::Unstated),
        _ if !stated => Standing::Doubtful(Doubt::Unstated),
        _ if set.grade < demand.least_grade => Standing::Doubtful(Doubt::Weak),
        _ => Standing::Good,
    }
}

/// The stricter and the laxer limit; they differ only where the contents are not stated.
fn limits(demand: &Demand<'_>, set: &Backup, kind: Kind) -> (u32, u32) {
    if kind == Kind::Unstated {
        let (database, files) = ((demand.limit)(Kind::Database, set), (demand.limit)(Kind::Files, set));
        (database.min(files), database.max(files))
    } else {
        let limit = (demand.limit)(kind, set);
        (limit, limit)
    }
}

fn timing(case: Case<'_>, newest: Timestamp, (strict, lax): (u32, u32)) -> Timing {
    let age = case.voice.now.duration_since(newest);
    let age_when_told = told_at(case).duration_since(newest);
    if age < -CLOCK_TOLERANCE {
        Timing::Ahead
    } else if age <= hours(strict) {
        Timing::Fresh
    } else if age <= hours(lax) {
        Timing::Between
    } else if age_when_told <= hours(lax) {
        Timing::Unseen
    } else {
        Timing::Late
    }
}

/// Kinds that stand alike in the same set are spoken of together.
fn merged(parts: Vec<Part<'_>>) -> Vec<Part<'_>> {
    let mut merged: Vec<Part<'_>> = Vec::new();
    for part in parts {
        match merged.iter_mut().find(|before| before.is_like(&part)) {
            Some(before) => before.kinds.extend(part.kinds),
            None => merged.push(part),
        }
    }
    merged
}

impl Part<'_> {
    fn is_like(&self, other: &Self) -> bool {
        let same_set = match (self.copy, other.copy) {
            (Some((set, limit)), Some((other_set, other_limit))) => {
                let limit_is_said = matches!(self.standing, Standing::Late | Standing::Unseen);
                std::ptr::eq(set, other_set) && (limit == other_limit || !limit_is_said)
            }
            (None, None) => true,
            _ => false,
        };
        self.standing == other.standing && same_set
    }

    fn say(&self, case: Case<'_>, demand: &Demand<'_>) -> Said {
        let names: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        let kind = listed(&names);
        let Some((set, limit_hours)) = self.copy else { return demand.goal.kind_missing(&kind) };
        let matter = Matter {
            estate: case.estate,
            voice: case.voice,
            goal: demand.goal,
            kind: &kind,
            set,
            limit_hours,
        };
        self.standing.say(&matter, demand.least_grade)
    }
}

impl Standing {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::Missing | Self::NoRun | Self::Spoilt | Self::Elsewhere | Self::Late => {
                Verdict::NotCompliant
            }
            Self::Unread | Self::Unseen => Verdict::NoData,
            Self::Doubtful(_) => Verdict::NeedsReview,
            Self::Good => Verdict::Compliant,
        }
    }

    /// What is said of a copy that stands so.
    pub(super) fn say(self, matter: &Matter<'_>, least_grade: Grade) -> Said {
        match self {
            Self::Missing => matter.goal.kind_missing(matter.kind),
            Self::NoRun => matter.no_run(),
            Self::Spoilt => matter.spoilt(),
            Self::Unread => matter.unread(),
            Self::Elsewhere => matter.elsewhere(),
            Self::Late => matter.late(),
            Self::Unseen => matter.unseen(),
            Self::Doubtful(doubt) => doubt.say(matter, least_grade),
            Self::Good => matter.good(),
        }
    }
}

impl Doubt {
    fn say(self, matter: &Matter<'_>, least_grade: Grade) -> Said {
        match self {
            Self::Nowhere => matter.nowhere(),
            Self::Unregistered => matter.unregistered(),
            Self::Medium(Medium::Nameless) => matter.medium_nameless(),
            Self::Medium(Medium::Unregistered) => matter.medium_unregistered(),
            Self::Medium(Medium::Foreign) => matter.medium_foreign(),
            Self::Medium(Medium::Unkept) => matter.medium_unkept(),
            Self::Medium(Medium::Unseen(days)) => matter.medium_unseen(days),
            Self::OwnPlace => matter.own_place(),
            Self::Ahead => matter.ahead(),
            Self::Troubled => matter.troubled(),
            Self::Unwatched => matter.unwatched(),
            Self::Unstated => matter.unstated(),
            Self::Weak => matter.weak(least_grade),
        }
    }
}

impl Kind {
    pub(super) fn is_in(self, set: &Backup) -> bool {
        match self {
            Self::Database => set.database,
            Self::Files => set.files,
            Self::Unstated => !set.files && !set.database,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Database => "basis data",
            Self::Files => "berkas",
            Self::Unstated => "data",
        }
    }
}
