//! Until when an operating system is supported, as servers and assets tell of it.

use super::super::format::{Format, date};
use super::section::Sign;
use crate::lifecycle::{Life, Standing};

/// Until when a release is supported, in words.
pub(crate) fn life_words(life: &Life<'_>, format: &Format) -> (Sign, String) {
    let name = life.name();
    let extended = life.product.extended.as_deref().unwrap_or("dukungan lanjutan");
    match life.standing(format.today()) {
        Standing::Supported(ends) => {
            let later = life
                .release
                .extended
                .map_or_else(String::new, |until| format!("; sesudahnya {extended} sampai {}", date(until)));
            (Sign::Well, format!("{name} didukung sampai {}{later}.", format.day_away(ends)))
        }
        Standing::Extended(until) => {
            let general = life.release.ends.map(date).unwrap_or_default();
            let until = format.day_away(until);
            let words = format!(
                "Dukungan umum {name} berakhir {general}; dukungan lanjutan ({extended}) sampai {until}."
            );
            (Sign::Look, words)
        }
        Standing::Ended(day) => {
            let day = format.day_away(day);
            (Sign::Wrong, format!("Dukungan {name} berakhir {day}: tidak ada lagi pembaruan keamanan."))
        }
        Standing::Unannounced => (Sign::Well, format!("Akhir dukungan {name} belum diumumkan penerbitnya.")),
    }
}
