//! `StoresCovered`: every data store that was found on the server lies in a backup.
//!
//! "pencadangan … data" (Majalengka 13/2021 Pasal 16 ayat (1), Bukittinggi Pasal 21 ayat (1)), "back up terhadap
//! file sistem dan basis data" (Malang 23/2020 Pasal 19 ayat (2), number inferred): none of them leaves out a
//! database. Counted per store and never per job: a new database beside a job that names the old ones is the
//! commonest hole, and the job runs well.
//!
//! A store stands no better than the best set that holds it: in the wrong place, late, damaged or never finished
//! is not backed up. Part of it left out, or the files of a running database copied as they lie, goes to a person.
//! What was not found is not counted, so the sentence names the number; that nothing was found proves nothing. A
//! store that somebody set free is not counted; when that has run out it is again.

use super::copies::{self, Demand, Fit, Standing};
use super::data_centre::in_data_centre;
use super::opinion::said_at_once;
use super::{Case, Ruling, rank};
use crate::estate::{Backup, Cover, DataStore, Grade, Known, StoreKind};
use crate::finding::Verdict;
use crate::wording::copies::{Goal, Matter, Said, age_limit, least_evidence, unknown};
use crate::wording::stores::{self as words, Count};

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) database_hours: u32,
    pub(super) files_hours: u32,
    pub(super) least_grade: Grade,
    pub(super) in_data_centre: bool,
    pub(super) configuration: bool,
}

/// A store and how it stands.
struct Placed<'a> {
    store: &'a DataStore,
    state: State<'a>,
}

/// How a store stands.
enum State<'a> {
    /// No set holds it: why, where that is known.
    Out(String),
    /// The best set that holds it stands so, and is held to this limit.
    Held(Standing, &'a Backup, u32),
    /// Part of it is left out.
    Partly,
    /// Files of a running database, copied as they lie.
    Raw,
    /// It cannot be told.
    Unsure,
    /// Somebody set it free.
    Exempt,
    /// It lies in a backup.
    In,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let server = case.server.called();
    let demand = Demand {
        goal: if terms.in_data_centre { Goal::DataCentre } else { Goal::BothKinds },
        both: false,
        least_grade: terms.least_grade,
        fit: &|set| if terms.in_data_centre { in_data_centre(case.estate, set) } else { Fit::Right },
        limit: &|_, _| terms.files_hours,
        thresholds: vec![
            age_limit("basis data", terms.database_hours),
            age_limit("berkas", terms.files_hours),
            least_evidence(terms.least_grade),
        ],
    };
    let unmeasured =
        |said: Said, demand: Demand<'_>| said_at_once(Verdict::NoData, said, Vec::new(), demand.thresholds);
    let stores = match &case.server.stores {
        Known::No(why) => return unmeasured(words::unknown(server, why), demand),
        Known::Yes(stores) => stores,
    };
    let sets = match &case.server.backups {
        Known::No(why) => return unmeasured(unknown(server, why), demand),
        Known::Yes(sets) => sets,
    };
    let asked = |store: &&DataStore| terms.configuration || store.kind != StoreKind::Configuration;
    let placed: Vec<Placed<'_>> = stores
        .iter()
        .filter(asked)
        .map(|store| Placed { store, state: place(case, &demand, terms, sets, store) })
        .collect();
    if placed.is_empty() {
        return unmeasured(words::none(server), demand);
    }
    conclude(case, demand, &placed)
}

fn place<'a>(
    case: Case<'_>,
    demand: &Demand<'_>,
    terms: Terms,
    sets: &'a [Backup],
    store: &DataStore,
) -> State<'a> {
    let covered = match &store.cover {
        Cover::Exempted { until, .. } if *until >= case.voice.zone.day(case.voice.now) => {
            return State::Exempt;
        }
        Cover::Exempted { until, .. } => return State::Out(words::exemption_over(*until)),
        Cover::Uncovered => return State::Out(store.reason.clone()),
        Cover::Unknown => return State::Unsure,
        Cover::Partly => State::Partly,
        Cover::Inconsistent => State::Raw,
        Cover::Covered => State::In,
    };
    let limit = if store.kind == StoreKind::Database { terms.database_hours } else { terms.files_hours };
    let holding = sets.iter().filter(|set| store.sets.contains(&set.set));
    let stood = holding.map(|set| (copies::holding(case, demand, set, limit), set));
    let best = stood.reduce(
        |best, next| {
            if (next.0, next.1.newest) > (best.0, best.1.newest) { next } else { best }
        },
    );
    match best {
        None => State::Out(words::no_longer_held()),
        Some((standing, set)) if rank(standing.verdict()) < rank(covered.verdict()) => {
            State::Held(standing, set, limit)
        }
        Some(_) => covered,
    }
}

