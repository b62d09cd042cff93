//! The pages of the plan of numbering, from hand-made surveys.

use std::collections::BTreeMap;

use askama::Template;
use jiff::SignedDuration;
use patuh_protocol::id::AgentId;

use super::super::format::Format;
use super::super::pages::ipplan::form::{PlotForm, Typed};
use super::super::pages::ipplan::import::{ImportForm, Preview};
use super::super::pages::ipplan::{findings, list, one, ways};
use super::super::pages::spreadsheet;
use super::super::shell::Shell;
use super::host::Say;
use super::world::now;
use crate::config::{Config, Intranet, Reachability};
use crate::ipplan::import::{Context, Import};
use crate::ipplan::{
    Arrival, Attempt, Field, IntranetUse, Plan, Plot, PlotId, Reach, Seen, SeenAddress, Sight, conformity,
    standings, usage,
};
use crate::lan::Subnet;
use crate::register::import::read;
use crate::store::Version;
use crate::tasks::ipplan::Survey;

fn agent(n: u8) -> AgentId {
    AgentId::of_key(&[n; 32])
}

/// A subnet, with its names and notes as `say` says them.
fn plot(n: u64, subnet: &str, written: &[(Field, &str)], say: Say<'_>) -> Plot {
    let mut plot = Plot::new(subnet.parse().unwrap());
    (plot.id, plot.revision) = (PlotId(n), 2);
    for (field, text) in written {
        field.set(&mut plot, text).unwrap();
    }
    for text in [&mut plot.name, &mut plot.document, &mut plot.note] {
        *text = say(text);
    }
    plot
}

fn plots(say: Say<'_>) -> Vec<Plot> {
    let own = [
        (Field::Name, "LAN lantai 1"),
        (Field::Office, "diskominfo"),
        (Field::Site, "pusat-data"),
        (Field::Vlan, "10"),
        (Field::Gateways, "10.10.0.1"),
        (Field::Pools, "10.10.0.100-10.10.0.199"),
        (Field::DhcpServers, "10.10.0.2"),
        (Field::Document, "Nota Dinas 047/9/2026"),
        (Field::Note, "Termasuk ruang rapat"),
    ];
    vec![
        plot(1, "10.10.0.0/24", &own, say),
        plot(2, "10.20.0.0/16", &[(Field::Purpose, "Dicadangkan"), (Field::Name, "Perluasan")], say),
        plot(3, "10.30.0.0/24", &[(Field::Office, "dinkes"), (Field::Name, "Puskesmas")], say),
        plot(
            4,
            "10.40.0.0/24",
            &[(Field::Office, "dinkes"), (Field::Life, "Dicabut"), (Field::Name, "Lama")],
            say,
        ),
        plot(5, "2001:db8:10::/48", &[(Field::Purpose, "Bersama"), (Field::Name, "IPv6")], say),
    ]
}

fn seen() -> Vec<Seen> {
    let server = |n: u8, addresses: &[&str], gateway: &str, others: u8| {
        let address = |text: &&str| {
            let (address, subnet) = Subnet::of_interface(text).unwrap();
            (address, SeenAddress { subnet, is_leased: false })
        };
        Seen {
            addresses: addresses.iter().map(address).collect(),
            gateways: [gateway.parse().unwrap()].into(),
            others: (0..others).map(|n| [10, 10, 0, 200 + n].into()).collect(),
            ..Seen::new(&agent(n), &"diskominfo".parse().unwrap())
        }
    };
    vec![
        server(1, &["10.10.0.21/24"], "10.10.0.1", 9),
        server(2, &["10.10.0.150/24", "2001:db8:10::5/64"], "10.10.0.254", 0),
        server(3, &["10.30.0.7/24", "192.168.1.4/24"], "10.10.0.1", 0),
        server(4, &["10.20.5.5/24"], "10.10.0.1", 0),
    ]
}

/// The configuration with an intranet, and gateways that are tried.
fn connected(config: &Config) -> Config {
    let nets = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    let mut config = config.clone();
    config.intranet = Intranet { ranges: nets(&["10.0.0.0/8"]), vpn: nets(&["10.99.0.0/16"]) };
    config.reachability = Some(Reachability { every_minutes: 30, ports: vec![443] });
    config
}

