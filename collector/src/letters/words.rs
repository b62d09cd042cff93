//! Numbers and days in words, as berita acara spell them.

use jiff::civil::Date;
use patuh_compliance::wording;

const UNITS: [&str; 12] = [
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh",
    "sebelas",
];

const DAYS: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];

/// A number in words: `dua ribu dua puluh enam`. From a million on it stays in digits.
pub(super) fn spelled(n: u32) -> String {
    let joined = |head: String, rest: u32| if rest == 0 { head } else { format!("{head} {}", spelled(rest)) };
    match n {
        0..12 => UNITS.get(n as usize).copied().unwrap_or_default().to_owned(),
        12..20 => format!("{} belas", spelled(n - 10)),
        20..100 => joined(format!("{} puluh", spelled(n / 10)), n % 10),
        100..200 => joined("seratus".to_owned(), n - 100),
        200..1_000 => joined(format!("{} ratus", spelled(n / 100)), n % 100),
        1_000..2_000 => joined("seribu".to_owned(), n - 1_000),
        2_000..1_000_000 => joined(format!("{} ribu", spelled(n / 1_000)), n % 1_000),
        _ => wording::number(u64::from(n)),
    }
}

/// `Minggu, tanggal dua puluh dua bulan November tahun dua ribu dua puluh enam`.
pub(super) fn day(date: Date) -> String {
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let name = DAYS.get(weekday).copied().unwrap_or_default();
    let number = |n: i16| spelled(u32::try_from(n).unwrap_or_default());
    let (day, year) = (number(date.day().into()), number(date.year()));
    let written = wording::date(date);
    let month = written.split(' ').nth(1).unwrap_or_default();
    format!("{name}, tanggal {day} bulan {month} tahun {year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled() {
        let check = |n, expected: &str| assert_eq!(spelled(n), expected);
        check(0, "nol");
        check(10, "sepuluh");
        check(11, "sebelas");
        check(12, "dua belas");
        check(19, "sembilan belas");
        check(20, "dua puluh");
        check(31, "tiga puluh satu");
        check(100, "seratus");
        check(111, "seratus sebelas");
        check(999, "sembilan ratus sembilan puluh sembilan");
        check(1_000, "seribu");
        check(1_999, "seribu sembilan ratus sembilan puluh sembilan");
        check(2_026, "dua ribu dua puluh enam");
        check(11_500, "sebelas ribu lima ratus");
        check(100_001, "seratus ribu satu");
        check(1_000_000, "1.000.000");
    }

    #[test]
    fn days_are_told_as_in_a_berita_acara() {
        let check = |date: &str, expected: &str| assert_eq!(day(date.parse().unwrap()), expected);
        check("2026-11-22", "Minggu, tanggal dua puluh dua bulan November tahun dua ribu dua puluh enam");
        check("2027-01-01", "Jumat, tanggal satu bulan Januari tahun dua ribu dua puluh tujuh");
        check(
            "2028-02-29",
            "Selasa, tanggal dua puluh sembilan bulan Februari tahun dua ribu dua puluh delapan",
        );
    }

    proptest::proptest! {
        #[test]
        fn every_number_has_words(n: u32) {
            let words = spelled(n);
            proptest::prop_assert!(!words.is_empty() && !words.contains("  ") && !words.ends_with("nol") || n == 0);
        }
    }
}
