//! `/pemegang-kunci`: who holds the keys of encrypted backups beside those who made them. Never a key.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use patuh_compliance::estate::{Estate, Known};

use super::super::super::error::Error;
use super::super::super::format::{Format, When, date};
use super::super::super::input::{Asks, Named};
use super::super::super::session::{App, Desk, Filled, Person};
use super::super::super::shell::{Place, Shell};
use super::super::form::{self, Input};
use super::super::section::Sign;
use super::super::{host_name, office_choices, page};
use crate::config::Config;
use crate::media::{Escrow, EscrowField, EscrowId, holds};
use crate::store::Attested;

/// An attestation in the list.
struct Line {
    id: String,
    office: String,
    set: Option<String>,
    holder: String,
    nip: String,
    position: String,
    kept: String,
    document: String,
    attested: String,
    until: Option<String>,
    state: (Sign, String),
    in_force: bool,
    at: When,
    who: String,
    index: u64,
    ended: Option<u64>,
}

/// An encrypted set that nobody else can open, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alone {
    office: String,
    office_code: String,
    set: String,
    tool: String,
    /// The server: agent and name.
    agent: String,
    host: String,
}

#[derive(Template)]
#[template(path = "escrows.html")]
pub(crate) struct Escrows {
    shell: Shell,
    lines: Vec<Line>,
    alone: Vec<Alone>,
    /// How many encrypted sets there are in all.
    encrypted: usize,
    inputs: Vec<Input>,
}

/// What was typed.
pub(crate) type Typed = form::Typed<EscrowField>;

impl Escrows {
    /// The page.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        estate: &Estate,
        all: &[Attested],
        typed: &Typed,
        format: &Format,
    ) -> Self {
        let escrows: Vec<Escrow> = all.iter().map(|it| it.escrow.clone()).collect();
        let (alone, encrypted) = alone(estate, &escrows, format.today());
        Self {
            shell,
            lines: all.iter().map(|it| Line::new(it, config, format)).collect(),
            alone,
            encrypted,
            inputs: EscrowField::ALL.map(|field| input(field, typed, config)).to_vec(),
        }
    }

    fn faults(&self) -> Vec<(&'static str, &'static str, &str)> {
        form::faults(self.inputs.iter())
    }
}

impl Line {
    fn new(attested: &Attested, config: &Config, format: &Format) -> Self {
        let (escrow, today) = (&attested.escrow, format.today());
        let in_force = escrow.in_force(today);
        let state = match escrow.ended_on {
            Some(day) => (Sign::Unknown, format!("diakhiri {}", date(day))),
            None if in_force => (Sign::Well, "berlaku".to_owned()),
            None => (Sign::Look, "sudah lewat waktunya".to_owned()),
        };
        Self {
            id: escrow.id.to_string(),
            office: config.office_name(&escrow.office).to_owned(),
            set: escrow.set.clone(),
            holder: escrow.holder.name.clone(),
            nip: escrow.holder.nip.clone(),
            position: escrow.holder.position.clone(),
            kept: escrow.kept.clone(),
            document: escrow.document.clone(),
            attested: date(escrow.attested_on),
            until: escrow.until.map(|day| format.day_away(day)),
            state,
            in_force,
            at: format.when(attested.at),
            who: attested.who.clone(),
            index: attested.index,
            ended: attested.ended,
        }
    }
}

/// The encrypted sets without a second holder, and how many encrypted sets there are.
fn alone(estate: &Estate, escrows: &[Escrow], today: Date) -> (Vec<Alone>, usize) {
    let mut encrypted = 0;
    let mut alone = Vec::new();
    for server in &estate.servers {
        let Known::Yes(backups) = &server.backups else { continue };
        for backup in backups.iter().filter(|backup| backup.encrypted == Some(true)) {
            encrypted += 1;
            if !holds(escrows, &server.office, &backup.set, today) {
                let office = estate.office(&server.office);
                alone.push(Alone {
                    office: office.map_or_else(|| server.office.clone(), |office| office.name.clone()),
                    office_code: server.office.clone(),
                    set: backup.set.clone(),
                    tool: backup.tool.clone(),
                    agent: server.id.clone(),
                    host: host_name(&server.name, &server.id),
                });
            }
        }
    }
    alone.sort();
    (alone, encrypted)
}

