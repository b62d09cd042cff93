//! Who is asking: a program with a bearer token.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use patuh_protocol::id::Code;

use super::error::Error;
use super::token::Token;
use super::{App, Counter};

/// The program that asks.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// As the ledger names it: `api:` and the token's name and id.
    pub(super) name: String,
    /// The office whose data it may see; all, when there is none.
    office: Option<Code>,
}

impl Program {
    /// The office to show: the one that is asked for, as far as the token reaches.
    pub(super) fn office(&self, asked: Option<Code>) -> Result<Option<Code>, Error> {
        match (&self.office, asked) {
            (Some(own), Some(asked)) if *own != asked => Err(Error::Forbidden),
            (Some(own), _) => Ok(Some(own.clone())),
            (None, asked) => Ok(asked),
        }
    }
}

/// Lets through who has a good token and does not ask too often.
pub(super) async fn with_token(State(counter): State<App>, mut request: Request, next: Next) -> Response {
    match program(&counter, request.headers()).await {
        Ok(program) => {
            request.extensions_mut().insert(program);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn program(counter: &Counter, headers: &HeaderMap) -> Result<Program, Error> {
    let token = bearer(headers).ok_or(Error::Unauthorized)?;
    let now = counter.now();
    let known = counter.api.store.use_api_token(&token.id, token.digest(), now).await?;
    let known = known.ok_or(Error::Unauthorized)?;
    counter.rates.count(&known.id, now).map_err(Error::Busy)?;
    Ok(Program { name: format!("api:{} ({})", known.name, known.id), office: known.office })
}

/// The token in the one `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<Token> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (scheme, token) = all.next()?.to_str().ok()?.split_once(' ')?;
    let sound = all.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    token.trim_start().parse().ok().filter(|_| sound)
}

/// A handler that takes a [`Program`] stands behind [`with_token`].
impl<S: Send + Sync> FromRequestParts<S> for Program {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unauthorized)
    }
}
