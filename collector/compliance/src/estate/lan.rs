//! What is known of an office's LAN: what was seen to change, what officials handed in, how its addresses stand to
//! the plan, how its servers come to the collector, whether the Dinas reaches it.

use jiff::Timestamp;
use serde::Serialize;

use super::{Evidence, Known};

/// An office's LAN.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lan {
    /// The office's code.
    pub office: String,
    /// From how many servers it is seen: agents stand on servers, so it is never the whole.
    pub servers: u32,
    /// When the last of them looked.
    pub seen_at: Option<Timestamp>,
    /// The newest version of its diagram; none as long as nothing was confirmed.
    pub version: Option<LanVersion>,
    /// Handing in, and reports of changes, oldest first.
    pub reports: Vec<LanReport>,
    /// How the addresses of its servers stand to the plan of the Dinas, or why that is not known.
    pub addressing: Known<Addressing>,
    /// By which way its servers come to the collector, or why that is not known.
    pub intranet: Known<IntranetUse>,
    /// Whether the Dinas reaches it, or why that is not known.
    pub reach: Known<Reach>,
    /// The ledger entries that say so.
    pub evidence: Vec<Evidence>,
}

/// A version of a diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LanVersion {
    /// Counts from 1.
    pub number: u32,
    /// When the change was certain that made it.
    pub at: Timestamp,
}

/// A diagram handed in, or a report of changes; from its draft on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LanReport {
    /// Its number.
    pub id: u64,
    /// Whether it hands in a diagram and reports no change: the first one, or one that shows the same LAN anew.
    pub diagram_only: bool,
    /// The version whose diagram it hands in.
    pub after: u32,
    /// When the change was certain; of a diagram alone, when its version was.
    pub since: Timestamp,
    /// The change in words.
    pub sentences: Vec<String>,
    /// How it stands.
    pub standing: LanStanding,
    /// When it was handed in.
    pub submitted: Option<Timestamp>,
    /// When the Dinas received it.
    pub received: Option<Timestamp>,
    /// Whether the Dinas itself made the change.
    pub by_dinas: bool,
}

/// How a report stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LanStanding {
    /// The machine's draft: nobody handed it in.
    #[default]
    Draft,
    /// Handed in, not received.
    Submitted,
    /// Received by the Dinas.
    Received,
    /// The office says that there is nothing to report; the Dinas has not said so yet.
    SetAsideByOffice,
    /// The Dinas says that there is nothing to report.
    SetAsideByDinas,
}

/// How the addresses of an office's servers stand to the Dinas's plan of numbering: counts of findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addressing {
    /// How many subnets the plan gives to the office.
    pub subnets: u32,
    /// How many addresses of its servers were held against it.
    pub addresses: u32,
    /// Addresses that lie in no subnet of the plan.
    pub outside: u32,
    /// Addresses in a subnet of another office.
    pub elsewhere: u32,
    /// Fixed addresses inside a pool of a DHCP server.
    pub in_pool: u32,
    /// Addresses of two devices.
    pub duplicates: u32,
    /// Gateways other than the registered ones.
    pub wrong_gateways: u32,
    /// Subnets that are used and stand in no plan.
    pub unregistered: u32,
    /// DHCP servers that nobody registered.
    pub strange_dhcp: u32,
    /// Private ranges behind a translation of addresses (NAT), of which only the outer address can be in the plan.
    pub translated: u32,
    /// Ways to the Internet beside the intranet.
    pub second_egress: u32,
    /// The findings in a few words each, the gravest first; not all.
    pub examples: Vec<String>,
}

/// By which way the servers of an office come to the collector: by the source address that the collector sees.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IntranetUse {
    /// Servers that came by an address of the intranet, at last.
    pub inside: u32,
    /// Servers that came by another.
    pub outside: u32,
    /// Servers of which that is not known.
    pub unknown: u32,
    /// Why the office is not connected yet, as the Dinas registered it (Majalengka Pasal 18 ayat (6)); it then goes
    /// by secured Internet.
    pub not_connected: Option<String>,
    /// Those that came by another, in a few words each; not all.
    pub examples: Vec<String>,
}

/// Whether the Dinas reaches the office's gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// What was tried, in a few words: `10.20.1.1, sambungan TCP`.
    pub target: String,
    /// When it was last tried.
    pub tried: Option<Timestamp>,
    /// When it last answered.
    pub answered: Option<Timestamp>,
    /// Since when it was tried at all.
    pub since: Option<Timestamp>,
    /// That the Dinas manages the LAN, by which document: it then need not be tried.
    pub managed: Option<String>,
}
