//! From TOML to a [`Pack`], with faults in the words of the person who writes packs.
//!
//! The grammar and the types are checked by serde, which stops at its first fault; its English sentence is
//! put into Indonesian with line and key. What serde cannot know is checked afterwards, all faults at once.

use std::collections::BTreeSet;

use super::{Fault, Pack, PackError, Rule};

/// More years of grace than this are a slip of the pen.
const MOST_GRACE_YEARS: i16 = 10;

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// Its faults, each with line, key and remedy in Indonesian.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let pack: Self = toml::from_str(text).map_err(|e| PackError { faults: vec![grammar(text, &e)] })?;
        let faults = pack.faults(text);
        if faults.is_empty() { Ok(pack) } else { Err(PackError { faults }) }
    }

    fn faults(&self, text: &str) -> Vec<Fault> {
        let mut faults = self.own_faults(text);
        let mut seen = BTreeSet::new();
        for rule in &self.rules {
            let line = line_with(text, &format!("\"{}\"", rule.id));
            let twice = (!seen.insert(&rule.id)).then(|| "`id` dipakai dua kali; beri nama lain".to_owned());
            let what = rule.faults().into_iter().chain(rule.check.faults()).chain(twice);
            faults.extend(what.map(|what| Fault { line, what: format!("ketentuan `{}`: {what}", rule.id) }));
        }
        faults
    }

    fn own_faults(&self, text: &str) -> Vec<Fault> {
        let named =
            [("id", &self.id), ("title", &self.title), ("short", &self.short), ("status", &self.status)];
        let empty = named.into_iter().filter(|(_, value)| value.trim().is_empty());
        let mut faults: Vec<Fault> = empty
            .map(|(key, _)| Fault { line: line_with(text, key), what: format!("`{key}` tidak boleh kosong") })
            .collect();
        if !(0..=MOST_GRACE_YEARS).contains(&self.grace_years) {
            let what = format!("`grace_years` harus antara 0 dan {MOST_GRACE_YEARS} tahun");
            faults.push(Fault { line: line_with(text, "grace_years"), what });
        }
        if self.grace_years > 0 && self.grace_article.is_none() {
            let what = "`grace_years` memerlukan `grace_article`: sebutkan pasal yang memberi masa peralihan";
            faults.push(Fault { line: line_with(text, "grace_years"), what: what.to_owned() });
        }
        if self.rules.is_empty() && self.missing.is_empty() {
            let what = "paket ini kosong: isikan paling sedikit satu [[rule]] atau satu [[missing]]";
            faults.push(Fault { line: None, what: what.to_owned() });
        }
        faults
    }
}

impl Rule {
    fn faults(&self) -> Vec<String> {
        let named =
            [("id", &self.id), ("title", &self.title), ("article", &self.article), ("text", &self.text)];
        let empty = named.into_iter().filter(|(_, value)| value.trim().is_empty());
        empty.map(|(key, _)| format!("`{key}` tidak boleh kosong")).collect()
    }
}

/// Serde's fault, put into Indonesian.
fn grammar(text: &str, error: &toml::de::Error) -> Fault {
    let start = error.span().map(|span| span.start);
    let line = start.map(|start| line_at(text, start));
    let key = start.and_then(|start| key_at(text, start));
    Fault { line, what: in_indonesian(error.message(), key) }
}

fn in_indonesian(message: &str, key: Option<&str>) -> String {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let expected = message.split_once(", expected ").map_or("", |(_, rest)| rest).replace(" or ", " atau ");
    let expected = expected.trim_start_matches("one of ");
    let at = key.map(|key| format!("isi `{key}` ")).unwrap_or_default();
    if message.starts_with("unknown field") {
        format!("kunci `{quoted}` tidak dikenal; yang dikenal: {expected}")
    } else if message.starts_with("unknown variant") {
        format!("{at}`{quoted}` tidak dikenal; yang dikenal: {expected}")
    } else if message.starts_with("missing field") {
        format!("kunci `{quoted}` belum ada; tambahkan")
    } else if message.starts_with("duplicate key") {
        format!("kunci `{}` ditulis dua kali; hapus salah satu", key.unwrap_or(quoted))
    } else if key == Some("promulgated") {
        "isi `promulgated` bukan tanggal; tulis seperti \"2021-02-23\"".to_owned()
    } else if message.starts_with("invalid") && !expected.is_empty() {
        format!("{at}tidak sesuai; yang diminta: {}", type_name(expected))
    } else {
        format!("bukan TOML yang sah ({message}); bandingkan dengan paket lain di config/packs")
    }
}

/// What serde calls a type, in words.
fn type_name(expected: &str) -> &str {
    match expected {
        "u32" | "i16" => "bilangan bulat, tidak negatif",
        "a string" => "teks dalam tanda kutip",
        "a boolean" => "true atau false",
        "a sequence" => "daftar dalam kurung siku",
        other => other,
    }
}

/// The line, from 1, that holds the byte `start`.
fn line_at(text: &str, start: usize) -> usize {
    1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
}

/// The key that is set on the line of the byte `start`.
fn key_at(text: &str, start: usize) -> Option<&str> {
    let line = text.lines().nth(line_at(text, start).saturating_sub(1))?;
    line.split_once('=').map(|(key, _)| key.trim())
}

/// The first line, from 1, that holds `what`.
fn line_with(text: &str, what: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(what)).map(|index| index + 1)
}
