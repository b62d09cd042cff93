//! `/bukti`: the ledger, newest first, and how anybody can check it without trusting us.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_protocol::checkpoint::Verifier;
use patuh_protocol::receipt::Leaf;
use serde::Deserialize;

use super::super::error::Error;
use super::super::format::{Format, When, number};
use super::super::input::Asks;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::{host_name, page};
use crate::store::LeafRow;
use crate::tasks::evaluate::Judged;

/// Leaves on one page.
const PER_PAGE: u32 = 50;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only leaves before this index.
    #[serde(default)]
    pub(crate) sebelum: String,
}

#[derive(Template)]
#[template(path = "evidence.html")]
pub(crate) struct Evidence {
    shell: Shell,
    size: String,
    /// The newest checkpoint, a signed note.
    note: Option<String>,
    /// The key that checks it.
    key: String,
    lines: Vec<LeafLine>,
    /// Where the next page begins.
    next: Option<u64>,
    /// Whether this is not the first page.
    further: bool,
}

/// A leaf in the list.
#[derive(Clone, Debug)]
pub(crate) struct LeafLine {
    pub(crate) index: u64,
    pub(crate) when: When,
    pub(crate) who: String,
    pub(crate) what: String,
    /// The server's agent, where it is a report.
    pub(crate) agent: Option<String>,
}

impl LeafLine {
    pub(crate) fn new(row: &LeafRow, judged: &Judged, format: &Format) -> Self {
        match &row.leaf {
            Leaf::Report(leaf) => {
                let agent = leaf.agent.to_string();
                let server = judged.estate.servers.iter().find(|s| s.id == agent);
                Self {
                    index: row.index,
                    when: format.when(leaf.received_at),
                    who: host_name(server.map_or("", |s| &s.name), &agent),
                    what: format!("Laporan ke-{}", number(leaf.sequence)),
                    agent: Some(agent),
                }
            }
            Leaf::Act(act) => Self {
                index: row.index,
                when: format.when(act.at),
                who: act.who.clone(),
                what: format!("{}: {}", act_words(&act.act), act.about),
                agent: None,
            },
        }
    }
}

/// What an act is called.
pub(crate) fn act_words(act: &str) -> &str {
    match act {
        "token.create" => "Membuat token pendaftaran",
        "agent.enrol" => "Mendaftarkan agen",
        "agent.revoke" => "Mencabut agen",
        "session.start" => "Masuk",
        "password.change" => "Mengganti kata sandi",
        "user.password" => "Menetapkan kata sandi",
        "export" => "Mengunduh",
        "api-token.create" => "Membuat token API",
        "api-token.revoke" => "Mencabut token API",
        "asset.add" => "Mencatat aset",
        "asset.change" => "Mengubah catatan aset",
        "asset.remove" => "Mencatat penghapusan aset",
        "asset.import" => "Mengimpor Daftar Aset",
        "duplicate.merge" => "Menggabungkan agen",
        "duplicate.unmerge" => "Membatalkan penggabungan agen",
        "duplicate.split" => "Memisahkan agen",
        "duplicate.same-key" => "Menyatakan kunci agen tidak digandakan",
        "duplicate.shared-key" => "Menyatakan kunci agen digandakan",
        "lan.submit" => "Menyerahkan laporan LAN",
        "lan.receive" => "Menerima laporan LAN",
        "lan.return" => "Mengembalikan laporan LAN",
        "lan.dismiss" => "Mengesampingkan laporan LAN",
        "media.add" => "Mencatat media",
        "media.change" => "Mengubah catatan media",
        "media.seen" => "Melihat media di tempatnya",
        "media.release" => "Mencatat media hilang atau dimusnahkan",
        "escrow.attest" => "Mencatat pemegang kunci",
        "escrow.end" => "Mengakhiri pemegang kunci",
        "ipplan.add" => "Mencatat subnet",
        "ipplan.change" => "Mengubah subnet",
        "ipplan.withdraw" => "Mencabut subnet",
        "ipplan.import" => "Mengimpor rencana penomoran IP",
        "letter.make" => "Membuat surat",
        "collector.start" => "Menjalankan kolektor",
        "store.rebuild" => "Menyusun ulang",
        other => other,
    }
}

impl Evidence {
    /// The page over these leaves.
    pub(crate) fn new(
        shell: Shell,
        judged: &Judged,
        rows: &[LeafRow],
        note: Option<String>,
        verifier: &Verifier,
        further: bool,
        format: &Format,
    ) -> Self {
        Self {
            shell,
            size: number(judged.size),
            note,
            key: verifier.to_string(),
            lines: rows.iter().map(|row| LeafLine::new(row, judged, format)).collect(),
            next: rows.last().map(|row| row.index).filter(|index| *index > 0),
            further,
        }
    }
}

/// `GET /bukti`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Evidence).await?;
    let before = asked.sebelum.parse().ok();
    let rows = desk.web.store.leaves(before, PER_PAGE).await?;
    let note = desk.web.store.checkpoint().await?;
    let verifier = &desk.web.verifier;
    page(&Evidence::new(scene.shell, &scene.judged, &rows, note, verifier, before.is_some(), &scene.format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_registers_and_offices_do_has_a_name_for_people() {
        for act in
            ["asset.add", "asset.import", "duplicate.merge", "duplicate.split", "lan.submit", "lan.dismiss"]
        {
            assert!(!act_words(act).contains('.'), "{act}");
        }
    }
}
