//! The offices' LANs: reports followed in their order, versions, drafts, and what officials do with them.

use jiff::Timestamp;
use patuh_collector::config::Config;
use patuh_collector::lan::{
    ChangeReport, Decision, Filed, Filing, FilingRefusal, Party, ReportFilter, Submission,
};
use patuh_collector::store::Store;
use patuh_collector::tasks::evaluate::judge;
use patuh_collector::tasks::topology::follow;
use patuh_protocol::base::Base;
use patuh_protocol::digest::Digest;
use patuh_protocol::lan::{Adjacency, Capability, Gateway, Identifier, IdentifierKind, Interface};
use patuh_protocol::receipt::{ActLeaf, Leaf};
use patuh_protocol::report::{Outcome, Reading, Report, Section};

use crate::bench::{Bench, agent, at, entry, section, system};

mod filing;

pub(crate) use filing::{
    a_better_view_of_what_was_handed_in_may_be_handed_in, a_first_version_takes_in_what_was_there_before,
    officials_hand_in_and_receive, what_is_set_aside_may_be_confirmed_or_handed_in,
    what_was_handed_in_does_not_grow,
};

const CONFIG: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Diskominfo"
timezone = "Asia/Jakarta"
packs = []
[agents]
listen = "127.0.0.1:0"
hosts = ["localhost"]
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"
"#;

pub(crate) fn config() -> Config {
    Config::parse("collector.toml", CONFIG).unwrap()
}

fn minute(minutes: i64) -> Timestamp {
    at(minutes * 60)
}

