//! The downloads of the lists: exactly what is filtered, as XLSX or CSV. Each is an act in the ledger.

use axum::extract::{Path, State};
use axum::response::Response;
use patuh_protocol::id::AgentId;

use super::super::error::Error;
use super::super::input::Asks;
use super::super::session::{App, Desk, Person};
use super::leaf::file;
use super::servers::Asked;
use crate::export::{self, Format, What};

type Answer = Result<Response, Error>;

const fn kind(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }
}

async fn list(desk: &Desk, person: &Person, what: What, format: Format, asked: &Asked) -> Answer {
    let (web, filter) = (&desk.web, asked.filter()?);
    let bytes = export::make(what, format, &filter, &web.store, &web.config).await?;
    let name = match what {
        What::Servers => "server",
        What::Packages => "paket",
    };
    let about = format!("{name}, cari={:?}, pd={:?}", asked.cari.trim(), asked.pd);
    send(desk, person, name, format, bytes, about).await
}

/// Hands out a file once the ledger says who got what.
async fn send(
    desk: &Desk,
    person: &Person,
    name: &str,
    format: Format,
    bytes: Vec<u8>,
    about: String,
) -> Answer {
    let (extension, content_type) = kind(format);
    desk.record(&person.name, "export", format!("{about} ({extension})")).await?;
    let government = &desk.web.config.government.code;
    let day =
        desk.now().to_zoned(desk.web.config.government.timezone.clone()).strftime("%Y-%m-%d").to_string();
    Ok(file(&format!("{name}-{government}-{day}.{extension}"), content_type, bytes))
}

async fn of_server(desk: &Desk, person: &Person, agent: &str, format: Format) -> Answer {
    let agent: AgentId = agent.parse().map_err(|_| Error::NotFound)?;
    let server = desk.web.store.server(&agent).await?.ok_or(Error::NotFound)?;
    let bytes = export::packages_of(&server, format, &desk.web.store, &desk.web.config).await?;
    send(desk, person, "paket", format, bytes, format!("paket, agen={agent}")).await
}

/// `GET /server.xlsx`
pub(crate) async fn servers_xlsx(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Answer {
    list(&desk, &person, What::Servers, Format::Xlsx, &asked).await
}

/// `GET /server.csv`
pub(crate) async fn servers_csv(State(desk): State<App>, person: Person, Asks(asked): Asks<Asked>) -> Answer {
    list(&desk, &person, What::Servers, Format::Csv, &asked).await
}

/// `GET /paket.xlsx`
pub(crate) async fn packages_xlsx(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Answer {
    list(&desk, &person, What::Packages, Format::Xlsx, &asked).await
}

/// `GET /paket.csv`
pub(crate) async fn packages_csv(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Answer {
    list(&desk, &person, What::Packages, Format::Csv, &asked).await
}

/// `GET /server/{agen}/paket.xlsx`
pub(crate) async fn packages_of_xlsx(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
) -> Answer {
    of_server(&desk, &person, &agent, Format::Xlsx).await
}

/// `GET /server/{agen}/paket.csv`
pub(crate) async fn packages_of_csv(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
) -> Answer {
    of_server(&desk, &person, &agent, Format::Csv).await
}
