//! How times, numbers and sizes are written: as an Indonesian official writes them. The only place where a
//! page learns to spell.
//!
//! Dates `22 November 2026` in sentences and `22-11-2026` in tables, 24 hours with a point, the zone of the
//! government (WIB, WITA, WIT); numbers `1.234.567,8`.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, Zoned};
use patuh_compliance::wording;

const DAYS: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];

/// A no-break space: a number and its unit stay on one line.
const NBSP: char = '\u{a0}';

/// Writes times in the government's zone, as of one moment.
#[derive(Clone, Debug)]
pub(crate) struct Format {
    zone: TimeZone,
    now: Timestamp,
}

/// A moment, ready to be shown: how long ago, and exactly when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// For machines: RFC 3339, UTC.
    pub(crate) iso: String,
    /// `22 November 2026 pukul 14.30 WIB`.
    pub(crate) exact: String,
    /// `22-11-2026 14.30`, for tables.
    pub(crate) short: String,
    /// `3 jam lalu`.
    pub(crate) ago: String,
}

impl Format {
    /// Writes in `zone` as of `now`.
    #[must_use]
    pub(crate) const fn new(zone: TimeZone, now: Timestamp) -> Self {
        Self { zone, now }
    }

    /// The moment that everything is told from.
    #[must_use]
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// `22 November 2026`.
    #[must_use]
    pub(crate) fn date(&self, at: Timestamp) -> String {
        wording::date(self.local(at).date())
    }

    /// `Minggu, 22 November 2026`.
    #[must_use]
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let weekday = self.local(at).weekday().to_monday_zero_offset();
        let name = usize::try_from(weekday).ok().and_then(|i| DAYS.get(i)).unwrap_or(&"");
        format!("{name}, {}", self.date(at))
    }

    /// `pukul 14.30 WIB`.
    #[must_use]
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        let local = self.local(at);
        let zone = self.zone.to_offset_info(at).abbreviation().to_owned();
        format!("pukul {:02}.{:02}{NBSP}{zone}", local.hour(), local.minute())
    }

    /// `22 November 2026 pukul 14.30 WIB`.
    #[must_use]
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.date(at), self.clock(at))
    }

    /// The moment, ready to be shown.
    #[must_use]
    pub(crate) fn when(&self, at: Timestamp) -> When {
        let iso = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let short = self.local(at).strftime("%d-%m-%Y %H.%M").to_string();
        When { iso, exact: self.moment(at), short, ago: self.ago(at) }
    }

    /// `3 jam lalu`; a moment ahead of the clock, which happens when a host's clock is wrong, is called so.
    #[must_use]
    pub(crate) fn ago(&self, at: Timestamp) -> String {
        let seconds = self.now.as_second() - at.as_second();
        if seconds < -120 {
            return format!("{} lagi", span(-seconds));
        }
        if seconds < 60 { "baru saja".to_owned() } else { format!("{} lalu", span(seconds)) }
    }

    /// Today, where the government is.
    #[must_use]
    pub(crate) fn today(&self) -> Date {
        self.civil(self.now)
    }

    /// The local day of `at`.
    #[must_use]
    pub(crate) fn civil(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// How far the government's clocks are from UTC now.
    #[must_use]
    pub(crate) fn offset(&self) -> Offset {
        self.local(self.now).offset()
    }

    /// The last moment of a local day: what was received until then belongs to the day.
    #[must_use]
    pub(crate) fn end_of(&self, day: Date) -> Timestamp {
        let next = day.tomorrow().ok().and_then(|next| next.to_zoned(self.zone.clone()).ok());
        let end = next.and_then(|next| next.timestamp().checked_sub(SignedDuration::from_micros(1)).ok());
        end.unwrap_or(Timestamp::MAX)
    }

    /// `30 Juni 2024 (2 tahun lalu)`, `1 Juni 2027 (6 bulan lagi)`.
    #[must_use]
    pub(crate) fn day_away(&self, day: Date) -> String {
        let days = self.today().until(day).map_or(0, |span| i64::from(span.get_days()));
        let away = match days {
            0 => "hari ini".to_owned(),
            1.. => format!("{} lagi", span(days * 86_400)),
            _ => format!("{} lalu", span(-days * 86_400)),
        };
        format!("{} ({away})", wording::date(day))
    }

    /// How many local days `at` lies before today: 0 is today.
    #[must_use]
    pub(crate) fn days_back(&self, at: Timestamp) -> i32 {
        let span = self.local(at).date().until(self.local(self.now).date());
        span.map_or(i32::MAX, |s| s.get_days())
    }
}

