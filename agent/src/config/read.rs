//! Reading TOML into a type, with every fault at once.
//!
//! serde stops at the first fault, but tells where it is. So the text is read into a tree that knows its
//! lines; as long as the tree does not fit the type, the fault is noted, what it points at is taken out of
//! the tree (a key that is missing gets a placeholder), and the rest is tried again.

use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, Deserializer};

use super::fault::{Fault, Faults};

/// More faults than anyone reads at once; also what ends the search, should a fault not go away.
const MAX_FAULTS: usize = 100;

/// Reads all of `text`, which stands in `file`. `bounds` are numbers to be checked: table, key, least, most.
pub(super) fn all<T: DeserializeOwned>(
    file: &Path,
    text: &str,
    bounds: &[(&str, &str, i64, i64)],
) -> Result<T, Faults> {
    let mut reading = Reading { file, text, faults: Vec::new() };
    let (mut tree, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let what = format!("bukan TOML yang benar ({})", error.message());
        reading.note(error.span(), String::new(), what, "Periksa tanda kutip, kurung dan tanda sama dengan.");
    }
    for bound in bounds {
        reading.check_bound(tree.get_mut(), *bound);
    }
    let mut value = None;
    while value.is_none() && reading.faults.len() < MAX_FAULTS {
        match T::deserialize(Deserializer::from(tree.clone())) {
            Ok(read) => value = Some(read),
            Err(error) => {
                if !reading.take_out(tree.get_mut(), &error) {
                    break;
                }
            }
        }
    }
    reading.faults.sort_by_key(|fault| fault.line);
    value.filter(|_| reading.faults.is_empty()).ok_or(Faults(reading.faults))
}

struct Reading<'a> {
    file: &'a Path,
    text: &'a str,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn note(&mut self, at: Option<Range<usize>>, key: String, what: String, remedy: impl Into<String>) {
        let start = at.map_or(0, |span| span.start);
        let line = self.text.bytes().take(start).filter(|b| *b == b'\n').count() + 1;
        let (file, remedy) = (self.file.display().to_string(), remedy.into());
        self.faults.push(Fault { file, line, key, what, remedy });
    }

    fn check_bound(&mut self, tree: &mut DeTable<'_>, (table, key, least, most): (&str, &str, i64, i64)) {
        let Some(DeValue::Table(inner)) = tree.get_mut(table).map(Spanned::get_mut) else { return };
        let Some(DeValue::Integer(number)) = inner.get(key).map(Spanned::get_ref) else { return };
        let text = number.as_str().to_owned();
        if number.radix() == 10 && text.parse().is_ok_and(|n: i64| (least..=most).contains(&n)) {
            return;
        }
        let at = inner.remove(key).map(|value| value.span());
        let remedy = format!("Tulis bilangan dari {least} sampai {most}.");
        self.note(at, format!("{table}.{key}"), format!("{text} di luar batas"), remedy);
    }

    /// Notes the fault that `error` tells of and takes its cause out of the tree; whether it was found.
    fn take_out(&mut self, tree: &mut DeTable<'_>, error: &toml::de::Error) -> bool {
        let span = error.span().unwrap_or(0..0);
        let (what, remedy) = words(error.message());
        let missing = quoted(error.message()).filter(|_| error.message().starts_with("missing field"));
        let found = change(tree, &span, missing);
        let known = found.is_some();
        let mut path = found.unwrap_or_default();
        path.extend(missing.map(str::to_owned));
        self.note(Some(span), path.join("."), what, remedy);
        known
    }
}

