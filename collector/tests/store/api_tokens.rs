//! Tokens of the API, and changes in the order of the ledger.

use patuh_collector::store::{ApiToken, ChangesAfter};
use patuh_protocol::digest::Digest;

use crate::bench::{Bench, at, packages, report, some};

fn token(id: &str, office: Option<&str>) -> ApiToken {
    ApiToken {
        id: id.into(),
        name: "zab\0bix".into(),
        office: office.map(|office| office.parse().unwrap()),
        created_at: at(0),
        expires_at: at(1000),
        used_at: None,
        revoked_at: None,
    }
}

pub(crate) async fn a_token_is_good_until_it_is_not(bench: Bench) {
    let (store, secret) = (&bench.store, Digest::of(b"secret"));
    store.add_api_token(&token("0a", Some("dinkes")), secret).await.unwrap();
    store.add_api_token(&token("0b", None), Digest::of(b"other")).await.unwrap();
    assert!(store.add_api_token(&token("0a", None), secret).await.is_err(), "an id is taken once");
    let used = async |id: &str, secret, seconds| store.use_api_token(id, secret, at(seconds)).await.unwrap();
    assert_eq!(used("0b", secret, 1).await, None, "another's secret");
    assert_eq!(used("0\0a", secret, 1).await, None);
    let known = used("0a", secret, 1).await.unwrap();
    assert_eq!((known.name.as_str(), known.used_at), ("zab\u{fffd}bix", None));
    assert_eq!(known.office.unwrap().as_str(), "dinkes");
    assert_eq!(used("0a", secret, 30).await.unwrap().used_at, Some(at(1)));
    assert_eq!(used("0a", secret, 61).await.unwrap().used_at, Some(at(1)), "not written down again so soon");
    assert_eq!(used("0a", secret, 62).await.unwrap().used_at, Some(at(61)));
    assert_eq!(used("0a", secret, 1000).await, None, "expired");
    assert!(!store.revoke_api_token("0c", at(70)).await.unwrap());
    assert!(store.revoke_api_token("0a", at(70)).await.unwrap());
    assert!(!store.revoke_api_token("0a", at(71)).await.unwrap(), "once");
    assert_eq!(used("0a", secret, 72).await, None, "revoked");
    let listed: Vec<_> =
        store.api_tokens().await.unwrap().into_iter().map(|t| (t.id, t.revoked_at)).collect();
    assert_eq!(listed, [("0a".to_owned(), Some(at(70))), ("0b".to_owned(), None)]);
}

pub(crate) async fn changes_are_followed_without_loss(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    let names: Vec<String> = (0..7).map(|n| format!("paket{n}")).collect();
    let all =
        |version: &'static str| names.iter().map(move |name| (name.as_str(), version)).collect::<Vec<_>>();
    bench.append(&[report(1, 1, vec![packages(&all("1"))]), some(2, 1)], at(1)).await;
    bench.append(&[report(1, 2, vec![packages(&all("2"))]), some(2, 4)], at(10)).await;
    let whole = bench.store.changes_after(ChangesAfter::default(), 100).await.unwrap();
    assert!(!whole.more && whole.changes.len() >= 8, "{}", whole.changes.len());
    for limit in [1, 3, 8] {
        let (mut after, mut told) = (ChangesAfter::default(), Vec::new());
        loop {
            let page = bench.store.changes_after(after, limit).await.unwrap();
            told.extend(page.changes);
            // As a program keeps it: as a text.
            after = page.next.unwrap().to_string().parse().unwrap();
            if !page.more {
                break;
            }
        }
        assert_eq!(told, whole.changes, "{limit} at a time");
    }
    let index = whole.changes[0].index;
    let behind: ChangesAfter = index.to_string().parse().unwrap();
    let rest = bench.store.changes_after(behind, 100).await.unwrap().changes;
    assert!(rest.iter().all(|change| change.index > index));
    let since: ChangesAfter = at(4).to_string().parse().unwrap();
    let late = bench.store.changes_after(since, 100).await.unwrap().changes;
    assert!(!late.is_empty() && late.iter().all(|change| change.at >= at(4)));
}
