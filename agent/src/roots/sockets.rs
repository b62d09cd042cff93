//! The sockets that wait for others, asked of the kernel (sock_diag(7)).
//!
//! The files `/proc/net/tcp` and `tcp6` would tell the same, but the kernel walks its whole table of
//! connections for each of them: 1.3 ms on an idle machine, more on a busy one. The question put here is for
//! listening sockets only. It needs no privilege, and its answer names the control group of each socket
//! (since Linux 5.8), which leads to the service behind it without a look into anybody's process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use rustix::net::{netlink, recv, send, socket_with};

use super::Roots;

/// How many sockets are taken.
const MAX_SOCKETS: usize = 4096;
/// How long the kernel may think. It answers at once.
const LIMIT: Duration = Duration::from_secs(5);
/// The kernel fills at most this much at a time.
const BUFFER: usize = 32 * 1024;

/// The numbers of netlink(7) and sock_diag(7).
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const REQUEST_DUMP: u16 = 0x0001 | 0x0300;
const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
const HEADER: usize = 16;
/// What `struct inet_diag_msg` takes before its attributes.
const MESSAGE: usize = 72;
const INET_DIAG_CGROUP_ID: u16 = 21;
/// TCP sockets in this state listen.
const TCP_LISTEN: u32 = 10;
/// UDP sockets in this state are connected to nobody.
const TCP_CLOSE: u32 = 7;

/// The transport of a [`Socket`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Transport {
    /// TCP, listening.
    Tcp,
    /// UDP, bound to a port and connected to nobody.
    Udp,
}

/// A socket that takes connections or datagrams from anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Socket {
    /// TCP or UDP.
    pub(crate) transport: Transport,
    /// The address it is bound to; unspecified for all.
    pub(crate) address: IpAddr,
    /// The port.
    pub(crate) port: u16,
    /// Its number, as in the link `socket:[N]` of whoever holds it.
    pub(crate) inode: u64,
    /// The id of the control group it was made in, which is the inode of the group's folder.
    pub(crate) cgroup: Option<u64>,
}

impl Roots {
    /// The sockets that wait for others; `None` when the kernel cannot be asked (it lacks the module, or the
    /// host is a folder): then `/proc/net` tells.
    pub(crate) fn sockets(&self) -> Option<Vec<Socket>> {
        if self.folder.is_some() {
            return None;
        }
        let mut sockets = Vec::new();
        for family in [AF_INET, AF_INET6] {
            for transport in [Transport::Tcp, Transport::Udp] {
                ask(family, transport, &mut sockets).ok()?;
            }
        }
        Some(sockets)
    }
}

fn ask(family: u8, transport: Transport, sockets: &mut Vec<Socket>) -> io::Result<()> {
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, Some(netlink::SOCK_DIAG))?;
    set_socket_timeout(&socket, Timeout::Recv, Some(LIMIT))?;
    send(&socket, &request(family, transport), SendFlags::empty())?;
    let mut buffer = vec![0; BUFFER];
    loop {
        let (_, length) = recv(&socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        let is_done = take(buffer.get(..length).unwrap_or_default(), transport, sockets)?;
        if is_done || length == 0 || sockets.len() >= MAX_SOCKETS {
            return Ok(());
        }
    }
}

/// `struct nlmsghdr` and `struct inet_diag_req_v2`: family, protocol, states; no address given.
fn request(family: u8, transport: Transport) -> Vec<u8> {
    let (protocol, state) = match transport {
        Transport::Tcp => (6, TCP_LISTEN),
        Transport::Udp => (17, TCP_CLOSE),
    };
    let mut request = Vec::with_capacity(72);
    request.extend(72_u32.to_ne_bytes());
    request.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    request.extend(REQUEST_DUMP.to_ne_bytes());
    request.extend([0; 8]);
    request.extend([family, protocol, 0, 0]);
    request.extend((1_u32 << state).to_ne_bytes());
    request.resize(72, 0);
    request
}

