//! `/bukti/{indeks}`: one leaf of the ledger, with its proof checked before the reader's eyes, and the
//! report it is about.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use patuh_protocol::body;
use patuh_protocol::checkpoint::{Checkpoint, Verifier};
use patuh_protocol::merkle;
use patuh_protocol::receipt::{ActLeaf, Leaf as Content, Receipt, ReportLeaf};
use patuh_protocol::report::{Outcome, Report};
use patuh_protocol::seal::Sealed;

use super::super::error::Error;
use super::super::format::{Format, When, number, took};
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::evidence::act_words;
use super::{host_name, office_name, page};
use crate::store::LeafRow;
use crate::tasks::evaluate::Judged;

#[derive(Template)]
#[template(path = "leaf.html")]
pub(crate) struct Leaf {
    shell: Shell,
    index: u64,
    index_text: String,
    hash: String,
    text: String,
    report: Option<ReportView>,
    act: Option<ActView>,
    proof: Option<ProofView>,
    /// The index before and after, where there is one.
    before: Option<u64>,
    after: Option<u64>,
}

/// A report as its leaf and its sealed bytes tell of it.
struct ReportView {
    agent: String,
    host: String,
    office: String,
    office_code: String,
    sequence: String,
    taken: When,
    received: When,
    body: String,
    sealed: Option<SealedView>,
}

/// The sealed report that is kept beside the leaf.
struct SealedView {
    size: String,
    header: String,
    /// Whether it is the very report that the leaf is about.
    matches: bool,
    agent_version: Option<String>,
    sections: Vec<SectionLine>,
    fault: Option<&'static str>,
}

/// A section of the report.
struct SectionLine {
    sensor: String,
    took: String,
    /// `ok`, `nihil` or `gagal`.
    slug: &'static str,
    word: &'static str,
    why: Option<String>,
}

/// An act.
struct ActView {
    when: When,
    who: String,
    act: String,
    words: String,
    about: String,
}

/// The proof that the leaf stands in the ledger.
struct ProofView {
    checkpoint: String,
    size: String,
    root: String,
    path: Vec<String>,
    /// Whether it holds, checked while the page was made.
    holds: bool,
}

impl Leaf {
    /// The page of a leaf with its receipt and the sealed report, as far as they are kept.
    pub(crate) fn new(
        shell: Shell,
        judged: &Judged,
        row: &LeafRow,
        receipt: Option<&Receipt>,
        sealed: Option<&[u8]>,
        verifier: &Verifier,
        format: &Format,
    ) -> Self {
        let (report, act) = match &row.leaf {
            Content::Report(leaf) => (Some(ReportView::new(judged, leaf, sealed, format)), None),
            Content::Act(act) => (None, Some(ActView::new(act, format))),
        };
        Self {
            shell,
            index: row.index,
            index_text: number(row.index),
            hash: row.hash.to_string(),
            text: row.text.clone(),
            report,
            act,
            proof: receipt.map(|receipt| ProofView::new(row, receipt, verifier)),
            before: row.index.checked_sub(1),
            after: (row.index + 1 < judged.size).then_some(row.index + 1),
        }
    }
}

impl ReportView {
    fn new(judged: &Judged, leaf: &ReportLeaf, sealed: Option<&[u8]>, format: &Format) -> Self {
        let server = judged.estate.servers.iter().find(|s| s.id == leaf.agent.as_str());
        Self {
            agent: leaf.agent.to_string(),
            host: host_name(server.map_or("", |s| &s.name), leaf.agent.as_str()),
            office: office_name(judged, leaf.office.as_str()),
            office_code: leaf.office.to_string(),
            sequence: number(leaf.sequence),
            taken: format.when(leaf.taken_at),
            received: format.when(leaf.received_at),
            body: leaf.body.to_string(),
            sealed: sealed.map(|bytes| SealedView::new(leaf, bytes)),
        }
    }
}

impl SealedView {
    fn new(leaf: &ReportLeaf, bytes: &[u8]) -> Self {
        let mut view = Self {
            size: super::super::format::bytes(bytes.len() as u64),
            header: String::new(),
            matches: false,
            agent_version: None,
            sections: Vec::new(),
            fault: None,
        };
        match Sealed::parse(bytes) {
            Ok(sealed) => view.read(leaf, &sealed),
            Err(_) => view.fault = Some("kepalanya tidak utuh, atau isinya bukan yang disebut kepalanya"),
        }
        view
    }

    fn read(&mut self, leaf: &ReportLeaf, sealed: &Sealed) {
        self.header = sealed.signed_text();
        self.matches = leaf.is_of(sealed);
        match body::open(&sealed.body) {
            Ok(report) => self.take(&report),
            Err(_) => self.fault = Some("kemasan isinya rusak, atau isinya bukan laporan"),
        }
    }

