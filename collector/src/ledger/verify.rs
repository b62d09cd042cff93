//! The judgement of a stored ledger, leaf by leaf. Pure: whoever has the rows feeds them in their order, and
//! the first fault ends it.
//!
//! Nothing that is stored is believed: every leaf is hashed again, every subtree and root computed again,
//! every checkpoint's signature checked, every report's signature checked with its agent's key, and every
//! body that is still there hashed again. What this cannot see from the rows alone is a ledger that was cut
//! back to an earlier checkpoint, or rewritten by somebody who holds the signing key too. Checkpoints that
//! were given out show both: agents and auditors hold them, and they can be handed in as anchors.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use patuh_protocol::checkpoint::{BadNote, Checkpoint, Verifier};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::merkle::leaf_hash;
use patuh_protocol::receipt::{Leaf, ReportLeaf};
use patuh_protocol::seal::Sealed;

use super::tree::{Frontier, Node};

/// What came of checking a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many leaves were found sound, from the first on.
    pub size: u64,
    /// The first thing that is wrong; `None` when all is sound.
    pub fault: Option<Fault>,
}

/// Something that was changed, or is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The first leaf it is seen at.
    pub index: u64,
    /// What is wrong: a sentence in Indonesian.
    pub what: String,
}

/// One leaf as it is stored, with all that hangs on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The leaf's bytes.
    pub text: String,
    /// The size of the checkpoint that first covered it.
    pub covered: u64,
    /// The report that it is about.
    pub report: Option<StoredReport>,
    /// The complete subtrees that it completes, the leaf itself among them.
    pub nodes: BTreeMap<Node, Digest>,
    /// The first stored checkpoint that covers it.
    pub checkpoint: Option<StoredCheckpoint>,
}

/// A report as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    /// Whose it is.
    pub agent: String,
    /// Its number.
    pub sequence: u64,
    /// The sealed bytes; `None` when they were purged.
    pub sealed: Option<Vec<u8>>,
}

/// A checkpoint as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// The size it is filed under.
    pub size: u64,
    /// The signed note.
    pub note: String,
}

/// A check under way.
#[derive(Debug)]
pub struct Audit<'a> {
    verifier: &'a Verifier,
    keys: &'a BTreeMap<AgentId, Vec<u8>>,
    anchors: BTreeMap<u64, Digest>,
    trusted: u64,
    frontier: Frontier,
}

impl<'a> Audit<'a> {
    /// Begins to check a ledger signed by `verifier`, with the agents' identity keys. `anchors` are signed
    /// notes of the same ledger that were kept elsewhere.
    ///
    /// # Errors
    /// A [`Fault`] at index 0 when an anchor is not a checkpoint of this ledger, or two of them contradict
    /// each other.
    pub fn new(
        verifier: &'a Verifier,
        keys: &'a BTreeMap<AgentId, Vec<u8>>,
        anchors: &[String],
    ) -> Result<Self, Fault> {
        let mut roots = BTreeMap::new();
        for (n, note) in anchors.iter().enumerate() {
            let n = n + 1;
            let anchor = open(note, verifier)
                .map_err(|why| Fault { index: 0, what: format!("Checkpoint saksi ke-{n} {why}") })?;
            if roots.insert(anchor.size, anchor.root).is_some_and(|root| root != anchor.root) {
                let size = anchor.size;
                let what = format!(
                    "Dua checkpoint saksi untuk {size} entri saling bertentangan: ada dua buku bukti"
                );
                return Err(Fault { index: 0, what });
            }
        }
        Ok(Self { verifier, keys, anchors: roots, trusted: 0, frontier: Frontier::default() })
    }

    /// How many leaves were found sound.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Checks the next leaf.
    ///
    /// # Errors
    /// The [`Fault`], at this leaf.
    pub fn step(&mut self, stored: &Stored) -> Result<(), Fault> {
        let index = self.size();
        let mut grown = self.frontier.clone();
        self.check(stored, &mut grown).map_err(|what| Fault { index, what })?;
        self.frontier = grown;
        Ok(())
    }

    /// Ends the check: `size` and `frontier` are what the ledger's head says.
    ///
    /// # Errors
    /// The [`Fault`], at the first index after the sound leaves.
    pub fn end(&self, size: u64, frontier: &[u8]) -> Result<(), Fault> {
        let index = self.size();
        let fault = |what| Err(Fault { index, what });
        if size != index || frontier != self.frontier.to_bytes() {
            return fault(format!(
                "Kepala buku bukti menyebut {size} entri, tetapi entri yang ada menghasilkan kepala lain"
            ));
        }
        match self.anchors.last_key_value() {
            Some((&size, _)) if size > index => fault(format!(
                "Buku bukti terpotong: saksi memegang checkpoint untuk {size} entri, tetapi hanya ada {index}"
            )),
            _ => Ok(()),
        }
    }

    /// That a leaf is missing where one must be.
    #[must_use]
    pub fn gap(&self) -> Fault {
        Fault { index: self.size(), what: "Entri hilang dari buku bukti".to_owned() }
    }

