//! Whether a report is taken. Cheap questions first, and the body is opened last: nobody but an enrolled,
//! active agent can make the collector unpack anything.

use patuh_protocol::body;
use patuh_protocol::id::AgentId;
use patuh_protocol::limits;
use patuh_protocol::seal::{Sealed, Unsound};

use super::refusal::Refused;
use crate::store::{AgentRow, Entry};

/// Reads a sealed report that `peer` hands in.
///
/// # Errors
/// [`Refused`] when there is no certificate, it is another agent's, or the bytes are no sealed report.
pub(super) fn read(bytes: &[u8], peer: Option<&AgentId>) -> Result<Sealed, Refused> {
    let peer = peer.ok_or(Refused::NoCertificate)?;
    let sealed = Sealed::parse(bytes).map_err(|unsound| match unsound {
        Unsound::TooLarge => Refused::TooLarge(limits::MAX_SEALED),
        other => Refused::Malformed(other.to_string()),
    })?;
    if sealed.agent == *peer { Ok(sealed) } else { Err(Refused::OtherAgent) }
}

/// Checks a report against what is known of its agent, and opens it.
///
/// # Errors
/// [`Refused`] when the agent is unknown or inactive, the signature is not its own, or the body is no report.
pub(super) fn open(sealed: Sealed, agent: Option<AgentRow>) -> Result<Entry, Refused> {
    let agent = agent.ok_or(Refused::Unknown)?;
    if !agent.active {
        return Err(Refused::Inactive);
    }
    sealed.verify(&agent.public_key).map_err(|_| Refused::Signature)?;
    let (report, carried) = body::open_with_base(&sealed.body).map_err(|refused| match refused {
        body::Refused::TooLarge => Refused::TooLarge(limits::MAX_OPENED),
        other => Refused::Malformed(other.to_string()),
    })?;
    Ok(Entry::Report { sealed, report, carried, office: agent.office })
}

#[cfg(test)]
mod tests {
    use patuh_protocol::report::Report;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn key(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
    }

    fn agent(seed: u8) -> AgentId {
        AgentId::of_key(key(seed).public_key().as_ref())
    }

    fn row(seed: u8, active: bool) -> Option<AgentRow> {
        let public_key = key(seed).public_key().as_ref().to_vec();
        Some(AgentRow { agent: agent(seed), public_key, office: "dinkes".parse().unwrap(), active })
    }

    fn sealed(body: Vec<u8>) -> Sealed {
        Sealed::new(&key(1), agent(1), 7, "2026-11-22T03:00:00Z".parse().unwrap(), body)
    }

    fn report() -> Vec<u8> {
        let taken_at = "2026-11-22T03:00:00Z".parse().unwrap();
        let agent_version = "0.1.0".to_owned();
        let report = Report { version: 1, agent_version, taken_at, sections: vec![], gap: None, base: None };
        body::pack(&report).unwrap()
    }

    /// What becomes of `bytes` from `peer`, whom the store knows as `row`.
    fn check(bytes: &[u8], peer: Option<&AgentId>, row: Option<AgentRow>, expected: &str) {
        let admitted = read(bytes, peer).and_then(|sealed| open(sealed, row));
        let outcome = match admitted {
            Ok(Entry::Report { sealed, office, .. }) => format!("report {} of {office}", sealed.sequence),
            Ok(Entry::Act(_)) => "act".to_owned(),
            Err(refused) => format!("{} {refused}", refused.status().as_u16()),
        };
        assert!(outcome.starts_with(expected), "{outcome} is not {expected}");
    }

    #[test]
    fn an_enrolled_agents_own_report_is_taken() {
        check(&sealed(report()).to_bytes(), Some(&agent(1)), row(1, true), "report 7 of dinkes");
    }

    #[test]
    fn every_other_one_is_refused_with_its_reason() {
        let good = sealed(report()).to_bytes();
        check(&good, None, row(1, true), "401 laporan memerlukan sertifikat");
        check(b"hello", Some(&agent(1)), row(1, true), "400 kiriman tidak dapat dibaca");
        check(&good, Some(&agent(2)), row(1, true), "403 sertifikat bukan milik agen");
        check(&good, Some(&agent(1)), None, "403 agen ini belum terdaftar");
        check(&good, Some(&agent(1)), row(1, false), "403 agen ini sudah dinonaktifkan");
        check(&good, Some(&agent(1)), row(2, true), "403 tanda tangan bukan milik");
        let mut forged = sealed(report());
        forged.signature = [0; 64];
        check(&forged.to_bytes(), Some(&agent(1)), row(1, true), "403 tanda tangan bukan milik");
        let noise = sealed(b"not a frame".to_vec()).to_bytes();
        check(&noise, Some(&agent(1)), row(1, true), "400 kiriman tidak dapat dibaca");
        let oversized = vec![b'a'; limits::MAX_SEALED + 1];
        check(&oversized, Some(&agent(1)), row(1, true), "413 kiriman melebihi 1048576 byte");
        let bomb = zstd::bulk::compress(&vec![b' '; limits::MAX_OPENED + 1], 9).unwrap();
        check(&sealed(bomb).to_bytes(), Some(&agent(1)), row(1, true), "413 kiriman melebihi 8388608 byte");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = read(&bytes, Some(&agent(1)));
            let sealed = sealed(bytes);
            let _ = open(sealed, row(1, true));
        }
    }
}