    fn take(&mut self, report: &Report) {
        self.agent_version = Some(report.agent_version.clone());
        self.sections = report.sections.iter().map(SectionLine::new).collect();
    }
}

impl SectionLine {
    fn new(section: &patuh_protocol::report::Section) -> Self {
        let (slug, word, why) = match &section.outcome {
            Outcome::Ok(_) => ("ok", "Terbaca", None),
            Outcome::Same => ("ok", "Terbaca, sama seperti sebelumnya", None),
            Outcome::Nothing => ("nihil", "Tidak ada di mesin ini", None),
            Outcome::Failed(why) => ("gagal", "Gagal dibaca", Some(why.clone())),
        };
        Self { sensor: section.sensor.clone(), took: took(section.took_us), slug, word, why }
    }
}

impl ActView {
    fn new(act: &ActLeaf, format: &Format) -> Self {
        Self {
            when: format.when(act.at),
            who: act.who.clone(),
            act: act.act.clone(),
            words: act_words(&act.act).to_owned(),
            about: act.about.clone(),
        }
    }
}

impl ProofView {
    fn new(row: &LeafRow, receipt: &Receipt, verifier: &Verifier) -> Self {
        let opened = Checkpoint::open(&receipt.checkpoint, verifier).ok();
        let holds = opened.as_ref().is_some_and(|checkpoint| {
            let leaf = merkle::leaf_hash(receipt.leaf.as_bytes());
            let same = receipt.leaf == row.text && receipt.index == row.index && leaf == row.hash;
            same && merkle::includes(&leaf, row.index, checkpoint.size, &receipt.proof, &checkpoint.root)
        });
        Self {
            checkpoint: receipt.checkpoint.clone(),
            size: opened.as_ref().map_or_else(|| "–".to_owned(), |c| number(c.size)),
            root: opened.map_or_else(|| "–".to_owned(), |c| c.root.to_string()),
            path: receipt.proof.iter().map(ToString::to_string).collect(),
            holds,
        }
    }
}

fn index(text: &str) -> Result<u64, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// `GET /bukti/{indeks}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(text): Path<String>,
) -> Result<Html<String>, Error> {
    let (index, store) = (index(&text)?, &desk.web.store);
    let row = store.leaf(index).await?.ok_or(Error::NotFound)?;
    let scene = desk.scene(&person, Place::Evidence).await?;
    let (receipt, sealed) = (store.receipt(index).await?, store.sealed(index).await?);
    let (receipt, sealed) = (receipt.as_ref(), sealed.as_deref());
    page(&Leaf::new(scene.shell, &scene.judged, &row, receipt, sealed, &desk.web.verifier, &scene.format))
}

/// `GET /bukti/{indeks}/laporan`: the sealed bytes, as the agent sent them.
pub(crate) async fn report(
    State(desk): State<App>,
    _: Person,
    Path(text): Path<String>,
) -> Result<Response, Error> {
    let index = index(&text)?;
    let bytes = desk.web.store.sealed(index).await?.ok_or(Error::NotFound)?;
    Ok(file(&format!("laporan-{index}.patuh"), "application/octet-stream", bytes))
}

/// `GET /bukti/{indeks}/tanda-terima.json`: the receipt, as the agent got it.
pub(crate) async fn receipt(
    State(desk): State<App>,
    _: Person,
    Path(text): Path<String>,
) -> Result<Response, Error> {
    let index = index(&text)?;
    let receipt = desk.web.store.receipt(index).await?.ok_or(Error::NotFound)?;
    let json = serde_json::to_vec_pretty(&receipt).map_err(|e| Error::Ledger(e.to_string()))?;
    Ok(file(&format!("tanda-terima-{index}.json"), "application/json", json))
}

/// A file to be kept, never to be shown in the browser.
pub(super) fn file(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use patuh_protocol::id::AgentId;
    use ring::signature::Ed25519KeyPair;

    use super::*;

    fn check(bytes: &dyn Fn(&Sealed) -> Vec<u8>, expected: &str) {
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let sealed =
            Sealed::new(&key, AgentId::of_key(&[7; 32]), 1, Timestamp::UNIX_EPOCH, b"no zstd".to_vec());
        let leaf = ReportLeaf::new(&sealed, "dinkes".parse().unwrap(), Timestamp::UNIX_EPOCH);
        assert_eq!(SealedView::new(&leaf, &bytes(&sealed)).fault, Some(expected));
    }

    #[test]
    fn a_damaged_report_is_told_as_officers_read_it() {
        check(&|_| b"x".to_vec(), "kepalanya tidak utuh, atau isinya bukan yang disebut kepalanya");
        check(&Sealed::to_bytes, "kemasan isinya rusak, atau isinya bukan laporan");
    }
}
