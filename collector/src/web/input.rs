//! What a request brings: forms and queries, read so that a malformed one gets a page and not a line of
//! English.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::Error;

/// Nothing that people send is larger, in bytes.
pub(super) const MAX_BODY: usize = 16 * 1024;

/// What a form or a query says, by name.
pub(super) type Pairs = BTreeMap<String, String>;

/// The [`Pairs`] of a form or a query; the first of two of a name counts.
#[derive(Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub(super) struct Named(pub(super) Pairs);

impl From<Vec<(String, String)>> for Named {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().rev().collect())
    }
}

/// A form; one that lacks a field did not come from our pages.
pub(super) struct Sent<T>(pub(super) T);

/// The query of an address; one that cannot be read asks for nothing that is there.
pub(super) struct Asks<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let form = Form::from_request(request, state).await;
        form.map(|Form(sent)| Self(sent)).map_err(|_| Error::Forged)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asks<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|_| Error::NotFound)
    }
}

/// A word of an address: nothing when it is empty, and nothing that is there when it means nothing.
pub(super) fn word<T: FromStr>(text: &str) -> Result<Option<T>, Error> {
    let given = Some(text.trim()).filter(|text| !text.is_empty());
    given.map(|text| text.parse().map_err(|_| Error::NotFound)).transpose()
}
