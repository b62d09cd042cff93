//! `POST /media/{media}/{langkah}`: a medium was seen, moved to another keeper or place, or is gone.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::super::error::Error;
use super::super::super::session::{App, Filled, Person};
use super::one;
use super::step::Step;
use super::{Typed, book, check, medium_at, set};
use crate::media::Ending;

/// `POST /media/{media}/{langkah}`
pub(crate) async fn take(
    State(desk): State<App>,
    person: Person,
    Path((number, step)): Path<(String, String)>,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let step = Step::of_slug(&step).ok_or(Error::NotFound)?;
    let old = medium_at(&desk, &number).await?;
    let (mut medium, mut typed) = (old.clone(), Typed::default());
    medium.revision =
        sent.get("revisi").and_then(|it| it.parse().ok()).filter(|it| *it > 0).ok_or(Error::Forged)?;
    set(&mut medium, step.fields(), &sent, &desk.web.config, &mut typed);
    if step == Step::Moved && !medium.life.is_over() {
        medium.ended = Ending::default();
    }
    check(&medium, step.fields(), super::today(&desk), &mut typed);
    if !typed.failed() {
        match book(&desk, &person, &medium).await? {
            Ok(id) => return Ok(Redirect::to(&format!("/media/{id}#riwayat")).into_response()),
            Err(why) => typed.refusal = Some(why.to_string()),
        }
    }
    one::page_of(&desk, &person, &old, Some((step, typed))).await
}