/// A server's network: its address, its gateway, the port of the switch that it hears.
#[derive(Clone, Copy)]
struct Net(&'static str, &'static str, &'static str);

const HOME: Net = Net("10.1.0.9/24", "10.1.0.1", "7");

fn sections(n: u8, Net(address, gateway, port): Net, since: Timestamp) -> Vec<Section> {
    let id = |kind, value: &str| Identifier { kind, value: value.into() };
    let read = |sensor: &str, reading| section(sensor, Outcome::Ok(reading));
    let interface = Interface {
        name: "eno1".into(),
        mac: Some(format!("b8:2a:72:00:00:{n:02x}")),
        up: Some(true),
        addresses: vec![address.into()],
        ..Interface::default()
    };
    let gateway = Gateway { address: gateway.into(), interface: "eno1".into(), mac: None };
    let switch = Adjacency {
        interface: "eno1".into(),
        chassis: id(IdentifierKind::Mac, "00:1b:21:aa:00:07"),
        port: id(IdentifierKind::InterfaceName, port),
        system_name: Some("SW-LT2".into()),
        capabilities: vec![Capability::Bridge],
        ttl: 120,
        since: Some(since),
        ..Adjacency::default()
    };
    vec![
        system(&format!("srv{n}"), "6.1"),
        read("interfaces", Reading::Interfaces(vec![interface])),
        read("gateways", Reading::Gateways(vec![gateway])),
        read("adjacencies", Reading::Adjacencies(vec![switch])),
    ]
}

fn report(minutes: i64, sections: Vec<Section>) -> Report {
    let agent_version = "0.1.0".into();
    Report { version: 1, agent_version, taken_at: minute(minutes), sections, gap: None, base: None }
}

impl Bench {
    /// The server `n` reports its network at these minutes, and the ledger is followed.
    async fn look(&self, n: u8, net: Net, minutes: &[i64]) {
        for at in minutes {
            let since = minute(minutes.first().unwrap() - 1);
            let entry = entry(n, u64::try_from(*at + 1).unwrap(), &report(*at, sections(n, net, since)));
            self.receipts(&[entry], minute(*at)).await;
            self.followed().await;
        }
    }

    async fn followed(&self) -> u64 {
        follow(&self.store, &config()).await.unwrap()
    }

    /// As `look`, with the changes of a second in a set.
    async fn look_by_the_second(&self, n: u8, net: Net, minutes: &[i64]) {
        let config = format!("{CONFIG}[lan]\nchange_set_seconds = 1\n");
        let config = Config::parse("collector.toml", &config).unwrap();
        for at in minutes {
            let since = minute(minutes.first().unwrap() - 1);
            let entry = entry(n, u64::try_from(*at + 1).unwrap(), &report(*at, sections(n, net, since)));
            self.receipts(&[entry], minute(*at)).await;
            follow(&self.store, &config).await.unwrap();
        }
    }

    async fn reports(&self) -> Vec<ChangeReport> {
        let mut reports = self.store.lan_reports(&ReportFilter::default()).await.unwrap();
        reports.reverse();
        reports
    }

    /// Versions with their sentences, oldest first; then drafts: number, versions, standing, sentences.
    async fn lan_told(&self) -> Vec<String> {
        let mut versions = self.store.lan_versions(&dinkes()).await.unwrap();
        versions.reverse();
        let version = versions.iter().map(|it| format!("v{}: {}", it.number, it.sentences.join("; ")));
        let reports = self.reports().await;
        let report = |it: &ChangeReport| {
            let before = it.before.map_or("-".into(), |before| before.to_string());
            format!("#{} {before}>{} {}: {}", it.id, it.after, it.standing.slug(), it.sentences.join("; "))
        };
        version.chain(reports.iter().map(report)).collect()
    }

    async fn submit(&self, id: u64, after: u32, minutes: i64) -> Filed {
        let how = Submission { after, ..submission() };
        self.store.file_lan(id, Filing::Submit(&how), "sari", &self.signer, minute(minutes)).await.unwrap()
    }

    async fn receive(&self, id: u64, minutes: i64) -> Filed {
        let how = decision(Party::Dinas, "");
        self.store.file_lan(id, Filing::Receive(&how), "budi", &self.signer, minute(minutes)).await.unwrap()
    }

    async fn acts_on_lans(&self) -> Vec<ActLeaf> {
        let leaves = self.store.leaves(None, 500).await.unwrap();
        let act = |leaf| if let Leaf::Act(act) = leaf { Some(act) } else { None };
        let all = leaves.into_iter().rev().filter_map(|row| act(row.leaf));
        all.filter(|act| act.act.starts_with("lan.")).collect()
    }
}

fn dinkes() -> patuh_protocol::id::Code {
    "dinkes".parse().unwrap()
}

fn submission() -> Submission {
    Submission {
        after: 1,
        name: "Sari, S.Kom. (NIP 1985)".into(),
        party: Party::Office,
        done_by: Party::Office,
        reason: "pemindahan ruang".into(),
        diagram: "<svg>satu</svg>".into(),
    }
}

fn decision(party: Party, note: &str) -> Decision {
    Decision { name: "Budi Santoso".into(), party, note: note.into() }
}

#[track_caller]
fn done(filed: Filed) -> ChangeReport {
    match filed {
        Filed::Done(report) => *report,
        Filed::Refused(why) => panic!("{why}"),
    }
}

#[track_caller]
fn refused(filed: &Filed, expected: FilingRefusal) {
    assert_eq!(filed, &Filed::Refused(expected));
}

pub(crate) async fn a_lan_becomes_versions_and_drafts(bench: Bench) {
    bench.enrol(1).await;
    bench.look(1, HOME, &[0]).await;
    assert_eq!(bench.lan_told().await, [""; 0], "one reading is no fact");
    bench.look(1, HOME, &[5, 10]).await;
    let first = "Diagram pertama: 1 router, 1 switch, 1 server, 1 subnet, tampak dari 1 server";
    assert_eq!(bench.lan_told().await, [format!("v1: {first}"), format!("#1 ->1 draf: {first}")]);
    assert!(matches!(bench.submit(1, 1, 11).await, Filed::Done(_)));
    assert!(matches!(bench.receive(1, 12).await, Filed::Done(_)));

    // The gateway is another, and a little later the cable is in another port: one set.
    bench.look(1, Net("10.1.0.9/24", "10.1.0.254", "7"), &[200, 205]).await;
    let gateway = "Gateway `10.1.0.1` diganti `10.1.0.254` (tampak dari server `srv1`)";
    let told = bench.lan_told().await;
    assert_eq!(
        told.get(1..).unwrap(),
        [format!("v2: {gateway}"), format!("#1 ->1 diterima: {first}"), format!("#2 1>2 draf: {gateway}"),]
    );
    bench.look(1, Net("10.1.0.9/24", "10.1.0.254", "12"), &[207, 214]).await;
    let told = bench.lan_told().await;
    let cable = "Switch `SW-LT2` port 7: server `srv1` pindah ke port 12";
    assert!(told.contains(&format!("v2: {gateway}; {cable}")), "{told:#?}");
    assert!(told.contains(&format!("#2 1>2 draf: {gateway}; {cable}")), "{told:#?}");

    // Another day, another set.
    bench.look(1, Net("10.1.0.10/24", "10.1.0.254", "12"), &[1500, 1505]).await;
    let told = bench.lan_told().await;
    let address = "Server `srv1`: alamat `10.1.0.9/24` diganti `10.1.0.10/24`";
    assert_eq!(told.last().unwrap(), &format!("#3 2>3 draf: {address}"), "{told:#?}");
    let version = bench.store.lan_version(&dinkes(), 3).await.unwrap().unwrap();
    assert_eq!((version.at, version.facts.len()), (minute(1505), 3));
    assert_eq!(version.digest, patuh_collector::lan::fingerprint(&version.facts));
    assert_eq!(version.names.server(&agent(1)), "srv1");
    assert!(version.graph.nodes.len() >= 3, "{:?}", version.graph.nodes.keys());
}

pub(crate) async fn what_goes_on_and_off_within_a_set_is_nothing(bench: Bench) {
    bench.enrol(1).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    done(bench.submit(1, 1, 11).await);
    bench.look(1, Net("10.1.0.9/24", "10.1.0.254", "7"), &[200, 205]).await;
    assert_eq!(bench.reports().await.len(), 2);
    bench.look(1, HOME, &[207, 210]).await;
    let told = bench.lan_told().await;
    assert_eq!(bench.reports().await.len(), 1, "{told:#?}");
    assert!(told.contains(&"v2: Sama dengan versi 1: perubahannya hanya sesaat".to_owned()), "{told:#?}");
    // Whoever judges need not ask for a diagram that the Dinas has.
    done(bench.receive(1, 220).await);
    let judged = judge(&bench.store, &config(), &[], minute(221)).await.unwrap();
    assert_eq!(judged.estate.lans[0].version.as_ref().map(|version| version.number), Some(1));
}

pub(crate) async fn replay_tells_nothing_twice(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    bench.look(2, Net("10.1.0.8/24", "10.1.0.1", "8"), &[11, 16, 21]).await;
    done(bench.submit(1, 1, 30).await);
    bench.look(1, Net("10.1.0.9/24", "10.1.0.254", "7"), &[200, 205]).await;
    let (told, state) = (bench.lan_told().await, bench.store.lan_state(&dinkes()).await.unwrap());
    assert!(state.is_some());
    bench.store.rebuild().await.unwrap();
    assert_eq!(bench.store.lan_state(&dinkes()).await.unwrap(), None);
    assert_eq!(bench.followed().await, 8);
    assert_eq!(bench.store.lan_state(&dinkes()).await.unwrap(), state);
    assert_eq!(bench.lan_told().await, told);
    // And what comes next goes on from there.
    bench.look(1, HOME, &[400, 405]).await;
    assert_eq!(bench.reports().await.len(), 3);
}

pub(crate) async fn what_is_the_same_was_looked_at_too(bench: Bench) {
    bench.enrol(1).await;
    bench.look(1, HOME, &[0]).await;
    let first = report(0, sections(1, HOME, minute(-1)));
    let mut base = Base::default();
    base.take(&first, &Base::carried_by(&serde_json::to_vec(&first).unwrap()).unwrap());
    let same = |minutes| base.shorten(report(minutes, sections(1, HOME, minute(-1))));
    let other_base = Report { base: Some(Digest::of(b"another")), ..same(3) };
    bench.receipts(&[entry(1, 4, &other_base)], minute(3)).await;
    bench.followed().await;
    assert_eq!(bench.lan_told().await, [""; 0], "what rests on another base says nothing");
    for minutes in [5, 10] {
        let shortened = same(minutes);
        assert!(shortened.sections.iter().all(|section| section.outcome == Outcome::Same));
        bench.receipts(&[entry(1, u64::try_from(minutes).unwrap() + 1, &shortened)], minute(minutes)).await;
        bench.followed().await;
    }
    let version = bench.store.lan_version(&dinkes(), 1).await.unwrap().unwrap();
    assert_eq!(version.facts.len(), 3);
}

pub(crate) async fn an_agent_that_is_retired_is_let_go(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    bench.look(1, HOME, &[0, 5, 10]).await;
    bench.look(2, Net("10.1.0.8/24", "10.1.0.1", "8"), &[11, 13, 20]).await;
    done(bench.submit(1, 1, 30).await);
    bench.store.set_active(&agent(2), false).await.unwrap();
    bench.followed().await;
    let state = bench.store.lan_state(&dinkes()).await.unwrap().unwrap();
    assert_eq!(state.agents.keys().collect::<Vec<_>>(), [&agent(1)]);
    let reports = bench.reports().await;
    let last = reports.last().unwrap();
    assert!(last.is_diagram_only() && last.after == 2, "that nobody looks any more is no change: {last:?}");
    assert_eq!(bench.store.lan_versions(&dinkes()).await.unwrap().len(), 2);
    assert_eq!(bench.followed().await, 0);
}

pub(crate) async fn what_stood_before_is_believed_and_not_told(bench: Bench) {
    bench.enrol(1).await;
    bench.enrol(2).await;
    for minutes in [0, 5, 10, 200, 205] {
        let net = if minutes < 100 { HOME } else { Net("10.1.0.9/24", "10.1.0.254", "7") };
        let sequence = u64::try_from(minutes).unwrap() + 1;
        let entry = entry(1, sequence, &report(minutes, sections(1, net, minute(-1))));
        bench.receipts(&[entry], minute(minutes)).await;
    }
    assert_eq!(bench.followed().await, 5);
    let first = "Diagram pertama: 1 router, 1 switch, 1 server, 1 subnet, tampak dari 1 server";
    assert_eq!(bench.lan_told().await, [format!("v1: {first}"), format!("#1 ->1 draf: {first}")]);
    let reports = bench.reports().await;
    assert_eq!(reports.first().map(|report| report.from_at), Some(minute(205)));
    assert_eq!(bench.followed().await, 0);
}

pub(crate) async fn two_programs_follow_as_one(bench: Bench) {
    bench.enrol(1).await;
    bench.followed().await;
    for minutes in [0, 5, 10, 200, 205] {
        let net = if minutes < 100 { HOME } else { Net("10.1.0.9/24", "10.1.0.254", "7") };
        let sequence = u64::try_from(minutes).unwrap() + 1;
        let entry = entry(1, sequence, &report(minutes, sections(1, net, minute(-1))));
        bench.receipts(&[entry], minute(minutes)).await;
    }
    let (other, config) = (bench.another().await, config());
    let both = async |store: &Store| follow(store, &config).await.unwrap();
    let (one, two) = tokio::join!(both(&bench.store), both(&other));
    assert_eq!(one + two, 5, "each report was followed by one of them");
    let told = bench.lan_told().await;
    assert_eq!(told.len(), 3, "{told:#?}");
}
