//! The uplink: the only room of the agent that opens a socket, and only outwards, to the one collector it
//! was enrolled with.
//!
//! ```text
//! POST /v1/enrol         once, with a token          server-authenticated: the CA is pinned by the token
//! POST /v1/certificate   at half of its life         server-authenticated; signed with the identity key
//! POST /v1/reports       each report                 mutual TLS; answered with a receipt
//! ```
//! A receipt is believed when it proves that this very report stands in the ledger, and that the ledger
//! only grew since the checkpoint kept from the last time. The newest checkpoint is kept before the answer
//! is given on: every agent is a witness that the ledger was not rewritten.
//!
//! Clocks of servers are wrong, often by decades. Certificates are checked against the later of the host's
//! clock and the latest time that the collector has proved: a host whose clock stands at 1970 still
//! reports. One that is years ahead fails, and says why.

pub mod backoff;
mod enrol;
mod failure;
mod http;
mod tls;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::checkpoint::{Checkpoint, Verifier};
use patuh_protocol::enrolment::{CertificateRequest, Grant};
use patuh_protocol::receipt::{Answer, Leaf, Receipt};
use patuh_protocol::seal::Sealed;
use patuh_protocol::{CERTIFICATE_PATH, REPORTS_PATH, TREE_SIZE_HEADER};
use reqwest::{Client, Url};

pub use self::enrol::{Enrolment, enrol};
pub use self::failure::SendError;

use self::tls::GivenTime;
use crate::durable;
use crate::identity::tls::{Fresh, Pair};
use crate::identity::{self, Identity};

const CHECKPOINT: &str = "checkpoint";
const RECEIPT: &str = "receipt.json";

/// The way to the collector.
#[derive(Debug)]
pub struct Uplink {
    state: PathBuf,
    identity: Identity,
    enrolment: Enrolment,
    url: Url,
    ledger: Verifier,
    checkpoint: Option<Checkpoint>,
    /// `None` when it is lost or damaged: then the next one is fetched at once.
    pair: Option<Pair>,
    time: Arc<GivenTime>,
    /// The latest time that is known to have come.
    floor: Timestamp,
    client: Client,
}

