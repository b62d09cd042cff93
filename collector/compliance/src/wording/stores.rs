//! Data stores in words: how many of a server's lie in a backup, which do not, and why.

use jiff::civil::Date;

use super::copies::Said;
use super::time::{date, number};
use super::{listed, standing};
use crate::estate::{Cover, DataStore};
use crate::finding::Fact;

/// More stores than this are counted and not named in a sentence.
const NAMED: usize = 5;

/// More stores than this are counted and not listed as facts.
const LISTED: usize = 40;

/// How many of a server's stores lie in a backup.
pub(crate) struct Count<'a> {
    /// The server's name.
    pub(crate) server: &'a str,
    /// How many lie in a backup.
    pub(crate) within: usize,
    /// Of how many that are asked for.
    pub(crate) all: usize,
    /// How many are set free, and so not asked for.
    pub(crate) exempt: usize,
    /// Only copies in the Pusat Data count.
    pub(crate) in_data_centre: bool,
}

fn count(stores: usize) -> String {
    number(u64::try_from(stores).unwrap_or(u64::MAX))
}

fn said(reason: String, remedy: &str) -> Said {
    Said { reason, remedy: remedy.into() }
}

impl Count<'_> {
    /// `7 dari 9 tempat data server x masuk cadangan`.
    pub(crate) fn say(&self) -> Said {
        let place = if self.in_data_centre { " di Pusat Data" } else { "" };
        let exempt =
            if self.exempt > 0 { format!(", {} dikecualikan", count(self.exempt)) } else { String::new() };
        let (within, all, server) = (count(self.within), count(self.all), self.server);
        let reason = if self.all == 0 {
            format!("semua {} tempat data server `{server}` dikecualikan", count(self.exempt))
        } else {
            format!("{within} dari {all} tempat data server `{server}` masuk cadangan{place}{exempt}")
        };
        said(reason, "")
    }
}

/// What to do until the exemptions run out.
pub(crate) fn all_exempt() -> Said {
    said(
        "tidak ada yang perlu masuk cadangan sampai pengecualiannya berakhir".into(),
        standing::BEFORE_EXPIRY,
    )
}

/// What is on the server was not found out.
pub(crate) fn unknown(server: &str, why: &str) -> Said {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    said(
        format!("tempat data server `{server}` belum diketahui{why}"),
        "pastikan agen di server ini membaca basis data dan folder datanya",
    )
}

/// Nothing was found.
pub(crate) fn none(server: &str) -> Said {
    said(
        format!("agen belum menemukan satu pun tempat data di server `{server}`"),
        "pastikan agen di server ini membaca basis data dan folder datanya",
    )
}

/// Names of stores, for a sentence.
pub(crate) fn named(stores: &[&DataStore]) -> String {
    let names: Vec<String> = stores.iter().map(|store| store.name.clone()).collect();
    few(&names)
}

fn few(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => listed(&shown),
        rest => format!("{} dan {} lainnya", shown.join(", "), count(rest)),
    }
}

fn with_reason(name: &str, reason: &str) -> String {
    if reason.is_empty() { name.to_owned() } else { format!("{name} ({reason})") }
}

/// Stores, each with its reason; a reason that all of them have is said once.
fn listing(lead: &str, stores: &[(&DataStore, &str)], remedy: &str) -> Option<Said> {
    let (_, first) = stores.first()?;
    let names = if stores.iter().all(|(_, why)| why == first) {
        let names: Vec<String> = stores.iter().map(|(store, _)| store.name.clone()).collect();
        with_reason(&few(&names), first)
    } else {
        let names: Vec<String> = stores.iter().map(|(store, why)| with_reason(&store.name, why)).collect();
        few(&names)
    };
    Some(said(format!("{lead}: {names}"), remedy))
}

fn reasons<'a>(stores: &[&'a DataStore]) -> Vec<(&'a DataStore, &'a str)> {
    stores.iter().map(|store| (*store, store.reason.as_str())).collect()
}

