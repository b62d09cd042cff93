//! Whether the Dinas reaches an office's gateway: the Bukittinggi regulation's Pasal 24 ayat (2) wants the LAN of each
//! office to be reachable by the Dinas, or managed by it.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::id::Code;

/// How a gateway answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// An ICMP echo came back (RFC 792, RFC 4443).
    Echo,
    /// A TCP port took the connection.
    Open(u16),
    /// A TCP port refused the connection: somebody is there and says no.
    Refused(u16),
    /// Nothing came back.
    Silent,
}

/// What is known of the way to one gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whose gateway.
    pub office: Code,
    /// The gateway.
    pub gateway: IpAddr,
    /// Since when it is tried.
    pub since: Timestamp,
    /// When it was last tried.
    pub tried_at: Timestamp,
    /// When it last answered, and how; `None`: never.
    pub answered: Option<(Timestamp, Attempt)>,
}

impl Attempt {
    /// Whether somebody answered.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        !matches!(self, Self::Silent)
    }

    /// As it is stored: `echo`, `open:443`, `refused:22`, `silent`.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Echo => "echo".to_owned(),
            Self::Open(port) => format!("open:{port}"),
            Self::Refused(port) => format!("refused:{port}"),
            Self::Silent => "silent".to_owned(),
        }
    }

    /// What was stored.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let port = |port: &str| port.parse().ok();
        match text.split_once(':') {
            None if text == "echo" => Some(Self::Echo),
            None if text == "silent" => Some(Self::Silent),
            Some(("open", number)) => port(number).map(Self::Open),
            Some(("refused", number)) => port(number).map(Self::Refused),
            _ => None,
        }
    }
}

impl fmt::Display for Attempt {
    /// For people, in Indonesian.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Echo => f.write_str("menjawab ping"),
            Self::Open(port) => write!(f, "menerima sambungan TCP porta {port}"),
            Self::Refused(port) => write!(f, "menjawab (menolak) TCP porta {port}"),
            Self::Silent => f.write_str("tidak menjawab"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read() {
        for attempt in [Attempt::Echo, Attempt::Open(443), Attempt::Refused(22), Attempt::Silent] {
            assert_eq!(Attempt::of_text(&attempt.text()), Some(attempt));
            assert_eq!(attempt.is_answer(), attempt != Attempt::Silent);
        }
        for text in ["", "open", "open:x", "echo:1", "shut:22", "open:70000"] {
            assert_eq!(Attempt::of_text(text), None, "{text}");
        }
    }
}
