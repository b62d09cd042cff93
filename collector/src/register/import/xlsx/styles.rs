//! Which cells are days: a spreadsheet keeps a day as a number and says only by the cell's format that it is one.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::super::Unreadable;
use super::parts;

/// The formats of cells.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// By style, whether a number in such a cell is a day.
    days: Vec<bool>,
    since_1904: bool,
}

impl Styles {
    pub(super) fn read(text: &str, since_1904: bool) -> Result<Self, Unreadable> {
        let (mut custom, mut days, mut inside) = (Vec::new(), Vec::new(), false);
        parts::elements(text, |name, attributes| {
            let id = || attributes.get("numFmtId").and_then(|id| id.parse::<u32>().ok());
            match name {
                "numFmt" if attributes.get("formatCode").is_some_and(|code| is_day(code)) => {
                    custom.extend(id())
                }
                "cellXfs" => inside = true,
                "cellStyles" | "dxfs" => inside = false,
                "xf" if inside => days.push(id().is_some_and(|id| built_in_day(id) || custom.contains(&id))),
                _ => {}
            }
        })?;
        Ok(Self { days, since_1904 })
    }

    /// The day that a number in a cell of this style stands for, when it is one.
    pub(super) fn day(&self, style: Option<&str>, number: &str) -> Option<Date> {
        let style: usize = style?.parse().ok()?;
        let number: f64 = number.parse().ok().filter(|_| self.days.get(style) == Some(&true))?;
        // The times of the day are of no interest here; what lies outside is no day that a book speaks of.
        if !(1.0..200_000.0).contains(&number) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "below 200,000")]
        let days = number.trunc() as i64;
        // 1900 was no leap year, but counts as one: day 60 is 29 February 1900.
        let (first, days) = match (self.since_1904, days) {
            (true, days) => (date(1904, 1, 1), days),
            (false, ..=60) => (date(1899, 12, 31), days),
            (false, days) => (date(1899, 12, 30), days),
        };
        first.checked_add(days.days()).ok()
    }
}

/// The built-in formats that show a day (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 in East Asian locales).
const fn built_in_day(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=36 | 50..=58)
}

/// Whether a format shows a day: a `d` or `y` that is neither quoted, escaped nor in brackets.
fn is_day(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut letters) = (false, false, code.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            '\\' | '_' | '*' => drop(letters.next()),
            'd' | 'D' | 'y' | 'Y' if !quoted && !bracketed => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_others() {
        let check = |code: &str, day| assert_eq!(is_day(code), day, "{code}");
        check("dd-mm-yyyy", true);
        check("[$-421]d mmmm yyyy;@", true);
        check("yyyy", true);
        check("#,##0.00", false);
        check("\"Rp\"#,##0 \"dd\"", false);
        check("[Red]0", false);
        check("h:mm", false);
        check("\\d0", false);
        check("General", false);
    }

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        let check = |since_1904, number: &str, expected: Option<Date>| {
            let styles = Styles { days: vec![false, true], since_1904 };
            assert_eq!(styles.day(Some("1"), number), expected, "{number}");
            assert_eq!(styles.day(Some("0"), number), None);
            assert_eq!(styles.day(None, number), None);
        };
        check(false, "45000", Some(date(2023, 3, 15)));
        check(false, "45000.75", Some(date(2023, 3, 15)));
        check(false, "1", Some(date(1900, 1, 1)));
        check(false, "61", Some(date(1900, 3, 1)));
        check(true, "43538", Some(date(2023, 3, 15)));
        check(false, "1e300", None);
        check(false, "-1", None);
        check(false, "NaN", None);
    }
}
