//! A server as it was: its state on a past day, the days on which something changed, two states compared.
//!
//! What a server was like is not stored a second time. Which report carries which version of a sensor's value
//! stands in `versions`; the values are taken out of the sealed reports themselves, whose places in the ledger
//! come with them. A body that retention purged took what it said along: that is said, not hidden.
//!
//! A state is that of the time at which reports were taken, by the host's clock, not of when they came: an agent
//! that could not send for a week tells of each day of it. A clock that runs ahead is believed as far as the time
//! at which the report came.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};
use patuh_protocol::body;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading, Report};
use patuh_protocol::seal::Sealed;
use sqlx::AnyConnection;

use super::cell::{Cells as _, corrupt, micros, plain};
use super::grouped::Grouped;
use super::project::{BASE_LOST, diff, sections_of};
use super::{Carrier, CurrentSection, Error, Latest, Store, Value};

const VERSIONS: &str = "SELECT sensor, idx, at, outcome FROM versions \
    WHERE government = $1 AND agent = $2 AND at <= $3 ORDER BY sensor, idx";

const BODIES: Grouped =
    Grouped::keys("SELECT idx, sealed FROM reports WHERE government = $1 AND idx IN (VALUES ", 1, ")");

const DAYS: &str = "SELECT (at + $3) / 86400000000 AS day, COUNT(*) AS changes FROM changes \
    WHERE government = $1 AND agent = $2 GROUP BY 1 ORDER BY 1 DESC LIMIT $4";

/// What is known of a server at a past time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// Its sections, by sensor. `at` and `index` are those of the report that first said so; reports that only
    /// repeated it are not counted. A sensor that was never read until then is missing.
    pub sections: Vec<CurrentSection>,
    /// What was known then and cannot be shown any more.
    pub purged: Vec<Purged>,
}

/// A value whose report was purged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purged {
    /// The sensor.
    pub sensor: String,
    /// The ledger index of the report that carried it. Its leaf still stands.
    pub index: u64,
    /// Since when it was so.
    pub at: Timestamp,
}

/// A day on which something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedDay {
    /// The day.
    pub day: Date,
    /// How many changes.
    pub changes: u64,
}

/// What differs between two states of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The sensor.
    pub sensor: String,
    /// What kind of thing differs, as in [`super::ChangeRow`].
    pub kind: String,
    /// Which one.
    pub subject: String,
    /// In the older state; `None` when it was not there.
    pub before: Option<String>,
    /// In the newer state; `None` when it is not there any more.
    pub after: Option<String>,
}

/// What a sensor said at one time.
struct Version {
    index: u64,
    at: Timestamp,
    outcome: String,
}

impl Store {
    /// What was known of the server of `agent` at `at`: from reports taken until then, whenever they came.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn state_at(&self, agent: &AgentId, at: Timestamp) -> Result<Past, Error> {
        let mut versions: BTreeMap<String, Vec<Version>> = BTreeMap::new();
        let mut connection = self.pool.acquire().await?;
        let query = self.query(VERSIONS).bind(agent.as_str()).bind(micros(at));
        for row in query.fetch_all(&mut *connection).await? {
            let version =
                Version { index: row.number("idx")?, at: row.time("at")?, outcome: row.text("outcome")? };
            versions.entry(row.text("sensor")?).or_default().push(version);
        }
        let wanted: BTreeSet<u64> = versions.values().flat_map(|all| needed(all)).collect();
        let reports = self.reports(&mut connection, wanted).await?;
        let mut past = Past::default();
        for (sensor, versions) in &versions {
            past.add(sensor, versions, &reports);
        }
        Ok(past)
    }

    /// The reports at these places; those that were purged are missing.
    async fn reports(
        &self,
        connection: &mut AnyConnection,
        wanted: BTreeSet<u64>,
    ) -> Result<BTreeMap<u64, Report>, Error> {
        let wanted: Vec<u64> = wanted.into_iter().collect();
        let rows = BODIES
            .fetch(connection, &self.government, &wanted, |query, index| query.bind(index.cast_signed()));
        let mut reports = BTreeMap::new();
        for row in rows.await? {
            let Some(bytes) = row.maybe_bytes("sealed")? else { continue };
            let sealed = Sealed::parse(&bytes).map_err(|error| corrupt("sealed", error))?;
            let report = body::open(&sealed.body).map_err(|error| corrupt("sealed", error))?;
            reports.insert(row.number("idx")?, report);
        }
        Ok(reports)
    }

    /// The last `limit` days on which something changed on the server of `agent`, newest first, as the clocks
    /// `offset` from UTC count days.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn days(&self, agent: &AgentId, offset: Offset, limit: u32) -> Result<Vec<ChangedDay>, Error> {
        let offset = i64::from(offset.seconds()) * 1_000_000;
        let query = self.query(DAYS).bind(agent.as_str()).bind(offset).bind(i64::from(limit));
        let day = |days: u64| Date::constant(1970, 1, 1).checked_add(days.cast_signed().days());
        let rows = query.fetch_all(&self.pool).await?;
        let days = rows.iter().map(|row| {
            let day = day(row.number("day")?).map_err(|error| corrupt("at", error))?;
            Ok(ChangedDay { day, changes: row.number("changes")? })
        });
        days.collect()
    }
}

