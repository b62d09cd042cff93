//! Hand-made witnesses, one of them silent, and the plans of hand-made servers.

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::Plan;
use patuh_protocol::witness::{Damaged, Layout, Vanished, WitnessedObject, WitnessedStore};

use super::estate::agent;
use super::host::Say;
use crate::tasks::evaluate::copies::{ServerCopies, WitnessView};

/// The plans of a server: one kept, one weekly, one that failed.
pub(super) fn plans(of: &ServerCopies, now: Timestamp, say: Say<'_>) -> Vec<Plan> {
    let plan = |name: &str, tool: &str, schedule: &str, every, hours, exit| Plan {
        name: say(name),
        tool: tool.into(),
        schedule: say(schedule),
        every_hours: Some(every),
        enabled: Some(true),
        last_ran: Some(now - SignedDuration::from_hours(hours)),
        last_exit: exit,
    };
    if of.sets.is_empty() {
        return vec![];
    }
    vec![
        plan("pg-dump.timer", "pg_dump", "*-*-* 02:30:00", 24, 5, Some(0)),
        plan("/etc/cron.d/restic:4", "restic", "30 0 * * 6", 168, 31, None),
        plan("arsip.timer", "arsip tar", "Mon *-*-* 01:00:00", 168, 400, Some(2)),
    ]
}

/// A witness that looks, and one that is silent.
pub(super) fn witnesses(now: Timestamp, say: Say<'_>) -> Vec<WitnessView> {
    let store = |path: &str, layout, office: Option<&str>, gb: u64, count| WitnessedStore {
        path: say(path),
        layout,
        office: office.map(ToOwned::to_owned),
        bytes: gb * 1_000_000_000,
        count,
        watched_since: now - SignedDuration::from_hours(24 * 96),
        reread_bytes: gb * 410_000_000,
        reread_since: Some(now - SignedDuration::from_hours(24 * 11)),
        reread_at: Some(now - SignedDuration::from_hours(24 * 12)),
        space_bytes: Some(16_000_000_000_000),
        free_bytes: Some(2_310_000_000_000),
        ..WitnessedStore::default()
    };
    let object = |n: i64| WitnessedObject {
        id: say(&format!("lama/sisa-{n}.tar")),
        bytes: Some(91_000_000),
        first_seen: now - SignedDuration::from_hours(24 * n),
        ..WitnessedObject::default()
    };
    let mut damaged = store("/srv/cadangan/simpeg", Layout::Files, Some("rsud"), 812, 61);
    damaged.damaged =
        vec![Damaged { path: say("simpeg/simpeg-24.dump"), what: "digest".into(), found_at: now }];
    damaged.vanished = vec![Vanished { id: say("simpeg-20.dump"), first_seen: now, last_seen: now }];
    let mut locked = store("/srv/restic/rsud", Layout::Restic, None, 4_120, 8);
    (locked.locks, locked.oldest_lock_at) = (2, Some(now - SignedDuration::from_hours(70)));
    let borg = WitnessedStore {
        reread_since: None,
        reread_at: None,
        free_bytes: Some(400_000_000_000),
        space_bytes: Some(4_000_000_000_000),
        ..store("/pool/borg/dinkes", Layout::Borg, Some("dinkes"), 96, 240)
    };
    let view = |n, host: &str, site: &str, hours, stores| WitnessView {
        agent: agent(n),
        hostname: say(host),
        site: Some(site.parse().unwrap()),
        seen_at: now - SignedDuration::from_hours(hours),
        entry: 1,
        stores,
    };
    vec![
        view(
            0,
            "cadangan",
            "pusat-data",
            1,
            vec![(damaged, vec![]), (locked, (1..5).map(object).collect()), (borg, vec![])],
        ),
        view(
            1,
            "cadangan-ppb",
            "ppb",
            24 * 4,
            vec![(store("/srv/salinan", Layout::Files, None, 44, 12), vec![])],
        ),
    ]
}
