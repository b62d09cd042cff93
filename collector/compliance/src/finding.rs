//! What the judge says.

use jiff::Timestamp;
use serde::Serialize;

use crate::estate::Evidence;

pub use crate::estate::Subject;

/// The six verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// `PATUH`: the duty is met, by evidence good enough for it.
    Compliant,
    /// `TIDAK PATUH`: an indication, until an officer confirms it.
    NotCompliant,
    /// `MASA PERALIHAN`: not met, and the regulation still gives time.
    Transition,
    /// `DIKECUALIKAN`: somebody with the power to do so set it free, in writing.
    Exempt,
    /// `BELUM ADA DATA`: never a pass, never a breach.
    NoData,
    /// `PERLU PENILAIAN`: a person has to look.
    NeedsReview,
}

/// The judgement of one estate by one pack at one time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// The pack's id.
    pub pack: String,
    /// The time it is judged as of.
    pub at: Timestamp,
    /// One finding per rule and subject.
    pub findings: Vec<Finding>,
}

/// What one rule says of one subject.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The pack's id.
    pub pack: String,
    /// The rule's id, such as `MJL-16.1`.
    pub rule: String,
    /// What is judged: a server's id, or an office's code.
    pub subject: Subject,
    /// The code of the office that answers for the subject.
    pub office: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict's reason as one Indonesian sentence.
    pub sentence: String,
    /// What would make it `PATUH`, as one Indonesian sentence; empty when it is.
    pub remedy: String,
    /// The facts used, in words.
    pub inputs: Vec<Fact>,
    /// The thresholds used, and who set them.
    pub thresholds: Vec<Threshold>,
    /// The ledger entries it rests on.
    pub evidence: Vec<Evidence>,
}

/// A fact that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is, such as `Lokasi menurut petugas`.
    pub name: String,
    /// Its value in words.
    pub value: String,
}

/// A threshold that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Threshold {
    /// What it is, such as `Batas umur cadangan basis data`.
    pub name: String,
    /// Its value in words.
    pub value: String,
    /// Who set it: `kebijakan Dinas`, or the pasal that gives the number.
    pub set_by: String,
}

impl Verdict {
    /// All six, in the order in which they are shown: what needs action first.
    pub const ALL: [Self; 6] = [
        Self::NotCompliant,
        Self::NeedsReview,
        Self::NoData,
        Self::Transition,
        Self::Exempt,
        Self::Compliant,
    ];
}
