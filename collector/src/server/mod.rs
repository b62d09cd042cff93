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

/// Both listeners, bound and not yet serving. Binding comes first: a collector whose address is taken must
/// fail before it wrote anything.
#[derive(Debug)]
pub struct Listeners {
    agents: (TcpListener, SocketAddr),
    web: (TcpListener, SocketAddr),
    tls: ServerConfigs,
}

#[derive(Debug)]
struct ServerConfigs {
    agents: TlsConfig,
    web: Option<TlsConfig>,
}

type TlsConfig = Arc<rustls::ServerConfig>;

impl Listeners {
    /// Takes the addresses and reads the certificates.
    ///
    /// # Errors
    /// [`Error`], with the address or the file.
    pub async fn bind(config: &Config, authority: &Arc<Authority>, clock: &Clock) -> Result<Self, Error> {
        let own = certificate(config, authority, clock)?;
        let tls = ServerConfigs {
            agents: Arc::new(tls::agents(authority, own, Arc::clone(clock))?),
            web: web_tls(config, authority, clock)?.map(Arc::new),
        };
        Ok(Self { agents: bind(config.agents.listen).await?, web: bind(config.web.listen).await?, tls })
    }

    /// Serves agents by `agents`, and people by `web`.
    #[must_use]
    pub fn serve(self, agents: Router, web: Router) -> Server {
        let Self { agents: (for_agents, agents_at), web: (for_people, web_at), tls } = self;
        let agents = Connections { tls: Some(tls.agents.into()), router: agents, at_most: AGENTS };
        let web = Connections { tls: tls.web.map(Into::into), router: web, at_most: PEOPLE };
        let (stop, stopped) = watch::channel(());
        let tasks = [
            tokio::spawn(agents.serve(for_agents, stopped.clone())),
            tokio::spawn(web.serve(for_people, stopped)),
        ];
        Server { agents: agents_at, web: web_at, stop, tasks }
    }
}

impl Server {
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

fn web_tls(
    config: &Config,
    authority: &Arc<Authority>,
    clock: &Clock,
) -> Result<Option<rustls::ServerConfig>, Error> {
    match &config.web.tls {
        Some(files) => tls::web_with(files).map(Some),
        None if web_is_plain(config) => Ok(None),
        None => Ok(Some(tls::web(certificate(config, authority, clock)?)?)),
    }
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
