//! `/aset/impor`: assets out of a spreadsheet. Uploaded, shown row by row, and written only when a person
//! accepts exactly what was shown: the plan is made again then, and must be the same.

mod preview;

use std::sync::Arc;

use askama::Template;
use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use patuh_compliance::wording::number;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use super::super::super::error::Error;
use super::super::super::input::{self, Asks};
use super::super::super::session::{App, Desk, Person};
use super::super::super::shell::{Place, Shell};
use super::super::super::uploads::Upload;
use super::super::page;
use super::{Sent, book, by_name, hosts, offices};
use crate::register::import::{self, Context, MAX_BYTES, MAX_ROWS, Mapping, Plan, Target, Unreadable};
use crate::store::{AssetFilter, ImportedFile};

pub(crate) use preview::Preview;

/// What an upload may weigh before it is broken off: files beyond [`MAX_BYTES`] get a page that says so.
pub(crate) const MAX_UPLOAD: usize = 4 * MAX_BYTES;

/// The longest name of a file that is kept, in characters.
const MAX_NAME: usize = 120;

/// How a file is to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Options {
    /// The office of rows that name none.
    pub(crate) office: Option<Code>,
    /// Whether prices are in thousands of rupiah; `None`: as the headings say.
    pub(crate) thousands: Option<bool>,
    /// What a person said of the columns.
    pub(crate) mapping: Mapping,
}

impl Options {
    /// The options in a query or a form.
    pub(crate) fn new(asked: &Sent) -> Result<Self, Error> {
        let given = |name: &str| asked.get(name).map(String::as_str).filter(|text| !text.is_empty());
        let office = given("pd").map(str::parse::<Code>).transpose().map_err(|_| Error::NotFound)?;
        let thousands = given("harga").map(|it| it == "ribuan");
        let columns = asked.iter().filter_map(|(name, value)| Some((name.strip_prefix("kolom.")?, value)));
        let columns = columns.filter(|(_, value)| !value.is_empty());
        let mapping = columns.map(|(heading, value)| (heading.to_owned(), Target::of_slug(value))).collect();
        Ok(Self { office, thousands, mapping })
    }

    /// The options as they stand in an address or in a form.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let office = self.office.as_ref().map(|office| ("pd".to_owned(), office.to_string()));
        let price = |it: bool| ("harga".to_owned(), if it { "ribuan" } else { "rupiah" }.to_owned());
        let columns = self.mapping.iter().map(|(heading, target)| {
            (format!("kolom.{heading}"), target.map_or("-", Target::slug).to_owned())
        });
        office.into_iter().chain(self.thousands.map(price)).chain(columns).collect()
    }
}

#[derive(Template)]
#[template(path = "asset_import.html")]
pub(crate) struct ImportForm {
    pub(crate) shell: Shell,
    pub(crate) offices: Vec<(String, String)>,
    /// Why the last file could not be read.
    pub(crate) fault: Option<String>,
    /// How many were written: new and changed.
    pub(crate) done: Option<(String, String)>,
    pub(crate) rows: String,
}

async fn form(
    desk: &Desk,
    person: &Person,
    fault: Option<String>,
    done: Option<(u64, u64)>,
) -> Result<Response, Error> {
    let shell = desk.scene(person, Place::Assets).await?.shell;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let done = done.map(|(new, changed)| (number(new), number(changed)));
    let form =
        ImportForm { shell, offices: offices(&desk.web.config), fault, done, rows: number(MAX_ROWS as u64) };
    Ok((status, page(&form)?).into_response())
}

/// `GET /aset/impor`: what the uploaded file would do, or the form for one.
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let asked = by_name(asked);
    match desk.uploads.of(person.session, desk.now()) {
        Some(upload) => preview(&desk, &person, &upload, &asked, None).await,
        None => {
            let n = |name: &str| asked.get(name).and_then(|it| it.parse().ok());
            form(&desk, &person, None, n("baru").zip(n("ubah"))).await
        }
    }
}

/// `POST /aset/impor`: takes a file.
pub(crate) async fn upload(
    State(desk): State<App>,
    person: Person,
    request: Request,
) -> Result<Response, Error> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Error::Forged)?;
    let (mut sent, mut file) = (Sent::new(), None);
    while let Some(part) = parts.next_field().await.map_err(|_| Error::Forged)? {
        let name = part.name().unwrap_or_default().to_owned();
        // The token comes first: nothing of a file is read for a stranger.
        if name == "berkas" && person.sent(sent.get("tanda").map_or("", String::as_str)).is_ok() {
            file = Some(taken(part).await?);
        } else if name != "berkas" && sent.len() < 16 {
            sent.insert(name, part.text().await.map_err(|_| Error::Forged)?);
        }
    }
    person.sent(sent.get("tanda").map_or("", String::as_str))?;
    let Some((name, bytes)) = file.filter(|(name, bytes)| !name.is_empty() || bytes.is_ok()) else {
        return form(&desk, &person, Some("pilih dahulu berkasnya".to_owned()), None).await;
    };
    let read = bytes.and_then(|bytes| if bytes.is_empty() { Err(Unreadable::Empty) } else { Ok(bytes) });
    let upload = match read {
        Ok(bytes) => Upload { name, bytes: bytes.into(), at: desk.now() },
        Err(why) => return form(&desk, &person, Some(why.to_string()), None).await,
    };
    let options = Options::new(&sent)?;
    if let Err(why) = plan(&desk, &upload, &options).await? {
        return form(&desk, &person, Some(format!("{}: {why}", upload.name)), None).await;
    }
    desk.uploads.keep(person.session, upload);
    let query = options.office.map(|office| format!("?pd={office}")).unwrap_or_default();
    Ok(Redirect::to(&format!("/aset/impor{query}")).into_response())
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
    Ok((name, if all <= MAX_BYTES { Ok(bytes) } else { Err(import::too_large()) }))
}

