//! Fields of cron: crontab(5).

use super::Calendar;
use super::field::{Form, MONTHS, Set, WEEKDAYS, read as field};

/// The calendar of `0 1 * * 1-5` or `@daily`; `None` when it is neither.
pub(super) fn read(text: &str) -> Option<Calendar> {
    if let Some(name) = text.strip_prefix('@') {
        return named(&name.to_ascii_lowercase());
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays] = fields.as_slice() else { return None };
    let form = |bounds, names| Form { bounds, names, range: "-", open_steps: false };
    let of_week = field(weekdays, form((0, 7), &WEEKDAYS))?;
    let of_month = field(days, form((1, 31), &[]))?;
    Some(Calendar {
        months: field(months, form((1, 12), &MONTHS))?,
        days: of_month,
        weekdays: if of_week.has(7) { sunday(of_week) } else { of_week },
        from_end: false,
        // Where both are given, either suffices; given is what does not begin with a star.
        either: !days.starts_with('*') && !weekdays.starts_with('*'),
        hours: field(hours, form((0, 23), &[]))?,
        minutes: field(minutes, form((0, 59), &[]))?,
    })
}

/// Seven is Sunday, as zero is.
fn sunday(days: Set) -> Set {
    let text: Vec<String> = (0..7).filter(|day| *day == 0 || days.has(*day)).map(|d| d.to_string()).collect();
    let form = Form { bounds: (0, 6), names: &[], range: "-", open_steps: false };
    field(&text.join(","), form).unwrap_or_default()
}

fn named(name: &str) -> Option<Calendar> {
    let midnight = Calendar::daily(Set::one(0), Set::one(0));
    Some(match name {
        "hourly" => Calendar { hours: Set::all(0, 23), ..midnight },
        "daily" | "midnight" => midnight,
        "weekly" => Calendar { weekdays: Set::one(0), ..midnight },
        "monthly" => Calendar { days: Set::one(1), ..midnight },
        "yearly" | "annually" => Calendar { months: Set::one(1), days: Set::one(1), ..midnight },
        _ => return None,
    })
}
