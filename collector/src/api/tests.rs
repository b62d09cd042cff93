//! The whole API over an embedded store, spoken to without a socket.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::body;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::{Package, System};
use patuh_protocol::report::{Outcome, Reading, Report, Section};
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use super::routes::{ALL, Guard};
use super::token::Token;
use super::*;
use crate::export::List;
use crate::store::ApiToken;

const GOLDEN: &str = include_str!("../../../tests/golden/api-routes.txt");
const CONFIG: &str = include_str!("../../../config/collector.toml");

struct Bench {
    router: axum::Router,
    store: Store,
    signer: Arc<Signer>,
    _dir: TempDir,
}

fn now() -> Timestamp {
    "2026-11-22T00:30:00Z".parse().unwrap()
}

fn key(n: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[n; 32]).unwrap()
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = Arc::new(Config::parse("collector.toml", CONFIG).unwrap());
        let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
        let store = Store::open(&url, &config.government.code).await.unwrap();
        let signer = Arc::new(Signer::new(config.origin(), key(9)));
        let api = Api { store: store.clone(), config, signer: Arc::clone(&signer), clock: Arc::new(now) };
        Self { router: router(api), store, signer, _dir: dir }
    }

    /// A token for `office`, good for so many hours.
    async fn token(&self, office: Option<&str>, hours: i64) -> String {
        let token = Token::new().unwrap();
        let row = ApiToken {
            id: token.id.clone(),
            name: "zabbix".into(),
            office: office.map(|office| office.parse().unwrap()),
            created_at: now() - SignedDuration::from_hours(1000),
            expires_at: now() + SignedDuration::from_hours(hours),
            used_at: None,
            revoked_at: None,
        };
        self.store.add_api_token(&row, token.digest()).await.unwrap();
        token.to_string()
    }

    /// Takes in two reports of a server of `office`, the second with another package.
    async fn server(&self, n: u8, office: &str) -> AgentId {
        let (key, id) = (key(n), format!("{n:08x}"));
        let (public, secret) = (key.public_key().as_ref().to_vec(), Digest::of(&[n]));
        let (agent, office) = (AgentId::of_key(&public), office.parse().unwrap());
        let until = now() + SignedDuration::from_hours(1);
        self.store.add_token(&id, secret, &office, None, now(), until).await.unwrap();
        self.store.enrol(&id, secret, &agent, &public, now()).await.unwrap();
        for sequence in [1, 2] {
            let packed = body::pack(&report(n, sequence)).unwrap();
            let (report, carried) = body::open_with_base(&packed).unwrap();
            let sealed = Sealed::new(&key, agent.clone(), sequence, now(), packed);
            let entry = Entry::Report { sealed, report, carried, office: office.clone() };
            self.store.append(&[entry], &self.signer, now()).await.unwrap();
        }
        agent
    }

    async fn ask(&self, method: Method, path: &str, token: Option<&str>) -> (StatusCode, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    async fn get(&self, path: &str, token: &str) -> (StatusCode, Value) {
        let (status, body) = self.ask(Method::GET, path, Some(token)).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}

fn report(n: u8, sequence: u64) -> Report {
    let section =
        |sensor: &str, reading| Section { sensor: sensor.into(), took_us: 7, outcome: Outcome::Ok(reading) };
    let hostname = format!("srv{n}");
    let package = Package { name: "nginx".into(), version: format!("1.{sequence}"), ..Package::default() };
    let sections = vec![
        section("system", Reading::System(System { hostname, ..System::default() })),
        section("packages/dpkg", Reading::Packages(vec![package])),
    ];
    Report { version: 1, agent_version: "0.1.0".into(), taken_at: now(), sections, gap: None, base: None }
}

fn sample(path: &str) -> String {
    path.replace("{agent}", &"0".repeat(32)).replace("{file}", "servers.csv")
}

#[tokio::test]
async fn the_table_is_the_golden_one_and_every_guard_stands() {
    let bench = Bench::new().await;
    let token = bench.token(None, 1).await;
    let mut table = String::new();
    for route in ALL {
        let path = sample(route.path);
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if bench.ask(method.clone(), &path, Some(&token)).await.0 == StatusCode::METHOD_NOT_ALLOWED {
                continue;
            }
            let refused = bench.ask(method.clone(), &path, None).await.0 == StatusCode::UNAUTHORIZED;
            assert_eq!(refused, route.guard == Guard::Token, "{method} {path}");
            let guard = if refused { "token" } else { "public" };
            table = format!("{table}{:<4} {:<37} {guard}\n", method.as_str(), route.path);
        }
    }
    assert_eq!(table, GOLDEN, "{table}");
}

