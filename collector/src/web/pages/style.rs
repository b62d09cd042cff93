//! `/gaya/…`: the stylesheet; `/segel.css`: for paper only, a rule of one line that writes the ledger's newest
//! checkpoint below every printed page: the margins of a page take their text from nowhere else.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::error::Error;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::super::stylesheet::{path, text};

/// `GET /gaya/{name}`
pub(in crate::web) async fn show(Path(name): Path<String>) -> Result<Response, Error> {
    if path().strip_prefix("/gaya/") != Some(&name) {
        return Err(Error::NotFound);
    }
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, text()).into_response())
}

/// `GET /segel.css`
pub(in crate::web) async fn seal(State(desk): State<App>, person: Person) -> Result<Response, Error> {
    let scene = desk.scene(&person, Place::Overview).await?;
    Ok(([(CONTENT_TYPE, "text/css; charset=utf-8")], footer(&scene.shell)).into_response())
}

/// The rule for the foot of a printed page.
pub(in crate::web) fn footer(shell: &Shell) -> String {
    let text = format!("Data per {} · {}", shell.as_of, shell.ledger);
    let text = text.replace(['"', '\\', '\n'], " ");
    format!(
        "@page {{ @bottom-left {{ content: \"{text}\"; font: 8pt Arial, \"Liberation Sans\", sans-serif }} }}\n"
    )
}
