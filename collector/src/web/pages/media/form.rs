//! `/media/baru` and `/media/{media}/ubah`: the form of a medium. What was typed is never lost.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::super::error::Error;
use super::super::super::input::{Asks, Named, Pairs};
use super::super::super::session::{App, Desk, Filled, Person};
use super::super::super::shell::{Place, Shell};
use super::super::form::{Form, Input, Of, site_choices, words};
use super::super::{office_choices, page};
use super::{Typed, book, check, medium_at, set};
use crate::config::Config;
use crate::media::{Ending, Field, Life, Medium, MediumKind, same_medium};

/// Groups of the form, with their fields.
const GROUPS: [(&str, &[Field]); 6] = [
    ("Media", &[Field::Label, Field::Office, Field::Kind, Field::Model, Field::Identity]),
    ("Isi", &[Field::Contents, Field::Manifest, Field::WrittenOn]),
    (
        "Tempat dan penyimpan",
        &[
            Field::Life,
            Field::Site,
            Field::Room,
            Field::Safe,
            Field::Custodian,
            Field::CustodianNip,
            Field::CustodianPosition,
        ],
    ),
    (
        "Serah terima",
        &[Field::HandedBy, Field::HandedByNip, Field::HandedByPosition, Field::HandedOn, Field::Document],
    ),
    ("Dilihat di tempatnya", &[Field::SeenOn, Field::SeenBy]),
    ("Keterangan", &[Field::Note]),
];

/// What the form is of.
const OF: Of = Of { thing: "media", list: "/media", entries: "/media/" };

/// The group of a medium that is gone.
const ENDED: (&str, &[Field]) = ("Hilang atau dimusnahkan", &[Field::EndedOn, Field::EndedDocument]);

#[derive(Template)]
#[template(path = "medium_form.html")]
pub(crate) struct MediumForm {
    shell: Shell,
    form: Form,
    /// What agents call the medium that it is made from.
    proposed: Option<String>,
}

fn groups(old: Option<&Medium>) -> impl Iterator<Item = (&'static str, &'static [Field])> {
    GROUPS.into_iter().chain(old.is_some_and(|old| old.life.is_over()).then_some(ENDED))
}

impl MediumForm {
    /// The form over what was typed.
    pub(crate) fn new(
        shell: Shell,
        old: Option<&Medium>,
        typed: &Typed,
        proposed: Option<String>,
        config: &Config,
    ) -> Self {
        let lives: &[Life] =
            if old.is_some_and(|old| old.life.is_over()) { &Life::ALL } else { &[Life::InUse, Life::Stored] };
        let inputs =
            |fields: &[Field]| fields.iter().map(|field| input(*field, typed, config, lives)).collect();
        let groups = groups(old).map(|(name, fields)| (name, inputs(fields))).collect();
        let old = old.map(|it| (it.id.to_string(), it.revision));
        Self { shell, form: Form::new(OF, old, typed, groups), proposed }
    }
}

/// A field on a form; states are chosen among `lives`.
pub(super) fn input(field: Field, typed: &Typed, config: &Config, lives: &[Life]) -> Input {
    Input {
        required: matches!(field, Field::Label | Field::Office | Field::Kind | Field::Life),
        long: field.is_long(),
        ..Input::new(field, typed, hint(field), offered(field, config, lives))
    }
}

/// What can be chosen; fields that may be empty begin with nothing.
fn offered(field: Field, config: &Config, lives: &[Life]) -> Vec<(String, String)> {
    match field {
        Field::Office => office_choices(config),
        Field::Kind => words(MediumKind::ALL.map(MediumKind::name)),
        Field::Life => words(lives.iter().map(|life| life.name())),
        Field::Site => site_choices(config),
        _ => Vec::new(),
    }
}

