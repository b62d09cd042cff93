//! By which way a server reached the collector: the source address of its connection, as the collector saw it.
//!
//! It is the one network fact that the host itself cannot forge. It says nothing of whatever else the office does on
//! the network, so that it is an indication.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::{AgentId, Code};
use serde::Serialize;

use crate::config::{Intranet, Network};
use crate::lan::is_private;

/// An arrival older than this says nothing of now.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An agent came from an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The agent.
    pub agent: AgentId,
    /// The source address of its connection.
    pub address: IpAddr,
    /// When it first came from there.
    pub first_at: Timestamp,
    /// When it last did; exact to the hour.
    pub last_at: Timestamp,
}

/// A way to the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the collector's own machine.
    Here,
    /// Over the intranet.
    Intranet,
    /// Over the Internet, through a tunnel that the Dinas runs.
    Tunnel,
    /// From a private address that is in no range: a network that the Dinas did not number.
    Unnumbered,
    /// From a public address: over the Internet.
    Internet,
}

impl Way {
    /// What it is called.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Here => "mesin kolektor sendiri",
            Self::Intranet => "Jaringan Intra",
            Self::Tunnel => "internet lewat VPN Dinas",
            Self::Unnumbered => "alamat privat di luar rentang Jaringan Intra",
            Self::Internet => "internet",
        }
    }

    /// Whether the intranet was used.
    #[must_use]
    pub const fn is_inside(self) -> bool {
        matches!(self, Self::Here | Self::Intranet)
    }
}

impl Intranet {
    /// The way that `address` stands for; `None` as long as nobody said what the intranet is.
    #[must_use]
    pub fn way(&self, address: IpAddr) -> Option<Way> {
        let address = address.to_canonical();
        let is_in = |ranges: &[Network]| ranges.iter().any(|range| range.contains(address));
        if self.ranges.is_empty() {
            return None;
        }
        Some(if address.is_loopback() {
            Way::Here
        } else if is_in(&self.vpn) {
            Way::Tunnel
        } else if is_in(&self.ranges) {
            Way::Intranet
        } else if is_private(address) {
            Way::Unnumbered
        } else {
            Way::Internet
        })
    }

    /// The ranges, as the LAN's own rooms write them.
    #[must_use]
    pub fn subnets(&self) -> Vec<crate::lan::Subnet> {
        self.ranges.iter().chain(&self.vpn).filter_map(|range| range.to_string().parse().ok()).collect()
    }
}

/// How the servers of one office reached the collector within the last seven days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntranetUse {
    /// The office.
    pub office: Code,
    /// Whether anybody said what the intranet is: without, nothing can be said.
    pub is_known: bool,
    /// Why the office is not connected to it yet, as the Dinas says; it may then use a secured way over the Internet
    /// (Majalengka 13/2021 Pasal 18 ayat (6)).
    pub not_connected: Option<String>,
    /// The servers that came, each with its newest way and address.
    pub came: BTreeMap<AgentId, (Way, IpAddr, Timestamp)>,
    /// The servers that did not come.
    pub absent: Vec<AgentId>,
}

impl IntranetUse {
    /// How these `servers` of `office` came as of `now`, by `arrivals`.
    #[must_use]
    pub fn new<'a>(
        office: &Code,
        not_connected: Option<String>,
        servers: impl IntoIterator<Item = &'a AgentId>,
        arrivals: &BTreeMap<AgentId, Arrival>,
        intranet: &Intranet,
        now: Timestamp,
    ) -> Self {
        let (mut came, mut absent) = (BTreeMap::new(), Vec::new());
        for agent in servers {
            let arrival = arrivals.get(agent).filter(|it| now.duration_since(it.last_at) <= FORGOTTEN);
            match arrival.and_then(|it| Some((intranet.way(it.address)?, it.address, it.last_at))) {
                Some(way) => {
                    came.insert(agent.clone(), way);
                }
                None => absent.push(agent.clone()),
            }
        }
        Self { office: office.clone(), is_known: !intranet.ranges.is_empty(), not_connected, came, absent }
    }

    /// How many came by `way`.
    #[must_use]
    pub fn count(&self, way: Way) -> usize {
        self.came.values().filter(|(by, ..)| *by == way).count()
    }

    /// How many came by the intranet.
    #[must_use]
    pub fn inside(&self) -> usize {
        self.came.values().filter(|(way, ..)| way.is_inside()).count()
    }

    /// How many came otherwise.
    #[must_use]
    pub fn outside(&self) -> usize {
        self.came.len() - self.inside()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipplan::tests::{agent, at, code};

    fn intranet() -> Intranet {
        let nets = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Intranet { ranges: nets(&["10.0.0.0/8", "103.20.0.0/24"]), vpn: nets(&["10.99.0.0/16"]) }
    }

    #[test]
    fn ways_are_told_apart() {
        let check = |address: &str, expected: Way| {
            assert_eq!(intranet().way(address.parse().unwrap()), Some(expected), "{address}");
        };
        check("10.20.3.4", Way::Intranet);
        check("::ffff:10.20.3.4", Way::Intranet);
        check("103.20.0.9", Way::Intranet);
        check("10.99.1.1", Way::Tunnel);
        check("192.168.1.9", Way::Unnumbered);
        check("36.66.1.9", Way::Internet);
        check("2001:db8::1", Way::Internet);
        check("127.0.0.1", Way::Here);
        assert_eq!(
            Intranet::default().way("10.1.1.1".parse().unwrap()),
            None,
            "nobody said what the intranet is"
        );
    }

    #[test]
    fn an_office_is_counted() {
        let arrival = |n: u8, address: &str, hours_ago: i64| {
            let last_at = at() - SignedDuration::from_hours(hours_ago);
            (
                agent(n),
                Arrival { agent: agent(n), address: address.parse().unwrap(), first_at: last_at, last_at },
            )
        };
        let arrivals =
            [arrival(1, "10.20.3.4", 1), arrival(2, "36.66.1.9", 2), arrival(3, "10.20.3.5", 7 * 24 + 1)]
                .into();
        let servers = [agent(1), agent(2), agent(3), agent(4)];
        let used = IntranetUse::new(&code("dinkes"), None, &servers, &arrivals, &intranet(), at());
        assert_eq!((used.inside(), used.outside(), used.count(Way::Internet)), (1, 1, 1));
        assert_eq!(used.absent, [agent(3), agent(4)]);
        let unknown =
            IntranetUse::new(&code("dinkes"), None, &servers, &arrivals, &Intranet::default(), at());
        assert_eq!((unknown.is_known, unknown.came.len()), (false, 0));
    }
}
