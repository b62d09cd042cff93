//! The one stylesheet. Its address holds its digest, so that a browser keeps it for a year and still takes
//! a new one at once.
//!
//! Beside it, for paper only, a rule of one line that writes the ledger's newest checkpoint below every
//! printed page: the margins of a page take their text from nowhere else.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use patuh_protocol::digest::Digest;

use super::error::Error;
use super::session::{App, Person};
use super::shell::{Place, Shell};

const TEXT: &str = include_str!("../../static/patuh.css");

/// Where it is served: `/gaya/0123456789abcdef.css`.
pub(super) fn path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let digest: String = Digest::of(TEXT.as_bytes()).to_string().chars().take(16).collect();
        format!("/gaya/{digest}.css")
    });
    &PATH
}

/// `GET /gaya/{name}`
pub(super) async fn show(Path(name): Path<String>) -> Result<Response, Error> {
    if path().strip_prefix("/gaya/") != Some(&name) {
        return Err(Error::NotFound);
    }
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, TEXT).into_response())
}

/// `GET /segel.css`
pub(super) async fn seal(State(desk): State<App>, person: Person) -> Result<Response, Error> {
    let scene = desk.scene(&person, Place::Overview).await?;
    Ok(([(CONTENT_TYPE, "text/css; charset=utf-8")], footer(&scene.shell)).into_response())
}

/// The rule for the foot of a printed page.
pub(super) fn footer(shell: &Shell) -> String {
    let text = format!("Data per {} · {}", shell.as_of, shell.ledger);
    let text = text.replace(['"', '\\', '\n'], " ");
    format!(
        "@page {{ @bottom-left {{ content: \"{text}\"; font: 8pt Arial, \"Liberation Sans\", sans-serif }} }}\n"
    )
}
