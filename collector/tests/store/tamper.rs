//! What is done to the stored ledger behind the store's back, and where the check says it was done.

use patuh_collector::store::{Entry, Store};
use ring::signature::KeyPair as _;

use crate::bench::{Bench, act, at, key, report, signer, some, verifier};

/// Eleven leaves under checkpoints of 3, 4, 8 and 11; acts are leaves 0 and 5.
pub(crate) fn batches() -> [Vec<Entry>; 4] {
    [
        vec![act("dinkes"), some(1, 1), some(2, 1)],
        vec![some(1, 2)],
        vec![some(2, 2), act("bappeda"), some(1, 3), some(2, 3)],
        vec![some(1, 4), some(1, 5), some(2, 4)],
    ]
}

pub(crate) const SIZE: u64 = 11;

const LEDGER: [&str; 5] = ["ledger_head", "leaves", "reports", "nodes", "checkpoints"];

/// Fills the ledger and keeps a copy of its rows, for [`restore`].
pub(crate) async fn fill(bench: &Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    for batch in batches() {
        bench.receipts(&batch, at(0)).await;
    }
    for table in LEDGER.into_iter().chain(["agents"]) {
        bench.tamper(&format!("CREATE TABLE sound_{table} AS SELECT * FROM {table}")).await;
    }
}

/// Puts the rows back as they were.
pub(crate) async fn restore(bench: &Bench) {
    for table in LEDGER {
        bench.tamper(&format!("DELETE FROM {table}")).await;
    }
    let key = "SELECT s.public_key FROM sound_agents s WHERE s.agent = agents.agent";
    bench.tamper(&format!("UPDATE agents SET public_key = ({key})")).await;
    for table in LEDGER {
        bench.tamper(&format!("INSERT INTO {table} SELECT * FROM sound_{table}")).await;
    }
}

pub(crate) async fn a_sound_ledger_is_sound(bench: Bench) {
    let verify = async || bench.store.verify(&verifier(), &[]).await.unwrap();
    assert_eq!((verify().await.size, verify().await.fault), (0, None), "an empty one too");
    fill(&bench).await;
    assert_eq!((verify().await.size, verify().await.fault), (SIZE, None));
    restore(&bench).await;
    assert_eq!((verify().await.size, verify().await.fault), (SIZE, None));
    let many: Vec<_> = (100..400).map(|sequence| some(1, sequence)).collect();
    for batch in many.chunks(7) {
        bench.receipts(batch, at(1)).await;
    }
    assert_eq!((verify().await.size, verify().await.fault), (SIZE + 300, None), "several chunks");
}

