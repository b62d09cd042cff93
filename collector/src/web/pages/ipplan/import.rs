//! `/rencana-ip/impor`: subnets out of a spreadsheet. Uploaded, shown row by row, and written only when a person
//! accepts exactly what was shown: it is worked out again then, and must be the same.

use std::sync::Arc;

use askama::Template;
use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use patuh_protocol::digest::Digest;

use super::super::super::error::Error;
use super::super::super::format::number;
use super::super::super::input::{self, Asks};
use super::super::super::session::{App, Desk, Person};
use super::super::super::shell::Shell;
use super::super::super::uploads::Upload;
use super::super::page;
use super::{HERE, Sent, book, by_name};
use crate::config::Config;
use crate::ipplan::Plot;
use crate::ipplan::import::{Context, Import, Outcome, RowPlan};
use crate::register::import::{MAX_BYTES, MAX_ROWS, Unreadable, read, too_large};
use crate::store::{ImportedFile, PlotFilter};

/// What an upload may weigh before it is broken off: files beyond [`MAX_BYTES`] get a page that says so.
pub(crate) const MAX_UPLOAD: usize = 4 * MAX_BYTES;

/// The longest name of a file that is kept, in characters.
const MAX_NAME: usize = 120;

/// Rows on one page.
const PER_PAGE: usize = 100;

/// The outcomes in the order in which they are shown: the place among the counts, slug, name.
const OUTCOMES: [(usize, &str, &str); 4] =
    [(3, "salah", "Salah"), (1, "berubah", "Berubah"), (0, "baru", "Baru"), (2, "sama", "Sama")];

#[derive(Template)]
#[template(path = "ipplan_import.html")]
pub(crate) struct ImportForm {
    pub(crate) shell: Shell,
    /// Why the last file could not be read.
    pub(crate) fault: Option<String>,
    /// How many were written: new and changed.
    pub(crate) done: Option<(String, String)>,
    pub(crate) rows: String,
}

/// A row of the file.
struct Line {
    place: String,
    subnet: String,
    slug: &'static str,
    word: &'static str,
    /// The plot that it means.
    plot: Option<String>,
    told: Vec<String>,
}

#[derive(Template)]
#[template(path = "ipplan_preview.html")]
pub(crate) struct Preview {
    shell: Shell,
    file: String,
    /// Outcomes with how many rows: slug, name, count, whether chosen.
    outcomes: Vec<(&'static str, &'static str, String, bool)>,
    all: String,
    chosen: &'static str,
    lines: Vec<Line>,
    pages: Vec<usize>,
    current: usize,
    writes: usize,
    wrong: usize,
    /// What would be written, as the form of acceptance says it.
    digest: String,
    /// Headings that were not read.
    unread: Vec<String>,
    refusal: Option<String>,
}

impl Preview {
    /// The page over what a file would do.
    pub(crate) fn new(
        shell: Shell,
        file: &str,
        import: &Import,
        asked: &Sent,
        refusal: Option<String>,
    ) -> Self {
        let counts = import.counts();
        let count = |place: usize| counts.get(place).copied().unwrap_or(0);
        let asked_for = asked.get("hasil").map_or("", String::as_str);
        let chosen = OUTCOMES.iter().find(|(_, slug, _)| *slug == asked_for);
        let of = |place: usize| import.rows.iter().filter(move |row| row.outcome.place() == place);
        let rows: Vec<&RowPlan> = match chosen {
            Some((place, ..)) => of(*place).collect(),
            None => OUTCOMES.iter().flat_map(|(place, ..)| of(*place)).collect(),
        };
        let pages: Vec<usize> = (1..=rows.len().div_ceil(PER_PAGE).max(1)).collect();
        let asked_page: usize = asked.get("hal").and_then(|page| page.parse().ok()).unwrap_or(1);
        let current = asked_page.clamp(1, pages.len());
        let slug = chosen.map_or("", |(_, slug, _)| *slug);
        let outcome = |(place, of, name): (usize, &'static str, &'static str)| {
            (of, name, number(count(place) as u64), of == slug)
        };
        let shown = rows.into_iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        Self {
            shell,
            file: file.to_owned(),
            outcomes: OUTCOMES.map(outcome).to_vec(),
            all: number(import.rows.len() as u64),
            chosen: slug,
            lines: shown.map(line).collect(),
            pages,
            current,
            writes: count(0) + count(1),
            wrong: count(3),
            digest: import.digest().to_string(),
            unread: import.unread.clone(),
            refusal,
        }
    }
}

