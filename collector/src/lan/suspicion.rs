//! What should not be in a LAN, found by laying side by side what several agents see: no single host can tell.
//!
//! Each finding is a candidate with its evidence, for a person to judge: a virtual address moves between two servers by
//! design, an office may have a second line by contract.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use patuh_protocol::id::AgentId;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::mac::Mac;
use super::state::State;
use super::subnet::{Subnet, is_nowhere, is_private};

/// One address of two devices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Duplicate {
    /// The address.
    pub address: IpAddr,
    /// The agents that say it is theirs.
    pub claimed_by: BTreeSet<AgentId>,
    /// The devices that answer for it, and who saw each.
    pub answered_by: BTreeMap<Mac, BTreeSet<AgentId>>,
}

/// A DHCP server that is not among those that are known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StrangeDhcp {
    /// Its address.
    pub server: IpAddr,
    /// The subnet that it serves.
    pub subnet: Subnet,
    /// Who has an address of it.
    pub leased_by: BTreeSet<AgentId>,
    /// Others that serve the same subnet.
    pub beside: BTreeSet<IpAddr>,
    /// The gateways that it names: one outside of its subnet leads elsewhere.
    pub routers: BTreeSet<IpAddr>,
}

/// A way out of the office that does not lead through the intranet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecondEgress {
    /// The server that has it.
    pub agent: AgentId,
    /// Why it looks so.
    pub sign: EgressSign,
    /// The gateway, or the server's own public address.
    pub address: IpAddr,
}

/// Why something looks like a way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EgressSign {
    /// A default gateway outside the ranges of the intranet.
    GatewayOutside,
    /// A further default gateway beside one inside them.
    FurtherGateway,
    /// An address of the public Internet on an interface.
    PublicAddress,
}

/// Addresses that two agents claim, or that two devices answer for. Groups of routers that share a MAC address by
/// design count as one device, and so do pairs that were seen to alternate for a gateway.
#[must_use]
pub fn duplicates(state: &State) -> Vec<Duplicate> {
    let mut found: BTreeMap<IpAddr, Duplicate> = BTreeMap::new();
    let entry =
        |found: &mut BTreeMap<IpAddr, Duplicate>, address: IpAddr, work: &mut dyn FnMut(&mut Duplicate)| {
            let new = || Duplicate { address, claimed_by: BTreeSet::new(), answered_by: BTreeMap::new() };
            work(found.entry(address).or_insert_with(new));
        };
    for (fact, _) in state.believed() {
        if let Fact::Address { agent, address, .. } = fact {
            entry(&mut found, *address, &mut |it| {
                it.claimed_by.insert(agent.clone());
            });
        }
    }
    for (agent, witness) in &state.agents {
        for (address, mac) in witness.view.claims.iter().filter(|(_, mac)| mac.is_of_a_device()) {
            entry(&mut found, *address, &mut |it| {
                it.answered_by.entry(*mac).or_default().insert(agent.clone());
            });
        }
    }
    let pairs: BTreeSet<(IpAddr, Mac)> = state
        .facts
        .iter()
        .filter_map(|(fact, track)| match fact {
            Fact::GatewayMac { address, mac, .. } if track.is_paired => Some((*address, *mac)),
            _ => None,
        })
        .collect();
    let is_twice = |it: &Duplicate| {
        let devices = it.answered_by.keys().filter(|mac| !pairs.contains(&(it.address, **mac))).count();
        let paired = it.answered_by.keys().any(|mac| pairs.contains(&(it.address, *mac)));
        it.claimed_by.len() > 1 || devices + usize::from(paired) > 1
    };
    found.into_values().filter(|it| !is_nowhere(it.address) && is_twice(it)).collect()
}

