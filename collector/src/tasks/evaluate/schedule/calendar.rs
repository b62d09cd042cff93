//! Calendar expressions and time spans of systemd: systemd.time(7).

use super::Calendar;
use super::field::{Form, MONTHS, Set, WEEKDAYS, read as field};

/// The calendar of `Mon..Fri *-*-* 02:00:00`; `None` when it is none, or names a year: that does not come again.
pub(super) fn read(text: &str) -> Option<Calendar> {
    if let Some(calendar) = named(&text.to_ascii_lowercase()) {
        return Some(calendar);
    }
    let mut calendar = Calendar::daily(Set::one(0), Set::one(0));
    let mut words = text.split_whitespace().peekable();
    let all = text.split_whitespace().count();
    if let Some(weekdays) = words.peek().and_then(|word| weekdays(word)) {
        calendar.weekdays = weekdays;
        words.next();
    }
    if let Some(word) = words.peek().filter(|word| is_date(word)) {
        date(word, &mut calendar)?;
        words.next();
    }
    if let Some(word) = words.peek().filter(|word| word.contains(':')) {
        time(word, &mut calendar)?;
        words.next();
    }
    // At most a zone is left, and something stood before it.
    let rest: Vec<&str> = words.collect();
    let is_whole = rest.len() <= 1 && rest.len() < all && rest.iter().all(|zone| is_zone(zone));
    is_whole.then_some(calendar)
}

fn named(name: &str) -> Option<Calendar> {
    let midnight = Calendar::daily(Set::one(0), Set::one(0));
    let of_month = |months: &[u32]| {
        let text: Vec<String> = months.iter().map(ToString::to_string).collect();
        let months = field(&text.join(","), form((1, 12), &[]))?;
        Some(Calendar { months, days: Set::one(1), ..midnight.clone() })
    };
    match name {
        "minutely" => Some(Calendar { hours: Set::all(0, 23), minutes: Set::all(0, 59), ..midnight }),
        "hourly" => Some(Calendar { hours: Set::all(0, 23), ..midnight }),
        "daily" => Some(midnight),
        "weekly" => Some(Calendar { weekdays: Set::one(1), ..midnight }),
        "monthly" => Some(Calendar { days: Set::one(1), ..midnight }),
        "quarterly" => of_month(&[1, 4, 7, 10]),
        "semiannually" => of_month(&[1, 7]),
        "yearly" | "annually" => of_month(&[1]),
        _ => None,
    }
}

fn form<'a>(bounds: (u32, u32), names: &'a [&'a str]) -> Form<'a> {
    Form { bounds, names, range: "..", open_steps: true }
}

/// `Mon`, `Mon,Wed`, `Mon..Fri`; a range may be written with a hyphen too.
fn weekdays(word: &str) -> Option<Set> {
    let word = word.trim_end_matches(',');
    let is_named = word.starts_with(|c: char| c.is_ascii_alphabetic());
    is_named.then(|| field(&word.replace('-', ".."), form((0, 6), &WEEKDAYS))).flatten()
}

fn is_date(word: &str) -> bool {
    !word.contains(':') && word.contains(['-', '~']) && !word.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// `*-*-01`, `*-12-*`, `12-24`, `*-*~1`.
fn date(word: &str, calendar: &mut Calendar) -> Option<()> {
    let (before, days, from_end) = match word.rsplit_once('~') {
        Some((before, days)) => (before, days, true),
        None => word.rsplit_once('-').map(|(before, days)| (before, days, false))?,
    };
    let months = match before.split_once('-') {
        Some(("*", months)) => months,
        Some(_) => return None,
        None => before,
    };
    calendar.months = field(months, form((1, 12), &MONTHS))?;
    calendar.days = field(days, form((1, 31), &[]))?;
    calendar.from_end = from_end;
    Some(())
}

/// `02:30`, `*:0/15`, `01..05:00:30`. Seconds change no distance that is counted in hours.
fn time(word: &str, calendar: &mut Calendar) -> Option<()> {
    let mut parts = word.split(':');
    calendar.hours = field(parts.next()?, form((0, 23), &[]))?;
    calendar.minutes = field(parts.next()?, form((0, 59), &[]))?;
    let seconds = parts.next().unwrap_or("0");
    let is_seconds = seconds.bytes().all(|byte| byte.is_ascii_digit() || b"*/.,".contains(&byte));
    (is_seconds && !seconds.is_empty() && parts.next().is_none()).then_some(())
}

fn is_zone(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c))
}

/// A time span in minutes, rounded up: `1d 12h`, `90min`, `3600`; a bare number is seconds.
pub(super) fn span(text: &str) -> Option<u32> {
    let mut rest = text.trim();
    let mut seconds = 0_f64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (name, left) = after.split_at_checked(letters)?;
        seconds += number.parse::<f64>().ok()? * unit(name)?;
        rest = left.trim_start();
    }
    let minutes = (seconds / 60.0).ceil();
    // A century is longer than anybody waits for a backup.
    let is_span = (1.0..=60.0 * 24.0 * 36_525.0).contains(&minutes);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 52,596,000")]
    is_span.then_some(minutes as u32)
}

/// The seconds of a unit; months and years have their mean length, as systemd has it.
fn unit(name: &str) -> Option<f64> {
    Some(match name {
        "usec" | "us" => 1e-6,
        "msec" | "ms" => 1e-3,
        "" | "seconds" | "second" | "sec" | "s" => 1.0,
        "minutes" | "minute" | "min" | "m" => 60.0,
        "hours" | "hour" | "hr" | "h" => 3600.0,
        "days" | "day" | "d" => 86_400.0,
        "weeks" | "week" | "w" => 604_800.0,
        "months" | "month" | "M" => 2_629_800.0,
        "years" | "year" | "y" => 31_557_600.0,
        _ => return None,
    })
}
