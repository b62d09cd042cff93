//! Appending, receipts, proofs.

use std::collections::BTreeSet;

use patuh_collector::store::{Appended, Entry, Store};
use patuh_protocol::checkpoint::Checkpoint;
use patuh_protocol::receipt::{Leaf, Receipt};

use crate::bench::{Bench, act, agent, at, packages, report, sealed, signer, some, verifier};

pub(crate) async fn receipts_verify_and_repeat_byte_for_byte(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    assert_eq!(bench.store.checkpoint().await.unwrap(), None);
    let batches = [
        vec![act("dinkes"), some(1, 1), some(2, 1)],
        vec![some(1, 2)],
        vec![some(2, 2), act("bappeda"), some(1, 3), some(2, 3)],
    ];
    let mut first = Vec::new();
    for (n, batch) in (0..).zip(&batches) {
        first.extend(bench.receipts(batch, at(n)).await);
    }
    assert_eq!(first.iter().map(|r| r.index).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
    for (entry, receipt) in batches.iter().flatten().zip(&first) {
        if let Entry::Report { sealed, .. } = entry {
            receipt.verify(sealed, &verifier()).unwrap();
            assert_eq!(bench.store.sealed(receipt.index).await.unwrap(), Some(sealed.to_bytes()));
            // Handed in again, much later, with others, and to another program.
            let again = bench.receipts(&[some(1, 1), entry.clone()], at(999)).await;
            assert_eq!(again, [first[1].clone(), receipt.clone()]);
        }
        assert_eq!(bench.another().await.receipt(receipt.index).await.unwrap().as_ref(), Some(receipt));
        let leaf = bench.store.leaf(receipt.index).await.unwrap().unwrap();
        assert_eq!((leaf.index, leaf.text), (receipt.index, receipt.leaf.clone()));
    }
    assert_eq!(bench.store.size().await.unwrap(), 8, "nothing was added twice");
    assert_eq!(bench.store.receipt(8).await.unwrap(), None);
    assert_eq!(bench.store.leaf(u64::MAX).await.unwrap(), None);
    let newest =
        |rows: Vec<patuh_collector::store::LeafRow>| rows.iter().map(|r| r.index).collect::<Vec<_>>();
    assert_eq!(newest(bench.store.leaves(None, 3).await.unwrap()), [7, 6, 5]);
    assert_eq!(newest(bench.store.leaves(Some(2), 3).await.unwrap()), [1, 0]);
    assert_eq!(newest(bench.store.reports_of(&agent(1), 2).await.unwrap()), [6, 3]);
    assert_eq!(bench.store.sealed(0).await.unwrap(), None, "an act is no report");
}

pub(crate) async fn answers_prove_that_the_ledger_only_grew(bench: Bench) {
    bench.enrol(1).await;
    let mut held: Vec<Checkpoint> = Vec::new();
    for sequence in 1..40 {
        let entry = some(1, sequence);
        let batch: Vec<_> = (0..sequence % 4).map(|n| act(&n.to_string())).chain([entry.clone()]).collect();
        let receipt = bench.receipts(&batch, at(0)).await.pop().unwrap();
        for old in &held {
            let answer = bench.store.answer(receipt.clone(), Some(old.size)).await.unwrap();
            answer.verify(sealed(&entry), Some(old), &verifier()).unwrap();
        }
        let answer = bench.store.answer(receipt, None).await.unwrap();
        held.push(answer.verify(sealed(&entry), None, &verifier()).unwrap());
    }
    // An agent that holds more than there is gets no proof.
    let receipt = bench.store.receipt(0).await.unwrap().unwrap();
    assert_eq!(bench.store.answer(receipt, Some(1 << 40)).await.unwrap().consistency, []);
}

pub(crate) async fn a_number_is_taken_once(bench: Bench) {
    bench.enrol(1).await;
    let (one, other) = (some(1, 1), report(1, 1, vec![packages(&[("other", "1")])]));
    let appended = bench.append(&[one.clone(), other.clone(), one.clone()], at(0)).await;
    assert_eq!(appended[1], Appended::Conflict);
    assert_eq!(appended[0], appended[2], "handed in twice in one batch");
    assert_eq!(bench.append(&[other, one], at(1)).await, [Appended::Conflict, appended[0].clone()]);
    assert_eq!(bench.store.size().await.unwrap(), 1);
    assert_eq!(bench.append(&[], at(1)).await, []);
    let largest = some(1, u64::MAX);
    let receipt = bench.receipts(std::slice::from_ref(&largest), at(2)).await.pop().unwrap();
    receipt.verify(sealed(&largest), &verifier()).unwrap();
    assert_eq!(bench.receipts(&[largest], at(3)).await, [receipt]);
}

pub(crate) async fn two_programs_may_write_at_once(bench: Bench) {
    const BATCHES: u64 = 25;
    for n in 1..=4 {
        bench.enrol(n).await;
    }
    let write = |store: Store, n: u8| async move {
        let mut receipts = Vec::new();
        for sequence in 1..=BATCHES {
            // The first is everybody's.
            let batch = [some(1, sequence), some(n, sequence), act(&format!("{n}"))];
            for appended in store.append(&batch, &signer(), at(0)).await.unwrap() {
                let Appended::Stands(receipt) = appended else { panic!("conflict") };
                receipts.push(receipt);
            }
        }
        receipts
    };
    let (first, second) = (bench.store.clone(), bench.another().await);
    let tasks = [(first.clone(), 2), (first, 3), (second.clone(), 4), (second, 2)];
    let tasks: Vec<_> = tasks.into_iter().map(|(store, n)| tokio::spawn(write(store, n))).collect();
    let mut receipts: Vec<Receipt> = Vec::new();
    for task in tasks {
        receipts.extend(task.await.unwrap());
    }
    let indexes: BTreeSet<u64> = receipts.iter().map(|r| r.index).collect();
    // Four agents' reports once each, and an act of every task in every batch.
    assert_eq!(indexes, (0..(4 + 4) * BATCHES).collect(), "no index lost, none doubled");
    for receipt in &receipts {
        assert_eq!(bench.store.receipt(receipt.index).await.unwrap().as_ref(), Some(receipt));
    }
    let verified = bench.store.verify(&verifier(), &[]).await.unwrap();
    assert_eq!((verified.size, verified.fault), (8 * BATCHES, None));
}

pub(crate) async fn a_batch_with_a_stranger_writes_nothing(bench: Bench) {
    bench.enrol(1).await;
    let refused = bench.store.append(&[some(1, 1), some(9, 1)], &signer(), at(0)).await;
    assert!(refused.is_err(), "agent 9 was never enrolled");
    assert_eq!(bench.store.size().await.unwrap(), 0);
    assert_eq!(bench.receipts(&[some(1, 1)], at(0)).await[0].index, 0);
    assert_eq!(bench.store.verify(&verifier(), &[]).await.unwrap().fault, None);
}

pub(crate) async fn a_new_database_may_be_opened_by_several_at_once(bench: Bench) {
    let dir = tempfile::tempdir().unwrap();
    let url = if bench.url.starts_with("sqlite:") {
        format!("sqlite:{}", dir.path().join("new.db").display())
    } else {
        bench.tamper("CREATE DATABASE newer").await;
        bench.url.replacen("/a_new_database_may_be_opened_by_several_at_once?", "/newer?", 1)
    };
    let open = |url: String| async move { Store::open(&url, &crate::bench::contoh()).await.map(|_| ()) };
    let tasks: Vec<_> = (0..4).map(|_| tokio::spawn(open(url.clone()))).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

pub(crate) async fn governments_do_not_see_each_other(bench: Bench) {
    bench.enrol(1).await;
    bench.receipts(&[some(1, 1)], at(0)).await;
    let other = Store::open(&bench.url, &"lain".parse().unwrap()).await.unwrap();
    assert_eq!(other.size().await.unwrap(), 0);
    assert_eq!(other.agent(&agent(1)).await.unwrap(), None);
    assert_eq!(other.servers(&patuh_collector::store::ServerFilter::default()).await.unwrap(), []);
    assert!(other.append(&[some(1, 1)], &signer(), at(0)).await.is_err(), "it is enrolled elsewhere");
    let appended = other.append(&[act("x")], &signer(), at(0)).await.unwrap();
    assert!(matches!(&appended[..], [Appended::Stands(receipt)] if receipt.index == 0));
    assert_eq!(other.verify(&verifier(), &[]).await.unwrap().size, 1);
    assert_eq!(bench.store.verify(&verifier(), &[]).await.unwrap().size, 1);
}

pub(crate) async fn large_batches_are_kept_whole(bench: Bench) {
    for n in 1..=3 {
        bench.enrol(n).await;
    }
    let batch: Vec<_> = (1..=67).flat_map(|sequence| (1..=3).map(move |n| some(n, sequence))).collect();
    let receipts = bench.receipts(&batch, at(0)).await;
    for (entry, receipt) in batch.iter().zip(&receipts) {
        receipt.verify(sealed(entry), &verifier()).unwrap();
        let leaf = bench.store.leaf(receipt.index).await.unwrap().unwrap();
        assert!(matches!(leaf.leaf, Leaf::Report(leaf) if leaf.is_of(sealed(entry))));
    }
    assert_eq!(bench.receipts(&batch, at(1)).await, receipts);
    assert_eq!(bench.store.verify(&verifier(), &[]).await.unwrap().size, 201);
}