/// DHCP servers that are not among `known`; where none is known, those that are not alone in their subnet.
#[must_use]
pub fn strange_dhcp(state: &State, known: &BTreeSet<IpAddr>) -> Vec<StrangeDhcp> {
    let mut found: BTreeMap<(Subnet, IpAddr), StrangeDhcp> = BTreeMap::new();
    for (agent, witness) in &state.agents {
        let own: Vec<(IpAddr, Subnet)> =
            witness.view.links.values().flat_map(|link| link.addresses.iter().copied()).collect();
        for lease in &witness.view.leases {
            let (Ok(address), Some(Ok(server))) = (
                lease.address.parse::<IpAddr>(),
                lease.server.as_ref().map(|server| server.parse::<IpAddr>()),
            ) else {
                continue;
            };
            let Some((_, subnet)) = own.iter().find(|(mine, _)| *mine == address) else { continue };
            let it = found.entry((*subnet, server)).or_insert_with(|| StrangeDhcp {
                server,
                subnet: *subnet,
                leased_by: BTreeSet::new(),
                beside: BTreeSet::new(),
                routers: BTreeSet::new(),
            });
            it.leased_by.insert(agent.clone());
            it.routers.extend(lease.routers.iter().filter_map(|router| router.parse::<IpAddr>().ok()));
        }
    }
    let all: Vec<(Subnet, IpAddr)> = found.keys().copied().collect();
    for ((subnet, server), it) in &mut found {
        it.beside = all
            .iter()
            .filter(|(of, other)| of == subnet && other != server)
            .map(|(_, other)| *other)
            .collect();
    }
    let is_strange =
        |it: &StrangeDhcp| if known.is_empty() { !it.beside.is_empty() } else { !known.contains(&it.server) };
    found.into_values().filter(is_strange).collect()
}

