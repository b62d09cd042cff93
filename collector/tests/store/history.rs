//! A server as it was.

use jiff::tz::Offset;
use patuh_collector::store::{Compared, Latest, Past, Purged, compare};
use patuh_protocol::inventory::{Filesystem, Memory, System};
use patuh_protocol::lan::Neighbour;
use patuh_protocol::report::{Outcome, Reading, Section};
use sqlx::Row as _;

use crate::bench::{Bench, agent, at, packages, report, section, system};

const DAY: u64 = 86_400;

/// A report taken at noon of a day, in Jakarta, and its receipt some days later.
async fn noon(bench: &Bench, day: u64, sections: Vec<Section>, late: i64) {
    let sequence = day * DAY + 2 * 3600;
    let received = at(i64::try_from(sequence).unwrap() + late * 86_400 + 60);
    bench.receipts(&[report(1, sequence, sections)], received).await;
}

/// What was known at midnight after a day, in words.
async fn state(bench: &Bench, day: i64) -> Vec<String> {
    let past = bench.store.state_at(&agent(1), at(day * 86_400 + 14 * 3600)).await.unwrap();
    words(&past)
}

fn words(past: &Past) -> Vec<String> {
    let known = past.sections.iter().map(|section| {
        let value = section.value.as_ref().map(|value| match &value.reading {
            Reading::System(system) => format!("{} {}", system.hostname, value.index),
            Reading::Packages(packages) => {
                let packages: Vec<_> = packages.iter().map(|p| format!("{}-{}", p.name, p.version)).collect();
                format!("{} {}", packages.join(" "), value.index)
            }
            Reading::Memory(memory) => format!("{} {}", memory.total_bytes, value.index),
            other => format!("{other:?}"),
        });
        let latest = match &section.latest {
            Latest::Ok => "ok".to_owned(),
            Latest::Nothing => "nothing".to_owned(),
            Latest::Failed(why) => format!("failed: {why}"),
        };
        format!("{} {latest}: {}", section.sensor, value.unwrap_or_default())
    });
    let purged = past.purged.iter().map(|Purged { sensor, index, .. }| format!("{sensor} purged {index}"));
    known.chain(purged).collect()
}

fn memory(total_bytes: u64) -> Section {
    section("memory", Outcome::Ok(Reading::Memory(Memory { total_bytes, swap_bytes: 0 })))
}

pub(crate) async fn a_past_day_is_told(bench: Bench) {
    bench.enrol(1).await;
    noon(&bench, 1, vec![system("a", "6.1"), packages(&[("bash", "5.1")])], 0).await;
    noon(&bench, 2, vec![section("system", Outcome::Failed("busy".into())), memory(1)], 0).await;
    // The agent could not send for five days.
    noon(&bench, 3, vec![system("b", "6.1"), packages(&[("bash", "5.2")])], 5).await;
    noon(&bench, 5, vec![section("packages/dpkg", Outcome::Nothing), system("b", "6.1")], 3).await;
    assert_eq!(state(&bench, 0).await, [""; 0]);
    assert_eq!(state(&bench, 1).await, ["packages/dpkg ok: bash-5.1 0", "system ok: a 0"]);
    let second = ["memory ok: 1 1", "packages/dpkg ok: bash-5.1 0", "system failed: busy: a 0"];
    assert_eq!(state(&bench, 2).await, second);
    let third = ["memory ok: 1 1", "packages/dpkg ok: bash-5.2 2", "system ok: b 2"];
    assert_eq!(state(&bench, 3).await, third);
    assert_eq!(state(&bench, 4).await, third, "no report says otherwise");
    let last = ["memory ok: 1 1", "packages/dpkg nothing: ", "system ok: b 2"];
    assert_eq!(state(&bench, 5).await, last);
    let days = bench.store.days(&agent(1), Offset::constant(7), 10).await.unwrap();
    let days: Vec<_> = days.iter().map(|day| format!("{} {}", day.day, day.changes)).collect();
    assert_eq!(days, ["2026-11-27 1", "2026-11-25 2"]);
    assert_eq!(bench.store.days(&agent(1), Offset::constant(7), 1).await.unwrap().len(), 1);
    // What it is now is what it was a moment ago.
    let now = bench.store.sections(&agent(1)).await.unwrap();
    let past = bench.store.state_at(&agent(1), at(9 * 86_400)).await.unwrap();
    assert_eq!(compare(&past.sections, &now), []);
}