fn conclude(case: Case<'_>, demand: Demand<'_>, placed: &[Placed<'_>]) -> Ruling {
    let of = |wanted: fn(&State<'_>) -> bool| -> Vec<&DataStore> {
        placed.iter().filter(|one| wanted(&one.state)).map(|one| one.store).collect()
    };
    let exempt = of(|state| matches!(state, State::Exempt));
    let within = of(|state| matches!(state, State::In));
    let count = Count {
        server: case.server.called(),
        within: within.len(),
        all: placed.len().saturating_sub(exempt.len()),
        exempt: exempt.len(),
        in_data_centre: demand.goal == Goal::DataCentre,
    };
    let worst = placed.iter().map(|one| one.state.verdict()).filter(|verdict| *verdict != Verdict::Exempt);
    let verdict = worst.min_by_key(|verdict| rank(*verdict)).unwrap_or(Verdict::Exempt);
    let out: Vec<(&DataStore, &str)> = placed.iter().filter_map(Placed::out).collect();
    let mut said = vec![count.say()];
    said.extend(words::outside(&out, demand.goal == Goal::DataCentre));
    said.extend(held(case, &demand, placed));
    said.extend(words::partly(&of(|state| matches!(state, State::Partly))));
    said.extend(words::raw(&of(|state| matches!(state, State::Raw))));
    said.extend(words::unsure(&of(|state| matches!(state, State::Unsure))));
    if verdict == Verdict::Exempt {
        said.push(words::all_exempt());
    }
    Ruling {
        verdict,
        reasons: vec![said.iter().map(|said| said.reason.as_str()).collect::<Vec<_>>().join("; ")],
        remedies: said.into_iter().map(|said| said.remedy).filter(|remedy| !remedy.is_empty()).collect(),
        inputs: words::facts(&placed.iter().map(|one| (one.store, one.fact())).collect::<Vec<_>>()),
        thresholds: demand.thresholds,
    }
}

/// What is said of stores whose sets do not do: those in the same set together.
fn held(case: Case<'_>, demand: &Demand<'_>, placed: &[Placed<'_>]) -> Vec<Said> {
    let mut groups: Vec<(Standing, &Backup, u32, Vec<&DataStore>)> = Vec::new();
    for one in placed {
        let State::Held(standing, set, limit) = one.state else { continue };
        let alike = groups
            .iter_mut()
            .find(|(other, of, within, _)| *other == standing && std::ptr::eq(*of, set) && *within == limit);
        match alike {
            Some((.., stores)) => stores.push(one.store),
            None => groups.push((standing, set, limit, vec![one.store])),
        }
    }
    groups.sort_by_key(|(standing, ..)| *standing);
    let say = |(standing, set, limit_hours, stores): (Standing, &Backup, u32, Vec<&DataStore>)| {
        let kind = words::named(&stores);
        let (estate, voice, goal) = (case.estate, case.voice, demand.goal);
        standing.say(&Matter { estate, voice, goal, kind: &kind, set, limit_hours }, demand.least_grade)
    };
    groups.into_iter().map(say).collect()
}

impl Placed<'_> {
    fn out(&self) -> Option<(&DataStore, &str)> {
        match &self.state {
            State::Out(why) => Some((self.store, why)),
            _ => None,
        }
    }

    fn fact(&self) -> String {
        match &self.state {
            State::Out(why) => words::is_out(why),
            State::Held(_, set, _) => words::is_held(&set.set),
            State::Partly => words::is_partly(self.store),
            State::Raw => words::is_raw(self.store),
            State::Unsure => words::is_unsure(self.store),
            State::Exempt => words::is_exempt(self.store),
            State::In => words::is_in(self.store),
        }
    }
}

impl State<'_> {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Out(_) => Verdict::NotCompliant,
            Self::Held(standing, ..) => standing.verdict(),
            Self::Partly | Self::Raw => Verdict::NeedsReview,
            Self::Unsure => Verdict::NoData,
            Self::Exempt => Verdict::Exempt,
            Self::In => Verdict::Compliant,
        }
    }
}
