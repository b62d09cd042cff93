//! What switches and routers say of themselves on the wire: LLDP (IEEE 802.1AB), and the older CDP, FDP and EDP.
//!
//! [`listen()`] hears them and keeps what holds now as files of one folder ([`FOLDER`]), which the sensor `adjacencies`
//! reads. It is a process of its own, because it needs what the reading half of the agent may not have: a socket on
//! the wire. That socket takes a capability to open, and none to use; the process opens it, gives up every capability,
//! and only then looks at what strangers sent. It never sends anything: the agent is no neighbour to anybody.
//!
//! [`read`] understands one frame. Frames are hostile until proven otherwise; everything here is bounded.

mod bytes;
mod cdp;
mod edp;
mod frame;
mod listen;
mod names;
mod ports;
mod socket;
mod stored;
mod table;
#[cfg(test)]
mod tests;
mod tlv;

use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::lan::{Adjacency, Discovery};

pub use listen::{Error, listen};
pub(crate) use ports::ports;
pub(crate) use stored::{Name, frames};

/// Where the listener keeps the frames that hold now, when nobody says otherwise.
pub const FOLDER: &str = "/run/patuh-lldp";
/// The file beside them that says how the listener does: [`LISTENING`], or why it does not.
pub(crate) const STATE: &str = "state";
/// Its content while the listener hears.
pub(crate) const LISTENING: &str = "listening";

/// How many addresses of one device are carried.
const MAX_ADDRESSES: usize = 16;

/// A moment by two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time of day, which may be set while we run.
    pub wall: Timestamp,
    /// Since the host was started, which only goes forward, also while the host sleeps (`CLOCK_BOOTTIME` of
    /// clock_gettime(2)).
    pub up: Duration,
}

/// What a frame announces, but for the interface and the time; `None` when it is no announcement.
pub(crate) fn read(frame: &[u8]) -> Option<Adjacency> {
    let (protocol, payload) = frame::open(frame)?;
    match protocol {
        Discovery::Lldp => tlv::read(payload),
        Discovery::Cdp | Discovery::Fdp => cdp::read(protocol, payload),
        Discovery::Edp => edp::read(payload),
        Discovery::Sonmp | Discovery::Mndp => None,
    }
}
