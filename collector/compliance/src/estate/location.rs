//! Where a server stands, and what speaks for it.

use jiff::civil::Date;
use serde::Serialize;

/// Where a server stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The site that an officer declared.
    pub declared: Option<String>,
    /// The site that the strongest sign speaks for.
    pub observed: Option<String>,
    /// What was observed, in a few words: `10.20.1.5 dalam jaringan Pusat Data`.
    pub observation: Option<String>,
    /// All signs, the strongest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<Sign>,
    /// What an officer found on the spot: it stands above every sign but those that only another place can give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<OnSite>,
}

/// Something that speaks for a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sign {
    /// What sort of sign.
    pub kind: SignKind,
    /// The site that it speaks for; none: it speaks for a place that nobody registered.
    pub site: Option<String>,
    /// What it is, in a few words.
    pub words: String,
}

/// The sorts of signs, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignKind {
    /// The switch that announces itself on the server's port is registered at the site.
    Switch,
    /// A hypervisor that stands there runs the server as a guest.
    Hypervisor,
    /// The server's gateway is the site's.
    Gateway,
    /// The server's address lies in a network of the site.
    Address,
    /// The collector saw it come from an address of the site: the only sign that the server's agent cannot make up.
    Source,
}

/// What an officer found on the spot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnSite {
    /// The site at which the server stood.
    pub site: String,
    /// When that was.
    pub on: Date,
    /// Who found it: name and position.
    pub by: String,
    /// What shows it: a document, a photograph, a ticket.
    pub evidence: String,
}

/// How certain it is where a server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// A strong sign of the agent, and one that the agent cannot make up; or somebody was there.
    Confirmed,
    /// A strong sign of the agent.
    Probable,
    /// An officer's word, or addresses only.
    Declared,
    /// It stands elsewhere.
    Outside,
    /// Nothing is known, or the signs contradict each other.
    Unknown,
}

impl Certainty {
    /// In words, with what it rests on.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Confirmed => "dipastikan (lebih dari satu sumber, atau pemeriksaan di tempat)",
            Self::Probable => "kemungkinan besar (petunjuk kuat, hanya dari agen)",
            Self::Declared => "dinyatakan (hanya menurut petugas atau alamat)",
            Self::Outside => "di luar",
            Self::Unknown => "belum diketahui",
        }
    }
}

impl SignKind {
    /// Whether it tells of the cable or of the machine below, and not merely of a network that can be stretched.
    #[must_use]
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::Switch | Self::Hypervisor)
    }
}
