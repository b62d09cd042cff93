//! Portable media: the list, one medium, its form, its steps (seen, moved, gone), the berita acara; and who else holds
//! keys of encrypted backups.
//!
//! As with assets nothing is written but what a person sent. What agents saw written stands beside it; of what nobody
//! registered it is proposed.

pub(crate) mod escrows;
pub(crate) mod form;
pub(crate) mod letter;
pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod record;
pub(crate) mod step;

use jiff::civil::Date;

use super::super::error::Error;
use super::super::input::Pairs;
use super::super::session::{Desk, Person};
use crate::config::Config;
use crate::media::{Field, Medium, MediumId};
use crate::store::{MediumBooked, MediumRefusal};

/// What was typed into a form.
pub(crate) type Typed = super::form::Typed<Field>;

/// The medium that an address names.
async fn medium_at(desk: &Desk, number: &str) -> Result<Medium, Error> {
    let id: MediumId = number.parse().map_err(|_| Error::NotFound)?;
    desk.web.store.medium(id).await?.ok_or(Error::NotFound)
}

/// Writes a medium; what the store refuses comes back in words.
async fn book(
    desk: &Desk,
    person: &Person,
    medium: &Medium,
) -> Result<Result<MediumId, MediumRefusal>, Error> {
    let web = &desk.web;
    Ok(match web.store.put_medium(medium, &person.name, &web.signer, desk.now()).await? {
        MediumBooked::Done(id) => Ok(id),
        MediumBooked::Refused(why) => Err(why),
    })
}

/// Sets `fields` of `medium` to what was sent, as far as it can be; what is wrong stands in `typed`.
fn set(medium: &mut Medium, fields: &[Field], sent: &Pairs, config: &Config, typed: &mut Typed) {
    typed.take(fields.iter().copied(), sent, |field, value| field.set(medium, value));
    typed.know(config, (Field::Office, Some(&medium.office)), (Field::Site, medium.place.site.as_ref()));
}

/// Puts into `typed` what does not go together in `medium`; what a form with these `fields` does not show is told as a
/// whole.
fn check(medium: &Medium, fields: &[Field], today: Date, typed: &mut Typed) {
    if !typed.wrong.is_empty() {
        return;
    }
    let (own, other): (Vec<_>, Vec<_>) =
        medium.faults(today).into_iter().partition(|(field, _)| fields.contains(field));
    typed.wrong.extend(own);
    let told: Vec<_> = other.iter().map(|(field, what)| format!("{}: {what}", field.heading())).collect();
    typed.refusal = Some(told.join("; ")).filter(|told| !told.is_empty());
}

/// Today, where the government is.
fn today(desk: &Desk) -> Date {
    desk.now().to_zoned(desk.web.config.government.timezone.clone()).date()
}
