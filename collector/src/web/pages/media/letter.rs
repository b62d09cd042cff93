//! `GET /media/{media}/berita-acara.docx`: the berita acara of the handover by which a medium came to its keeper, with
//! all media that were handed over with it.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use patuh_protocol::checkpoint::Checkpoint;
use patuh_protocol::digest::Digest;

use super::super::super::error::Error;
use super::super::super::format::{Format, date};
use super::super::super::session::{App, Person};
use super::super::super::shell::Place;
use super::medium_at;
use crate::letters::{DOCX, StorageRecord, StoredMedium};
use crate::media::{Medium, Writing, written_last};
use crate::store::MediaFilter;

/// Whether `other` came to the same keeper at the same place by the same handover. Without a day there was none that is
/// known.
fn together(medium: &Medium, other: &Medium) -> bool {
    medium.handover.on.is_some()
        && !other.life.is_over()
        && (&medium.handover, &medium.custodian, &medium.place, &medium.office)
            == (&other.handover, &other.custodian, &other.place, &other.office)
}

/// The medium with when it was last written, in words.
fn stored(medium: &Medium, writings: &[Writing], format: &Format) -> StoredMedium {
    let seen = written_last(medium, writings).map(|it| format.civil(it.newest));
    let written = seen.max(medium.written_on).map(date).unwrap_or_default();
    StoredMedium { medium: medium.clone(), written }
}

/// `GET /media/{media}/berita-acara.docx`
pub(crate) async fn storage(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let (web, medium) = (&desk.web, medium_at(&desk, &number).await?);
    let mut media = web.store.media(&MediaFilter::default()).await?;
    media.retain(|other| other.id != medium.id && together(&medium, other));
    media.insert(0, medium.clone());
    let writings = web.store.writings().await?;
    let scene = desk.scene(&person, Place::Backups).await?;
    let media: Vec<_> = media.iter().map(|it| stored(it, &writings, &scene.format)).collect();
    let note = web.store.checkpoint().await?;
    let checkpoint = note.map(|note| Checkpoint::open(&note, &web.verifier)).transpose();
    let checkpoint = checkpoint.map_err(|error| Error::Ledger(error.to_string()))?;
    let numbers: Vec<_> = media.iter().map(|it| it.medium.id.to_string()).collect();
    let (place, today) = (medium.place.words(&web.config.sites), scene.format.today());
    let packs = &scene.judged.packs;
    let record = StorageRecord::new(&web.config, packs, checkpoint.as_ref(), media, place, today);
    let bytes = record.ok_or(Error::NotFound)?.docx()?;
    let about =
        format!("berita acara penyimpanan media {}; sha256:{}", numbers.join(", "), Digest::of(&bytes));
    desk.record(&person.name, "letter.make", about).await?;
    let disposition = format!("attachment; filename=\"berita-acara-media-{}.docx\"", medium.id);
    Ok(([(CONTENT_TYPE, DOCX.to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
