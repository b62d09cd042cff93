//! The LAN of an office: what is believed of it, how it changes, and its diagram. Pure: observations and times in,
//! facts, changes and pictures out; no store, no page.
//!
//! [`Observation`] makes facts of a report's sections. [`State`] believes them after a while and gives them up after a
//! longer one, and says what changed ([`Event`]); [`sets`] joins changes into reports, [`Difference`] compares two
//! versions, [`fingerprint`] names a version, [`sentences`] says it in words. [`Graph`] joins what all agents of an
//! office see, with what can be concluded from it, marked as such; [`Diagram`] draws it, on one sheet or several.
//! A [`Version`] keeps what a diagram showed, a [`ChangeReport`] what officials did about a change.
//! [`duplicates`], [`strange_dhcp`] and [`second_egress`] find what should not be.

mod change;
mod diagram;
mod difference;
mod fact;
mod graph;
mod mac;
mod observation;
mod state;
mod submission;
mod subnet;
mod suspicion;
mod text;
mod version;
mod windows;
mod words;

pub use change::{Change, ChangeSet, Event, Note, What, sets};
pub use diagram::{Diagram, Heading, Paper, Sheet};
pub use difference::{Difference, fingerprint};
pub use fact::{Class, Fact};
pub use graph::{Basis, Declared, Graph, Link as GraphLink, Mark, Node, NodeId, Office, Population, Role};
pub use mac::{Mac, NotAMac};
pub use observation::{Heard, Link, Observation, Ran, Source, View, is_infrastructure};
pub use state::{Device, Port, Segment, Standing, State, Track, Waiting, Witness};
pub use submission::{
    Act, ChangeReport, Decision, Filed, Filing, FilingRefusal, Party, ReportFilter, ReportStanding,
    Submission,
};
pub use subnet::{NotASubnet, Subnet, is_nowhere, is_private};
pub use suspicion::{
    Duplicate, EgressSign, SecondEgress, StrangeDhcp, duplicates, second_egress, strange_dhcp,
};
pub use text::plain;
pub use version::{Version, VersionSummary};
pub use windows::Windows;
pub use words::{Names, at_port, note, port_name, sentences};
