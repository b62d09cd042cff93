//! What is known, as JSON for programs: the lines of [`lines`](super::lines) and the answers of the API.
//! Names are stable; times are RFC 3339 in UTC.

use jiff::Timestamp;
use patuh_protocol::report::Reading;
use serde::Serialize;

use crate::config::Config;
use crate::store::{ChangeRow, CurrentSection, Latest, ServerRow};

/// A server, as in a list.
#[derive(Debug, Serialize)]
pub struct Server<'a> {
    agent: &'a str,
    hostname: &'a str,
    office: &'a str,
    office_name: &'a str,
    /// The site an officer declared.
    site: Option<&'a str>,
    site_name: Option<&'a str>,
    os: Option<&'a str>,
    model: Option<&'a str>,
    serial: Option<&'a str>,
    guest_of: Option<&'a str>,
    cpu: Option<&'a str>,
    threads: Option<u32>,
    memory_bytes: Option<u64>,
    disk_bytes: Option<u64>,
    addresses: &'a [String],
    packages: u64,
    agent_version: &'a str,
    enrolled_at: Timestamp,
    last_report: Option<Timestamp>,
}

/// A section: what one sensor read.
#[derive(Debug, Serialize)]
pub struct Section<'a> {
    sensor: &'a str,
    /// `ok`, `nothing` (there is no such thing on the host) or `failed`.
    outcome: &'static str,
    failure: Option<&'a str>,
    /// When the newest report with this section was taken.
    at: Timestamp,
    /// The ledger index of that report.
    index: u64,
    /// The newest value; kept when a later reading failed.
    value: Option<Value<'a>>,
}

/// A value that was read.
#[derive(Debug, Serialize)]
struct Value<'a> {
    reading: &'a Reading,
    at: Timestamp,
    index: u64,
}

/// A server with all that its agent read.
#[derive(Debug, Serialize)]
pub struct Whole<'a> {
    #[serde(flatten)]
    server: Server<'a>,
    sections: Vec<Section<'a>>,
}

/// A change.
#[derive(Debug, Serialize)]
pub struct Change<'a> {
    agent: &'a str,
    hostname: &'a str,
    at: Timestamp,
    index: u64,
    kind: &'a str,
    subject: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl<'a> Server<'a> {
    /// The server of `row`.
    #[must_use]
    pub fn new(row: &'a ServerRow, config: &'a Config) -> Self {
        Self {
            agent: row.agent.as_str(),
            hostname: &row.hostname,
            office: row.office.as_str(),
            office_name: config.office_name(&row.office),
            site: row.site.as_ref().map(|site| site.as_str()),
            site_name: row.site.as_ref().map(|site| config.site_name(site)),
            os: row.os.as_deref(),
            model: row.model.as_deref(),
            serial: row.serial.as_deref(),
            guest_of: row.guest_of.as_deref(),
            cpu: row.cpu.as_deref(),
            threads: row.threads,
            memory_bytes: row.memory_bytes,
            disk_bytes: row.disk_bytes,
            addresses: &row.addresses,
            packages: row.packages,
            agent_version: &row.agent_version,
            enrolled_at: row.enrolled_at,
            last_report: row.last_report,
        }
    }
}

impl<'a> Whole<'a> {
    /// The server of `row` with its `sections`.
    #[must_use]
    pub fn new(row: &'a ServerRow, sections: &'a [CurrentSection], config: &'a Config) -> Self {
        Self { server: Server::new(row, config), sections: sections.iter().map(Section::new).collect() }
    }
}

impl<'a> Section<'a> {
    fn new(section: &'a CurrentSection) -> Self {
        let (outcome, failure) = match &section.latest {
            Latest::Ok => ("ok", None),
            Latest::Nothing => ("nothing", None),
            Latest::Failed(why) => ("failed", Some(why.as_str())),
        };
        let value = section.value.as_ref();
        Self {
            sensor: &section.sensor,
            outcome,
            failure,
            at: section.at,
            index: section.index,
            value: value.map(|value| Value { reading: &value.reading, at: value.at, index: value.index }),
        }
    }
}

impl<'a> Change<'a> {
    /// The change of `row`.
    #[must_use]
    pub fn new(row: &'a ChangeRow) -> Self {
        Self {
            agent: row.agent.as_str(),
            hostname: &row.hostname,
            at: row.at,
            index: row.index,
            kind: &row.kind,
            subject: &row.subject,
            before: row.before.as_deref(),
            after: row.after.as_deref(),
        }
    }
}
