//! `POST /aset/{nomor}/tahap`: another step in the life of an asset, with the document that shows it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::super::error::Error;
use super::super::super::session::{App, Filled, Person};
use super::form::Typed;
use super::one;
use super::{STAGE_FIELDS, asset_at, book};
use crate::register::Field;

/// `POST /aset/{nomor}/tahap`
pub(crate) async fn take(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let old = asset_at(&desk, &number).await?;
    let (mut asset, mut typed) = (old.clone(), Typed::default());
    asset.revision = sent.get("revisi").and_then(|it| it.parse().ok()).unwrap_or(0);
    typed.take(STAGE_FIELDS, &sent, |field, value| match field {
        Field::Stage if value.is_empty() => Err("pilih tahapnya".to_owned()),
        field => field.set(&mut asset, value),
    });
    if asset.is_new() {
        return Err(Error::Forged);
    }
    if typed.wrong.is_empty() {
        match book(&desk, &person, &[asset], None).await? {
            Ok(_) => return Ok(Redirect::to(&format!("/aset/{}#tahap", old.id)).into_response()),
            Err((_, why)) => typed.refusal = Some(why.to_string()),
        }
    }
    one::page_of(&desk, &person, &old, typed).await
}
