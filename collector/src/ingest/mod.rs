//! What agents may ask of the collector, and how their reports come in. The agents' listener serves this
//! router and nothing else.

mod admit;
mod arrivals;
mod body;
mod enrol;
mod refusal;
mod writer;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::id::AgentId;
use patuh_protocol::receipt::Answer;
use patuh_protocol::seal::Sealed;
use patuh_protocol::{CERTIFICATE_PATH, ENROL_PATH, REPORTS_PATH, TREE_SIZE_HEADER, limits};
use tokio::sync::Semaphore;

use self::arrivals::Arrivals;
use crate::clock::Clock;
use crate::identity::Authority;
use crate::identity::peer::Peer;
use crate::store::{self, Appended, Entry, Store};

pub use refusal::Refused;
pub use writer::Writer;

/// How many bodies are unpacked at once: with the limits of [`limits`] some 130 MiB at worst.
const UNPACKED_AT_ONCE: usize = 8;

/// What the agents' requests need.
pub struct Ingest {
    store: Store,
    writer: Writer,
    authority: Arc<Authority>,
    verifier: Verifier,
    clock: Clock,
    unpacking: Semaphore,
    arrivals: Arrivals,
}

impl Ingest {
    /// Takes reports into `store` by `writer`, and signs certificates with `authority`.
    #[must_use]
    pub fn new(
        store: Store,
        writer: Writer,
        authority: Arc<Authority>,
        verifier: Verifier,
        clock: Clock,
    ) -> Self {
        let (unpacking, arrivals) = (Semaphore::const_new(UNPACKED_AT_ONCE), Arrivals::default());
        Self { store, writer, authority, verifier, clock, unpacking, arrivals }
    }

    /// Unpacks a report on a thread that may be busy for long.
    async fn open(&self, sealed: Sealed) -> Result<Entry, Refused> {
        let agent = self.store.agent(&sealed.agent).await.map_err(|error| unavailable(&error))?;
        let _permit = self.unpacking.acquire().await.map_err(|_| Refused::Unavailable)?;
        let opened = tokio::task::spawn_blocking(move || admit::open(sealed, agent)).await;
        opened.map_err(|_| Refused::Unavailable)?
    }

    async fn answer(&self, appended: Appended, tree_size: Option<u64>) -> Result<Answer, Refused> {
        match appended {
            Appended::Stands(receipt) => {
                self.store.answer(receipt, tree_size).await.map_err(|error| unavailable(&error))
            }
            Appended::Conflict => Err(Refused::Conflict),
        }
    }
}

/// The routes of the agents' listener.
pub fn router(ingest: Ingest) -> Router {
    Router::new()
        .route(ENROL_PATH, post(enrol))
        .route(CERTIFICATE_PATH, post(certificate))
        .route(REPORTS_PATH, post(reports))
        .route("/v1/health", get(async || "ok"))
        .fallback(async || Refused::NoSuchPath)
        .with_state(Arc::new(ingest))
}

async fn enrol(State(ingest): State<Arc<Ingest>>, request: Request<Body>) -> Result<Response, Refused> {
    let grant = enrol::enrol(&ingest, request).await?;
    Ok(refusal::json(StatusCode::OK, &grant))
}

async fn certificate(State(ingest): State<Arc<Ingest>>, request: Request<Body>) -> Result<Response, Refused> {
    let grant = enrol::renew(&ingest, request).await?;
    Ok(refusal::json(StatusCode::OK, &grant))
}

async fn reports(State(ingest): State<Arc<Ingest>>, request: Request<Body>) -> Result<Response, Refused> {
    let peer = request.extensions().get::<Peer>().and_then(|Peer(agent)| agent.clone());
    let tree_size = tree_size(request.headers());
    let from = came_from(&request);
    if peer.is_none() {
        return Err(logged(Refused::NoCertificate, None, None));
    }
    let read = body::read(request, limits::MAX_SEALED).await;
    let sealed = read.and_then(|bytes| admit::read(&bytes, peer.as_ref()));
    let sealed = sealed.map_err(|refused| logged(refused, peer.as_ref(), None))?;
    let sequence = sealed.sequence;
    let answer = take(&ingest, sealed, tree_size).await;
    let answer = answer.map_err(|refused| logged(refused, peer.as_ref(), Some(sequence)))?;
    if let (Some(agent), Some(address)) = (&peer, from) {
        ingest.arrivals.note(&ingest.store, agent, address, (ingest.clock)()).await;
    }
    tracing::debug!(agent = name_of(peer.as_ref()), sequence, index = answer.receipt.index, "report taken");
    Ok(refusal::json(StatusCode::OK, &answer))
}

/// The other end of the connection, which the listener puts into each request.
fn came_from(request: &Request<Body>) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

async fn take(ingest: &Ingest, sealed: Sealed, tree_size: Option<u64>) -> Result<Answer, Refused> {
    let entry = ingest.open(sealed).await?;
    let shortened = shortened(&entry);
    let appended = ingest.writer.append(entry).await?;
    let mut answer = ingest.answer(appended, tree_size).await?;
    if let Some(agent) = shortened {
        // Asked of what is stored, not of what was just done: whoever asks twice is answered the same.
        let lost = ingest.store.base_lost(&agent, answer.receipt.index).await;
        answer.full = lost.map_err(|error| unavailable(&error))?;
        if answer.full {
            tracing::warn!(
                agent = agent.as_str(),
                index = answer.receipt.index,
                "base lost, asking for everything"
            );
        }
    }
    Ok(answer)
}

/// The agent of a report that leaves out what was handed in before.
fn shortened(entry: &Entry) -> Option<AgentId> {
    match entry {
        Entry::Report { sealed, report, .. } => report.base.map(|_| sealed.agent.clone()),
        Entry::Act(_) => None,
    }
}

/// The checkpoint that the agent holds; a header that is no number counts as none.
fn tree_size(headers: &HeaderMap) -> Option<u64> {
    headers.get(TREE_SIZE_HEADER)?.to_str().ok()?.parse().ok()
}

/// The one log line of a refused report.
fn logged(refused: Refused, agent: Option<&AgentId>, sequence: Option<u64>) -> Refused {
    tracing::warn!(agent = name_of(agent), sequence, reason = ?refused, "report refused");
    refused
}

fn name_of(agent: Option<&AgentId>) -> &str {
    agent.map_or("-", AgentId::as_str)
}

/// The store failed: the reason is for our log only.
fn unavailable(error: &store::Error) -> Refused {
    tracing::error!(%error, "store failed");
    Refused::Unavailable
}
