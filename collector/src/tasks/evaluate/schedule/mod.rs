//! How far apart the runs of a planned job can lie, from its schedule as the host writes it: calendar expressions
//! and time spans of systemd (systemd.time(7)), fields of cron (crontab(5)). Pure.
//!
//! What is not understood is not guessed at: no number comes of it. Time zones are passed over, since a shift
//! does not change distances; Indonesia has no summer time.

mod calendar;
mod cron;
mod field;

use jiff::civil::{Date, date};

use self::field::Set;

/// The days that are looked at: five years with a leap year among them.
const FIRST: Date = date(2023, 1, 1);
const DAYS: usize = 5 * 365 + 1;
/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// Days and times of day at which something runs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Calendar {
    months: Set,
    days: Set,
    weekdays: Set,
    /// Days count from the month's end: `~1` is its last.
    from_end: bool,
    /// Either a day or a weekday that fits suffices, as cron has it where both are given.
    either: bool,
    hours: Set,
    minutes: Set,
}

/// What one part of a schedule says.
enum Part {
    /// It runs at these times.
    At(Calendar),
    /// It runs again this many minutes after it ran.
    After(u32),
    /// Once, after a start of the host: nothing that comes again.
    Once,
}

/// The longest time between two runs by `schedule`, in hours, rounded up; `None` when that cannot be told. Parts
/// are separated by semicolons, and each of them makes it run.
#[must_use]
pub(super) fn every_hours(schedule: &str) -> Option<u32> {
    let parts: Vec<Part> = schedule.split(';').map(|part| read(part.trim())).collect::<Option<_>>()?;
    let spans = parts.iter().filter_map(|part| if let Part::After(span) = part { Some(*span) } else { None });
    let calendars: Vec<&Calendar> =
        parts.iter().filter_map(|part| if let Part::At(at) = part { Some(at) } else { None }).collect();
    let minutes = spans.chain(widest(&calendars)).min()?;
    Some(minutes.div_ceil(60))
}

fn read(part: &str) -> Option<Part> {
    if let Some((key, value)) = part.split_once('=') {
        return match key.trim() {
            "OnUnitActiveSec" | "OnUnitInactiveSec" => Some(Part::After(calendar::span(value)?)),
            "OnBootSec" | "OnStartupSec" | "OnActiveSec" => Some(Part::Once),
            "OnCalendar" => calendar::read(value.trim()).map(Part::At),
            _ => None,
        };
    }
    if part.eq_ignore_ascii_case("@reboot") {
        return Some(Part::Once);
    }
    cron::read(part).or_else(|| calendar::read(part)).map(Part::At)
}

/// The widest gap between two times of any of `calendars`, in minutes.
fn widest(calendars: &[&Calendar]) -> Option<u32> {
    let (mut widest, mut before) = (None::<u32>, None::<u32>);
    let mut day = FIRST;
    let mut midnight = 0_u32;
    let each: Vec<Vec<u32>> = calendars.iter().map(|calendar| calendar.times()).collect();
    for _ in 0..DAYS {
        let mut times: Vec<u32> = Vec::new();
        for (calendar, at) in calendars.iter().zip(&each) {
            if calendar.falls_on(day) {
                times.extend(at);
            }
        }
        times.sort_unstable();
        times.dedup();
        for at in times.into_iter().map(|at| midnight + at) {
            widest = before.map(|before| at - before).max(widest);
            before = Some(at);
        }
        midnight += DAY;
        day = day.tomorrow().ok()?;
    }
    // Days that come once in these years are no rhythm that anybody waits for.
    widest
}

impl Calendar {
    /// Every day.
    fn daily(hours: Set, minutes: Set) -> Self {
        Self {
            months: Set::all(1, 12),
            days: Set::all(1, 31),
            weekdays: Set::all(0, 6),
            from_end: false,
            either: false,
            hours,
            minutes,
        }
    }

    fn falls_on(&self, day: Date) -> bool {
        let number = if self.from_end { day.days_in_month() - day.day() + 1 } else { day.day() };
        let by_day = self.days.has(number.unsigned_abs().into());
        let by_weekday = self.weekdays.has(day.weekday().to_sunday_zero_offset().unsigned_abs().into());
        let fits = if self.either { by_day || by_weekday } else { by_day && by_weekday };
        fits && self.months.has(day.month().unsigned_abs().into())
    }

    /// The times of a day, in minutes after midnight.
    fn times(&self) -> Vec<u32> {
        let hours = (0..24).filter(|hour| self.hours.has(*hour));
        hours.flat_map(|hour| (0..60).filter(|m| self.minutes.has(*m)).map(move |m| hour * 60 + m)).collect()
    }
}

#[cfg(test)]
mod tests;
