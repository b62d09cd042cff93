//! The servers as the judge sees them, and their copies as the pages do: every claim set beside what the witnesses
//! saw, what ought to be in the copies, when they were planned, and whether they came back.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{self, Known};
use patuh_protocol::backup::{BackupSet, Drill};
use patuh_protocol::witness::WitnessedObject;

use super::backups::{self, Claimed};
use super::copies::{Copies, ServerCopies, SetView, WitnessView};
use super::guests::{self, Lent};
use super::plans::Rhythms;
use super::witnesses::{self, Witness};
use super::{Sections, drills, plans, stores};
use crate::config::Config;
use crate::coverage::DataStore;
use crate::store::{CurrentSection, ServerRow};
use crate::testimony::{self, Claim, Sighting, Terms, Testimony, Unclaimed};

/// What all servers are looked at with.
struct Scene<'a> {
    config: &'a Config,
    now: Timestamp,
    sightings: &'a [Sighting<'a>],
    /// The witness of each sighting.
    owners: &'a [usize],
    witnesses: &'a [Witness<'a>],
}

/// One server and all that it says.
struct Side<'a> {
    row: &'a ServerRow,
    sections: &'a [CurrentSection],
    claimed: Known<Vec<Claimed<'a>>>,
}

/// Joins everything. The servers come in the order of `rows`.
pub(super) fn joined(
    rows: &[ServerRow],
    sections: &Sections,
    config: &Config,
    now: Timestamp,
) -> (Vec<estate::Server>, Copies) {
    let of = |row: &ServerRow| sections.get(&row.agent).map(Vec::as_slice).unwrap_or_default();
    let lent = guests::lent(sections);
    let lent = |row: &ServerRow| lent.get(&row.agent).map(Vec::as_slice).unwrap_or_default();
    let sides: Vec<Side<'_>> = rows.iter().map(|row| Side::new(row, of(row), lent(row))).collect();
    let mut witnesses: Vec<_> =
        rows.iter().filter_map(|row| Witness::of(row, of(row), config)).filter(Witness::has_looked).collect();
    witnesses.sort_by(|a, b| (a.hostname(), a.agent()).cmp(&(b.hostname(), b.agent())));
    let each: Vec<Vec<Sighting<'_>>> = witnesses.iter().map(Witness::sightings).collect();
    let owners: Vec<usize> =
        each.iter().enumerate().flat_map(|(at, all)| std::iter::repeat_n(at, all.len())).collect();
    let sightings: Vec<Sighting<'_>> = each.into_iter().flatten().collect();
    let claims: Vec<Claim<'_>> = sides.iter().flat_map(Side::claims).collect();
    let (told, unclaimed) = testimony::join(&claims, &sightings, terms(config), now);
    let scene = Scene { config, now, sightings: &sightings, owners: &owners, witnesses: &witnesses };
    let (mut servers, mut copies) = (Vec::with_capacity(rows.len()), Copies::default());
    let (mut rest, mut rhythms) = (told.as_slice(), Rhythms::new());
    for side in &sides {
        let (mine, others) = rest.split_at_checked(side.count()).unwrap_or((rest, &[]));
        rest = others;
        let (server, own) = scene.server(side, mine, &mut rhythms);
        servers.push(server);
        copies.servers.insert(side.row.agent.clone(), own);
    }
    copies.witnesses = scene.witness_views(&unclaimed);
    (servers, copies)
}

fn terms(config: &Config) -> Terms {
    let hours = config.testimony.silent_after_hours.unwrap_or(config.silent_after_hours);
    let keep = SignedDuration::from_hours(24 * i64::from(config.testimony.keep_days));
    Terms { silent_after: SignedDuration::from_hours(i64::from(hours)), keep }
}

impl<'a> Side<'a> {
    fn new(row: &'a ServerRow, sections: &'a [CurrentSection], lent: &'a [Lent<'a>]) -> Self {
        let mut claimed = backups::claimed(sections);
        if !lent.is_empty() {
            let own = if let Known::Yes(own) = claimed { own } else { Vec::new() };
            claimed = Known::Yes(own.into_iter().chain(lent.iter().map(Lent::claimed)).collect());
        }
        Self { row, sections, claimed }
    }

    fn claimed(&self) -> &[Claimed<'a>] {
        if let Known::Yes(claimed) = &self.claimed { claimed } else { &[] }
    }

    fn count(&self) -> usize {
        self.claimed().len()
    }

    fn claims(&self) -> impl Iterator<Item = Claim<'a>> + '_ {
        let (server, office) = (&self.row.agent, &self.row.office);
        self.claimed().iter().map(move |claimed| Claim {
            server,
            office,
            set: claimed.set,
            said_at: claimed.said_at,
        })
    }

    fn sets(&self) -> Vec<&'a BackupSet> {
        self.claimed().iter().map(|claimed| claimed.set).collect()
    }
}

