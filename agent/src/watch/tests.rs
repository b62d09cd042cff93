//! What is worth a report, and what is not.

use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::lan::{
    Adjacency, BridgeEntry, Capability, Gateway, Identifier, IdentifierKind, Interface, Neighbour, Route,
};
use patuh_protocol::report::{Outcome, Reading, Section};

use super::*;
use crate::sensors::{Event, Mac};

fn at(minutes: i64) -> Timestamp {
    "2026-11-22T03:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn section(sensor: &str, outcome: Outcome) -> Section {
    Section { sensor: sensor.to_owned(), took_us: 0, outcome }
}

fn neighbours(macs: &[String]) -> Section {
    let neighbour = |mac: &String| Neighbour {
        address: format!("10.1.0.{}", macs.len()),
        mac: mac.clone(),
        interface: "eno1".into(),
    };
    section("neighbours", Outcome::Ok(Reading::Neighbours(macs.iter().map(neighbour).collect())))
}

fn mac(number: u16) -> String {
    let [high, low] = number.to_be_bytes();
    format!("b8:2a:72:d1:{high:02x}:{low:02x}")
}

fn eno1() -> Interface {
    Interface {
        name: "eno1".into(),
        mac: Some(mac(1)),
        up: Some(true),
        addresses: vec!["10.1.0.9/24".into()],
        carrier_changes: Some(2),
        speed_mbps: Some(1000),
        ..Interface::default()
    }
}

fn veth() -> Interface {
    let kind = Some("veth".into());
    Interface { name: "veth12".into(), kind, is_virtual: true, up: Some(true), ..Interface::default() }
}

fn gateway(address: &str, mac: Option<String>) -> Section {
    let gateway = Gateway { address: address.into(), interface: "eno1".into(), mac };
    section("gateways", Outcome::Ok(Reading::Gateways(vec![gateway])))
}

fn route(destination: &str, origin: &str) -> Route {
    Route {
        destination: destination.into(),
        gateway: Some("10.1.0.254".into()),
        interface: "eno1".into(),
        origin: Some(origin.into()),
        ..Route::default()
    }
}

fn switch(port: &str, ttl: u16, capability: Capability) -> Section {
    let id = |value: &str| Identifier { kind: IdentifierKind::Local, value: value.into() };
    let heard = Adjacency {
        interface: "eno1".into(),
        chassis: id("SW-LT2"),
        port: id(port),
        ttl,
        capabilities: vec![capability],
        ..Adjacency::default()
    };
    section("adjacencies/own", Outcome::Ok(Reading::Adjacencies(vec![heard])))
}

fn interfaces(all: &[Interface]) -> Section {
    section("interfaces", Outcome::Ok(Reading::Interfaces(all.to_vec())))
}

fn routes(all: &[Route]) -> Section {
    section("routes", Outcome::Ok(Reading::Routes(all.to_vec())))
}

fn behind(port: &str, mac: String) -> Section {
    let entry = BridgeEntry { bridge: "vmbr0".into(), port: port.into(), mac, vlan: None };
    section("bridge_entries", Outcome::Ok(Reading::BridgeEntries(vec![entry])))
}

/// A network as it was told.
fn network() -> Vec<Section> {
    vec![
        interfaces(&[eno1(), veth()]),
        gateway("10.1.0.1", Some(mac(100))),
        neighbours(&[mac(1), mac(2)]),
        routes(&[route("10.20.0.0/16", "static")]),
        behind("tap0", mac(3)),
        switch("7", 120, Capability::Bridge),
        section("leases", Outcome::Nothing),
    ]
}

fn pace() -> Pace {
    Pace { again: Vec::new(), ..Pace::default() }
}

fn memory() -> Memory {
    let mut memory = Memory::default();
    memory.told(&network(), at(0), &pace());
    memory
}

/// What is done, an hour later, about a network in which `section` stands in the place of its sensor's.
fn check(changed: Section, expected: Verdict) {
    let mut sections = network();
    sections.retain(|section| section.sensor != changed.sensor);
    sections.push(changed);
    assert_eq!(memory().judge(&sections, at(60), &pace()), expected, "{:?}", sections.last());
}

const CHANGE: Verdict = Verdict::Tell("a change");
const HOST: Verdict = Verdict::Tell("a new host");

#[test]
fn what_is_configured_otherwise_is_told() {
    check(interfaces(&[Interface { addresses: vec!["10.1.0.10/24".into()], ..eno1() }, veth()]), CHANGE);
    check(interfaces(&[Interface { up: Some(false), ..eno1() }, veth()]), CHANGE);
    check(interfaces(&[Interface { master: Some("br0".into()), ..eno1() }, veth()]), CHANGE);
    check(gateway("10.1.0.2", None), CHANGE);
    check(gateway("10.1.0.1", Some(mac(101))), CHANGE);
    check(section("gateways", Outcome::Nothing), CHANGE);
    check(routes(&[route("10.20.0.0/16", "static"), route("10.30.0.0/16", "boot")]), CHANGE);
    check(switch("12", 120, Capability::Bridge), CHANGE);
    check(switch("7", 0, Capability::Bridge), CHANGE);
    check(section("leases", Outcome::Ok(Reading::Leases(vec![Default::default()]))), CHANGE);
}