/// A length of time in its largest unit, as whole ones: `3 jam`.
#[must_use]
pub(crate) fn span(seconds: i64) -> String {
    let units =
        [(31_557_600, "tahun"), (2_629_800, "bulan"), (86_400, "hari"), (3_600, "jam"), (60, "menit")];
    let unit = units.iter().find(|(length, _)| seconds >= *length);
    let (length, name) = unit.copied().unwrap_or((1, "detik"));
    format!("{}{NBSP}{name}", seconds / length)
}

/// A day in a sentence: `22 November 2026`.
#[must_use]
pub(crate) fn date(day: Date) -> String {
    wording::date(day)
}

/// What is shown, or a dash for what is not known.
#[must_use]
pub(crate) fn dash(value: Option<String>) -> String {
    value.filter(|value| !value.trim().is_empty()).unwrap_or_else(|| "–".to_owned())
}

/// `1.234.567`.
#[must_use]
pub(crate) fn number(n: impl Into<u64>) -> String {
    wording::number(n.into())
}

/// Whole per cent, never rounded up to a `100 %` or down to a `0 %` that is not true.
#[must_use]
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let rounded = (part * 200 + whole) / (whole * 2);
    let honest = if part < whole { rounded.min(99) } else { rounded };
    let honest = if part > 0 { honest.max(1) } else { honest };
    format!("{honest}{NBSP}%")
}

/// A size on a disk or a wire, in powers of 1000: `1,5 TB`.
#[must_use]
pub(crate) fn bytes(n: u64) -> String {
    scaled(n, 1000, &["B", "kB", "MB", "GB", "TB", "PB", "EB"])
}

