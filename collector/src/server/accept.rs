//! The accept loop of one listener. Our own, because `axum::serve` has no header timeout (a silent connection
//! stays open for ever) and hands no client certificate on.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::identity::peer::{self, Peer};

/// For the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// For a request's head, and between two requests on one connection.
const HEAD: Duration = Duration::from_secs(5);
/// The largest head of a request.
const MAX_HEAD: usize = 16 * 1024;
/// For requests under way when the collector stops.
const DRAIN: Duration = Duration::from_secs(10);

/// One listener's connections.
#[derive(Clone)]
pub(super) struct Connections {
    /// How requests are encrypted; `None` on a loopback address only.
    pub(super) tls: Option<TlsAcceptor>,
    /// What answers them.
    pub(super) router: Router,
    /// How many connections there may be. More wait in the kernel's queue.
    pub(super) at_most: usize,
}

impl Connections {
    /// Serves until `stop` changes, then lets requests under way come to their end.
    pub(super) async fn serve(self, listener: TcpListener, mut stop: watch::Receiver<()>) {
        let permits = Arc::new(Semaphore::new(self.at_most));
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                (stream, address, permit) = accept(&listener, &permits) => {
                    let (connections, stop) = (self.clone(), stop.clone());
                    open.spawn(async move {
                        connections.connection(stream, address, stop).await;
                        drop(permit);
                    });
                }
                Some(_) = open.join_next() => {}
                _ = stop.changed() => break,
            }
        }
        drop(listener);
        if timeout(DRAIN, async { while open.join_next().await.is_some() {} }).await.is_err() {
            tracing::warn!(connections = open.len(), "connections cut off");
        }
        open.shutdown().await;
    }

    async fn connection(self, stream: TcpStream, address: SocketAddr, stop: watch::Receiver<()>) {
        let Some(tls) = &self.tls else {
            return requests(stream, address, Peer(None), self.router, stop).await;
        };
        match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let certificates = stream.get_ref().1.peer_certificates();
                let agent = certificates.and_then(|chain| chain.first()).and_then(peer::agent_of);
                requests(stream, address, Peer(agent), self.router, stop).await;
            }
            Ok(Err(error)) => tracing::debug!(%address, %error, "handshake failed"),
            Err(_) => tracing::debug!(%address, "handshake too slow"),
        }
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // Never closed, so a permit always comes.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, permit),
            Err(error) => {
                // Out of file descriptors, most likely: let some connections end.
                tracing::error!(%error, "connection not accepted");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

/// Answers the requests of one connection with `router`.
async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    address: SocketAddr,
    peer: Peer,
    router: Router,
    mut stop: watch::Receiver<()>,
) {
    let service =
        service_fn(|request: Request<Incoming>| answer(request, address, peer.clone(), router.clone()));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_header_size(MAX_HEAD);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%address, %error, "connection broken");
    }
}

async fn answer(
    mut request: Request<Incoming>,
    address: SocketAddr,
    peer: Peer,
    router: Router,
) -> Result<axum::response::Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(address));
    request.extensions_mut().insert(peer);
    router.oneshot(request.map(Body::new)).await
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::time::Instant;

    use super::*;

    /// A connection to a router with one page, and what stops it.
    fn connect() -> (DuplexStream, watch::Sender<()>) {
        let router = Router::new().route("/", get(async || "ok"));
        let (client, server) = tokio::io::duplex(1024);
        let (stop, stopped) = watch::channel(());
        let address = SocketAddr::from(([127, 0, 0, 1], 9));
        tokio::spawn(requests(server, address, Peer(None), router, stopped));
        (client, stop)
    }

    /// What comes back until the end for `sent`, and after how many seconds the end came.
    async fn check(sent: &str) -> (String, u64) {
        let (mut client, _stop) = connect();
        let began = Instant::now();
        // The server may hang up before all is written: what it said meanwhile is what counts.
        let _ = client.write_all(sent.as_bytes()).await;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        (answer, began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_or_slow_head_is_given_up() {
        assert_eq!(check("").await.1, 5);
        assert_eq!(check("GET / HTTP/1.1\r\nHos").await.1, 5);
        let (answer, seconds) = check("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert_eq!(seconds, 5, "a connection at rest is closed too");
    }

    #[tokio::test(start_paused = true)]
    async fn an_enormous_head_is_refused() {
        let head = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(MAX_HEAD));
        let (answer, _) = check(&head).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn stopping_ends_a_connection_at_rest_at_once() {
        let (mut client, stop) = connect();
        let began = Instant::now();
        tokio::task::yield_now().await;
        stop.send(()).unwrap();
        assert_eq!(client.read_to_end(&mut vec![]).await.unwrap(), 0);
        assert_eq!(began.elapsed().as_secs(), 0);
    }
}
