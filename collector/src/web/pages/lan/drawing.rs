//! `/lan/{kode}/unduh/{gambar}`: a version's diagram as a file, and `/lan/laporan/{laporan}/diagram.svg`: the one that
//! was handed in, to the byte. Each is an act in the ledger.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use patuh_protocol::digest::Digest;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::input::Asks;
use super::super::super::session::{App, Desk, Person};
use super::{office_at, report_at, version_at};
use crate::config::Config;
use crate::export::{Drawing, Picture};
use crate::lan::{Paper, Sheet, Version};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// What changed since this version is marked.
    #[serde(default)]
    pub(crate) sejak: String,
    /// `a4` or `a3`; whichever fits, when nothing is asked.
    #[serde(default)]
    pub(crate) kertas: String,
}

/// The paper that an address names.
pub(super) fn paper(name: &str) -> Result<Paper, Error> {
    match name {
        "" => Ok(Paper::Fitting),
        "a4" => Ok(Paper::A4),
        "a3" => Ok(Paper::A3),
        _ => Err(Error::NotFound),
    }
}

/// The version that changes are marked since; none when nothing is asked.
pub(super) async fn since(desk: &Desk, version: &Version, asked: &str) -> Result<Option<Version>, Error> {
    if asked.is_empty() {
        return Ok(None);
    }
    let since = version_at(desk, &version.office, asked).await?;
    if since.number < version.number { Ok(Some(since)) } else { Err(Error::NotFound) }
}

/// `GET /lan/{kode}/unduh/{gambar}`: such as `versi-3.pdf`.
pub(crate) async fn file(
    State(desk): State<App>,
    person: Person,
    Path((code, name)): Path<(String, String)>,
    Asks(asked): Asks<Asked>,
) -> Result<Response, Error> {
    let office = office_at(&desk.web.config, &code)?;
    let (stem, extension) = name.rsplit_once('.').ok_or(Error::NotFound)?;
    let drawing = Drawing::of_extension(extension).ok_or(Error::NotFound)?;
    let number = stem.strip_prefix("versi-").ok_or(Error::NotFound)?;
    let sheet = Sheet { paper: paper(&asked.kertas)?, has_letterhead: false };
    let version = version_at(&desk, &office.code, number).await?;
    let since = since(&desk, &version, &asked.sejak).await?;
    let config = std::sync::Arc::clone(&desk.web.config);
    let picture = Picture { version: &version, since: since.as_ref() };
    let (title, file) = (picture.title(&config), format!("{}.{extension}", picture.file_stem()));
    let draw = move || drawn(drawing, &version, since.as_ref(), &config, sheet);
    let bytes =
        tokio::task::spawn_blocking(draw).await.map_err(|_| Error::Drawing("broken off".to_owned()))??;
    let about = format!("{title}, sebagai {file}; sha256:{}", Digest::of(&bytes));
    desk.record(&person.name, "export", about).await?;
    Ok(attachment(&file, drawing, bytes))
}

fn drawn(
    drawing: Drawing,
    version: &Version,
    since: Option<&Version>,
    config: &Config,
    sheet: Sheet,
) -> Result<Vec<u8>, Error> {
    let picture = Picture { version, since };
    let sheets =
        if drawing.is_paged() { picture.sheets(config, sheet) } else { vec![picture.whole(config, sheet)] };
    drawing
        .bytes(&sheets, &picture.title(config), version.at)
        .map_err(|error| Error::Drawing(error.to_string()))
}

/// A file to be kept, never to be shown in the browser.
fn attachment(name: &str, drawing: Drawing, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, drawing.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, bytes).into_response()
}

/// `GET /lan/laporan/{laporan}/diagram.svg`
pub(crate) async fn handed_in(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let report = report_at(&desk, &number).await?;
    let digest = report.diagram.ok_or(Error::NotFound)?;
    let svg = desk.web.store.lan_diagram(digest).await?.ok_or(Error::NotFound)?;
    let file = format!("diagram-lan-{}-laporan-{}.svg", report.office, report.id);
    let about =
        format!("diagram yang diserahkan dengan laporan {}, sebagai {file}; sha256:{digest}", report.id);
    desk.record(&person.name, "export", about).await?;
    Ok(attachment(&file, Drawing::Svg, svg.into_bytes()))
}