/// A size of memory, in powers of 1024: `15,6 GiB`.
#[must_use]
pub(crate) fn memory(n: u64) -> String {
    scaled(n, 1024, &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"])
}

/// In the largest unit that leaves at least 1; one decimal below 100.
fn scaled(n: u64, step: u64, units: &[&str]) -> String {
    let (mut scale, mut names) = (1_u64, units.iter());
    let mut name = names.next().copied().unwrap_or("");
    while n / scale >= step {
        let (Some(next), Some(larger)) = (names.next(), scale.checked_mul(step)) else { break };
        (scale, name) = (larger, next);
    }
    let tenths = u64::try_from(u128::from(n) * 10 / u128::from(scale)).unwrap_or(u64::MAX);
    if scale == 1 || tenths >= 1000 || tenths.is_multiple_of(10) {
        format!("{}{NBSP}{name}", number(tenths / 10))
    } else {
        format!("{},{}{NBSP}{name}", number(tenths / 10), tenths % 10)
    }
}

/// How long a reading took: `12 ms`, `1,5 s`. What took less than a millisecond was measured no closer.
#[must_use]
pub(crate) fn took(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("<{NBSP}1{NBSP}ms"),
        1_000..1_000_000 => format!("{}{NBSP}ms", microseconds / 1_000),
        _ => format!("{},{}{NBSP}s", number(microseconds / 1_000_000), microseconds / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn format(zone: &str) -> Format {
        Format::new(TimeZone::get(zone).unwrap(), at("2026-11-22T00:30:00Z"))
    }

    fn check(shown: &str, expected: &str) {
        assert_eq!(shown.replace(NBSP, " "), expected);
    }

    #[test]
    fn times_are_written_in_the_governments_zone() {
        let now = at("2026-11-22T00:30:00Z");
        check(&format("Asia/Jakarta").moment(now), "22 November 2026 pukul 07.30 WIB");
        check(&format("Asia/Makassar").moment(now), "22 November 2026 pukul 08.30 WITA");
        check(&format("Asia/Jayapura").moment(now), "22 November 2026 pukul 09.30 WIT");
        check(&format("Asia/Jakarta").day(now), "Minggu, 22 November 2026");
        check(&format("Asia/Jakarta").day(at("2026-08-14T18:00:00Z")), "Sabtu, 15 Agustus 2026");
        let when = format("Asia/Jakarta").when(at("2026-11-21T21:05:09Z"));
        check(&when.short, "22-11-2026 04.05");
        check(&when.iso, "2026-11-21T21:05:09Z");
        check(&when.ago, "3 jam lalu");
    }

    #[test]
    fn the_past_is_told_in_one_unit() {
        let ago = |text| format("Asia/Jakarta").ago(at(text));
        check(&ago("2026-11-22T00:29:30Z"), "baru saja");
        check(&ago("2026-11-22T00:31:00Z"), "baru saja");
        check(&ago("2026-11-22T00:01:00Z"), "29 menit lalu");
        check(&ago("2026-11-20T00:30:00Z"), "2 hari lalu");
        check(&ago("2026-08-01T00:30:00Z"), "3 bulan lalu");
        check(&ago("2020-11-22T00:30:00Z"), "5 tahun lalu");
        check(&ago("2026-11-22T04:30:00Z"), "4 jam lagi");
        assert_eq!(format("Asia/Jakarta").days_back(at("2026-11-21T16:59:00Z")), 1);
        assert_eq!(format("Asia/Jakarta").days_back(at("2026-11-21T17:00:00Z")), 0);
    }

    #[test]
    fn days_end_where_the_government_is() {
        let jakarta = format("Asia/Jakarta");
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(jakarta.today(), day("2026-11-22"));
        assert_eq!(jakarta.civil(at("2026-11-21T17:00:00Z")), day("2026-11-22"));
        assert_eq!(jakarta.end_of(day("2026-11-21")), at("2026-11-21T16:59:59.999999Z"));
        assert_eq!(jakarta.end_of(Date::MAX), Timestamp::MAX);
        check(&jakarta.day_away(day("2024-06-30")), "30 Juni 2024 (2 tahun lalu)");
        check(&jakarta.day_away(day("2027-06-01")), "1 Juni 2027 (6 bulan lagi)");
        check(&jakarta.day_away(day("2026-11-22")), "22 November 2026 (hari ini)");
        check(&jakarta.day_away(day("2026-11-23")), "23 November 2026 (1 hari lagi)");
        check(&dash(Some(" ".into())), "–");
        check(&dash(Some("ada".into())), "ada");
    }

    #[test]
    fn numbers_are_grouped_and_per_cents_are_honest() {
        check(&number(0_u64), "0");
        check(&number(999_u64), "999");
        check(&number(1_234_567_u64), "1.234.567");
        check(&percent(142, 171), "83 %");
        check(&percent(999, 1000), "99 %");
        check(&percent(1, 1000), "1 %");
        check(&percent(0, 0), "–");
        check(&percent(7, 7), "100 %");
    }

    #[test]
    fn sizes_have_one_unit() {
        check(&bytes(0), "0 B");
        check(&bytes(999), "999 B");
        check(&bytes(1_500_000_000_000), "1,5 TB");
        check(&bytes(480_103_981_056), "480 GB");
        check(&memory(16_777_216 * 1024), "16 GiB");
        check(&memory(16_700_000_000), "15,5 GiB");
        check(&bytes(u64::MAX), "18,4 EB");
        check(&took(0), "< 1 ms");
        check(&took(812), "< 1 ms");
        check(&took(48_200), "48 ms");
        check(&took(1_510_000), "1,5 s");
    }
}
