//! Sets of small numbers, and how they are written.

/// A set of numbers below 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(u64);

/// How a field may be written.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    /// The least and greatest number.
    pub(super) bounds: (u32, u32),
    /// Names of numbers, the first one for the least; compared by their first three letters.
    pub(super) names: &'a [&'a str],
    /// What stands between the ends of a range.
    pub(super) range: &'a str,
    /// Whether `5/15` begins at five and goes on to the end, as systemd has it.
    pub(super) open_steps: bool,
}

impl Set {
    /// All numbers from `least` to `greatest`.
    pub(super) fn all(least: u32, greatest: u32) -> Self {
        (least..=greatest).fold(Self::default(), Self::with)
    }

    /// One number.
    pub(super) fn one(number: u32) -> Self {
        Self::default().with(number)
    }

    pub(super) fn has(self, number: u32) -> bool {
        1_u64.checked_shl(number).is_some_and(|bit| self.0 & bit != 0)
    }

    fn with(self, number: u32) -> Self {
        Self(self.0 | 1_u64.checked_shl(number).unwrap_or(0))
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The numbers that `text` stands for: `*`, `1,5`, `1-5`, `*/2`, `1-9/2`. `None` when it is not written so.
pub(super) fn read(text: &str, form: Form<'_>) -> Option<Set> {
    text.split(',').map(|item| of_item(item, form)).try_fold(Set::default(), |all, item| Some(all.and(item?)))
}

fn of_item(item: &str, form: Form<'_>) -> Option<Set> {
    let (base, step) = match item.split_once('/') {
        Some((base, step)) => (base, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
        None => (item, None),
    };
    let (least, greatest) = form.bounds;
    let (from, to) = if base == "*" {
        (least, greatest)
    } else if let Some((from, to)) = base.split_once(form.range) {
        (number(from, form)?, number(to, form)?)
    } else {
        let from = number(base, form)?;
        match step {
            Some(_) if form.open_steps => (from, greatest),
            Some(_) => return None,
            None => (from, from),
        }
    };
    if from > to {
        return None;
    }
    let step = usize::try_from(step.unwrap_or(1)).ok()?;
    Some((from..=to).step_by(step).fold(Set::default(), Set::with))
}

fn number(text: &str, form: Form<'_>) -> Option<u32> {
    let (least, greatest) = form.bounds;
    let named = || {
        let short: String = text.chars().take(3).flat_map(char::to_lowercase).collect();
        let at = form.names.iter().position(|name| name.starts_with(&short) && short.len() == 3)?;
        let full = form.names.get(at)?;
        // `mon` and `monday`, but not `month`.
        (text.len() == 3 || text.eq_ignore_ascii_case(full)).then_some(least + u32::try_from(at).ok()?)
    };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { named() };
    number.filter(|number| (least..=greatest).contains(number))
}

/// The days of the week, Sunday first.
pub(super) const WEEKDAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
/// The months.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
