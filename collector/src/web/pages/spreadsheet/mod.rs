//! Lists out of spreadsheets. A file is uploaded, shown row by row, and written only when a person accepts exactly
//! what was shown: it is worked out again then, and must be the same. What is asked, read and written, a [`List`]
//! says.

mod received;
mod rows;

use std::future::Future;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use patuh_protocol::digest::Digest;

use super::super::error::Error;
use super::super::format::number;
use super::super::input::{Asks, Named, Pairs};
use super::super::session::{App, Desk, Filled, Person};
use super::super::shell::{Place, Shell};
use super::super::uploads::Upload;
use crate::config::Config;
use crate::register::import::{MAX_BYTES, Planned, Sheet, Unreadable, read};
use crate::store::ImportedFile;

use received::Received;
pub(crate) use rows::{Says, Shown};

/// What an upload may weigh before it is broken off: files beyond [`MAX_BYTES`] get a page that says so.
const MAX_UPLOAD: usize = 4 * MAX_BYTES;

/// What is said when there is nothing left to accept.
const GONE: &str =
    "berkasnya sudah tidak tersimpan (lebih dari satu jam, atau kolektor dimulai ulang); unggah lagi";

/// Works out what the sheets of a file would do.
pub(crate) type Reader<P> = Box<dyn FnOnce(&[Sheet]) -> Result<P, Unreadable> + Send>;

/// What has become of an import, on its form.
#[derive(Default)]
pub(crate) struct Told {
    /// Why the last file could not be read.
    pub(crate) fault: Option<String>,
    /// How many were written: new and changed.
    pub(crate) done: Option<(String, String)>,
}

/// A preview on its way to its page.
pub(crate) struct Seen<'a, P> {
    /// What the file is called.
    pub(crate) file: &'a str,
    /// What it would do.
    pub(crate) plan: &'a P,
    /// How a person wants to see it.
    pub(crate) asked: &'a Pairs,
    /// Why it was not written.
    pub(crate) refusal: Option<String>,
}

/// A list that spreadsheets are taken into.
pub(crate) trait List: 'static {
    /// The address of its import.
    const PATH: &'static str;
    /// Where its pages stand in the navigation.
    const HERE: Place;
    /// What is said when the list has become another since a preview.
    const CHANGED: &'static str;

    /// What a file would do.
    type Plan: Planned + Send + Sync + 'static;

    /// The form that asks for a file.
    fn form(shell: Shell, config: &Config, told: Told) -> Result<Html<String>, Error>;

    /// The page that shows what a file would do.
    fn preview(shell: Shell, config: &Config, seen: Seen<'_, Self::Plan>) -> Result<Html<String>, Error>;

    /// What works out, from the list as it stands, what a file would do that is read as `asked`.
    fn reader(desk: &Desk, asked: &Pairs) -> impl Future<Output = Result<Reader<Self::Plan>, Error>> + Send;

    /// Writes it; what is refused comes back in words.
    fn write(
        desk: &Desk,
        person: &Person,
        plan: &Self::Plan,
        file: &ImportedFile,
    ) -> impl Future<Output = Result<Result<(), String>, Error>> + Send;

    /// What of the form with a file goes on to the address of its preview.
    fn query(_sent: &Pairs) -> Result<String, Error> {
        Ok(String::new())
    }
}

/// The handlers of an import's address.
pub(crate) fn page<L: List>() -> MethodRouter<App> {
    get(show::<L>).post(upload::<L>).layer(DefaultBodyLimit::max(MAX_UPLOAD))
}

/// `GET`: what the uploaded file would do, or the form for one.
async fn show<L: List>(
    State(desk): State<App>,
    person: Person,
    Asks(Named(asked)): Asks<Named>,
) -> Result<Response, Error> {
    if let Some(upload) = desk.uploads.of(key::<L>(&person), desk.now()) {
        return preview::<L>(&desk, &person, &upload, &asked, None).await;
    }
    let n = |name: &str| asked.get(name)?.parse::<u64>().ok().map(number);
    form::<L>(&desk, &person, Told { fault: None, done: n("baru").zip(n("ubah")) }).await
}