/// There is no way to the collector.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not enrolled yet.
    #[error(
        "server ini belum didaftarkan; mintalah token kepada Dinas Kominfo, lalu jalankan: patuh-agent enrol \
         --collector https://ALAMAT:8443 --token TOKEN"
    )]
    NotEnrolled,
    /// The address is not one.
    #[error("alamat kolektor {0:?} tidak dapat dipakai; tulis misalnya https://patuh.contoh.go.id:8443")]
    Url(String),
    /// A file of the state directory is damaged.
    #[error("berkas {0} rusak; daftarkan server ini sekali lagi dengan token baru: patuh-agent enrol")]
    Damaged(String),
    /// The kept checkpoint is not one of this ledger.
    #[error(
        "berkas {0} bukan checkpoint buku bukti kolektor ini; laporkan kepada pengelola kolektor, lalu \
         pindahkan berkas itu"
    )]
    Checkpoint(String),
    /// The collector's grant is not what was asked for.
    #[error("jawaban kolektor atas pendaftaran tidak dapat diterima: {0}")]
    Grant(&'static str),
    /// The identity key.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The TLS key and certificate.
    #[error(transparent)]
    Certificate(#[from] identity::tls::Error),
    /// Other files.
    #[error(transparent)]
    File(#[from] durable::Error),
    /// The exchange with the collector.
    #[error(transparent)]
    Exchange(#[from] SendError),
    /// TLS could not be set up.
    #[error("sambungan TLS tidak dapat disiapkan")]
    Tls(#[from] rustls::Error),
    /// The client could not be set up.
    #[error("sambungan HTTP tidak dapat disiapkan")]
    Http(#[from] reqwest::Error),
}

impl Uplink {
    /// Opens the way to the collector that the state directory was enrolled with. Opens no socket yet.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`], or what is wrong with the files.
    pub fn open(state: &Path) -> Result<Self, Error> {
        let enrolment = Enrolment::load(state)?.ok_or(Error::NotEnrolled)?;
        let identity = Identity::load(state)?.ok_or(Error::NotEnrolled)?;
        let url = Url::parse(&enrolment.url).map_err(|_| Error::Url(enrolment.url.clone()))?;
        let ledger = enrolment.ledger()?;
        let checkpoint = held(state, &ledger)?;
        let pair = match Pair::load(state) {
            Err(identity::tls::Error::Unusable(why)) => {
                tracing::warn!(why, "certificate lost, another one will be fetched");
                None
            }
            pair => Some(pair?),
        };
        let received = receipt(state)?.and_then(|receipt| received_at(&receipt));
        let floor = received.max(pair.as_ref().map(|pair| pair.not_before)).unwrap_or_default();
        let time = Arc::new(GivenTime::default());
        let client = http::client(tls::known(enrolment.ca()?, pair.as_ref(), Arc::clone(&time))?)?;
        let state = state.to_owned();
        Ok(Self { state, identity, enrolment, url, ledger, checkpoint, pair, time, floor, client })
    }

    /// Hands in one sealed report. The answer's receipt is checked, and the checkpoint kept.
    ///
    /// # Errors
    /// [`SendError`], sorted by what is to be done; the report must be kept, except for
    /// [`SendError::Rejected`].
    pub async fn send(&mut self, sealed: &[u8], now: Timestamp) -> Result<Answer, SendError> {
        let damaged = |_| SendError::Rejected { status: 0, what: "berkas laporan rusak".to_owned() };
        let report = Sealed::parse(sealed).map_err(damaged)?;
        self.time.set(now.max(self.floor));
        let mut request = self.client.post(self.path(REPORTS_PATH)).body(sealed.to_vec());
        if let Some(held) = &self.checkpoint {
            request = request.header(TREE_SIZE_HEADER, held.size);
        }
        let answer: Answer = http::exchange(request).await?;
        let proved = answer.verify(&report, self.checkpoint.as_ref(), &self.ledger);
        self.keep(&answer, proved.map_err(SendError::Unproven)?)?;
        Ok(answer)
    }

    /// Gets the next certificate when half of this one's life is over, give or take a tenth that is this
    /// agent's own; whether it did. Needs no valid certificate: a host that was off for a year comes back.
    ///
    /// # Errors
    /// [`SendError`]; the certificate that is there stays.
    pub async fn renew_if_due(&mut self, now: Timestamp) -> Result<bool, SendError> {
        let now = now.max(self.floor);
        if now < self.renewal() {
            return Ok(false);
        }
        self.time.set(now);
        let fresh = Fresh::generate()?;
        let csr = fresh.request(&self.identity.agent())?;
        let request = CertificateRequest::new(self.identity.key(), csr, None);
        let client = self.client_with(None)?;
        let body = serde_json::to_vec(&request).unwrap_or_default();
        let grant: Grant = http::exchange(client.post(self.path(CERTIFICATE_PATH)).body(body)).await?;
        // CA and ledger key stay those of the enrolment: they change by a new enrolment only.
        let pair = fresh.with(&grant.certificate)?;
        let client = self.client_with(Some(&pair))?;
        pair.save(&self.state)?;
        self.floor = self.floor.max(pair.not_before);
        (self.pair, self.client) = (Some(pair), client);
        Ok(true)
    }

    /// When the next certificate is to be fetched.
    #[must_use]
    pub fn renewal(&self) -> Timestamp {
        let Some(pair) = &self.pair else { return Timestamp::MIN };
        let life = pair.not_after.duration_since(pair.not_before).as_secs();
        let permille = 400 + i64::try_from(self.identity.agent().spread() % 201).unwrap_or(100);
        let after = SignedDuration::from_secs(life / 1000 * permille);
        pair.not_before.checked_add(after).unwrap_or(pair.not_after)
    }

    fn path(&self, path: &str) -> Url {
        self.url.join(path).unwrap_or_else(|_| self.url.clone())
    }

    fn client_with(&self, pair: Option<&Pair>) -> Result<Client, SendError> {
        let unusable = || identity::tls::Error::Unusable("sambungan TLS tidak dapat disiapkan dengannya");
        let ca = self.enrolment.ca().map_err(|_| unusable())?;
        let tls = tls::known(ca, pair, Arc::clone(&self.time)).map_err(|_| unusable())?;
        Ok(http::client(tls).map_err(|_| unusable())?)
    }

    /// The checkpoint first: it is what the next answer is held against.
    fn keep(&mut self, answer: &Answer, newest: Checkpoint) -> Result<(), SendError> {
        if self.checkpoint.as_ref() != Some(&newest) {
            durable::write(&self.state.join(CHECKPOINT), answer.checkpoint.as_bytes())?;
            self.checkpoint = Some(newest);
        }
        let receipt = serde_json::to_vec(&answer.receipt).unwrap_or_default();
        durable::write(&self.state.join(RECEIPT), &receipt)?;
        self.floor = received_at(&answer.receipt).map_or(self.floor, |time| time.max(self.floor));
        Ok(())
    }
}

/// The last receipt kept in the state directory.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn receipt(state: &Path) -> Result<Option<Receipt>, Error> {
    let bytes = durable::read(&state.join(RECEIPT))?;
    // A damaged one costs a line of the status and nothing else.
    Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// When the collector took the report of a receipt, by its clock.
#[must_use]
pub fn received_at(receipt: &Receipt) -> Option<Timestamp> {
    match serde_json::from_str(&receipt.leaf) {
        Ok(Leaf::Report(leaf)) => Some(leaf.received_at),
        _ => None,
    }
}

/// The checkpoint kept in the state directory, which the next answer must extend.
///
/// # Errors
/// [`Error::Checkpoint`] when it is not one of `ledger`.
pub fn held(state: &Path, ledger: &Verifier) -> Result<Option<Checkpoint>, Error> {
    let path = state.join(CHECKPOINT);
    let Some(bytes) = durable::read(&path)? else { return Ok(None) };
    let checkpoint = Checkpoint::open(&String::from_utf8_lossy(&bytes), ledger);
    checkpoint.map(Some).map_err(|_| Error::Checkpoint(path.display().to_string()))
}

#[cfg(test)]
mod tests;