impl<'a> Scene<'a> {
    fn server(
        &self,
        side: &Side<'_>,
        told: &[Testimony<'_>],
        rhythms: &mut Rhythms,
    ) -> (estate::Server, ServerCopies) {
        let mut server = super::server(side.row, side.sections, &side.claimed, self.config);
        let held = drills::held(side.sections);
        let none = Vec::new();
        let drills = if let Known::Yes(drills) = &held { drills } else { &none };
        let sets = self.sets(side, told, &mut server, drills);
        let planned = plans::planned(side.sections);
        let own = side.sets();
        let stores = stores::found(side.row, side.sections, &side.claimed, self.config, self.now);
        server.stores = map(&stores, |stores| stores.iter().map(|store| for_judge(store, &own)).collect());
        server.plans = map(&planned, |plans| plans::translated(plans, &own, rhythms));
        server.drills = map(&held, |drills| drills.iter().map(|drill| drills::translated(drill)).collect());
        let entry = entry_of(side.sections, drills::SENSOR);
        let copies = ServerCopies {
            sets,
            stores,
            drills: drills.iter().map(|drill| (Drill::clone(drill), entry)).collect(),
            plans: if let Known::Yes(plans) = planned { plans.to_vec() } else { Vec::new() },
        };
        (server, copies)
    }

    /// The claims of one server, with what became of them in the judge's eyes.
    fn sets(
        &self,
        side: &Side<'_>,
        told: &[Testimony<'_>],
        server: &mut estate::Server,
        drills: &[&Drill],
    ) -> Vec<SetView> {
        let Known::Yes(judged) = &mut server.backups else { return Vec::new() };
        let valid = SignedDuration::from_hours(24 * i64::from(self.config.testimony.drill_days));
        let mut views = Vec::with_capacity(judged.len());
        for ((claimed, told), backup) in side.claimed().iter().zip(told).zip(judged) {
            witnesses::apply(backup, told, self.sightings);
            drills::lift(backup, (claimed.set, told), drills, valid, self.now);
            // What a witness saw, and what the host of a guest says.
            let seen = self.witness(told).map(Witness::evidence).unwrap_or_default();
            for shown in seen.into_iter().chain(std::iter::once(claimed.evidence())) {
                if !server
                    .evidence
                    .iter()
                    .any(|known| (known.index, &known.shows) == (shown.index, &shown.shows))
                {
                    server.evidence.push(shown);
                }
            }
            views.push(self.view(claimed, told, backup.clone()));
        }
        views
    }

    fn witness(&self, told: &Testimony<'_>) -> Option<&Witness<'a>> {
        self.witnesses.get(*self.owners.get(told.store?)?)
    }

    fn view(&self, claimed: &Claimed<'_>, told: &Testimony<'_>, judged: estate::Backup) -> SetView {
        let store = told.store.and_then(|at| Some((*self.owners.get(at)?, self.sightings.get(at)?)));
        SetView {
            set: claimed.set.clone(),
            sensor: claimed.sensor.to_owned(),
            said_at: claimed.said_at,
            entry: claimed.entry,
            judged,
            standing: told.standing,
            runs: told.runs.iter().map(|run| (run.standing, run.object.cloned())).collect(),
            lost: told.lost.iter().copied().cloned().collect(),
            damaged: told.damaged.iter().copied().cloned().collect(),
            store: store.map(|(witness, sighting)| (witness, sighting.store.path.clone())),
        }
    }

    fn witness_views(&self, unclaimed: &[Unclaimed<'_>]) -> Vec<WitnessView> {
        let objects = |store: usize| -> Vec<WitnessedObject> {
            let of = unclaimed.iter().filter(|unclaimed| unclaimed.store == store);
            of.flat_map(|unclaimed| &unclaimed.objects).copied().cloned().collect()
        };
        let mut views: Vec<WitnessView> = self.witnesses.iter().filter_map(Witness::view).collect();
        for (at, (sighting, owner)) in self.sightings.iter().zip(self.owners).enumerate() {
            if let Some(view) = views.get_mut(*owner) {
                view.stores.push((sighting.store.clone(), objects(at)));
            }
        }
        views
    }
}

/// A data store for the judge; `own` are the claims of its server.
fn for_judge(store: &DataStore, own: &[&BackupSet]) -> estate::DataStore {
    estate::DataStore {
        name: store.name.clone(),
        kind: store.kind,
        cover: store.cover.clone(),
        sets: store.sets.iter().filter_map(|at| Some(own.get(*at)?.name.clone())).collect(),
        reason: store.reason.clone(),
    }
}

fn map<T, U>(known: &Known<T>, of: impl FnOnce(&T) -> U) -> Known<U> {
    match known {
        Known::Yes(value) => Known::Yes(of(value)),
        Known::No(why) => Known::No(why.clone()),
    }
}

/// The ledger's entry that carries what a sensor read.
fn entry_of(sections: &[CurrentSection], sensor: &str) -> u64 {
    let section = sections.iter().find(|section| section.sensor == sensor);
    section.map_or(0, |section| section.value.as_ref().map_or(section.index, |value| value.carrier.index))
}
