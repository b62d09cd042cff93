//! `neighbours`: the hosts seen on the LAN, from the kernel's ARP table (`/proc/net/arp`, proc_pid_net(5)).
//!
//! Only what the kernel learnt by itself: nothing is scanned. Entries of the host's own containers are left
//! out; they are no hosts of the LAN.

use jiff::Timestamp;
use patuh_protocol::lan::Neighbour;
use patuh_protocol::report::Reading;

use super::{Settings, interfaces, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const ARP: &str = "/proc/net/arp";
/// How many neighbours are carried: the kernel itself keeps 1024 by default (`gc_thresh3`).
const MAX_NEIGHBOURS: usize = 1024;
/// `ATF_COM` of linux/if_arp.h: the entry is complete.
const COMPLETE: u32 = 0x2;
/// What the networks of containers and of libvirt's own NAT are called.
const INNER: [&str; 10] =
    ["docker", "veth", "virbr", "cni", "flannel", "cali", "lxcbr", "lxdbr", "podman", "kube"];

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let mut neighbours = table(roots)?;
    neighbours.retain(|neighbour| !is_inner(&neighbour.interface));
    neighbours.truncate(MAX_NEIGHBOURS);
    Ok(listed(neighbours, Reading::Neighbours))
}

/// The complete entries of the ARP table, sorted; empty when the kernel has none.
pub(super) fn table(roots: &Roots) -> Result<Vec<Neighbour>, Failure> {
    let text = roots.text(ARP)?.unwrap_or_default();
    let mut neighbours: Vec<Neighbour> = text.lines().skip(1).filter_map(neighbour).collect();
    neighbours.sort_by(|a, b| (&a.interface, &a.address).cmp(&(&b.interface, &b.address)));
    Ok(neighbours)
}

/// `10.0.0.1  0x1  0x2  b8:2a:72:d1:00:01  *  eno1`.
fn neighbour(line: &str) -> Option<Neighbour> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let [address, _, flags, mac, _, interface] = fields.as_slice() else { return None };
    let flags = u32::from_str_radix(flags.strip_prefix("0x")?, 16).ok()?;
    let is_sound =
        flags & COMPLETE != 0 && interfaces::is_mac(mac) && address.parse::<std::net::IpAddr>().is_ok();
    is_sound.then(|| Neighbour {
        address: name(address),
        mac: mac.to_lowercase(),
        interface: name(interface),
    })
}

/// `br-` with twelve hex digits is a bridge of Docker; `br-lan` is not.
fn is_inner(interface: &str) -> bool {
    let of_docker = interface
        .strip_prefix("br-")
        .is_some_and(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit()));
    of_docker || INNER.iter().any(|prefix| interface.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(table: &str, expected: &[(&str, &str, &str)]) {
        let head = "IP address       HW type     Flags       HW address            Mask     Device\n";
        let host = fixture::host(&[("proc/net/arp", format!("{head}{table}"))]);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let expected = expected.iter().map(|(address, mac, interface)| Neighbour {
            address: (*address).into(),
            mac: (*mac).into(),
            interface: (*interface).into(),
        });
        assert_eq!(read, listed(expected.collect(), Reading::Neighbours), "{table}");
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

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(line in ".*", field in ".*") {
            let _ = (neighbour(&line), is_inner(&line));
            let _ = neighbour(&format!("10.0.0.1 0x1 0x{field} {line} * eth0"));
        }
    }
}