#[test]
fn what_moves_by_itself_is_not() {
    check(interfaces(&[Interface { carrier_changes: Some(9), speed_mbps: None, ..eno1() }]), Verdict::Keep);
    check(gateway("10.1.0.1", None), Verdict::Keep);
    check(routes(&[route("10.20.0.0/16", "static"), route("10.40.0.0/16", "bgp")]), Verdict::Keep);
    check(switch("7", 60, Capability::Bridge), Verdict::Keep);
    check(neighbours(&[]), Verdict::Keep);
    check(section("neighbours", Outcome::Nothing), Verdict::Keep);
    check(behind("eno1", mac(77)), Verdict::Keep);
    check(section("bridge_entries", Outcome::Nothing), Verdict::Keep);
    check(neighbours(&["d2:05:b1:9f:f5:5d".into(), "00:00:5e:00:01:0a".into()]), Verdict::Keep);
    // A telephone comes and goes with its owner.
    let mut sections = network();
    sections.push(Section { sensor: "adjacencies/other".into(), ..switch("1", 120, Capability::Telephone) });
    let mut memory = memory();
    memory.told(&sections, at(1), &pace());
    sections.pop();
    sections.push(section("adjacencies/other", Outcome::Ok(Reading::Adjacencies(Vec::new()))));
    assert_eq!(memory.judge(&sections, at(60), &pace()), Verdict::Keep);
}

#[test]
fn what_failed_is_no_change() {
    for sensor in ["interfaces", "gateways", "routes", "adjacencies/own"] {
        check(section(sensor, Outcome::Failed("permission denied".into())), Verdict::Keep);
    }
}

#[test]
fn a_host_that_was_never_seen_is_told() {
    check(neighbours(&[mac(1), mac(2), mac(9)]), HOST);
    check(neighbours(&["52:54:00:12:34:56".into()]), HOST);
    check(behind("tap1", mac(9)), HOST);
}

#[test]
fn new_hosts_are_told_every_quarter_of_an_hour() {
    let (mut memory, pace) = (memory(), pace());
    let mut told = Vec::new();
    for minute in 1..60 {
        let macs: Vec<String> = (1..10 + u16::try_from(minute).unwrap()).map(mac).collect();
        let sections = [neighbours(&macs)];
        if memory.judge(&sections, at(minute), &pace) == HOST {
            memory.told(&sections, at(minute), &pace);
            told.push(minute);
        }
    }
    assert_eq!(told, [15, 30, 45]);
}

/// 239 hosts, of which the kernel forgets and finds two in a second.
#[test]
fn churn_is_told_once() {
    let (mut memory, pace) = (memory(), pace());
    let all: Vec<String> = (1..240).map(mac).collect();
    let sections = [neighbours(&all)];
    assert_eq!(memory.judge(&sections, at(60), &pace), HOST);
    memory.told(&sections, at(60), &pace);
    for second in 0..600_usize {
        let there: Vec<String> = all
            .iter()
            .enumerate()
            .filter(|(n, _)| (n * 7 + second) % 3 > 0)
            .map(|(_, mac)| mac.clone())
            .collect();
        let now = at(61) + SignedDuration::from_secs(i64::try_from(second).unwrap());
        assert_eq!(memory.judge(&[neighbours(&there)], now, &pace), Verdict::Keep);
        let event = Event::Answered(IpAddr::from([10, 1, 0, 9]), Mac::parse(&all[second % 239]).unwrap());
        assert!(!memory.may_be_news(&event), "{event:?} woke it");
    }
}

#[test]
fn what_is_known_wakes_nobody() {
    let mut memory = memory();
    let address = |text: &str| text.parse::<IpAddr>().unwrap();
    let parsed = |number| Mac::parse(&mac(number)).unwrap();
    let random = Mac::parse("d2:05:b1:9f:f5:5d").unwrap();
    memory.told(&[behind("eno1", mac(50))], at(1), &pace());
    for (event, expected) in [
        (Event::Configured, true),
        (Event::Answered(address("10.1.0.3"), parsed(2)), false),
        (Event::Answered(address("10.1.0.3"), parsed(9)), true),
        (Event::Answered(address("10.1.0.3"), random), false),
        (Event::Answered(address("10.1.0.1"), parsed(100)), true),
        // The gateway's address has gone over to somebody who is known.
        (Event::Answered(address("10.1.0.1"), parsed(2)), true),
        (Event::Answered(address("10.1.0.1"), random), true),
        (Event::Learnt(parsed(2)), false),
        (Event::Learnt(parsed(9)), true),
        (Event::Learnt(random), false),
        // Somebody behind the port to the LAN: where is not known, until it answers.
        (Event::Learnt(parsed(50)), false),
        (Event::Answered(address("10.1.0.3"), parsed(50)), true),
    ] {
        assert_eq!(memory.may_be_news(&event), expected, "{event:?}");
    }
}

