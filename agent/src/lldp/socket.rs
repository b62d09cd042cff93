//! Sockets on the wire (packet(7)) that let announcements through and nothing else.
//!
//! One takes LLDP by its EtherType; the older protocols have none and come as IEEE 802.2, so they take a second one.
//! Neither asks for every frame (`ETH_P_ALL`), which would slow down the whole host. In each a filter of the kernel's
//! (BPF, <https://docs.kernel.org/networking/filter.html>) looks closer, and is locked: whoever got hold of this
//! process could still not hear more. The sockets are bound to no port, and so hear those that are made later.

use std::io;
use std::num::NonZeroU32;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::sys::socket::{LinkAddr, recvfrom, setsockopt};
use nix::{setsockopt_impl, sockopt_impl};
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, socket_with};

use super::frame::{CDP, EDP, EDP_GROUP, FDP, LLDP, SNAP};

/// `ETH_P_802_2` of linux/if_ether.h: frames with a length in place of an EtherType.
const LENGTH_AND_LLC: u16 = 0x0004;
/// The most that is taken of a frame.
const LONGEST: u32 = 1600;

/// Where announcements are sent: to the nearest bridge (IEEE 802.1AB table 7-1), and to the makers' own groups.
const LLDP_GROUPS: &[[u8; 6]] = &[[0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e]];
const OLDER_GROUPS: &[[u8; 6]] =
    &[[0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc], [0x01, 0xe0, 0x52, 0xcc, 0xcc, 0xcc], EDP_GROUP];

// Options that no crate has: packet(7), socket(7).
sockopt_impl!(
    /// The filter.
    AttachFilter,
    SetOnly,
    libc::SOL_SOCKET,
    libc::SO_ATTACH_FILTER,
    libc::sock_fprog
);
sockopt_impl!(
    /// That the filter stays.
    LockFilter,
    SetOnly,
    libc::SOL_SOCKET,
    libc::SO_LOCK_FILTER,
    libc::c_int
);
sockopt_impl!(
    /// That what this host sends is not heard (since Linux 4.20; the filter leaves it out, too).
    IgnoreOutgoing,
    SetOnly,
    libc::SOL_PACKET,
    libc::PACKET_IGNORE_OUTGOING,
    libc::c_int
);
sockopt_impl!(
    /// A group that the card of a port lets through.
    AddMembership,
    SetOnly,
    libc::SOL_PACKET,
    libc::PACKET_ADD_MEMBERSHIP,
    libc::packet_mreq
);

/// A socket on the wire.
#[derive(Debug)]
pub(super) struct Ear {
    socket: OwnedFd,
    groups: &'static [[u8; 6]],
}

impl Ear {
    /// One for LLDP and one for the older protocols. Needs `CAP_NET_RAW`.
    pub(super) fn both() -> io::Result<[Self; 2]> {
        Ok([
            Self::open(LLDP, &for_lldp(), LLDP_GROUPS)?,
            Self::open(LENGTH_AND_LLC, &for_older(), OLDER_GROUPS)?,
        ])
    }

    fn open(kind: u16, filter: &[libc::sock_filter], groups: &'static [[u8; 6]]) -> io::Result<Self> {
        let kind = NonZeroU32::new(kind.to_be().into()).map(Protocol::from_raw);
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, flags, kind)?;
        let length = filter.len().try_into().map_err(io::Error::other)?;
        setsockopt(
            &socket,
            AttachFilter,
            &libc::sock_fprog { len: length, filter: filter.as_ptr().cast_mut() },
        )?;
        setsockopt(&socket, LockFilter, &1)?;
        let _ = setsockopt(&socket, IgnoreOutgoing, &1);
        Ok(Self { socket, groups })
    }

    /// Has a port's card let the announcements through. Needs no capability, and holds as long as the port is there.
    pub(super) fn join(&self, port: u32) -> io::Result<()> {
        for group in self.groups {
            let [a, b, c, d, e, f] = *group;
            let kind = if a & 1 == 1 { libc::PACKET_MR_MULTICAST } else { libc::PACKET_MR_UNICAST };
            let membership = libc::packet_mreq {
                mr_ifindex: port.cast_signed(),
                mr_type: kind.try_into().map_err(io::Error::other)?,
                mr_alen: 6,
                mr_address: [a, b, c, d, e, f, 0, 0],
            };
            setsockopt(&self.socket, AddMembership, &membership)?;
        }
        Ok(())
    }

    /// The next frame, laid into `buffer`: by which port it came, and its length. `None` when none waits.
    pub(super) fn next(&self, buffer: &mut [u8]) -> Option<(u32, usize)> {
        // An error is that of a port that went down: it is told once and is of no interest.
        let (length, from) = recvfrom::<LinkAddr>(self.socket.as_raw_fd(), buffer).ok()?;
        Some((from?.ifindex().try_into().ok()?, length))
    }
}

impl AsFd for Ear {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Steps of a filter (linux/filter.h).
const fn step(code: u16, k: u32, then: u8, other: u8) -> libc::sock_filter {
    libc::sock_filter { code, jt: then, jf: other, k }
}
const fn load_long(at: u32) -> libc::sock_filter {
    step(0x20, at, 0, 0)
}
const fn load_short(at: u32) -> libc::sock_filter {
    step(0x28, at, 0, 0)
}
const fn load_byte(at: u32) -> libc::sock_filter {
    step(0x30, at, 0, 0)
}
/// Skips `then` steps when what was loaded is `value`, else `other` steps.
const fn equals(value: u32, then: u8, other: u8) -> libc::sock_filter {
    step(0x15, value, then, other)
}
const fn has_bit(bit: u32, then: u8, other: u8) -> libc::sock_filter {
    step(0x45, bit, then, other)
}
const fn take(length: u32) -> libc::sock_filter {
    step(0x06, length, 0, 0)
}

/// Where the kernel tells whether a frame came in or goes out (`SKF_AD_OFF + SKF_AD_PKTTYPE`), and "out".
const DIRECTION: u32 = 0xffff_f004;
const OUTGOING: u32 = 4;

pub(super) fn for_lldp() -> [libc::sock_filter; 8] {
    [
        load_long(DIRECTION),
        equals(OUTGOING, 5, 0),
        load_byte(0),
        has_bit(1, 0, 3),
        load_short(12),
        equals(LLDP.into(), 0, 1),
        take(LONGEST),
        take(0),
    ]
}

/// LLC and the maker's number in one step: `aaaa 03 oooooo`, then the protocol's.
pub(super) fn for_older() -> [libc::sock_filter; 14] {
    let [first, second, third] = SNAP;
    let maker = |(maker, _): (u32, u16)| u32::from(third) << 24 | maker;
    [
        load_long(DIRECTION),
        equals(OUTGOING, 11, 0),
        load_short(14),
        equals(u16::from_be_bytes([first, second]).into(), 0, 9),
        load_long(16),
        equals(maker(CDP), 2, 0),
        equals(maker(FDP), 1, 0),
        equals(maker(EDP), 2, 5),
        load_short(20),
        equals(CDP.1.into(), 2, 3),
        load_short(20),
        equals(EDP.1.into(), 0, 1),
        take(LONGEST),
        take(0),
    ]
}
