//! The two listeners: agents (mutual TLS) and people (sessions). Two listeners, two routers, never one.

mod accept;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::clock::Clock;
use crate::config::Config;
use crate::identity::listener::ListenerCertificate;
use crate::identity::{self, Authority};

use accept::Connections;

/// Connections of agents at one time. A report takes well under a second, so this serves some ten thousand.
const AGENTS: usize = 2048;
/// Connections of people at one time.
const PEOPLE: usize = 512;

/// Both listeners, at work.
#[derive(Debug)]
pub struct Server {
    /// Where the agents' listener listens.
    pub agents: SocketAddr,
    /// Where the people's listener listens.
    pub web: SocketAddr,
    stop: watch::Sender<()>,
    tasks: [JoinHandle<()>; 2],
}

/// Why a listener cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken or not this host's.
    #[error(
        "tidak dapat mendengarkan pada {address}; periksa apakah alamat itu milik mesin ini dan portanya belum dipakai"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate for the pages cannot be used.
    #[error("sertifikat web {} dengan kunci {} tidak dapat dipakai: {what}", certificate.display(), key.display())]
    Certificate {
        /// The file with the chain.
        certificate: PathBuf,
        /// The file with the key.
        key: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A certificate of the own CA.
    #[error(transparent)]
    Identity(#[from] identity::Error),
}

impl Server {
    /// Listens for agents, answered by `agents`, and for people, answered by `web`.
    ///
    /// # Errors
    /// [`Error`], with the address or the file.
    pub async fn start(
        config: &Config,
        authority: &Arc<Authority>,
        clock: &Clock,
        agents: Router,
        web: Router,
    ) -> Result<Self, Error> {
        let (for_agents, agents_at) = bind(config.agents.listen).await?;
        let (for_people, web_at) = bind(config.web.listen).await?;
        let certificate = certificate(config, authority, clock)?;
        let tls = tls::agents(authority, certificate, Arc::clone(clock))?;
        let agents = Connections { tls: Some(acceptor(tls)), router: agents, at_most: AGENTS };
        let web = Connections { tls: web_tls(config, authority, clock)?, router: web, at_most: PEOPLE };
        let (stop, stopped) = watch::channel(());
        let tasks = [
            tokio::spawn(agents.serve(for_agents, stopped.clone())),
            tokio::spawn(web.serve(for_people, stopped)),
        ];
        Ok(Self { agents: agents_at, web: web_at, stop, tasks })
    }

    /// Stops accepting, lets requests under way come to their end, and returns when all is quiet.
    pub async fn stop(self) {
        self.stop.send_replace(());
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "listener broken");
            }
        }
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Whether the pages are served in the clear: only to this very host, such as to a reverse proxy.
#[must_use]
pub fn web_is_plain(config: &Config) -> bool {
    config.web.tls.is_none() && config.web.listen.ip().is_loopback()
}

fn web_tls(config: &Config, authority: &Arc<Authority>, clock: &Clock) -> Result<Option<TlsAcceptor>, Error> {
    let tls = match &config.web.tls {
        Some(files) => tls::web_with(files)?,
        None if web_is_plain(config) => return Ok(None),
        None => tls::web(certificate(config, authority, clock)?)?,
    };
    Ok(Some(acceptor(tls)))
}

/// A certificate for the names of `agents.hosts` and the addresses listened at.
fn certificate(
    config: &Config,
    authority: &Arc<Authority>,
    clock: &Clock,
) -> Result<ListenerCertificate, identity::Error> {
    let own =
        [config.agents.listen.ip(), config.web.listen.ip()].into_iter().filter(|ip| !ip.is_unspecified());
    let mut hosts = config.agents.hosts.clone();
    hosts.extend(own.map(|ip| ip.to_string()));
    hosts.sort();
    hosts.dedup();
    ListenerCertificate::new(Arc::clone(authority), hosts, Arc::clone(clock))
}

fn acceptor(config: rustls::ServerConfig) -> TlsAcceptor {
    TlsAcceptor::from(Arc::new(config))
}
