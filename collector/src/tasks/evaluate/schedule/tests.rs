use super::*;

fn check(schedule: &str, hours: Option<u32>) {
    assert_eq!(every_hours(schedule), hours, "{schedule}");
}

#[test]
fn cron_comes_again() {
    check("0 1 * * *", Some(24));
    check("@daily", Some(24));
    check("@midnight", Some(24));
    check("@hourly", Some(1));
    check("@weekly", Some(7 * 24));
    check("@monthly", Some(31 * 24));
    check("@yearly", Some(366 * 24));
    check("*/15 * * * *", Some(1));
    check("30 */6 * * *", Some(6));
    check("0 2,14 * * *", Some(12));
    check("0 1-5 * * *", Some(20));
    check("0 1 * * 1-5", Some(72));
    check("0 1 * * mon-fri", Some(72));
    check("0 1 * * Sun", Some(168));
    check("0 1 * * 7", Some(168));
    check("0 1 * * 5-7", Some(5 * 24));
    check("0 3 1 * *", Some(31 * 24));
    check("0 3 1,15 * *", Some(17 * 24));
    check("0 3 1 jan,jul *", Some(184 * 24));
    // Either the thirteenth or a Friday; with a star both.
    check("0 0 13 * 5", Some(168));
    check("0 0 */2 * 0", Some(21 * 24));
}

#[test]
fn calendars_come_again() {
    check("daily", Some(24));
    check("Weekly", Some(168));
    check("monthly", Some(31 * 24));
    check("quarterly", Some(92 * 24));
    check("minutely", Some(1));
    check("*-*-* 01:00", Some(24));
    check("*-*-* 01:00:00 Asia/Jakarta", Some(24));
    check("02:30", Some(24));
    check("*:0/15", Some(1));
    check("*-*-* 00/6:00:00", Some(6));
    check("Mon..Fri 22:00", Some(72));
    check("Mon-Fri 22:00", Some(72));
    check("Mon,Thu *-*-* 22:00:00", Some(96));
    check("Sun *-*-* 03:10:00", Some(168));
    check("Saturday", Some(168));
    check("*-*-01 04:00:00", Some(31 * 24));
    check("*-*~1", Some(31 * 24));
    check("*-01,07-01 00:00:00", Some(184 * 24));
    check("12-24", Some(366 * 24));
    check("*-*-1..7 18:00:00", Some(25 * 24));
    check("OnCalendar=daily", Some(24));
}

#[test]
fn spans_come_again() {
    check("OnBootSec=15min; OnUnitActiveSec=1d", Some(24));
    check("OnUnitActiveSec=1d 12h", Some(36));
    check("OnUnitInactiveSec=90min", Some(2));
    check("OnUnitActiveSec=3600", Some(1));
    check("OnUnitActiveSec=1week", Some(168));
    check("OnUnitActiveSec=2 days", Some(48));
    check("OnUnitActiveSec=1M", Some(731));
    // Each of them makes it run.
    check("weekly; OnUnitActiveSec=1d", Some(24));
    check("Mon *-*-* 01:00; Thu *-*-* 01:00", Some(96));
    check("*-*-* 01:00; *-*-* 13:00", Some(12));
}

#[test]
fn what_cannot_be_told_is_no_number() {
    for schedule in [
        "",
        "@reboot",
        "OnBootSec=5min",
        "2026-12-01 03:00",
        "0 1 29 2 *",
        "0 1 31 2 *",
        "0~59 3 * * *",
        "0 25 * * *",
        "60 1 * * *",
        "5/15 1 * * *",
        "0 1 * * fri-mon",
        "0 1 L * *",
        "0 1 * *",
        "Fri..Mon",
        "malam",
        "UTC",
        "*-*-* 25:00",
        "*-*-* 01:00:",
        "*-*-* 01:00 ?",
        "daily; malam",
        "OnUnitActiveSec=",
        "OnUnitActiveSec=1 malam",
        "OnUnitActiveSec=infinity",
        "OnUnitActiveSec=999999999999999999999999y",
        "OnClockChange=yes",
    ] {
        check(schedule, None);
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(
        text in ".*",
        cron in "([0-9*,/-]{1,6} ){4}[0-9*a-z,-]{1,7}",
        calendar in "(Mon|Sun|\\*|-|~|\\.\\.|/|:|,|[0-9]{1,3}| |;){0,14}",
        span in "OnUnitActiveSec=([0-9.]{1,9} ?[a-zM]{0,4} ?){0,4}",
    ) {
        for schedule in [text, cron, calendar, span] {
            // Whatever comes again does so within the years that are looked at, or its span.
            if let Some(hours) = every_hours(&schedule) {
                assert!(hours >= 1, "{schedule}");
            }
        }
    }

    #[test]
    fn every_day_at_some_time_is_a_day(hour in 0_u32..24, minute in 0_u32..60) {
        check(&format!("{minute} {hour} * * *"), Some(24));
        check(&format!("*-*-* {hour:02}:{minute:02}:00"), Some(24));
    }
}
