//! `POST /media/{media}/{langkah}`: a medium was seen, moved to another keeper or place, or is gone.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;

use super::super::super::error::Error;
use super::super::super::input;
use super::super::super::session::{App, Person};
use super::one;
use super::{Sent, Typed, book, by_name, medium_at, set};
use crate::media::{Field, Life, Medium};

/// What happens to a medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A person saw it in its place.
    Seen,
    /// It went to another place or keeper.
    Moved,
    /// It is lost, or was destroyed.
    Gone,
}

impl Step {
    /// All steps, in the order of the page.
    pub(crate) const ALL: [Self; 3] = [Self::Seen, Self::Moved, Self::Gone];

    /// Its name in addresses.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Seen => "dilihat",
            Self::Moved => "pindah",
            Self::Gone => "lepas",
        }
    }

    fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Seen => "Dilihat di tempatnya",
            Self::Moved => "Pindah tempat atau penyimpan",
            Self::Gone => "Hilang atau dimusnahkan",
        }
    }

    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Seen => {
                "Siapa yang melihat media ini di tempatnya, dan kapan. Agen tidak dapat melihat brankas."
            }
            Self::Moved => {
                "Serah terima kepada penyimpan baru, atau pindah tempat. Berita acaranya dibuat dari isian ini."
            }
            Self::Gone => "Catatannya tetap disimpan. Media yang dimusnahkan memerlukan nomor dokumen.",
        }
    }

    pub(crate) const fn button(self) -> &'static str {
        match self {
            Self::Seen => "Catat dilihat",
            Self::Moved => "Catat perpindahan",
            Self::Gone => "Catat keadaan",
        }
    }

    /// What its form asks.
    pub(crate) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Seen => &[Field::SeenOn, Field::SeenBy],
            Self::Moved => &[
                Field::Life,
                Field::Site,
                Field::Room,
                Field::Safe,
                Field::Custodian,
                Field::CustodianNip,
                Field::CustodianPosition,
                Field::HandedBy,
                Field::HandedByNip,
                Field::HandedByPosition,
                Field::HandedOn,
                Field::Document,
            ],
            Self::Gone => &[Field::Life, Field::EndedOn, Field::EndedDocument],
        }
    }

    /// The states that its form offers.
    pub(crate) const fn lives(self) -> &'static [Life] {
        match self {
            Self::Gone => &[Life::Lost, Life::Destroyed],
            Self::Seen | Self::Moved => &[Life::Stored, Life::InUse],
        }
    }

    /// What its form shows before anything was typed: the day is today; who keeps it now hands it over.
    pub(crate) fn offered(self, medium: &Medium, today: Date) -> Typed {
        let mut next = medium.clone();
        match self {
            Self::Seen => next.seen.on = Some(today),
            Self::Moved => {
                next.handover = crate::media::Handover {
                    by: medium.custodian.clone(),
                    on: Some(today),
                    document: String::new(),
                };
                (next.custodian, next.life) = (crate::media::Official::default(), Life::Stored);
            }
            Self::Gone => {
                let life = if medium.life.is_over() { medium.life } else { Life::Lost };
                (next.life, next.ended.on) = (life, medium.ended.on.or(Some(today)));
            }
        }
        Typed::of(&next)
    }
}

/// `POST /media/{media}/{langkah}`
pub(crate) async fn take(
    State(desk): State<App>,
    person: Person,
    Path((number, step)): Path<(String, String)>,
    input::Sent(sent): input::Sent<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let sent: Sent = by_name(sent);
    person.sent(sent.get("tanda").map_or("", String::as_str))?;
    let step = Step::of_slug(&step).ok_or(Error::NotFound)?;
    let old = medium_at(&desk, &number).await?;
    let (mut medium, mut typed) = (old.clone(), Typed::default());
    medium.revision =
        sent.get("revisi").and_then(|it| it.parse().ok()).filter(|it| *it > 0).ok_or(Error::Forged)?;
    set(&mut medium, step.fields(), &sent, &desk.web.config, &mut typed);
    if step == Step::Moved && !medium.life.is_over() {
        medium.ended = crate::media::Ending::default();
    }
    let today = super::today(&desk);
    if typed.wrong.is_empty() {
        typed.wrong.extend(medium.faults(today));
    }
    if !typed.failed() {
        match book(&desk, &person, &medium).await? {
            Ok(id) => return Ok(Redirect::to(&format!("/media/{id}#riwayat")).into_response()),
            Err(why) => typed.refusal = Some(why.to_string()),
        }
    }
    one::page_of(&desk, &person, &old, Some((step, typed))).await
}