#[test]
fn a_change_is_told_again_three_times() {
    let (mut memory, pace) = (Memory::default(), Pace::default());
    let mut told = Vec::new();
    for second in (0..3600).step_by(5) {
        let now = at(0) + SignedDuration::from_secs(second);
        if let Verdict::Tell(why) = memory.judge(&network(), now, &pace) {
            memory.told(&network(), now, &pace);
            told.push((second, why));
        }
    }
    let still = "the same still";
    assert_eq!(told, [(0, "a change"), (75, still), (360, still), (660, still)]);
    assert_eq!(memory.next(), None);
}

#[test]
fn what_flaps_waits_and_what_is_as_it_was_then_is_not_told() {
    let (mut memory, pace) = (memory(), pace());
    let down = [interfaces(&[Interface { up: Some(false), ..eno1() }, veth()])];
    let up = [interfaces(&[eno1(), veth()])];
    let mut told = 0;
    for minute in 1..=20 {
        let sections = if minute % 2 == 1 { &down } else { &up };
        if memory.judge(sections, at(minute), &pace) == CHANGE {
            memory.told(sections, at(minute), &pace);
            told += 1;
        }
    }
    // Six at once, of which one was used before, and one every ten minutes: at the second the link is up, as told.
    assert_eq!(told, 6);
    let next = memory.next();
    assert_eq!(memory.judge(&up, at(21), &pace), Verdict::Keep, "{next:?}");
}

#[test]
fn what_was_told_is_remembered_and_looked_at_after_a_start() {
    let state = tempfile::tempdir().unwrap();
    let memory = memory();
    memory.save(state.path());
    let mut again = Memory::load(state.path());
    assert_eq!(again.next(), Some(Timestamp::UNIX_EPOCH), "it may have changed while nobody watched");
    assert_eq!(again.judge(&network(), at(60), &pace()), Verdict::Keep);
    assert_eq!((again, memory.next()), (memory, None));
    crate::roots::fixture::lay(&state.path().join("watch.json"), b"{rubbish");
    assert_eq!(Memory::load(state.path()).judge(&network(), at(60), &pace()), CHANGE);
}

#[test]
fn hosts_are_forgotten_after_a_month_and_never_too_many() {
    let (mut memory, pace) = (memory(), pace());
    let day = |days: i64| at(days * 24 * 60);
    assert_eq!(memory.judge(&[neighbours(&[mac(2)])], day(29), &pace), Verdict::Keep);
    assert!(memory.seen(&[neighbours(&[mac(2)])], day(29)));
    assert!(!memory.seen(&[neighbours(&[mac(2)])], day(29)), "once a day is enough");
    assert_eq!(memory.judge(&[neighbours(&[mac(2)])], day(58), &pace), Verdict::Keep);
    memory.seen(&[], day(58));
    assert_eq!(memory.judge(&[neighbours(&[mac(1)])], day(58), &pace), HOST);
    let crowd: Vec<String> = (0..6000).map(mac).collect();
    memory.told(&[neighbours(&crowd)], day(58), &pace);
    assert!(serde_json::to_vec(&memory).unwrap().len() < 300_000);
}

/// A crowd that never ends does not keep a change from being believed.
#[test]
fn what_is_told_again_does_not_wait_for_new_hosts() {
    let (mut memory, pace) = (Memory::default(), Pace::default());
    memory.told(&network(), at(0), &pace);
    let mut sections = network();
    sections.push(neighbours(&[mac(9)]));
    assert_eq!(memory.judge(&sections, at(2), &pace), Verdict::Tell("the same still"));
}

proptest::proptest! {
    /// Whatever is seen at whatever times: after a look the next is not due at once, or it would never rest.
    #[test]
    fn it_always_rests(looks in proptest::collection::vec((0_i64..20, 0_u16..4, 0_u16..4, proptest::bool::ANY), 1..60)) {
        let (mut memory, pace, mut now) = (Memory::default(), Pace::default(), at(0));
        for (minutes, address, host, is_told) in looks {
            now += SignedDuration::from_mins(minutes);
            let addresses = vec![format!("10.1.0.{address}/24")];
            let sections = [interfaces(&[Interface { addresses, ..eno1() }]), neighbours(&[mac(host)])];
            let verdict = memory.judge(&sections, now, &pace);
            if is_told && verdict != Verdict::Keep {
                memory.told(&sections, now, &pace);
            }
            proptest::prop_assert!(memory.next().is_none_or(|next| next > now));
        }
    }

    #[test]
    fn no_file_makes_it_panic(text in ".*", minutes in -600_000_i64..600_000) {
        let mut memory: Memory = serde_json::from_str(&text).unwrap_or_default();
        let _ = memory.judge(&network(), at(minutes), &pace());
        memory.told(&network(), at(minutes), &Pace::default());
        let _ = memory.judge(&network(), at(-minutes), &pace());
    }
}