/// What a file would do. One at a time: an XLSX takes some memory while it is read.
async fn plan(desk: &Desk, upload: &Upload, options: &Options) -> Result<Result<Plan, Unreadable>, Error> {
    let broken = |error: &dyn std::fmt::Display| Error::Identity(error.to_string());
    let _permit = desk.reading.acquire().await.map_err(|error| broken(&error))?;
    let (assets, hosts) = (desk.web.store.assets(&AssetFilter::default()).await?, hosts(desk).await?);
    let (config, codes) = (Arc::clone(&desk.web.config), Arc::clone(&desk.web.codes));
    let (bytes, options) = (Arc::clone(&upload.bytes), options.clone());
    let task = tokio::task::spawn_blocking(move || {
        let sheets = import::read(&bytes)?;
        let offices: Vec<_> = config.offices.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
        let sites: Vec<_> = config.sites.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
        let context = |thousands| Context {
            assets: &assets,
            offices: &offices,
            sites: &sites,
            codes: &codes,
            hosts: &hosts,
            office: options.office.clone(),
            thousands,
        };
        let plan = Plan::new(&sheets, &options.mapping, &context(options.thousands.unwrap_or(false)))?;
        // Thousands are taken for such where the heading says so, unless a person says otherwise.
        if options.thousands.is_none() && plan.thousands() {
            return Plan::new(&sheets, &options.mapping, &context(true));
        }
        Ok(plan)
    });
    task.await.map_err(|error| broken(&error))
}

async fn preview(
    desk: &Desk,
    person: &Person,
    upload: &Upload,
    asked: &Sent,
    refusal: Option<String>,
) -> Result<Response, Error> {
    let options = Options::new(asked)?;
    let plan = match plan(desk, upload, &options).await? {
        Ok(plan) => plan,
        Err(why) => return form(desk, person, Some(format!("{}: {why}", upload.name)), None).await,
    };
    let shell = desk.scene(person, Place::Assets).await?.shell;
    let status = if refusal.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let preview = Preview::new(shell, &desk.web.config, &upload.name, &plan, &options, asked, refusal);
    Ok((status, page(&preview)?).into_response())
}

/// `POST /aset/impor/terima`: writes what was shown.
pub(crate) async fn accept(
    State(desk): State<App>,
    person: Person,
    input::Sent(sent): input::Sent<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let sent = by_name(sent);
    person.sent(sent.get("tanda").map_or("", String::as_str))?;
    let Some(upload) = desk.uploads.of(person.session, desk.now()) else {
        let gone =
            "berkasnya sudah tidak tersimpan (lebih dari satu jam, atau kolektor dimulai ulang); unggah lagi";
        return form(&desk, &person, Some(gone.to_owned()), None).await;
    };
    let Ok(plan) = plan(&desk, &upload, &Options::new(&sent)?).await? else { return Err(Error::NotFound) };
    let shown = sent.get("rencana").is_some_and(|digest| *digest == plan.digest().to_string());
    if !shown {
        let why =
            "Daftar aset berubah sejak pratinjau ini dibuat. Periksa pratinjau yang baru, lalu terima lagi.";
        return preview(&desk, &person, &upload, &sent, Some(why.to_owned())).await;
    }
    let file = ImportedFile { name: upload.name.clone(), digest: Digest::of(&upload.bytes) };
    let writes = plan.writes();
    if let Err((place, why)) = book(&desk, &person, &writes, Some(&file)).await? {
        let name = writes.get(place).map_or("", |asset| &asset.name);
        return preview(&desk, &person, &upload, &sent, Some(format!("{name}: {why}"))).await;
    }
    desk.uploads.forget(person.session);
    let [new, changed, ..] = plan.counts();
    Ok(Redirect::to(&format!("/aset/impor?baru={new}&ubah={changed}")).into_response())
}

/// `POST /aset/impor/batal`: forgets the file.
pub(crate) async fn cancel(
    State(desk): State<App>,
    person: Person,
    input::Sent(sent): input::Sent<Vec<(String, String)>>,
) -> Result<Response, Error> {
    person.sent(by_name(sent).get("tanda").map_or("", String::as_str))?;
    desk.uploads.forget(person.session);
    Ok(Redirect::to("/aset/impor").into_response())
}
