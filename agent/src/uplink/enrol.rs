//! Enrolment: trading a token for a certificate, once.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use patuh_protocol::ENROL_PATH;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use reqwest::Url;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};

use super::{CHECKPOINT, Error, RECEIPT, http, tls};
use crate::durable;
use crate::identity::Identity;
use crate::identity::tls::{Fresh, Pair};
use crate::spool;

const FILE: &str = "enrolment.json";
/// The agents' port of a collector, for addresses that name none.
const PORT: u16 = 8443;

/// Where an agent belongs, kept from its enrolment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The collector's address.
    pub url: String,
    /// What was granted. Its certificate is the first one; the current one is in `tls.pem`.
    pub grant: Grant,
}

impl Enrolment {
    /// The enrolment kept in the state directory, when there is one.
    ///
    /// # Errors
    /// When it cannot be read or is damaged.
    pub fn load(state: &Path) -> Result<Option<Self>, Error> {
        let path = state.join(FILE);
        let Some(bytes) = durable::read(&path)? else { return Ok(None) };
        let read = serde_json::from_slice(&bytes);
        read.map(Some).map_err(|_| Error::Damaged(path.display().to_string()))
    }

    /// The CA's certificate.
    pub(super) fn ca(&self) -> Result<CertificateDer<'static>, Error> {
        certificate(&self.grant.ca)
    }

    /// The key that checks the ledger.
    pub(super) fn ledger(&self) -> Result<Verifier, Error> {
        self.grant.ledger.parse().map_err(|_| Error::Grant("kunci buku bukti tidak terbaca"))
    }
}

/// Enrols this host: makes its keys when there are none, and trades `token` for a certificate. Doing it
/// again with the same token is harmless, so an answer that got lost costs nothing.
///
/// Nothing is trusted but what the token pins: the collector must present the CA whose digest it names,
/// and a certificate of that CA for the host in `url`.
///
/// # Errors
/// [`Error`]; then the enrolment before, if any, still holds.
pub async fn enrol(state: &Path, url: &str, token: &Token, now: Timestamp) -> Result<Grant, Error> {
    let url = address(url)?;
    let identity = Identity::load_or_create(state)?;
    let fresh = Fresh::generate()?;
    let request = CertificateRequest::new(identity.key(), fresh.request(&identity.agent())?, Some(token));
    let time = Arc::new(tls::GivenTime::default());
    time.set(now);
    let client = http::client(tls::pinned(token.ca, time)?)?;
    let body = serde_json::to_vec(&request).unwrap_or_default();
    let path = url.join(ENROL_PATH).map_err(|_| Error::Url(url.to_string()))?;
    let grant: Grant = http::exchange(client.post(path).body(body)).await?;
    let pair = check(&grant, token, &identity, fresh)?;
    keep(
        state,
        &Enrolment { url: url.as_str().trim_end_matches('/').to_owned(), grant: grant.clone() },
        &pair,
    )?;
    Ok(grant)
}

/// The collector's address as a person may write it: the scheme may be left out, and then the port too.
fn address(text: &str) -> Result<Url, Error> {
    let wrong = || Error::Url(text.to_owned());
    let bare = !text.contains("://");
    let mut url =
        Url::parse(&if bare { format!("https://{text}") } else { text.to_owned() }).map_err(|_| wrong())?;
    if bare && url.port().is_none() {
        url.set_port(Some(PORT)).map_err(|()| wrong())?;
    }
    let plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    if url.scheme() == "https" && url.has_host() && plain { Ok(url) } else { Err(wrong()) }
}

/// The grant is for this agent, from the collector of the token, and complete.
fn check(grant: &Grant, token: &Token, identity: &Identity, fresh: Fresh) -> Result<Pair, Error> {
    let wrong = |what| Err(Error::Grant(what));
    if grant.agent != identity.agent() {
        return wrong("sertifikatnya untuk agen lain");
    }
    if grant.office != token.office {
        return wrong("sertifikatnya untuk Perangkat Daerah lain");
    }
    if Digest::of(&certificate(&grant.ca)?) != token.ca {
        return wrong("CA-nya bukan yang tercantum dalam token");
    }
    if grant.ledger.parse::<Verifier>().is_err() {
        return wrong("kunci buku bukti tidak terbaca");
    }
    Ok(fresh.with(&grant.certificate)?)
}

/// Keeps an enrolment; `enrolment.json` comes last, as it is what makes the agent enrolled.
fn keep(state: &Path, enrolment: &Enrolment, pair: &Pair) -> Result<(), Error> {
    let before = Enrolment::load(state).ok().flatten();
    if before.is_some_and(|before| before.grant.ledger != enrolment.grant.ledger) {
        // Another ledger: what the one before has proved says nothing about it.
        for file in [CHECKPOINT, RECEIPT] {
            durable::rename(&state.join(file), &state.join(format!("{file}.before")))?;
        }
        spool::forget_base(state)?;
    }
    pair.save(state)?;
    durable::write(&state.join(FILE), &serde_json::to_vec_pretty(enrolment).unwrap_or_default())?;
    Ok(())
}

fn certificate(pem: &str) -> Result<CertificateDer<'static>, Error> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| Error::Grant("sertifikat CA tidak terbaca"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(address(text).ok().as_ref().map(Url::as_str), expected, "{text}");
    }

    #[test]
    fn an_address_may_be_short_but_never_plain() {
        check("https://patuh.contoh.go.id:8443", Some("https://patuh.contoh.go.id:8443/"));
        check("https://patuh.contoh.go.id/", Some("https://patuh.contoh.go.id/"));
        check("patuh.contoh.go.id", Some("https://patuh.contoh.go.id:8443/"));
        check("10.1.2.3:9000", Some("https://10.1.2.3:9000/"));
        check("[fd00::1]", Some("https://[fd00::1]:8443/"));
        for wrong in ["http://patuh.contoh.go.id", "", "https://", "https://a/b", "https://a:b@c/", "a b"] {
            check(wrong, None);
        }
    }
}