/// Stores that no set holds, each with the reason.
pub(crate) fn outside(stores: &[(&DataStore, &str)], in_data_centre: bool) -> Option<Said> {
    let remedy = if in_data_centre {
        "masukkan tempat data itu ke dalam cadangan di Pusat Data, atau mintakan pengecualiannya"
    } else {
        "masukkan tempat data itu ke dalam cadangan, atau mintakan pengecualiannya"
    };
    listing("tidak masuk", stores, remedy)
}

/// Stores of which part is left out.
pub(crate) fn partly(stores: &[&DataStore]) -> Option<Said> {
    listing(
        "hanya sebagian masuk",
        &reasons(stores),
        "periksa apakah bagian yang ditinggalkan memang tidak perlu dicadangkan",
    )
}

/// Files of a running database, copied as they lie.
pub(crate) fn raw(stores: &[&DataStore]) -> Option<Said> {
    listing(
        "disalin mentah selagi berjalan, sehingga belum tentu dapat dipulihkan",
        &reasons(stores),
        "cadangkan basis data itu dengan alatnya sendiri (pg_dump, mariadb-dump, atau sejenisnya)",
    )
}

/// Stores of which it cannot be told.
pub(crate) fn unsure(stores: &[&DataStore]) -> Option<Said> {
    listing(
        "belum dapat dipastikan",
        &reasons(stores),
        "nyatakan isi cadangan pada agen, agar dapat dicocokkan dengan tempat data itu",
    )
}

/// The sets that held it are not there any more.
pub(crate) fn no_longer_held() -> String {
    "tidak ada cadangan tercatat yang memuatnya".into()
}

/// It was set free, until then.
pub(crate) fn exemption_over(until: Date) -> String {
    format!("pengecualiannya berakhir {}", date(until))
}

/// The stores as facts.
pub(crate) fn facts(stores: &[(&DataStore, String)]) -> Vec<Fact> {
    let fact = |(store, value): &(&DataStore, String)| Fact {
        name: format!("Tempat data {}", store.name),
        value: value.clone(),
    };
    let mut facts: Vec<Fact> = stores.iter().take(LISTED).map(fact).collect();
    let rest = stores.len().saturating_sub(LISTED);
    if rest > 0 {
        facts.push(Fact { name: "Tempat data lainnya".into(), value: count(rest) });
    }
    facts
}

fn in_sets(store: &DataStore) -> String {
    let sets: Vec<String> = store.sets.iter().map(|set| format!("`{set}`")).collect();
    let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
    if sets.is_empty() { String::new() } else { format!(" {}", listed(&sets)) }
}

/// No set holds it.
pub(crate) fn is_out(why: &str) -> String {
    if why.is_empty() { "tidak masuk cadangan".into() } else { format!("tidak masuk cadangan: {why}") }
}

/// The best set that holds it does not do.
pub(crate) fn is_held(set: &str) -> String {
    format!("masuk cadangan `{set}`, yang belum memenuhi")
}

/// Part of it is left out.
pub(crate) fn is_partly(store: &DataStore) -> String {
    format!("hanya sebagian masuk cadangan{}: {}", in_sets(store), store.reason)
}

/// Copied as it lies.
pub(crate) fn is_raw(store: &DataStore) -> String {
    format!("disalin mentah selagi berjalan dalam cadangan{}: {}", in_sets(store), store.reason)
}

/// It cannot be told.
pub(crate) fn is_unsure(store: &DataStore) -> String {
    with_reason("belum dapat dipastikan", &store.reason)
}

/// Somebody set it free.
pub(crate) fn is_exempt(store: &DataStore) -> String {
    match &store.cover {
        Cover::Exempted { approver, reason, until } => {
            format!("dikecualikan sampai {} oleh {approver}: {reason}", date(*until))
        }
        _ => "dikecualikan".into(),
    }
}

/// It lies in a backup.
pub(crate) fn is_in(store: &DataStore) -> String {
    format!("masuk cadangan{}", in_sets(store))
}
