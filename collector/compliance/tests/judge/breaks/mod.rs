//! The clean estate, one thing broken, and exactly the findings that follow.

mod copies;
mod drills;
mod lan;
mod media;
mod placement;
mod plans;
mod sets;
mod silence;
mod stores;

use std::collections::BTreeMap;

use patuh_compliance::Verdict;
use patuh_compliance::estate::{Backup, Estate, Known, Place, Server};
use patuh_compliance::pack::{Policy, apply};

use super::example::{backup, estate, findings, line, medium, now, packs};

/// Breaks the clean estate and expects these lines, and `PATUH` everywhere else.
#[track_caller]
fn check(break_it: impl FnOnce(&mut Estate), expected: &[&str]) {
    let mut broken = estate();
    break_it(&mut broken);
    let bad: Vec<String> = findings(&broken, &packs(), now())
        .iter()
        .filter(|finding| finding.verdict != Verdict::Compliant)
        .map(line)
        .collect();
    assert_eq!(bad, expected);
}

/// As [`check`], for a break of the one server.
#[track_caller]
fn check_server(break_it: impl FnOnce(&mut Server), expected: &[&str]) {
    check(|estate| break_it(&mut estate.servers[0]), expected);
}

/// What one rule says of the clean server with these sets instead of its own.
#[track_caller]
fn check_sets(rule: &str, sets: Vec<Backup>, expected: &str) {
    let mut broken = estate();
    broken.servers[0].backups = Known::Yes(sets);
    let all = findings(&broken, &packs(), now());
    let found: Vec<String> = all.iter().filter(|finding| finding.rule == rule).map(line).collect();
    assert_eq!(found, [expected]);
}

fn portable() -> Backup {
    Backup { place: Place::Removable, medium: medium().identity, ..backup("kaset", "", 48) }
}

/// What one rule says of the clean estate, broken so.
#[track_caller]
fn check_rule(rule: &str, break_it: impl FnOnce(&mut Estate), expected: &str) {
    let mut broken = estate();
    break_it(&mut broken);
    let all = findings(&broken, &packs(), now());
    let found: Vec<String> = all.iter().filter(|finding| finding.rule == rule).map(line).collect();
    assert_eq!(found, [expected]);
}

/// What one rule says of the clean estate when the Dinas sets it so, broken so.
#[track_caller]
fn check_policy(rule: &str, policy: Policy, break_it: impl FnOnce(&mut Estate), expected: &str) {
    let (mut broken, mut set) = (estate(), packs());
    break_it(&mut broken);
    apply(&mut set, &BTreeMap::from([(rule.to_owned(), policy)])).unwrap();
    let all = findings(&broken, &set, now());
    let found: Vec<String> = all.iter().filter(|finding| finding.rule == rule).map(line).collect();
    assert_eq!(found, [expected]);
}
