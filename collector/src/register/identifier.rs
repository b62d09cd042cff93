//! Codes and numbers of the books: how they are written, what a spreadsheet does to them, and which serial
//! numbers say nothing.

use std::net::IpAddr;

/// The digits of a NIBAR (Permendagri 47/2021): 8 kode wilayah, 10 kode lokasi, 8 tahun, 12 kode barang,
/// 7 nomor register.
const NIBAR: usize = 45;

/// The digits of the seven levels of a kode barang (Permendagri 108/2016), such as `1.3.2.10.02.04.001`.
const LEVELS: [usize; 7] = [1, 1, 1, 2, 2, 2, 3];

/// What firmware says that was never given a serial number, in small letters without blanks and punctuation.
const JUNK: [&str; 22] = [
    "tobefilledbyoem",
    "defaultstring",
    "systemserialnumber",
    "none",
    "na",
    "notspecified",
    "notapplicable",
    "notavailable",
    "unknown",
    "oem",
    "empty",
    "serial",
    "serialnumber",
    "chassisserialnumber",
    "baseboardserialnumber",
    "123456789",
    "1234567890",
    "0123456789",
    "xxxxxxxxxx",
    "invalid",
    "nil",
    "tidakada",
];

/// The serial number, when it is one: white-box servers carry texts like `To Be Filled By O.E.M.`, which tell no
/// two machines apart. One sign that repeats says nothing either.
#[must_use]
pub fn known_serial(serial: &str) -> Option<&str> {
    let serial = serial.trim();
    let bare = bare(serial);
    let mut signs = bare.chars();
    let first = signs.next()?;
    let repeats = signs.all(|sign| sign == first);
    (!repeats && !JUNK.contains(&bare.as_str())).then_some(serial)
}

/// Whether two serial numbers are one: they are compared without blanks and punctuation, in any case.
#[must_use]
pub fn same_serial(one: &str, other: &str) -> bool {
    matches!((known_serial(one), known_serial(other)), (Some(one), Some(other)) if bare(one) == bare(other))
}

/// A text's letters and digits, small.
pub(crate) fn bare(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A code as it was written; `-`, as the KIB has it for what is not known, is nothing.
///
/// # Errors
/// When a spreadsheet has made a number of it: its digits are lost.
pub(super) fn code_text(written: &str) -> Result<String, String> {
    let written = written.trim();
    if is_scientific(written) {
        return Err(format!(
            "spreadsheet telah mengubahnya menjadi angka ({written}) sehingga digitnya hilang; jadikan kolom ini \
             Teks, lalu salin lagi nomornya dari sumbernya"
        ));
    }
    Ok(if matches!(written, "-" | "–" | "--") { String::new() } else { written.to_owned() })
}

/// Whether it looks like `1.20135E+44`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let mantissa = mantissa.replacen(['.', ','], "", 1);
    digits(&mantissa) && exponent.strip_prefix('+').is_some_and(digits)
}

/// A kode barang. Its seven levels may be written without points; codes of other tables (five levels of
/// Permendagri 17/2007) are kept as they are.
pub(super) fn kode_barang(written: &str) -> Result<Option<String>, String> {
    let code = code_text(written)?;
    if code.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("“{written}” bukan kode barang; tulis seperti 1.3.2.10.02.04.001");
    let digits = code.chars().all(|c| c.is_ascii_digit());
    if digits && code.len() == LEVELS.iter().sum::<usize>() {
        return Ok(Some(pointed(&code)));
    }
    let groups: Vec<&str> = code.split('.').collect();
    let group =
        |group: &&str| !group.is_empty() && group.len() <= 4 && group.chars().all(|c| c.is_ascii_digit());
    if (3..=8).contains(&groups.len()) && groups.iter().all(group) { Ok(Some(code)) } else { Err(wrong()) }
}

/// Twelve digits with their points.
fn pointed(digits: &str) -> String {
    let mut rest = digits.chars();
    LEVELS.map(|level| rest.by_ref().take(level).collect::<String>()).join(".")
}

/// A NIBAR as it was written: some systems print a shorter number under this name.
pub(super) fn nibar(written: &str) -> Result<Option<String>, String> {
    Ok(Some(code_text(written)?).filter(|nibar| !nibar.is_empty()))
}

/// What is odd about a NIBAR, beside the kode barang and the nomor register it must end in.
#[must_use]
pub fn nibar_oddity(nibar: &str, code: Option<&str>, register: Option<&str>) -> Option<String> {
    let digits: String = nibar.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != NIBAR {
        return Some(format!("NIBAR lazimnya {NIBAR} digit; yang tertulis {} digit", digits.len()));
    }
    let tail: String = digits.chars().skip(26).collect();
    let code: String = code?.chars().filter(char::is_ascii_digit).collect();
    let of_code: String = tail.chars().take(12).collect();
    if code.len() == 12 && of_code != code {
        return Some(format!(
            "kode barang di dalam NIBAR ({}) berbeda dari kode barangnya",
            pointed(&of_code)
        ));
    }
    let of_register: String = tail.chars().skip(12).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    let register = number(register?)?;
    (number(&of_register) != Some(register))
        .then(|| format!("nomor register di dalam NIBAR ({of_register}) berbeda dari nomor registernya"))
}

