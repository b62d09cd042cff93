//! Tokens, agents, users, sessions.

use patuh_collector::store::{AgentRow, Enrolment, ServerFilter, UserRow};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use ring::signature::KeyPair as _;

use crate::bench::{Bench, agent, at, key, signer, some};

async fn enrol(bench: &Bench, token: &str, secret: &str, n: u8, seconds: i64) -> Enrolment {
    let (key, secret) = (key(n), Digest::of(secret.as_bytes()));
    bench.store.enrol(token, secret, &agent(n), key.public_key().as_ref(), at(seconds)).await.unwrap()
}

async fn add(bench: &Bench, token: &str, office: &str) {
    let (office, site): (Code, Code) = (office.parse().unwrap(), "pusat".parse().unwrap());
    let secret = Digest::of(b"secret");
    bench.store.add_token(token, secret, &office, Some(&site), at(0), at(100)).await.unwrap();
}

fn row(n: u8, office: &str) -> AgentRow {
    let public_key = key(n).public_key().as_ref().to_vec();
    AgentRow { agent: agent(n), public_key, office: office.parse().unwrap(), active: true }
}

fn check(enrolment: Enrolment, why: &str) {
    match enrolment {
        Enrolment::Refused(reason) => assert!(reason.contains(why), "{reason}"),
        Enrolment::Enrolled(agent) => panic!("{agent:?} was enrolled"),
    }
}

pub(crate) async fn a_token_enrols_one_key(bench: Bench) {
    add(&bench, "0a", "dinkes").await;
    add(&bench, "0b", "dinkes").await;
    check(enrol(&bench, "0a", "guess", 1, 1).await, "tidak dikenal");
    check(enrol(&bench, "0\0a", "secret", 1, 1).await, "tidak dikenal");
    check(enrol(&bench, "0b", "secret", 1, 100).await, "kedaluwarsa");
    assert_eq!(bench.store.agent(&agent(1)).await.unwrap(), None);
    let enrolled = Enrolment::Enrolled(row(1, "dinkes"));
    assert_eq!(enrol(&bench, "0a", "secret", 1, 99).await, enrolled);
    assert_eq!(enrol(&bench, "0a", "secret", 1, 9999).await, enrolled, "the same key, whenever");
    check(enrol(&bench, "0a", "secret", 2, 99).await, "agen lain");
    assert_eq!(bench.store.agent(&agent(1)).await.unwrap(), Some(row(1, "dinkes")));
    let server = bench.store.server(&agent(1)).await.unwrap().unwrap();
    assert_eq!((server.enrolled_at, server.last_report), (at(99), None));
    assert_eq!((server.office.as_str(), server.site), ("dinkes", Some("pusat".parse().unwrap())));
}

pub(crate) async fn an_agent_can_be_revoked(bench: Bench) {
    assert!(!bench.store.set_active(&agent(1), false).await.unwrap());
    bench.enrol(1).await;
    assert!(bench.store.set_active(&agent(1), false).await.unwrap());
    assert!(!bench.store.agent(&agent(1)).await.unwrap().unwrap().active);
    add(&bench, "0c", "dinkes").await;
    check(enrol(&bench, "0c", "secret", 1, 1).await, "dicabut");
    assert!(matches!(enrol(&bench, "0c", "secret", 2, 1).await, Enrolment::Enrolled(_)), "it stays unused");
    assert!(bench.store.set_active(&agent(1), true).await.unwrap());
    assert!(bench.store.agent(&agent(1)).await.unwrap().unwrap().active);
}

pub(crate) async fn a_known_agent_moves_with_a_fresh_token(bench: Bench) {
    bench.enrol(1).await;
    bench.store.append(&[some(1, 1)], &signer(), at(1)).await.unwrap();
    add(&bench, "0d", "bappeda").await;
    assert_eq!(enrol(&bench, "0d", "secret", 1, 50).await, Enrolment::Enrolled(row(1, "bappeda")));
    let office = Some("bappeda".parse().unwrap());
    let moved = bench.store.servers(&ServerFilter { search: None, office }).await.unwrap();
    assert_eq!(moved.len(), 1);
    assert_eq!((moved[0].hostname.as_str(), moved[0].enrolled_at), ("srv1", at(0)), "nothing else changed");
}

pub(crate) async fn sessions_end(bench: Bench) {
    let user =
        |password: &str, must_change| UserRow { name: "siti".into(), password: password.into(), must_change };
    let store = &bench.store;
    assert_eq!(store.users().await.unwrap(), 0);
    store.put_user(&user("old", true), at(0)).await.unwrap();
    store.put_user(&user("new", false), at(1)).await.unwrap();
    assert_eq!(store.users().await.unwrap(), 1);
    assert_eq!(store.user("siti").await.unwrap(), Some(user("new", false)));
    assert_eq!(store.user("si\0ti").await.unwrap(), None);
    let (one, two, three) = (Digest::of(b"1"), Digest::of(b"2"), Digest::of(b"3"));
    for id in [one, two, three] {
        store.add_session(id, "siti", at(0), at(100)).await.unwrap();
    }
    assert!(store.add_session(Digest::of(b"4"), "nobody", at(0), at(100)).await.is_err());
    assert_eq!(store.session(one, at(99)).await.unwrap(), Some(user("new", false)));
    assert_eq!(store.session(one, at(100)).await.unwrap(), None);
    store.end_session(one).await.unwrap();
    assert_eq!(store.session(one, at(1)).await.unwrap(), None);
    assert!(store.session(two, at(1)).await.unwrap().is_some());
    store.end_sessions_of("siti").await.unwrap();
    assert_eq!(store.session(two, at(1)).await.unwrap(), None);
    assert_eq!(store.session(three, at(1)).await.unwrap(), None);
}
