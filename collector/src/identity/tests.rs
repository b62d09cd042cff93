use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use patuh_protocol::id::AgentId;
use rcgen::{CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;

use super::enrolment::{Applicant, Unproven, token};
use super::listener::ListenerCertificate;
use super::*;

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn authority(state: &Path) -> Authority {
    Authority::load_or_create(state, "Pemerintah Kabupaten Contoh", now()).unwrap()
}

fn identity() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

/// What an agent sends, its PKCS#10 made with `params` and a key of `algorithm`.
fn request(params: &CertificateParams, algorithm: &'static rcgen::SignatureAlgorithm) -> CertificateRequest {
    let key = KeyPair::generate_for(algorithm).unwrap();
    CertificateRequest::new(&identity(), params.serialize_request(&key).unwrap().pem().unwrap(), None)
}

fn grant(state: &Path, params: &CertificateParams) -> Grant {
    let applicant = Applicant::of(&request(params, &PKCS_ECDSA_P256_SHA256)).unwrap();
    let ledger = Verifier::new("patuh/contoh", &[1; 32]);
    applicant.grant("dinkes".parse().unwrap(), &authority(state), &ledger, now()).unwrap()
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

fn parsed<'a>(certificate: &'a CertificateDer<'_>) -> X509Certificate<'a> {
    X509Certificate::from_der(certificate).unwrap().1
}

/// From when to when it is valid, as seconds from now.
fn validity(certificate: &X509Certificate<'_>) -> (i64, i64) {
    let validity = certificate.validity();
    let from_now = |at: i64| at - now().as_second();
    (from_now(validity.not_before.timestamp()), from_now(validity.not_after.timestamp()))
}

#[test]
fn the_authority_is_made_once_and_loaded_ever_after() {
    let dir = tempfile::tempdir().unwrap();
    let first = authority(dir.path());
    let again = authority(dir.path());
    assert_eq!(first.digest(), again.digest());
    let mode = fs::metadata(dir.path().join("ca.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let certificate = parsed(first.certificate());
    let constraints = certificate.basic_constraints().unwrap().unwrap().value;
    assert!(constraints.ca && constraints.path_len_constraint == Some(0));
    assert!(certificate.key_usage().unwrap().unwrap().value.key_cert_sign());
    assert_eq!(validity(&certificate), (-24 * 3600, 10 * 365 * 24 * 3600));
    assert_eq!(certificate.subject().to_string(), "CN=CA Patuh Pemerintah Kabupaten Contoh");
}

#[test]
fn a_damaged_or_lonely_file_is_an_error_and_stays_as_it_is() {
    let check = |break_it: &dyn Fn(&Path), words: &str| {
        let dir = tempfile::tempdir().unwrap();
        authority(dir.path());
        ledger_key::load_or_create(dir.path()).unwrap();
        break_it(dir.path());
        let files = |dir: &Path| {
            ["ca.key", "ca.crt", "ledger.key"].map(|name| fs::read(dir.join(name)).unwrap_or_default())
        };
        let before = files(dir.path());
        let authority = Authority::load_or_create(dir.path(), "x", now()).map(|_| ());
        let error = authority.and(ledger_key::load_or_create(dir.path()).map(|_| ())).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(words) && error.contains("jangan dihapus"), "{error}");
        assert_eq!(files(dir.path()), before);
    };
    let put = |name: &'static str, text: &'static str| {
        move |dir: &Path| crate::durable::write(&dir.join(name), text.as_bytes()).unwrap()
    };
    check(&put("ca.key", ""), "ca.key rusak");
    check(&put("ca.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "ca.crt rusak");
    check(&put("ledger.key", "kunci"), "ledger.key rusak");
    check(&|dir| fs::remove_file(dir.join("ca.key")).unwrap(), "ca.key tidak ada");
    let other = tempfile::tempdir().unwrap();
    authority(other.path());
    let swap = |dir: &Path| {
        fs::copy(other.path().join("ca.crt"), dir.join("ca.crt")).unwrap();
    };
    check(&swap, "bukan milik ca.key");
}

#[test]
fn a_power_cut_between_key_and_certificate_is_survived() {
    let dir = tempfile::tempdir().unwrap();
    authority(dir.path());
    let key = fs::read(dir.path().join("ca.key")).unwrap();
    fs::remove_file(dir.path().join("ca.crt")).unwrap();
    authority(dir.path());
    assert_eq!(fs::read(dir.path().join("ca.key")).unwrap(), key);
}

#[test]
fn an_agents_certificate_names_the_agent_and_nothing_that_it_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut greedy = CertificateParams::new(vec!["patuh.contoh.go.id".to_owned()]).unwrap();
    greedy.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    greedy.distinguished_name.push(rcgen::DnType::CommonName, "admin");
    let grant = grant(dir.path(), &greedy);
    let agent = AgentId::of_key(identity().public_key().as_ref());
    assert_eq!((&grant.agent, grant.office.as_str()), (&agent, "dinkes"));
    let certificate = der(&grant.certificate);
    assert_eq!(peer::agent_of(&certificate), Some(agent.clone()));
    let certificate = parsed(&certificate);
    assert_eq!(validity(&certificate), (-24 * 3600, 7 * 24 * 3600));
    assert_eq!(certificate.subject().to_string(), format!("CN={agent}"));
    let names = certificate.subject_alternative_name().unwrap().unwrap().value;
    assert_eq!(names.general_names, [GeneralName::URI(&format!("urn:patuh:agent:{agent}"))]);
    assert!(!certificate.is_ca());
    let usage = certificate.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth && !usage.any);
    let ca = der(&grant.ca);
    certificate.verify_signature(Some(parsed(&ca).public_key())).unwrap();
}

#[test]
fn only_p256_and_only_proven_keys_are_certified() {
    let check = |request: CertificateRequest, expected: &str| {
        let error = Applicant::of(&request).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(request(&CertificateParams::default(), &PKCS_ECDSA_P384_SHA384), "harus P-256");
    check(request(&CertificateParams::default(), &PKCS_ED25519), "harus P-256");
    let good = request(&CertificateParams::default(), &PKCS_ECDSA_P256_SHA256);
    let swapped =
        CertificateRequest { csr: request(&CertificateParams::default(), &PKCS_ED25519).csr, ..good };
    check(swapped, "tidak ditandatangani kunci identitas");
    let rubbish = CertificateRequest::new(&identity(), "CSR".to_owned(), None);
    check(rubbish, "rusak atau tidak ditandatangani");
}

/// A request whose own signature was broken.
#[test]
fn a_pkcs10_that_its_key_did_not_sign_is_refused() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut der = CertificateParams::default().serialize_request(&key).unwrap().der().to_vec();
    let place = der.len() - 40;
    der[place] ^= 1;
    let body = data_encoding::BASE64.encode(&der);
    let pem = format!("-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n");
    let forged = CertificateRequest::new(&identity(), pem, None);
    assert!(matches!(Applicant::of(&forged), Err(Unproven::Request(_))));
}

#[test]
fn a_certificate_that_is_no_agents_names_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    assert_eq!(peer::agent_of(authority.certificate()), None);
    let server = authority.server_certificate(&["localhost".to_owned()], now()).unwrap();
    assert_eq!(peer::agent_of(&server.cert[0]), None);
    // The URI of one agent, the common name of another.
    let agent = AgentId::of_key(&[1; 32]);
    let mut params = CertificateParams::default();
    let urn = peer::urn(&agent).as_str().try_into().unwrap();
    params.subject_alt_names = vec![rcgen::SanType::URI(urn)];
    let key = KeyPair::generate().unwrap();
    assert_eq!(peer::agent_of(params.self_signed(&key).unwrap().der()), None);
    params.distinguished_name.push(rcgen::DnType::CommonName, agent.as_str());
    assert_eq!(peer::agent_of(params.clone().self_signed(&key).unwrap().der()), Some(agent));
    params.subject_alt_names.push(rcgen::SanType::DnsName("x.go.id".try_into().unwrap()));
    assert_eq!(peer::agent_of(params.self_signed(&key).unwrap().der()), None);
}

#[test]
fn the_listeners_certificate_names_its_hosts_and_renews_itself() {
    let dir = tempfile::tempdir().unwrap();
    let time = Arc::new(std::sync::Mutex::new(now()));
    let clock = Arc::clone(&time);
    let hosts = vec!["patuh.contoh.go.id".to_owned(), "10.10.0.5".to_owned()];
    let clock: crate::clock::Clock = Arc::new(move || *clock.lock().unwrap());
    let certificate = ListenerCertificate::new(Arc::new(authority(dir.path())), hosts, clock).unwrap();
    let first = certificate.current();
    let leaf = parsed(&first.cert[0]);
    let names = leaf.subject_alternative_name().unwrap().unwrap().value;
    let expected = [GeneralName::DNSName("patuh.contoh.go.id"), GeneralName::IPAddress(&[10, 10, 0, 5])];
    assert_eq!(names.general_names, expected);
    assert_eq!(validity(&leaf), (-24 * 3600, 90 * 24 * 3600));
    assert_eq!(first.cert.len(), 2, "the CA's certificate is sent too: a new agent compares its digest");
    let after = |days: i64| {
        *time.lock().unwrap() = now() + SignedDuration::from_hours(days * 24);
        certificate.current()
    };
    assert!(Arc::ptr_eq(&first, &after(59)));
    let second = after(60);
    assert!(!Arc::ptr_eq(&first, &second));
    assert!(Arc::ptr_eq(&second, &after(119)));
    assert!(!Arc::ptr_eq(&second, &after(0)), "the clock was set back");
}

#[test]
fn tokens_differ_and_pin_the_authority() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let make = || token("dinkes".parse().unwrap(), authority.digest()).unwrap();
    let (a, b) = (make(), make());
    assert_eq!(a.to_string().parse::<Token>().unwrap(), a);
    assert_eq!(a.ca, authority.digest());
    assert!(a.secret != b.secret && a.id != b.id);
}

#[test]
fn the_ledgers_key_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let key = || ledger_key::load_or_create(dir.path()).unwrap().public_key().as_ref().to_vec();
    assert_eq!(key(), key());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text: String) {
        let _ = peer::agent_of(&CertificateDer::from(bytes.clone()));
        let body = data_encoding::BASE64.encode(&bytes);
        let pem = format!("-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n");
        for csr in [pem, text] {
            let _ = Applicant::of(&CertificateRequest::new(&identity(), csr, None));
        }
    }
}
