//! What can be asked of the store, as the pages, exports and the judge want it.

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::receipt::Leaf;
use patuh_protocol::report::Reading;

/// A server in a list: the columns of the `servers` projection.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerRow {
    /// Its agent.
    pub agent: AgentId,
    /// Its office.
    pub office: Code,
    /// The site an officer declared when the token was made.
    pub site: Option<Code>,
    /// The host's name, as it says itself; empty until it first reported.
    pub hostname: String,
    /// Operating system, in words.
    pub os: Option<String>,
    /// Maker and model of the machine.
    pub model: Option<String>,
    /// Serial number of the machine.
    pub serial: Option<String>,
    /// What it is a guest of; `None` on bare metal.
    pub guest_of: Option<String>,
    /// Processor model.
    pub cpu: Option<String>,
    /// Logical processors.
    pub threads: Option<u32>,
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// Size of all disks together, in bytes.
    pub disk_bytes: Option<u64>,
    /// IP addresses with prefix length, as the host gives them.
    pub addresses: Vec<String>,
    /// How many packages are installed.
    pub packages: u64,
    /// Version of the agent.
    pub agent_version: String,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When its newest report was received; `None` until the first.
    pub last_report: Option<Timestamp>,
}

#[cfg(test)]
impl ServerRow {
    /// A server of which nothing is known but its name.
    pub(crate) fn named(agent: AgentId, office: &str, hostname: &str, enrolled_at: Timestamp) -> Self {
        Self {
            agent,
            office: office.parse().unwrap(),
            site: None,
            hostname: hostname.to_owned(),
            os: None,
            model: None,
            serial: None,
            guest_of: None,
            cpu: None,
            threads: None,
            memory_bytes: None,
            disk_bytes: None,
            addresses: Vec::new(),
            packages: 0,
            agent_version: String::new(),
            enrolled_at,
            last_report: None,
        }
    }
}

/// What is known from one sensor of one server.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentSection {
    /// The sensor's name.
    pub sensor: String,
    /// The newest outcome.
    pub latest: Latest,
    /// When the newest report with this section was taken, and its ledger index.
    pub at: Timestamp,
    /// The ledger index of that report.
    pub index: u64,
    /// How long the newest reading took, in microseconds.
    pub took_us: u64,
    /// The newest value that was read. A failed reading keeps the value before it; "nothing there" clears it; "the
    /// same" is a reading of its own time.
    pub value: Option<Value>,
}

/// The newest outcome of a sensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Latest {
    /// It was read.
    Ok,
    /// There is no such thing on the host.
    Nothing,
    /// It failed: why.
    Failed(String),
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The value.
    pub reading: Reading,
    /// When it was last read: when the newest report that says so was taken.
    pub at: Timestamp,
    /// The ledger index of that report. It may only say that the value is the same as before.
    pub index: u64,
    /// The newest report that carries the value: the one to look into.
    pub carrier: Carrier,
}

/// A report that carries a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// When it was taken.
    pub at: Timestamp,
    /// Its ledger index.
    pub index: u64,
}

/// A change that was seen between two readings of one sensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRow {
    /// The server's agent.
    pub agent: AgentId,
    /// The host's name.
    pub hostname: String,
    /// When the report that shows it was taken.
    pub at: Timestamp,
    /// The ledger index of that report.
    pub index: u64,
    /// What kind of thing changed: `package`, `disk`, `address`, `system`, `gateway`, …
    pub kind: String,
    /// Which one: the package's name, the disk's name, the address.
    pub subject: String,
    /// Its value before; `None` when it appeared.
    pub before: Option<String>,
    /// Its value after; `None` when it vanished.
    pub after: Option<String>,
}

/// A leaf of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafRow {
    /// Its index.
    pub index: u64,
    /// Its bytes.
    pub text: String,
    /// What they say.
    pub leaf: Leaf,
    /// Its hash (RFC 6962).
    pub hash: Digest,
}

/// Which servers a list is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFilter {
    /// Words that must occur in host name, address, serial number, model or operating system.
    pub search: Option<String>,
    /// Only of this office.
    pub office: Option<Code>,
}

/// An enrolled agent, as its requests are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentRow {
    /// Its name.
    pub agent: AgentId,
    /// Its identity key (32 bytes).
    pub public_key: Vec<u8>,
    /// Its office.
    pub office: Code,
    /// Whether its reports are still taken.
    pub active: bool,
}

/// A user of the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// Name to sign in with.
    pub name: String,
    /// Password hash (PHC string, argon2id).
    pub password: String,
    /// Whether it must choose a new password before anything else.
    pub must_change: bool,
}

/// Why a server was found, best reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HitKind {
    /// By its host name.
    Host,
    /// By an IP address.
    Address,
    /// By a link-layer address.
    Mac,
    /// By a serial number, asset tag or UUID of the machine or a part of it.
    Serial,
    /// By the agent's name.
    Agent,
    /// By its office.
    Office,
    /// By the maker and model of the machine or a part of it.
    Model,
    /// By operating system or kernel.
    System,
    /// By a web site or web application.
    Site,
    /// By a database.
    Database,
    /// By a guest that runs on it.
    Guest,
    /// By a container or its image.
    Container,
}
