//! The rule packs that the configuration names, with what the government sets: promulgation dates and the
//! policy of the Dinas.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use patuh_compliance::Pack;
use patuh_compliance::pack;

use super::fault::{Fault, Faults};
use super::{Config, Lifted};

/// Loads the packs that `config` puts in force, in its order. `file` is the configuration's name in faults.
///
/// # Errors
/// Every pack that is missing or damaged, and everything in the configuration that no pack knows.
pub fn load(config: &Config, file: &str) -> Result<Vec<Pack>, Faults> {
    let mut notes = Notes { file, faults: vec![] };
    let known = read_all(&config.packs, &mut notes.faults);
    let mut packs = chosen(config, &known, &mut notes);
    promulgate(config, &mut packs, &mut notes);
    if let Err(error) = pack::apply(&mut packs, &config.policy) {
        error.faults.into_iter().for_each(|fault| notes.note("policy", fault.what, String::new()));
    }
    exempted(config, &packs, &mut notes);
    if notes.faults.is_empty() { Ok(packs) } else { Err(Faults(notes.faults)) }
}

/// Faults of the configuration itself.
struct Notes<'a> {
    file: &'a str,
    faults: Vec<Fault>,
}

impl Notes<'_> {
    fn note(&mut self, key: &str, what: String, remedy: String) {
        let (file, key) = (self.file.to_owned(), key.to_owned());
        self.faults.push(Fault { file, line: None, key, what, remedy });
    }
}

fn chosen(config: &Config, known: &BTreeMap<String, Pack>, notes: &mut Notes<'_>) -> Vec<Pack> {
    let dir = config.packs.display();
    let ids: Vec<_> = known.keys().map(String::as_str).collect();
    let mut packs = vec![];
    for id in &config.government.packs {
        if let Some(pack) = known.get(id) {
            packs.push(pack.clone());
            continue;
        }
        let remedy = if ids.is_empty() {
            format!("Direktori {dir} (kunci `packs`) tidak memuat satu paket pun; periksa direktori itu.")
        } else {
            format!("Paket yang ada dalam {dir}: {}.", ids.join(", "))
        };
        notes.note("government.packs", format!("paket aturan {id:?} tidak ada"), remedy);
    }
    packs
}

fn promulgate(config: &Config, packs: &mut [Pack], notes: &mut Notes<'_>) {
    for (id, date) in &config.government.promulgated {
        let key = format!("government.promulgated.{id}");
        let Some(pack) = packs.iter_mut().find(|pack| pack.id == *id) else {
            let remedy = "Hapus baris ini, atau tambahkan paketnya pada government.packs.".to_owned();
            notes.note(&key, "paket itu tidak dipakai".to_owned(), remedy);
            continue;
        };
        match pack.clone().with_promulgated(*date) {
            Ok(dated) => *pack = dated,
            Err(error) => notes.note(&key, error.to_string(), String::new()),
        }
    }
}

/// An exemption from a rule that nobody is judged by lifts nothing; most likely its id is misspelt.
fn exempted(config: &Config, packs: &[Pack], notes: &mut Notes<'_>) {
    for exemption in &config.exemptions {
        let Lifted::Rule(rule) = &exemption.lifted else { continue };
        if !packs.iter().any(|pack| pack.rules.iter().any(|known| known.id == *rule)) {
            let what = format!("ketentuan {rule:?} tidak ada dalam paket yang dipakai");
            let remedy = "Periksa nomor ketentuan itu, atau hapus pengecualiannya.".to_owned();
            notes.note("exemption.rule", what, remedy);
        }
    }
}

/// All packs of the directory, by id.
fn read_all(dir: &Path, faults: &mut Vec<Fault>) -> BTreeMap<String, Pack> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files.iter().filter_map(|path| read(path, faults)).map(|pack| (pack.id.clone(), pack)).collect()
}

fn read(path: &Path, faults: &mut Vec<Fault>) -> Option<Pack> {
    let (file, key) = (path.display().to_string(), String::new());
    let mut note = |line, what, remedy: &str| {
        let (file, key, remedy) = (file.clone(), key.clone(), remedy.to_owned());
        faults.push(Fault { file, line, key, what, remedy });
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            note(None, format!("paket tidak dapat dibaca ({error})"), "Periksa izin berkas itu.");
            return None;
        }
    };
    match Pack::parse(&text) {
        Ok(pack) => Some(pack),
        Err(error) => {
            error.faults.into_iter().for_each(|fault| note(fault.line, fault.what, ""));
            None
        }
    }
}