/// `POST`: takes a file.
async fn upload<L: List>(
    State(desk): State<App>,
    person: Person,
    request: Request,
) -> Result<Response, Error> {
    let Received { sent, file } = Received::new(request, &person, desk.now()).await?;
    let upload = match file {
        Ok(upload) => upload,
        Err(why) => return faulty::<L>(&desk, &person, why).await,
    };
    if let Err(why) = plan::<L>(&desk, &upload, &sent).await? {
        return faulty::<L>(&desk, &person, format!("{}: {why}", upload.name)).await;
    }
    desk.uploads.keep(key::<L>(&person), upload);
    Ok(Redirect::to(&format!("{}{}", L::PATH, L::query(&sent)?)).into_response())
}

/// `POST …/terima`: writes what was shown.
pub(crate) async fn accept<L: List>(
    State(desk): State<App>,
    person: Person,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let Some(upload) = desk.uploads.of(key::<L>(&person), desk.now()) else {
        return faulty::<L>(&desk, &person, GONE.to_owned()).await;
    };
    let Ok(plan) = plan::<L>(&desk, &upload, &sent).await? else { return Err(Error::NotFound) };
    if sent.get("rencana").is_none_or(|digest| *digest != plan.digest().to_string()) {
        return preview::<L>(&desk, &person, &upload, &sent, Some(L::CHANGED.to_owned())).await;
    }
    let file = ImportedFile { name: upload.name.clone(), digest: Digest::of(&upload.bytes) };
    if let Err(why) = L::write(&desk, &person, &plan, &file).await? {
        return preview::<L>(&desk, &person, &upload, &sent, Some(why)).await;
    }
    desk.uploads.forget(key::<L>(&person));
    let [new, changed, ..] = plan.counts();
    Ok(Redirect::to(&format!("{}?baru={new}&ubah={changed}", L::PATH)).into_response())
}

/// `POST …/batal`: forgets the file.
pub(crate) async fn cancel<L: List>(
    State(desk): State<App>,
    person: Person,
    _: Filled,
) -> Result<Response, Error> {
    desk.uploads.forget(key::<L>(&person));
    Ok(Redirect::to(L::PATH).into_response())
}

/// By what an upload of this session is kept: each list has its own.
fn key<L: List>(person: &Person) -> Digest {
    Digest::of_parts(&[L::PATH.as_bytes(), b"\n", &person.session.0])
}

/// What a file would do. One at a time: an XLSX takes some memory while it is read.
async fn plan<L: List>(
    desk: &Desk,
    upload: &Upload,
    asked: &Pairs,
) -> Result<Result<L::Plan, Unreadable>, Error> {
    let broken = |error: &dyn std::fmt::Display| Error::Identity(error.to_string());
    let _permit = desk.reading.acquire().await.map_err(|error| broken(&error))?;
    let (reader, bytes) = (L::reader(desk, asked).await?, Arc::clone(&upload.bytes));
    let task = tokio::task::spawn_blocking(move || reader(&read(&bytes)?));
    task.await.map_err(|error| broken(&error))
}

async fn form<L: List>(desk: &Desk, person: &Person, told: Told) -> Result<Response, Error> {
    let shell = desk.scene(person, L::HERE).await?.shell;
    let status = if told.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, L::form(shell, &desk.web.config, told)?).into_response())
}

/// The form again, with why the file cannot be read.
async fn faulty<L: List>(desk: &Desk, person: &Person, why: String) -> Result<Response, Error> {
    form::<L>(desk, person, Told { fault: Some(why), done: None }).await
}

async fn preview<L: List>(
    desk: &Desk,
    person: &Person,
    upload: &Upload,
    asked: &Pairs,
    refusal: Option<String>,
) -> Result<Response, Error> {
    let plan = match plan::<L>(desk, upload, asked).await? {
        Ok(plan) => plan,
        Err(why) => return faulty::<L>(desk, person, format!("{}: {why}", upload.name)).await,
    };
    let shell = desk.scene(person, L::HERE).await?.shell;
    let status = if refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let seen = Seen { file: &upload.name, plan: &plan, asked, refusal };
    Ok((status, L::preview(shell, &desk.web.config, seen)?).into_response())
}
