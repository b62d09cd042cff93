//! How much of the estate is seen at all. Stands before every other number: without it none of them means
//! anything.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use patuh_compliance::Estate;
use patuh_compliance::estate::{Office, Server};

/// How many servers there are, and how many speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    /// Servers that the offices count, with or without an agent.
    pub(super) registered: u64,
    /// Servers whose agent reported in time.
    pub(super) reporting: u64,
    /// Servers whose agent has fallen silent, or never spoke.
    pub(super) silent: u64,
    /// Registered servers without an agent.
    pub(super) without_agent: u64,
}

/// Decides who counts as silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silence {
    /// After how many hours without a report.
    pub(super) hours: u32,
    /// As of when.
    pub(super) now: Timestamp,
}

impl Silence {
    /// Whether a server whose newest report came at `last` counts as silent.
    pub(super) fn is_silent(self, last: Option<Timestamp>) -> bool {
        let limit = SignedDuration::from_hours(i64::from(self.hours));
        last.is_none_or(|at| self.now.duration_since(at) > limit)
    }
}

impl Coverage {
    /// The coverage of one office, of which `servers` have an agent.
    pub(super) fn of_office<'a>(
        office: Option<&Office>,
        servers: impl IntoIterator<Item = &'a Server>,
        silence: Silence,
    ) -> Self {
        let mut coverage = Self::default();
        for server in servers {
            if silence.is_silent(server.last_report) {
                coverage.silent += 1;
            } else {
                coverage.reporting += 1;
            }
        }
        let agents = coverage.reporting + coverage.silent;
        let counted = office.and_then(|o| o.registered_servers).map_or(0, u64::from);
        coverage.registered = counted.max(agents);
        coverage.without_agent = coverage.registered - agents;
        coverage
    }

    /// The coverage of each office that is registered or has servers, by code.
    pub(super) fn by_office(estate: &Estate, silence: Silence) -> BTreeMap<&str, Self> {
        let mut servers: BTreeMap<&str, Vec<&Server>> =
            estate.offices.iter().map(|o| (o.code.as_str(), Vec::new())).collect();
        for server in &estate.servers {
            servers.entry(&server.office).or_default().push(server);
        }
        let each = servers.into_iter();
        each.map(|(code, list)| (code, Self::of_office(estate.office(code), list, silence))).collect()
    }

    /// The coverage of the whole estate.
    pub(super) fn of(estate: &Estate, silence: Silence) -> Self {
        let mut all = Self::default();
        for one in Self::by_office(estate, silence).values() {
            all.registered += one.registered;
            all.reporting += one.reporting;
            all.silent += one.silent;
            all.without_agent += one.without_agent;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use patuh_compliance::estate::{Known, Location};

    use super::*;

    fn server(office: &str, last: Option<&str>) -> Server {
        Server {
            id: String::new(),
            name: String::new(),
            office: office.into(),
            since: None,
            last_report: last.map(|at| at.parse().unwrap()),
            location: Location::default(),
            backups: Known::No(String::new()),
            evidence: Vec::new(),
        }
    }

    fn office(code: &str, registered_servers: Option<u32>) -> Office {
        Office { code: code.into(), registered_servers, ..Office::default() }
    }

    #[test]
    fn silence_and_absence_are_counted_apart() {
        let silence = Silence { hours: 26, now: "2026-11-22T00:30:00Z".parse().unwrap() };
        let estate = Estate {
            offices: vec![office("dinkes", Some(4)), office("dishub", None), office("setda", Some(1))],
            sites: Vec::new(),
            servers: vec![
                server("dinkes", Some("2026-11-22T00:00:00Z")),
                server("dinkes", Some("2026-11-20T00:00:00Z")),
                server("dishub", None),
                server("setda", Some("2026-11-21T23:00:00Z")),
                server("setda", Some("2026-11-21T23:00:00Z")),
            ],
        };
        let all = Coverage::of(&estate, silence);
        assert_eq!(all, Coverage { registered: 7, reporting: 3, silent: 2, without_agent: 2 });
        let offices = Coverage::by_office(&estate, silence);
        assert_eq!(offices["setda"], Coverage { registered: 2, reporting: 2, silent: 0, without_agent: 0 });
    }
}
