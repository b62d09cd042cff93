//! When to read what.
//!
//! Each group of sensors has a cron expression in the host's local time. To it comes the *splay*: a delay
//! that follows from the agent's name, the same every time for one agent and spread evenly over all of
//! them, so that a thousand servers do not report in the same second. Seconds of an expression are dropped:
//! groups that are due in the same minute make one report.
//!
//! What is due is found by comparing wall-clock times, never by sleeping through: after a suspend, a jump
//! of the clock or a night switched off, the next look finds what was missed.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::AgentId;
use serde::Deserialize;

use crate::sensors::Group;

/// A cron expression with six columns: second, minute, hour, day of month, month, day of week.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cron(cron::Schedule);

/// The text is not a cron expression that ever happens; an Indonesian clause with an example.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "ekspresi cron {text:?} {wrong}; contoh: {EXAMPLE:?} (detik menit jam tanggal bulan hari: setiap hari pukul 06.15)"
)]
pub struct BadCron {
    text: String,
    wrong: String,
}

const EXAMPLE: &str = "0 15 6 * * *";

/// The columns of an expression, and what may stand in each.
const COLUMNS: [(&str, &str); 6] = [
    ("detik", "0-59"),
    ("menit", "0-59"),
    ("jam", "0-23"),
    ("tanggal", "1-31"),
    ("bulan", "1-12 atau Jan-Dec"),
    ("hari", "Sun-Sat, atau 1-7 dengan 1 = Minggu"),
];

/// The `[schedule]` table of `agent.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// When the machine, its disks and file systems are read.
    pub hardware: Cron,
    /// When the installed packages are read.
    pub software: Cron,
    /// When interfaces, gateways and neighbours are read.
    pub network: Cron,
    /// When backups are looked at.
    pub backup: Cron,
    /// The longest splay, in minutes; 0 for none.
    pub splay_minutes: u32,
}

/// The groups of sensors, with the names they have in `agent.toml` and in the state directory.
pub const GROUPS: [(&str, Group); 4] = [
    ("hardware", Group::Hardware),
    ("software", Group::Software),
    ("network", Group::Network),
    ("backup", Group::Backup),
];

/// When each group was last read, by its name in [`GROUPS`].
pub type Taken = BTreeMap<String, Timestamp>;

