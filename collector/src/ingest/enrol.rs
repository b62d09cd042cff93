//! Enrolment and renewal: a request proves its keys, the store says whether the agent may have a certificate.
//!
//! Enrolling becomes a leaf of the ledger *before* the certificate is given out. A renewal does not: it gives
//! an agent nothing that it had not before, and would only make the ledger long.

use axum::body::Body;
use axum::http::Request;
use patuh_protocol::digest::Digest;
use patuh_protocol::enrolment::{CertificateRequest, Grant, TokenProof};
use patuh_protocol::id::Code;
use patuh_protocol::limits;
use patuh_protocol::receipt::ActLeaf;

use super::Ingest;
use super::body;
use super::refusal::Refused;
use crate::identity::enrolment::Applicant;
use crate::store::{Enrolment, Entry};

/// Trades a token for a certificate. The same key may come again: a lost answer burns no token.
pub(super) async fn enrol(ingest: &Ingest, request: Request<Body>) -> Result<Grant, Refused> {
    let (request, applicant) = read(request).await?;
    let token = request.token.ok_or_else(|| Refused::Malformed("tanpa token".to_owned()))?;
    let office = enrolled(ingest, &token, &applicant).await.inspect_err(|refused| {
        let agent = applicant.agent.as_str();
        tracing::warn!(agent, token = %token.id, reason = %refused, "enrolment refused");
    })?;
    let act = ActLeaf {
        at: (ingest.clock)(),
        who: applicant.agent.to_string(),
        act: "agent.enrol".to_owned(),
        about: format!("perangkat daerah {office}, token {}", token.id),
    };
    ingest.writer.append(Entry::Act(act)).await?;
    tracing::info!(agent = applicant.agent.as_str(), office = office.as_str(), token = %token.id, "agent enrolled");
    grant(ingest, &applicant, office)
}

async fn enrolled(ingest: &Ingest, token: &TokenProof, applicant: &Applicant) -> Result<Code, Refused> {
    let secret = Digest::of(token.secret.as_bytes());
    let (agent, key) = (&applicant.agent, &applicant.public_key);
    let enrolment = ingest.store.enrol(&token.id, secret, agent, key, (ingest.clock)()).await;
    match enrolment.map_err(|error| super::unavailable(&error))? {
        Enrolment::Enrolled(row) if row.active => Ok(row.office),
        Enrolment::Enrolled(_) => Err(Refused::Inactive),
        Enrolment::Refused(why) => Err(Refused::Token(why)),
    }
}

/// A new certificate for an agent that is known by its identity key, however long it was away.
pub(super) async fn renew(ingest: &Ingest, request: Request<Body>) -> Result<Grant, Refused> {
    let (request, applicant) = read(request).await?;
    if request.token.is_some() {
        return Err(Refused::Malformed("pembaruan sertifikat tidak memakai token".to_owned()));
    }
    let agent = applicant.agent.as_str();
    let row = ingest.store.agent(&applicant.agent).await.map_err(|error| super::unavailable(&error))?;
    let office = match row {
        Some(row) if row.active => row.office,
        row => {
            let refused = if row.is_some() { Refused::Inactive } else { Refused::Unknown };
            tracing::warn!(agent, reason = %refused, "certificate refused");
            return Err(refused);
        }
    };
    tracing::info!(agent, "certificate renewed");
    grant(ingest, &applicant, office)
}

async fn read(request: Request<Body>) -> Result<(CertificateRequest, Applicant), Refused> {
    let bytes = body::read(request, limits::MAX_REQUEST).await?;
    let request: CertificateRequest =
        serde_json::from_slice(&bytes).map_err(|error| Refused::Malformed(error.to_string()))?;
    let applicant = Applicant::of(&request).map_err(|unproven| {
        tracing::warn!(reason = %unproven, "certificate request proves nothing");
        Refused::Malformed(unproven.to_string())
    })?;
    Ok((request, applicant))
}

fn grant(ingest: &Ingest, applicant: &Applicant, office: Code) -> Result<Grant, Refused> {
    let grant = applicant.grant(office, &ingest.authority, &ingest.verifier, (ingest.clock)());
    grant.map_err(|error| {
        tracing::error!(agent = applicant.agent.as_str(), %error, "certificate not made");
        Refused::Unavailable
    })
}
