//! What agents saw of a machine, as far as the register is held against it.

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};

use super::{Asset, identifier};

/// A machine with an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its agent.
    pub agent: AgentId,
    /// The office that the agent was enrolled for.
    pub office: Code,
    /// What the host calls itself; empty until it first reported.
    pub host: String,
    /// What it is a guest of: then it is no asset.
    pub guest_of: Option<String>,
    /// Where an officer says it stands, or else where its addresses say so.
    pub site: Option<Code>,
    /// Maker and model.
    pub model: Option<String>,
    /// Serial number, as the firmware gives it.
    pub serial: Option<String>,
    /// Processor model.
    pub cpu: Option<String>,
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// All disks together, in bytes.
    pub disk_bytes: Option<u64>,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When its newest report came.
    pub last_report: Option<Timestamp>,
}

impl Seen {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> String {
        if self.host.is_empty() { format!("agen {}", self.agent) } else { self.host.clone() }
    }

    /// When it was seen last: its enrolment, as long as it has not reported.
    #[must_use]
    pub fn last(&self) -> Timestamp {
        self.last_report.unwrap_or(self.enrolled_at)
    }

    /// The serial number, when it says something.
    #[must_use]
    pub fn known_serial(&self) -> Option<&str> {
        self.serial.as_deref().and_then(identifier::known_serial)
    }

    /// Whether this machine and `asset` have the same serial number.
    #[must_use]
    pub fn shares_serial(&self, asset: &Asset) -> bool {
        let serials = self.serial.as_deref().zip(asset.serial.as_deref());
        self.guest_of.is_none() && serials.is_some_and(|(seen, booked)| identifier::same_serial(seen, booked))
    }
}
