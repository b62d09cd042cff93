//! `GET /lan/laporan/{laporan}/surat.docx`: the letter to a report, with the diagrams before and after.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use patuh_compliance::pack::{Check, Pack};
use patuh_protocol::checkpoint::Checkpoint;
use patuh_protocol::digest::Digest;

use super::super::super::error::Error;
use super::super::super::format::number;
use super::super::super::session::{App, Person};
use super::super::super::shell::Place;
use super::report_at;
use crate::config::Config;
use crate::export::{Picture, png};
use crate::lan::{ChangeReport, Sheet, Version};
use crate::letters::{Annex, DOCX, LanLetter, LanOccasion};

/// Dots an inch of the annexes: what office printers show.
const DOTS: u16 = 200;

/// `GET /lan/laporan/{laporan}/surat.docx`
pub(crate) async fn of_report(
    State(desk): State<App>,
    person: Person,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let web = &desk.web;
    let report = report_at(&desk, &id).await?;
    let after = web.store.lan_version(&report.office, report.after).await?.ok_or(Error::NotFound)?;
    let before = match report.before {
        Some(before) => web.store.lan_version(&report.office, before).await?,
        None => None,
    };
    let scene = desk.scene(&person, Place::Network).await?;
    let note = web.store.checkpoint().await?;
    let checkpoint = note.map(|note| Checkpoint::open(&note, &web.verifier)).transpose();
    let checkpoint = checkpoint.map_err(|error| Error::Ledger(error.to_string()))?;
    let occasion = LanOccasion {
        day: scene.format.today(),
        zone: web.config.government.timezone.clone(),
        basis: scene.judged.packs.iter().flat_map(|pack| basis(pack, &report)).collect(),
        ledger: checkpoint.map_or_else(|| "Buku bukti masih kosong".to_owned(), |it| ledger(&it)),
    };
    let (config, file) = (Arc::clone(&web.config), file_name(&report));
    let write = move || {
        let annexes = annexes(&config, &after, before.as_ref())?;
        let letter = LanLetter::new(&config, &report, after.graph.coverage(), occasion, annexes);
        Ok::<_, Error>(letter.docx()?)
    };
    let bytes = tokio::task::spawn_blocking(write).await;
    let bytes = bytes.map_err(|_| Error::Drawing("broken off".to_owned()))??;
    desk.record(&person.name, "letter.make", format!("{file}; sha256:{}", Digest::of(&bytes))).await?;
    let disposition = format!("attachment; filename=\"{file}\"");
    Ok(([(CONTENT_TYPE, DOCX.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

fn file_name(report: &ChangeReport) -> String {
    let kind = if report.is_diagram_only() { "penyerahan-diagram" } else { "laporan-perubahan" };
    format!("{kind}-lan-{}-{}.docx", report.office, report.id)
}

/// What was, and what is with its changes marked; of a first diagram, what is.
fn annexes(config: &Config, after: &Version, before: Option<&Version>) -> Result<Vec<Annex>, Error> {
    let Some(before) = before else {
        let title = format!("diagram jaringan LAN, versi {}", after.number);
        return Ok(vec![annex(config, title, Picture { version: after, since: None })?]);
    };
    let was = format!("sebelum perubahan, versi {}", before.number);
    let is = format!("sesudah perubahan, versi {}, dengan perubahan bertanda", after.number);
    Ok(vec![
        annex(config, was, Picture { version: before, since: None })?,
        annex(config, is, Picture { version: after, since: Some(before) })?,
    ])
}

fn annex(config: &Config, title: String, picture: Picture<'_>) -> Result<Annex, Error> {
    let svg = picture.whole(config, Sheet::default()).svg();
    let drawn = png(&svg, DOTS).map_err(|error| Error::Drawing(error.to_string()))?;
    // A4 and A3 are of one shape.
    Ok(Annex { title, png: drawn, shape: (297, 210) })
}

/// The articles of a pack that want this.
fn basis(pack: &Pack, report: &ChangeReport) -> Vec<String> {
    let title = pack.title.split(" tentang ").next().unwrap_or_default();
    let wants = |check: &Check| match check {
        Check::LanDiagram { when_changed, .. } => report.is_diagram_only() || *when_changed,
        Check::LanChanges { .. } => !report.is_diagram_only(),
        _ => false,
    };
    let wanted = pack.rules.iter().filter(|rule| !pack.policy && wants(&rule.check));
    wanted.map(|rule| format!("{} {title}", rule.article)).collect()
}

fn ledger(checkpoint: &Checkpoint) -> String {
    let size = number(checkpoint.size);
    format!("Buku bukti {} · {size} catatan · akar {}", checkpoint.origin, checkpoint.root)
}
