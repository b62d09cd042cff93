//! What is seen, held against small plans.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::lan::{Gateway, Interface, Lease, Neighbour, Route};
use patuh_protocol::report::Reading;

use super::*;
use crate::config::Intranet;
use crate::lan::{Heard, Observation, State, Subnet, Windows};

pub(super) fn code(text: &str) -> Code {
    text.parse().unwrap()
}

pub(super) fn agent(n: u8) -> AgentId {
    format!("{n:032x}").parse().unwrap()
}

pub(super) fn at() -> Timestamp {
    "2026-11-22T00:30:00Z".parse().unwrap()
}

/// A plot with these fields.
pub(super) fn plot(subnet: &str, written: &[(Field, &str)]) -> Plot {
    let mut plot = Plot::new(subnet.parse().unwrap());
    for (field, text) in written {
        field.set(&mut plot, text).unwrap();
    }
    plot
}

/// A plan of plots, numbered from 1.
pub(super) fn plan(plots: &[(&str, &[(Field, &str)])]) -> Plan {
    let plots = plots.iter().zip(1..);
    Plan::new(plots.map(|((subnet, written), n)| Plot {
        id: PlotId(n),
        revision: 1,
        ..plot(subnet, written)
    }))
}

/// A server with fixed addresses.
pub(super) fn server(n: u8, office: &str, addresses: &[&str]) -> Seen {
    let address = |text: &&str| {
        let (address, subnet) = Subnet::of_interface(text).unwrap();
        (address, SeenAddress { subnet, is_leased: false })
    };
    Seen { addresses: addresses.iter().map(address).collect(), ..Seen::new(&agent(n), &code(office)) }
}

/// What a server shows.
#[derive(Clone, Copy, Default)]
struct Shows<'a> {
    office: &'a str,
    address: &'a str,
    gateway: Option<&'a str>,
    routes: &'a [&'a str],
    neighbours: &'a [(&'a str, &'a str)],
    dhcp: Option<&'a str>,
    comes_from: Option<&'a str>,
}

fn readings(n: u8, it: &Shows<'_>) -> Vec<(&'static str, Reading)> {
    let interface = "eno1".to_owned();
    let link = Interface {
        name: interface.clone(),
        mac: Some(format!("b8:2a:72:ff:00:{n:02x}")),
        addresses: vec![it.address.into()],
        ..Interface::default()
    };
    let gateway =
        |address: &str| Gateway { address: address.into(), interface: interface.clone(), mac: None };
    let route = |to: &&str| Route {
        destination: (*to).into(),
        gateway: it.gateway.map(Into::into),
        interface: interface.clone(),
        origin: Some("static".into()),
        ..Route::default()
    };
    let neighbour = |(address, mac): &(&str, &str)| Neighbour {
        address: (*address).into(),
        mac: (*mac).into(),
        interface: interface.clone(),
    };
    let lease = |server: &str| Lease {
        interface: interface.clone(),
        address: it.address.split('/').next().unwrap().into(),
        server: Some(server.into()),
        ..Lease::default()
    };
    vec![
        ("interfaces", Reading::Interfaces(vec![link])),
        ("gateways", Reading::Gateways(it.gateway.iter().map(|it| gateway(it)).collect())),
        ("routes", Reading::Routes(it.routes.iter().map(route).collect())),
        ("neighbours", Reading::Neighbours(it.neighbours.iter().map(neighbour).collect())),
        ("leases", Reading::Leases(it.dhcp.iter().map(|it| lease(it)).collect())),
    ]
}

