//! Days, years and prices, as officials write them; texts, as forms and cells bring them.

use jiff::civil::Date;

/// What `read` makes of a text; nothing of an empty one.
pub(super) fn optional<T>(
    written: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    if written.is_empty() { Ok(None) } else { read(written).map(Some) }
}

/// `22-11-2026`.
pub(crate) fn day(date: Option<Date>) -> String {
    date.map(|date| date.strftime("%d-%m-%Y").to_string()).unwrap_or_default()
}

/// A day as officials write it (`22-11-2026`, `22/11/2026`, `22.11.2026`, `22 November 2026`) or as machines do
/// (`2026-11-22`, with or without a time behind it).
pub(crate) fn a_day(written: &str) -> Result<Option<Date>, String> {
    optional(written, |written| {
        let parts: Vec<&str> =
            written.split(['-', '/', '.', ' ', 'T']).filter(|part| !part.is_empty()).collect();
        let found = match parts.as_slice() {
            [year, month, day, ..] if year.len() == 4 => date(year, month, day),
            [day, month, year] => date(year, month, day),
            _ => None,
        };
        found.ok_or_else(|| format!("“{written}” bukan tanggal; tulis seperti 22-11-2026"))
    })
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = year.parse().ok().filter(|year| (1900..=2200).contains(year))?;
    Date::new(year, month_number(month)?, day.parse().ok()?).ok()
}

/// The month by its number or its Indonesian name, which may be cut to three letters.
fn month_number(text: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "maret",
        "april",
        "mei",
        "juni",
        "juli",
        "agustus",
        "september",
        "oktober",
        "november",
        "desember",
    ];
    let lower = text.to_lowercase();
    let named = MONTHS.iter().position(|month| lower.len() >= 3 && month.starts_with(&lower));
    let number = text.parse().ok();
    number.or_else(|| named.and_then(|index| i8::try_from(index + 1).ok()))
}

/// A year that something can have been bought in.
pub(super) fn year(written: &str) -> Result<i16, String> {
    let year = written.parse().ok().filter(|year| (1945..=2200).contains(year));
    year.ok_or_else(|| format!("“{written}” bukan tahun; tulis seperti 2024"))
}

/// Whole rupiah: `12500000`, `12.500.000`, `Rp12.500.000,00`.
pub(super) fn price(written: &str) -> Result<u64, String> {
    let wrong = || format!("“{written}” bukan harga; tulis rupiah bulat seperti 12500000 atau 12.500.000");
    let text = written.trim_start_matches("Rp").trim_start_matches(['.', ' ']);
    let (whole, cents) = text.split_once(',').unwrap_or((text, ""));
    if !cents.chars().all(|c| c == '0' || c == '-') {
        return Err(wrong());
    }
    let groups: Vec<&str> = whole.split('.').collect();
    let grouped = match groups.as_slice() {
        [only] => !only.is_empty(),
        [first, rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    let digits = groups.concat();
    let plain = grouped && digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|_| plain).ok_or_else(wrong)
}

/// A text without control characters, blanks at its ends, or runs of blanks: what cells and forms bring along.
pub(crate) fn tidy(written: &str) -> String {
    let letters: String = written.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}
