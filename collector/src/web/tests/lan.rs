//! The pages of an office's LAN, from a hand-made one: three versions, and a report in each standing.

use std::collections::BTreeMap;

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;

use super::super::format::Format;
use super::super::pages::lan::list::{self, Lans};
use super::super::pages::lan::office::{self, OfficeLan};
use super::super::pages::lan::paper::PaperPage;
use super::super::pages::lan::report::{self, ReportPage};
use super::super::pages::lan::reports::{self, Reports};
use super::super::pages::lan::version::{self, VersionPage};
use super::super::pages::lan::{Manner, Step, Typed};
use super::super::shell::Shell;
use super::host::Say;
use super::world::now;
use crate::config::Config;
use crate::export::Picture;
use crate::lan::{
    Act, Basis, ChangeReport, Graph, GraphLink, Names, Node, Paper, Party, Population, Ran, ReportStanding,
    Role, Source, State, Version, Witness,
};

fn hours(n: i64) -> Timestamp {
    now() - SignedDuration::from_hours(n)
}

pub(super) fn agent(n: u8) -> AgentId {
    AgentId::of_key(&[n; 32])
}

fn link(upper: &str, lower: &str, ports: (&str, &str), basis: Basis) -> GraphLink {
    let port = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
    let seen = matches!(basis, Basis::Announced | Basis::NeighbourTable);
    GraphLink {
        upper: upper.into(),
        lower: lower.into(),
        upper_port: port(ports.0),
        lower_port: port(ports.1),
        basis,
        vlan: seen.then_some(45),
        evidence: if seen { BTreeMap::from([(agent(1), hours(2))]) } else { BTreeMap::new() },
        is_missing: false,
        mark: None,
    }
}

/// A router, two switches, three servers (one moved to the port `moved`), six hosts.
fn graph(moved: &str, say: Say<'_>) -> Graph {
    let mut graph = Graph { servers: 2, as_of: Some(hours(1)), ..Graph::default() };
    let mut put = |id: &str, role, name: &str, detail: &str| {
        let node = Node { role, name: name.into(), detail: detail.into(), ..Node::default() };
        graph.nodes.insert(id.to_owned(), node);
    };
    put("outside", Role::Outside, "Jaringan Intra Pemerintah Daerah", "");
    put("gw", Role::Router, "RTR-KOMINFO", "10.10.0.1");
    put("sw1", Role::Switch, "SW-LT1", "10.10.0.2");
    put("sw2", Role::Switch, "SW-LT2", "10.10.0.3");
    for (n, name) in [(1, "simpeg"), (2, "e-office"), (3, "arsip")] {
        put(name, Role::Server, name, &format!("10.10.0.{}", 20 + n));
    }
    for n in 1..=6 {
        put(&format!("host:{n}"), Role::Host, &format!("10.10.0.{}", 100 + n), "3c:52:82:00:00:01");
    }
    graph.links = vec![
        link("outside", "gw", ("", ""), Basis::Configured),
        link("gw", "sw1", ("ge-0/0/1", "24"), Basis::Announced),
        link("sw1", "sw2", ("23", "24"), Basis::Concluded),
        link("sw1", "e-office", ("4", "eno1"), Basis::Announced),
        link("sw2", "simpeg", (moved, "eno1"), Basis::Announced),
        link("sw2", "arsip", ("9", "eno1"), Basis::Announced),
    ];
    let hosts = (1..=6).map(|n| link("sw2", &format!("host:{n}"), ("", ""), Basis::NeighbourTable));
    graph.links.extend(hosts);
    let people = Population { servers: 3, hosts: 6, anonymous: 11 };
    graph.subnets.insert("10.10.0.0/24".parse().unwrap(), people);
    graph.conflicts = vec![format!("2 perangkat memakai nama {}", say("SW-LT2"))];
    graph.gaps = vec![format!("Server `{}`: LLDP/CDP tidak terbaca: {}", say("arsip"), say("izin ditolak"))];
    graph
}

/// A version of Diskominfo.
pub(super) fn version(number: u32, say: Say<'_>) -> Version {
    let moved = ["7", "7", "12"][number as usize - 1];
    let mut graph = graph(moved, say);
    if number == 1 {
        graph.nodes.remove("arsip");
        graph.links.retain(|link| link.lower != "arsip");
    }
    let sentences = match number {
        1 => Version::first_sentences(&graph),
        2 => vec![format!("Switch `SW-LT2` port 9: server `{}` tersambung", say("arsip"))],
        _ => vec![format!("Switch `SW-LT2` port 7: server `{}` pindah ke port 12", say("simpeg"))],
    };
    Version {
        office: "diskominfo".parse().unwrap(),
        number,
        at: hours(24 * 8 * i64::from(4 - number)),
        digest: Digest::of(&[u8::try_from(number).unwrap()]),
        facts: Default::default(),
        names: Names::default(),
        graph,
        sentences,
    }
}

/// A draft of the change that made version `after`; of the first diagram, when that is 1.
pub(super) fn draft(id: u64, after: u32, say: Say<'_>) -> ChangeReport {
    let version = version(after, say);
    ChangeReport {
        id,
        office: version.office,
        before: Some(after - 1).filter(|before| *before > 0),
        after,
        sentences: version.sentences,
        from_at: version.at,
        to_at: version.at + SignedDuration::from_mins(4),
        changes: Vec::new(),
        standing: ReportStanding::Draft,
        reason: String::new(),
        done_by: None,
        diagram: None,
        submitted: None,
        received: None,
        dismissed: None,
        returned: None,
    }
}

