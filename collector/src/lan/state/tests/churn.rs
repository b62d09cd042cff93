//! The recorded churn: what a kernel forgets is no change.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::{Office, Sight, minute, sight};
use crate::lan::change::What;
use crate::lan::fact::Fact;

/// The neighbour table of each reading: the last bytes of addresses.
fn recorded() -> Vec<(u32, BTreeSet<u8>)> {
    let text = include_str!("../../../../../tests/fixtures/lan/churn.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let reading = |line: &str| {
        let (second, bits) = line.split_once(' ').unwrap();
        let bits = bits.chars().flat_map(|digit| {
            let digit = digit.to_digit(16).unwrap();
            (0..4).rev().map(move |bit| digit >> bit & 1 == 1)
        });
        let hosts = (11..=250).zip(bits).filter_map(|(host, is_there)| is_there.then_some(host));
        (second.parse().unwrap(), hosts.collect())
    };
    lines.map(reading).collect()
}

/// The host that came while the recording ran.
const NEW: u8 = 250;

fn with(hosts: &BTreeSet<u8>) -> Sight {
    let neighbours = hosts.iter().map(|n| (format!("10.1.0.{n}"), format!("b8:2a:72:d1:00:{n:02x}")));
    Sight { neighbours: neighbours.collect(), ..sight("10.1.0.10/24") }
}

#[test]
fn a_plain_comparison_would_cry_wolf() {
    let recorded = recorded();
    let pairs = recorded.iter().zip(recorded.iter().skip(1));
    let gone: usize = pairs.clone().map(|((_, a), (_, b))| a.difference(b).count()).sum();
    let added: usize = pairs.map(|((_, a), (_, b))| b.difference(a).count()).sum();
    let all: BTreeSet<u8> = recorded.iter().flat_map(|(_, hosts)| hosts.iter().copied()).collect();
    assert_eq!((recorded.len(), all.len(), added, gone), (32, 240, 838, 717));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Whenever and however often the agent reports, whichever of the recorded readings it happens to send: nobody is
    /// removed, and one host is new.
    #[test]
    fn the_one_true_change_is_found_and_no_other(
        minutes in 40_i64..240,
        picks in proptest::collection::vec(0_usize..1000, 400),
        start in 0_i64..1440,
    ) {
        let (before, after): (Vec<_>, Vec<_>) = recorded().into_iter().partition(|(second, _)| *second <= 150);
        let mut office = Office::new();
        let (mut at, mut pick) = (start, picks.iter().cycle());
        let (joined, end) = (start + 9 * 1440, start + 16 * 1440);
        while at < end {
            let readings = if at < joined { &before } else { &after };
            let (_, hosts) = &readings[pick.next().unwrap() % readings.len()];
            let seen = super::Observation::new(
                super::agent(1),
                minute(at),
                with(hosts).readings(1).iter().map(|(sensor, reading)| (*sensor, super::Heard::Read(reading))),
                None,
            );
            office.events.extend(office.state.observe(&seen, &office.windows));
            at += minutes;
        }
        office.events.extend(office.state.tick(minute(at) + SignedDuration::from_hours(24), &office.windows));
        let (mut came, mut went) = (BTreeSet::new(), BTreeSet::new());
        for event in &office.events {
            match &event.what {
                What::Hosts { added, gone } => {
                    came.extend(added.iter().cloned());
                    went.extend(gone.iter().cloned());
                }
                What::Change(change) => {
                    let is_first_look = matches!(change, crate::lan::Change::Added { is_first_look: true, .. });
                    prop_assert!(is_first_look, "{change:?}");
                }
                What::Note(note) => prop_assert!(false, "{note:?}"),
            }
        }
        prop_assert_eq!(went, BTreeSet::new());
        let new = Fact::Host {
            segment: "10.1.0.0/24".parse().unwrap(),
            mac: format!("b8:2a:72:d1:00:{NEW:02x}").parse().unwrap(),
        };
        prop_assert_eq!(came, BTreeSet::from([new]));
        prop_assert_eq!(office.state.hosts().len(), 240);
    }
}