#[tokio::test]
async fn the_description_names_every_address_and_every_file() {
    let bench = Bench::new().await;
    let (status, text) = bench.ask(Method::GET, "/api/v1/openapi.json", None).await;
    assert_eq!(status, StatusCode::OK);
    let described: Value = serde_json::from_slice(&text).unwrap();
    let paths: BTreeSet<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, ALL.iter().map(|route| route.path).collect());
    let export = &described["paths"]["/api/v1/export/{file}"]["get"]["parameters"][0]["schema"]["enum"];
    let named: BTreeSet<&str> = export.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let files = List::ALL.into_iter().flat_map(|list| {
        list.formats().iter().map(move |format| format!("{}.{}", list.name(), format.extension()))
    });
    let files: BTreeSet<String> = files.collect();
    assert_eq!(named, files.iter().map(String::as_str).collect());
}

/// What is answered holds what is described: every field that is required, and no other.
#[tokio::test]
async fn answers_are_as_described() {
    let bench = Bench::new().await;
    let (agent, token) = (bench.server(1, "dinkes").await, bench.token(None, 1).await);
    let described: Value = serde_json::from_str(openapi::TEXT).unwrap();
    let check = |value: &Value, schema: &str| {
        let required = described["components"]["schemas"][schema]["required"].as_array().unwrap();
        let names: BTreeSet<&str> = required.iter().filter_map(Value::as_str).collect();
        let mut given: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        given.remove("sections");
        assert_eq!(given, names, "{schema}");
    };
    let (_, servers) = bench.get("/api/v1/servers", &token).await;
    check(&servers["servers"][0], "Server");
    let (_, server) = bench.get(&format!("/api/v1/servers/{agent}"), &token).await;
    check(&server, "Server");
    check(&server["sections"][0], "Section");
    assert_eq!(server["sections"][1]["value"]["reading"]["system"]["hostname"], "srv1");
    let (_, changes) = bench.get("/api/v1/changes", &token).await;
    check(&changes["changes"][0], "Change");
    let (status, refused) = bench.get("/api/v1/servers?pd=dinkes", &token).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "a misspelt filter does not give everything");
    check(&refused, "Error");
}

#[tokio::test]
async fn a_token_is_good_until_it_is_not() {
    let bench = Bench::new().await;
    let status = async |token: &str| bench.get("/api/v1/servers", token).await.0;
    let good = bench.token(None, 1).await;
    assert_eq!(status(&good).await, StatusCode::OK);
    assert_eq!(status(&bench.token(None, 0).await).await, StatusCode::UNAUTHORIZED, "expired");
    let (guess, digit) = good.split_at(good.len() - 1);
    let other = format!("{guess}{}", if digit == "0" { "1" } else { "0" });
    assert_eq!(status(&other).await, StatusCode::UNAUTHORIZED, "another secret");
    let all = bench.store.api_tokens().await.unwrap();
    let used: Vec<_> = all.iter().map(|token| token.used_at).collect();
    assert_eq!(used.iter().flatten().collect::<Vec<_>>(), [&now()]);
    let id: String = good.chars().skip(6).take(8).collect();
    assert!(bench.store.revoke_api_token(&id, now()).await.unwrap());
    assert!(!bench.store.revoke_api_token(&id, now()).await.unwrap(), "once");
    assert_eq!(status(&good).await, StatusCode::UNAUTHORIZED, "revoked");
}

