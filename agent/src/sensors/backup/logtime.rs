//! When a line of a log was written, where the log tells the local time and nothing more: rsnapshot names no zone,
//! backupninja neither zone nor year.
//!
//! The file itself knows: its last line was written when it was last changed. What lies between that line's local
//! time and the file's own time is the zone, in whole quarters of an hour as all zones are. Nothing need be known
//! of the host's settings, and they may have been changed since.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// No zone is farther from UTC.
const FARTHEST: SignedDuration = SignedDuration::from_hours(14);
/// All zones are whole multiples of this apart from UTC.
const STEP: i64 = 15 * 60;
/// How far apart the last line and the last change of a file may be; what is farther apart was touched since.
const APART: i64 = 3 * 60;

/// How far the zone of a log is ahead of UTC, by the local time of its `last` line and when the file was
/// `modified`; `None` when these cannot belong together.
pub(super) fn ahead(last: DateTime, modified: Timestamp) -> Option<SignedDuration> {
    let apart = as_utc(last)?.duration_since(modified);
    let steps = (apart.as_secs() + STEP.div_euclid(2)).div_euclid(STEP);
    let ahead = SignedDuration::from_secs(steps * STEP);
    let is_sound = ahead.abs() <= FARTHEST && (apart - ahead).as_secs().abs() <= APART;
    is_sound.then_some(ahead)
}

/// The moment of a `local` time in a zone that is `ahead` of UTC.
pub(super) fn moment(local: DateTime, ahead: SignedDuration) -> Option<Timestamp> {
    as_utc(local)?.checked_sub(ahead).ok()
}

/// `local` with the year in which it comes nearest to `near`.
pub(super) fn in_year(local: DateTime, near: Timestamp) -> DateTime {
    let year = near.to_zoned(TimeZone::UTC).year();
    let candidates = (year.saturating_sub(1)..=year.saturating_add(1))
        .filter_map(|year| local.with().year(year).build().ok())
        .filter_map(|candidate| Some((as_utc(candidate)?.duration_since(near).abs(), candidate)));
    candidates.min_by_key(|(apart, _)| *apart).map_or(local, |(_, candidate)| candidate)
}

fn as_utc(local: DateTime) -> Option<Timestamp> {
    local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(last: &str, modified: &str, hours: Option<f64>) {
        let found = ahead(last.parse().unwrap(), modified.parse().unwrap());
        assert_eq!(found.map(|ahead| ahead.as_secs_f64() / 3600.0), hours, "{last} {modified}");
    }

    #[test]
    fn the_file_tells_the_zone() {
        check("2026-11-22T18:29:53", "2026-11-22T11:29:53.131Z", Some(7.0));
        check("2026-11-22T18:29:53", "2026-11-22T11:30:41Z", Some(7.0));
        check("2026-11-22T03:44:01", "2026-11-22T03:44:01Z", Some(0.0));
        check("2026-11-21T20:00:00", "2026-11-22T01:00:00Z", Some(-5.0));
        check("2026-11-22T08:45:00", "2026-11-22T03:00:00Z", Some(5.75));
        // Touched since, or another year's.
        check("2026-11-22T18:29:53", "2026-11-22T11:36:00Z", None);
        check("2026-11-20T18:29:53", "2026-11-22T11:29:53Z", None);
    }

    #[test]
    fn a_local_time_becomes_a_moment() {
        let at = moment("2026-11-22T18:29:53".parse().unwrap(), SignedDuration::from_hours(7)).unwrap();
        assert_eq!(at.to_string(), "2026-11-22T11:29:53Z");
    }

    #[test]
    fn a_time_without_a_year_gets_the_nearest() {
        for (local, near, year) in [
            ("1972-11-22T03:46:12", "2026-11-21T20:46:12Z", 2026),
            ("1972-12-31T23:59:00", "2027-01-01T00:10:00Z", 2026),
            ("1972-01-01T06:10:00", "2026-12-31T23:10:00Z", 2027),
        ] {
            assert_eq!(in_year(local.parse().unwrap(), near.parse().unwrap()).year(), year, "{local}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_zone_is_found(quarters in -48_i64..=56, late in 0_i64..120, at in 0_i64..4_000_000_000) {
            let ahead_of = SignedDuration::from_secs(quarters * STEP);
            let written = Timestamp::from_second(at).unwrap();
            let local = TimeZone::UTC.to_datetime(written + ahead_of);
            let modified = written + SignedDuration::from_secs(late);
            assert_eq!(ahead(local, modified), Some(ahead_of));
            assert_eq!(moment(local, ahead_of), Some(written));
            assert_eq!(in_year(local.with().year(1972).build().unwrap_or(local), written).year(), local.year());
        }
    }
}