pub(crate) async fn two_days_are_compared(bench: Bench) {
    bench.enrol(1).await;
    noon(&bench, 1, vec![system("a", "6.1"), packages(&[("bash", "5.1"), ("curl", "8")])], 0).await;
    noon(&bench, 2, vec![packages(&[("bash", "5.2")])], 0).await;
    noon(&bench, 3, vec![packages(&[("bash", "5.1")]), system("b", "6.1"), memory(1)], 0).await;
    let on = async |day: i64| {
        bench.store.state_at(&agent(1), at(day * 86_400 + 14 * 3600)).await.unwrap().sections
    };
    let word = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let line = |c: Compared| {
        format!("{} {} {}: {} > {}", c.sensor, c.kind, c.subject, word(c.before), word(c.after))
    };
    let compared = async |old, new| -> Vec<String> {
        compare(&on(old).await, &on(new).await).into_iter().map(line).collect()
    };
    let expected = ["packages/dpkg package bash: 5.1 > 5.2", "packages/dpkg package curl: 8 > -"];
    assert_eq!(compared(1, 2).await, expected);
    let expected = ["packages/dpkg package curl: 8 > -", "system system hostname: a > b"];
    assert_eq!(compared(1, 3).await, expected, "what came and went between is no difference");
    assert_eq!(compared(3, 3).await, [""; 0]);
}

/// What changes all the time is kept once a day, however often it is read; the newest of the day.
pub(crate) async fn what_nobody_watches_is_kept_once_a_day(bench: Bench) {
    bench.enrol(1).await;
    let used = |bytes| {
        let all = vec![Filesystem { mount: "/".into(), used_bytes: Some(bytes), ..Filesystem::default() }];
        section("filesystems", Outcome::Ok(Reading::Filesystems(all)))
    };
    let seen = |n: u64| {
        let neighbour = Neighbour { address: format!("10.0.0.{n}"), ..Neighbour::default() };
        section("neighbours", Outcome::Ok(Reading::Neighbours(vec![neighbour])))
    };
    // Every two hours for four days, in batches of all sizes.
    let entries: Vec<_> = (0..48).map(|n| report(1, n * 7200 + 1, vec![used(n), seen(n)])).collect();
    for (n, batch) in entries.chunks(7).enumerate() {
        bench.receipts(batch, at(i64::try_from((n + 1) * 7 * 7200).unwrap())).await;
    }
    let count = async |sensor: &str| {
        let sql = "SELECT COUNT(*) AS n FROM versions WHERE sensor = $1";
        sqlx::query(sql).bind(sensor.to_owned()).fetch_one(&bench.sql).await.unwrap().get::<i64, _>("n")
    };
    assert_eq!((count("filesystems").await, count("neighbours").await), (6, 6), "the first, and one a day");
    let past = bench.store.state_at(&agent(1), at(2 * 86_400 + 14 * 3600)).await.unwrap();
    let used = past.sections.iter().find_map(|section| match section.value.as_ref().map(|v| &v.reading) {
        Some(Reading::Filesystems(all)) => all.first().and_then(|fs| fs.used_bytes),
        _ => None,
    });
    // Midnight in Jakarta is 17.00 UTC, two hours after the days of the table end.
    assert_eq!(used, Some(29), "of at most two hours before");
}

pub(crate) async fn a_purged_body_is_said(bench: Bench) {
    bench.enrol(1).await;
    noon(&bench, 1, vec![system("a", "6.1"), packages(&[("bash", "5.1")])], 0).await;
    noon(&bench, 2, vec![system("b", "6.1")], 0).await;
    assert_eq!(bench.tamper("UPDATE reports SET sealed = NULL WHERE idx = 0").await, 1);
    assert_eq!(state(&bench, 1).await, ["packages/dpkg purged 0", "system purged 0"]);
    assert_eq!(state(&bench, 2).await, ["system ok: b 1", "packages/dpkg purged 0"]);
}

pub(crate) async fn a_clock_that_runs_ahead_is_believed_until_its_report_came(bench: Bench) {
    bench.enrol(1).await;
    bench.receipts(&[report(1, 400 * DAY, vec![system("a", "6.1")])], at(60)).await;
    bench.receipts(&[report(1, 401 * DAY, vec![system("b", "6.1")])], at(120)).await;
    let past = async |seconds| words(&bench.store.state_at(&agent(1), at(seconds)).await.unwrap());
    assert_eq!(past(59).await, [""; 0]);
    assert_eq!(past(60).await, ["system ok: a 0"]);
    assert_eq!(past(120).await, ["system ok: b 1"]);
    assert_eq!(bench.store.changes(None, 9).await.unwrap()[0].at, at(120));
}

/// The names of sensors are kept as both engines can, the readings as they came.
pub(crate) async fn hostile_sensors_have_a_past_too(bench: Bench) {
    bench.enrol(1).await;
    let reading = |hostname: &str| {
        Outcome::Ok(Reading::System(System { hostname: hostname.into(), ..System::default() }))
    };
    let sections = vec![
        section("sys\0tem", reading("a\0")),
        section("twice", reading("b")),
        section("twice", reading("c")),
    ];
    noon(&bench, 1, sections, 0).await;
    assert_eq!(state(&bench, 1).await, ["sys\u{fffd}tem ok: a\0 0", "twice ok: c 0"]);
}
