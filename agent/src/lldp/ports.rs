//! The ports of a host: its Ethernet interfaces.

use std::collections::BTreeMap;

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const NET: &str = "/sys/class/net";
/// How many are taken. The first ones: a host with more has thousands of containers, whose links come last.
const MAX_PORTS: usize = 256;
/// `ARPHRD_ETHER` of linux/if_arp.h.
const ETHERNET: &str = "1";

/// Their names by their numbers (`ifindex`).
pub(crate) fn ports(roots: &Roots) -> Result<BTreeMap<u32, String>, Failure> {
    let names = roots.list(NET)?.unwrap_or_default();
    let numbered = names.iter().filter_map(|it| Some((number(roots, it)?, name(it))));
    let mut ports: BTreeMap<u32, String> = numbered.collect();
    if let Some((beyond, _)) = ports.iter().nth(MAX_PORTS) {
        let beyond = *beyond;
        ports.split_off(&beyond);
    }
    Ok(ports)
}

fn number(roots: &Roots, name: &str) -> Option<u32> {
    let value = |what| roots.value(format!("{NET}/{name}/{what}"));
    // Where the kind was not recorded, only the loopback is known to be no Ethernet.
    let is_ethernet = value("type").map_or(name != "lo", |kind| kind == ETHERNET);
    value("ifindex").filter(|_| is_ethernet)?.parse().ok()
}