fn survey(config: &Config, say: Say<'_>) -> Survey {
    let (plan, seen, states) = (Plan::new(plots(say)), seen(), BTreeMap::new());
    let arrival = |(n, address): (u8, &str)| {
        let (address, at) = (address.parse().unwrap(), now() - SignedDuration::from_hours(n.into()));
        (agent(n), Arrival { agent: agent(n), address, first_at: at, last_at: at })
    };
    let arrivals: BTreeMap<_, _> =
        [(1, "10.10.0.21"), (2, "36.66.1.9"), (3, "10.99.0.3")].into_iter().map(arrival).collect();
    let sight =
        Sight { plan: &plan, states: &states, seen: &seen, arrivals: &arrivals, intranet: &config.intranet };
    let findings = conformity(&sight);
    let agents: Vec<AgentId> = (1..=5).map(agent).collect();
    let office = "diskominfo".parse().unwrap();
    let used = IntranetUse::new(&office, None, &agents, &arrivals, &config.intranet, now());
    let waiting = IntranetUse {
        not_connected: Some(say("serat optik belum sampai")),
        ..IntranetUse::new(
            &"dinkes".parse().unwrap(),
            None,
            &agents[1..2],
            &arrivals,
            &config.intranet,
            now(),
        )
    };
    let silent =
        IntranetUse::new(&"rsud".parse().unwrap(), None, &agents[4..], &arrivals, &config.intranet, now());
    let reach = |last: u8, answered: Option<(i64, Attempt)>| Reach {
        office: "diskominfo".parse().unwrap(),
        gateway: [10, 10, 0, last].into(),
        since: now() - SignedDuration::from_hours(100),
        tried_at: now(),
        answered: answered.map(|(hours, how)| (now() - SignedDuration::from_hours(hours), how)),
    };
    Survey {
        standings: standings(&plan, &seen, &findings),
        usage: usage(&plan, &seen),
        uses: [used, waiting, silent].map(|used| (used.office.clone(), used)).into(),
        reaches: vec![
            reach(1, Some((0, Attempt::Refused(443)))),
            reach(2, Some((30, Attempt::Echo))),
            reach(3, None),
        ],
        hosts: (1..=5).map(|n| (agent(n), say(&format!("srv-{n}")))).collect(),
        plan,
        seen,
        findings,
        arrivals,
    }
}

fn versions(plot: &Plot, say: Say<'_>) -> Vec<Version<Plot>> {
    let first = Plot { gateways: Vec::new(), vlan: None, ..plot.clone() };
    let version = |revision: u64, hours, content| Version {
        revision,
        index: revision - 1,
        at: now() - SignedDuration::from_hours(hours),
        who: say("sari"),
        content,
    };
    vec![version(2, 3, plot.clone()), version(1, 500, first)]
}

fn preview(shell: Shell, plots: &[Plot], say: Say<'_>) -> String {
    let text = "Nomor;Subnet;Kode PD;VLAN;Gateway;Pemakai\nS-000003;10.30.0.0/24;diskominfo;30;10.30.0.1;x\n\
        ;10.50.0.0/24;diskominfo;50;10.50.0.1;\n;10.60.0.9/24;diskominfo;;;\n;10.70.0.0/24;entah;9999;;";
    let offices = [("diskominfo".parse().unwrap(), "Dinas Komunikasi dan Informatika".to_owned())];
    let context = Context { plots, offices: &offices, sites: &[] };
    let import = Import::new(&read(text.as_bytes()).unwrap(), &context).unwrap();
    let file = &say("rencana.csv");
    render(&Preview::new(
        shell,
        spreadsheet::Seen { file, plan: &import, asked: &BTreeMap::new(), refusal: None },
    ))
}

/// The pages, with whatever people and agents write as `say` says it.
pub(super) fn pages(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
    say: Say<'_>,
) -> Vec<(&'static str, String)> {
    let config = connected(config);
    let (survey, plots) = (survey(&config, say), plots(say));
    let first = &plots[0];
    let mut wrong = Typed::of(|field| field.get(first));
    wrong.values.insert("subnet".into(), say("10.10.0.5/24"));
    wrong.wrong.insert(Field::Subnet, "alamat itu milik sebuah mesin di dalam subnet".into());
    let asked = list::Asked { cari: say(""), ..list::Asked::default() };
    let all = findings::Asked::default();
    let fault = Some(say("rencana.csv") + ": berkasnya kosong");
    let import = ImportForm { shell: shell(), fault, done: None, rows: "20.000".into() };
    vec![
        ("rencana-ip", render(&list::Plots::new(shell(), &config, &survey, &plots, &asked))),
        (
            "rencana-ip-temuan",
            render(&findings::Findings::new(shell(), &config, &survey, &all).ok().unwrap()),
        ),
        ("rencana-ip-jalur", render(&ways::Ways::new(shell(), &config, &survey, format))),
        (
            "rencana-ip-subnet",
            render(&one::PlotPage::new(shell(), &config, &survey, first, &versions(first, say), format)),
        ),
        ("rencana-ip-ubah", render(&PlotForm::new(shell(), Some(first), &wrong, &config))),
        ("rencana-ip-impor", render(&import)),
        ("rencana-ip-pratinjau", preview(shell(), &plots, say)),
    ]
}

/// The pages of a plan in which nothing stands.
pub(super) fn empty(
    shell: impl Fn() -> Shell,
    config: &Config,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let survey = Survey::default();
    let asked = findings::Asked::default();
    vec![
        (
            "kosong-rencana-ip",
            render(&list::Plots::new(shell(), config, &survey, &[], &list::Asked::default())),
        ),
        (
            "kosong-rencana-ip-temuan",
            render(&findings::Findings::new(shell(), config, &survey, &asked).ok().unwrap()),
        ),
        ("kosong-rencana-ip-jalur", render(&ways::Ways::new(shell(), config, &survey, format))),
    ]
}

fn render(page: &impl Template) -> String {
    page.render().unwrap()
}
