//! Frames in files, in the form in which systemd-networkd keeps them under `/run/systemd/netif/lldp`: of each frame its
//! length, eight bytes, the least first, and then the frame. A file of networkd's holds every frame of one port and is
//! called by the port's number. A file of ours holds one, and its name tells since when, so that a frame can be
//! replaced by a later one of the same sender without that being forgotten, in one step.

use std::fmt;

use jiff::Timestamp;

/// How many frames of one file are taken.
const MAX_FRAMES: usize = 64;

/// The frames in a file; those behind a broken length are not found.
pub(crate) fn frames(file: &[u8]) -> Vec<&[u8]> {
    let mut rest = file;
    let next = || {
        let (length, behind) = rest.split_first_chunk()?;
        let (frame, behind) = behind.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        rest = behind;
        Some(frame)
    };
    std::iter::from_fn(next).take(MAX_FRAMES).collect()
}

/// A file that holds `frame`.
pub(super) fn file(frame: &[u8]) -> Vec<u8> {
    let length = u64::try_from(frame.len()).unwrap_or_default();
    [&length.to_le_bytes(), frame].concat()
}

/// The name of a file of ours: `3-1795316400-0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// The number of the port that hears it (`ifindex`).
    pub(crate) port: u32,
    /// When it was first heard, in whole seconds.
    pub(crate) since: Timestamp,
    /// Tells apart what was first heard in the same second.
    pub(crate) number: u32,
}

impl Name {
    /// What a file's name says; `None` for another file.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let mut parts = name.splitn(3, '-');
        let (port, since, number) = (parts.next()?, parts.next()?, parts.next()?);
        let since = Timestamp::from_second(since.parse().ok()?).ok()?;
        let found = Self { port: port.parse().ok()?, since, number: number.parse().ok()? };
        // One name, one spelling: no sign, no noughts before it.
        (found.to_string() == name).then_some(found)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.port, self.since.as_second(), self.number)
    }
}
