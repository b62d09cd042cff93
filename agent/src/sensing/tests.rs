//! What is due becomes a report.

use tempfile::TempDir;

use super::*;
use crate::durable;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sensing(dir: &TempDir) -> Sensing {
    let (state, root) = (dir.path().join("state"), dir.path().join("root"));
    std::fs::create_dir(&root).unwrap();
    let identity = Identity::load_or_create(&state).unwrap();
    let mut config = Config { state, ..Config::default() };
    config.schedule.splay_minutes = 0;
    config.watch.network = false;
    let timetable = Timetable::new(&config.schedule, &identity.agent(), TimeZone::UTC);
    let spool = Spool::open(&config.state, config.spool).unwrap();
    Sensing::new(&config, Roots::at(&root), timetable, identity, spool)
}

fn sensors(sensing: &Sensing, sequence: u64) -> Vec<String> {
    let path = sensing.config.state.join(format!("spool/{sequence:020}.report"));
    let sealed = patuh_protocol::seal::Sealed::parse(&std::fs::read(path).unwrap()).unwrap();
    let report = patuh_protocol::body::open(&sealed.body).unwrap();
    report.sections.into_iter().map(|section| section.sensor).collect()
}

#[test]
fn what_is_due_becomes_one_report() {
    let dir = tempfile::tempdir().unwrap();
    let mut sensing = sensing(&dir);
    for at in ["2026-11-22T02:00:00Z", "2026-11-22T02:01:00Z", "2026-11-22T06:15:00Z", "2026-11-22T12:15:00Z"]
    {
        sensing.look(time(at));
    }
    assert_eq!(sensing.spool.queue().measure().unwrap().reports, 3, "nothing was due at 02:01");
    assert_eq!(sensors(&sensing, 1).len(), sensors::ALL.len(), "the first is a full one");
    assert_eq!(sensors(&sensing, 2).len(), sensors::ALL.len(), "all groups are due in the same minute");
    let is_later = |sensor: &&sensors::Sensor| matches!(sensor.group, Group::Network | Group::Backup);
    let later: Vec<_> = sensors::ALL.iter().filter(is_later).map(|sensor| sensor.name).collect();
    assert_eq!(sensors(&sensing, 3), later);
    let sensed = Sensed::load(&sensing.config.state);
    assert_eq!(sensed.last.map(|last| last.sequence), Some(3));
    assert!(sensed.failed.contains_key("cpu"), "an empty folder is no host: {:?}", sensed.failed);
}

#[test]
fn everything_is_read_at_once_when_the_collector_asks_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut sensing = sensing(&dir);
    sensing.look(time("2026-11-22T02:00:00Z"));
    let base = sensing.config.state.join("base.json");
    durable::write(&base, br#"{"asked":1}"#).unwrap();
    sensing.look(time("2026-11-22T02:01:00Z"));
    sensing.look(time("2026-11-22T02:02:00Z"));
    assert_eq!(sensors(&sensing, 2).len(), sensors::ALL.len());
    let sensed = Sensed::load(&sensing.config.state);
    assert_eq!((sensed.full, sensed.last.map(|last| last.sequence)), (Some(2), Some(2)), "once");
}

#[test]
fn a_report_that_found_no_room_is_kept_and_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut sensing = sensing(&dir);
    let sequence = sensing.config.state.join("sequence");
    std::fs::create_dir(&sequence).unwrap();
    sensing.look(time("2026-11-22T02:00:00Z"));
    sensing.look(time("2026-11-22T02:01:00Z"));
    let trouble = Sensed::load(&sensing.config.state).trouble.unwrap();
    assert_eq!((trouble.since, trouble.at), (time("2026-11-22T02:00:00Z"), time("2026-11-22T02:01:00Z")));
    std::fs::remove_dir(&sequence).unwrap();
    sensing.look(time("2026-11-22T02:02:00Z"));
    let sensed = Sensed::load(&sensing.config.state);
    let taken_at = time("2026-11-22T02:00:00Z");
    assert_eq!((sensed.trouble, sensed.last), (None, Some(Numbered { sequence: 1, taken_at })));
}
