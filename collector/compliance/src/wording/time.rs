//! Dates, times, ages and numbers as Indonesian officials write them.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::estate::Zone;

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// The time as of which is spoken, and the clock.
#[derive(Clone, Copy)]
pub(crate) struct Voice {
    /// Now.
    pub(crate) now: Timestamp,
    /// The clock.
    pub(crate) zone: Zone,
}

impl Voice {
    /// `22 November 2026 pukul 01.00 WIB (6 jam lalu)`; a time to come has no age.
    pub(crate) fn when(self, at: Timestamp) -> String {
        let age = self.now.duration_since(at);
        if age.is_negative() {
            moment(at, self.zone)
        } else {
            format!("{} ({} lalu)", moment(at, self.zone), duration(age))
        }
    }
}

/// A day: `22 November 2026`.
#[must_use]
pub fn date(day: Date) -> String {
    let month = usize::try_from(day.month() - 1).ok().and_then(|index| MONTHS.get(index));
    format!("{} {} {}", day.day(), month.unwrap_or(&""), day.year())
}

/// A moment: `22 November 2026 pukul 14.30 WIB`.
#[must_use]
pub fn moment(at: Timestamp, zone: Zone) -> String {
    let local = zone.offset().to_datetime(at);
    let (hour, minute) = (local.hour(), local.minute());
    format!("{} pukul {hour:02}.{minute:02} {}", date(local.date()), zone.letters())
}

/// A length of time, exact enough to be compared with a limit: `45 menit`, `24 jam 30 menit`, `7 hari 5 jam`,
/// `40 hari`. The sign is left out.
#[must_use]
pub fn duration(length: SignedDuration) -> String {
    let minutes = length.abs().as_mins();
    let (days, hours) = (minutes / (24 * 60), minutes / 60);
    if hours == 0 {
        format!("{minutes} menit")
    } else if hours < 48 {
        two(hours, "jam", minutes % 60, "menit")
    } else if days < 30 {
        two(days, "hari", hours % 24, "jam")
    } else {
        format!("{} hari", number(days.unsigned_abs()))
    }
}

/// A limit in hours: `24 jam`, `7 hari`.
#[must_use]
pub fn hours(hours: u32) -> String {
    if hours >= 48 && hours.is_multiple_of(24) {
        format!("{} hari", hours / 24)
    } else {
        format!("{hours} jam")
    }
}

/// A whole number with points: `1.234.567`.
#[must_use]
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

fn two(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn moments_stand_in_the_zone_of_the_government() {
        let check = |utc: &str, zone, expected: &str| assert_eq!(moment(at(utc), zone), expected);
        check("2026-11-22T07:30:00Z", Zone::Wib, "22 November 2026 pukul 14.30 WIB");
        check("2026-11-21T17:00:00Z", Zone::Wib, "22 November 2026 pukul 00.00 WIB");
        check("2026-12-31T16:05:00Z", Zone::Wita, "1 Januari 2027 pukul 00.05 WITA");
        check("2026-02-28T15:00:00Z", Zone::Wit, "1 Maret 2026 pukul 00.00 WIT");
    }

    #[test]
    fn ages_can_be_compared_with_limits() {
        let check =
            |minutes, expected: &str| assert_eq!(duration(SignedDuration::from_mins(minutes)), expected);
        check(0, "0 menit");
        check(59, "59 menit");
        check(60, "1 jam");
        check(24 * 60 + 30, "24 jam 30 menit");
        check(-90, "1 jam 30 menit");
        check(48 * 60, "2 hari");
        check(7 * 24 * 60 + 300, "7 hari 5 jam");
        check(40 * 24 * 60 + 300, "40 hari");
        check(1_500 * 24 * 60, "1.500 hari");
    }

    #[test]
    fn limits_in_days_when_whole() {
        let check = |given, expected: &str| assert_eq!(hours(given), expected);
        check(24, "24 jam");
        check(26, "26 jam");
        check(48, "2 hari");
        check(168, "7 hari");
        check(169, "169 jam");
    }

    #[test]
    fn numbers_have_points() {
        let check = |value, expected: &str| assert_eq!(number(value), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1.000");
        check(1_234_567, "1.234.567");
    }

    #[test]
    fn a_time_to_come_has_no_age() {
        let voice = Voice { now: at("2026-11-22T00:00:00Z"), zone: Zone::Wib };
        assert_eq!(voice.when(at("2026-11-21T18:00:00Z")), "22 November 2026 pukul 01.00 WIB (6 jam lalu)");
        assert_eq!(voice.when(at("2026-11-22T01:00:00Z")), "22 November 2026 pukul 08.00 WIB");
    }
}