const fn hint(field: Field) -> &'static str {
    match field {
        Field::Label => "Seperti yang tertulis pada labelnya, misalnya HDD-07.",
        Field::Office => "Yang datanya ada di dalamnya.",
        Field::Model => "Misalnya Seagate Expansion 4 TB.",
        Field::Identity => {
            "Seperti yang dilaporkan agen, supaya waktu tulisnya terisi sendiri. Kosongkan bila tidak diketahui."
        }
        Field::Contents => "Misalnya restic, semua basis data Dinas Kesehatan.",
        Field::Manifest => "64 digit dari sha256sum atas daftar isi media. Boleh kosong.",
        Field::WrittenOn => "Hanya bila agen tidak melihatnya. Misalnya 22-11-2026.",
        Field::HandedOn | Field::SeenOn | Field::EndedOn => "Misalnya 22-11-2026.",
        Field::Safe => "Misalnya Brankas 2, rak 3.",
        Field::Document => "Biasanya diisi sesudah berita acaranya bernomor.",
        Field::CustodianNip | Field::HandedByNip => "18 angka. Kosongkan untuk yang bukan ASN.",
        Field::SeenBy => "Nama petugas.",
        _ => "",
    }
}

async fn form(
    desk: &Desk,
    person: &Person,
    old: Option<&Medium>,
    typed: &Typed,
    proposed: Option<String>,
) -> Result<Response, Error> {
    let scene = desk.scene(person, Place::Backups).await?;
    let form = MediumForm::new(scene.shell, old, typed, proposed, &desk.web.config);
    Ok((typed.status(), page(&form)?).into_response())
}

/// `GET /media/baru`, for a medium that was seen written with `?identitas=`.
pub(crate) async fn new(
    State(desk): State<App>,
    person: Person,
    Asks(Named(asked)): Asks<Named>,
) -> Result<Response, Error> {
    let mut values = Pairs::new();
    let identity = asked.get("identitas").map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    if let Some(identity) = &identity {
        let writings = desk.web.store.writings().await?;
        let seen = writings.iter().filter(|it| same_medium(identity, &it.medium));
        let seen = seen.max_by_key(|it| it.newest).ok_or(Error::NotFound)?;
        let office = desk.web.store.server(&seen.agent).await?.map(|row| row.office.to_string());
        values.extend(office.map(|office| (Field::Office.slug().to_owned(), office)));
        values.insert(Field::Identity.slug().to_owned(), seen.medium.clone());
        values.insert(Field::Contents.slug().to_owned(), format!("set {}", seen.set));
    }
    form(&desk, &person, None, &Typed { values, ..Typed::default() }, identity).await
}

/// `GET /media/{media}/ubah`
pub(crate) async fn edit(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let medium = medium_at(&desk, &number).await?;
    form(&desk, &person, Some(&medium), &Typed::of(|field| field.get(&medium)), None).await
}

/// `POST /media/baru`
pub(crate) async fn add(
    State(desk): State<App>,
    person: Person,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    take(&desk, &person, None, sent).await
}

/// `POST /media/{media}/ubah`
pub(crate) async fn change(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let medium = medium_at(&desk, &number).await?;
    take(&desk, &person, Some(medium), sent).await
}

/// Takes a form: writes the medium, or brings the form back with what is wrong.
async fn take(desk: &Desk, person: &Person, old: Option<Medium>, sent: Pairs) -> Result<Response, Error> {
    let config = &desk.web.config;
    // A new medium begins in any office: the form says in which, or is refused.
    let any = config.offices.first().map(|office| Medium::new(office.code.clone(), String::new()));
    let mut medium = old.clone().or(any).ok_or(Error::NotFound)?;
    let mut typed = Typed::default();
    let fields: Vec<Field> = groups(old.as_ref()).flat_map(|(_, fields)| fields.iter().copied()).collect();
    set(&mut medium, &fields, &sent, config, &mut typed);
    typed.values.extend(sent.get("revisi").map(|it| ("revisi".to_owned(), it.clone())));
    if let (Some(revision), Some(_)) = (sent.get("revisi").and_then(|it| it.parse().ok()), &old) {
        medium.revision = revision;
    }
    if old.is_some() && medium.is_new() {
        return Err(Error::Forged);
    }
    if !medium.life.is_over() {
        medium.ended = Ending::default();
    }
    check(&medium, &fields, super::today(desk), &mut typed);
    if !typed.failed() {
        match book(desk, person, &medium).await? {
            Ok(id) => return Ok(Redirect::to(&format!("/media/{id}")).into_response()),
            Err(why) => typed.refusal = Some(why.to_string()),
        }
    }
    form(desk, person, old.as_ref(), &typed, None).await
}