fn line(row: &RowPlan) -> Line {
    let (plot, told) = match &row.outcome {
        Outcome::New(plot) => (None, vec![summary(plot)]),
        Outcome::Changed(plot, changes) => {
            (Some(plot.id.to_string()), changes.iter().map(ToString::to_string).collect())
        }
        Outcome::Same(id) => (Some(id.to_string()), vec!["sama dengan rencana".to_owned()]),
        Outcome::Wrong(wrong) => {
            let told = wrong.iter().map(|(column, what)| {
                if column.is_empty() { what.clone() } else { format!("kolom {column}: {what}") }
            });
            (None, told.collect())
        }
    };
    let place =
        if row.sheet.is_empty() { row.row.to_string() } else { format!("{} · {}", row.sheet, row.row) };
    let (_, slug, word) =
        OUTCOMES.iter().find(|(place, ..)| *place == row.outcome.place()).unwrap_or(&(0, "", ""));
    Line { place, subnet: row.subnet.clone(), slug, word, plot, told }
}

/// What a new plot would be, in one line.
fn summary(plot: &Plot) -> String {
    let office = plot.office.as_ref().map(ToString::to_string);
    let vlan = plot.vlan.map(|vlan| format!("VLAN {vlan}"));
    let name = Some(plot.name.clone()).filter(|name| !name.is_empty());
    let parts = [Some(plot.purpose.name().to_owned()), office, name, vlan];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// By what an upload of this session is kept: one of assets is another.
fn key(person: &Person) -> Digest {
    Digest::of_parts(&[b"rencana-ip\n", &person.session.0])
}

async fn form(
    desk: &Desk,
    person: &Person,
    fault: Option<String>,
    done: Option<(u64, u64)>,
) -> Result<Response, Error> {
    let shell = desk.scene(person, HERE).await?.shell;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let done = done.map(|(new, changed)| (number(new), number(changed)));
    let form = ImportForm { shell, fault, done, rows: number(MAX_ROWS as u64) };
    Ok((status, page(&form)?).into_response())
}

/// `GET /rencana-ip/impor`: what the uploaded file would do, or the form for one.
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let asked = by_name(asked);
    match desk.uploads.of(key(&person), desk.now()) {
        Some(upload) => preview(&desk, &person, &upload, &asked, None).await,
        None => {
            let n = |name: &str| asked.get(name).and_then(|it| it.parse().ok());
            form(&desk, &person, None, n("baru").zip(n("ubah"))).await
        }
    }
}

/// `POST /rencana-ip/impor`: takes a file.
pub(crate) async fn upload(
    State(desk): State<App>,
    person: Person,
    request: Request,
) -> Result<Response, Error> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Error::Forged)?;
    let (mut token, mut file) = (String::new(), None);
    while let Some(part) = parts.next_field().await.map_err(|_| Error::Forged)? {
        match part.name().unwrap_or_default() {
            "tanda" => token = part.text().await.map_err(|_| Error::Forged)?,
            // The token comes first: nothing of a file is read for a stranger.
            "berkas" if person.sent(&token).is_ok() => file = Some(taken(part).await?),
            _ => {}
        }
    }
    person.sent(&token)?;
    let Some((name, bytes)) = file.filter(|(name, bytes)| !name.is_empty() || bytes.is_ok()) else {
        return form(&desk, &person, Some("pilih dahulu berkasnya".to_owned()), None).await;
    };
    let upload = match bytes {
        Ok(bytes) => Upload { name, bytes: bytes.into(), at: desk.now() },
        Err(why) => return form(&desk, &person, Some(why.to_string()), None).await,
    };
    if let Err(why) = worked_out(&desk, &upload).await? {
        let why = unread(&why);
        return form(&desk, &person, Some(format!("{}: {why}", upload.name)), None).await;
    }
    desk.uploads.keep(key(&person), upload);
    Ok(Redirect::to("/rencana-ip/impor").into_response())
}