    /// That rows hang on no leaf.
    #[must_use]
    pub fn surplus(&self, what: &str) -> Fault {
        Fault { index: self.size(), what: format!("Ada {what} yang tidak berasal dari entri mana pun") }
    }

    fn check(&mut self, stored: &Stored, grown: &mut Frontier) -> Result<(), String> {
        let completed = grown.push(leaf_hash(stored.text.as_bytes()));
        for (node, hash) in completed {
            match stored.nodes.get(&node) {
                Some(stored) if *stored == hash => {}
                Some(_) if node.level == 0 => {
                    return Err("Isi entri tidak sesuai dengan sidik hash-nya".into());
                }
                Some(_) => {
                    return Err(format!(
                        "Simpul pohon tingkat {} tidak sesuai dengan entri di bawahnya",
                        node.level
                    ));
                }
                None => return Err(format!("Simpul pohon tingkat {} hilang", node.level)),
            }
        }
        let leaf = serde_json::from_str(&stored.text)
            .map_err(|error| format!("Isi entri tidak dapat dibaca: {error}"))?;
        match (&leaf, &stored.report) {
            (Leaf::Report(leaf), Some(report)) => self.report(leaf, report)?,
            (Leaf::Report(_), None) => return Err("Laporan milik entri ini hilang".into()),
            (Leaf::Act(_), Some(_)) => {
                return Err("Entri ini bukan laporan, tetapi ada laporan padanya".into());
            }
            (Leaf::Act(_), None) => {}
        }
        self.checkpoint(stored, grown)?;
        self.anchor(grown)
    }

    /// A report's row, signature and, when it is still there, body.
    fn report(&self, leaf: &ReportLeaf, report: &StoredReport) -> Result<(), String> {
        if report.agent != leaf.agent.as_str() || report.sequence != leaf.sequence {
            return Err("Laporan terdaftar atas nama agen atau nomor lain".into());
        }
        let key = self.keys.get(&leaf.agent).ok_or("Kunci agen yang menandatangani laporan tidak ada")?;
        claimed(leaf)
            .filter(|claimed| claimed.verify(key).is_ok())
            .ok_or("Tanda tangan agen pada laporan tidak sah")?;
        let Some(bytes) = &report.sealed else { return Ok(()) };
        let sealed = Sealed::parse(bytes).map_err(|_| "Isi laporan rusak atau diubah")?;
        if leaf.is_of(&sealed) { Ok(()) } else { Err("Isi laporan bukan yang tercatat pada entri".into()) }
    }

    /// The first checkpoint over the leaf; its note is opened where it ends.
    fn checkpoint(&self, stored: &Stored, grown: &Frontier) -> Result<(), String> {
        let Some(StoredCheckpoint { size, note }) = &stored.checkpoint else {
            return Err("Tidak ada checkpoint yang mencakup entri ini: checkpoint dihapus, atau entri ditambahkan di luar kolektor".into());
        };
        if *size != stored.covered {
            return Err(format!(
                "Checkpoint untuk {} entri, yang pertama mencakup entri ini, hilang",
                stored.covered
            ));
        }
        if *size != grown.size() {
            return Ok(());
        }
        let checkpoint =
            open(note, self.verifier).map_err(|why| format!("Checkpoint untuk {size} entri {why}"))?;
        if checkpoint.size != *size {
            return Err(format!("Checkpoint untuk {} entri tersimpan sebagai {size} entri", checkpoint.size));
        }
        if checkpoint.root != grown.root() {
            return Err(format!(
                "Akar pohon tidak sesuai dengan checkpoint untuk {size} entri: riwayat diubah"
            ));
        }
        Ok(())
    }

    fn anchor(&mut self, grown: &Frontier) -> Result<(), String> {
        let size = grown.size();
        match self.anchors.get(&size) {
            Some(root) if *root != grown.root() => Err(format!(
                "Riwayat ditulis ulang: entri {} sampai {} bukan yang dilihat saksi",
                self.trusted,
                size - 1
            )),
            Some(_) => {
                self.trusted = size;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// The header of a report as its leaf tells it; `None` when the signature is not one.
fn claimed(leaf: &ReportLeaf) -> Option<Sealed> {
    Some(Sealed {
        agent: leaf.agent.clone(),
        sequence: leaf.sequence,
        taken_at: leaf.taken_at,
        body_digest: leaf.body,
        signature: BASE64.decode(leaf.signature.as_bytes()).ok()?.try_into().ok()?,
        body: Vec::new(),
    })
}

/// Opens a note, or says in words why it is not one of this ledger.
fn open(note: &str, verifier: &Verifier) -> Result<Checkpoint, &'static str> {
    match Checkpoint::open(note, verifier) {
        Ok(checkpoint) if checkpoint.origin == verifier.name => Ok(checkpoint),
        Ok(_) => Err("milik buku bukti lain"),
        Err(BadNote::Signature) => Err("tidak ditandatangani dengan kunci buku bukti ini"),
        Err(BadNote::Form | BadNote::Key) => Err("tidak berbentuk checkpoint"),
    }
}
