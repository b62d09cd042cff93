//! Doubled servers: one machine under two agents, one agent's key on two machines. Pure: no store, no clock.
//!
//! An agent's name is its key, and nothing else is. Host names, addresses, machine ids and DMI UUIDs are copied
//! when a machine is cloned and change when it is renamed or gets another card, so they never decide anything:
//! they are evidence, and where enough of it agrees, a person is asked ([`Question`]). Nothing is merged or split
//! without an [`Answer`]; and what one agent reports of itself (a new name, a new card) is a change, no question.
//!
//! What is enough ([`links`]), and why:
//! * A serial number of the machine or its board, unless its UUID says otherwise: nodes of one chassis and guests
//!   of one cloud share serial numbers.
//! * A link-layer address of real hardware, unless the serial numbers differ: then the card was moved.
//! * The UUID of a virtual machine. That of real hardware is shared by whole series of boards: it counts only when
//!   the host name is the same and one agent fell silent before the other came, as after a new installation.
//! * The boot id: two agents in one running system.
//! * The machine id (`/etc/machine-id`): clones of one image have it in common. They are asked about together.
//!
//! Inside a container the firmware and the boot id are the host's and count for nothing. A number that many
//! machines give is no number, whatever it looks like ([`facts::Facts::weeded`]).
//!
//! One key on two machines shows in what comes back: a kernel that started anew never has its old boot id again.
//! Two machines that take turns have two of them, each coming back after the other ([`keys`]). (A machine that is
//! set back to a snapshot comes back once, and goes on.)

mod evidence;
mod facts;
mod keys;
mod links;
mod questions;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};
use serde::{Deserialize, Serialize};

pub use facts::{Conflicts, Facts, GuestSeen, Sighting, guests_seen, macs};
pub use questions::questions;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Several agents seem to run on one machine: it was installed anew, or cloned.
    SameMachine,
    /// One agent's key seems to run on two machines.
    SharedKey,
}

/// Something that only a person can decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Follows from what is asked and on what grounds: 16 hex digits.
    pub id: String,
    /// What is asked.
    pub kind: Kind,
    /// The agents in question, in the order of their enrolment. One for [`Kind::SharedKey`].
    pub agents: Vec<AgentId>,
    /// What stands side by side: the agents, or the machines that one agent's key was seen on.
    pub sides: Vec<Side>,
    /// What is known of each side. What agrees comes first.
    pub evidence: Vec<Evidence>,
    /// What it looks like.
    pub guess: Guess,
    /// Since when there is reason to ask.
    pub since: Timestamp,
    /// On what grounds it is asked: the numbers that agree. Asked again when there are others.
    pub grounds: BTreeSet<Ground>,
}

/// One column of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The agent.
    pub agent: AgentId,
    /// The host's name; empty when it never said.
    pub hostname: String,
    /// Its office.
    pub office: Code,
    /// When it was enrolled, or first seen.
    pub first: Timestamp,
    /// When it was heard of last.
    pub last: Option<Timestamp>,
}

/// One line of a question: what each side gives for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it is.
    pub mark: Mark,
    /// The value of each side, in their order; `None` where it is not given.
    pub values: Vec<Option<String>>,
    /// Whether those that are given agree; `None` when fewer than two are.
    pub agrees: Option<bool>,
}

/// What machines are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Serial number of the machine.
    Serial,
    /// Serial number of the board.
    BoardSerial,
    /// Serial number of the chassis.
    ChassisSerial,
    /// UUID of the machine (SMBIOS).
    MachineUuid,
    /// Link-layer addresses.
    Macs,
    /// Which guest of which host it is, as the host tells.
    Guest,
    /// `/etc/machine-id`.
    MachineId,
    /// Id of the running kernel.
    BootId,
    /// The host's name.
    Hostname,
    /// Reports that came under a number which was taken.
    Conflicts,
}

impl Mark {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Serial => "Nomor seri mesin",
            Self::BoardSerial => "Nomor seri papan induk",
            Self::ChassisSerial => "Nomor seri rangka",
            Self::MachineUuid => "UUID mesin",
            Self::Macs => "Alamat MAC",
            Self::Guest => "Tamu dari",
            Self::MachineId => "Machine ID",
            Self::BootId => "Nomor boot",
            Self::Hostname => "Nama mesin",
            Self::Conflicts => "Laporan bernomor ganda",
        }
    }
}

/// A number that agrees, as a ground to ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ground {
    /// What it is.
    pub mark: Mark,
    /// The number. Empty for what changes by itself (boot ids).
    pub value: String,
}

/// What a question looks like. A hint for the officer, nothing follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guess {
    /// One agent fell silent before the other was enrolled: a new installation.
    Reinstalled {
        /// Silent since.
        old: AgentId,
        /// Enrolled after.
        new: AgentId,
    },
    /// They report side by side: clones of one image, or of one virtual machine.
    Cloned,
    /// Two agents in one running system.
    SameSystem,
    /// A key that was copied with its machine.
    CopiedKey,
}

/// The officer's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// "Gabung": it is one machine. One agent carries on, the others are retired.
    Same {
        /// The agent that carries on.
        keeps: AgentId,
    },
    /// "Pisah": they are several machines.
    Different,
}

/// What was decided on before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// What was asked.
    pub kind: Kind,
    /// Of which agents.
    pub agents: BTreeSet<AgentId>,
    /// On what grounds.
    pub grounds: BTreeSet<Ground>,
}

impl Question {
    /// What a decision on this question settles.
    #[must_use]
    pub fn decided(&self) -> Decided {
        let (agents, grounds) = (self.agents.iter().cloned().collect(), self.grounds.clone());
        Decided { kind: self.kind, agents, grounds }
    }
}

impl Decided {
    /// Whether what is asked of `agents` on `grounds` was decided: there is nothing new in it.
    #[must_use]
    pub fn settles(&self, kind: Kind, agents: &[&AgentId], grounds: &BTreeSet<Ground>) -> bool {
        self.kind == kind
            && agents.iter().all(|agent| self.agents.contains(*agent))
            && grounds.is_subset(&self.grounds)
    }
}
