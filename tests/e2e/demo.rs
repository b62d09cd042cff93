//! `make demo`, as somebody who has just cloned the repository would type it, and Ctrl-C.

use std::path::Path;

use patuh_tests::collector::repository;
use patuh_tests::process::{Process, program};
use patuh_tests::until;
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_shows_its_address_and_leaves_nothing_behind() {
    // So that the script finds everything built.
    let _ = program("patuh-fleet");
    let folder = tempfile::tempdir().unwrap();
    let script = repository().join("tests/demo/run").display().to_string();
    // Whoever runs the tests in the background of a script has Ctrl-C ignored, and a shell cannot take that back.
    let shell = ["--default-signal=INT", "/bin/bash", &script];
    let mut demo = Process::start(Path::new("/usr/bin/env"), &shell, &folder.path().join("log"));
    let address = until("the demo is ready", async || {
        assert!(demo.runs(), "{}", demo.log());
        let log = demo.log();
        let line = log.lines().find(|line| line.trim_start().starts_with("Alamat"))?;
        log.contains("Ctrl-C menghentikan")
            .then(|| line.rsplit("//").next().map(|a| a.trim_end_matches('/').to_owned()))?
    })
    .await;
    assert!(TcpStream::connect(&address).await.is_ok(), "the pages are at {address}");
    let log = demo.log();
    for shown in ["76 tanda terima", "Kata sandi: ", "mesin ini sendiri"] {
        assert!(log.contains(shown), "{shown} in {log}");
    }
    let scratch = log.lines().find_map(|line| line.split("--config ").nth(1)).unwrap();
    let scratch = Path::new(scratch.trim()).parent().unwrap().to_owned();
    assert!(scratch.is_dir(), "{}", scratch.display());

    demo.interrupt();
    until("the demo ends", async || (!demo.runs()).then_some(())).await;
    assert!(!scratch.exists(), "{} is left behind", scratch.display());
    assert!(TcpStream::connect(&address).await.is_err(), "somebody still listens at {address}");
}