/// Takes the key or value at `span` out of `table`, or puts a placeholder for the key `missing` into the
/// table at `span`; its path, without the numbers of array elements.
fn change(table: &mut DeTable<'_>, span: &Range<usize>, missing: Option<&str>) -> Option<Vec<String>> {
    let here = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
        let hit = key.span() == *span || (value.span() == *span && !holds_tables(value.get_ref(), missing));
        hit.then(|| key.get_ref().to_string())
    };
    if let Some(key) = table.iter().find_map(here) {
        table.remove(key.as_str());
        return Some(vec![key]);
    }
    for (key, value) in table.iter_mut() {
        let own_span = value.span();
        let inner = match value.get_mut() {
            DeValue::Table(inner) if own_span == *span => fill(inner, missing),
            DeValue::Table(inner) => change(inner, span, missing),
            DeValue::Array(elements) => elements.iter_mut().find_map(|element| {
                let own_span = element.span();
                match element.get_mut() {
                    DeValue::Table(inner) if own_span == *span => fill(inner, missing),
                    DeValue::Table(inner) => change(inner, span, missing),
                    _ => None,
                }
            }),
            _ => None,
        };
        if let Some(mut path) = inner {
            path.insert(0, key.get_ref().to_string());
            return Some(path);
        }
    }
    None
}

/// Whether a fault at this value is a key that is missing in it, and not the value itself.
fn holds_tables(value: &DeValue<'_>, missing: Option<&str>) -> bool {
    missing.is_some() && matches!(value, DeValue::Table(_) | DeValue::Array(_))
}

/// Puts a placeholder for a missing key into its table. Every key that must be there is a text.
fn fill(table: &mut DeTable<'_>, missing: Option<&str>) -> Option<Vec<String>> {
    let key = Spanned::new(0..0, DeString::Owned(missing?.to_owned()));
    let before = table.insert(key, Spanned::new(0..0, DeValue::String(DeString::Owned("?".to_owned()))));
    before.is_none().then(Vec::new)
}

/// What serde says, in Indonesian: what is wrong, and what to do. Our own types already say both.
fn words(message: &str) -> (String, String) {
    let names: Vec<_> = message.split('`').skip(1).step_by(2).collect();
    let (first, others) = names.split_first().map_or(("", &[][..]), |(first, others)| (*first, others));
    if message.starts_with("unknown field") {
        ("kunci ini tidak dikenal".to_owned(), meant(first, others))
    } else if message.starts_with("unknown variant") {
        (format!("nilai `{first}` tidak dikenal"), format!("Pilih salah satu: {}.", others.join(", ")))
    } else if message.starts_with("missing field") {
        ("kunci wajib ini belum ada".to_owned(), format!("Tambahkan {first} = \"…\"."))
    } else if let Some((_, expected)) = message.split_once(", expected ") {
        let (kind, example) = kind(expected);
        (format!("seharusnya {kind}"), format!("Tulis misalnya {example}."))
    } else {
        let (what, remedy) = message.split_once("; ").unwrap_or((message, "perbaiki nilainya"));
        let mut letters = remedy.chars();
        let begin: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        (what.to_owned(), format!("{begin}{}.", letters.as_str()))
    }
}

fn kind(expected: &str) -> (&'static str, &'static str) {
    match expected {
        "u64" | "u32" | "i64" => ("bilangan bulat", "30, tanpa tanda kutip"),
        "a boolean" => ("true atau false", "true, tanpa tanda kutip"),
        e if e.starts_with("a sequence") => ("daftar", "[[backup.dumps]] pada baris tersendiri"),
        e if e.starts_with("struct") => ("tabel", "[nama] pada baris tersendiri"),
        _ => ("teks", "\"teks\", dengan tanda kutip"),
    }
}

/// What an unknown key was probably meant to be.
fn meant(written: &str, known: &[&str]) -> String {
    let nearest = known.iter().min_by_key(|name| distance(written, name));
    match nearest.filter(|name| distance(written, name) <= 2) {
        Some(name) => format!("Mungkin maksudnya `{name}`."),
        None => format!("Hapus baris ini; yang ada: {}.", known.join(", ")),
    }
}

/// How many letters must be changed, added or left out to come from `a` to `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (pair, y) in row.windows(2).zip(b.chars()) {
            let &[diagonal, above] = pair else { continue };
            left = (left + 1).min(above + 1).min(diagonal + usize::from(x != y));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}
