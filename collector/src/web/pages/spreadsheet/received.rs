//! A file as a form sends it.

use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{FromRequest, Request};
use jiff::Timestamp;

use super::super::super::error::Error;
use super::super::super::input::Pairs;
use super::super::super::session::Person;
use super::super::super::uploads::Upload;
use crate::register::import::{MAX_BYTES, Unreadable, too_large};

/// The longest name of a file that is kept, in characters.
const MAX_NAME: usize = 120;

/// The most fields beside a file.
const MAX_FIELDS: usize = 16;

/// What is said to who sends the form without a file.
const NOT_CHOSEN: &str = "pilih dahulu berkasnya";

/// A form with a file.
pub(super) struct Received {
    /// What stands beside the file.
    pub(super) sent: Pairs,
    /// The file; else why there is none to read, for people.
    pub(super) file: Result<Upload, String>,
}

impl Received {
    /// The form in `request`.
    ///
    /// # Errors
    /// [`Error::Forged`] when it is none of `person`'s.
    pub(super) async fn new(request: Request, person: &Person, now: Timestamp) -> Result<Self, Error> {
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Error::Forged)?;
        let (mut sent, mut file) = (Pairs::new(), None);
        while let Some(part) = parts.next_field().await.map_err(|_| Error::Forged)? {
            let name = part.name().unwrap_or_default().to_owned();
            // The token comes first: nothing of a file is read for a stranger.
            if name == "berkas" && person.sent_in(&sent).is_ok() {
                file = Some(taken(part, now).await?);
            } else if name != "berkas" && sent.len() < MAX_FIELDS {
                sent.insert(name, part.text().await.map_err(|_| Error::Forged)?);
            }
        }
        person.sent_in(&sent)?;
        Ok(Self { sent, file: file.unwrap_or_else(|| Err(NOT_CHOSEN.to_owned())) })
    }
}

/// A file; what is too large is read to its end, so that the browser gets an answer.
async fn taken(mut part: Part<'_>, now: Timestamp) -> Result<Result<Upload, String>, Error> {
    let name: String =
        part.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let (mut bytes, mut all) = (Vec::new(), 0);
    while let Some(chunk) = part.chunk().await.map_err(|_| Error::Forged)? {
        all += chunk.len();
        if all <= MAX_BYTES {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(match all {
        // So browsers send a file that was not chosen.
        0 if name.is_empty() => Err(NOT_CHOSEN.to_owned()),
        0 => Err(Unreadable::Empty.to_string()),
        1..=MAX_BYTES => Ok(Upload { name, bytes: bytes.into(), at: now }),
        _ => Err(too_large().to_string()),
    })
}
