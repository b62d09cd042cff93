//! What the simulated witness on the Pusat Data's storage sees: the runs that servers sent there, and what became of
//! some of them.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{BackupSet, Run, Tool};
use patuh_protocol::report::{Outcome, Reading, Section};
use patuh_protocol::witness::{Damaged, Layout, Vanished, WitnessedObject, WitnessedStore};

use crate::backups;
use crate::plan::{Fate, Goes, Host, Kept};

/// The storage's space, in bytes.
const SPACE: u64 = 48_000_000_000_000;
/// How long the storage has been watched.
const WATCHED: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How long after a run the witness looks.
const LOOKS_AFTER: SignedDuration = SignedDuration::from_mins(22);

/// The section of a witness: a store for each set that goes to its storage, in the order of the servers.
pub(crate) fn section(lan: &[Host], now: Timestamp) -> Section {
    let sent = lan.iter().filter(|host| !host.quiet).flat_map(|host| {
        let there = host.backups.iter().filter(|kept| kept.to == Goes::DataCentre);
        there.map(move |kept| (host, kept))
    });
    let mut stores: Vec<_> = sent.map(|(host, kept)| store(host, kept, now)).collect();
    stores.push(forgotten(now));
    let used: u64 = stores.iter().map(|store| store.bytes).sum();
    for store in &mut stores {
        store.free_bytes = Some(SPACE.saturating_sub(used));
    }
    Section {
        sensor: "witness".to_owned(),
        took_us: 184_000,
        outcome: Outcome::Ok(Reading::Witnessed(stores)),
    }
}

fn store(host: &Host, kept: &Kept, now: Timestamp) -> WitnessedStore {
    let restic = kept.tool == Tool::Restic;
    let set = backups::set(host, kept, now);
    let objects = objects(&set, kept, restic, now);
    let whole = WitnessedStore {
        path: format!("{}/{}", folder(restic, host), kept.name),
        layout: if restic { Layout::Restic } else { Layout::Files },
        office: Some(host.office.to_string()),
        count: objects.len() as u64,
        bytes: bytes(&set, restic),
        reread_at: Some(now - SignedDuration::from_hours(24 * 4)),
        reread_since: Some(now - SignedDuration::from_hours(24 * 4)),
        reread_bytes: bytes(&set, restic) / 7,
        watched_since: now - WATCHED,
        space_bytes: Some(SPACE),
        objects,
        ..WitnessedStore::default()
    };
    fallen(whole, host, kept, restic, now)
}

fn folder(restic: bool, host: &Host) -> String {
    format!("/srv/{}/{}/{}", if restic { "restic" } else { "dump" }, host.office, host.name)
}

fn objects(set: &BackupSet, kept: &Kept, restic: bool, now: Timestamp) -> Vec<WitnessedObject> {
    let arrived = set.runs.iter().filter(|run| kept.fate != Some(Fate::Unseen) || run.at < now - WATCHED);
    let object = |run: &Run| WitnessedObject {
        id: run.id.clone(),
        bytes: if restic { Some(311) } else { run.bytes },
        digest: run.digest.filter(|_| !restic),
        first_seen: run.at + LOOKS_AFTER,
        existed_before: false,
        verified_at: Some(run.at + SignedDuration::from_hours(30)).filter(|at| *at < now),
    };
    arrived.map(object).collect()
}

/// A repository holds what all runs have in common once; a folder of dumps holds each.
fn bytes(set: &BackupSet, restic: bool) -> u64 {
    let sizes = set.runs.iter().filter_map(|run| run.bytes);
    if restic { sizes.max().map_or(0, |largest| largest + largest / 3) } else { sizes.sum() }
}

/// What became of a store that was whole.
fn fallen(store: WitnessedStore, host: &Host, kept: &Kept, restic: bool, now: Timestamp) -> WitnessedStore {
    match kept.fate {
        Some(Fate::Damaged) => {
            let newest = store.objects.first().map_or_else(String::new, |object| object.id.clone());
            let pack = host.hex("pack", 64);
            let prefix: String = pack.chars().take(2).collect();
            let path = if restic { format!("data/{prefix}/{pack}") } else { newest };
            let found_at = now - SignedDuration::from_hours(9);
            WitnessedStore { damaged: vec![Damaged { path, what: "digest".to_owned(), found_at }], ..store }
        }
        Some(Fate::Vanished) => {
            let last_seen = now - SignedDuration::from_hours(15);
            let gone = |object: WitnessedObject| Vanished {
                id: object.id,
                first_seen: object.first_seen,
                last_seen: last_seen.max(object.first_seen),
            };
            let vanished = store.objects.into_iter().map(gone).collect();
            WitnessedStore { objects: Vec::new(), count: 0, bytes: 0, vanished, ..store }
        }
        Some(Fate::Unseen) | None => store,
    }
}

/// A folder that no agent speaks of.
fn forgotten(now: Timestamp) -> WitnessedStore {
    let object = |n: i64| WitnessedObject {
        id: format!("sik-lama-2024{:02}01.sql.gz", n + 1),
        bytes: Some(412_000_000),
        first_seen: now - WATCHED,
        existed_before: true,
        ..WitnessedObject::default()
    };
    WitnessedStore {
        path: "/srv/dump/dinkes/sik-lama".to_owned(),
        layout: Layout::Files,
        office: Some("dinkes".to_owned()),
        objects: (0..3).map(object).collect(),
        count: 3,
        bytes: 3 * 412_000_000,
        watched_since: now - WATCHED,
        space_bytes: Some(SPACE),
        ..WitnessedStore::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_seen_and_some_of_it_fell() {
        let now = "2026-11-22T03:00:00Z".parse().unwrap();
        let hosts = crate::plan::hosts(40).unwrap();
        let Outcome::Ok(Reading::Witnessed(stores)) = section(&hosts, now).outcome else { panic!() };
        assert!(stores.len() > 30, "{}", stores.len());
        assert_eq!(stores.iter().filter(|store| !store.damaged.is_empty()).count(), 1);
        assert_eq!(stores.iter().filter(|store| !store.vanished.is_empty()).count(), 1);
        let sound =
            stores.iter().filter(|store| store.vanished.is_empty() && store.path.contains("/simpeg/"));
        assert!(sound.clone().count() == 2 && sound.into_iter().all(|store| store.count == 14));
    }
}
