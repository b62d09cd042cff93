//! What crosses the wire.

use std::sync::LazyLock;

use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::checkpoint::{Checkpoint, Verifier};
use patuh_protocol::enrolment::{CertificateRequest, Grant, Token};
use patuh_protocol::receipt::{ActLeaf, Answer, Leaf, Receipt};
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::{Target, file};

pub(crate) const TARGETS: &[Target] = &[
    Target::of_bytes("sealed", sealed_seeds, sealed),
    Target::of_bytes("body", bodies, opened),
    Target::of_bytes("report", reports, report),
    Target::of_bytes("answer", answers, answer),
    Target::of_bytes("enrolment", enrolments, enrolment),
    Target::of_bytes("checkpoint", notes, checkpoint),
];

fn sealed_seeds() -> Vec<Vec<u8>> {
    vec![file("tests/golden/wire/1.report"), file("tests/golden/wire/2.report")]
}

fn sealed(bytes: &[u8]) -> bool {
    let Ok(sealed) = Sealed::parse(bytes) else { return false };
    assert_eq!(sealed.to_bytes(), bytes, "one report, one text");
    let signed = sealed.verify(key().public_key().as_ref()).is_ok();
    if signed {
        opened(&sealed.body);
    }
    signed
}

fn bodies() -> Vec<Vec<u8>> {
    sealed_seeds().iter().map(|bytes| Sealed::parse(bytes).expect("a sealed report").body).collect()
}

fn opened(bytes: &[u8]) -> bool {
    let Ok((report, carried)) = body::open_with_base(bytes) else { return false };
    assert_eq!(body::open(bytes).expect("the same body"), report);
    written_again(&report, &carried);
    true
}

fn reports() -> Vec<Vec<u8>> {
    bodies().iter().map(|body| body::open_bytes(body).expect("a report")).collect()
}

/// A report's JSON, which nobody had to pack or sign.
fn report(json: &[u8]) -> bool {
    let (report, carried) = (serde_json::from_slice::<Report>(json), Base::carried_by(json));
    let Ok(report) = report else { return false };
    written_again(&report, &carried.expect("what is a report has sections"));
    true
}

/// What is read can be written, and then shortened by itself says "the same" of all it carries and nothing else.
fn written_again(report: &Report, carried: &Base) {
    let (again, own) = body::open_with_base(&body::pack(report).expect("a body")).expect("our own body");
    assert_eq!(&again, report, "a report survives the wire");
    let short = own.shorten(report.clone());
    assert_eq!(short.sections.len(), report.sections.len());
    let mut base = Base::default();
    base.take(&again, &own);
    base.take(&short, &Base::default());
    base.take(report, carried);
}

fn answers() -> Vec<Vec<u8>> {
    let (at, who) = ("2026-11-22T03:00:00Z".parse().expect("a time"), "cli".to_owned());
    let leaf = Leaf::Act(ActLeaf { at, who, act: "x".to_owned(), about: "y".to_owned() });
    let leaf = serde_json::to_string(&leaf).expect("JSON");
    let root = patuh_protocol::merkle::leaf_hash(leaf.as_bytes());
    let checkpoint = Checkpoint { origin: "patuh/contoh".to_owned(), size: 1, root }.sign(&key());
    let receipt = Receipt { index: 0, leaf, checkpoint: checkpoint.clone(), proof: vec![root] };
    let answer =
        Answer { receipt, checkpoint, consistency: vec![], release: Some("0.1.0".to_owned()), full: true };
    vec![serde_json::to_vec(&answer).expect("JSON")]
}

fn answer(bytes: &[u8]) -> bool {
    let Ok(answer) = serde_json::from_slice::<Answer>(bytes) else { return false };
    static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| file("tests/golden/wire/2.report"));
    let sealed = Sealed::parse(&SEALED).expect("a sealed report");
    let verifier = Verifier::new("patuh/contoh", key().public_key().as_ref());
    let _ = serde_json::from_str::<Leaf>(&answer.receipt.leaf);
    assert!(answer.verify(&sealed, None, &verifier).is_err(), "it is not of this report");
    true
}

fn enrolments() -> Vec<Vec<u8>> {
    let token: Token = format!("dinkes.0a1b2c3d.{}.{}", "00112233445566778899aabbccddeeff", "00".repeat(32))
        .parse()
        .expect("a token");
    let request = CertificateRequest::new(&key(), "csr".to_owned(), Some(&token));
    vec![serde_json::to_vec(&request).expect("JSON"), token.to_string().into_bytes()]
}

fn enrolment(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let token = text.parse::<Token>();
    if let Ok(token) = &token {
        let again: Token = token.to_string().parse().expect("a token, written");
        assert_eq!(again.to_string(), token.to_string());
    }
    let request = serde_json::from_slice::<CertificateRequest>(bytes).map(|request| request.verify().is_ok());
    let grant = serde_json::from_slice::<Grant>(bytes);
    token.is_ok() || request.is_ok() || grant.is_ok()
}

fn notes() -> Vec<Vec<u8>> {
    let root = patuh_protocol::merkle::empty_root();
    vec![Checkpoint { origin: "patuh/contoh".to_owned(), size: 7, root }.sign(&key()).into_bytes()]
}

fn checkpoint(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let verifier = Verifier::new("patuh/contoh", key().public_key().as_ref());
    let _ = text.parse::<Verifier>();
    Checkpoint::open(&text, &verifier).is_ok()
}

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[1; 32]).expect("a key")
}