/// Why a file cannot be read, in the words of this list.
fn unread(why: &Unreadable) -> String {
    match why {
        Unreadable::NoHeadings => {
            "tidak ada kolom subnet; yang dibaca antara lain: Subnet, Kode PD, VLAN, Gateway, \
            Kisaran DHCP, Peruntukan, Keterangan"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// The name and the bytes of a file; what is too large is read to its end, so that the browser gets an answer.
async fn taken(mut part: Part<'_>) -> Result<(String, Result<Vec<u8>, Unreadable>), Error> {
    let name: String =
        part.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let (mut bytes, mut all) = (Vec::new(), 0);
    while let Some(chunk) = part.chunk().await.map_err(|_| Error::Forged)? {
        all += chunk.len();
        if all <= MAX_BYTES {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((name, if all <= MAX_BYTES { Ok(bytes) } else { Err(too_large()) }))
}

/// What a file would do. One at a time: an XLSX takes some memory while it is read.
async fn worked_out(desk: &Desk, upload: &Upload) -> Result<Result<Import, Unreadable>, Error> {
    let broken = |error: &dyn std::fmt::Display| Error::Identity(error.to_string());
    let _permit = desk.reading.acquire().await.map_err(|error| broken(&error))?;
    let plots = desk.web.store.plots(&PlotFilter::default()).await?;
    let (config, bytes) = (Arc::clone(&desk.web.config), Arc::clone(&upload.bytes));
    let task = tokio::task::spawn_blocking(move || import(&bytes, &plots, &config));
    task.await.map_err(|error| broken(&error))
}

fn import(bytes: &[u8], plots: &[Plot], config: &Config) -> Result<Import, Unreadable> {
    let offices: Vec<_> = config.offices.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let sites: Vec<_> = config.sites.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    Import::new(&read(bytes)?, &Context { plots, offices: &offices, sites: &sites })
}

async fn preview(
    desk: &Desk,
    person: &Person,
    upload: &Upload,
    asked: &Sent,
    refusal: Option<String>,
) -> Result<Response, Error> {
    let import = match worked_out(desk, upload).await? {
        Ok(import) => import,
        Err(why) => {
            return form(desk, person, Some(format!("{}: {}", upload.name, unread(&why))), None).await;
        }
    };
    let shell = desk.scene(person, HERE).await?.shell;
    let status = if refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok((status, page(&Preview::new(shell, &upload.name, &import, asked, refusal))?).into_response())
}

/// `POST /rencana-ip/impor/terima`: writes what was shown.
pub(crate) async fn accept(
    State(desk): State<App>,
    person: Person,
    input::Sent(sent): input::Sent<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let sent = by_name(sent);
    person.sent(sent.get("tanda").map_or("", String::as_str))?;
    let Some(upload) = desk.uploads.of(key(&person), desk.now()) else {
        let gone =
            "berkasnya sudah tidak tersimpan (lebih dari satu jam, atau kolektor dimulai ulang); unggah lagi";
        return form(&desk, &person, Some(gone.to_owned()), None).await;
    };
    let Ok(import) = worked_out(&desk, &upload).await? else { return Err(Error::NotFound) };
    if sent.get("rencana").is_none_or(|digest| *digest != import.digest().to_string()) {
        let why =
            "Rencana berubah sejak pratinjau ini dibuat. Periksa pratinjau yang baru, lalu terima lagi.";
        return preview(&desk, &person, &upload, &sent, Some(why.to_owned())).await;
    }
    let file = ImportedFile { name: upload.name.clone(), digest: Digest::of(&upload.bytes) };
    let writes = import.writes();
    if let Err((place, why)) = book(&desk, &person, &writes, Some(&file)).await? {
        let subnet = writes.get(place).map(|plot| plot.subnet.to_string()).unwrap_or_default();
        return preview(&desk, &person, &upload, &sent, Some(format!("{subnet}: {why}"))).await;
    }
    desk.uploads.forget(key(&person));
    let [new, changed, ..] = import.counts();
    Ok(Redirect::to(&format!("/rencana-ip/impor?baru={new}&ubah={changed}")).into_response())
}

/// `POST /rencana-ip/impor/batal`: forgets the file.
pub(crate) async fn cancel(
    State(desk): State<App>,
    person: Person,
    input::Sent(sent): input::Sent<Vec<(String, String)>>,
) -> Result<Response, Error> {
    person.sent(by_name(sent).get("tanda").map_or("", String::as_str))?;
    desk.uploads.forget(key(&person));
    Ok(Redirect::to("/rencana-ip/impor").into_response())
}