/// The schedule of one agent on one host.
#[derive(Clone, Debug)]
pub struct Timetable {
    groups: [(&'static str, Group, Cron); 4],
    splay: SignedDuration,
    zone: TimeZone,
}

impl Timetable {
    /// The timetable of `agent` on a host whose local time is `zone`.
    #[must_use]
    pub fn new(settings: &Settings, agent: &AgentId, zone: TimeZone) -> Self {
        let Settings { hardware, software, network, backup, splay_minutes } = settings.clone();
        let [a, b, c, d] = GROUPS.map(|(name, group)| move |cron| (name, group, cron));
        let longest = u64::from(splay_minutes) * 60;
        let splay = agent.spread().checked_rem(longest).unwrap_or(0);
        let splay = SignedDuration::from_secs(i64::try_from(splay).unwrap_or(0));
        Self { groups: [a(hardware), b(software), c(network), d(backup)], splay, zone }
    }

    /// The first time after `after` at which any group is due; `None` when no expression ever comes again.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        self.groups.iter().filter_map(|(_, _, cron)| self.next_of(cron, after)).min()
    }

    /// The first time after `after` at which each group is due, by its name.
    #[must_use]
    pub fn upcoming(&self, after: Timestamp) -> [(&'static str, Option<Timestamp>); 4] {
        self.groups.each_ref().map(|(name, _, cron)| (*name, self.next_of(cron, after)))
    }

    /// The groups that are due at `now`, given when each was last read: those that never were, those whose
    /// time came since, and those that were read far in the future (see [`Timetable::came`]; a small step back
    /// is not that).
    #[must_use]
    pub fn due(&self, taken: &Taken, now: Timestamp) -> Vec<(&'static str, Group)> {
        let due = |(name, group, cron): &(&'static str, Group, Cron)| {
            let came = taken.get(*name).is_none_or(|last| self.came(cron, *last, now));
            came.then_some((*name, *group))
        };
        self.groups.iter().filter_map(due).collect()
    }

    /// Whether the time of `cron` came since `last`, which lies in the future only when the clock was wrong.
    #[must_use]
    pub fn came(&self, cron: &Cron, last: Timestamp, now: Timestamp) -> bool {
        last > now + SMALL_STEP || self.next_of(cron, last).is_some_and(|next| next <= now)
    }

    fn next_of(&self, Cron(schedule): &Cron, after: Timestamp) -> Option<Timestamp> {
        let from = after.checked_sub(self.splay).ok()?.to_zoned(self.zone.clone()).datetime();
        // A minute back, because the seconds of an expression are dropped.
        let from = chrono_of(from)? - chrono::TimeDelta::minutes(1);
        let times = schedule.after_owned(from.and_utc()).filter_map(|time| self.timestamp(time.naive_utc()));
        // A jump of the local clock may give the same instant twice, or one in the past.
        times.take(MAX_STEPS).find(|time| *time > after)
    }

    fn timestamp(&self, local: chrono::NaiveDateTime) -> Option<Timestamp> {
        let minute = jiff_of(local)?.with().second(0).build().ok()?;
        minute.to_zoned(self.zone.clone()).ok()?.timestamp().checked_add(self.splay).ok()
    }
}

/// How far a clock is set back without being wrong.
const SMALL_STEP: SignedDuration = SignedDuration::from_hours(1);
/// How many times of an expression are looked at for the next one: an hour and two minutes of every second,
/// so that an expression finds its way across any jump of the local clock.
const MAX_STEPS: usize = 3720;

impl Default for Settings {
    fn default() -> Self {
        Self {
            hardware: Cron::constant("0 15 6 * * *"),
            software: Cron::constant("0 15 6 * * *"),
            network: Cron::constant("0 15 */6 * * *"),
            backup: Cron::constant("0 15 */6 * * *"),
            splay_minutes: 30,
        }
    }
}

impl Cron {
    #[expect(clippy::expect_used, reason = "the text is a constant of this file, and a test reads it")]
    fn constant(text: &str) -> Self {
        Self::try_from(text.to_owned()).expect("a cron expression")
    }
}

impl TryFrom<String> for Cron {
    type Error = BadCron;

    fn try_from(text: String) -> Result<Self, BadCron> {
        let wrong = match text.parse::<cron::Schedule>() {
            Ok(schedule) if schedule.after(&chrono::DateTime::UNIX_EPOCH).next().is_some() => {
                return Ok(Self(schedule));
            }
            Ok(_) => "tidak pernah terjadi".to_owned(),
            Err(_) => wrong_column(&text),
        };
        Err(BadCron { text, wrong })
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.source())
    }
}

fn wrong_column(text: &str) -> String {
    let columns: Vec<_> = text.split_whitespace().collect();
    if columns.len() != COLUMNS.len() {
        return format!("mempunyai {} kolom, seharusnya 6 dengan detik di depan", columns.len());
    }
    let bad = columns.iter().zip(COLUMNS).enumerate().find(|(i, (column, _))| {
        let mut alone = ["0", "0", "0", "*", "*", "*"];
        if let Some(place) = alone.get_mut(*i) {
            *place = column;
        }
        alone.join(" ").parse::<cron::Schedule>().is_err()
    });
    bad.map_or_else(
        || "tidak dipahami".to_owned(),
        |(_, (column, (name, allowed)))| {
            format!("salah pada kolom {name}: {column:?} (yang boleh: {allowed})")
        },
    )
}

fn chrono_of(local: DateTime) -> Option<chrono::NaiveDateTime> {
    let part = |n: i8| u32::try_from(n).ok();
    NaiveDate::from_ymd_opt(i32::from(local.year()), part(local.month())?, part(local.day())?)?.and_hms_opt(
        part(local.hour())?,
        part(local.minute())?,
        part(local.second())?,
    )
}

fn jiff_of(local: chrono::NaiveDateTime) -> Option<DateTime> {
    use chrono::{Datelike, Timelike};
    let part = |n: u32| i8::try_from(n).ok();
    let year = i16::try_from(local.year()).ok()?;
    let (month, day) = (part(local.month())?, part(local.day())?);
    DateTime::new(year, month, day, part(local.hour())?, part(local.minute())?, part(local.second())?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn table(settings: &Settings) -> Timetable {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        Timetable::new(settings, &AgentId::of_key(&[1; 32]), zone)
    }

    fn every(cron: &str, splay_minutes: u32) -> Settings {
        let cron = Cron::constant(cron);
        let [hardware, software, network, backup] = [&cron; 4].map(Clone::clone);
        Settings { hardware, software, network, backup, splay_minutes }
    }

    fn check(cron: &str, after: &str, expected: &str) {
        assert_eq!(table(&every(cron, 0)).next(time(after)), Some(time(expected)), "{cron} after {after}");
    }

    #[test]
    fn times_are_the_hosts_own() {
        check("0 15 6 * * *", "2026-11-22T00:00:00Z", "2026-11-22T23:15:00Z");
        check("0 15 6 * * *", "2026-11-22T23:14:59Z", "2026-11-22T23:15:00Z");
        check("0 15 6 * * *", "2026-11-22T23:15:00Z", "2026-11-23T23:15:00Z");
        check("0 0 0 1 1 *", "2026-11-22T00:00:00Z", "2026-12-31T17:00:00Z");
    }

    #[test]
    fn seconds_are_dropped() {
        check("30 15 6 * * *", "2026-11-22T23:14:00Z", "2026-11-22T23:15:00Z");
        check("30 15 6 * * *", "2026-11-22T23:15:10Z", "2026-11-23T23:15:00Z");
        check("* * * * * *", "2026-11-22T23:15:10Z", "2026-11-22T23:16:00Z");
    }

    #[test]
    fn a_local_clock_that_jumps_is_followed() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let table = Timetable::new(&every("0 30 2 * * *", 0), &AgentId::of_key(&[1; 32]), zone);
        let mut at = time("2026-03-28T12:00:00Z");
        let mut next = || {
            at = table.next(at).unwrap();
            at.to_string()
        };
        // Summer time begins on the 29th: 02:30 is not there.
        assert_eq!([next(), next()], ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]);
        at = time("2026-10-24T12:00:00Z");
        let mut next = || {
            at = table.next(at).unwrap();
            at.to_string()
        };
        // It ends on the 25th: 02:30 is there twice, and taken once.
        assert_eq!([next(), next()], ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    }

    #[test]
    fn the_splay_is_the_agents_own_and_the_same_every_day() {
        let zone = || TimeZone::UTC;
        let settings = every("0 0 * * * *", 30);
        let mut offsets = std::collections::BTreeSet::new();
        for agent in 0..50 {
            let table = Timetable::new(&settings, &AgentId::of_key(&[agent; 32]), zone());
            let first = table.next(time("2026-11-22T00:00:00Z")).unwrap();
            let second = table.next(first).unwrap();
            assert_eq!(second.duration_since(first), SignedDuration::from_hours(1));
            offsets.insert(first.as_second() % 3600);
        }
        assert!(offsets.len() > 40 && offsets.iter().all(|offset| (0..1800).contains(offset)), "{offsets:?}");
    }

    fn due(taken: &[(&str, &str)], now: &str) -> Vec<&'static str> {
        let taken = taken.iter().map(|(name, at)| ((*name).to_owned(), time(at))).collect();
        let table = table(&Settings { splay_minutes: 0, ..Settings::default() });
        table.due(&taken, time(now)).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_is_due_follows_from_when_it_was_taken() {
        let all = ["hardware", "software", "network", "backup"];
        let at = |time| all.map(|name| (name, time));
        assert_eq!(due(&[], "2026-11-22T00:00:00Z"), all, "nothing was ever taken");
        assert_eq!(due(&at("2026-11-21T23:15:10Z"), "2026-11-22T05:14:59Z"), [""; 0]);
        assert_eq!(due(&at("2026-11-21T23:15:10Z"), "2026-11-22T05:15:00Z"), ["network", "backup"]);
        assert_eq!(due(&at("2026-11-21T23:15:10Z"), "2026-11-22T23:15:00Z"), all, "one report");
        assert_eq!(due(&at("2026-11-18T23:15:10Z"), "2026-11-22T07:00:00Z"), all, "switched off for days");
        assert_eq!(due(&at("2036-01-01T00:00:00Z"), "2026-11-22T07:00:00Z"), all, "the clock was wrong");
        assert_eq!(due(&at("2026-11-22T07:00:09Z"), "2026-11-22T07:00:00Z"), [""; 0], "set back a little");
    }

    #[test]
    fn a_wrong_expression_says_which_column_and_shows_an_example() {
        let check = |text: &str, expected: &str| {
            let error = Cron::try_from(text.to_owned()).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains(EXAMPLE), "{error}");
        };
        check("0 15 6 * *", "mempunyai 5 kolom, seharusnya 6");
        check("", "mempunyai 0 kolom");
        check("0 15 25 * * *", "kolom jam: \"25\" (yang boleh: 0-23)");
        check("0 15 6 * * Senin", "kolom hari: \"Senin\"");
        check("0 0 0 30 2 *", "tidak pernah terjadi");
    }

    #[test]
    fn an_expression_that_never_comes_again_is_not_waited_for() {
        let past = table(&every("0 0 0 1 1 * 2020", 0));
        assert_eq!(past.next(time("2026-11-22T00:00:00Z")), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, columns in "[0-9*/,LW?#a-z-]{1,5}( [0-9*/,-]{1,4}){5}") {
            let _ = Cron::try_from(text);
            let _ = Cron::try_from(columns);
        }

        #[test]
        fn the_next_time_is_always_later(after in 0i64..4_000_000_000, splay in 0u32..720) {
            let after = Timestamp::from_second(after).unwrap();
            let table = table(&Settings { splay_minutes: splay, ..Settings::default() });
            let next = table.next(after).unwrap();
            proptest::prop_assert!(next > after && next.duration_since(after) <= SignedDuration::from_hours(6));
        }
    }
}
