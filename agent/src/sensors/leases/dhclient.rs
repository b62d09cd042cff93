//! Lease files of ISC dhclient (dhclient.leases(5)): block after block, of which the last one of an interface counts.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use patuh_protocol::lan::Lease;

use super::MAX_ADDRESSES;
use crate::roots::lossy::name;

/// The leases that hold at `now`, of each interface the last. Leases of IPv6 (`lease6`) are not read.
pub(super) fn leases(text: &str, now: Timestamp) -> Vec<Lease> {
    let mut last: BTreeMap<String, Block> = BTreeMap::new();
    let mut open: Option<Block> = None;
    for line in text.lines().map(str::trim) {
        match line {
            "lease {" => open = Some(Block::default()),
            "}" => {
                if let Some(block) = open.take() {
                    last.insert(block.lease.interface.clone(), block);
                }
            }
            _ => {
                if let (Some(block), Some((statement, _))) = (&mut open, line.split_once(';')) {
                    block.take(statement);
                }
            }
        }
    }
    let holds = |block: &Block| {
        let lease = &block.lease;
        !lease.interface.is_empty() && !lease.address.is_empty() && block.ends.is_none_or(|ends| ends > now)
    };
    last.into_values().filter(holds).map(|block| block.lease).collect()
}

#[derive(Default)]
struct Block {
    lease: Lease,
    ends: Option<Timestamp>,
}

impl Block {
    fn take(&mut self, statement: &str) {
        let Some((key, value)) = statement.strip_prefix("option ").unwrap_or(statement).split_once(' ')
        else {
            return;
        };
        let lease = &mut self.lease;
        match key {
            "interface" => lease.interface = name(unquoted(value)),
            "fixed-address" => lease.address = addresses(value).into_iter().next().unwrap_or_default(),
            "dhcp-server-identifier" => lease.server = addresses(value).into_iter().next(),
            "routers" => lease.routers = addresses(value),
            "domain-name-servers" => lease.resolvers = addresses(value),
            "domain-name" => lease.domain = Some(name(unquoted(value))).filter(|domain| !domain.is_empty()),
            "dhcp-lease-time" => lease.lifetime_s = value.trim().parse().ok(),
            "expire" => self.ends = time(value),
            _ => {}
        }
    }
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches('"')
}

fn addresses(value: &str) -> Vec<String> {
    let all = value.split(',').filter_map(|text| text.trim().parse::<IpAddr>().ok());
    all.take(MAX_ADDRESSES).map(|address| address.to_string()).collect()
}

/// `0 2026/11/22 09:00:00`, the day of the week first, in UTC; `epoch 1795338000`; `never`.
fn time(value: &str) -> Option<Timestamp> {
    let (first, rest) = value.trim().split_once(' ')?;
    if first == "epoch" {
        return Timestamp::from_second(rest.trim().parse().ok()?).ok();
    }
    let civil = DateTime::strptime("%Y/%m/%d %H:%M:%S", rest.trim()).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
