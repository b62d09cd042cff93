//! How full each subnet of the plan is, as far as it is seen: addresses of servers with an agent, and those of other
//! machines that answered them. Agents see part of an office, so that it is a lower bound.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use patuh_protocol::id::AgentId;

use super::{Plan, Plot, PlotId, Seen};

/// What is seen in one subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Addresses of servers, and whose.
    pub servers: BTreeMap<IpAddr, BTreeSet<AgentId>>,
    /// Addresses of other machines.
    pub others: BTreeSet<IpAddr>,
}

impl Usage {
    /// How many addresses are in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.servers.len() + self.others.len()
    }
}

impl Plot {
    /// How many hosts its subnet has room for: in IPv4 without the addresses of the network and of the broadcast
    /// (RFC 919), but for point-to-point links (RFC 3021).
    #[must_use]
    pub fn room(&self) -> u128 {
        let bits = u32::from(self.subnet.max_prefix_len() - self.subnet.prefix_len());
        let all = 1_u128.checked_shl(bits).unwrap_or(u128::MAX);
        match self.subnet {
            IpNet::V4(_) if bits > 1 => all - 2,
            IpNet::V4(_) | IpNet::V6(_) => all,
        }
    }
}

/// What is seen in each plot, the gateways among it.
#[must_use]
pub fn usage(plan: &Plan, seen: &[Seen]) -> BTreeMap<PlotId, Usage> {
    let mut usage: BTreeMap<PlotId, Usage> = BTreeMap::new();
    for server in seen {
        let own = server.addresses.keys().map(|address| (*address, true));
        let others = server.others.iter().map(|address| (*address, false));
        for (address, is_own) in own.chain(others) {
            let Some(plot) = plan.holder(&server.office, address) else { continue };
            let here = usage.entry(plot.id).or_default();
            if is_own {
                here.servers.entry(address).or_default().insert(server.agent.clone());
            } else {
                here.others.insert(address);
            }
        }
    }
    for here in usage.values_mut() {
        here.others.retain(|address| !here.servers.contains_key(address));
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipplan::Field;
    use crate::ipplan::tests::{plan, plot, server};

    #[test]
    fn rooms_are_counted() {
        let check = |subnet: &str, expected: u128| assert_eq!(plot(subnet, &[]).room(), expected, "{subnet}");
        check("10.20.3.0/24", 254);
        check("10.20.3.0/31", 2);
        check("10.20.3.7/32", 1);
        check("10.0.0.0/8", 16_777_214);
        check("2001:db8::/64", 1 << 64);
        check("2001:db8::1/128", 1);
    }

    #[test]
    fn each_address_is_counted_once_where_it_lies() {
        let plan = plan(&[
            ("10.20.3.0/24", &[(Field::Office, "dinkes")]),
            ("10.20.3.128/25", &[(Field::Office, "dinkes")]),
        ]);
        let others =
            ["10.20.3.1", "10.20.3.9", "10.20.3.200", "172.16.0.1"].map(|it| it.parse().unwrap()).into();
        let seen = [
            Seen { others, ..server(1, "dinkes", &["10.20.3.8/24"]) },
            server(2, "dinkes", &["10.20.3.9/24", "192.168.1.1/24"]),
        ];
        let usage = usage(&plan, &seen);
        let counts: Vec<_> =
            usage.values().map(|it| (it.servers.len(), it.others.len(), it.used())).collect();
        assert_eq!(counts, [(2, 1, 3), (0, 1, 1)]);
    }
}
