//! The stores that witnesses watch, and what they mean for the backups that offices claim.

use patuh_compliance::estate::{Backup, Evidence, Grade, Place};
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::report::Reading;
use patuh_protocol::witness::{Damaged, Vanished};

use super::copies::WitnessView;
use super::{CurrentSection, ServerRow, place};
use crate::config::Config;
use crate::testimony::{Sighting, Standing, Testimony};

/// The section of a witness.
pub(super) const SENSOR: &str = "witness";

/// What is said of more files or recovery points than this is only counted.
const NAMED: usize = 3;

/// A witness, and what it last saw.
pub(super) struct Witness<'a> {
    agent: &'a AgentId,
    hostname: &'a str,
    site: Option<Code>,
    section: &'a CurrentSection,
}

impl<'a> Witness<'a> {
    /// The server as a witness, when it is one. It stands where an officer declared it to stand, else where its
    /// addresses speak for.
    pub(super) fn of(row: &'a ServerRow, sections: &'a [CurrentSection], config: &Config) -> Option<Self> {
        let section = sections.iter().find(|section| section.sensor == SENSOR)?;
        let observed = || {
            let addresses = place::addresses(super::reading(sections, "interfaces"));
            let location = place::location(None, &addresses, &config.sites);
            location.observed.and_then(|code| code.parse().ok())
        };
        Some(Self {
            agent: &row.agent,
            hostname: &row.hostname,
            site: row.site.clone().or_else(observed),
            section,
        })
    }

    /// Its agent.
    pub(super) fn agent(&self) -> &'a AgentId {
        self.agent
    }

    /// Its host's name.
    pub(super) fn hostname(&self) -> &'a str {
        self.hostname
    }

    /// Whether it ever saw anything: the agents that are no witnesses have the section too, with nothing in it.
    pub(super) fn has_looked(&self) -> bool {
        self.section.value.is_some()
    }

    /// As the pages show it, without its stores.
    pub(super) fn view(&self) -> Option<WitnessView> {
        let value = self.section.value.as_ref()?;
        Some(WitnessView {
            agent: self.agent.clone(),
            hostname: self.hostname.to_owned(),
            site: self.site.clone(),
            seen_at: value.at,
            entry: value.carrier.index,
            stores: Vec::new(),
        })
    }

    /// The ledger's entries that carry what it saw.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        super::evidence(self.section)
    }

    /// The stores that it watches.
    pub(super) fn sightings(&self) -> Vec<Sighting<'_>> {
        let Some(value) = &self.section.value else { return Vec::new() };
        let Reading::Witnessed(stores) = &value.reading else { return Vec::new() };
        let sighting =
            |store| Sighting { witness: self.agent, site: self.site.as_ref(), store, seen_at: value.at };
        stores.iter().map(sighting).collect()
    }
}

/// What the testimony means for a backup that was claimed.
pub(super) fn apply(backup: &mut Backup, told: &Testimony<'_>, sightings: &[Sighting<'_>]) {
    let store = told.store.and_then(|at| sightings.get(at));
    let site = store.and_then(|store| store.site).filter(|_| told.standing.was_seen());
    if let Some(site) = site {
        backup.place = Place::Site(site.to_string());
    }
    match told.standing {
        Standing::Met => {
            backup.grade = if told.newest_verified { Grade::Verified } else { Grade::Witnessed };
            // By the witness's clock: whoever writes to a store also sets its times.
            backup.newest = told.newest;
            backup.oldest = told.depth.oldest.or(backup.oldest);
            backup.points = told.depth.points.unwrap_or(backup.points);
            backup.checked = told.depth.checked_at.max(backup.checked);
        }
        Standing::Damaged => backup.spoilt = Some(damaged(&told.damaged)),
        Standing::Vanished => backup.spoilt = Some(vanished(&told.lost)),
        Standing::WitnessSilent => backup.unwatched_since = store.map(|store| store.seen_at),
        Standing::ClaimOnly => {}
    }
}

fn damaged(damaged: &[&Damaged]) -> String {
    let names: Vec<_> = damaged.iter().take(NAMED).map(|damaged| short(&damaged.path)).collect();
    let what = "saksi mendapati isinya berubah, terpotong, atau hilang sebagian";
    format!("RUSAK, {what}: {}", counted(&names, damaged.len(), "berkas"))
}

fn vanished(lost: &[&Vanished]) -> String {
    let names: Vec<_> = lost.iter().take(NAMED).map(|gone| short(&gone.id)).collect();
    let what =
        "saksi pernah melihatnya di tempat penyimpanan dan kini tidak ada lagi sebelum masa simpannya habis";
    if lost.is_empty() {
        return format!("HILANG, {what}");
    }
    format!("HILANG, {what}: {}", counted(&names, lost.len(), "titik pulih"))
}

fn counted(names: &[String], count: usize, noun: &str) -> String {
    let rest = count - names.len();
    let more = if rest > 0 { format!(" dan {rest} {noun} lain") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// Digests are told by their first digits.
fn short(name: &str) -> String {
    let (folder, last) = name.rsplit_once('/').map_or((None, name), |(folder, last)| (Some(folder), last));
    let last: String = if last.len() == 64 { last.chars().take(8).collect() } else { last.to_owned() };
    folder.map_or_else(|| last.clone(), |folder| format!("{folder}/{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_as_far_as_anybody_reads() {
        let path = |n: u8| format!("data/ab/{}", patuh_protocol::digest::Digest::of(&[n]));
        let found: Vec<_> = (0..5).map(|n| Damaged { path: path(n), ..Damaged::default() }).collect();
        let said = damaged(&found.iter().collect::<Vec<_>>());
        assert!(
            said.starts_with("RUSAK, ") && said.ends_with("data/ab/dbc1b4c9 dan 2 berkas lain"),
            "{said}"
        );
        assert!(vanished(&[]).ends_with("sebelum masa simpannya habis"));
        let gone = Vanished { id: "simpeg/a.sql".into(), ..Vanished::default() };
        assert!(vanished(&[&gone]).ends_with("habis: simpeg/a.sql"));
    }
}
