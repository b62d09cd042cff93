//! How much of an estate is seen: no percentage is shown without it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::estate::{Estate, Freshness, Server};
use crate::wording::number;

/// How many servers there are, have an agent, and report. Never more reporting than enrolled, never more
/// enrolled than registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Servers by the offices' own count, or by the agents' where that is higher or the only one. The
    /// denominator.
    pub registered: u32,
    /// Servers with an agent.
    pub enrolled: u32,
    /// Servers whose agent has reported within [`Estate::silent_after_hours`].
    pub reporting: u32,
}

impl Coverage {
    /// Of the whole estate: the sum over its offices.
    #[must_use]
    pub fn of(estate: &Estate, now: Timestamp) -> Self {
        Self::by_office(estate, now).into_values().fold(Self::default(), Self::plus)
    }

    /// Of one office; zero when there is none with this code.
    #[must_use]
    pub fn of_office(estate: &Estate, code: &str, now: Timestamp) -> Self {
        Self::by_office(estate, now).remove(code).unwrap_or_default()
    }

    /// Of each office, by its code, offices without servers too. Servers of an office that is not registered
    /// stand under the code they name.
    #[must_use]
    pub fn by_office(estate: &Estate, now: Timestamp) -> BTreeMap<String, Self> {
        let mut offices: BTreeMap<String, Self> = BTreeMap::new();
        for office in &estate.offices {
            offices.entry(office.code.clone()).or_default().registered =
                office.registered_servers.unwrap_or(0);
        }
        for server in &estate.servers {
            let office = offices.entry(server.office.clone()).or_default();
            office.enrolled = office.enrolled.saturating_add(1);
            office.reporting = office.reporting.saturating_add(u32::from(reports(estate, server, now)));
        }
        for office in offices.values_mut() {
            office.registered = office.registered.max(office.enrolled);
        }
        offices
    }

    /// Servers that are known and have no agent.
    #[must_use]
    pub fn without_agent(self) -> u32 {
        self.registered.saturating_sub(self.enrolled)
    }

    /// Servers whose agent is silent.
    #[must_use]
    pub fn silent(self) -> u32 {
        self.enrolled.saturating_sub(self.reporting)
    }

    /// How many of a hundred registered servers report, rounded down, so that 100 means all. `None` when
    /// there are no servers.
    #[must_use]
    pub fn percent(self) -> Option<u32> {
        let percent =
            u64::from(self.reporting).saturating_mul(100).checked_div(u64::from(self.registered))?;
        u32::try_from(percent).ok()
    }

    /// `142 dari 171 server terdaftar melapor dalam 26 jam (83%) · 17 tanpa agen · 12 senyap`.
    #[must_use]
    pub fn sentence(self, estate: &Estate) -> String {
        let Some(percent) = self.percent() else { return "Belum ada server terdaftar".into() };
        let words = |count: u32| number(u64::from(count));
        format!(
            "{} dari {} server terdaftar melapor dalam {} ({percent}%) · {} tanpa agen · {} senyap",
            words(self.reporting),
            words(self.registered),
            crate::wording::hours(estate.silent_after_hours),
            words(self.without_agent()),
            words(self.silent())
        )
    }

    fn plus(self, other: Self) -> Self {
        Self {
            registered: self.registered.saturating_add(other.registered),
            enrolled: self.enrolled.saturating_add(other.enrolled),
            reporting: self.reporting.saturating_add(other.reporting),
        }
    }
}

fn reports(estate: &Estate, server: &Server, now: Timestamp) -> bool {
    matches!(estate.freshness(server, now), Freshness::Current(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(coverage: (u32, u32, u32), expected: &str) {
        let (registered, enrolled, reporting) = coverage;
        let coverage = Coverage { registered, enrolled, reporting };
        assert_eq!(coverage.sentence(&Estate::default()), expected);
    }

    #[test]
    fn a_hundred_percent_means_all() {
        check(
            (171, 154, 142),
            "142 dari 171 server terdaftar melapor dalam 26 jam (83%) · 17 tanpa agen · 12 senyap",
        );
        check(
            (1_000, 1_000, 999),
            "999 dari 1.000 server terdaftar melapor dalam 26 jam (99%) · 0 tanpa agen · 1 senyap",
        );
        check((0, 0, 0), "Belum ada server terdaftar");
    }

    #[test]
    fn what_has_an_agent_is_registered() {
        let now: Timestamp = "2026-11-22T00:30:00Z".parse().unwrap();
        let server = Server {
            id: "a1".into(),
            name: "simpeg".into(),
            office: "tak-terdaftar".into(),
            last_report: Some(now),
            ..Server::default()
        };
        let estate = Estate { servers: vec![server], ..Estate::default() };
        let expected = Coverage { registered: 1, enrolled: 1, reporting: 1 };
        assert_eq!(Coverage::of(&estate, now), expected);
        assert_eq!(Coverage::of_office(&estate, "tak-terdaftar", now), expected);
        assert_eq!(Coverage::of_office(&estate, "bkpsdm", now), Coverage::default());
    }
}
