//! The downloads of the lists: exactly what is filtered. Each is an act in the ledger.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use super::super::error::Error;
use super::super::input::Asks;
use super::super::session::{App, Desk, Person};
use super::assets::list::Asked as Register;
use super::downloads::Asked as Choice;
use super::ipplan::findings::Asked as Misfits;
use super::ipplan::list::Asked as Plan;
use super::media::list::Asked as Media;
use super::servers::Asked;
use crate::export::{self, Filter, Format, List, Only, Pieces};
use crate::store::{AssetFilter, MediaFilter, PlotFilter};

type Answer = Result<Response, Error>;

/// Hands out a list once the ledger says who got what.
pub(super) async fn send(desk: &Desk, person: &Person, asked: export::Asked) -> Answer {
    let (web, now) = (&desk.web, desk.now());
    let (list, format) = (asked.list, asked.format);
    let about = asked.about(&web.config);
    let pieces = super::file(asked, &web.store, &web.config, now).await.map_err(|error| match error {
        export::Error::Format(..) | export::Error::NoServer => Error::NotFound,
        other => other.into(),
    })?;
    desk.record(&person.name, "export", about).await?;
    Ok(file(&export::file_name(list, format, &web.config, now), format, pieces))
}

/// A file to be kept, never to be shown in the browser.
fn file(name: &str, format: Format, pieces: Pieces) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, format.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, Body::new(pieces)).into_response()
}

async fn list(desk: &Desk, person: &Person, list: List, format: Format, asked: &Asked) -> Answer {
    let wanted = asked.filter()?;
    let only = asked.only(desk).await?.map(|agents| Only { why: asked.condition().to_owned(), agents });
    let filter = Filter { search: wanted.search, office: wanted.office, only, ..Filter::default() };
    send(desk, person, export::Asked { list, format, filter }).await
}

async fn of_server(desk: &Desk, person: &Person, agent: &str, list: List, format: Format) -> Answer {
    let agent = Some(agent.parse().map_err(|_| Error::NotFound)?);
    send(desk, person, export::Asked { list, format, filter: Filter { agent, ..Filter::default() } }).await
}

/// `GET /unduh/{berkas}`: a list by its name, such as `kib-b.xlsx`.
pub(crate) async fn of_choice(
    State(desk): State<App>,
    person: Person,
    Path(name): Path<String>,
    Asks(asked): Asks<Choice>,
) -> Answer {
    let (slug, extension) = name.rsplit_once('.').ok_or(Error::NotFound)?;
    let list = List::of_slug(slug).ok_or(Error::NotFound)?;
    let format = Format::of_extension(extension).ok_or(Error::NotFound)?;
    send(&desk, &person, export::Asked { list, format, filter: asked.filter()? }).await
}

/// `GET /server.xlsx`
pub(crate) async fn servers_xlsx(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Answer {
    list(&desk, &person, List::Servers, Format::Xlsx, &asked).await
}

/// `GET /server.csv`
pub(crate) async fn servers_csv(State(desk): State<App>, person: Person, Asks(asked): Asks<Asked>) -> Answer {
    list(&desk, &person, List::Servers, Format::Csv, &asked).await
}

/// What the address of a register's list asks for, which is downloaded exactly as filtered.
pub(crate) trait Listed: DeserializeOwned {
    /// The list.
    const LIST: List;

    /// What it lets through.
    fn wanted(&self) -> Result<Filter, Error>;
}

impl Listed for Register {
    const LIST: List = List::Assets;

    fn wanted(&self) -> Result<Filter, Error> {
        let AssetFilter { office, kind, stage, condition, search } = self.filter()?;
        let incomplete = self.incomplete();
        Ok(Filter { search, office, kind, stage, condition, incomplete, ..Filter::default() })
    }
}

impl Listed for Media {
    const LIST: List = List::Media;

    fn wanted(&self) -> Result<Filter, Error> {
        let MediaFilter { office, kind, life, search } = self.filter()?;
        Ok(Filter { search, office, medium: kind, life, ..Filter::default() })
    }
}

impl Listed for Plan {
    const LIST: List = List::IpPlan;

    fn wanted(&self) -> Result<Filter, Error> {
        let PlotFilter { office, purpose, life, search } = self.filter()?;
        Ok(Filter { search, office, purpose, plot_life: life, ..Filter::default() })
    }
}

impl Listed for Misfits {
    const LIST: List = List::IpFindings;

    fn wanted(&self) -> Result<Filter, Error> {
        self.filter()
    }
}

/// `GET /aset.xlsx`, `/media.xlsx`, `/rencana-ip.xlsx`, `/rencana-ip/temuan.xlsx`
pub(crate) async fn xlsx<L: Listed>(State(desk): State<App>, person: Person, Asks(asked): Asks<L>) -> Answer {
    let asked = export::Asked { list: L::LIST, format: Format::Xlsx, filter: asked.wanted()? };
    send(&desk, &person, asked).await
}

/// `GET /aset.csv`, `/media.csv`, `/rencana-ip.csv`, `/rencana-ip/temuan.csv`
pub(crate) async fn csv<L: Listed>(State(desk): State<App>, person: Person, Asks(asked): Asks<L>) -> Answer {
    let asked = export::Asked { list: L::LIST, format: Format::Csv, filter: asked.wanted()? };
    send(&desk, &person, asked).await
}

/// `GET /paket.xlsx`
pub(crate) async fn packages_xlsx(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Answer {
    list(&desk, &person, List::Packages, Format::Xlsx, &asked).await
}

/// `GET /paket.csv`
pub(crate) async fn packages_csv(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Answer {
    list(&desk, &person, List::Packages, Format::Csv, &asked).await
}

/// `GET /server/{agen}/paket.xlsx`
pub(crate) async fn packages_of_xlsx(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
) -> Answer {
    of_server(&desk, &person, &agent, List::Packages, Format::Xlsx).await
}

/// `GET /server/{agen}/paket.csv`
pub(crate) async fn packages_of_csv(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
) -> Answer {
    of_server(&desk, &person, &agent, List::Packages, Format::Csv).await
}

/// `GET /server/{agen}/cyclonedx.json`
pub(crate) async fn components_of(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
) -> Answer {
    of_server(&desk, &person, &agent, List::CycloneDx, Format::Json).await
}