/// What is done, where it must be seen, and a word of what must be said.
#[rustfmt::skip]
const CHANGES: &[(&str, u64, &str)] = &[
    // Leaves.
    ("UPDATE leaves SET leaf = replace(leaf, 'token.create', 'token.revoke') WHERE idx = 0", 0, "sidik hash"),
    ("UPDATE leaves SET leaf = (SELECT leaf FROM leaves WHERE idx = 0) WHERE idx = 5", 5, "sidik hash"),
    ("UPDATE leaves SET leaf = replace(leaf, '}', '} ') WHERE idx = 10", 10, "sidik hash"),
    ("UPDATE leaves SET idx = -1 WHERE idx = 2; UPDATE leaves SET idx = 2 WHERE idx = 7; UPDATE leaves SET idx = 7 WHERE idx = -1", 2, "sidik hash"),
    ("UPDATE leaves SET covered = 8 WHERE idx = 0", 0, "hilang"),
    ("UPDATE leaves SET covered = 11 WHERE idx = 6", 6, "hilang"),
    ("UPDATE leaves SET government = 'lain' WHERE idx = 4", 4, "hilang"),
    ("UPDATE leaves SET idx = 999 WHERE idx = 3", 3, "hilang"),
    ("DELETE FROM leaves WHERE idx = 6", 6, "hilang"),
    ("DELETE FROM leaves WHERE idx >= 9", 9, "hilang"),
    ("INSERT INTO leaves SELECT government, 11, leaf, covered FROM leaves WHERE idx = 10", 11, "hilang"),
    ("INSERT INTO leaves SELECT government, -5, leaf, covered FROM leaves WHERE idx = 10", 11, "entri"),
    // Reports.
    ("UPDATE reports SET sequence = 77 WHERE idx = 3", 3, "agen atau nomor lain"),
    ("UPDATE reports SET agent = (SELECT agent FROM reports WHERE idx = 2) WHERE idx = 9", 9, "agen atau nomor lain"),
    ("UPDATE reports SET sealed = (SELECT sealed FROM reports WHERE idx = 9) WHERE idx = 8", 8, "bukan yang tercatat"),
    ("UPDATE reports SET sealed = (SELECT hash FROM nodes WHERE level = 0 AND idx = 1) WHERE idx = 1", 1, "rusak"),
    ("UPDATE reports SET idx = 5 WHERE idx = 7", 5, "bukan laporan"),
    ("UPDATE reports SET idx = 50 WHERE idx = 7", 7, "hilang"),
    ("DELETE FROM reports WHERE idx = 2", 2, "hilang"),
    ("INSERT INTO reports SELECT government, 12, agent, 99, sealed FROM reports WHERE idx = 10", 11, "laporan"),
    // Subtrees.
    ("UPDATE nodes SET hash = (SELECT hash FROM nodes WHERE level = 0 AND idx = 1) WHERE level = 0 AND idx = 6", 6, "sidik hash"),
    ("UPDATE nodes SET hash = (SELECT hash FROM nodes WHERE level = 1 AND idx = 2) WHERE level = 1 AND idx = 1", 3, "tingkat 1"),
    ("UPDATE nodes SET level = 8 WHERE level = 3", 7, "tingkat 3 hilang"),
    ("DELETE FROM nodes WHERE level = 2 AND idx = 1", 7, "tingkat 2 hilang"),
    ("INSERT INTO nodes SELECT government, 9, 0, hash FROM nodes WHERE level = 0 AND idx = 0", 11, "simpul"),
    // Checkpoints.
    ("UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 4) WHERE size = 8", 7, "tersimpan sebagai 8"),
    ("UPDATE checkpoints SET note = replace(note, 'patuh', 'patut') WHERE size = 3", 2, "tidak ditandatangani"),
    ("UPDATE checkpoints SET note = 'x' WHERE size = 4", 3, "tidak berbentuk"),
    ("UPDATE checkpoints SET size = 9 WHERE size = 8", 4, "hilang"),
    ("UPDATE checkpoints SET size = 12 WHERE size = 11", 8, "hilang"),
    ("DELETE FROM checkpoints WHERE size = 4", 3, "hilang"),
    ("DELETE FROM checkpoints WHERE size = 11", 8, "Tidak ada checkpoint"),
    ("INSERT INTO checkpoints SELECT government, 1, note FROM checkpoints WHERE size = 3", 0, "hilang"),
    // The head, and the end.
    ("UPDATE ledger_head SET size = 10", 11, "Kepala"),
    ("UPDATE ledger_head SET size = 1000000000000", 11, "hilang"),
    ("UPDATE ledger_head SET frontier = (SELECT hash FROM nodes WHERE level = 0 AND idx = 0)", 11, "Kepala"),
    ("DELETE FROM ledger_head", 11, "Kepala"),
    ("DELETE FROM leaves WHERE idx >= 8; DELETE FROM reports WHERE idx >= 8; DELETE FROM checkpoints WHERE size > 8", 8, "hilang"),
    // Keys.
    ("UPDATE agents SET public_key = (SELECT hash FROM nodes WHERE level = 0 AND idx = 0)", 1, "tidak sah"),
];

pub(crate) async fn every_change_is_seen_at_its_index(bench: Bench) {
    fill(&bench).await;
    for (sql, index, word) in CHANGES {
        for statement in sql.split("; ") {
            assert!(bench.tamper(statement).await > 0, "{statement} touches nothing");
        }
        let verified = bench.store.verify(&verifier(), &[]).await.unwrap();
        let fault = verified.fault.unwrap_or_else(|| panic!("not seen: {sql}"));
        assert_eq!((fault.index, verified.size), (*index, *index), "{sql}: {}", fault.what);
        assert!(fault.what.contains(word), "{sql}: {}", fault.what);
        restore(&bench).await;
    }
}