/// What differs between two states of one server. Sensors that only one of them knows are left out: the first
/// reading of a sensor is no change, and what cannot be shown any more cannot be compared.
#[must_use]
pub fn compare(old: &[CurrentSection], new: &[CurrentSection]) -> Vec<Compared> {
    let old: BTreeMap<&str, Option<&Reading>> = old.iter().filter_map(known).collect();
    let both =
        new.iter().filter_map(known).filter_map(|(sensor, new)| Some((sensor, *old.get(sensor)?, new)));
    let changes = both.flat_map(|(sensor, old, new)| {
        diff(old, new).into_iter().map(|change| Compared {
            sensor: sensor.to_owned(),
            kind: change.kind.to_owned(),
            subject: change.subject,
            before: change.before,
            after: change.after,
        })
    });
    changes.collect()
}

/// What a section knows: a reading, or that there is nothing; `None` when it never was read.
fn known(section: &CurrentSection) -> Option<(&str, Option<&Reading>)> {
    match (&section.value, &section.latest) {
        (Some(value), _) => Some((section.sensor.as_str(), Some(&value.reading))),
        (None, Latest::Nothing) => Some((section.sensor.as_str(), None)),
        (None, _) => None,
    }
}

/// The places of the reports that are needed to tell a sensor's state: the newest, and the newest that carries a
/// value.
fn needed(versions: &[Version]) -> impl Iterator<Item = u64> {
    let newest = versions.last().filter(|version| version.outcome != "nothing");
    newest.into_iter().chain(carrier(versions)).map(|version| version.index)
}

/// The newest version that carries a value, unless "nothing there" came after it.
fn carrier(versions: &[Version]) -> Option<&Version> {
    let said = versions.iter().rev().find(|version| matches!(version.outcome.as_str(), "ok" | "nothing"))?;
    (said.outcome == "ok").then_some(said)
}

impl Past {
    /// Adds what a sensor said last.
    fn add(&mut self, sensor: &str, versions: &[Version], reports: &BTreeMap<u64, Report>) {
        let Some(newest) = versions.last() else { return };
        let carrier = carrier(versions);
        if let Some(purged) = carrier.filter(|carrier| !reports.contains_key(&carrier.index)) {
            self.purged.push(Purged { sensor: sensor.to_owned(), index: purged.index, at: purged.at });
            return;
        }
        let said = reports.get(&newest.index).and_then(|report| outcome(report, sensor));
        let latest = match (newest.outcome.as_str(), said) {
            ("nothing", _) => Latest::Nothing,
            ("failed", Some((Outcome::Failed(why), _))) => Latest::Failed(why.clone()),
            ("failed", Some((Outcome::Same, _))) => Latest::Failed(BASE_LOST.to_owned()),
            // The report was purged.
            ("failed", _) => Latest::Failed(String::new()),
            _ => Latest::Ok,
        };
        let value = carrier.and_then(|carrier| {
            let report = reports.get(&carrier.index)?;
            let Some((Outcome::Ok(reading), _)) = outcome(report, sensor) else { return None };
            let (at, index) = (carrier.at, carrier.index);
            Some(Value { reading: reading.clone(), at, index, carrier: Carrier { at, index } })
        });
        let took_us = said.map_or(0, |(_, took_us)| took_us);
        let (sensor, at, index) = (sensor.to_owned(), newest.at, newest.index);
        self.sections.push(CurrentSection { sensor, latest, at, index, took_us, value });
    }
}

/// What a report says of a sensor, and how long the reading took.
fn outcome<'a>(report: &'a Report, sensor: &str) -> Option<(&'a Outcome, u64)> {
    let section = sections_of(report).filter(|section| plain(&section.sensor) == sensor).last()?;
    Some((&section.outcome, section.took_us))
}

#[cfg(test)]
mod tests {
    use patuh_protocol::inventory::System;

    use super::*;

    fn section(sensor: &str, latest: Latest, hostname: Option<&str>) -> CurrentSection {
        let reading =
            |hostname: &str| Reading::System(System { hostname: hostname.into(), ..System::default() });
        let (at, index) = (Timestamp::UNIX_EPOCH, 0);
        let carrier = Carrier { at, index };
        let value = hostname.map(|hostname| Value { reading: reading(hostname), at, index, carrier });
        CurrentSection { sensor: sensor.into(), latest, at, index, took_us: 0, value }
    }

    #[test]
    fn only_what_both_states_know_is_compared() {
        let check = |old: CurrentSection, new: CurrentSection, expected: &[&str]| {
            let word = |value: Option<String>| value.unwrap_or_else(|| "-".into());
            let line = |c: Compared| {
                format!("{} {} {}: {} > {}", c.sensor, c.kind, c.subject, word(c.before), word(c.after))
            };
            let lines: Vec<_> = compare(&[old], &[new]).into_iter().map(line).collect();
            assert_eq!(lines, expected);
        };
        let known = |name| section("system", Latest::Ok, Some(name));
        check(known("a"), known("a"), &[]);
        check(known("a"), known("b"), &["system system hostname: a > b"]);
        check(
            known("a"),
            section("system", Latest::Failed("x".into()), Some("b")),
            &["system system hostname: a > b"],
        );
        check(known("a"), section("system", Latest::Nothing, None), &["system system hostname: a > -"]);
        check(known("a"), section("system", Latest::Failed("x".into()), None), &[]);
        check(section("cpu", Latest::Ok, Some("a")), known("b"), &[]);
    }
}