/// The LANs of the offices of these servers, watched for five minutes.
fn states(servers: &[Shows<'_>]) -> BTreeMap<Code, State> {
    let mut states: BTreeMap<Code, State> = BTreeMap::new();
    for minutes in [0, 5] {
        for (n, it) in (1..).zip(servers) {
            let readings = readings(n, it);
            let heard = readings.iter().map(|(sensor, reading)| (*sensor, Heard::Read(reading)));
            let at = at() + jiff::SignedDuration::from_mins(minutes);
            let observation = Observation::new(agent(n), at, heard, None);
            states.entry(code(it.office)).or_default().observe(&observation, &Windows::default());
        }
    }
    states
}

/// What does not fit, as `office kind address`.
fn found(plan: &Plan, servers: &[Shows<'_>]) -> Vec<String> {
    let states = states(servers);
    let seen: Vec<Seen> = states.iter().flat_map(|(office, state)| Seen::of(office, state)).collect();
    let arrival = |(n, it): (u8, &Shows<'_>)| {
        let address = it.comes_from?.parse().unwrap();
        Some((agent(n), Arrival { agent: agent(n), address, first_at: at(), last_at: at() }))
    };
    let arrivals = (1..).zip(servers).filter_map(arrival).collect();
    let intranet = Intranet { ranges: vec!["10.0.0.0/8".parse().unwrap()], vpn: vec![] };
    let sight = Sight { plan, states: &states, seen: &seen, arrivals: &arrivals, intranet: &intranet };
    let findings = conformity(&sight);
    let told: Vec<String> =
        findings.iter().map(|it| format!("{} {} {}", it.office, it.kind.misfit().slug(), it.about)).collect();
    for finding in &findings {
        let named = |agent: &AgentId| format!("server-{}", agent.as_str().chars().last().unwrap());
        let sentence = finding.sentence(&named, &ToString::to_string, &|id| id.to_string());
        assert!(sentence.ends_with('.') && sentence.contains("server-"), "{sentence}");
        assert!(!finding.kind.misfit().remedy().is_empty() && !finding.kind.misfit().name().is_empty());
    }
    told
}

const DINKES: (&str, &[(Field, &str)]) = (
    "10.20.3.0/24",
    &[
        (Field::Office, "dinkes"),
        (Field::Gateways, "10.20.3.1"),
        (Field::Pools, "10.20.3.100-199"),
        (Field::DhcpServers, "10.20.3.1"),
    ],
);
const RSUD: (&str, &[(Field, &str)]) = ("10.20.4.0/24", &[(Field::Office, "rsud")]);

fn dinkes(address: &'static str) -> Shows<'static> {
    Shows { office: "dinkes", address, gateway: Some("10.20.3.1"), ..Shows::default() }
}

fn check(plots: &[(&str, &[(Field, &str)])], servers: &[Shows<'_>], expected: &[&str]) {
    assert_eq!(found(&plan(plots), servers), expected);
}

#[test]
fn what_fits_is_not_told() {
    check(&[DINKES, RSUD], &[dinkes("10.20.3.9/24")], &[]);
    let leased = Shows { dhcp: Some("10.20.3.1"), ..dinkes("10.20.3.150/24") };
    check(&[DINKES, RSUD], &[leased], &[]);
    let shared = ("10.10.0.0/24", &[(Field::Purpose, "Bersama"), (Field::Office, "diskominfo")][..]);
    check(&[DINKES, shared], &[Shows { gateway: None, ..dinkes("10.10.0.21/24") }], &[]);
}

#[test]
fn without_a_plan_nothing_is_against_it() {
    check(&[], &[Shows { routes: &["10.77.0.0/16"], ..dinkes("10.20.3.9/24") }], &[]);
    // Nobody numbers IPv6 here.
    check(
        &[DINKES],
        &[Shows { gateway: None, ..dinkes("2001:db8::9/64") }],
        &["dinkes jalan-keluar-lain 2001:db8::9"],
    );
}

#[test]
fn addresses_are_held_against_the_plan() {
    check(&[DINKES, RSUD], &[dinkes("10.20.9.9/24")], &["dinkes di-luar-rencana 10.20.9.9"]);
    check(&[DINKES, RSUD], &[dinkes("10.20.4.9/24")], &["dinkes rentang-pd-lain 10.20.4.9"]);
    check(&[DINKES], &[dinkes("10.20.3.150/24")], &["dinkes tetap-dalam-kisaran 10.20.3.150"]);
    let kept = ("10.20.0.0/16", &[(Field::Purpose, "Dicadangkan")][..]);
    check(&[DINKES, kept], &[dinkes("10.20.9.9/24")], &["dinkes dicadangkan 10.20.9.9"]);
}

#[test]
fn gateways_and_routes_are_held_against_the_plan() {
    let other = Shows { gateway: Some("10.20.3.254"), ..dinkes("10.20.3.9/24") };
    check(&[DINKES], &[other], &["dinkes gateway-lain 10.20.3.254"]);
    let routes = ["10.20.4.0/24", "10.77.0.0/16", "10.0.0.0/8", "8.8.8.0/24"];
    let routed = Shows { routes: &routes, ..dinkes("10.20.3.9/24") };
    check(&[DINKES, RSUD], &[routed], &["dinkes rute-di-luar-rencana 10.77.0.0/16"]);
    let isp = Shows { gateway: Some("192.168.8.1"), ..dinkes("10.20.3.9/24") };
    check(&[DINKES], &[isp], &["dinkes jalan-keluar-lain 192.168.8.1"]);
}

#[test]
fn doubles_are_found_in_an_office_and_across_offices() {
    let one = [("10.20.3.7", "3c:52:82:00:00:01")];
    let other = [("10.20.3.7", "3c:52:82:00:00:02")];
    let sees = |neighbours, address| Shows { neighbours, ..dinkes(address) };
    check(
        &[DINKES],
        &[sees(&one, "10.20.3.9/24"), sees(&other, "10.20.3.8/24")],
        &["dinkes ganda 10.20.3.7"],
    );
    let rsud = Shows { office: "rsud", gateway: None, ..dinkes("10.20.3.9/24") };
    let expected = ["dinkes ganda 10.20.3.9", "rsud rentang-pd-lain 10.20.3.9", "rsud ganda 10.20.3.9"];
    check(&[DINKES], &[dinkes("10.20.3.9/24"), rsud], &expected);
}

#[test]
fn the_same_number_behind_two_routers_is_two_addresses() {
    let hidden = |office| [(Field::Office, office), (Field::Purpose, "Di balik NAT")];
    let (a, b) = (hidden("dinkes"), hidden("rsud"));
    let plots: [(&str, &[(Field, &str)]); 3] = [RSUD, ("192.168.1.0/24", &a), ("192.168.1.0/24", &b)];
    let server = |office, comes_from| Shows {
        office,
        address: "192.168.1.9/24",
        comes_from: Some(comes_from),
        ..Shows::default()
    };
    check(&plots, &[server("dinkes", "10.20.3.2"), server("rsud", "10.20.4.2")], &[]);
}

#[test]
fn a_translation_is_told_unless_it_is_planned() {
    let hidden =
        |comes_from| Shows { comes_from: Some(comes_from), gateway: None, ..dinkes("192.168.1.9/24") };
    check(&[DINKES], &[hidden("10.20.3.2")], &["dinkes nat 192.168.1.9"]);
    // Over the Internet every private address is translated.
    check(&[DINKES], &[hidden("36.66.1.9")], &["dinkes di-luar-rencana 192.168.1.9"]);
    let own = Shows { comes_from: Some("::ffff:10.20.3.9"), ..dinkes("10.20.3.9/24") };
    check(&[DINKES], &[own], &[]);
}

#[test]
fn a_strange_dhcp_server_is_told() {
    let leased = Shows { dhcp: Some("10.20.3.77"), ..dinkes("10.20.3.150/24") };
    check(&[DINKES], &[leased], &["dinkes dhcp-asing 10.20.3.77"]);
}

#[test]
fn offices_are_summed_up() {
    let plan = plan(&[DINKES, RSUD]);
    let servers = [dinkes("10.20.3.9/24"), dinkes("10.20.9.9/24"), dinkes("10.20.3.150/24")];
    let states = states(&servers);
    let seen: Vec<Seen> = states.iter().flat_map(|(office, state)| Seen::of(office, state)).collect();
    let (arrivals, intranet) = (BTreeMap::new(), Intranet::default());
    let sight = Sight { plan: &plan, states: &states, seen: &seen, arrivals: &arrivals, intranet: &intranet };
    let all = standings(&plan, &seen, &conformity(&sight));
    let dinkes = &all[&code("dinkes")];
    assert_eq!((dinkes.plots, dinkes.servers, dinkes.addresses, dinkes.conforming), (1, 3, 3, 1));
    assert_eq!((dinkes.breaches.len(), dinkes.doubts.len(), dinkes.is_planned), (2, 0, true));
    let rsud = &all[&code("rsud")];
    assert_eq!((rsud.plots, rsud.servers, rsud.is_planned), (1, 0, true));
    let agents: BTreeSet<_> = dinkes.breaches.iter().flat_map(|it| &it.agents).collect();
    assert_eq!(agents.len(), 2);
}
