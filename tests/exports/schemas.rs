//! Documents, by the official schemas.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use patuh_collector::export::{Format, List};
use patuh_tests::collector::repository;
use patuh_tests::process::run;
use serde_json::Value;

use crate::estate::Estate;
use crate::skip;

/// The Python that `tests/prepare` gave the validators.
fn python() -> Option<PathBuf> {
    Some(repository().join("target/validators/bin/python")).filter(|path| path.exists())
}

/// Checks `files`, which are of `kind`.
fn check(python: &Path, kind: &str, files: &[PathBuf]) {
    let script = repository().join("tests/exports/validate.py").display().to_string();
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let arguments: Vec<&str> =
        [script.as_str(), kind].into_iter().chain(files.iter().map(String::as_str)).collect();
    let outcome = run(python, &arguments, "");
    assert!(outcome.success, "{}{}", outcome.stdout, outcome.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bills_of_materials_are_valid_by_the_official_schema() {
    let estate = Estate::new().await;
    let mut bills = vec![("estate".to_owned(), estate.file(List::CycloneDx, Format::Json, None).await)];
    for agent in &estate.agents {
        let bill = estate.file(List::CycloneDx, Format::Json, Some(agent.clone())).await;
        let again = estate.file(List::CycloneDx, Format::Json, Some(agent.clone())).await;
        assert!(bill == again, "the same data give the same bytes");
        bills.push((agent.to_string(), bill));
    }
    let whole: Value = serde_json::from_slice(&bills[0].1).unwrap();
    let devices = whole["components"].as_array().unwrap();
    assert_eq!(devices.len(), 4);
    assert!(devices.iter().all(|device| device["type"] == "device"));
    let one: Value = serde_json::from_slice(&bills[1].1).unwrap();
    assert_eq!(one["metadata"]["component"]["type"], "device");
    let purls = one["components"].as_array().unwrap().iter().filter_map(|it| it["purl"].as_str());
    assert!(purls.filter(|purl| purl.starts_with("pkg:deb/debian/")).count() > 10);
    let Some(python) = python() else {
        return skip("bills_of_materials_are_valid_by_the_official_schema", "validators");
    };
    let written = |(name, bytes): (String, Vec<u8>)| {
        let path = estate.collector.folder().join(format!("{name}.json"));
        std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
        path
    };
    check(&python, "cyclonedx", &bills.into_iter().map(written).collect::<Vec<_>>());
}

#[test]
fn the_description_of_the_api_is_valid() {
    let Some(python) = python() else {
        return skip("the_description_of_the_api_is_valid", "validators");
    };
    check(&python, "openapi", &[repository().join("collector/src/api/openapi.json")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_comes_in_lines_and_says_when_it_is_whole() {
    let estate = Estate::new().await;
    let text = String::from_utf8(estate.file(List::Everything, Format::Jsonl, None).await).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!((count("export"), count("server"), count("end")), (1, 4, 1));
    assert_eq!(count("asset"), 8);
    assert_eq!(lines.last().unwrap()["lines"], lines.len() - 1);
}
