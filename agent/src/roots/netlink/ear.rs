//! Being told that one of the tables changed: the multicast groups of rtnetlink(7).
//!
//! What is heard is never taken for the truth. The kernel drops messages when nobody reads fast enough (`ENOBUFS`),
//! says nothing at all when a link that goes down takes its IPv4 routes along, and reports neighbours that merely
//! went out of its cache as gone. It only says when to look again.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use rustix::io::Errno;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};

use super::BUFFER;

/// `RTNLGRP_LINK`, `NEIGH`, `IPV4_IFADDR`, `IPV4_ROUTE`, `IPV6_IFADDR` and `IPV6_ROUTE` of linux/rtnetlink.h, each a
/// bit.
const GROUPS: u32 = 1 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10;
/// What may wait to be read, in bytes: some 4000 messages. Without `CAP_NET_ADMIN` the kernel gives no more than
/// `net.core.rmem_max`.
const WAITING: usize = 2 * 1024 * 1024;

/// A socket that hears of changes. It never blocks.
#[derive(Debug)]
pub(crate) struct Ear {
    socket: OwnedFd,
    buffer: Vec<u8>,
}

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// Messages.
    Told(&'a [u8]),
    /// Some were lost: nobody knows what they said.
    Lost,
}

impl Ear {
    /// Listens from now on.
    pub(super) fn open() -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        if set_socket_recv_buffer_size_force(&socket, WAITING).is_err() {
            // With less, more is lost, and a loss only means another look.
            let _ = set_socket_recv_buffer_size(&socket, WAITING);
        }
        bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
        Ok(Self { socket, buffer: vec![0; BUFFER] })
    }

    /// What waits to be heard.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when nothing waits.
    pub(crate) fn hear(&mut self) -> io::Result<Heard<'_>> {
        match recv(&self.socket, self.buffer.as_mut_slice(), RecvFlags::empty()) {
            Ok((_, length)) => Ok(Heard::Told(self.buffer.get(..length).unwrap_or_default())),
            Err(Errno::NOBUFS) => Ok(Heard::Lost),
            Err(error) => Err(error.into()),
        }
    }
}

impl AsFd for Ear {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for Ear {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}
