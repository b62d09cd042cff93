//! `check-config`.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use patuh_collector::config::Config;
use patuh_collector::server::web_is_plain;
use patuh_compliance::Pack;

/// Reads the configuration and its packs, and says what they amount to.
pub(super) fn run(file: &Path, out: &mut impl Write) -> Result<()> {
    let (config, packs) = Config::load(file)?;
    patuh_collector::lifecycle_of(&config)?;
    let rules: usize = packs.iter().map(|pack| pack.rules.len()).sum();
    let (offices, sites) = (config.offices.len(), config.sites.len());
    writeln!(
        out,
        "{} baik: {offices} perangkat daerah, {sites} lokasi, {rules} ketentuan dari {} paket.",
        file.display(),
        packs.len()
    )?;
    notes(&config, &packs).iter().try_for_each(|note| writeln!(out, "Catatan: {note}"))?;
    Ok(())
}

/// What is no fault, and should be known.
fn notes(config: &Config, packs: &[Pack]) -> Vec<String> {
    let undated = packs.iter().filter(|pack| pack.promulgated.is_none() && pack.grace_years > 0);
    let mut notes: Vec<String> = undated
        .map(|pack| {
            let (short, id) = (&pack.short, &pack.id);
            format!("tanggal pengundangan {short} belum diisi ([government.promulgated] {id}), jadi belum ada temuan TIDAK PATUH darinya.")
        })
        .collect();
    if config.web.tls.is_none() && !web_is_plain(config) {
        notes.push("halaman petugas memakai sertifikat dari CA kolektor; peramban akan memberi peringatan ([web] certificate, key).".to_owned());
    }
    if config.sites.is_empty() {
        notes.push(
            "belum ada lokasi ([[site]]), jadi tidak ada server yang dapat dinilai berada di Pusat Data."
                .to_owned(),
        );
    }
    notes
}
