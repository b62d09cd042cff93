//! `bridge_entries`: who is behind which port of this host's bridges, from the bridges' own tables (rtnetlink(7)):
//! a host of virtual machines is a small switch.
//!
//! Bridges that do not lead to the LAN are left out, as are the bridges' own addresses.

use jiff::Timestamp;
use patuh_protocol::report::Reading;

use super::interfaces::NET;
use super::netlink::{self, Links, Mac, Place};
use super::{Settings, listed};
use crate::roots::netlink::Table;
use crate::roots::{Failure, Roots};

/// How many entries are carried.
const MAX_ENTRIES: usize = 2048;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let (Some(links), Some(told)) = (Links::read(roots)?, roots.table(Table::Bridges)?) else {
        return without(roots);
    };
    let places = links.places();
    let mut entries = netlink::entries(&told, &links);
    entries.retain(|entry| {
        let is_device = Mac::parse(&entry.mac).is_some_and(Mac::is_of_a_device);
        is_device && places.get(&entry.bridge) == Place::Lan
    });
    entries.truncate(MAX_ENTRIES);
    Ok(listed(entries, Reading::BridgeEntries))
}

/// Where the kernel may not be asked: nothing is there only when there is no bridge.
fn without(roots: &Roots) -> Result<Option<Reading>, Failure> {
    let names = roots.list(NET)?.ok_or_else(|| Failure::malformed(NET, "tidak ada"))?;
    match names.iter().find(|name| roots.exists(format!("{NET}/{name}/bridge"))) {
        Some(name) => Err(Failure::malformed(name, "sebuah bridge, dan tabelnya tidak boleh ditanyakan")),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use patuh_protocol::lan::BridgeEntry;

    use super::*;
    use crate::roots::fixture;
    use crate::sensors::netlink::crafted::{Entries, Links as Crafted};

    /// Bridge, port, MAC address, VLAN.
    type Expected<'a> = (&'a str, &'a str, &'a str, Option<u16>);

    fn check(files: &[(&str, Vec<u8>)], expected: Result<&[Expected<'_>], &str>) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH);
        let entry = |(bridge, port, mac, vlan): &Expected<'_>| BridgeEntry {
            bridge: (*bridge).to_owned(),
            port: (*port).to_owned(),
            mac: (*mac).to_owned(),
            vlan: *vlan,
        };
        let expected = expected.map(|all| listed(all.iter().map(entry).collect(), Reading::BridgeEntries));
        assert_eq!(read.map_err(|failure| failure.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn what_bridges_to_the_lan_learnt_counts() {
        let links = Crafted::default()
            .port(2, "eno1", 4)
            .kind(3, "tap100i0", "tun")
            .bridge(4, "vmbr0")
            .bridge(5, "docker0")
            .kind(6, "veth1", "veth");
        let entries = Entries::default()
            .add("bc:24:11:5e:90:1a", 3, Some(4), Some(45), 0x02, 0)
            .add("48:8f:5a:21:00:00", 2, Some(4), None, 0x02, 0)
            .add("b8:2a:72:d1:00:01", 2, Some(4), None, 0x80, 0)
            .add("b8:2a:72:d1:00:02", 2, Some(4), None, 0x02, 0x02)
            .add("33:33:00:00:00:01", 2, Some(4), None, 0x02, 0)
            .add("01:80:c2:00:00:0e", 2, None, None, 0x80, 0x02)
            .add("02:42:ac:11:00:02", 6, Some(5), None, 0x02, 0);
        let files = [(".host/netlink/links", links.bytes()), (".host/netlink/bridges", entries.bytes())];
        check(
            &files,
            Ok(&[
                ("vmbr0", "eno1", "48:8f:5a:21:00:00", None),
                ("vmbr0", "tap100i0", "bc:24:11:5e:90:1a", Some(45)),
            ]),
        );
    }

    #[test]
    fn no_means_to_look_is_nothing_there_only_without_a_bridge() {
        check(&[("sys/class/net/eno1/ifindex", b"2".to_vec())], Ok(&[]));
        check(
            &[("sys/class/net/br0/bridge/bridge_id", b"x".to_vec())],
            Err("br0: sebuah bridge, dan tabelnya tidak boleh ditanyakan"),
        );
        check(&[("etc/hostname", b"x".to_vec())], Err("/sys/class/net: tidak ada"));
    }
}