fn input(field: EscrowField, typed: &Typed, config: &Config) -> Input {
    let choices = if field == EscrowField::Office { office_choices(config) } else { Vec::new() };
    let hint = match field {
        EscrowField::Office => "Yang cadangannya terenkripsi.",
        EscrowField::Set => "Nama set seperti pada halaman servernya. Kosongkan untuk semua set.",
        EscrowField::Holder => "Orang kedua di samping pengelola cadangan, dengan gelarnya.",
        EscrowField::Nip => "18 angka. Kosongkan untuk yang bukan ASN.",
        EscrowField::Kept => {
            "Misalnya amplop tersegel di brankas Inspektorat. Jangan pernah menulis kuncinya."
        }
        EscrowField::Document => "Berita acara atau surat pernyataan.",
        EscrowField::AttestedOn => "Misalnya 22-11-2026.",
        EscrowField::Until => "Kosongkan bila tidak dibatasi.",
        EscrowField::Position | EscrowField::Note => "",
    };
    Input {
        required: matches!(
            field,
            EscrowField::Office
                | EscrowField::Holder
                | EscrowField::Position
                | EscrowField::Document
                | EscrowField::AttestedOn
        ),
        long: field == EscrowField::Note,
        ..Input::new(field, typed, hint, choices)
    }
}

async fn page_of(desk: &Desk, person: &Person, typed: &Typed) -> Result<Response, Error> {
    let all = desk.web.store.escrows().await?;
    let scene = desk.scene(person, Place::Backups).await?;
    let (config, estate) = (&desk.web.config, &scene.judged.estate);
    let shown = Escrows::new(scene.shell, config, estate, &all, typed, &scene.format);
    Ok((typed.status(), page(&shown)?).into_response())
}

/// `GET /pemegang-kunci`, for a set without a holder with `?pd=` and `?set=`.
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(Named(mut values)): Asks<Named>,
) -> Result<Response, Error> {
    values.retain(|name, _| ["pd", "set"].contains(&name.as_str()));
    page_of(&desk, &person, &Typed { values, ..Typed::default() }).await
}

/// `POST /pemegang-kunci`
pub(crate) async fn attest(
    State(desk): State<App>,
    person: Person,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let web = &desk.web;
    let mut wrong = match Escrow::read(&sent, super::today(&desk)) {
        Ok(escrow) if web.config.office(&escrow.office).is_some() => {
            web.store.attest_escrow(&escrow, &person.name, &web.signer, desk.now()).await?;
            return Ok(Redirect::to("/pemegang-kunci").into_response());
        }
        Ok(_) => BTreeMap::from([(
            EscrowField::Office,
            "perangkat daerah ini tidak ada dalam konfigurasi".to_owned(),
        )]),
        Err(wrong) => wrong,
    };
    let mut values = sent;
    // What looked like a key is not even sent back.
    for (field, what) in &mut wrong {
        if what.contains("terlihat seperti kunci") {
            values.remove(field.slug());
        }
    }
    page_of(&desk, &person, &Typed { values, wrong, refusal: None }).await
}

/// `POST /pemegang-kunci/{pernyataan}/akhiri`
pub(crate) async fn end(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
    _: Filled,
) -> Result<Redirect, Error> {
    let id: EscrowId = number.parse().map_err(|_| Error::NotFound)?;
    let (web, today) = (&desk.web, super::today(&desk));
    let ended = web.store.end_escrow(id, today, &person.name, &web.signer, desk.now()).await?;
    if ended { Ok(Redirect::to("/pemegang-kunci")) } else { Err(Error::NotFound) }
}
