//! `[[found]]`: where an officer found a server standing, with the day and what shows it. It stands above what the
//! network speaks for.

use jiff::civil::Date;
use patuh_protocol::id::{AgentId, Code};

use super::estate::Site;
use super::reader::{Key, Reader, date, parsed, text};

/// A server that somebody found on the spot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The server.
    pub server: AgentId,
    /// The site at which it stood.
    pub site: Code,
    /// When.
    pub on: Date,
    /// Who found it: name and position.
    pub by: String,
    /// What shows it: a document, a photograph, a ticket.
    pub evidence: String,
}

/// Reads `[[found]]`; `sites` are those that there are.
pub(super) fn read(root: &mut Reader<'_, '_>, sites: &[Site]) -> Vec<Found> {
    root.tables("found").into_iter().filter_map(|table| found(table, sites)).collect()
}

fn found(mut table: Reader<'_, '_>, sites: &[Site]) -> Option<Found> {
    let server = table.required(Key("server", "\"0f1e2d3c4b5a69788796a5b4c3d2e1f0\""), parsed);
    let site: Option<Code> = table.required(Key("site", "\"pusat-data\""), parsed);
    let on = table.required(Key("on", "\"2026-11-20\""), date);
    let by = table.required(Key("by", "\"Budi Santoso, S.Kom., Kepala Bidang Infrastruktur\""), text);
    let evidence = table.required(Key("evidence", "\"Berita Acara Nomor 12/2026, foto rak A3\""), text);
    if let Some(code) = site.as_ref().filter(|code| !sites.iter().any(|known| known.code == **code)) {
        let what = format!("lokasi {:?} tidak terdaftar", code.as_str());
        table.fault(None, "site", what, "Pakai `code` salah satu [[site]].");
    }
    table.close();
    Some(Found { server: server?, site: site?, on: on?, by: by?, evidence: evidence? })
}
