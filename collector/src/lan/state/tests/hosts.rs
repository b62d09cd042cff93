//! Hosts without an agent: believed slowly, forgotten more slowly, told once a day.

use super::{Office, Sight, agent, minute, sight};
use crate::lan::state::Standing;

const DAY: i64 = 24 * 60;

fn host(n: u8) -> (String, String) {
    (format!("10.1.0.{n}"), format!("3c:52:82:00:00:{n:02x}"))
}

fn with(hosts: &[u8]) -> Sight {
    Sight { neighbours: hosts.iter().map(|n| host(*n)).collect(), ..sight("10.1.0.9/24") }
}

/// Nine days with two hosts, then the hosts of each hour: what is told.
fn check(hours: &[&[u8]], expected: &[&str]) {
    let mut office = Office::new();
    for hour in 0..9 * 24 {
        office.see(1, minute(hour * 60), &with(&[20, 21]));
    }
    assert_eq!((office.told(), office.state.hosts().len()), (vec![], 2));
    for (hosts, hour) in hours.iter().zip(9 * 24..) {
        office.see(1, minute(hour * 60), &with(hosts));
    }
    assert_eq!(office.told(), expected);
}

#[test]
fn a_new_host_is_told_with_the_day() {
    let new: Vec<&[u8]> = vec![&[20, 21, 30]; 27];
    check(&new, &["Host `3c:52:82:00:00:1e` tampak di `10.1.0.0/24`"]);
    // Twice is not enough, and a guest of one hour is none.
    check(&[&[20, 21, 30], &[20, 21, 30], &[20, 21]], &[]);
    let mut twice: Vec<&[u8]> = vec![&[20, 21, 30], &[20, 21, 30]];
    twice.extend(vec![&[20, 21][..]; 48]);
    check(&twice, &[]);
}

#[test]
fn a_host_is_gone_after_thirty_days_of_looking() {
    let alone: Vec<&[u8]> = vec![&[20]; 29 * 24];
    check(&alone, &[]);
    let long: Vec<&[u8]> = vec![&[20]; 31 * 24];
    check(&long, &["Host `3c:52:82:00:00:15` tidak tampak lagi di `10.1.0.0/24`"]);
}

#[test]
fn days_without_looking_do_not_count() {
    let mut office = Office::new();
    for hour in 0..48 {
        office.see(1, minute(hour * 60), &with(&[20, 21]));
    }
    for day in 2..60 {
        office.see(1, minute(day * DAY), &Sight { failed: vec!["neighbours"], ..with(&[]) });
    }
    assert_eq!(office.state.hosts().len(), 2);
    for day in 60..75 {
        office.see(1, minute(day * DAY), &with(&[20]));
    }
    let missing = office.state.believed().filter(|(_, track)| track.standing == Standing::Missing).count();
    assert_eq!((missing, office.state.hosts().len()), (1, 2));
}

#[test]
fn made_up_addresses_are_counted_and_servers_are_no_hosts() {
    let mut office = Office::new();
    let mut seen = with(&[20]);
    seen.neighbours.push(("10.1.0.40".into(), "02:00:00:00:00:01".into()));
    seen.neighbours.push(("10.1.0.41".into(), "da:00:00:00:00:02".into()));
    seen.neighbours.push(("10.1.0.42".into(), "52:54:00:00:00:02".into()));
    seen.neighbours.push(("10.1.0.8".into(), "b8:2a:72:ff:00:02".into()));
    seen.neighbours.push(("10.1.0.1".into(), "b8:2a:72:00:00:01".into()));
    for hour in 0..4 {
        office.see(1, minute(hour * 60), &seen);
        office.see(2, minute(hour * 60 + 1), &sight("10.1.0.8/24"));
    }
    let view = &office.state.agents.get(&agent(1)).unwrap().view;
    assert_eq!(view.anonymous.values().copied().collect::<Vec<_>>(), [2]);
    // .20 and the virtual machine; the second server is drawn by its own facts, and so is the gateway.
    assert_eq!(office.state.hosts().len(), 2);
}

/// What two servers see is there.
#[test]
fn two_agents_are_enough() {
    let mut office = Office::new();
    office.see(1, minute(0), &with(&[20]));
    assert_eq!(office.state.hosts().len(), 0);
    office.see(2, minute(1), &with(&[20]));
    assert_eq!(office.state.hosts().len(), 1);
}
