//! The simulated kabupaten, brought to a collector by the real `patuh-fleet`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

use crate::collector::Collector;
use crate::process::{Outcome, Process, program, run};
use crate::wait::until;

/// Enrols `agents` simulated servers at `collector`, each with a token of its own, and lets them report
/// `rounds` times. Gives what the program said.
///
/// # Panics
/// When the program fails.
pub async fn visit(collector: &Collector, agents: usize, rounds: u32) -> Outcome {
    let (agents, rounds) = (agents.to_string(), rounds.to_string());
    let needs = fleet(vec!["--agents".into(), agents.clone(), "--needs".into()]).await;
    let tokens = tokens(collector, &needs.stdout).await;
    let path = collector.folder().join("tokens");
    File::create(&path).and_then(|mut file| file.write_all(tokens.as_bytes())).expect("a file of tokens");
    let options = [("--agents", agents), ("--collector", collector.url()), ("--rounds", rounds)];
    let mut arguments = vec!["--tokens".to_owned(), path.display().to_string()];
    arguments.extend(options.into_iter().flat_map(|(name, value)| [name.to_owned(), value]));
    fleet(arguments).await
}

/// The same, with what the servers saw of their networks over two weeks. Once all of it and the first round are there,
/// `between` is done; then some cables move, and the last round comes.
///
/// # Panics
/// When the program fails.
pub async fn visit_networks(collector: &Collector, agents: usize, between: impl AsyncFnOnce()) -> Outcome {
    let agents = agents.to_string();
    let needs = fleet(vec!["--agents".into(), agents.clone(), "--needs".into()]).await;
    let tokens = tokens(collector, &needs.stdout).await;
    let (path, go_on) = (collector.folder().join("tokens"), collector.folder().join("go-on"));
    File::create(&path).and_then(|mut file| file.write_all(tokens.as_bytes())).expect("a file of tokens");
    let text = |path: &std::path::Path| path.display().to_string();
    let arguments = [
        "--network",
        "--agents",
        &agents,
        "--collector",
        &collector.url(),
        "--rounds",
        "2",
        "--tokens",
        &text(&path),
        "--hold",
        &text(&go_on),
    ];
    let log = collector.folder().join("fleet.log");
    let mut process = Process::start(&program("patuh-fleet"), &arguments, &log);
    until("the first round", async || {
        assert!(process.runs() || process.log().contains("putaran 1"), "{}", process.log());
        process.log().contains("putaran 1").then_some(())
    })
    .await;
    between().await;
    File::create(&go_on).expect("a file to go on by");
    until("the last round", async || (!process.runs()).then_some(())).await;
    let log = process.log();
    assert!(log.contains("Selesai"), "{log}");
    Outcome { success: true, stdout: String::new(), stderr: log }
}

/// One token for each server, as `patuh-fleet --needs` asks for them.
async fn tokens(collector: &Collector, needs: &str) -> String {
    let mut tokens = String::new();
    for line in needs.lines() {
        let words: Vec<_> = line.split(' ').collect();
        let [office, site, count] = words.as_slice() else { panic!("patuh-fleet --needs says {line}") };
        for _ in 0..count.parse().unwrap_or(0) {
            let token = collector.token_at(office, Some(*site).filter(|site| *site != "-")).await;
            let _ = writeln!(tokens, "{token} {site}");
        }
    }
    tokens
}

async fn fleet(arguments: Vec<String>) -> Outcome {
    let fleet = tokio::task::spawn_blocking(move || {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        run(&program("patuh-fleet"), &arguments, "")
    });
    let fleet = fleet.await.expect("patuh-fleet runs");
    assert!(fleet.success, "{}", fleet.stderr);
    fleet
}
