//! The facts of one asset side by side: what the books say, what the agent saw. Free texts of the books are
//! compared as far as they can be understood; what cannot be compared is not called different.

use super::identifier::{bare, same_serial};
use super::{Asset, Seen};

/// A gibibyte.
const GIB: u64 = 1 << 30;

/// A fact in both views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is, in Indonesian.
    pub name: &'static str,
    /// What the books say.
    pub booked: Option<String>,
    /// What the agent saw.
    pub seen: Option<String>,
    /// Whether they agree; `None` where they cannot be compared.
    pub agrees: Option<bool>,
}

/// The facts of `asset` beside those of the machine it runs on.
#[must_use]
pub fn facts(asset: &Asset, seen: &Seen) -> Vec<Fact> {
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let site = |code: Option<&patuh_protocol::id::Code>| code.map(ToString::to_string);
    let (booked_site, seen_site) = (asset.place.site.as_ref(), seen.site.as_ref());
    let serial = seen.known_serial().map(str::to_owned);
    let agrees = asset.serial.as_deref().zip(serial.as_deref());
    let model = said(&asset.model).zip(seen.model.clone()).map(|(booked, seen)| same_model(&booked, &seen));
    vec![
        Fact { name: "Merek/tipe", booked: said(&asset.model), seen: seen.model.clone(), agrees: model },
        Fact {
            name: "Nomor seri",
            booked: asset.serial.clone(),
            agrees: agrees.map(|(booked, seen)| same_serial(booked, seen)),
            seen: serial,
        },
        Fact { name: "Prosesor", booked: None, seen: seen.cpu.clone(), agrees: None },
        Fact {
            name: "Memori",
            booked: memory_in(&asset.size).map(gigabytes),
            seen: seen.memory_bytes.map(|bytes| gigabytes(bytes.div_ceil(GIB))),
            agrees: memory_in(&asset.size).zip(seen.memory_bytes).map(|(gib, bytes)| same_memory(gib, bytes)),
        },
        Fact {
            name: "Disk",
            booked: None,
            seen: seen.disk_bytes.map(|bytes| gigabytes(bytes / 1_000_000_000)),
            agrees: None,
        },
        Fact {
            name: "Lokasi",
            booked: site(booked_site),
            seen: site(seen_site),
            agrees: booked_site.zip(seen_site).map(|(booked, seen)| booked == seen),
        },
    ]
}

/// Maker and model are written freely: the books must hold a word with a digit of what is seen (`R740`), or,
/// where it has none, any word.
fn same_model(booked: &str, seen: &str) -> bool {
    let (booked, seen) = (words(booked).concat(), words(seen));
    let numbered: Vec<&String> =
        seen.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit())).collect();
    let telling = if numbered.is_empty() { seen.iter().collect() } else { numbered };
    telling.iter().any(|word| booked.contains(word.as_str()))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || "/,()".contains(c))
        .map(bare)
        .filter(|word| word.len() > 1)
        .collect()
}

/// The memory in a text of the books, in GB: `2 prosesor, memori 64 GB, 4 TB`, `RAM 64GB`, `64 GB RAM`.
#[must_use]
pub fn memory_in(size: &str) -> Option<u64> {
    let lower = size.to_lowercase().replace("gib", "gb");
    let parts = lower.split([',', ';', '/', '+', '|']);
    let of_memory = |part: &&str| ["memori", "memory", "ram"].iter().any(|word| part.contains(word));
    let part = parts.into_iter().find(of_memory)?;
    let (before, _) = part.split_once("gb")?;
    let digits: String = before.trim_end().chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().ok().filter(|gib| *gib > 0)
}

/// Whether a host that tells of `bytes` can have `gib` built in: firmware and graphics keep some of it.
fn same_memory(gib: u64, bytes: u64) -> bool {
    let built_in = gib.saturating_mul(GIB);
    bytes <= built_in && bytes >= built_in / 10 * 8
}

fn gigabytes(n: u64) -> String {
    format!("{} GB", patuh_compliance::wording::number(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_found_in_words() {
        let check = |size: &str, expected: Option<u64>| assert_eq!(memory_in(size), expected, "{size}");
        check("2 prosesor, 16 inti, memori 64 GB, disk 4.001 GB", Some(64));
        check("2×Xeon 16C / 64GB RAM / 4 TB", Some(64));
        check("RAM 128 GiB", Some(128));
        check("disk 500 GB", None);
        check("memori besar", None);
        check("", None);
    }

    #[test]
    fn a_host_sees_a_little_less_than_is_built_in() {
        let check = |gib, bytes, same| assert_eq!(same_memory(gib, bytes), same, "{gib} {bytes}");
        check(64, 67_431_763_968, true);
        check(64, 64 << 30, true);
        check(64, 33_000_000_000, false);
        check(32, 67_431_763_968, false);
        check(8, 7 << 30, true);
    }

    #[test]
    fn models_are_written_freely() {
        let check =
            |booked: &str, seen: &str, same| assert_eq!(same_model(booked, seen), same, "{booked} {seen}");
        check("Dell / Power Edge R740", "Dell Inc. PowerEdge R740", true);
        check("HP ProLiant DL380 Gen10", "HPE ProLiant DL380 Gen10", true);
        check("IBM x3650", "Dell Inc. PowerEdge R740", false);
        check("Synology", "Synology", true);
    }
}
