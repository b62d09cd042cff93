//! The handlers.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use patuh_protocol::id::{AgentId, Code};
use serde::Deserialize;
use serde_json::json;

use super::App;
use super::error::Error;
use super::guard::Program;
use crate::export::json::{Change, Server, Whole};
use crate::export::{self, Conditions, Filter, Format, List};
use crate::store::{AssetFilter, ChangesAfter, ServerFilter};
use crate::web;

/// Changes in one answer.
const CHANGES: u32 = 1000;

type Answer = Result<Response, Error>;

/// What the query of an address may ask for. Unknown names are refused: a misspelt filter must not give
/// everything.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    search: Option<String>,
    office: Option<String>,
    room: Option<String>,
    agent: Option<String>,
    conditions: Option<String>,
    since: Option<String>,
}

/// The query of an address.
pub(super) struct Asks(Asked);

impl<S: Send + Sync> FromRequestParts<S> for Asks {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|_| Error::Parameter("?"))
    }
}

impl Asked {
    fn office(&self, program: &Program) -> Result<Option<Code>, Error> {
        let asked = self.office.as_deref().map(str::parse).transpose();
        program.office(asked.map_err(|_| Error::Parameter("office"))?)
    }

    fn filter(self, program: &Program) -> Result<Filter, Error> {
        let office = self.office(program)?;
        let agent = self.agent.as_deref().map(str::parse).transpose();
        let conditions = self
            .conditions
            .as_deref()
            .map(|slug| Conditions::of_slug(slug).ok_or(Error::Parameter("conditions")));
        Ok(Filter {
            search: self.search,
            office,
            agent: agent.map_err(|_| Error::Parameter("agent"))?,
            room: self.room,
            conditions: conditions.transpose()?.unwrap_or_default(),
            ..Filter::default()
        })
    }
}

/// `GET /api/v1/servers`
pub(super) async fn servers(State(app): State<App>, program: Program, Asks(asked): Asks) -> Answer {
    let filter = ServerFilter { office: asked.office(&program)?, search: asked.search };
    let rows = app.api.store.servers(&filter).await?;
    let servers: Vec<_> = rows.iter().map(|row| Server::new(row, &app.api.config)).collect();
    Ok(Json(json!({ "servers": servers })).into_response())
}

/// `GET /api/v1/servers/{agent}`
pub(super) async fn server(State(app): State<App>, program: Program, Path(agent): Path<String>) -> Answer {
    let agent: AgentId = agent.parse().map_err(|_| Error::NotFound)?;
    let row = app.api.store.server(&agent).await?.ok_or(Error::NotFound)?;
    // Whether there is such a server is no business of another office.
    program.office(Some(row.office.clone())).map_err(|_| Error::NotFound)?;
    let sections = app.api.store.sections(&agent).await?;
    Ok(Json(Whole::new(&row, &sections, &app.api.config)).into_response())
}

/// `GET /api/v1/assets`
pub(super) async fn assets(State(app): State<App>, program: Program, Asks(asked): Asks) -> Answer {
    let office = asked.office(&program)?;
    let filter = AssetFilter { office, search: asked.search, ..AssetFilter::default() };
    let assets = app.api.store.assets(&filter).await?;
    Ok(Json(json!({ "assets": assets })).into_response())
}

/// `GET /api/v1/changes`
pub(super) async fn changes(State(app): State<App>, program: Program, Asks(asked): Asks) -> Answer {
    let office = asked.office(&program)?;
    let since = asked.since.as_deref().map(str::parse::<ChangesAfter>).transpose();
    let since = since.map_err(|_| Error::Parameter("since"))?.unwrap_or_default();
    let store = &app.api.store;
    let page = store.changes_after(since, CHANGES).await?;
    let theirs = store.servers(&ServerFilter { office: office.clone(), search: None }).await?;
    let seen = page
        .changes
        .iter()
        .filter(|change| office.is_none() || theirs.iter().any(|server| server.agent == change.agent));
    let changes: Vec<_> = seen.map(Change::new).collect();
    let next = page.next.map(|next| next.to_string());
    Ok(Json(json!({ "changes": changes, "next": next, "more": page.more })).into_response())
}

/// `GET /api/v1/export/{file}`
pub(super) async fn export(
    State(app): State<App>,
    program: Program,
    Path(file): Path<String>,
    Asks(asked): Asks,
) -> Answer {
    let (list, format) = file.rsplit_once('.').ok_or(Error::NotFound)?;
    let list = List::named(list).ok_or(Error::NotFound)?;
    let format = Format::of_extension(format).ok_or(Error::NotFound)?;
    let filter = asked.filter(&program)?;
    let permit = app.files.clone().try_acquire_owned().map_err(|_| Error::Busy(10))?;
    let (api, now) = (&app.api, app.now());
    let wanted = export::Asked { list, format, filter };
    let about = wanted.about(&api.config);
    let pieces = web::file(wanted, &api.store, &api.config, now).await?.holding(permit);
    app.record(&program.name, "export", about).await?;
    let name = export::file_name(list, format, &api.config, now);
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, format.media_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::new(pieces)).into_response())
}
