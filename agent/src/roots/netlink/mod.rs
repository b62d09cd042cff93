//! The kernel's tables of links, addresses, routes and neighbours, as it hands them to anybody (rtnetlink(7)).
//!
//! No privilege is needed, and no question has a filter in it that an old kernel would pass over (which is what
//! `NETLINK_GET_STRICT_CHK` is for). A table that changes while it is handed out is asked for again. The bytes are
//! given as they came: what they say is for the sensors to read.
//!
//! A host in a folder has them recorded, see the head of [`super`]; the numbers in them are those of a machine whose
//! least significant byte comes first.

mod ear;
mod message;

use std::io;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with};

pub(crate) use ear::{Ear, Heard};
pub(crate) use message::{attributes, chunk, messages, u16_at, u32_at};

use super::{Failure, Roots};

/// The most of one table. A router that holds every route of the Internet has more, and says so.
const MAX_TABLE: usize = 4 * 1024 * 1024;
/// The kernel fills at most this much at a time.
const BUFFER: usize = 32 * 1024;
/// How long the kernel may think. It answers at once.
const LIMIT: Duration = Duration::from_secs(5);
/// How often a table that changes meanwhile is asked for.
const TRIES: usize = 5;

/// The numbers of netlink(7), rtnetlink(7) and linux/if_link.h.
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLM_F_DUMP_INTR: u16 = 0x10;
const REQUEST_DUMP: u16 = 0x0001 | 0x0300;
const RTM_GETLINK: u16 = 18;
const RTM_GETADDR: u16 = 22;
const RTM_GETROUTE: u16 = 26;
const RTM_GETNEIGH: u16 = 30;
const AF_BRIDGE: u8 = 7;
const IFLA_EXT_MASK: u16 = 29;
const RTEXT_FILTER_SKIP_STATS: u32 = 1 << 3;

/// One of the kernel's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// The interfaces.
    Links,
    /// Their addresses.
    Addresses,
    /// The routes of all tables.
    Routes,
    /// Who answers for which address: ARP and NDP.
    Neighbours,
    /// What is behind which port of a bridge.
    Bridges,
}

impl Table {
    /// What it is called, here and in `.host/netlink/`.
    const fn name(self) -> &'static str {
        match self {
            Self::Links => "links",
            Self::Addresses => "addresses",
            Self::Routes => "routes",
            Self::Neighbours => "neighbours",
            Self::Bridges => "bridges",
        }
    }

    /// The question: what is wanted, and the size of the structure that says of what (`struct ifinfomsg`,
    /// `ifaddrmsg`, `rtmsg`, `ndmsg`), which begins with the address family.
    const fn question(self) -> (u16, usize, u8) {
        match self {
            Self::Links => (RTM_GETLINK, 16, 0),
            Self::Addresses => (RTM_GETADDR, 8, 0),
            Self::Routes => (RTM_GETROUTE, 12, 0),
            Self::Neighbours => (RTM_GETNEIGH, 12, 0),
            Self::Bridges => (RTM_GETNEIGH, 12, AF_BRIDGE),
        }
    }

    fn request(self) -> Vec<u8> {
        let (kind, size, family) = self.question();
        let mut request = vec![0; 4];
        request.extend(kind.to_ne_bytes());
        request.extend(REQUEST_DUMP.to_ne_bytes());
        request.resize(16, 0);
        request.push(family);
        request.resize(16 + size, 0);
        if self == Self::Links {
            request.extend(8_u16.to_ne_bytes());
            request.extend(IFLA_EXT_MASK.to_ne_bytes());
            request.extend(RTEXT_FILTER_SKIP_STATS.to_ne_bytes());
        }
        let length = u32::try_from(request.len()).unwrap_or_default().to_ne_bytes();
        request.iter_mut().zip(length).for_each(|(byte, of_length)| *byte = of_length);
        request
    }
}

impl Roots {
    /// One of the kernel's tables, message after message; `None` where it may not be asked (a sandbox without
    /// `AF_NETLINK`) and nothing was recorded: then files tell what they can.
    pub(crate) fn table(&self, table: Table) -> Result<Option<Vec<u8>>, Failure> {
        let at = format!("rtnetlink {}", table.name());
        let torn = |()| Failure::malformed(&at, "sebuah pesan terpotong");
        if self.folder.is_some() {
            let recorded = self.bytes(format!("/.host/netlink/{}", table.name()))?;
            let is_whole = |bytes: &Vec<u8>| messages(bytes).all(|message| message.is_ok());
            return recorded
                .map(|bytes| if is_whole(&bytes) { Ok(bytes) } else { Err(torn(())) })
                .transpose();
        }
        for _ in 0..TRIES {
            match ask(table) {
                Ok(Answer { bytes, end: End::Done }) => return Ok(Some(bytes)),
                Ok(Answer { end: End::Interrupted, .. }) => {}
                Ok(Answer { end: End::TooLong, .. }) => {
                    return Err(Failure::TooLarge { at, limit: format!("{MAX_TABLE} byte") });
                }
                Err(error) if is_refusal(&error) => return Ok(None),
                Err(error) => return Err(Failure::Io { at, why: error.to_string() }),
            }
        }
        Err(Failure::malformed(&at, "berubah setiap kali dibaca"))
    }

    /// Listens for changes of these tables; `None` for a host in a folder, where nothing changes by itself.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(crate) fn ear(&self) -> io::Result<Option<Ear>> {
        if self.folder.is_some() { Ok(None) } else { Ear::open().map(Some) }
    }
}

/// A sandbox that lets nobody ask.
fn is_refusal(error: &io::Error) -> bool {
    let refusals = [Errno::AFNOSUPPORT, Errno::PROTONOSUPPORT, Errno::ACCESS, Errno::PERM];
    refusals.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    bytes: Vec<u8>,
    end: End,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is whole.
    Done,
    /// The table changed meanwhile.
    Interrupted,
    /// It is longer than what is read.
    TooLong,
}

fn ask(table: Table) -> io::Result<Answer> {
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    set_socket_timeout(&socket, Timeout::Recv, Some(LIMIT))?;
    send(&socket, &table.request(), SendFlags::empty())?;
    let mut answer = Answer { bytes: Vec::new(), end: End::Done };
    let mut buffer = vec![0; BUFFER];
    loop {
        let (_, length) = recv(&socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        if answer.take(buffer.get(..length).unwrap_or_default())? || length == 0 {
            return Ok(answer);
        }
        if answer.bytes.len() > MAX_TABLE {
            return Ok(Answer { bytes: Vec::new(), end: End::TooLong });
        }
    }
}

impl Answer {
    /// Takes in one datagram; whether it was the last.
    fn take(&mut self, datagram: &[u8]) -> io::Result<bool> {
        let mut is_done = false;
        for message in messages(datagram) {
            let message = message.map_err(|_| io::Error::other("sebuah pesan terpotong"))?;
            if message.flags & NLM_F_DUMP_INTR != 0 {
                self.end = End::Interrupted;
            }
            if matches!(message.kind, NLMSG_ERROR | NLMSG_DONE) {
                // Both begin with what went wrong, as a negative number; nothing when all went well.
                let code = chunk(message.body, 0).map_or(0, i32::from_ne_bytes);
                if code < 0 {
                    return Err(io::Error::from_raw_os_error(code.saturating_neg()));
                }
                is_done = true;
            }
        }
        // The last datagram may hold entries beside the end.
        self.bytes.extend(datagram);
        Ok(is_done)
    }
}

#[cfg(test)]
mod tests;
