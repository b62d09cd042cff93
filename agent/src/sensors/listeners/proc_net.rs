//! The sockets of the host as `/proc/net` lists them (proc_net(5)): for kernels that cannot be asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use crate::roots::{Failure, Roots, Socket, Transport};

const FILES: [(&str, Transport); 4] = [
    ("/proc/net/tcp", Transport::Tcp),
    ("/proc/net/tcp6", Transport::Tcp),
    ("/proc/net/udp", Transport::Udp),
    ("/proc/net/udp6", Transport::Udp),
];
/// How many sockets are taken.
const MAX_SOCKETS: usize = 4096;

/// The sockets that wait for others. None are there when the kernel has no such network.
pub(super) fn read(roots: &Roots) -> Result<Vec<Socket>, Failure> {
    let mut sockets = Vec::new();
    for (file, transport) in FILES {
        roots.each_line(Path::new(file), |line| {
            if sockets.len() < MAX_SOCKETS {
                sockets.extend(socket(&String::from_utf8_lossy(line), transport));
            }
        })?;
    }
    Ok(sockets)
}

/// One line: number, local and remote address, state, queues, timer, retransmits, user, timeout, inode.
fn socket(line: &str, transport: Transport) -> Option<Socket> {
    let mut fields = line.split_ascii_whitespace();
    let (local, remote, state) = (fields.nth(1)?, fields.next()?, fields.next()?);
    let inode = fields.nth(5)?.parse().ok()?;
    let waits = match transport {
        Transport::Tcp => state == "0A",
        Transport::Udp => state == "07" && remote.ends_with(":0000"),
    };
    let (address, port) = local.split_once(':')?;
    let (address, port) = (self::address(address)?, u16::from_str_radix(port, 16).ok()?);
    waits.then_some(Socket { transport, address, port, inode, cgroup: None })
}

/// Words of 32 bits in hexadecimal digits, each in the machine's own byte order.
fn address(digits: &str) -> Option<IpAddr> {
    let word = |index: usize| {
        let word = digits.get(index * 8..index * 8 + 8)?;
        u32::from_str_radix(word, 16).ok().map(u32::to_ne_bytes)
    };
    match digits.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?];
            let bytes: [u8; 16] = words.concat().try_into().ok()?;
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, transport: Transport, expected: Option<(&str, u16, u64)>) {
        let found = socket(line, transport);
        let found = found.map(|s| (s.address.to_string(), s.port, s.inode));
        assert_eq!(found, expected.map(|(a, port, inode)| (a.to_owned(), port, inode)), "{line}");
    }

    #[test]
    fn lines_are_read() {
        let rest = "00000000:00000000 00:00000000 00000000     0        0 12345 1 ffff 100 0 0 10 0";
        let line = |ends: &str| format!("   0: {ends} {rest}");
        let tcp = Transport::Tcp;
        check(&line("0100007F:1538 00000000:0000 0A"), tcp, Some(("127.0.0.1", 5432, 12345)));
        check(
            &line("00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A"),
            tcp,
            Some(("::1", 22, 12345)),
        );
        check(&line("0100007F:1538 0100007F:9999 01"), tcp, None);
        check(&line("00000000:0044 00000000:0000 07"), Transport::Udp, Some(("0.0.0.0", 68, 12345)));
        check(&line("00000000:0044 0100000A:0035 07"), Transport::Udp, None);
        check("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt", tcp, None);
        check("", tcp, None);
        check(&line("0100:1538 00000000:0000 0A"), tcp, None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(line in ".*", local in "[0-9A-Fé]{0,34}", port in "[0-9A-F]{0,5}") {
            let _ = socket(&line, Transport::Tcp);
            let _ = socket(&format!("0: {local}:{port} x 0A a b c d e 1"), Transport::Tcp);
        }
    }
}
