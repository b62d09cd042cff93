//! The simulated kabupaten: forty servers of a dozen offices, and what the judge says of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use patuh_collector::config::Config;
use patuh_collector::store::ServerFilter;
use patuh_collector::tasks::evaluate::judge;
use patuh_compliance::Verdict;
use patuh_compliance::finding::Subject;
use patuh_tests::{Collector, HandClock, fleet};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_servers_report_and_are_judged() {
    // The fleet is a program with a clock of its own.
    let collector = Collector::sqlite().at(HandClock::real().now()).start().await;
    let fleet = fleet::visit(&collector, 40, 2).await;
    assert!(fleet.stderr.contains("40 server, 76 laporan dikirim, 76 tanda terima"), "{}", fleet.stderr);

    let store = collector.store().await;
    let servers = store.servers(&ServerFilter::default()).await.unwrap();
    assert_eq!(servers.len(), 40);
    assert_eq!(servers.iter().filter(|server| server.last_report.is_none()).count(), 2, "two never reported");
    let kinds: BTreeMap<_, _> =
        store.changes(None, 100).await.unwrap().into_iter().map(|c| (c.kind, ())).collect();
    for kind in ["package", "disk", "address"] {
        assert!(kinds.contains_key(kind), "{kind} among {kinds:?}");
    }
    check_verdicts(&collector).await;
}

/// What the judge must say: rule, server, verdict.
const EXPECTED: &[(&str, &str, Verdict)] = &[
    ("MJL-15.1", "simpeg", Verdict::Compliant),
    ("MJL-15.1", "simrs", Verdict::NotCompliant),
    ("MJL-15.1", "siks", Verdict::NeedsReview),
    ("MJL-16.1", "simpeg", Verdict::Compliant),
    ("MJL-16.1", "simrs", Verdict::NotCompliant),
    ("MJL-16.1", "simpus", Verdict::NotCompliant),
    ("MJL-16.1", "jdih", Verdict::NotCompliant),
    ("MJL-16.1", "simrs-db", Verdict::NotCompliant),
];

async fn check_verdicts(collector: &Collector) {
    let path = collector.folder().join("collector.toml");
    let text = include_str!("../demo/collector.toml");
    let packs = format!("packs = '{}'", collector.config().packs.display());
    write(&path, &text.replace("packs = \"config/packs\"", &packs));
    let (config, packs) = Config::load(&path).unwrap();
    let judged = judge(&collector.store().await, &config, &packs, collector.clock.now()).await.unwrap();

    let names: BTreeMap<_, _> =
        judged.estate.servers.iter().map(|s| (s.id.as_str(), s.name.as_str())).collect();
    let mut verdicts = BTreeMap::new();
    for finding in judged.assessments.iter().flat_map(|assessment| &assessment.findings) {
        if let Subject::Server(id) = &finding.subject {
            let name = names.get(id.as_str()).copied().unwrap_or_default();
            verdicts.insert((finding.rule.as_str(), name), finding.verdict);
        }
    }
    let mut wrong = String::new();
    for (rule, server, expected) in EXPECTED {
        let verdict = verdicts.get(&(*rule, *server));
        if verdict != Some(expected) {
            let _ = writeln!(wrong, "{rule} {server}: {verdict:?}, not {expected:?}");
        }
    }
    assert_eq!(wrong, "");
}

fn write(path: &Path, text: &str) {
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).unwrap();
}
