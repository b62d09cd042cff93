//! Who is kept, and for how long.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::switch;
use crate::lldp::Moment;
use crate::lldp::stored::Name;
use crate::lldp::table::Table;

/// The hour at which the host had been up for a hundred seconds.
const START: i64 = 1_795_316_400;

fn moment(seconds: u64) -> Moment {
    let wall = Timestamp::from_second(START + i64::try_from(seconds).unwrap()).unwrap();
    Moment { wall, up: up(seconds) }
}

fn up(seconds: u64) -> Duration {
    Duration::from_secs(100 + seconds)
}

/// A table, and the files that come of it.
#[derive(Default)]
struct Kept {
    table: Table,
    files: BTreeMap<String, Vec<u8>>,
    /// How many files were written.
    written: usize,
}

impl Kept {
    fn hear(&mut self, seconds: u64, port: u32, frame: &[u8]) {
        self.table.hear(port, frame, moment(seconds));
        self.at(seconds);
    }

    /// Time goes on: what does not hold is forgotten, the files follow.
    fn at(&mut self, seconds: u64) {
        self.table.expire(up(seconds));
        let (files, written) = (&mut self.files, &mut self.written);
        self.table.settle(|name: Name, frame| {
            match frame {
                Some(frame) => {
                    *written += 1;
                    files.insert(name.to_string(), frame.to_vec());
                }
                None => drop(files.remove(&name.to_string())),
            }
            true
        });
        assert!(!self.table.is_unsettled());
    }

    fn names(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }
}

#[test]
fn a_switch_is_kept_as_long_as_it_speaks() {
    let mut kept = Kept::default();
    for seconds in (0..3600).step_by(30) {
        kept.hear(seconds, 2, &switch("SW", "7", 120));
    }
    assert_eq!((kept.names(), kept.written), (vec!["2-1795316400-0"], 1), "written once, since the first");
    kept.at(3570 + 119);
    assert_eq!(kept.names().len(), 1);
    assert_eq!(kept.table.next_end(), Some(up(3570 + 120)));
    kept.at(3570 + 120);
    assert!(kept.names().is_empty());
    kept.hear(4000, 2, &switch("SW", "7", 120));
    assert_eq!(kept.names(), ["2-1795320400-0"], "a new row of announcements");
}

#[test]
fn a_cable_that_moves_is_another_sender() {
    let mut kept = Kept::default();
    kept.hear(0, 2, &switch("SW", "7", 120));
    kept.hear(30, 2, &switch("SW", "12", 120));
    assert_eq!(kept.names(), ["2-1795316400-0", "2-1795316430-0"]);
    kept.at(120);
    assert_eq!(kept.names(), ["2-1795316430-0"]);
}

#[test]
fn what_else_a_switch_says_may_change() {
    let mut kept = Kept::default();
    kept.hear(0, 2, &switch("SW", "7", 120));
    let longer = switch("SW", "7", 240);
    kept.hear(30, 2, &longer);
    assert_eq!((kept.names(), kept.written), (vec!["2-1795316400-0"], 2));
    assert_eq!(kept.files["2-1795316400-0"], longer);
}

#[test]
fn a_farewell_ends_it_soon_but_not_at_once() {
    let mut kept = Kept::default();
    kept.hear(0, 2, &switch("SW", "7", 600));
    kept.hear(10, 2, &switch("SW", "7", 0));
    kept.at(69);
    assert_eq!(kept.names().len(), 1);
    kept.at(70);
    assert!(kept.names().is_empty());
    // Back before the end: the row is not broken. A farewell of somebody who never spoke is nothing.
    kept.hear(100, 2, &switch("SW", "7", 600));
    kept.hear(110, 2, &switch("SW", "7", 0));
    kept.hear(120, 2, &switch("SW", "7", 600));
    kept.hear(130, 3, &switch("SW", "8", 0));
    kept.at(300);
    assert_eq!(kept.names(), ["2-1795316500-0"]);
}

#[test]
fn ports_and_senders_are_told_apart() {
    let mut kept = Kept::default();
    for (port, name) in [(2, "SW"), (2, "TELEPON"), (3, "SW")] {
        kept.hear(0, port, &switch(name, "7", 120));
    }
    assert_eq!(kept.names(), ["2-1795316400-0", "2-1795316400-1", "3-1795316400-0"]);
}

#[test]
fn a_flood_does_not_drive_out_who_was_there() {
    let mut kept = Kept::default();
    kept.hear(0, 2, &switch("SW", "7", 120));
    for n in 0..1000 {
        kept.hear(1, 2, &switch(&format!("palsu-{n}"), "1", 65_535));
    }
    for n in 0..1000 {
        kept.hear(2, 3 + n % 90, &switch(&format!("palsu-{n}"), "1", 65_535));
    }
    kept.hear(60, 2, &switch("SW", "7", 120));
    kept.at(130);
    assert!(kept.names().contains(&"2-1795316400-0"));
    assert_eq!(kept.names().iter().filter(|name| name.starts_with("2-")).count(), 32);
    assert_eq!(kept.names().len(), 512);
}

#[test]
fn a_new_process_goes_on_where_the_old_one_was() {
    let mut kept = Kept::default();
    let name = Name::parse("2-1795310000-0").unwrap();
    assert!(kept.table.recall(name, &switch("SW", "7", 120), up(0)));
    assert!(
        !kept.table.recall(Name::parse("2-1795310000-1").unwrap(), &switch("SW", "7", 120), up(0)),
        "twice"
    );
    assert!(!kept.table.recall(Name::parse("2-1795310000-2").unwrap(), b"rubbish", up(0)));
    kept.files.insert(name.to_string(), vec![]);
    kept.hear(30, 2, &switch("SW", "7", 120));
    assert_eq!((kept.names(), kept.written), (vec!["2-1795310000-0"], 0));
    kept.at(150);
    assert!(kept.names().is_empty());
}

#[test]
fn what_could_not_be_written_is_tried_again() {
    let mut table = Table::default();
    table.hear(2, &switch("SW", "7", 120), moment(0));
    table.settle(|_, _| false);
    assert!(table.is_unsettled());
    table.settle(|_, frame| frame.is_some());
    assert!(!table.is_unsettled());
    table.expire(up(120));
    table.settle(|_, _| false);
    assert!(table.is_unsettled());
    table.settle(|_, frame| frame.is_none());
    assert!(!table.is_unsettled());
}
