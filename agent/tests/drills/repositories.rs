//! Repositories of restic and borg, sound and otherwise.

use std::fs;
use std::time::Duration;

use patuh_protocol::backup::Tool;

use crate::host::{Host, files, flip};

#[test]
fn restic_brings_a_sample_and_the_canary_back_and_leaves_no_trace() {
    let host = Host::with_restic();
    let before = (files(&host.at("repo")), files(&host.at("home")));
    let drill = host.passes();
    assert_eq!(
        (drill.tool, drill.method.as_str(), drill.by.as_str()),
        (Tool::Restic, "restore sample", "budi")
    );
    assert_eq!((drill.items, drill.compared, drill.same), (21, 21, 21), "{drill:?}");
    assert!((9 * 3600..10 * 3600).contains(&drill.canary_age_s.unwrap()), "{drill:?}");
    assert_eq!((drill.bytes > 20 * 4096, drill.object.len()), (true, 64));
    assert_eq!((files(&host.at("repo")), files(&host.at("home"))), before);
    // What is gone from the server since is compared with what came back before.
    fs::remove_dir_all(host.at("data")).unwrap();
    let again = host.passes();
    assert!((11..=21).contains(&again.compared) && again.same == again.compared, "{again:?}");
    assert_eq!(host.drills().len(), 2);
}

#[test]
fn what_is_wrong_with_restic_is_found() {
    let mut host = Host::with_restic();
    fs::write(host.at("secret"), "salah").unwrap();
    host.fails("wrong password");
    fs::write(host.at("secret"), "rahasia").unwrap();
    // All of it: a sample may miss a byte.
    host.settings.sample_files = 100;
    host.passes();
    flip(&host.at("repo/data"));
    host.fails("restic");
    let host = Host::with_restic();
    fs::create_dir(host.at("kosong")).unwrap();
    host.restic(&["backup", &host.text("kosong")]);
    let drill = host.fails("tidak ada satu berkas pun");
    assert_eq!(drill.items, 0);
    fs::remove_dir_all(host.at("repo")).unwrap();
    host.fails("restic snapshots");
}

#[test]
fn without_a_canary_the_sample_counts_and_the_note_says_what_to_do() {
    let host = Host::with_restic();
    host.restic(&["backup", &host.text("data")]);
    let drill = host.passes();
    let note = drill.note.unwrap();
    assert!(
        drill.canary_age_s.is_none() && note.contains("ikutkan") && note.contains("state/canary"),
        "{note}"
    );
}

#[test]
fn borg_brings_a_sample_and_the_canary_back_and_leaves_no_trace() {
    let host = Host::with_borg();
    let before = (files(&host.at("repo")), files(&host.at("home")));
    let drill = host.passes();
    assert_eq!((drill.tool, drill.items, drill.compared, drill.same), (Tool::Borg, 21, 21, 21), "{drill:?}");
    assert!((9 * 3600..10 * 3600).contains(&drill.canary_age_s.unwrap()), "{drill:?}");
    let id = host.borg(&["list", "--bypass-lock", "--format", "{id}", &host.text("repo")]);
    assert_eq!(drill.object, id);
    assert_eq!(files(&host.at("repo")), before.0);
}

#[test]
fn what_is_wrong_with_borg_is_found() {
    let host = Host::with_borg();
    fs::write(host.at("secret"), "salah").unwrap();
    host.fails("borg list");
    fs::write(host.at("secret"), "rahasia").unwrap();
    fs::create_dir(host.at("kosong")).unwrap();
    let archive = format!("{}::kosong", host.text("repo"));
    std::thread::sleep(Duration::from_secs(1)); // borg counts seconds
    host.borg(&["create", &archive, &host.text("kosong")]);
    host.fails("tidak ada satu berkas pun");
    let mut host = Host::with_borg();
    host.settings.sample_files = 100;
    flip(&host.at("repo/data"));
    host.fails("borg");
}