/// Ways out that do not lead through the intranet, whose ranges are `intranet`. Without any range nothing can be said
/// but that an address is public.
#[must_use]
pub fn second_egress(state: &State, intranet: &[Subnet]) -> Vec<SecondEgress> {
    let is_inside = |address: IpAddr| intranet.iter().any(|range| range.contains(address));
    let mut gateways: BTreeMap<&AgentId, BTreeSet<IpAddr>> = BTreeMap::new();
    let mut found = Vec::new();
    for (fact, _) in state.believed() {
        match fact {
            Fact::Gateway { agent, address } => {
                gateways.entry(agent).or_default().insert(*address);
            }
            Fact::Address { agent, address, .. }
                if !is_private(*address) && !is_nowhere(*address) && !is_inside(*address) =>
            {
                let sign = EgressSign::PublicAddress;
                found.push(SecondEgress { agent: agent.clone(), sign, address: *address });
            }
            _ => {}
        }
    }
    for (agent, all) in gateways.into_iter().filter(|_| !intranet.is_empty()) {
        let has_inside = all.iter().any(|address| is_inside(*address));
        let sign = if has_inside { EgressSign::FurtherGateway } else { EgressSign::GatewayOutside };
        let outside = all.into_iter().filter(|address| !is_inside(*address));
        found.extend(outside.map(|address| SecondEgress { agent: agent.clone(), sign, address }));
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use patuh_protocol::lan::{Gateway, Interface, Lease, Neighbour};
    use patuh_protocol::report::Reading;

    use super::*;
    use crate::lan::{Heard, Observation, Windows};

    fn agent(n: u8) -> AgentId {
        format!("{n:032x}").parse().unwrap()
    }

    /// A server: its address, its gateways, its neighbours, the DHCP server of its lease.
    type Seen<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str)], Option<&'a str>);

    fn state(servers: &[Seen<'_>]) -> State {
        let mut state = State::default();
        for minute in [0, 5] {
            for (n, (address, gateways, neighbours, dhcp)) in (1..).zip(servers) {
                let interface = "eno1".to_owned();
                let link = Interface {
                    name: interface.clone(),
                    mac: Some(format!("b8:2a:72:ff:00:{n:02x}")),
                    addresses: vec![(*address).to_owned()],
                    ..Interface::default()
                };
                let gateway = |address: &&str| Gateway {
                    address: (*address).into(),
                    interface: interface.clone(),
                    mac: None,
                };
                let neighbour = |(address, mac): &(&str, &str)| Neighbour {
                    address: (*address).into(),
                    mac: (*mac).into(),
                    interface: interface.clone(),
                };
                let lease = |server: &&str| Lease {
                    interface: interface.clone(),
                    address: address.split('/').next().unwrap().into(),
                    server: Some((*server).into()),
                    ..Lease::default()
                };
                let readings = [
                    ("interfaces", Reading::Interfaces(vec![link])),
                    ("gateways", Reading::Gateways(gateways.iter().map(gateway).collect())),
                    ("neighbours", Reading::Neighbours(neighbours.iter().map(neighbour).collect())),
                    ("leases", Reading::Leases(dhcp.iter().map(lease).collect())),
                ];
                let at = jiff::Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
                let heard = readings.iter().map(|(sensor, reading)| (*sensor, Heard::Read(reading)));
                state.observe(&Observation::new(agent(n), at, heard, None), &Windows::default());
            }
        }
        state
    }

    #[test]
    fn an_address_of_two_is_found() {
        let check = |servers: &[Seen<'_>], expected: &[&str]| {
            let found: Vec<String> =
                duplicates(&state(servers)).iter().map(|it| it.address.to_string()).collect();
            assert_eq!(found, expected);
        };
        let one = [("10.1.0.7", "3c:52:82:00:00:01")];
        let other = [("10.1.0.7", "3c:52:82:00:00:02")];
        check(&[("10.1.0.9/24", &[], &one, None), ("10.1.0.8/24", &[], &one, None)], &[]);
        check(&[("10.1.0.9/24", &[], &one, None), ("10.1.0.8/24", &[], &other, None)], &["10.1.0.7"]);
        check(&[("10.1.0.9/24", &[], &[], None), ("10.1.0.9/24", &[], &[], None)], &["10.1.0.9"]);
        // A group of routers wears one address, and a physical one may shine through.
        let group = [("10.1.0.1", "00:00:5e:00:01:0a")];
        let router = [("10.1.0.1", "3c:52:82:00:00:02")];
        check(&[("10.1.0.9/24", &[], &group, None), ("10.1.0.8/24", &[], &router, None)], &[]);
    }

    #[test]
    fn a_strange_dhcp_server_is_found() {
        let check = |known: &[&str], servers: &[Seen<'_>], expected: &[&str]| {
            let known = known.iter().map(|address| address.parse().unwrap()).collect();
            let found: Vec<String> =
                strange_dhcp(&state(servers), &known).iter().map(|it| it.server.to_string()).collect();
            assert_eq!(found, expected);
        };
        let lease = |address, server| (address, &[][..], &[][..], Some(server));
        check(&[], &[lease("10.1.0.9/24", "10.1.0.1"), lease("10.1.0.8/24", "10.1.0.1")], &[]);
        check(
            &[],
            &[lease("10.1.0.9/24", "10.1.0.1"), lease("10.1.0.8/24", "10.1.0.77")],
            &["10.1.0.1", "10.1.0.77"],
        );
        check(
            &["10.1.0.1"],
            &[lease("10.1.0.9/24", "10.1.0.1"), lease("10.1.0.8/24", "10.1.0.77")],
            &["10.1.0.77"],
        );
        check(&["10.1.0.1"], &[lease("192.168.8.9/24", "192.168.8.1")], &["192.168.8.1"]);
    }

    #[test]
    fn a_second_way_out_is_found() {
        use EgressSign::{FurtherGateway, GatewayOutside, PublicAddress};
        let check = |ranges: &[&str], server: Seen<'_>, expected: &[(EgressSign, &str)]| {
            let ranges: Vec<Subnet> = ranges.iter().map(|range| range.parse().unwrap()).collect();
            let found: Vec<_> = second_egress(&state(&[server]), &ranges)
                .iter()
                .map(|it| (it.sign, it.address.to_string()))
                .collect();
            let expected: Vec<_> =
                expected.iter().map(|(sign, address)| (*sign, (*address).to_owned())).collect();
            assert_eq!(found, expected);
        };
        let ranges = ["10.0.0.0/8"];
        check(&ranges, ("10.1.0.9/24", &["10.1.0.1"], &[], None), &[]);
        check(
            &ranges,
            ("10.1.0.9/24", &["10.1.0.1", "192.168.8.1"], &[], None),
            &[(FurtherGateway, "192.168.8.1")],
        );
        check(&ranges, ("192.168.8.9/24", &["192.168.8.1"], &[], None), &[(GatewayOutside, "192.168.8.1")]);
        check(&[], ("192.168.8.9/24", &["192.168.8.1"], &[], None), &[]);
        check(&[], ("103.20.1.9/28", &[], &[], None), &[(PublicAddress, "103.20.1.9")]);
    }
}