#[tokio::test]
async fn an_office_sees_only_its_own() {
    let bench = Bench::new().await;
    let (own, other) = (bench.server(1, "dinkes").await, bench.server(2, "diskominfo").await);
    let token = bench.token(Some("dinkes"), 1).await;
    let (_, servers) = bench.get("/api/v1/servers", &token).await;
    assert_eq!(servers["servers"].as_array().unwrap().len(), 1);
    assert_eq!(servers["servers"][0]["agent"], own.as_str());
    let status = async |path: &str| bench.get(path, &token).await.0;
    assert_eq!(status(&format!("/api/v1/servers/{own}")).await, StatusCode::OK);
    assert_eq!(status(&format!("/api/v1/servers/{other}")).await, StatusCode::NOT_FOUND);
    assert_eq!(status("/api/v1/servers?office=diskominfo").await, StatusCode::FORBIDDEN);
    assert_eq!(status("/api/v1/export/servers.csv?office=diskominfo").await, StatusCode::FORBIDDEN);
    let cyclonedx = format!("/api/v1/export/cyclonedx.json?agent={other}");
    assert_eq!(status(&cyclonedx).await, StatusCode::NOT_FOUND);
    let (_, changes) = bench.get("/api/v1/changes", &token).await;
    let agents: Vec<_> = changes["changes"].as_array().unwrap().iter().map(|c| &c["agent"]).collect();
    assert_eq!(agents, [own.as_str()]);
    let (_, csv) = bench.ask(Method::GET, "/api/v1/export/packages.csv", Some(&token)).await;
    let text = String::from_utf8(csv).unwrap();
    assert!(text.contains("srv1") && !text.contains("srv2"), "{text}");
}

#[tokio::test]
async fn every_file_is_made_and_is_an_act() {
    let bench = Bench::new().await;
    bench.server(1, "dinkes").await;
    let token = bench.token(None, 1).await;
    for list in List::ALL {
        for format in list.formats() {
            let path = format!("/api/v1/export/{}.{}", list.name(), format.extension());
            let (status, body) = bench.ask(Method::GET, &path, Some(&token)).await;
            assert_eq!((status, body.is_empty()), (StatusCode::OK, false), "{path}");
            let acts = bench.store.leaves(None, 1).await.unwrap();
            assert!(acts[0].text.contains("\"who\":\"api:zabbix ("), "{}", acts[0].text);
            assert!(acts[0].text.contains(list.title()), "{}", acts[0].text);
        }
    }
    for path in ["servers.json", "servers", "gudang.csv", "kib-b.pdf"] {
        let status = bench.get(&format!("/api/v1/export/{path}"), &token).await.0;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn changes_are_followed_from_where_one_was() {
    let bench = Bench::new().await;
    let token = bench.token(None, 1).await;
    let (_, none) = bench.get("/api/v1/changes", &token).await;
    assert_eq!((none["changes"].as_array().unwrap().len(), &none["next"]), (0, &Value::Null));
    bench.server(1, "dinkes").await;
    let (_, first) = bench.get("/api/v1/changes", &token).await;
    let told = &first["changes"][0];
    assert_eq!([&told["subject"], &told["before"], &told["after"]], ["nginx", "1.1", "1.2"]);
    let next = first["next"].as_str().unwrap();
    let (_, nothing_new) = bench.get(&format!("/api/v1/changes?since={next}"), &token).await;
    assert_eq!(nothing_new["changes"].as_array().unwrap().len(), 0);
    assert_eq!(nothing_new["next"], next, "the place stays");
    bench.server(2, "dinkes").await;
    let (_, then) = bench.get(&format!("/api/v1/changes?since={next}"), &token).await;
    assert_eq!(then["changes"][0]["hostname"], "srv2");
    let later = bench.get("/api/v1/changes?since=2026-11-23T00:00:00Z", &token).await.1;
    assert_eq!(later["changes"].as_array().unwrap().len(), 0);
    assert_eq!(bench.get("/api/v1/changes?since=kemarin", &token).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_asks_too_often_is_told_to_wait() {
    let bench = Bench::new().await;
    let token = bench.token(None, 1).await;
    for _ in 0..120 {
        assert_eq!(bench.get("/api/v1/assets", &token).await.0, StatusCode::OK);
    }
    let (status, body) = bench.get("/api/v1/assets", &token).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::TOO_MANY_REQUESTS, &"too_many_requests".into())
    );
    assert_eq!(bench.get("/api/v2/servers", &token).await.0, StatusCode::NOT_FOUND);
}
