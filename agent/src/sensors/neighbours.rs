//! `neighbours`: the hosts seen on the LAN, from the kernel's neighbour tables (ARP and NDP, rtnetlink(7)).
//!
//! Only what the kernel learnt by itself: nothing is scanned. Left out are the host's own containers and guests, which
//! are no hosts of the LAN; addresses that name nobody elsewhere (link-local); and MAC addresses that routers share.
//!
//! Where the kernel may not be asked, `/proc/net/arp` (proc_pid_net(5)) tells of IPv4.

use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::lan::Neighbour;
use patuh_protocol::report::Reading;

use super::netlink::{self, Links, Mac, Place, Places};
use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::netlink::Table;
use crate::roots::{Failure, Roots};

const ARP: &str = "/proc/net/arp";
/// How many neighbours are carried: the kernel itself keeps 1024 by default (`gc_thresh3`).
const MAX_NEIGHBOURS: usize = 1024;
/// `ATF_COM` of linux/if_arp.h: the entry is complete.
const COMPLETE: u32 = 0x2;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let (mut neighbours, places) = table(roots)?;
    neighbours.retain(|neighbour| places.get(&neighbour.interface) == Place::Lan && is_somebody(neighbour));
    neighbours.truncate(MAX_NEIGHBOURS);
    Ok(listed(neighbours, Reading::Neighbours))
}

/// Everybody that answered, sorted, and where the links lead.
pub(super) fn table(roots: &Roots) -> Result<(Vec<Neighbour>, Places), Failure> {
    let links = Links::read(roots)?;
    let told = roots.table(Table::Neighbours)?;
    let (mut neighbours, places) = match (links, told) {
        (Some(links), Some(told)) => (netlink::neighbours(&told, &links), links.places()),
        _ => (of_file(roots)?, Places::default()),
    };
    neighbours.sort_by(|a, b| (&a.interface, &a.address).cmp(&(&b.interface, &b.address)));
    Ok((neighbours, places))
}

fn of_file(roots: &Roots) -> Result<Vec<Neighbour>, Failure> {
    let text = roots.text(ARP)?.ok_or_else(|| Failure::malformed(ARP, "tidak ada"))?;
    Ok(text.lines().skip(1).filter_map(neighbour).collect())
}

fn is_somebody(neighbour: &Neighbour) -> bool {
    let is_nowhere = match neighbour.address.parse() {
        Ok(IpAddr::V4(address)) => address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.is_unicast_link_local(),
        Err(_) => true,
    };
    !is_nowhere && Mac::parse(&neighbour.mac).is_some_and(Mac::is_of_a_device)
}

/// `10.0.0.1  0x1  0x2  b8:2a:72:d1:00:01  *  eno1`.
fn neighbour(line: &str) -> Option<Neighbour> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [address, _, flags, mac, _, interface] = fields.as_slice() else { return None };
    let flags = u32::from_str_radix(flags.strip_prefix("0x")?, 16).ok()?;
    let is_sound = flags & COMPLETE != 0 && Mac::parse(mac).is_some() && address.parse::<IpAddr>().is_ok();
    is_sound.then(|| Neighbour {
        address: name(address),
        mac: mac.to_lowercase(),
        interface: name(interface),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;
    use crate::sensors::netlink::crafted::{Links, Neighbours};

    fn check(table: &str, expected: &[(&str, &str, &str)]) {
        let head = "IP address       HW type     Flags       HW address            Mask     Device\n";
        check_on(&[("proc/net/arp", format!("{head}{table}").into())], expected);
    }

    fn check_on(files: &[(&str, Vec<u8>)], expected: &[(&str, &str, &str)]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let expected = expected.iter().map(|(address, mac, interface)| Neighbour {
            address: (*address).into(),
            mac: (*mac).into(),
            interface: (*interface).into(),
        });
        assert_eq!(read, listed(expected.collect(), Reading::Neighbours));
    }

    #[test]
    fn complete_entries_of_the_lan_count() {
        check(
            "10.1.0.9 0x1 0x2 B8:2A:72:D1:00:09 * vmbr0\n10.1.0.1 0x1 0x6 b8:2a:72:d1:00:01 * vmbr0\n\
             10.1.0.7 0x1 0x0 00:00:00:00:00:00 * vmbr0\n172.17.0.2 0x1 0x2 02:42:ac:11:00:02 * docker0\n\
             172.18.0.2 0x1 0x2 02:42:ac:12:00:02 * br-0123456789ab\n10.2.0.1 0x1 0x2 b8:2a:72:d1:00:02 * br-lan\n\
             odd 0x1 0x2 b8:2a:72:d1:00:02 * eth0\nrubbish\n",
            &[
                ("10.2.0.1", "b8:2a:72:d1:00:02", "br-lan"),
                ("10.1.0.1", "b8:2a:72:d1:00:01", "vmbr0"),
                ("10.1.0.9", "b8:2a:72:d1:00:09", "vmbr0"),
            ],
        );
        check("", &[]);
    }

    #[test]
    fn the_kernel_tells_of_both_families() {
        let links = Links::default().link(2, "eno1").bridge(3, "docker0");
        let neighbours = Neighbours::default()
            .add("10.1.0.9", "b8:2a:72:d1:00:09", 2, 0x04)
            .add("10.1.0.3", "b8:2a:72:d1:00:03", 2, 0x02)
            .add("fd00::9", "b8:2a:72:d1:00:09", 2, 0x80)
            .add("10.1.0.4", "b8:2a:72:d1:00:04", 2, 0x20)
            .add("10.1.0.5", "b8:2a:72:d1:00:05", 2, 0x01)
            .add("10.1.0.1", "00:00:5e:00:01:0a", 2, 0x02)
            .add("fe80::9", "b8:2a:72:d1:00:09", 2, 0x02)
            .add("ff02::16", "33:33:00:00:00:16", 2, 0x40)
            .add("172.17.0.2", "02:42:ac:11:00:02", 3, 0x02);
        check_on(
            &[(".host/netlink/links", links.bytes()), (".host/netlink/neighbours", neighbours.bytes())],
            &[
                ("10.1.0.3", "b8:2a:72:d1:00:03", "eno1"),
                ("10.1.0.9", "b8:2a:72:d1:00:09", "eno1"),
                ("fd00::9", "b8:2a:72:d1:00:09", "eno1"),
            ],
        );
    }

    #[test]
    fn no_means_to_look_is_not_nothing_there() {
        let host = fixture::host(&[("etc/hostname", "x")]);
        let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(failure.to_string(), "/proc/net/arp: tidak ada");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(line in ".*", field in ".*") {
            let _ = neighbour(&line);
            let _ = neighbour(&format!("10.0.0.1 0x1 0x{field} {line} * eth0"));
        }
    }
}