/// An IP address.
pub(super) fn address(written: &str) -> Result<Option<String>, String> {
    if written.is_empty() || written == "-" {
        return Ok(None);
    }
    let address = written.parse::<IpAddr>().map(|address| Some(address.to_string()));
    address.map_err(|_| format!("“{written}” bukan alamat IP; tulis seperti 10.10.0.5"))
}

/// A link-layer address, in whichever of its spellings: `aa:bb:cc:dd:ee:ff`.
pub(super) fn mac(written: &str) -> Result<Option<String>, String> {
    if written.is_empty() || written == "-" {
        return Ok(None);
    }
    let digits: Vec<char> = written.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    if digits.len() != 12 || !digits.iter().all(char::is_ascii_hexdigit) {
        return Err(format!("“{written}” bukan alamat MAC; tulis seperti 00:1a:2b:3c:4d:5e"));
    }
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>().to_lowercase());
    Ok(Some(pairs.collect::<Vec<_>>().join(":")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_serials_count_as_missing() {
        let check = |serial: &str, known: bool| assert_eq!(known_serial(serial).is_some(), known, "{serial}");
        for junk in [
            "",
            " ",
            "-",
            "0",
            "00000000",
            "To Be Filled By O.E.M.",
            "Default string",
            "System Serial Number",
            "None",
            "123456789",
            "Not Specified",
            "N/A",
            "xxxxxxxx",
            "...",
        ] {
            check(junk, false);
        }
        for serial in ["CZ1234ABCD", "7XK9P2S", "VMware-56 4d", "1234567891"] {
            check(serial, true);
        }
        assert!(same_serial("cz-1234", "CZ 1234"));
        assert!(!same_serial("None", "none"));
    }

    #[test]
    fn what_a_spreadsheet_made_of_a_number_is_refused() {
        let check = |written: &str, kept: Option<&str>| {
            assert_eq!(nibar(written).ok().flatten().as_deref(), kept, "{written}");
        };
        check(
            "120135110200000028000020261320502060010000001",
            Some("120135110200000028000020261320502060010000001"),
        );
        check("1.20135E+44", None);
        check("1,20135e+44", None);
        check("-", None);
        check("5E2", Some("5E2"));
        check("CN0E+7", Some("CN0E+7"));
        assert!(nibar("1.20135E+44").unwrap_err().contains("Teks"));
    }

    #[test]
    fn codes_have_their_points() {
        let check = |written: &str, kept: Option<&str>| {
            assert_eq!(kode_barang(written).ok().flatten().as_deref(), kept, "{written}");
        };
        check("132100204001", Some("1.3.2.10.02.04.001"));
        check("1.3.2.10.02.04.001", Some("1.3.2.10.02.04.001"));
        check("02.06.03.04.01", Some("02.06.03.04.01"));
        check("1.3", None);
        check("13210020400", None);
        check("1.3.2.x", None);
    }

    #[test]
    fn a_nibar_ends_in_code_and_register() {
        let nibar = "120135110200000028000020261320502060010000001";
        let check = |nibar: &str, code: Option<&str>, register: Option<&str>, odd: Option<&str>| {
            let oddity = nibar_oddity(nibar, code, register);
            assert_eq!(oddity.is_some(), odd.is_some(), "{oddity:?}");
            assert!(oddity.unwrap_or_default().contains(odd.unwrap_or_default()));
        };
        check(nibar, Some("1.3.2.05.02.06.001"), Some("0001"), None);
        check(nibar, None, None, None);
        check(nibar, Some("1.3.2.10.02.04.001"), Some("1"), Some("1.3.2.05.02.06.001"));
        check(nibar, Some("1.3.2.05.02.06.001"), Some("0002"), Some("0000001"));
        check("12345", None, None, Some("5 digit"));
    }

    #[test]
    fn addresses_are_written_one_way() {
        assert_eq!(mac("001A.2B3C.4D5E"), Ok(Some("00:1a:2b:3c:4d:5e".into())));
        assert_eq!(mac("00-1a-2b-3c-4d-5e"), Ok(Some("00:1a:2b:3c:4d:5e".into())));
        assert!(mac("00:1a").is_err());
        assert_eq!(address("10.10.0.5"), Ok(Some("10.10.0.5".into())));
        assert_eq!(address("-"), Ok(None));
        assert!(address("10.10.0").is_err());
    }
}