/// Takes the sockets out of one answer; tells whether it was the last.
fn take(answer: &[u8], transport: Transport, sockets: &mut Vec<Socket>) -> io::Result<bool> {
    let mut rest = answer;
    while let (Some(length), Some(kind)) = (number::<4>(rest, 0), number::<2>(rest, 4)) {
        let length = u32::from_ne_bytes(length) as usize;
        let Some(payload) = rest.get(HEADER..length) else {
            return Err(io::Error::other("netlink: sebuah pesan terpotong"));
        };
        match u16::from_ne_bytes(kind) {
            NLMSG_DONE => return Ok(true),
            NLMSG_ERROR => {
                let code = number::<4>(payload, 0).map_or(0, i32::from_ne_bytes);
                return Err(io::Error::from_raw_os_error(code.saturating_neg()));
            }
            SOCK_DIAG_BY_FAMILY => sockets.extend(socket(payload, transport)),
            _ => {}
        }
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(false)
}

/// `struct inet_diag_msg`: family, three small fields, ports in network order, addresses; at its end the
/// inode; then attributes.
fn socket(message: &[u8], transport: Transport) -> Option<Socket> {
    let address = match *message.first()? {
        AF_INET => IpAddr::V4(Ipv4Addr::from(number::<4>(message, 8)?)),
        AF_INET6 => IpAddr::V6(Ipv6Addr::from(number::<16>(message, 8)?)),
        _ => return None,
    };
    Some(Socket {
        transport,
        address,
        port: u16::from_be_bytes(number(message, 4)?),
        inode: u32::from_ne_bytes(number(message, 68)?).into(),
        cgroup: attribute(message.get(MESSAGE..)?, INET_DIAG_CGROUP_ID)
            .and_then(|value| number(value, 0))
            .map(u64::from_ne_bytes),
    })
}

/// The value of the attribute `wanted` (`struct nlattr`: length, kind, value).
fn attribute(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(u16::from_ne_bytes(number(rest, 0)?));
        let value = rest.get(4..length)?;
        if u16::from_ne_bytes(number(rest, 2)?) == wanted {
            return Some(value);
        }
        rest = rest.get(length.next_multiple_of(4)..)?;
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One message with `address` and `attributes`, as the kernel lays it out.
    fn message(family: u8, port: u16, address: &[u8], attributes: &[u8]) -> Vec<u8> {
        let mut payload = vec![family, 10, 0, 0];
        payload.extend(port.to_be_bytes());
        payload.extend([0; 2]);
        payload.extend(address);
        payload.resize(68, 0);
        payload.extend(4711_u32.to_ne_bytes());
        payload.extend(attributes);
        framed(SOCK_DIAG_BY_FAMILY, &payload)
    }

    fn framed(kind: u16, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(HEADER + payload.len()).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.resize(HEADER, 0);
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn check(answer: &[u8], expected: Result<(bool, &[Socket]), &str>) {
        let mut sockets = Vec::new();
        let done = take(answer, Transport::Tcp, &mut sockets).map_err(|error| error.to_string());
        assert_eq!(
            done.map(|done| (done, sockets)),
            expected.map(|(d, s)| (d, s.to_vec())).map_err(Into::into)
        );
    }

    #[test]
    fn answers_are_read() {
        let socket = |address: &str, port, cgroup| Socket {
            transport: Transport::Tcp,
            address: address.parse().unwrap(),
            port,
            inode: 4711,
            cgroup,
        };
        let mut attributes = vec![5, 0, 11, 0, 1, 0, 0, 0]; // INET_DIAG_SKV6ONLY, one byte and its padding
        attributes.extend([12, 0, 21, 0]);
        attributes.extend(99_u64.to_ne_bytes());
        let first = message(AF_INET, 22, &[10, 0, 0, 5], &[]);
        let second = message(AF_INET6, 443, &[0; 16], &attributes);
        check(
            &[first.clone(), second.clone()].concat(),
            Ok((false, &[socket("10.0.0.5", 22, None), socket("::", 443, Some(99))])),
        );
        check(&[first, framed(NLMSG_DONE, &[0; 4])].concat(), Ok((true, &[socket("10.0.0.5", 22, None)])));
        check(&message(1, 22, &[0; 4], &[]), Ok((false, &[])));
        check(&[], Ok((false, &[])));
    }

    #[test]
    fn a_refusal_and_a_torn_answer_are_errors() {
        let refused = framed(NLMSG_ERROR, &(-2_i32).to_ne_bytes());
        check(&refused, Err("No such file or directory (os error 2)"));
        check(&message(AF_INET, 22, &[0; 4], &[])[..40], Err("netlink: sebuah pesan terpotong"));
    }

    #[test]
    fn this_host_is_asked() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sockets = Roots::live().sockets().unwrap();
        assert!(sockets.iter().any(|s| s.transport == Transport::Tcp && s.port == port && s.inode > 0));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, kind in 0_u16..25) {
            let mut sockets = Vec::new();
            let _ = take(&bytes, Transport::Udp, &mut sockets);
            let _ = take(&framed(kind, &bytes), Transport::Tcp, &mut sockets);
            let _ = take(&message(AF_INET6, 1, &[0; 16], &bytes), Transport::Tcp, &mut sockets);
        }
    }
}