fn act(name: &str, party: Party, ago: i64, leaf: u64, say: Say<'_>) -> Option<Act> {
    Some(Act { who: say("sari"), name: say(name), party, note: say("Lengkap."), at: hours(ago), leaf })
}

/// Received, set aside, handed in, a draft that was sent back.
fn all(say: Say<'_>) -> Vec<ChangeReport> {
    let (office, dinas) = ("Siti Aminah, NIP 198512252009032003", "Hadi Wibowo, NIP 196908171997031004");
    let received = ChangeReport {
        standing: ReportStanding::Received,
        diagram: Some(Digest::of(b"diagram")),
        submitted: act(office, Party::Office, 500, 41, say),
        received: act(dinas, Party::Dinas, 470, 44, say),
        ..draft(1, 1, say)
    };
    let submitted = ChangeReport {
        standing: ReportStanding::Submitted,
        reason: say("Server arsip dipasang di lantai 2."),
        done_by: Some(Party::Office),
        diagram: Some(Digest::of(b"diagram 2")),
        submitted: act(office, Party::Dinas, 100, 60, say),
        ..draft(2, 2, say)
    };
    let dismissed = ChangeReport {
        standing: ReportStanding::Dismissed,
        reason: say("Uji coba kabel."),
        dismissed: act(office, Party::Office, 90, 61, say),
        ..draft(3, 2, say)
    };
    let returned = ChangeReport { returned: act(dinas, Party::Dinas, 20, 70, say), ..draft(4, 3, say) };
    vec![returned, dismissed, submitted, received]
}

fn state(say: Say<'_>) -> State {
    let ran = [
        (Source::Interfaces, Ran::Found),
        (Source::Gateways, Ran::Found),
        (Source::Neighbours, Ran::Nothing),
        (Source::Adjacencies, Ran::Failed(say("izin ditolak"))),
    ];
    let sees = |n: u8| Witness {
        last_at: hours(n.into()),
        sources: BTreeMap::from(ran.clone()),
        ..Witness::default()
    };
    State { agents: BTreeMap::from([(agent(1), sees(1)), (agent(2), sees(2))]), ..State::default() }
}

fn render(template: &impl Template) -> String {
    template.render().unwrap()
}

/// Every page, by name.
pub(super) fn pages(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
    say: Say<'_>,
) -> Vec<(&'static str, String)> {
    let (office, manner) = (config.offices.first().unwrap(), Manner { config, format, days: 14 });
    let versions: Vec<Version> = (1..=3).rev().map(|number| version(number, say)).collect();
    let summaries: Vec<_> = versions.iter().map(Version::summary).collect();
    let [third, second, _] = versions.as_slice() else { panic!() };
    let (reports, state) = (all(say), state(say));
    let newest = BTreeMap::from([(office.code.clone(), third.clone())]);
    let listed = list::Known { versions: &newest, looking: &[], reports: &reports };
    let names = BTreeMap::from([(agent(1), say("simpeg"))]);
    let known = office::Known {
        office,
        newest: Some(third),
        state: Some(&state),
        versions: &summaries,
        reports: &reports,
        names: &names,
    };
    let seen =
        version::Known { version: third, since: Some(second), versions: &summaries, reports: &reports };
    let (look, asked) = (office::Asked::default(), version::Asked::default());
    let chosen = reports::Asked { pd: say(""), keadaan: String::new() };
    let one = |report: &ChangeReport, typed| {
        let known =
            report::Known { report, after: Some(third), before: report.before.map(|_| second), typed };
        render(&ReportPage::new(shell(), &known, &look, manner))
    };
    let [returned, dismissed, submitted, received] = reports.as_slice() else { panic!() };
    vec![
        ("lan", render(&Lans::new(shell(), &listed, manner))),
        ("lan-laporan", render(&Reports::new(shell(), &reports, chosen, manner).ok().unwrap())),
        ("lan-pd", render(&OfficeLan::new(shell(), &known, &look, manner))),
        ("lan-versi", render(&VersionPage::new(shell(), &seen, &asked, manner))),
        ("lan-draf", one(returned, None)),
        ("lan-diserahkan", one(submitted, None)),
        ("lan-diterima", one(received, None)),
        ("lan-dikesampingkan", one(dismissed, None)),
        ("lan-ditolak", one(returned, Some(refused(say)))),
        (
            "lan-cetak",
            render(&PaperPage::new(config, &Picture { version: third, since: Some(second) }, Paper::A4)),
        ),
    ]
}

/// A form that lacked a name.
fn refused(say: Say<'_>) -> (Step, Typed) {
    let values = [("oleh", "dinas".to_owned()), ("alasan", say("Port rusak"))];
    let values = values.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    let refusal = Some(crate::lan::FilingRefusal::NoName);
    (Step::Submit, Typed { values, refusal })
}

/// The pages before any agent told of its network.
pub(super) fn empty(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let (office, manner) = (config.offices.first().unwrap(), Manner { config, format, days: 14 });
    let nothing = list::Known { versions: &BTreeMap::new(), looking: &[], reports: &[] };
    let known = office::Known {
        office,
        newest: None,
        state: None,
        versions: &[],
        reports: &[],
        names: &BTreeMap::new(),
    };
    let look = office::Asked::default();
    let chosen = reports::Asked::default();
    vec![
        ("kosong-lan", render(&Lans::new(shell(), &nothing, manner))),
        ("kosong-lan-laporan", render(&Reports::new(shell(), &[], chosen, manner).ok().unwrap())),
        ("kosong-lan-pd", render(&OfficeLan::new(shell(), &known, &look, manner))),
    ]
}
