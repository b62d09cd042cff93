//! The certificate of a listener: made by the own CA, kept in memory only, remade long before it expires.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::ca::{Authority, SERVER_LIFE};
use super::error::Error;
use crate::clock::Clock;

/// A certificate that renews itself.
pub struct ListenerCertificate {
    authority: Arc<Authority>,
    hosts: Vec<String>,
    clock: Clock,
    current: RwLock<Current>,
}

struct Current {
    made_at: Timestamp,
    key: Arc<CertifiedKey>,
}

impl ListenerCertificate {
    /// A certificate for a listener reached by `hosts`.
    ///
    /// # Errors
    /// When the first one cannot be made.
    pub fn new(authority: Arc<Authority>, hosts: Vec<String>, clock: Clock) -> Result<Self, Error> {
        let current = RwLock::new(make(&authority, &hosts, clock())?);
        Ok(Self { authority, hosts, clock, current })
    }

    /// The certificate to show now. When a new one cannot be made, the old one still serves.
    pub(super) fn current(&self) -> Arc<CertifiedKey> {
        let now = (self.clock)();
        {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            if is_fresh(current.made_at, now) {
                return Arc::clone(&current.key);
            }
        }
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if !is_fresh(current.made_at, now) {
            match make(&self.authority, &self.hosts, now) {
                Ok(made) => *current = made,
                Err(error) => tracing::error!(%error, "server certificate not renewed"),
            }
        }
        Arc::clone(&current.key)
    }
}

/// Two thirds of its life; and a clock that was set back by a day counts too.
fn is_fresh(made_at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(made_at);
    age < SERVER_LIFE * 2 / 3 && age > -super::ca::BACKDATED
}

fn make(authority: &Authority, hosts: &[String], now: Timestamp) -> Result<Current, Error> {
    Ok(Current { made_at: now, key: Arc::new(authority.server_certificate(hosts, now)?) })
}

impl ResolvesServerCert for ListenerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl fmt::Debug for ListenerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenerCertificate").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}
