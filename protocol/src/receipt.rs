//! What the collector gives back: proof that a report stands in the ledger.

use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{BadNote, Checkpoint, Verifier};
use crate::digest::Digest;
use crate::id::{AgentId, Code};
use crate::merkle;
use crate::seal::Sealed;

/// One leaf of the ledger. Its bytes are its JSON, written once by the collector; they hold digests and
/// signatures, never contents, so that a body may be purged while the proof stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Leaf {
    /// A report came in.
    Report(ReportLeaf),
    /// Somebody did something: made a token, enrolled an agent, exported a list.
    Act(ActLeaf),
}

/// A report came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLeaf {
    /// When the collector took it.
    pub received_at: Timestamp,
    /// Whose report it is.
    pub agent: AgentId,
    /// The office that the agent was enrolled for.
    pub office: Code,
    /// The report's number.
    pub sequence: u64,
    /// When it was taken, by the host's clock.
    pub taken_at: Timestamp,
    /// SHA-256 of the body.
    pub body: Digest,
    /// The agent's signature over the header, base64.
    pub signature: String,
}

/// An administrative act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActLeaf {
    /// When.
    pub at: Timestamp,
    /// Who: a user's name, `cli`, or an agent's name.
    pub who: String,
    /// What was done, such as `token.create`.
    pub act: String,
    /// To what, in words.
    pub about: String,
}

/// Proof that one leaf stands in the ledger. The same report always gets the same receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The leaf's place in the ledger, counted from 0.
    pub index: u64,
    /// The leaf, byte for byte.
    pub leaf: String,
    /// The checkpoint that first covered it, a signed note.
    pub checkpoint: String,
    /// The inclusion proof (RFC 6962, section 2.1.1).
    pub proof: Vec<Digest>,
}

/// The answer to a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The report's receipt.
    pub receipt: Receipt,
    /// The newest checkpoint.
    pub checkpoint: String,
    /// Proof that it extends the one the agent named (RFC 6962, section 2.1.2); empty when it named none.
    pub consistency: Vec<Digest>,
    /// The collector's release, such as `0.1.0`. What one release has read, another may understand better; `None`
    /// from collectors that do not know [`crate::report::Outcome::Same`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The collector does not have what the report's base names, and asks for everything again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub full: bool,
}

/// An answer to a refused request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, and what to do.
    pub error: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoProof {
    /// The checkpoint.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// It belongs to another report.
    #[error("receipt is for another report")]
    OtherReport,
    /// The proof does not lead to the root.
    #[error("inclusion proof does not lead to the checkpoint's root")]
    Inclusion,
    /// The ledger was rewritten since the last receipt.
    #[error("the ledger does not extend the checkpoint seen before: its history was changed")]
    Rewritten,
}

impl ReportLeaf {
    /// The leaf of `sealed`, taken in at `received_at` from an agent of `office`.
    #[must_use]
    pub fn new(sealed: &Sealed, office: Code, received_at: Timestamp) -> Self {
        Self {
            received_at,
            agent: sealed.agent.clone(),
            office,
            sequence: sealed.sequence,
            taken_at: sealed.taken_at,
            body: sealed.body_digest,
            signature: BASE64.encode(&sealed.signature),
        }
    }

    /// Whether this leaf is about `sealed`.
    #[must_use]
    pub fn is_of(&self, sealed: &Sealed) -> bool {
        *self == Self::new(sealed, self.office.clone(), self.received_at)
    }
}

impl Receipt {
    /// Checks that this receipt proves that `sealed` stands in `verifier`'s ledger.
    ///
    /// # Errors
    /// [`NoProof`], with what is wrong.
    pub fn verify(&self, sealed: &Sealed, verifier: &Verifier) -> Result<(), NoProof> {
        match serde_json::from_str(&self.leaf) {
            Ok(Leaf::Report(leaf)) if leaf.is_of(sealed) => {}
            _ => return Err(NoProof::OtherReport),
        }
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier)?;
        let leaf = merkle::leaf_hash(self.leaf.as_bytes());
        if merkle::includes(&leaf, self.index, checkpoint.size, &self.proof, &checkpoint.root) {
            Ok(())
        } else {
            Err(NoProof::Inclusion)
        }
    }
}

impl Answer {
    /// Checks the receipt, and that the ledger only grew since the checkpoint `held`. Returns the newest
    /// checkpoint, to be held from now on.
    ///
    /// # Errors
    /// [`NoProof`], with what is wrong.
    pub fn verify(
        &self,
        sealed: &Sealed,
        held: Option<&Checkpoint>,
        verifier: &Verifier,
    ) -> Result<Checkpoint, NoProof> {
        self.receipt.verify(sealed, verifier)?;
        let newest = Checkpoint::open(&self.checkpoint, verifier)?;
        if let Some(held) = held {
            let grew = merkle::extends(held.size, &held.root, newest.size, &newest.root, &self.consistency);
            if !grew || held.origin != newest.origin {
                return Err(NoProof::Rewritten);
            }
        }
        Ok(newest)
    }
}
