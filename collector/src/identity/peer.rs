//! Who is at the other end of a TLS connection.

use patuh_protocol::id::AgentId;
use rustls_pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;

/// The prefix of the URI by which a certificate names an agent.
const URN: &str = "urn:patuh:agent:";

/// The agent at the other end, if it showed a certificate; put into every request of the agents' listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer(pub Option<AgentId>);

/// The URI by which a certificate names an agent.
#[must_use]
pub fn urn(agent: &AgentId) -> String {
    format!("{URN}{agent}")
}

/// The agent that a certificate names. Only for a certificate whose chain was verified. Strict: the one
/// subject alternative name must be an agent's URI, and the common name must say the same.
#[must_use]
pub fn agent_of(certificate: &CertificateDer<'_>) -> Option<AgentId> {
    let (rest, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let names = certificate.subject_alternative_name().ok()??;
    let [GeneralName::URI(uri)] = names.value.general_names.as_slice() else { return None };
    let agent: AgentId = uri.strip_prefix(URN)?.parse().ok()?;
    let mut common = certificate.subject().iter_common_name();
    let same = common.next()?.as_str().ok()? == agent.as_str() && common.next().is_none();
    (same && rest.is_empty()).then_some(agent)
}