/// A store of the same government and key with another history.
async fn forged(bench: &Bench) -> Store {
    let store = Store::open(&bench.url, &"lain".parse().unwrap()).await.unwrap();
    for n in [1, 2] {
        let (id, secret) = (format!("{n:08x}"), patuh_protocol::digest::Digest::of(&[n]));
        store.add_token(&id, secret, &"dinkes".parse().unwrap(), None, at(0), at(9)).await.unwrap();
        let public = key(n).public_key().as_ref().to_vec();
        store.enrol(&id, secret, &crate::bench::agent(n), &public, at(0)).await.unwrap();
    }
    let mut batches = batches();
    batches[1] = vec![report(1, 2, Vec::new())];
    for batch in &batches {
        store.append(batch, &signer(), at(0)).await.unwrap();
    }
    store
}

pub(crate) async fn a_rewritten_and_resigned_ledger_is_seen_by_witnesses(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    let mut notes = Vec::new();
    for batch in batches() {
        bench.receipts(&batch, at(0)).await;
        notes.push(bench.store.checkpoint().await.unwrap().unwrap());
    }
    let forged = forged(&bench).await;
    let verify = async |store: &Store, anchors: &[String]| {
        let fault = store.verify(&verifier(), anchors).await.unwrap().fault;
        fault.map(|fault| (fault.index, fault.what))
    };
    assert_eq!(verify(&bench.store, &notes).await, None);
    assert_eq!(verify(&forged, &[]).await, None, "its own rows fit together");
    assert_eq!(verify(&forged, &notes[..1]).await, None, "the beginning is the same");
    let (index, what) = verify(&forged, &notes).await.unwrap();
    assert_eq!(index, 3, "{what}");
    let (index, what) = verify(&forged, &[notes[0].clone(), notes[2].clone()]).await.unwrap();
    assert_eq!(index, 7, "{what}");
    assert!(what.contains("entri 3 sampai 7"), "{what}");
    // Both histories in a witness's hand speak for themselves; what is no checkpoint is told apart.
    let other = forged.checkpoint().await.unwrap().unwrap();
    let (_, what) = verify(&bench.store, &[notes[3].clone(), other]).await.unwrap();
    assert!(what.contains("bertentangan"), "{what}");
    let (_, what) = verify(&bench.store, &[notes[0].replace("3\n", "4\n")]).await.unwrap();
    assert!(what.contains("saksi ke-1 tidak ditandatangani"), "{what}");
}

pub(crate) async fn a_ledger_cut_back_is_seen_by_witnesses(bench: Bench) {
    fill(&bench).await;
    let note = bench.store.checkpoint().await.unwrap().unwrap();
    for statement in [
        "DELETE FROM leaves WHERE idx >= 8",
        "DELETE FROM reports WHERE idx >= 8",
        "DELETE FROM nodes WHERE level = 0 AND idx >= 8",
        "DELETE FROM nodes WHERE level = 1 AND idx >= 4",
        "DELETE FROM checkpoints WHERE size > 8",
        "UPDATE ledger_head SET size = 8, frontier = (SELECT hash FROM nodes WHERE level = 3)",
    ] {
        assert!(bench.tamper(statement).await > 0, "{statement}");
    }
    let verified = bench.store.verify(&verifier(), &[]).await.unwrap();
    assert_eq!((verified.size, verified.fault), (8, None), "the rows alone cannot tell");
    let fault = bench.store.verify(&verifier(), &[note]).await.unwrap().fault.unwrap();
    assert_eq!(fault.index, 8);
    assert!(fault.what.contains("terpotong"), "{}", fault.what);
}

pub(crate) async fn a_purged_body_is_no_fault(bench: Bench) {
    fill(&bench).await;
    let receipt = bench.store.receipt(3).await.unwrap();
    assert_eq!(bench.tamper("UPDATE reports SET sealed = NULL WHERE idx = 3").await, 1);
    assert_eq!(bench.store.verify(&verifier(), &[]).await.unwrap().fault, None);
    assert_eq!(bench.store.sealed(3).await.unwrap(), None);
    assert_eq!(bench.store.receipt(3).await.unwrap(), receipt, "the proof stays");
    assert_eq!(bench.receipts(&[some(1, 2)], at(9)).await.pop(), receipt, "and it is still known");
}
